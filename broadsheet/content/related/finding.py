"""Related papers found from scratch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from broadsheet.content.related.choice import named
from broadsheet.content.related.nearest import NEVER, number_of, similarity_of
from broadsheet.content.related.reading import Reading
from broadsheet.content.related.state import State
from broadsheet.content.related.vectors import UNIT
from broadsheet.content.related.words import Document


def related_papers(documents: Sequence[Document]) -> dict[str, tuple[str, ...]]:
    """Return up to five related papers for each paper by slug: the nearest first, then by slug.

    None is below FLOOR, none is the paper itself or its duplicate, and no two of them have the same title.
    """
    state = State.of(Reading.of(documents))
    return dict(zip(state.reading.slugs, named(state.reading.slugs, state.shown.tolist()), strict=True))


def compared(documents: Sequence[Document]) -> Iterator[tuple[int, list[tuple[int, float]]]]:
    """Yield each paper with its candidates and their similarities: the nearest first, then in the order of slugs."""
    import numpy as np  # noqa: PLC0415 - only where it is used

    known = State.of(Reading.of(documents)).nearest
    for number, ranked in enumerate(known.ranked(np.arange(len(known.keys)))):
        keys = ranked[ranked != NEVER]
        near = similarity_of(keys) / UNIT**2
        yield number, list(zip(number_of(keys).tolist(), near.tolist(), strict=True))
