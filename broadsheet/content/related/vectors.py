"""Papers as vectors of features, weighed by how often a paper has them and how few others do (TF-IDF).

Weights are whole numbers, and rarity counts in half doublings, the same for all rare features: one paper more changes
few rarities, so that few vectors change.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from broadsheet.content.related.ragged import Ragged

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from broadsheet.content.related.ragged import Column, Flags, Numbers
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
        rarity = 1 + 2 * doublings(papers) - np.floor(2 * np.log2(np.maximum(spread, few)) + 1e-9)
        rarity *= np.where(names & 1, PHRASE_WEIGHT, 1.0)
        return cls(rarity, spread > 1, (spread > 1) & (spread <= COMMON))

    def differs(self, other: Weighing) -> tuple[Flags, Flags]:
        """Return which features weigh otherwise in telling vectors and in whole ones."""
        weight = self.rarity != other.rarity
        shared, telling = self.shared | other.shared, self.telling | other.telling
        return (weight & telling) | (self.telling != other.telling), (weight & shared) | (self.shared != other.shared)


@dataclass(frozen=True, slots=True)
class Vectors:
    """Vectors of equal length: of each paper's most telling features, and of all that it has in common with others."""

    telling: Ragged
    whole: Ragged

    @classmethod
    def of(cls, entries: Ragged, weighing: Weighing) -> Vectors:
        """Return the vectors of papers whose features are given; among equal weights the smaller name goes first."""
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
        telling = order[weighing.telling[feature[order]]]
        return cls(
            *(
                _unit(row, feature, value, best, len(entries))
                for best in (_first(telling, row, KEPT), _first(order, row, WHOLE))
            )
        )

    def spliced(self, sources: Numbers, other: Vectors) -> Vectors:
        """Return the papers that `sources` names: papers of these vectors, and after them those of the others."""
        return Vectors(self.telling.spliced(sources, other.telling), self.whole.spliced(sources, other.whole))

    def renumbered(self, numbers: Column) -> Vectors:
        """Return the vectors with another number for each feature."""
        return Vectors(self.telling.renumbered(numbers), self.whole.renumbered(numbers))


def doublings(papers: int) -> int:
    """Return how often one paper doubles to reach so many: with it all rarities change."""
    return (papers - 1).bit_length()


def vectors_of(reading: Reading) -> Vectors:
    """Return the vectors of all papers that were read."""
    weighing = Weighing.of(reading.names, reading.spread, len(reading.slugs))
    return Vectors.of(reading.entries, weighing)


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


def _unit(row: Numbers, feature: Numbers, value: Numbers, chosen: Numbers, rows: int) -> Ragged:
    """Return vectors of equal length."""
    import numpy as np  # noqa: PLC0415 - only where it is used

    row, feature, value = row[chosen], feature[chosen], value[chosen]
    vectors = Ragged.of(row, (feature, value), rows)
    squares = np.concatenate([[0], np.cumsum(value * value)])
    length = np.sqrt(np.diff(squares[vectors.bounds]))
    return Ragged(vectors.bounds, (feature, np.rint(value * UNIT / length[row]).astype(np.int32)))
