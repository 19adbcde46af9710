"""Related papers, found in a process of their own while pages are made, and remembered."""

from __future__ import annotations

import marshal
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import TracebackType

from broadsheet import disk
from broadsheet.content.related import Document, related_papers
from broadsheet.processes import Child

MANY = 1000  # papers worth a second process
Found = Mapping[str, Sequence[str]]


class Relating:
    """Finds related papers, unless `cache` has those of the same documents."""

    def __init__(self, cache: Path | None, program: str) -> None:
        self.cache, self.program = cache, program
        self.child: Child[Found] | None = None

    def __enter__(self) -> None:
        """Begin nothing: `relate` does."""

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.child:
            self.child.end()

    def relate(self, documents: Sequence[Document]) -> Callable[[], Found]:
        """Begin to find the related papers of documents; the answer waits until they are found."""
        told = [(each.slug, each.title, each.text, each.tags) for each in documents]
        key = disk.digest(marshal.dumps((self.program, sorted(told)), 2))
        remembered = self._remembered(key)
        if remembered is not None:
            return lambda: remembered
        work = partial(related_papers, documents)
        self.child = Child(work) if len(documents) >= MANY else None
        return partial(self._find, work, key)

    def _find(self, work: Callable[[], Found], key: bytes) -> Found:
        found = self.child.result() if self.child else work()
        if self.cache:
            disk.write_checked(self.cache, marshal.dumps((key, dict(found))))
        return found

    def _remembered(self, key: bytes) -> Found | None:
        data = disk.read_checked(self.cache) if self.cache else None
        if data is None:
            return None
        try:
            stated, found = marshal.loads(data)  # noqa: S302 - our own file, and its checksum is right
        except (ValueError, EOFError, TypeError):
            return None
        return dict(found) if stated == key else None
