"""The nearest papers of each paper: candidates that share its most telling features, compared by all they share.

The work for one paper is bounded, however many papers there are: KEPT features that at most COMMON papers have lead to
its candidates, and CANDIDATES of them are compared by WHOLE features.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from broadsheet.content.related.ragged import Column, Flags, Numbers
    from broadsheet.content.related.vectors import Vectors

CANDIDATES = 50
SPARE = 8  # candidates known beyond those, so that one lost need not be searched for
NEVER = (1 << 63) - 1  # key of no paper
UNKNOWN = -1  # similarity that is not computed
_ROWS = 256  # papers at a time, which bounds the memory
_PAIRS = 8192
_NUMBER = 0xFFFFFFFF
_NEAREST = 1 << 30  # more than any similarity


@dataclass(frozen=True, slots=True)
class Nearest:
    """What is known of each paper's neighbours.

    keys        CANDIDATES + SPARE of them in order: similarity in telling features and number in one, see key()
    similarity  of whole vectors to each of the candidates, and of those to spare where it is known
    bound       all pairs are known whose key is not above it
    """

    keys: Numbers
    similarity: NDArray[np.int32]
    bound: Numbers

    @classmethod
    def of(cls, vectors: Vectors, width: int) -> Nearest:
        """Compare all papers."""
        import numpy as np  # noqa: PLC0415 - only where it is used

        papers = len(vectors.telling)
        found = cls.nothing(papers)
        found.search(np.arange(papers), vectors.telling.matrix(width))
        found.compare(vectors.whole.matrix(width))
        return found

    @classmethod
    def nothing(cls, papers: int) -> Nearest:
        """Return tables of so many papers, to be filled."""
        import numpy as np  # noqa: PLC0415 - only where it is used

        shape = (papers, CANDIDATES + SPARE)
        return cls(np.full(shape, NEVER), np.full(shape, UNKNOWN, dtype=np.int32), np.full(papers, NEVER))

    def search(self, rows: Numbers, telling: Any) -> None:  # noqa: ANN401 - scipy has no types
        """Fill in the candidates of some papers; similarities are unknown then."""
        for some, product in products(rows, telling):
            self.fill(some, product)

    def fill(self, rows: Numbers, product: Any) -> None:  # noqa: ANN401 - scipy has no types
        """Fill in the candidates of some papers from the product of their telling vectors with all others."""
        self.keys[rows], self.bound[rows] = _top(key(product.data, product.indices), product.indptr, rows)
        self.similarity[rows] = UNKNOWN

    def compare(self, whole: Any) -> None:  # noqa: ANN401 - scipy has no types
        """Fill in the similarities that are unknown; each pair is compared once."""
        import numpy as np  # noqa: PLC0415 - only where it is used

        paper, place = np.nonzero(self.unknown())
        other = self.keys[paper, place] & _NUMBER
        pairs, which = np.unique((np.minimum(paper, other) << 32) | np.maximum(paper, other), return_inverse=True)
        found = np.zeros(len(pairs), dtype=np.int32)
        for start in range(0, len(pairs), _PAIRS):
            some = pairs[start : start + _PAIRS]
            found[start : start + _PAIRS] = whole[some >> 32].multiply(whole[some & _NUMBER]).sum(axis=1)
        self.similarity[paper, place] = found[which]

    def unknown(self) -> Flags:
        """Tell which candidates are still to be compared; those to spare are when they become candidates."""
        unknown: Flags = (self.similarity[:, :CANDIDATES] == UNKNOWN) & (self.keys[:, :CANDIDATES] != NEVER)
        return unknown

    def lacking(self, rows: Numbers) -> Numbers:
        """Return those of some papers that have more candidates than are known."""
        lacking: Flags = (self.bound[rows] != NEVER) & (self.keys[rows, CANDIDATES - 1] == NEVER)
        return rows[lacking]

    def ranked(self, rows: Numbers) -> Numbers:
        """Return the keys of candidates by whole similarity for some papers, the nearest first."""
        import numpy as np  # noqa: PLC0415 - only where it is used

        keys, similarity = self.keys[rows, :CANDIDATES], self.similarity[rows, :CANDIDATES]
        return np.sort(np.where(keys == NEVER, NEVER, key(similarity, number_of(keys))), axis=1)


def products(rows: Numbers, telling: Any) -> Iterator[tuple[Numbers, Any]]:  # noqa: ANN401 - scipy has no types
    """Yield some papers at a time with their similarities to all papers in telling features."""
    turned = telling.T.tocsr()
    for start in range(0, len(rows), _ROWS):
        some = rows[start : start + _ROWS]
        yield some, telling[some] @ turned


def key(similarity: Column, number: Numbers) -> Numbers:
    """Return numbers that go by similarity, the nearest first, then by number.

    No two of a paper's are equal, so that the choice is the same on every machine.
    """
    return ((_NEAREST - similarity.astype("int64")) << 32) + number


def number_of(keys: Numbers) -> Numbers:
    """Return the papers that keys stand for."""
    return keys & _NUMBER


def similarity_of(keys: Numbers) -> Numbers:
    """Return the similarities in keys."""
    return _NEAREST - (keys >> 32)


def _top(keys: Numbers, bounds: Numbers, papers: Numbers) -> tuple[Numbers, Numbers]:
    """Return the first keys of each row without the paper's own, and what bounds them."""
    import numpy as np  # noqa: PLC0415 - only where it is used

    most = CANDIDATES + SPARE
    table, bound = np.full((len(papers), most), NEVER), np.full(len(papers), NEVER)
    keys[(keys & _NUMBER) == np.repeat(papers, np.diff(bounds))] = NEVER
    for row, (start, end) in enumerate(zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)):
        mine = keys[start:end]
        if len(mine) > most:
            mine.partition(most)
            bound[row] = NEVER if mine[most] == NEVER else 0
        table[row, : len(mine)] = mine[:most]
    table.sort(axis=1)
    return table, np.where(bound == 0, table[:, -1], bound)
