"""Neighbours after a change: only pairs in which a vector changed are compared again.

Of every other paper it stays known which pairs lie within its bound, so that its candidates follow from those it had
and from the papers whose vectors changed. If too many were lost, the paper is compared with all again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from broadsheet.content.related.nearest import NEVER, UNKNOWN, Nearest, key, number_of
from broadsheet.content.related.products import pairs_of

if TYPE_CHECKING:
    from broadsheet.content.related.ragged import Flags, Numbers, Ragged


def moved(known: Nearest, sources: Numbers) -> tuple[Nearest, Flags]:
    """Return what is known of the papers that `sources` names by their old numbers, and who lost a candidate.

    Of papers with a number beyond the old ones nothing is known.
    """
    import numpy as np  # noqa: PLC0415 - only where it is used

    here = np.flatnonzero(sources < len(known.keys))
    if len(sources) == len(known.keys) and (here == sources[here]).all():
        # No number changes, and papers in the place of others are compared with all again.
        copied = Nearest(known.keys.copy(), known.similarity.copy(), known.bound.copy())
        return copied, np.zeros(len(sources), dtype=bool)
    number = np.full(len(known.keys), -1)
    number[sources[here]] = here
    after = Nearest.nothing(len(sources))
    after.keys[here], after.similarity[here] = known.keys[sources[here]], known.similarity[sources[here]]
    after.bound[here] = known.bound[sources[here]]
    known_pairs = after.keys != NEVER
    other = number[np.where(known_pairs, number_of(after.keys), 0)]
    after.keys[known_pairs] += (other - number_of(after.keys))[known_pairs]
    lost = known_pairs & (other < 0)
    after.keys[lost], after.similarity[lost] = NEVER, UNKNOWN
    # The paper that sets a bound may be gone: then it is the one before. If there is none, the bound becomes the last
    # possible number of the similarity before, which stays as it is.
    bounded = number_of(after.bound) < len(known.keys)
    last = np.maximum.accumulate(number)[number_of(after.bound[bounded])]
    after.bound[bounded] += last - number_of(after.bound[bounded])
    return after, lost.any(axis=1)


def renew(known: Nearest, telling: Ragged, width: int, changed: Numbers, lost: Flags) -> Flags:
    """Bring candidates up to date with papers whose telling vectors changed; return whose candidates may differ."""
    import numpy as np  # noqa: PLC0415 - only where it is used

    again = np.zeros(len(known.keys), dtype=bool)
    again[changed] = True
    dropped = (known.keys != NEVER) & again[np.where(known.keys == NEVER, 0, number_of(known.keys))]
    known.keys[dropped], known.similarity[dropped] = NEVER, UNKNOWN
    touched: Flags = (lost | dropped.any(axis=1)) & ~again
    found = [(changed[:0], changed[:0])]
    for pairs in pairs_of(changed, telling, width):
        paper = pairs.paper
        keys = key(pairs.similarity, np.repeat(pairs.rows, np.diff(pairs.bounds)))
        near = ~again[paper] & (keys <= known.bound[paper])
        found.append((paper[near], keys[near]))
        known.fill(pairs)
    paper, keys = (np.concatenate(column) for column in zip(*found, strict=True))
    touched[paper] = True
    few = _merge(known, np.flatnonzero(touched), paper, keys)
    if len(few):
        known.search(few, telling, width)
    return touched | again


def _merge(known: Nearest, rows: Numbers, paper: Numbers, keys: Numbers) -> Numbers:
    """Put new keys into the rows of their papers; return the rows that know too few candidates afterwards."""
    import numpy as np  # noqa: PLC0415 - only where it is used

    order = np.lexsort((keys, paper))
    place = np.searchsorted(rows, paper[order])
    rank = np.arange(len(order)) - np.searchsorted(place, place)
    size = known.keys.shape[1]
    added = np.full((len(rows), min(size, int(rank.max(initial=-1)) + 1)), NEVER)
    fits = rank < size
    added[place[fits], rank[fits]] = keys[order][fits]
    merged = np.hstack([known.keys[rows], added])
    similarity = np.hstack([known.similarity[rows], np.full(added.shape, UNKNOWN, dtype=np.int32)])
    order = np.argsort(merged, axis=1)
    full = (merged != NEVER).sum(axis=1) > size
    full[place[~fits]] = True
    known.keys[rows] = np.take_along_axis(merged, order, axis=1)[:, :size]
    known.similarity[rows] = np.take_along_axis(similarity, order, axis=1)[:, :size]
    known.bound[rows[full]] = known.keys[rows[full], -1]
    return known.lacking(rows)
