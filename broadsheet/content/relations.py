"""Related papers that follow changes: of a collection that changes by one paper, little is computed again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from broadsheet.content.related.choice import named
from broadsheet.content.related.reading import Reading
from broadsheet.content.related.state import State
from broadsheet.content.related.storage import Stored, restored, stored
from broadsheet.content.related.words import Document


class Relations:
    """Related papers that follow changes; equal to related_papers of the same documents at every moment."""

    lists: dict[str, tuple[str, ...]]

    def __init__(self, state: State | Stored, lists: dict[str, tuple[str, ...]]) -> None:
        self._state = state
        self.lists = lists

    @classmethod
    def of(cls, documents: Sequence[Document]) -> Relations:
        """Compare all documents."""
        state = State.of(Reading.of(documents))
        slugs = state.reading.slugs
        return cls(state, dict(zip(slugs, named(slugs, state.shown.tolist()), strict=True)))

    def update(self, changed: Mapping[str, Document | None]) -> set[str]:
        """Take up new and changed documents by slug, None for one that is gone; return whose lists changed.

        New papers are among those; papers that are gone are not.
        """
        for slug, document in changed.items():
            if document and document.slug != slug:
                raise ValueError(f"the document of “{slug}” has the slug “{document.slug}”")
        if not changed:
            return set()  # without a look at the state, which may not be in use yet
        state, rows = self._current().after(changed)
        slugs = state.reading.slugs
        found = named(slugs, state.shown[rows].tolist())
        new = {slugs[row]: others for row, others in zip(rows.tolist(), found, strict=True)}
        differ = {slug for slug, others in new.items() if self.lists.get(slug) != others}
        lists = {slug: self.lists.get(slug, ()) for slug in slugs}
        self._state, self.lists = state, lists | new
        return differ

    def dump(self) -> bytes:
        """Return the lists, and what it takes to follow further changes, for load()."""
        return stored(self._current())

    @classmethod
    def load(cls, data: bytes) -> Relations | None:
        """Return what was dumped; None if the bytes are damaged, or of other rules than those in force."""
        found = restored(data)
        return cls(found, found.lists) if found else None

    def _current(self) -> State:
        if isinstance(self._state, Stored):
            self._state = self._state.state()
        return self._state
