"""Related papers that follow changes: of a collection that changes by one paper, little is computed again."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence

from broadsheet.content.related.choice import named
from broadsheet.content.related.reading import Reading
from broadsheet.content.related.state import State
from broadsheet.content.related.storage import Stored, restored, stored
from broadsheet.content.related.words import Document


class Relations:
    """Related papers that follow changes; equal to related_papers of the same documents at every moment.

    `mark` is what they were called when they were dumped.
    """

    def __init__(self, state: State | Stored, mark: str = "") -> None:
        self._state, self.mark = state, mark
        self._lists: dict[str, tuple[str, ...]] | None = None

    @classmethod
    def of(cls, documents: Sequence[Document]) -> Relations:
        """Compare all documents."""
        reading = Reading.of(documents)
        del documents  # their texts need not wait for the comparison, which needs the room
        return cls(State.of(reading))

    @property
    def lists(self) -> dict[str, tuple[str, ...]]:
        """Return the related papers of all papers by slug, in the order of slugs."""
        if self._lists is None:
            if isinstance(self._state, Stored):
                self._lists = self._state.lists()
            else:
                slugs = self._state.reading.slugs
                self._lists = dict(zip(slugs, named(slugs, self._state.shown.tolist()), strict=True))
        return self._lists

    def of_papers(self, papers: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Return the lists of those of some papers that there are."""
        return _lists_of(self._current(), papers)

    def update(self, changed: Mapping[str, Document | None]) -> set[str]:
        """Take up new and changed documents by slug, None for one that is gone; return whose lists changed.

        New papers are among those; papers that are gone are not.
        """
        for slug, document in changed.items():
            if document and document.slug != slug:
                raise ValueError(f"the document of “{slug}” has the slug “{document.slug}”")
        if not changed:
            return set()  # without a look at the state, which may not be in use yet
        before = self._current()
        state, rows = before.after(changed)
        slugs = state.reading.slugs
        new = dict(zip([slugs[row] for row in rows.tolist()], named(slugs, state.shown[rows].tolist()), strict=True))
        former = _lists_of(before, new)
        self._state, self._lists = state, None
        return {slug for slug, others in new.items() if former.get(slug) != others}

    def dump(self, mark: str = "") -> bytes:
        """Return the lists, and what it takes to follow further changes, for load()."""
        return b"".join(self.pieces(mark))

    def pieces(self, mark: str) -> list[bytes | memoryview]:
        """Return the same in pieces, which are not to be changed."""
        return stored(self._current(), mark)

    @classmethod
    def load(cls, data: bytes) -> Relations | None:
        """Return what was dumped; None if the bytes are damaged, or of other rules than those in force."""
        found = restored(data)
        return cls(found, found.mark) if found else None

    def get_ready(self) -> None:
        """Do now what the first change would have to wait for."""
        self._current()

    def _current(self) -> State:
        if isinstance(self._state, Stored):
            self._state = self._state.state()
        return self._state


def _lists_of(state: State, papers: Iterable[str]) -> dict[str, tuple[str, ...]]:
    slugs = state.reading.slugs
    places = ((slug, bisect_left(slugs, slug)) for slug in papers)
    rows = {slug: place for slug, place in places if place < len(slugs) and slugs[place] == slug}
    return dict(zip(rows, named(slugs, state.shown[list(rows.values())].tolist()), strict=True))
