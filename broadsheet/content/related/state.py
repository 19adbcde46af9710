"""All that related papers rest on, and what a change of some papers makes of it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from broadsheet.content.related.choice import NOBODY, chosen
from broadsheet.content.related.nearest import NEVER, UNKNOWN, Nearest, number_of
from broadsheet.content.related.reading import Reading
from broadsheet.content.related.renewal import moved, renew
from broadsheet.content.related.vectors import Weighed, Weighing, doublings, vectors_of
from broadsheet.content.related.words import Document

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from broadsheet.content.related.ragged import Column, Flags, Numbers, Ragged

GONE = -2
_MANY = 4  # from a quarter of all papers on, comparing all of them is faster


@dataclass(frozen=True, slots=True)
class State:
    """What was read of all papers, their telling vectors and neighbours, and which of these are shown (see chosen())."""

    reading: Reading
    telling: Ragged
    nearest: Nearest
    shown: NDArray[np.int32]

    @classmethod
    def of(cls, reading: Reading) -> State:
        """Compare all papers that were read."""
        import numpy as np  # noqa: PLC0415 - only where it is used

        telling, whole = vectors_of(reading)
        nearest = Nearest.of(telling, whole, len(reading.names))
        return cls(reading, telling, nearest, chosen(reading, nearest, np.arange(len(reading.slugs))))

    def after(self, changed: Mapping[str, Document | None]) -> tuple[State, Numbers]:
        """Return the state after a change, and which papers' lists may differ; None stands for a paper that is gone."""
        import numpy as np  # noqa: PLC0415 - only where it is used

        other = Reading.of([document for document in changed.values() if document])
        sources = _sources(self.reading.slugs, changed, other.slugs)
        reading, features = self.reading.spliced(sources, other)
        everyone = np.arange(len(sources))
        before = len(self.reading.slugs)
        if doublings(len(sources)) != doublings(before) or (sources >= before).all():
            return State.of(reading), everyone
        changed_telling, changed_whole, weighing = _reweighed(self.reading, reading, features, sources)
        if len(changed_telling) * _MANY > len(sources):
            return State.of(reading), everyone
        renewed = Weighed.of(reading.entries.taken(changed_telling), weighing).telling_vectors()
        sources_of_vectors = sources.copy()
        sources_of_vectors[changed_telling] = before + np.arange(len(changed_telling))
        telling = self.telling.renumbered(features).spliced(sources_of_vectors, renewed)
        nearest, lost = moved(self.nearest, sources)
        differs = renew(nearest, telling, len(reading.names), changed_telling, lost)
        _forget(nearest, changed_whole)
        differs |= nearest.unknown().any(axis=1)
        nearest.compare(lambda papers: Weighed.of(reading.entries.taken(papers), weighing).whole_vectors())
        rows = np.flatnonzero(differs)
        before_shown = _shown_by_new_numbers(self.shown, sources)
        shown = before_shown.copy()
        shown[rows] = chosen(reading, nearest, rows)
        return State(reading, telling, nearest, shown), np.flatnonzero((shown != before_shown).any(axis=1))


def _sources(slugs: Sequence[str], changed: Mapping[str, Document | None], added: Sequence[str]) -> Numbers:
    """Return for each paper after a change its number before, or its place among the new ones beyond the old."""
    import numpy as np  # noqa: PLC0415 - only where it is used

    kept = [number for number, slug in enumerate(slugs) if slug not in changed]
    names = [slugs[number] for number in kept]
    places = np.array([bisect_left(names, slug) for slug in added], dtype=np.int64)
    return np.insert(np.array(kept, dtype=np.int64), places, len(slugs) + np.arange(len(added)))


def _reweighed(
    before: Reading, after: Reading, features: Column, sources: Numbers
) -> tuple[Numbers, Numbers, Weighing]:
    """Return the papers whose telling vectors change, those whose whole vectors do, and what features weigh now."""
    import numpy as np  # noqa: PLC0415 - only where it is used

    alive = features >= 0
    spread = np.zeros(len(after.names), dtype=np.int64)
    spread[features[alive]] = before.spread[alive]
    few = np.flatnonzero(spread != after.spread)
    was = Weighing.of(after.names[few], spread[few], len(before.slugs))
    differs = Weighing.of(after.names[few], after.spread[few], len(after.slugs)).differs(was)
    telling, whole = np.zeros((2, len(after.names)), dtype=bool)
    telling[few], whole[few] = differs
    rows = after.entries.rows_with(telling | whole)
    entries, new = after.entries.taken(rows), np.flatnonzero(sources >= len(before.slugs))
    return (
        np.union1d(rows[entries.rows_with(telling)], new),
        np.union1d(rows[entries.rows_with(whole)], new),
        Weighing.of(after.names, after.spread, len(after.slugs)),
    )


def _shown_by_new_numbers(shown: NDArray[np.int32], sources: Numbers) -> NDArray[np.int32]:
    """Return what was shown of each paper, by the numbers that papers have now; GONE stands for what is no more."""
    import numpy as np  # noqa: PLC0415 - only where it is used

    here = np.flatnonzero(sources < len(shown))
    number = np.full(len(shown) + 1, GONE, dtype=np.int32)
    number[NOBODY] = NOBODY  # the last one
    number[sources[here]] = here
    now = np.full((len(sources), shown.shape[1]), GONE, dtype=np.int32)
    now[here] = number[shown[sources[here]]]
    return now


def _forget(known: Nearest, papers: Numbers) -> None:
    """Forget the similarities of papers whose whole vectors changed."""
    import numpy as np  # noqa: PLC0415 - only where it is used

    changed: Flags = np.zeros(len(known.keys), dtype=bool)
    changed[papers] = True
    others = changed[np.where(known.keys == NEVER, 0, number_of(known.keys))]
    known.similarity[others | changed[:, np.newaxis]] = UNKNOWN
