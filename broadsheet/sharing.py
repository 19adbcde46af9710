"""Work that processes take from one heap, piece by piece."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Generic, TypeVar

from broadsheet.processes import in_processes

PIECES = 4  # of little work, for each process

T = TypeVar("T")
R = TypeVar("R")


class Heap(Generic[T]):
    """Items of which each of `count` processes takes a piece when it has done the last: none waits for a slower one.

    The pieces are numbers in a pipe: whoever reads one has it alone. Behind them stands an end for each process, since
    a process that somebody else forks meanwhile may keep the pipe open.
    """

    _START = struct.Struct("=I")
    _END = 2**32 - 1
    _MOST = 900  # numbers: a pipe may have room for no more than a page of them

    def __init__(self, items: Sequence[T], size: int, count: int) -> None:
        self._items, self._pipe = items, -1
        self._size = max(1, min(size, len(items) // (PIECES * count)), -(-len(items) // self._MOST))
        if count > 1:
            self._pipe, to_all = os.pipe()
            starts = [*range(0, len(items), self._size), *[self._END] * count]
            with os.fdopen(to_all, "wb") as pieces:
                pieces.write(b"".join(map(self._START.pack, starts)))

    def __len__(self) -> int:
        return len(self._items)

    def numbered(self) -> Iterator[tuple[int, T]]:
        """Go through what nobody else has taken, with the numbers that it has among all items; once in each process."""
        if self._pipe < 0:
            yield from enumerate(self._items)
            return
        while (start := self._next()) != self._END:
            yield from enumerate(self._items[start : start + self._size], start)

    def _next(self) -> int:
        (start,) = self._START.unpack(os.read(self._pipe, self._START.size))
        return int(start)

    def close(self) -> None:
        """Let go of the pipe."""
        if self._pipe >= 0:
            os.close(self._pipe)


def share_out(items: Sequence[T], size: int, count: int, work: Callable[[Heap[T]], R]) -> list[R]:
    """Do `work` in `count` processes that take up to `size` items at a time; return what each made of its own."""
    heap = Heap(items, size, count)
    try:
        return in_processes([partial(work, heap)] * count)
    finally:
        heap.close()
