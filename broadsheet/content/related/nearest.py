"""The nearest papers of each paper: candidates that share its most telling features, compared by all they share.

The work for one paper is bounded, however many papers there are: KEPT features that at most COMMON papers have lead to
its candidates, and CANDIDATES of them are compared by WHOLE features.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from broadsheet.content.related.products import Pairs, pairs_of, similarities
from broadsheet.content.related.ragged import numbered

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from broadsheet.content.related.ragged import Column, Flags, Numbers, Ragged

CANDIDATES = 50
SPARE = 8  # candidates known beyond those, so that one lost need not be searched for
NEVER = (1 << 63) - 1  # key of no paper
UNKNOWN = -1  # similarity that is not computed
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
    def of(cls, telling: Ragged, whole: Ragged, width: int) -> Nearest:
        """Compare all papers, whose vectors are of `width` features."""
        import numpy as np  # noqa: PLC0415 - only where it is used

        found = cls.nothing(len(telling))
        found.search(np.arange(len(telling)), telling, width)
        found.compare(whole.taken)
        return found

    @classmethod
    def nothing(cls, papers: int) -> Nearest:
        """Return tables of so many papers, to be filled."""
        import numpy as np  # noqa: PLC0415 - only where it is used

        shape = (papers, CANDIDATES + SPARE)
        return cls(np.full(shape, NEVER), np.full(shape, UNKNOWN, dtype=np.int32), np.full(papers, NEVER))

    def search(self, rows: Numbers, telling: Ragged, width: int) -> None:
        """Fill in the candidates of some papers; similarities are unknown then."""
        most = CANDIDATES + SPARE
        for pairs in pairs_of(rows, telling, width, most + 1):  # one more tells that there are more
            self.fill(pairs)

    def fill(self, pairs: Pairs) -> None:
        """Fill in the candidates of papers from all that share telling features with them."""
        self.keys[pairs.rows], self.bound[pairs.rows] = _top(pairs)
        self.similarity[pairs.rows] = UNKNOWN

    def compare(self, whole: Callable[[Numbers], Ragged]) -> None:
        """Fill in the similarities that are unknown; `whole` returns the whole vectors of some papers."""
        import numpy as np  # noqa: PLC0415 - only where it is used

        unknown = self.unknown()
        paper, other = np.nonzero(unknown)[0], number_of(self.keys[:, :CANDIDATES][unknown])
        # Most papers are candidates of their candidates, and as similar to these as these to them.
        bits = len(self.keys).bit_length()
        free = max(0, 63 - 2 * bits)  # as high as they go: they are told by their first bits
        pairs, place = numbered(((np.minimum(paper, other) << bits) | np.maximum(paper, other)) << free)
        paper, other = pairs >> bits + free, (pairs >> free) & ((1 << bits) - 1)
        number = np.zeros(len(self.keys), dtype=np.int64)
        number[paper] = number[other] = 1
        compared = np.flatnonzero(number)
        number[compared] = np.arange(len(compared))
        found = similarities(number[paper], number[other], whole(compared))
        self.similarity[:, :CANDIDATES][unknown] = found[place]

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


def key(similarity: Column, number: Column) -> Numbers:
    """Return numbers that go by similarity, the nearest first, then by number.

    No two of a paper's are equal, so that the choice is the same on every machine.
    """
    keys: Numbers = ((_NEAREST - similarity.astype("int64")) << 32) + number
    return keys


def number_of(keys: Numbers) -> Numbers:
    """Return the papers that keys stand for."""
    return keys & _NUMBER


def similarity_of(keys: Numbers) -> Numbers:
    """Return the similarities in keys."""
    return _NEAREST - (keys >> 32)


def _top(pairs: Pairs) -> tuple[Numbers, Numbers]:
    """Return the first keys of each row, and what bounds them."""
    import numpy as np  # noqa: PLC0415 - only where it is used

    most, lengths = CANDIDATES + SPARE, np.diff(pairs.bounds)
    table = np.full((len(lengths), max(most, int(lengths.max(initial=0)))), NEVER)
    table[np.arange(table.shape[1]) < lengths[:, np.newaxis]] = key(pairs.similarity, pairs.paper)
    table.sort(axis=1)
    return table[:, :most], np.where(lengths > most, table[:, most - 1], NEVER)
