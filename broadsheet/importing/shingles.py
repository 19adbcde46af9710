"""Which texts share many of their shingles: runs of consecutive words, compared as sets.

The search is exact. A set that has a share s of its n members in common with another has at least k of any
n - ⌈s·n⌉ + k of them in common; so the rarest that many (its prefix) are looked up among the others, and the rarest are
mostly in no other set at all.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers: TypeAlias = NDArray[np.int64]

_AT_ONCE = 500_000  # look-ups, which bounds the memory
_HITS = 4  # members in common that a prefix is made to hold: more are longer prefixes, but fewer pairs by chance


@dataclass(frozen=True, slots=True)
class Overlap:
    """How many shingles two sets have, and how many of them in common."""

    one: int
    other: int
    common: int

    @property
    def jaccard(self) -> float:
        """Return the share of all shingles that both have: 1 for equal sets, also for two empty ones."""
        together = self.one + self.other - self.common
        return self.common / together if together else 1.0

    @property
    def contained(self) -> float:
        """Return the share of the smaller set that the other has too; 0 if it is empty."""
        return self.common / self.smaller if self.smaller else 0.0

    @property
    def smaller(self) -> int:
        """Return the size of the smaller set."""
        return min(self.one, self.other)


@dataclass(frozen=True, slots=True)
class Shingles:
    """The sets of all texts. Members that only one set has are counted and not kept: most are.

    The others stand end to end, a set's rarest first; `start` says where each set begins. A member's number is its
    rank by rarity.
    """

    sizes: Numbers
    start: Numbers
    members: Numbers

    def overlap(self, one: int, other: int) -> Overlap:
        """Compare the sets of two texts by their positions."""
        import numpy as np  # noqa: PLC0415 - slow to import, and only needed here

        mine, theirs = (self.members[self.start[each] : self.start[each + 1]] for each in (one, other))
        common = len(np.intersect1d(mine, theirs, assume_unique=True))
        return Overlap(int(self.sizes[one]), int(self.sizes[other]), common)

    def contained(self, share: float, least: int = 1) -> Iterator[tuple[int, int]]:
        """Yield every pair of positions, lower first, whose smaller set of at least so many is so far in the other.

        Pairs that share less come too: the caller compares.
        """
        prefix = self._prefix(share)
        prefix[self.sizes[self._texts()] < least] = False
        return self._meeting(prefix, prefix | True, share)

    def alike(self, jaccard: float) -> Iterator[tuple[int, int]]:
        """Yield every pair of positions, lower first, with this Jaccard index, and some with less."""
        prefix = self._prefix(jaccard)
        return self._meeting(prefix, prefix, jaccard)

    def _texts(self) -> Numbers:
        """Return the position of the text that each member belongs to."""
        import numpy as np  # noqa: PLC0415

        return np.repeat(np.arange(len(self.sizes)), np.diff(self.start))

    def _hits(self, share: float) -> Numbers:
        import numpy as np  # noqa: PLC0415

        hits: Numbers = np.clip(np.ceil(share * self.sizes - 1e-9).astype(np.int64), 1, _HITS)
        return hits

    def _prefix(self, share: float) -> NDArray[np.bool_]:
        """Mark the members that are in the prefixes of their sets."""
        import numpy as np  # noqa: PLC0415

        of_text = self._texts()
        alone = self.sizes - np.diff(self.start)
        place = np.arange(len(self.members)) - self.start[of_text] + alone[of_text]
        length = self.sizes - np.ceil(share * self.sizes - 1e-9).astype(np.int64) + self._hits(share)
        within: NDArray[np.bool_] = place < length[of_text]
        return within

    def _meeting(
        self, asking: NDArray[np.bool_], answering: NDArray[np.bool_], share: float
    ) -> Iterator[tuple[int, int]]:
        """Yield the pairs of which one has enough asking members among the other's answering ones."""
        import numpy as np  # noqa: PLC0415

        of_text, texts, hits = self._texts(), len(self.sizes), self._hits(share)
        order = np.flatnonzero(answering)
        order = order[np.argsort(self.members[order], kind="stable")]
        first = np.searchsorted(self.members[order], np.arange(self.members.max(initial=-1) + 2))
        many = np.diff(first)
        asked = np.flatnonzero(asking)
        found = [np.empty(0, np.int64)]
        load = np.cumsum(many[self.members[asked]]) // _AT_ONCE
        # A text's questions stay together, so that its hits are counted at once.
        load = np.maximum.accumulate(load[np.searchsorted(of_text[asked], of_text[asked])])
        for part in np.split(asked, np.flatnonzero(np.diff(load)) + 1):
            lengths = many[self.members[part]]
            offset = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
            others = of_text[order[np.repeat(first[self.members[part]], lengths) + offset]]
            keys, count = np.unique(np.repeat(of_text[part], lengths) * texts + others, return_counts=True)
            one, other = np.divmod(keys[count >= hits[keys // max(1, texts)]], max(1, texts))
            found.append((np.minimum(one, other) * texts + np.maximum(one, other))[one != other])
        for key in np.unique(np.concatenate(found)):
            yield int(key) // texts, int(key) % texts


class _Numbers(dict[str, int]):
    """Numbers of words, in the order of reading."""

    def __missing__(self, word: str) -> int:
        return self.setdefault(word, len(self))


def shingles_of(texts: Iterable[Sequence[str]], length: int) -> Shingles:
    """Make the sets of shingles of so many words each; a text with fewer words has none."""
    import numpy as np  # noqa: PLC0415

    numbers = _Numbers()
    stream, lengths = array("i"), []
    for text in texts:
        stream.extend([numbers[word] for word in text])
        lengths.append(len(text))
    words = np.frombuffer(stream, np.int32)
    of_text = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
    runs = max(0, len(words) - length + 1)
    codes = np.zeros(runs, np.int64)
    for place in range(length):  # exact for two million words and shingles of three
        codes *= len(numbers)
        codes += words[place : place + runs]
    inside = of_text[:runs] == of_text[length - 1 :][:runs]
    codes, of_text = codes[inside], of_text[:runs][inside]
    order = np.argsort(codes, kind="stable")
    codes, of_text = codes[order], of_text[order]
    del order
    new_kind = np.diff(codes, prepend=-1) != 0
    new = new_kind | (np.diff(of_text, prepend=-1) != 0)  # of one kind, texts follow one another in order
    kind = np.cumsum(new_kind, dtype=np.int32)[new] - 1
    of_text = of_text[new]
    del codes
    sizes = np.bincount(of_text, minlength=len(lengths))
    spread = np.bincount(kind)
    rank = np.empty(len(spread), np.int64)
    rank[np.argsort(spread, kind="stable")] = np.arange(len(spread))
    kept = spread[kind] > 1
    members, of_text = rank[kind[kept]] - int(np.sum(spread == 1)), of_text[kept]
    order = np.lexsort((members, of_text))
    start = np.searchsorted(of_text[order], np.arange(len(lengths) + 1))
    return Shingles(sizes, start, members[order])
