"""Papers as vectors of features, weighed by how often a paper has them and how few others do (TF-IDF).

Weights are whole numbers, and rarity counts in half doublings, the same for all rare features: one paper more changes
few rarities, so that few vectors change.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from broadsheet.content.related.ragged import AT_ONCE, Ragged, stacked

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from broadsheet.content.related.ragged import Flags, Numbers
    from broadsheet.content.related.reading import Reading

KEPT = 60  # telling features of a paper, by which candidates are found
COMMON = 200  # papers that a telling feature may have
WHOLE = 120  # features of a paper by which candidates are compared
PHRASE_WEIGHT = 1.3
FEW = 16  # papers: what fewer have is no rarer, as names shared by chance say little;
FEWEST = 10  # but at most a thousandth of all, which is so many halvings
UNIT = 4096  # length of a vector: a similarity is at most its square and fits 32 bits
_HEAVIEST = (1 << 15) - 1  # more than a weight can be before it is made part of a vector


@dataclass(frozen=True, slots=True)
class Weighing:
    """How much each feature weighs, and whether it counts at all."""

    rarity: NDArray[np.float64]
    shared: Flags
    telling: Flags

    @classmethod
    def of(cls, names: Numbers, spread: Numbers, papers: int) -> Weighing:
        """Weigh features by how many of all papers have them."""
        import numpy as np  # noqa: PLC0415 - only where it is used

        few = min(FEW, max(1, (1 << doublings(papers)) >> FEWEST))
        spreads = np.arange(int(spread.max(initial=0)) + 1)
        by_spread = 1 + 2 * doublings(papers) - np.floor(2 * np.log2(np.maximum(spreads, few)) + 1e-9)
        rarity = np.where(names & 1, (by_spread * PHRASE_WEIGHT)[spread], by_spread[spread])
        return cls(rarity, spread > 1, (spread > 1) & (spread <= COMMON))

    def differs(self, other: Weighing) -> tuple[Flags, Flags]:
        """Return which features weigh otherwise in telling vectors and in whole ones."""
        weight = self.rarity != other.rarity
        shared, telling = self.shared | other.shared, self.telling | other.telling
        return (weight & telling) | (self.telling != other.telling), (weight & shared) | (self.shared != other.shared)


@dataclass(frozen=True, slots=True)
class Weighed:
    """The features that papers have in common with others: paper, feature and weight of each.

    order    all of them by papers, then from heavy to light; among equal weights the smaller name goes first
    telling  those of them that lead to candidates
    """

    papers: int
    row: Numbers
    feature: Numbers
    value: Numbers
    order: Numbers
    telling: Flags

    @classmethod
    def of(cls, entries: Ragged, weighing: Weighing) -> Weighed:
        """Weigh the features of papers."""
        import numpy as np  # noqa: PLC0415 - only where it is used

        feature, count = entries.columns
        index = np.flatnonzero(weighing.shared[feature])
        row, feature = entries.rows()[index], feature[index]
        often = 8 * (1 + np.log2(np.maximum(np.arange(np.iinfo(count.dtype).max + 1.0), 1)))
        value = np.rint(often[count[index]] * weighing.rarity[feature]).astype(np.int64)
        starts = _starts(row)
        # One number to sort by is far faster than three: paper, weight from heavy to light, place in the paper.
        keys = np.sort((row << 38) | ((_HEAVIEST - value) << 23) | (np.arange(len(row)) - starts[row]))
        order = starts[keys >> 38] + (keys & ((1 << 23) - 1))
        return cls(len(entries), row, feature, value, order, weighing.telling[feature])

    def telling_vectors(self) -> Ragged:
        """Return vectors of equal length of each paper's most telling features."""
        return self._unit(_first(self.order[self.telling[self.order]], self.row, KEPT))

    def whole_vectors(self) -> Ragged:
        """Return vectors of equal length of all that each paper has in common with others."""
        return self._unit(_first(self.order, self.row, WHOLE))

    def _unit(self, chosen: Numbers) -> Ragged:
        import numpy as np  # noqa: PLC0415 - only where it is used

        row, feature, value = self.row[chosen], self.feature[chosen], self.value[chosen]
        vectors = Ragged.of(row, (feature, value), self.papers)
        squares = np.concatenate([[0], np.cumsum(value * value)])
        length = np.sqrt(np.diff(squares[vectors.bounds]))
        return Ragged(vectors.bounds, (feature, np.rint(value * UNIT / length[row]).astype(np.int32)))


def doublings(papers: int) -> int:
    """Return how often one paper doubles to reach so many: with it all rarities change."""
    return (papers - 1).bit_length()


def vectors_of(reading: Reading) -> tuple[Ragged, Ragged]:
    """Return the telling vectors and the whole ones of all papers that were read."""
    import numpy as np  # noqa: PLC0415 - only where it is used

    weighing = Weighing.of(reading.names, reading.spread, len(reading.slugs))
    telling, whole = [], []
    papers = np.arange(len(reading.slugs))
    for start in range(0, max(1, len(papers)), AT_ONCE):
        weighed = Weighed.of(reading.entries.taken(papers[start : start + AT_ONCE]), weighing)
        telling.append(weighed.telling_vectors())
        whole.append(weighed.whole_vectors())
    return stacked(telling), stacked(whole)


def _starts(row: Numbers) -> Numbers:
    """Return where each row starts, of entries in the order of rows."""
    import numpy as np  # noqa: PLC0415 - only where it is used

    return np.concatenate([[0], np.cumsum(np.bincount(row))])


def _first(order: Numbers, row: Numbers, most: int) -> Numbers:
    """Return the first `most` of each row, in the order of entries."""
    import numpy as np  # noqa: PLC0415 - only where it is used

    rows = row[order]
    first = np.zeros(len(row), dtype=bool)
    first[order[np.arange(len(order)) < (_starts(rows) + most)[rows]]] = True
    return np.flatnonzero(first)
