"""How long work shows that it goes on: a line that changes on a terminal, plain lines elsewhere, on standard error."""

from __future__ import annotations

import math
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TextIO, TypeVar

from broadsheet.progress import Progress

T = TypeVar("T")
SOON, LATE = 0.5, 2.0  # seconds of silence on a terminal, and elsewhere
REDRAWN = 0.1  # seconds that a number stands before it changes
USUAL = 80  # columns of a terminal that does not tell


class Lines(Progress):
    """Writes the name of each step as a line of its own, once the work takes long; short work stays silent."""

    def __init__(self, stream: TextIO, silence: float = LATE, clock: Callable[[], float] = time.perf_counter) -> None:
        self.stream, self.clock = stream, clock
        self.due = clock() + silence
        self.process = os.getpid()
        self.text, self.count, self.things = "", 0, ""
        self.said: set[str] = set()

    def step(self, text: str, count: int = 0, things: str = "") -> None:
        """Begin a step; one that goes through nothing is over at once."""
        if count or not things:
            self.text, self.count, self.things = text, count, things
            self._look(0.0)

    def through(
        self, numbered: Iterable[tuple[int, T]], count: int, start: float = 0.0, end: float = 1.0
    ) -> Iterator[T]:
        """Go through the things of a step, or of a part of it."""
        for number, item in numbered:
            if self.clock() >= self.due:
                self._look(start + (end - start) * number / count)
            yield item

    def say(self, text: str) -> None:
        """Write a line, once."""
        if text not in self.said:
            self.said.add(text)
            self.clear()
            self._write(f"{text}\n")

    def clear(self) -> None:
        """Leave the stream to somebody else."""

    def _look(self, part: float) -> None:
        if self.text and self.clock() >= self.due and os.getpid() == self.process:
            self._show(part)

    def _show(self, part: float) -> None:  # noqa: ARG002 - a line that is written stays as it is
        number = f" {self.count:,} {self.things}" if self.count else ""
        self._write(f"{self.text}{number}\n")
        self.text = ""

    def _write(self, text: str) -> None:
        self.stream.write(text)
        self.stream.flush()


class ChangingLine(Lines):
    """Shows the step and how far it is in the last line of a terminal, which is erased in the end."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.perf_counter) -> None:
        super().__init__(stream, SOON, clock)
        self.is_shown = False

    def step(self, text: str, count: int = 0, things: str = "") -> None:
        """Begin a step, and show it at once in place of another."""
        self.due = self.clock() if self.is_shown else self.due
        super().step(text, count, things)

    def clear(self) -> None:
        """Erase the line."""
        if self.is_shown:
            self._write("\r\x1b[K")
            self.is_shown = False

    def _show(self, part: float) -> None:
        done = f" {int(part * self.count):,} of" if part else ""
        number = f"{done} {self.count:,} {self.things}" if self.count else ""
        self._write(f"\r\x1b[K{f'{self.text}{number}'[: self._width()]}")
        self.is_shown = True
        self.due = self.clock() + REDRAWN

    def _width(self) -> int:
        """Return how many characters fit: a line that is broken could not be erased."""
        return (os.get_terminal_size(self.stream.fileno()).columns or USUAL) - 1


def progress_for(form: str, *, quiet: bool = False) -> Lines:
    """Return what suits standard error and a format of findings; a `quiet` one names no steps."""
    if quiet:
        return Lines(sys.stderr, silence=math.inf)
    may_change = form == "text" and os.environ.get("TERM", "dumb") != "dumb"
    return ChangingLine(sys.stderr) if may_change and sys.stderr.isatty() else Lines(sys.stderr)
