"""What is compared of papers, made one by one: most documents have not changed since they were last compared."""

from __future__ import annotations

import marshal
from collections.abc import Callable, Mapping, Sequence
from typing import overload

from broadsheet.content.prepared import abstract_of
from broadsheet.content.related.words import Document

Plain = tuple[str, bytes, tuple[str, ...]]  # title, packed texts of the file, tags


class Documents(Sequence[Document]):
    """Documents that are made when they are asked for.

    marks  by slug, in their order: what surely changes when a document does
    """

    def __init__(self, marks: Mapping[str, str], plain: Callable[[int], Plain]) -> None:
        self.marks, self._plain, self._slugs = marks, plain, list(marks)

    def __len__(self) -> int:
        return len(self.marks)

    @overload
    def __getitem__(self, at: int) -> Document: ...
    @overload
    def __getitem__(self, at: slice) -> list[Document]: ...
    def __getitem__(self, at: int | slice) -> Document | list[Document]:
        if isinstance(at, slice):
            return [self[number] for number in range(len(self))[at]]
        return _document(self._slugs[at], self._plain(range(len(self))[at]))

    def packed(self) -> bytes:
        """Return all as bytes: making the documents is left to whoever unpacks them."""
        return marshal.dumps((dict(self.marks), [self._plain(number) for number in range(len(self))]))


def unpacked(data: bytes) -> tuple[dict[str, str], list[Document]]:
    """Return the marks and the documents that were packed."""
    marks, plain = marshal.loads(data)  # noqa: S302 - from this program
    return marks, [_document(slug, each) for slug, each in zip(marks, plain, strict=True)]


def _document(slug: str, plain: Plain) -> Document:
    title, texts, tags = plain
    return Document(slug, title, abstract_of(texts), tags)
