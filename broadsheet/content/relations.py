"""Related papers that follow changes: of a collection that changes by one paper, little is computed again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from broadsheet.content.related.choice import chosen, named
from broadsheet.content.related.reading import Reading
from broadsheet.content.related.state import State
from broadsheet.content.related.words import Document


class Relations:
    """Related papers that follow changes; equal to related_papers of the same documents at every moment."""

    lists: dict[str, tuple[str, ...]]

    def __init__(self, state: State) -> None:
        import numpy as np  # noqa: PLC0415 - only where it is used

        self._state = state
        slugs = state.reading.slugs
        rows = chosen(state.reading, state.nearest, np.arange(len(slugs))).tolist()
        self.lists = dict(zip(slugs, named(slugs, rows), strict=True))

    @classmethod
    def of(cls, documents: Sequence[Document]) -> Relations:
        """Compare all documents."""
        return cls(State.of(Reading.of(documents)))

    def update(self, changed: Mapping[str, Document | None]) -> set[str]:
        """Take up new and changed documents by slug, None for one that is gone; return whose lists changed.

        New papers are among those; papers that are gone are not.
        """
        for slug, document in changed.items():
            if document and document.slug != slug:
                raise ValueError(f"the document of “{slug}” has the slug “{document.slug}”")
        state, rows = self._state.after(changed)
        slugs = state.reading.slugs
        found = named(slugs, chosen(state.reading, state.nearest, rows).tolist())
        lists = {slug: self.lists.get(slug, ()) for slug in slugs}
        new = {slugs[row]: others for row, others in zip(rows.tolist(), found, strict=True)}
        differ = {slug for slug, others in new.items() if self.lists.get(slug) != others}
        self._state, self.lists = state, lists | new
        return differ
