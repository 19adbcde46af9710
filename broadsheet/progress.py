"""What long work says while it goes on: told by whoever works, shown by `cli`, and by nobody anywhere else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


class Progress:
    """Takes what is told, and shows nothing of it."""

    def step(self, text: str, count: int = 0, things: str = "") -> None:
        """Begin a step of the work, with the number of things that it goes through where that is known."""

    def through(
        self,
        numbered: Iterable[tuple[int, T]],
        count: int,  # noqa: ARG002 - shown by nobody
        start: float = 0.0,  # noqa: ARG002
        end: float = 1.0,  # noqa: ARG002
    ) -> Iterator[T]:
        """Go through things of a step with the numbers that they have among all `count`: all, or those of one process.

        `start` and `end` say which part of the whole step that is, if it is not all of it.
        """
        return (item for _, item in numbered)

    def say(self, text: str) -> None:
        """Tell at once what has to stay readable."""


SILENT = Progress()
