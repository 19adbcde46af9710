"""Rounds of runs, one of each entrant after the other, so that the noise of a shared machine hits all alike."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TextIO

from process_tree import Run, RunError


@dataclass(frozen=True, slots=True)
class Medians:
    """The median of each measure on its own, over so many rounds."""

    wall: float
    processor: float
    peak: float
    rounds: int


def medians(runs: list[Run]) -> Medians:
    return Medians(
        statistics.median(run.wall for run in runs),
        statistics.median(run.processor for run in runs),
        statistics.median(run.peak for run in runs),
        len(runs),
    )


def ratio(one: float, other: float) -> str:
    """Say how many times one is the other; below ten with two digits, because there they tell something."""
    if not other:
        return "–"
    times = one / other
    return f"{times:.2f}" if times < 10 else f"{times:,.0f}"


def go_round(entrants: Mapping[str, Callable[[], Run]], rounds: int, progress: Progress) -> dict[str, Medians]:
    """Run each entrant in turn, so many rounds; one that fails is reported, and left out from there on."""
    runs: dict[str, list[Run]] = {name: [] for name in entrants}
    failed: set[str] = set()
    for number in range(1, rounds + 1):
        for name, run in entrants.items():
            if name in failed:
                continue
            progress.show(f"round {number} of {rounds}: {name}")
            try:
                runs[name].append(run())
            except RunError as fault:
                failed.add(name)
                progress.say(f"{name} failed: {fault}")
    return {name: medians(done) for name, done in runs.items() if done and name not in failed}


class Progress:
    """Tells what is being done: on a terminal in one line that changes, elsewhere in lines."""

    def __init__(self, stream: TextIO = sys.stderr) -> None:
        self.stream = stream
        self.part = ""

    def begin(self, part: str) -> None:
        self.part = part

    def show(self, text: str) -> None:
        line = f"{self.part}: {text}"
        self._write(f"\r\x1b[K{line}" if self.stream.isatty() else f"{line}\n")

    def say(self, text: str) -> None:
        """Tell what has to stay readable."""
        self._write(f"\r\x1b[K{text}\n" if self.stream.isatty() else f"{text}\n")

    def clear(self) -> None:
        if self.stream.isatty():
            self._write("\r\x1b[K")

    def _write(self, text: str) -> None:
        self.stream.write(text)
        self.stream.flush()
