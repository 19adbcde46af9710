"""Many texts split into words at once: words met before are told by their bytes, without an object for each."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import filterfalse
from typing import TYPE_CHECKING, TypeAlias

from broadsheet.content.related.words import (
    END,
    MARK,
    PASSED,
    digest_of,
    fold_plural,
    is_word,
    laid_out,
    says_nothing,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from broadsheet.content.related.ragged import Column, Flags, Numbers

    Words: TypeAlias = NDArray[np.uint64]

_LONGEST = 24  # bytes of a word that is told by its bytes; longer ones are rare
_PLACES = 19  # doublings of places for words that were met
_FACTORS = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB  # spread words evenly
_FIRST, _LAST = 16, 1024  # texts at once
NONE, _SILENT, TELLING = range(3)


class WordNumbers(dict[str, int]):
    """Numbers for tokens as they come up; `names` and `kinds` say what a number stands for. Passed words have 0."""

    def __init__(self) -> None:
        import numpy as np  # noqa: PLC0415 - only where it is used

        super().__init__(dict.fromkeys(PASSED, 0))
        self.names: Numbers = np.array([-1])
        self.kinds: Column = np.array([NONE], dtype=np.int8)

    def __missing__(self, token: str) -> int:
        self._add([token])
        return self[token]

    def of(self, tokens: Sequence[str]) -> list[int]:
        """Return the numbers of many tokens; what is new among them is looked at together, which is faster."""
        self._add(list(dict.fromkeys(filterfalse(self.__contains__, tokens))))
        return list(map(self.__getitem__, tokens))

    def _add(self, tokens: Sequence[str]) -> None:
        """Give new tokens their numbers."""
        import numpy as np  # noqa: PLC0415 - only where it is used

        self.update(zip(tokens, range(len(self.names), len(self.names) + len(tokens)), strict=True))
        stems = [fold_plural(token) if token[-1] == "s" else token for token in tokens]
        kinds = np.array([_kind_of(token, stem) for token, stem in zip(tokens, stems, strict=True)], dtype=np.int8)
        digests = np.frombuffer(b"".join([digest_of(f"={stem}") for stem in stems]), dtype="<u8")
        names = (digests >> np.uint64(2) << np.uint64(1)).astype(np.int64)  # as name_of() has them
        self.names = np.append(self.names, np.where(kinds == NONE, -1, names))
        self.kinds = np.append(self.kinds, kinds)


class MetWords:
    """Words that were met, told by numbers of eight bytes each (rows), as many for each word (columns)."""

    def __init__(self, rows: int) -> None:
        import numpy as np  # noqa: PLC0415 - only where it is used

        self._place = np.zeros(1 << _PLACES, dtype=np.int32)
        self._words = np.zeros((rows, 1), dtype=np.uint64)  # the first stands for a free place: no word begins so
        self._codes = np.zeros(1, dtype=np.int32)

    def find(self, words: Words) -> tuple[NDArray[np.int32], Flags]:
        """Return the code of each word, and whether it was met."""
        met = self._place.take(_places(words))
        known: Flags = self._words[0].take(met) == words[0]
        for mine, theirs in zip(self._words[1:], words[1:], strict=True):
            known &= mine.take(met) == theirs
        return self._codes.take(met), known

    def keep(self, words: Words, codes: Column) -> None:
        """Give a place to words that were met for the first time, where it is free."""
        import numpy as np  # noqa: PLC0415 - only where it is used

        place, before = _places(words), len(self._codes)
        free = np.flatnonzero(self._place[place] == 0)
        self._place[place[free]] = free + 1
        chosen = free[self._place[place[free]] == free + 1]  # of those that want the same place, one gets it
        self._place[place[chosen]] = before + np.arange(len(chosen))
        self._words = np.hstack([self._words, words[:, chosen]])
        self._codes = np.append(self._codes, codes[chosen])


class Splitter:
    """Splits texts and numbers their words; what it has met, it finds again faster."""

    def __init__(self) -> None:
        self.numbers = WordNumbers()
        self._short, self._longer = MetWords(1), MetWords(_LONGEST // 8)
        self._at_once = _FIRST

    def split(self, texts: Sequence[str]) -> tuple[NDArray[np.int32], Numbers]:
        """Return the numbers of all words and marks in order, a mark after each text, and where texts end."""
        import numpy as np  # noqa: PLC0415 - only where it is used

        codes, ends, start, read = [np.zeros(0, dtype=np.int32)], [np.zeros(0, dtype=np.int64)], 0, 0
        while start < len(texts):
            some, until = self._split(texts[start : start + self._at_once])
            codes.append(some)
            ends.append(until + read)
            start, read = start + self._at_once, read + len(some)
            self._at_once = min(2 * self._at_once, _LAST)  # most words are met among the first texts
        return np.concatenate(codes), np.concatenate(ends)

    def _split(self, texts: Sequence[str]) -> tuple[NDArray[np.int32], Numbers]:
        import numpy as np  # noqa: PLC0415 - only where it is used

        laid = [laid_out(text) for text in texts]
        data = b"\n".join([*laid, b" " * _LONGEST])
        read = np.frombuffer(data, dtype=np.uint8)
        mark = read == ord(END)
        edges = np.flatnonzero(np.diff((read != ord(" ")) & ~mark, prepend=False))
        start, end = edges[::2], edges[1::2]
        mark[start] = True
        place = np.flatnonzero(mark)  # of words and marks
        codes = np.full(len(place), self.numbers[MARK], dtype=np.int32)
        codes[read[place] != ord(END)] = self._numbered(data, start, end)
        ends = np.cumsum(np.fromiter(map(len, laid), dtype=np.int64, count=len(laid)) + 1)
        return codes, np.searchsorted(place, ends)

    def _numbered(self, data: bytes, start: Numbers, end: Numbers) -> NDArray[np.int32]:
        """Return the number of each word."""
        import numpy as np  # noqa: PLC0415 - only where it is used

        length = end - start
        # Most words are of one number. What is found for the beginnings of others is not used.
        short = _words(data, start, length, 1)
        codes, known = self._short.find(short)
        longer = np.flatnonzero(length > 8)
        long = _words(data, start[longer], length[longer], _LONGEST // 8)
        codes[longer], known_longer = self._longer.find(long)
        known_longer &= length[longer] <= _LONGEST
        known[longer] = known_longer
        others = np.flatnonzero(~known)
        pieces = zip(start[others].tolist(), end[others].tolist(), strict=True)
        codes[others] = self.numbers.of([data[one:two].decode("utf-8", "surrogatepass") for one, two in pieces])
        new = others[length[others] <= 8]
        self._short.keep(short[:, new], codes[new])
        new = np.flatnonzero(~known_longer & (length[longer] <= _LONGEST))
        self._longer.keep(long[:, new], codes[longer[new]])
        return codes


def _kind_of(token: str, stem: str) -> int:
    if not is_word(token):
        return NONE
    return _SILENT if says_nothing(token, stem) else TELLING


def _words(data: bytes, start: Numbers, length: Numbers, rows: int) -> Words:
    """Return the first bytes of words, as many rows of eight; after its end a word is filled up with what no text has.

    So words differ in these numbers whenever they differ in so many bytes, whatever their lengths.
    """
    import numpy as np  # noqa: PLC0415 - only where it is used

    eight = np.ndarray(len(data) - 7, dtype="<u8", buffer=data, strides=(1,))
    filled = np.array([(1 << 64) - (1 << 8 * count) for count in range(9)], dtype=np.uint64)
    words = np.empty((rows, len(start)), dtype=np.uint64)
    for row in range(rows):
        np.bitwise_or(eight[start + 8 * row], filled.take(length - 8 * row, mode="clip"), out=words[row])
    return words


def _places(words: Words) -> Numbers:
    """Return where words have their places, if they have."""
    import numpy as np  # noqa: PLC0415 - only where it is used

    mixed = words[0] * np.uint64(_FACTORS[0])
    for row, factor in zip(words[1:], _FACTORS[1:], strict=False):
        mixed ^= row * np.uint64(factor)
    mixed >>= np.uint64(64 - _PLACES)
    places: Numbers = mixed.view(np.int64)
    return places
