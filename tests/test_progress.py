"""Long work says what it is doing; short work says nothing, and standard output is never touched."""

import io
import os
import pty
import subprocess
import sys
import threading
import time

import pytest

from broadsheet.cli.progress import ChangingLine, Lines
from conftest import ROOT

COMMAND = "import sys; from pathlib import Path; from broadsheet.cli import main; sys.exit(main(sys.argv[2:], Path(sys.argv[1])))"


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


class Terminal(io.StringIO):
    """A stream with the size of a terminal, and what a person sees in its last line."""

    def __init__(self, columns=80):
        self.leader, self.follower = pty.openpty()
        import fcntl
        import struct
        import termios

        fcntl.ioctl(self.follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        super().__init__()

    def fileno(self):
        return self.follower

    def close(self):
        os.close(self.leader)
        os.close(self.follower)
        super().close()


def seen(written: str) -> list[str]:
    """Return the lines that stay on a terminal."""
    return [line.rpartition("\x1b[K")[2].rpartition("\r")[2] for line in written.replace("\r\n", "\n").split("\n")]


def work(progress, clock, seconds):
    """Go through 100 pages, so many seconds each."""
    progress.step("Rendering", 100, "pages")
    for _ in progress.through(enumerate(range(100)), 100):
        clock.now += seconds


def test_short_work_says_nothing():
    clock, stream = Clock(), io.StringIO()
    work(Lines(stream, clock=clock), clock, 0.01)
    work(ChangingLine(stream, clock=clock), clock, 0.004)
    assert stream.getvalue() == ""


def test_elsewhere_each_step_is_one_line_as_soon_as_the_work_takes_long():
    clock, stream = Clock(), io.StringIO()
    progress = Lines(stream, clock=clock)
    work(progress, clock, 0.015)
    progress.step("Planning pages")
    progress.step("Writing", 0, "files")
    work(progress, clock, 0.03)
    progress.step("Indexing for search")
    assert stream.getvalue() == "Rendering 100 pages\nIndexing for search\n"


@pytest.mark.parametrize(("columns", "shown"), [(80, "Rendering 9 of 100 pages"), (16, "Rendering 9 of ")])
def test_a_terminal_has_one_line_that_changes_and_goes(columns, shown):
    clock = Clock()
    with Terminal(columns) as stream:
        progress = ChangingLine(stream, clock=clock)
        progress.step("Planning pages")
        progress.step("Rendering", 100, "pages")
        items = progress.through(enumerate(range(100)), 100)
        for _ in range(10):
            next(items)
            clock.now += 0.06
        assert seen(stream.getvalue()) == [shown]
        progress.step("Writing")
        assert seen(stream.getvalue()) == ["Writing"]
        progress.clear()
        assert seen(stream.getvalue()) == [""]


def test_a_part_of_a_step_is_counted_as_a_part():
    clock = Clock()
    with Terminal() as stream:
        progress = ChangingLine(stream, clock=clock)
        progress.step("Rendering", 100, "pages")
        list(progress.through(enumerate(range(50)), 50, 0.0, 0.5))
        items = progress.through(enumerate(range(50)), 50, 0.5, 1.0)
        for _ in range(11):
            next(items)
            clock.now += 1
        assert seen(stream.getvalue()) == ["Rendering 60 of 100 pages"]


def test_what_has_to_stay_is_said_once_and_the_line_goes_on_below():
    clock = Clock()
    with Terminal() as stream:
        progress = ChangingLine(stream, clock=clock)
        clock.now += 1
        progress.step("Planning pages")
        progress.say("Something is so.")
        progress.say("Something is so.")
        clock.now += 1
        progress.step("Writing")
        assert seen(stream.getvalue()) == ["Something is so.", "Writing"]


class Slow:
    """A content file that takes its time: a pipe, which nobody fills before some seconds are over."""

    def __init__(self, project, seconds):
        self.path = project.path("content/papers/a-slow-one.md")
        self.path.parent.mkdir(parents=True, exist_ok=True)
        os.mkfifo(self.path)
        self.seconds = seconds
        self.thread = threading.Thread(target=self.fill, daemon=True)

    def fill(self):
        with self.path.open("w") as pipe:  # waits for a reader
            time.sleep(self.seconds)
            pipe.write("---\ntitle: A slow one\n---\n\nText.\n")


@pytest.fixture
def slow(small, request):
    small.run("import")
    one = Slow(small, request.param)
    one.thread.start()
    return small


def run_on_terminal(project, *arguments, **environment) -> tuple[str, str, int]:
    """Run a command whose standard error is a terminal; return its output, what the terminal got, and the exit code."""
    leader, follower = pty.openpty()
    command = [sys.executable, "-c", COMMAND, str(project.root), *arguments]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "TERM": "xterm"} | environment
    got = []

    def listen():
        try:
            while data := os.read(leader, 1 << 16):
                got.append(data)
        except OSError:  # the last one on the other side has gone
            pass

    listener = threading.Thread(target=listen)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=follower, env=environment) as running:
        os.close(follower)
        listener.start()
        out = running.stdout.read().decode()
        code = running.wait()
    listener.join()
    os.close(leader)
    return out, b"".join(got).decode(), code


@pytest.mark.parametrize("slow", [0.8], indirect=True)
def test_a_slow_build_shows_its_steps_on_a_terminal_and_leaves_nothing_there(slow):
    out, got, code = run_on_terminal(slow, "build", "--no-search")
    assert code == 0
    assert "\r\x1b[K" in got
    assert "Planning pages" in got
    assert seen(got) == [""]
    assert "\r" not in out
    assert out.startswith("Built 13 papers")


@pytest.mark.parametrize(("environment", "option"), [({"TERM": "dumb"}, "text"), ({}, "json")])
@pytest.mark.parametrize("slow", [2.2], indirect=True)
def test_a_terminal_that_cannot_change_a_line_and_programs_get_plain_lines(slow, environment, option):
    _, got, code = run_on_terminal(slow, "build", "--no-search", "--format", option, **environment)
    assert code == 0
    assert "\x1b" not in got
    assert "Planning pages\r\n" in got


@pytest.mark.parametrize("slow", [2.2], indirect=True)
def test_a_log_gets_plain_lines_on_standard_error(slow):
    command = [sys.executable, "-c", COMMAND, str(slow.root), "import"]
    done = subprocess.run(command, capture_output=True, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=True)
    said = done.stderr.decode().splitlines()
    assert {"Reading 15 files", "Reading seeds/"} <= set(said)
    assert b"Reading" not in done.stdout
    assert b"\r" not in done.stderr
