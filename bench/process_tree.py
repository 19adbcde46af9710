"""Runs a command and measures it with everything that it starts: wall time, processor time, peak of memory.

Memory is the sum of the resident memory of all processes of the tree, read from /proc every 20 ms. Pages that forked
processes share are counted in each of them, so the figure for a program that forks is, if anything, too high.
"""

from __future__ import annotations

import math
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

INTERVAL = 0.02  # seconds between two looks at memory
LULL = 2.5  # seconds of nothing to do after which a server is idle: some begin more work a second after an answer
BREATH = 3  # hundredths of a second that an idle server may use in that time
UNUSUAL = ("PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX")
GRACE = 10.0  # seconds that a server has to end by itself


@dataclass(frozen=True, slots=True)
class Run:
    """What one run took: seconds by the clock, seconds of the processor, bytes of memory at most."""

    wall: float
    processor: float
    peak: int


class RunError(Exception):
    """A command failed; the text says which, and how its output ends."""


def surroundings(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of an entrant, without what keeps programs in Python from their own compiled code."""
    return {**{name: value for name, value in os.environ.items() if name not in UNUSUAL}, **environment}


def measure(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Run:
    """Run a command to its end; raise RunError when it fails."""
    log = folder.with_name(f"{folder.name}.log")  # beside it: a watcher must not see it change
    with log.open("wb") as output:
        started = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=folder, env=surroundings(environment), stdout=output, stderr=subprocess.STDOUT
        )
        peak, status, usage = _watch(process.pid)
        wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        end = log.read_text(errors="replace")[-2000:]
        raise RunError(f"{' '.join(command)} ended with {process.returncode}:\n{end}")
    log.unlink()
    return Run(wall, usage.ru_utime + usage.ru_stime, peak)


def _watch(pid: int) -> tuple[int, int, os.struct_rusage]:
    """Wait for a process; return its tree's peak of memory, its status and what it used.

    A waiting thread would be told of the end at once, but could not look at memory: so the end is polled more often
    than memory, which costs less than the tree does in that time.
    """
    peak, next_look = 0, 0.0
    while True:
        now = time.perf_counter()
        if now >= next_look:
            peak = max(peak, resident(pid))
            next_look = now + INTERVAL
        ended, status, usage = os.wait4(pid, os.WNOHANG)
        if ended:
            return peak, status, usage
        time.sleep(INTERVAL / 10)


def resident(pid: int) -> int:
    """Return the bytes of resident memory of a process and all its descendants."""
    return sum(_resident_of(each) for each in _tree(pid))


def _tree(pid: int) -> Iterator[int]:
    yield pid
    try:
        threads = os.listdir(f"/proc/{pid}/task")
        children = [Path(f"/proc/{pid}/task/{thread}/children").read_text().split() for thread in threads]
    except OSError:  # it ended while we looked
        return
    for child in (each for group in children for each in group):
        yield from _tree(int(child))


def _resident_of(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def _ticks_of(pid: int) -> int:
    """Return the processor time that a process has used, in hundredths of a second."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12])


class Server:
    """A command that runs until the block ends, with its tree in a group of its own."""

    def __init__(self, command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> None:
        self.log = folder.with_name(f"{folder.name}.log")
        self.started = time.perf_counter()
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                command,
                cwd=folder,
                env=surroundings(environment),
                stdout=output,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(GRACE)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def resident(self) -> int:
        return resident(self.process.pid)

    def wait_until_idle(self) -> None:
        """Wait until the tree uses no processor time: some servers work on after an answer, and miss edits then."""
        now, before = self._ticks(), -math.inf
        while now > before + BREATH:
            time.sleep(LULL)
            now, before = self._ticks(), now

    def _ticks(self) -> int:
        return sum(map(_ticks_of, _tree(self.process.pid)))

    def check(self) -> None:
        """Raise RunError when the server has ended."""
        if self.process.poll() is not None:
            raise RunError(f"the server ended with {self.process.returncode}:\n{self.log.read_text()[-2000:]}")
