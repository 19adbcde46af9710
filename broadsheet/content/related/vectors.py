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

    from broadsheet.content.related.ragged import Column, Flags, Numbers
    from broadsheet.content.related.reading import Reading

KEPT = 60  # telling features of a paper, by which candidates are found
COMMON = 200  # papers that a telling feature may have
WHOLE = 120  # features of a paper by which candidates are compared
PHRASE_WEIGHT = 1.3
FEW = 16  # papers: what fewer have is no rarer, as names shared by chance say little;
FEWEST = 10  # but at most a thousandth of all, which is so many halvings
UNIT = 4096  # length of a vector: a similarity is at most its square and fits 32 bits
_SHORT = 32  # bits of numbers that are sorted twice as fast as those of 64


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
    """The features that papers have in common with others: paper, feature and weight of each, in order of papers.

    telling  those of them that lead to candidates
    """

    papers: int
    row: NDArray[np.int32]
    feature: NDArray[np.int32]
    value: NDArray[np.int32]
    telling: Flags

    @classmethod
    def of(cls, entries: Ragged, weighing: Weighing) -> Weighed:
        """Weigh the features of papers."""
        import numpy as np  # noqa: PLC0415 - only where it is used

        feature, count = entries.columns
        index = np.flatnonzero(weighing.shared[feature])
        row, feature = entries.rows()[index], feature[index]
        often = 8 * (1 + np.log2(np.maximum(np.arange(np.iinfo(count.dtype).max + 1.0), 1)))
        value = np.rint(often[count[index]] * weighing.rarity[feature]).astype(np.int32)
        return cls(len(entries), row, feature, value, weighing.telling[feature])

    def telling_vectors(self) -> Ragged:
        """Return vectors of equal length of each paper's most telling features."""
        import numpy as np  # noqa: PLC0415 - only where it is used

        index = np.flatnonzero(self.telling)
        return _vectors(self.papers, self.row[index], self.feature[index], self.value[index], KEPT)

    def whole_vectors(self) -> Ragged:
        """Return vectors of equal length of all that each paper has in common with others."""
        return _vectors(self.papers, self.row, self.feature, self.value, WHOLE)


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


def _vectors(papers: int, row: Column, feature: Column, value: Column, most: int) -> Ragged:
    """Return vectors of equal length of the `most` heaviest features of each paper."""
    import numpy as np  # noqa: PLC0415 - only where it is used

    chosen = _heaviest(papers, row, value, most)
    row, feature, value = row[chosen], feature[chosen], value[chosen]
    vectors = Ragged.of(row, (feature, value), papers)
    squares = np.concatenate([[0], np.cumsum(value * value, dtype=np.int64)])
    length = np.sqrt(np.diff(squares[vectors.bounds]))
    return Ragged(vectors.bounds, (feature, np.rint(value * UNIT / length[row]).astype(np.int32)))


def _heaviest(papers: int, row: Column, value: Column, most: int) -> Numbers:
    """Return the `most` heaviest entries of each paper, in their order; of equal ones the first go first.

    Only those of papers that have more are sorted.
    """
    import numpy as np  # noqa: PLC0415 - only where it is used

    crowded = (np.bincount(row, minlength=papers) > most)[row]
    entry = np.flatnonzero(crowded)
    row, value = row[entry], value[entry]
    counts = np.bincount(row, minlength=papers)
    start = np.repeat(np.cumsum(counts) - counts, counts)
    place = np.arange(len(row)) - start
    # One number to sort by is far faster than three: paper, weight from heavy to light, place in the paper.
    heaviest, bits = int(value.max(initial=0)), int(place.max(initial=0)).bit_length()
    short = (papers - 1).bit_length() + heaviest.bit_length() + bits <= _SHORT
    keys: Column = row.astype(np.uint32 if short else np.int64)
    for shift, column in ((heaviest.bit_length(), heaviest - value), (bits, place)):
        keys <<= shift
        keys |= column.astype(keys.dtype)
    keys.sort()
    first = np.flatnonzero(place < most)  # each paper has its place still
    chosen = ~crowded
    chosen[entry[start[first] + (keys[first] & ((1 << bits) - 1))]] = True
    return np.flatnonzero(chosen)
