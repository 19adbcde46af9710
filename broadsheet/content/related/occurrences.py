"""Where words, pairs of words and tags occur in some papers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise
from typing import TYPE_CHECKING

from broadsheet.content.related.ragged import Ragged, distinct, numbered
from broadsheet.content.related.splitting import NONE, TELLING, Splitter
from broadsheet.content.related.words import Document, name_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from broadsheet.content.related.ragged import Column, Numbers

TITLE_WEIGHT = 2  # occurrences that one in the title counts for
TAG_WEIGHT = 3  # occurrences that a tag counts for
SHORTEST_ABSTRACT = 200  # characters: a shorter text may be the same by chance
_MOST_COUNTED = 0xFF


@dataclass(frozen=True, slots=True)
class Occurrences:
    """Which paper has which feature how often: each pair once, in the order of papers and of names.

    names     of all features, in order
    position  of each pair's feature among them
    """

    papers: int
    names: Numbers
    paper: NDArray[np.int32]
    position: NDArray[np.int32]
    count: NDArray[np.uint8]

    @classmethod
    def none(cls) -> Occurrences:
        """Return nothing, of no papers."""
        import numpy as np  # noqa: PLC0415 - only where it is used

        nothing = np.zeros(0, dtype=np.int32)
        return cls(0, nothing.astype(np.int64), nothing, nothing, nothing.astype(np.uint8))


@dataclass(frozen=True, slots=True)
class Part:
    """The words of some documents, laid end to end: title and abstract of one are the parts 2n and 2n + 1.

    part, code  of each word: where it stands, and its place in `names` and `kinds`
    """

    documents: Sequence[Document]
    part: NDArray[np.int32]
    code: NDArray[np.int32]
    names: Numbers
    kinds: Column

    @classmethod
    def of(cls, documents: Sequence[Document], splitter: Splitter) -> Part:
        """Read titles and abstracts."""
        import numpy as np  # noqa: PLC0415 - only where it is used

        code, ends = splitter.split([text for document in documents for text in (document.title, document.text)])
        part = np.repeat(np.arange(len(ends), dtype=np.int32), np.diff(ends, prepend=0))
        read = code > 0
        return cls(documents, part[read], code[read], splitter.numbers.names, splitter.numbers.kinds)

    def features(self) -> Occurrences:
        """Return words that say something, pairs of them and tags."""
        import numpy as np  # noqa: PLC0415 - only where it is used

        telling = (self.kinds == TELLING)[self.code]
        word, first = np.flatnonzero(telling), np.flatnonzero(telling[:-1] & telling[1:])
        title = TITLE_WEIGHT - (TITLE_WEIGHT - 1) * (self.part & 1)
        tag_paper, tag, tag_names = self._tags()
        single = np.concatenate([self.code[word], tag + len(self.names)])
        pair = _pair(self.names[self.code[first]], self.names[self.code[first + 1]])
        names, position = _positions(np.append(self.names, tag_names), single, pair)
        return _counted(
            names,
            len(self.documents),
            np.concatenate([self.part[word] >> 1, tag_paper, self.part[first] >> 1]),
            position,
            np.concatenate([title[word], np.full_like(tag, TAG_WEIGHT), title[first]]),
        )

    def _tags(self) -> tuple[Column, Column, Numbers]:
        """Return the papers that have tags, a number for each tag of theirs, and the names of tags by number."""
        import numpy as np  # noqa: PLC0415 - only where it is used

        numbers: dict[str, int] = {}
        tags = [
            (paper, numbers.setdefault(tag, len(numbers)))
            for paper, document in enumerate(self.documents)
            for tag in sorted(set(document.tags))
        ]
        paper, tag = np.array(tags, dtype=np.int32).reshape(-1, 2).T
        return paper, tag, np.array([name_of(f"#{tag}") for tag in numbers], dtype=np.int64)

    def titles(self) -> Numbers:
        """Return a number for the words of each title."""
        import numpy as np  # noqa: PLC0415 - only where it is used

        words, found = self._words(0)
        ends = (8 * np.cumsum(np.bincount(words, minlength=len(self.documents)))).tolist()
        data = found.astype("<i8").tobytes()
        digests = [blake2b(data[start:end], digest_size=8).digest() for start, end in pairwise([0, *ends])]
        return (np.frombuffer(b"".join(digests), dtype="<u8") >> np.uint64(1)).astype(np.int64)

    def words(self, which: int) -> Ragged:
        """Return the different words of titles (0) or abstracts (1) as numbers of 32 bits."""
        import numpy as np  # noqa: PLC0415 - only where it is used

        paper, name = self._words(which)
        shortest = np.array([SHORTEST_ABSTRACT if which else 1] * len(self.documents))
        length = np.array([len(document.text if which else document.title) for document in self.documents])
        pairs = distinct(((paper << 32) | (name >> 31))[(length >= shortest)[paper]])
        return Ragged.of(pairs >> 32, ((pairs & 0xFFFFFFFF).astype(np.uint32),), len(self.documents))

    def _words(self, which: int) -> tuple[Numbers, Numbers]:
        """Return paper and name of each word of titles or abstracts; a text without words is one word itself."""
        import numpy as np  # noqa: PLC0415 - only where it is used

        word = np.flatnonzero((self.kinds != NONE)[self.code] & (self.part & 1 == which))
        paper, name = (self.part[word] >> 1).astype(np.int64), self.names[self.code[word]]
        without = np.flatnonzero(np.bincount(paper, minlength=len(self.documents)) == 0)
        if not len(without):
            return paper, name
        texts = [self.documents[number].text if which else self.documents[number].title for number in without.tolist()]
        paper = np.concatenate([paper, without])
        name = np.concatenate([name, np.array([name_of(text) for text in texts], dtype=np.int64)])
        order = np.argsort(paper, kind="stable")
        return paper[order], name[order]


def _pair(first: Numbers, second: Numbers) -> Numbers:
    """Return odd numbers for pairs of words, well spread and different for the other order."""
    import numpy as np  # noqa: PLC0415 - only where it is used

    mixed = first.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + second.astype(np.uint64)
    mixed = (mixed ^ (mixed >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(32)
    return (mixed >> np.uint64(1)).astype(np.int64) | 1


def _positions(table: Numbers, single: Column, pair: Numbers) -> tuple[Numbers, NDArray[np.int32]]:
    """Return all names in order, and where there the singles stand, which are places in a table, and then the pairs.

    Only pairs are sorted: few singles differ, and as they are even and pairs odd, none is among the pairs.
    """
    import numpy as np  # noqa: PLC0415 - only where it is used

    used = np.zeros(len(table), dtype=bool)
    used[single] = True
    singles = distinct(table[used])
    pairs, place = numbered(pair)
    before = np.searchsorted(pairs, singles)
    of_table = np.zeros(len(table), dtype=np.int32)
    of_table[used] = (before + np.arange(len(singles)))[np.searchsorted(singles, table[used])]
    of_pairs = np.arange(len(pairs)) + np.cumsum(np.bincount(before, minlength=len(pairs)))[: len(pairs)]
    return np.insert(pairs, before, singles), np.concatenate([of_table[single], of_pairs.astype(np.int32)[place]])


def _counted(names: Numbers, papers: int, paper: Column, position: Column, weight: Column) -> Occurrences:
    """Return each pair of paper and name once, with the sum of its weights."""
    import numpy as np  # noqa: PLC0415 - only where it is used

    # Paper, name and weight in one number, because numpy sorts plain numbers far faster than it finds an order.
    bits = len(names).bit_length()
    short = papers << bits + 2 <= 1 << 32  # half as long, twice as fast
    keys: Column = paper.astype(np.uint32 if short else np.int64)
    for shift, column in ((bits, position), (2, weight)):
        keys <<= shift
        keys |= column.astype(keys.dtype)
    keys.sort()
    pairs = keys >> 2
    first = np.flatnonzero(np.append(True, pairs[1:] != pairs[:-1])[: len(pairs)])
    weighed = np.append(0, np.cumsum(keys & 3, dtype=np.int64))
    count = np.minimum(np.diff(weighed[np.append(first, len(keys))]), _MOST_COUNTED).astype(np.uint8)
    pairs = pairs[first]
    paper_of, position_of = (pairs >> bits).astype(np.int32), (pairs & ((1 << bits) - 1)).astype(np.int32)
    return Occurrences(papers, names, paper_of, position_of, count)
