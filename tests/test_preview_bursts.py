"""The preview when very much changes at once: branches of git, and more events than the system keeps."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request

import pytest
from test_preview import free_port, wait_for

from conftest import ROOT

COMMAND = "import sys; from pathlib import Path; from broadsheet.cli import main; sys.exit(main(sys.argv[2:], Path(sys.argv[1])))"
RELOADING = re.compile(rb'<script type="module" src="/__broadsheet/[^<]*</script>')


class Preview:
    """A preview in a process of its own."""

    def __init__(self, project, port, process, log):
        self.project, self.port, self.process, self.log = project, port, process, log

    def page(self, file):
        """Return a page as it is served, without what the preview adds; nothing where there is none."""
        address = f"http://127.0.0.1:{self.port}/{file.removesuffix('index.html')}"
        try:
            with urllib.request.urlopen(address, timeout=30) as answer:
                return RELOADING.sub(b"", answer.read())
        except OSError:
            return b""

    def shows(self, made):
        """Say whether every page that a build made is served as it is there."""
        served = (file for file in made if file.endswith(".html") and file != "404.html")
        return all(self.page(file) == made[file] or (b'http-equiv="refresh"' in made[file]) for file in served)


@pytest.fixture
def preview(small):
    port, log = free_port(), small.path("log.txt")
    command = [sys.executable, "-c", COMMAND, str(small.root), "serve", "--no-search"]
    command += ["--port", str(port), "--host", "127.0.0.1"]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}

    @contextlib.contextmanager
    def running():
        with log.open("w") as out, subprocess.Popen(command, stdout=out, stderr=out, env=environment) as process:
            try:
                shown = Preview(small, port, process, log)
                assert wait_for(lambda: re.search("Imported|Stopped", log.read_text())), log.read_text()
                yield shown
            finally:
                process.terminate()

    return running


def git(project, *arguments):
    named = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "gc.auto=0", "-c", "core.hooksPath=/dev/null"]
    subprocess.run([shutil.which("git"), *named, *arguments], cwd=project.root, check=True, capture_output=True)


def paper(project, number, text="Text"):
    name = f"content/papers/paper-{number}.md"
    project.write(name, f"---\ntitle: Paper {number}\npublished: 2020\n---\n\n{text} of paper {number}.\n")


def test_branches_that_differ_in_five_hundred_files(small, preview):
    small.run("import")
    for number in range(400):
        paper(small, number)
    small.write(".gitignore", ".cache/\nlog.txt\nof-*/\n")
    git(small, "init", "-q", "-b", "one")
    git(small, "add", ".")
    git(small, "commit", "-q", "-m", "one")
    git(small, "checkout", "-q", "-b", "two")
    for number in range(150):
        paper(small, number, "Another text")
    for number in range(150, 250):
        small.path(f"content/papers/paper-{number}.md").unlink()
    for number in range(250, 350):
        small.path(f"content/papers/paper-{number}.md").rename(small.path(f"content/papers/renamed-{number}.md"))
    for number in range(1000, 1150):
        paper(small, number)
    small.write("content/site.yaml", "title: The Other Branch\n")
    small.write("templates/paper.html", small.read("templates/paper.html").replace("<article>", "<article><hr>"))
    git(small, "add", ".")
    git(small, "commit", "-q", "-m", "two")
    made = {}
    for branch in ("two", "one"):
        git(small, "checkout", "-q", branch)
        assert small.run("build", "--no-search", "--output", f"of-{branch}").code == 0
        made[branch] = small.files(f"of-{branch}")
    with preview() as shown:
        for branch in ("two", "one", "two"):
            git(small, "checkout", "-q", branch)
            assert wait_for(lambda branch=branch: shown.shows(made[branch]), 90), shown.log.read_text()
            gone = [file for file in made["one" if branch == "two" else "two"] if file not in made[branch]]
            assert [file for file in gone if file.endswith(".html") and shown.page(file)] == []
    assert "error" not in shown.log.read_text()


@pytest.mark.skipif(sys.platform != "linux", reason="the queue of events that runs over is Linux's")
def test_what_changes_after_the_queue_of_events_ran_over_is_shown(small, preview):
    small.run("import")
    name = "content/papers/2-olmo-2-furious.md"
    one, other = small.write("content/.one", ""), small.path("content/.other")
    with open("/proc/sys/fs/inotify/max_queued_events", encoding="ascii") as limit:
        many = int(limit.read())
    with preview() as shown:
        assert wait_for(lambda: b"Furious" in shown.page("papers/2-olmo-2-furious/index.html"))
        shown.process.send_signal(signal.SIGSTOP)
        time.sleep(0.1)
        for _ in range(many // 4 + 10):
            one.rename(other)
            other.rename(one)
        small.write(name, small.read(name).replace("title: 2 OLMo 2 Furious", "title: Three OLMo"))
        small.write("templates/assets/broadsheet.css", "p { color: teal }")
        shown.process.send_signal(signal.SIGCONT)
        assert wait_for(lambda: b"Three OLMo" in shown.page("papers/2-olmo-2-furious/index.html")), (
            shown.log.read_text()
        )
        small.write(name, small.read(name).replace("title: Three OLMo", "title: Four OLMo"))
        assert wait_for(lambda: b"Four OLMo" in shown.page("papers/2-olmo-2-furious/index.html")), shown.log.read_text()
    assert "queue" not in shown.log.read_text()


def test_what_an_import_finds_is_shown_line_by_line(small, preview):
    """A fault of the import came out in one line, with its line breaks spelled as \\n."""
    small.write("seeds/broken.jsonl", '{"title": 1}\n')
    with preview() as shown:
        assert wait_for(lambda: "Stopped: " in shown.log.read_text()), shown.log.read_text()
    lines = shown.log.read_text().splitlines()
    assert [line for line in lines if line.startswith("seeds/broken.jsonl:1: error: ")]
    assert [line for line in lines if line.startswith("    ")]
    assert not [line for line in lines if "\\n" in line]


def test_what_stands_in_the_place_of_its_search_index_stops_no_preview(small, preview):
    """A link to itself there ended every request for the search index with a traceback."""
    small.run("import")
    there = small.path(".cache/broadsheet/preview")
    there.parent.mkdir(parents=True, exist_ok=True)
    there.symlink_to(there)
    with preview() as shown:
        assert wait_for(lambda: b"Furious" in shown.page("papers/2-olmo-2-furious/index.html"))
        assert shown.page("pagefind/pagefind.js") == b""
        assert "Traceback" not in shown.log.read_text()
