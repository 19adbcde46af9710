"""Related papers, found in a process of their own while pages are made, from what is remembered of the last time."""

from __future__ import annotations

import marshal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType

from broadsheet import disk
from broadsheet.content.related import Document
from broadsheet.content.relations import Relations
from broadsheet.processes import Child

MANY = 1000  # papers worth a second process
Lists = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Remembered:
    """The lists of an earlier time, the keys of the documents they were found for, and the state to go on from."""

    keys: Mapping[str, bytes]
    lists: Lists
    state: bytes


class Relating:
    """Finds related papers; `cache` is the file in which the last answer is remembered."""

    def __init__(self, cache: Path | None, program: str) -> None:
        self.cache, self.program = cache, program
        self.child: Child[Lists] | None = None

    def __enter__(self) -> None:
        """Begin nothing: `relate` does."""

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.child:
            self.child.end()

    def relate(self, documents: Sequence[Document]) -> Callable[[], Lists]:
        """Begin to find the related papers of documents; the answer waits until they are found."""
        keys = {each.slug: disk.digest(marshal.dumps((each.title, each.text, each.tags), 2)) for each in documents}
        remembered = self._recall()
        if remembered and remembered.keys == keys:
            return lambda: remembered.lists
        work = partial(self._find, documents, keys, remembered)
        if len(documents) < MANY:
            return work
        self.child = Child(work)
        return self.child.result

    def _find(self, documents: Sequence[Document], keys: Mapping[str, bytes], remembered: Remembered | None) -> Lists:
        relations = Relations.load(remembered.state) if remembered else None
        if relations and remembered:
            changed: dict[str, Document | None] = dict.fromkeys(remembered.keys.keys() - keys.keys())
            changed |= {each.slug: each for each in documents if remembered.keys.get(each.slug) != keys[each.slug]}
            relations.update(changed)
        else:
            relations = Relations.of(documents)
        lists = {slug: tuple(others) for slug, others in relations.lists.items()}
        if self.cache:
            disk.write_checked(self.cache, marshal.dumps((self.program, dict(keys), lists, relations.dump())))
        return lists

    def _recall(self) -> Remembered | None:
        data = disk.read_checked(self.cache) if self.cache else None
        if data is None:
            return None
        try:
            program, *found = marshal.loads(data)  # noqa: S302 - our own file, and its checksum is right
            return Remembered(*found) if program == self.program else None
        except (ValueError, EOFError, TypeError):
            return None
