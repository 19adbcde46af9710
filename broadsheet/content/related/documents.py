"""What is compared of papers, made one by one: most documents have not changed since they were last compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import overload

from broadsheet.content.related.words import Document


class Documents(Sequence[Document]):
    """Documents that are made when they are asked for.

    marks  by slug, in their order: what surely changes when a document does
    """

    def __init__(self, marks: Mapping[str, str], make: Callable[[int], Document]) -> None:
        self.marks, self._make = marks, make

    def __len__(self) -> int:
        return len(self.marks)

    @overload
    def __getitem__(self, at: int) -> Document: ...
    @overload
    def __getitem__(self, at: slice) -> list[Document]: ...
    def __getitem__(self, at: int | slice) -> Document | list[Document]:
        if isinstance(at, slice):
            return [self._make(number) for number in range(len(self))[at]]
        return self._make(range(len(self))[at])
