"""Many texts split into words at once: words met before are told by their bytes, without an object for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from broadsheet.content.related.words import (
    END,
    MARK,
    PASSED,
    fold_plural,
    is_word,
    laid_out,
    name_of,
    says_nothing,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from broadsheet.content.related.ragged import Column, Flags, Numbers

_LONGEST = 24  # bytes of a word that is told by its bytes; longer ones are rare
_PLACES = 20  # doublings of places for words that were met
_FACTORS = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB  # spread words evenly
_FIRST, _LAST = 16, 1024  # texts at once
NONE, _SILENT, TELLING = range(3)


class WordNumbers(dict[str, int]):
    """Numbers for tokens as they come up; `names` and `kinds` say what a number stands for. Passed words have 0."""

    def __init__(self) -> None:
        super().__init__(dict.fromkeys(PASSED, 0))
        self.names = [-1]
        self.kinds = [NONE]

    def __missing__(self, token: str) -> int:
        word = is_word(token)
        stem = fold_plural(token) if word else token
        self.names.append(name_of(f"={stem}") if word else -1)
        self.kinds.append((_SILENT if says_nothing(token, stem) else TELLING) if word else NONE)
        return self.setdefault(token, len(self.names) - 1)

    def arrays(self) -> tuple[Numbers, Column]:
        """Return names and kinds by numbers."""
        import numpy as np  # noqa: PLC0415 - only where it is used

        return np.array(self.names, dtype=np.int64), np.array(self.kinds, dtype=np.int8)


class Splitter:
    """Splits texts and numbers their words; what it has met, it finds again faster."""

    def __init__(self) -> None:
        import numpy as np  # noqa: PLC0415 - only where it is used

        self.numbers = WordNumbers()
        self._place = np.zeros(1 << _PLACES, dtype=np.int32)
        # Of words that have a place: three times eight bytes and the length; no word has the length of the first.
        self._words = np.zeros((4, 1), dtype=np.uint64)
        self._codes = np.zeros(1, dtype=np.int32)
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

        words, longer = _words(data, start, end)
        place = words[0] * np.uint64(_FACTORS[0])
        place[longer] ^= (words[1, longer] * np.uint64(_FACTORS[1])) ^ (words[2, longer] * np.uint64(_FACTORS[2]))
        place >>= np.uint64(64 - _PLACES)
        place = place.astype(np.int64)
        met = self._place.take(place)
        known: Flags = (self._words[0].take(met) == words[0]) & (self._words[3].take(met) == words[3])
        for number in (1, 2):
            known[longer] &= self._words[number].take(met[longer]) == words[number, longer]
        codes: NDArray[np.int32] = self._codes.take(met)
        others = np.flatnonzero(~known)
        pieces = zip(start[others].tolist(), end[others].tolist(), strict=True)
        codes[others] = [self.numbers[data[first:last].decode("utf-8", "surrogatepass")] for first, last in pieces]
        self._keep(words[:, others], place[others], codes[others])
        return codes

    def _keep(self, words: Column, place: Numbers, codes: Column) -> None:
        """Give a place to words that were met for the first time, where it is free."""
        import numpy as np  # noqa: PLC0415 - only where it is used

        places, first = np.unique(place, return_index=True)
        free = (self._place[places] == 0) & (words[3, first] <= _LONGEST)
        self._place[places[free]] = len(self._codes) + np.arange(np.count_nonzero(free))
        self._words = np.hstack([self._words, words[:, first[free]]])
        self._codes = np.append(self._codes, codes[first[free]])


def _words(data: bytes, start: Numbers, end: Numbers) -> tuple[NDArray[np.uint64], Numbers]:
    """Return the first bytes of words as three numbers, and their lengths; and which are longer than one number."""
    import numpy as np  # noqa: PLC0415 - only where it is used

    length = end - start
    eight = np.ndarray(len(data) - 7, dtype="<u8", buffer=data, strides=(1,))
    masks = np.array([(1 << 8 * count) - 1 for count in range(9)], dtype=np.uint64)
    words = np.zeros((4, len(start)), dtype=np.uint64)
    words[0] = eight[start] & masks.take(length, mode="clip")
    longer = np.flatnonzero(length > 8)
    for number in (1, 2):
        some = longer if number == 1 else longer[length[longer] > 8 * number]
        words[number, some] = eight[start[some] + 8 * number] & masks.take(length[some] - 8 * number, mode="clip")
    words[3] = length
    return words, longer
