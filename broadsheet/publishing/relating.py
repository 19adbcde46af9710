"""Related papers, found in a process of their own while content is read and pages are made."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from broadsheet.content.related.documents import Documents
from broadsheet.content.related.words import Document
from broadsheet.processes import Companion, cores
from broadsheet.publishing.following import Change, Following, Lists, Remembered, after, key_of, question_of_all
from broadsheet.snapshots import Signature

MANY = 1000  # papers worth a second process


class Relating:
    """Finds related papers; `cache` is the file in which the last answer is remembered."""

    def __init__(self, cache: Path | None, program: str) -> None:
        self.cache, self.program = cache, program
        self.companion: Companion | None = None

    def __enter__(self) -> Self:
        """Begin nothing: `begin` or `relate` does."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.companion and fault is None:
            self.companion.finish()
        elif self.companion:
            self.companion.end()
        self.companion = None

    def begin(self, papers: Collection[Signature]) -> None:
        """Get ready in a process of its own before papers are read; `papers` are the signatures of their files.

        Only if one of them seems to have changed, or nothing is remembered, there will be something to do: nothing is
        loaded otherwise.
        """
        if self.cache and len(papers) >= MANY and cores() > 1:
            try:
                last = self.cache.stat().st_mtime_ns
            except OSError:
                last = 0
            self._start(early=any(max(each[1:3]) > last for each in papers))

    def relate(self, documents: Sequence[Document]) -> Callable[[], Lists]:
        """Begin to find the related papers of documents; the answer waits until they are found."""
        following = Following(self.cache, self.program)
        remembered = following.recall()
        many = len(documents) >= MANY and cores() > 1
        if remembered is None and many and isinstance(documents, Documents):
            return partial(_all, self._asked(documents), documents)
        keys = _keys_of(documents, remembered)
        if remembered and remembered.keys == keys:
            self._stop()
            return lambda: remembered.lists
        if not many:
            return partial(_find, following, documents, keys, remembered)
        companion = self.companion or self._start(early=False)
        companion.ask(Change.of(documents, keys, remembered).question())
        return partial(_found, companion, documents, keys, remembered)

    def _asked(self, documents: Documents) -> Companion:
        """Ask for the related papers of documents of which nothing is remembered."""
        companion = self.companion or self._start(early=False)
        companion.ask(question_of_all(documents))
        return companion

    def is_busy(self) -> bool:
        """Say whether another process is at work: on an answer, or on keeping what it found."""
        return self.companion is not None and self.companion.was_asked and not self.companion.has_news()

    def _stop(self) -> None:
        """End a process that got ready in vain; files that are older than now do not look new next time."""
        if self.companion and self.cache:
            self.companion.end()
            self.companion = None
            with suppress(OSError):  # then they look new again, which costs little
                self.cache.touch()

    def _start(self, *, early: bool) -> Companion:
        self.companion = Companion(partial(Following(self.cache, self.program).work, early=early))
        return self.companion


def _keys_of(documents: Sequence[Document], remembered: Remembered | None) -> dict[str, bytes]:
    """Return a key of each document; one whose mark is remembered has the key it had."""
    if not isinstance(documents, Documents) or remembered is None:
        return {each.slug: key_of(each) for each in documents}
    known = remembered.marks
    return {
        slug: remembered.keys[slug] if known.get(slug) == mark else key_of(documents[number])
        for number, (slug, mark) in enumerate(documents.marks.items())
    }


def _find(
    following: Following, documents: Sequence[Document], keys: dict[str, bytes], remembered: Remembered | None
) -> Lists:
    """Find related papers in this process."""
    change = Change.of(documents, keys, remembered)
    lists = following.follow(change)
    if lists is None:
        change = Change.of(documents, keys, None)
        lists = following.follow(change) or {}
    following.remember(change, lists)
    return after(remembered.lists if change.since and remembered else {}, lists, keys)


def _all(companion: Companion, documents: Documents) -> Lists:
    """Wait for the lists of all papers."""
    return after({}, companion.answer(), documents.marks)


def _found(
    companion: Companion, documents: Sequence[Document], keys: dict[str, bytes], remembered: Remembered | None
) -> Lists:
    """Wait for the lists that differ, or for all of them when the last ones cannot be followed."""
    lists = companion.answer()
    if lists is None:
        remembered = None
        companion.ask(Change.of(documents, keys, None).question())
        lists = companion.answer()
    return after(remembered.lists if remembered else {}, lists, keys)
