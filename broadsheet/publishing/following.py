"""Related papers, followed from what is remembered of the last time.

Two files hold it: a small one with the lists, which is all that a build without new documents reads, and one with
the state from which changes are followed. A mark tells that both are of the same documents.
"""

from __future__ import annotations

import marshal
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from broadsheet import disk
from broadsheet.content.related.documents import Documents, unpacked
from broadsheet.content.related.words import Document
from broadsheet.remembered import keep, kept

if TYPE_CHECKING:
    from broadsheet.content.relations import Relations

Lists: TypeAlias = Mapping[str, Sequence[str]]
Question: TypeAlias = tuple[str, bytes]  # "change" or "all", and what was packed


@dataclass(frozen=True, slots=True)
class Remembered:
    """The lists of an earlier time, keys and marks of the documents they were found for, and the mark of the state."""

    mark: str
    keys: Mapping[str, bytes]
    marks: Mapping[str, str]
    lists: Lists


@dataclass(frozen=True, slots=True)
class Change:
    """What differs from documents with a mark: documents by slug, None for one that is gone, their keys and marks.

    An empty mark stands for no documents at all.
    """

    since: str
    documents: dict[str, Document | None]
    keys: Mapping[str, bytes]
    marks: Mapping[str, str]

    @classmethod
    def of(cls, documents: Sequence[Document], keys: Mapping[str, bytes], remembered: Remembered | None) -> Change:
        """Return what differs from what is remembered, which may be nothing."""
        before: Mapping[str, bytes] = remembered.keys if remembered else {}
        changed: dict[str, Document | None] = dict.fromkeys(before.keys() - keys.keys())
        differ = [(slug, number) for number, (slug, key) in enumerate(keys.items()) if before.get(slug) != key]
        changed |= {slug: documents[number] for slug, number in differ}
        marks = documents.marks if isinstance(documents, Documents) else {}
        there = {slug: keys[slug] for slug, _ in differ}
        marked = {slug: marks[slug] for slug in there if slug in marks}
        return cls(remembered.mark if remembered else "", changed, there, marked)

    def taken(self) -> list[Document]:
        """Return the documents, which are not kept here: those of all papers are a tenth of what a build needs."""
        documents = [document for document in self.documents.values() if document]
        self.documents.clear()
        return documents

    def question(self) -> Question:
        """Return it as a question for another process, packed faster than by pickle."""
        parts = {
            slug: document and (document.title, document.text, document.tags)
            for slug, document in self.documents.items()
        }
        return "change", marshal.dumps((self.since, parts, dict(self.keys), dict(self.marks)))

    @classmethod
    def of_question(cls, question: Question) -> Change:
        """Return what a question is about; all documents differ from none at all."""
        kind, data = question
        if kind == "all":
            marks, documents = unpacked(data)
            keys = {each.slug: key_of(each) for each in documents}
            return cls("", {each.slug: each for each in documents}, keys, marks)
        since, parts, *rest = marshal.loads(data)  # noqa: S302 - from this program
        return cls(since, {slug: part and Document(slug, *part) for slug, part in parts.items()}, *rest)


def question_of_all(documents: Documents) -> Question:
    """Return the question for the related papers of documents of which nothing is remembered."""
    return "all", documents.packed()


def key_of(document: Document) -> bytes:
    """Return what tells whether a document has changed."""
    return disk.digest(marshal.dumps((document.title, document.text, document.tags), 2))


class Following:
    """Answers what a change makes of the lists; `cache` is the file of the lists, the state's stands beside it."""

    def __init__(self, cache: Path | None, program: str) -> None:
        self.cache, self.program = cache, program
        self.remembered: Remembered | None = None
        self.relations: Relations | None = None

    def recall(self) -> Remembered | None:
        """Return the lists of the last time; None when they are of another program, or damaged."""
        known = kept(self.cache, self.program) if self.cache else None
        return Remembered(*known) if known else None

    def get_ready(self) -> None:
        """Load all that it takes to follow a change."""
        from broadsheet.content.relations import Relations  # noqa: PLC0415 - slow to load

        self.remembered, self.relations = self.recall(), None
        if self.remembered and self.cache:
            state = disk.read_dispensable(_state_beside(self.cache))
            found = Relations.load(state) if state is not None else None
            if found and found.mark == self.remembered.mark:
                found.get_ready()
                self.relations = found

    def follow(self, change: Change) -> Lists | None:
        """Return the lists that a change makes differ; None when the documents before it are not remembered."""
        if not change.since:
            from broadsheet.content.relations import Relations  # noqa: PLC0415 - slow to load

            self.remembered, self.relations = None, Relations.of(change.taken())
            return self.relations.lists
        if not self._is_ready(change):
            self.get_ready()
        if self.relations is None or not self._is_ready(change):
            return None
        differ = self.relations.update(change.documents)
        return self.relations.of_papers(differ)

    def remember(self, change: Change, lists: Lists) -> None:
        """Write what was found: first the state, which no lists know of as long as theirs are not written."""
        if not self.cache or not self.relations:
            return
        before = self.remembered or Remembered("", {}, {}, {})
        gone = change.documents.keys() - change.keys.keys()
        keys = {slug: key for slug, key in {**before.keys, **change.keys}.items() if slug not in gone}
        marks = {slug: mark for slug, mark in {**before.marks, **change.marks}.items() if slug in keys}
        mark = disk.digest(marshal.dumps((self.program, sorted(keys.items())), 2)).hex()
        disk.write_dispensable(_state_beside(self.cache), *self.relations.pieces(mark))
        every = after(before.lists, lists, keys)
        keep(self.cache, self.program, (mark, keys, marks, every))

    def _is_ready(self, change: Change) -> bool:
        return bool(self.relations and self.remembered and self.remembered.mark == change.since)

    def work(self, question: Callable[[], Any], answer: Callable[[Any], None], *, early: bool) -> None:
        """Answer changes in another process until one could be followed; if it is `early`, get ready meanwhile."""
        # The library that numpy brings for matrices, which nothing here needs, else starts threads that wait busily.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        if early:
            self.get_ready()
        while True:
            change = Change.of_question(question())
            lists = self.follow(change)
            answer(lists)
            if lists is not None:
                self.remember(change, lists)
                return


def after(before: Lists, differ: Lists, slugs: Mapping[str, object]) -> dict[str, Sequence[str]]:
    """Return the lists of papers after a change, in the order of slugs."""
    if before.keys() == slugs.keys():
        return {**before, **differ}
    return {slug: differ[slug] if slug in differ else before[slug] for slug in sorted(slugs)}


def _state_beside(cache: Path) -> Path:
    return cache.with_name(f"{cache.name}-state")
