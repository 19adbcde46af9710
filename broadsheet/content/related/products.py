"""Products of vectors: which papers share telling features with a paper, and how alike two papers are as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from broadsheet.content.related.ragged import Ragged

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from broadsheet.content.related.ragged import Column, Numbers

_CELLS = 1 << 18  # similarities at a time, which bounds the memory
_FEW = 1 << 14  # entries that are looked up one by one
_TOGETHER = 6  # papers whose pairs are compared at a time: what is looked up at random fits the processor's cache


@dataclass(frozen=True, slots=True)
class Pairs:
    """Some papers (`rows`) with those that share telling features: row n is from bounds[n] to bounds[n + 1]."""

    rows: Numbers
    bounds: Numbers
    paper: NDArray[np.int32]
    similarity: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Postings:
    """Which papers have which features, and how much these weigh: feature n is from bounds[n] to bounds[n + 1]."""

    bounds: Numbers
    paper: Numbers
    weight: NDArray[np.float64]

    @classmethod
    def of(cls, vectors: Ragged, number: NDArray[np.int32]) -> Postings:
        """Turn vectors round; `number` has new numbers for the features that matter, and zero for others."""
        import numpy as np  # noqa: PLC0415 - only where it is used

        feature, weight = vectors.columns
        entry = np.flatnonzero(number[feature] > 0)
        feature = number[feature[entry]].astype(np.int64)
        entry = np.sort((feature << 32) | entry) & 0xFFFFFFFF
        paper = np.searchsorted(vectors.bounds, entry, side="right") - 1 if len(entry) < _FEW else vectors.rows()[entry]
        return cls(np.append(0, np.cumsum(np.bincount(feature))), paper, weight[entry].astype(np.float64))


def pairs_of(rows: Numbers, telling: Ragged, width: int) -> Iterator[Pairs]:
    """Yield some papers at a time with their similarities to all papers in telling features, of which are `width`."""
    import numpy as np  # noqa: PLC0415 - only where it is used

    mine, papers = telling.taken(rows), len(telling)
    number = np.zeros(width, dtype=np.int32)
    number[mine.columns[0]] = 1
    used = np.flatnonzero(number)
    number[used] = np.arange(1, len(used) + 1)
    postings = Postings.of(telling, number)
    step = max(1, _CELLS // max(1, papers))
    for start in range(0, len(rows), step):
        some = rows[start : start + step]
        entries = slice(int(mine.bounds[start]), int(mine.bounds[start + len(some)]))
        feature, weight = (column[entries] for column in mine.columns)
        cell = mine.rows_of(entries) - start
        sums = _sums(number[feature], weight, cell * papers, postings, len(some) * papers)
        found = np.flatnonzero(sums > 0)  # of flags it is several times as fast
        bounds = np.searchsorted(found, np.arange(len(some) + 1) * papers)
        paper = (found - np.repeat(np.arange(len(some)) * papers, np.diff(bounds))).astype(np.int32)
        yield Pairs(some, bounds, paper, sums[found].astype(np.int32))


def _sums(feature: Column, weight: Column, cell: Numbers, postings: Postings, cells: int) -> Column:
    """Return the sums of products: what an entry shares with a paper goes to its cell and the paper's number."""
    import numpy as np  # noqa: PLC0415 - only where it is used

    first = postings.bounds[feature]
    counts = postings.bounds[feature + 1] - first
    place = np.repeat(first - (np.cumsum(counts) - counts), counts)
    place += np.arange(len(place))
    product = np.repeat(weight.astype(np.float64), counts)
    product *= postings.weight[place]
    target = np.repeat(cell, counts)
    target += postings.paper[place]
    return np.bincount(target, weights=product, minlength=cells)


def similarities(ones: Numbers, others: Numbers, whole: Ragged) -> NDArray[np.int32]:
    """Return how alike the papers of each pair are; `ones` go up."""
    import numpy as np  # noqa: PLC0415 - only where it is used

    feature, weight, width = _table(whole)
    found = np.zeros(len(ones), dtype=np.int32)
    looked_up = np.zeros(_TOGETHER * width, dtype=np.int16)
    for start in range(0, len(whole), _TOGETHER):
        some = slice(start, min(start + _TOGETHER, len(whole)))
        pairs = slice(*np.searchsorted(ones, [some.start, some.stop]).tolist())
        shift = np.arange(_TOGETHER, dtype=np.int32)[:, np.newaxis] * width
        places = feature[some] + shift[: some.stop - start]
        looked_up[places] = weight[some]
        sought = feature[others[pairs]]
        sought += shift[ones[pairs] - start]
        found[pairs] = np.einsum("ij,ij->i", looked_up.take(sought), weight[others[pairs]], dtype=np.int32)
        looked_up[places] = 0
    return found


def _table(whole: Ragged) -> tuple[NDArray[np.int32], NDArray[np.int16], int]:
    """Return features and weights of vectors as rows of equal length, filled up with a feature that weighs nothing."""
    import numpy as np  # noqa: PLC0415 - only where it is used

    column, weight = whole.columns
    used = np.bincount(column)[column] > 1  # what one paper alone has plays no part
    number = np.zeros(int(column.max(initial=-1)) + 1, dtype=np.int32)
    number[column[used]] = 1
    width = int(number.sum()) + 1
    number[number > 0] = np.arange(1, width)  # without gaps, so that what is looked up lies close together
    lengths = np.diff(whole.bounds)
    there = np.arange(lengths.max(initial=0)) < lengths[:, np.newaxis]
    features, weights = np.zeros(there.shape, dtype=np.int32), np.zeros(there.shape, dtype=np.int16)
    features[there] = number[column]
    weights[there] = np.where(used, weight, 0)
    return features, weights, width
