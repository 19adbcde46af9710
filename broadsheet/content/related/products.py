"""Products of vectors: which papers share telling features with a paper, and how alike two papers are as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from broadsheet.content.related.ragged import Ragged

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from broadsheet.content.related.ragged import Column, Numbers

_CELLS = 1 << 18  # similarities at a time, which bounds the memory
_GROUPS = 128  # of papers; the more, the fewer pairs are found that are not among the most similar ones
_PIECE = 8  # papers of a feature that are copied in one go
_FEW = 1 << 14  # entries that are looked up one by one
_TOGETHER = 6  # papers whose pairs are compared at a time: what is looked up at random fits the processor's cache


@dataclass(frozen=True, slots=True)
class Pairs:
    """Some papers (`rows`) with others that share telling features: row n is from bounds[n] to bounds[n + 1]."""

    rows: Numbers
    bounds: Numbers
    paper: Numbers
    similarity: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Postings:
    """Which papers have which features, and how much these weigh: feature n has pieces bounds[n] to bounds[n + 1].

    Each piece is of _PIECE papers, filled up with one that weighs nothing.
    """

    bounds: Numbers
    paper: NDArray[np.int32]
    weight: NDArray[np.int32]

    @classmethod
    def of(cls, vectors: Ragged, number: NDArray[np.int32]) -> Postings:
        """Turn vectors round; `number` has new numbers for the features that matter, and zero for others."""
        import numpy as np  # noqa: PLC0415 - only where it is used

        feature, weight = vectors.columns
        entry = np.flatnonzero(number[feature] > 0)
        feature = number[feature[entry]].astype(np.int64)
        counts = np.bincount(feature)
        bounds = np.append(0, np.cumsum(-(-counts // _PIECE)))
        entry = np.sort((feature << 32) | entry) & 0xFFFFFFFF
        place = np.repeat(bounds[:-1] * _PIECE - (np.cumsum(counts) - counts), counts) + np.arange(len(entry))
        papers, weights = np.zeros((2, int(bounds[-1]), _PIECE), dtype=np.int32)
        few = len(entry) < _FEW
        papers.flat[place] = np.searchsorted(vectors.bounds, entry, "right") - 1 if few else vectors.rows()[entry]
        weights.flat[place] = weight[entry]
        return cls(bounds, papers, weights)


def pairs_of(rows: Numbers, telling: Ragged, width: int, most: int | None = None) -> Iterator[Pairs]:
    """Yield some papers at a time with the similarities of others in telling features, of which are `width`.

    With `most`, pairs may be left out of which a paper has at least so many that are more similar.
    """
    import numpy as np  # noqa: PLC0415 - only where it is used

    mine, papers = telling.taken(rows), len(telling)
    number = np.zeros(width, dtype=np.int32)
    number[mine.columns[0]] = 1
    used = np.flatnonzero(number)
    number[used] = np.arange(1, len(used) + 1)
    postings = Postings.of(telling, number)
    cells = -(-papers // _GROUPS) * _GROUPS
    step = max(1, _CELLS // max(1, cells))
    for start in range(0, len(rows), step):
        some = rows[start : start + step]
        entries = slice(int(mine.bounds[start]), int(mine.bounds[start + len(some)]))
        feature, weight = (column[entries] for column in mine.columns)
        cell = np.repeat(np.arange(len(some)) * cells, np.diff(mine.bounds[start : start + len(some) + 1]))
        sums = _sums(number[feature], weight, cell, postings, len(some) * cells).reshape(len(some), cells)
        sums[np.arange(len(some)), some] = 0  # a paper is no other
        found = np.flatnonzero(sums >= _least(sums, most))
        bounds = np.searchsorted(found, np.arange(len(some) + 1) * cells)
        paper = found - np.repeat(np.arange(len(some)) * cells, np.diff(bounds))
        yield Pairs(some, bounds, paper, sums.take(found))


def _sums(feature: Column, weight: Column, cell: Numbers, postings: Postings, cells: int) -> NDArray[np.int32]:
    """Return the sums of products: what an entry shares with a paper goes to its cell and the paper's number."""
    import numpy as np  # noqa: PLC0415 - only where it is used

    first = postings.bounds[feature]
    counts = postings.bounds[feature + 1] - first
    entry = np.repeat(np.arange(len(feature)), counts)
    piece = (first - (np.cumsum(counts) - counts))[entry]
    piece += np.arange(len(piece))
    target = postings.paper.take(piece, axis=0) + cell[entry][:, np.newaxis]
    product = postings.weight.take(piece, axis=0)
    product *= weight[entry][:, np.newaxis]
    sums = np.zeros(cells, dtype=np.int32)
    np.add.at(sums, target.reshape(-1), product.reshape(-1))
    return sums


def _least(sums: NDArray[np.int32], most: int | None) -> Column:
    """Return a similarity for each row that no pair is below which has fewer than `most` more similar ones.

    The greatest similarities of groups are those of different pairs, so if `most` groups reach a similarity, as many
    pairs do, and what is below it has those before it.
    """
    import numpy as np  # noqa: PLC0415 - only where it is used

    if most is None or most > _GROUPS:
        return np.ones((len(sums), 1), dtype=np.int32)
    greatest = sums.reshape(len(sums), -1, _GROUPS).max(axis=1, initial=0)
    greatest.partition(_GROUPS - most, axis=1)
    return np.asarray(np.maximum(greatest[:, _GROUPS - most, np.newaxis], 1))


def similarities(ones: Numbers, others: Numbers, whole: Ragged) -> NDArray[np.int32]:
    """Return how alike the papers of each pair are; `ones` go up."""
    import numpy as np  # noqa: PLC0415 - only where it is used

    feature, weight, width = _table(whole)
    found = np.zeros(len(ones), dtype=np.int32)
    looked_up = np.zeros(_TOGETHER * width, dtype=np.int16)
    starts = range(0, len(whole), _TOGETHER)
    bounds = np.searchsorted(ones, [*starts, len(whole)]).tolist()
    for start, (first, last) in zip(starts, pairwise(bounds), strict=True):
        some, pairs = slice(start, min(start + _TOGETHER, len(whole))), slice(first, last)
        shift = np.arange(_TOGETHER, dtype=np.int32)[:, np.newaxis] * width
        places = feature[some] + shift[: some.stop - start]
        looked_up[places] = weight[some]
        sought = feature.take(others[pairs], axis=0)
        sought += shift[ones[pairs] - start]
        found[pairs] = np.einsum("ij,ij->i", looked_up.take(sought), weight.take(others[pairs], axis=0), dtype=np.int32)
        looked_up[places] = 0
    return found


def _table(whole: Ragged) -> tuple[NDArray[np.int32], NDArray[np.int16], int]:
    """Return features and weights of vectors as rows of equal length, filled up with a feature that weighs nothing."""
    import numpy as np  # noqa: PLC0415 - only where it is used

    column, weight = whole.columns
    shared = np.bincount(column) > 1  # what one paper alone has plays no part
    number = np.where(shared, np.cumsum(shared), 0)  # without gaps, so that what is looked up lies close together
    width = int(number.max(initial=0)) + 1
    number = number.astype(np.int32)[column]
    lengths = np.diff(whole.bounds)
    there = np.arange(lengths.max(initial=0)) < lengths[:, np.newaxis]
    features, weights = np.zeros(there.shape, dtype=np.int32), np.zeros(there.shape, dtype=np.int16)
    features[there] = number
    weights[there] = np.where(number > 0, weight, 0)
    return features, weights, width
