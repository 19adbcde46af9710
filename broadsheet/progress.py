"""What long work says while it goes on: told by whoever works, shown by `cli`, and by nobody anywhere else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from broadsheet.processes import Heap

T = TypeVar("T")
Things = Sequence[T] | Heap[T]


def numbered(things: Things[T]) -> Iterable[tuple[int, T]]:
    """Go through things with their numbers."""
    return things.numbered() if isinstance(things, Heap) else enumerate(things)


class Progress:
    """Takes what is told, and shows nothing of it."""

    def step(self, text: str, count: int = 0, things: str = "") -> None:
        """Begin a step of the work, with the number of things that it goes through where that is known."""

    def through(self, items: Things[T], start: float = 0.0, end: float = 1.0) -> Iterator[T]:  # noqa: ARG002 - shown by nobody
        """Go through the things of a step, or through those that this process takes from a heap.

        `start` and `end` say which part of the whole step that is, if it is not all of it.
        """
        return (item for _, item in numbered(items))

    def say(self, text: str) -> None:
        """Tell at once what has to stay readable."""


SILENT = Progress()
