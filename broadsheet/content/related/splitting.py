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
_NOWHERE = -1
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
        self._place = np.full(1 << _PLACES, _NOWHERE, dtype=np.int32)
        self._words = np.zeros((4, 0), dtype=np.uint64)  # of words that have a place: three times eight bytes, length
        self._codes = np.zeros(0, dtype=np.int32)
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

        encoded = [laid_out(text).encode("utf-8", "surrogatepass") for text in texts]
        data = b"\n".join([*encoded, b" " * _LONGEST])
        read = np.frombuffer(data, dtype=np.uint8)
        edges = np.flatnonzero(np.diff((read != ord(" ")) & (read != ord(END)), prepend=False))
        start, end = edges[::2], edges[1::2]
        marks = np.flatnonzero(read == ord(END))
        codes = np.empty(len(start) + len(marks), dtype=np.int32)
        codes[np.arange(len(marks)) + np.searchsorted(start, marks)] = self.numbers[MARK]
        codes[np.arange(len(start)) + np.searchsorted(marks, start)] = self._numbered(data, read, start, end)
        ends = np.cumsum(np.fromiter(map(len, encoded), dtype=np.int64, count=len(encoded)) + 1)
        return codes, np.searchsorted(start, ends) + np.searchsorted(marks, ends)

    def _numbered(self, data: bytes, read: NDArray[np.uint8], start: Numbers, end: Numbers) -> NDArray[np.int32]:
        """Return the number of each word."""
        import numpy as np  # noqa: PLC0415 - only where it is used

        words = _words(read, start, end)
        place = (words[0] * np.uint64(_FACTORS[0])) ^ (words[1] * np.uint64(_FACTORS[1]))
        place = ((place ^ (words[2] * np.uint64(_FACTORS[2]))) >> np.uint64(64 - _PLACES)).astype(np.int64)
        met = self._place[place]
        known: Flags = met != _NOWHERE
        for mine, theirs in zip(self._words, words, strict=True):
            known[known] = mine[met[known]] == theirs[known]
        codes = np.empty(len(start), dtype=np.int32)
        codes[known] = self._codes[met[known]]
        others = np.flatnonzero(~known)
        pieces = zip(start[others].tolist(), end[others].tolist(), strict=True)
        found = [self.numbers[data[first:last].decode("utf-8", "surrogatepass")] for first, last in pieces]
        codes[others] = found
        self._keep(words[:, others], place[others], codes[others])
        return codes

    def _keep(self, words: Column, place: Numbers, codes: Column) -> None:
        """Give a place to words that were met for the first time, where it is free."""
        import numpy as np  # noqa: PLC0415 - only where it is used

        places, first = np.unique(place, return_index=True)
        free = (self._place[places] == _NOWHERE) & (words[3, first] <= _LONGEST)
        self._place[places[free]] = len(self._codes) + np.arange(np.count_nonzero(free))
        self._words = np.hstack([self._words, words[:, first[free]]])
        self._codes = np.append(self._codes, codes[first[free]])


def _words(read: NDArray[np.uint8], start: Numbers, end: Numbers) -> NDArray[np.uint64]:
    """Return the first bytes of words as three numbers, and their lengths."""
    import numpy as np  # noqa: PLC0415 - only where it is used

    length = end - start
    eight = np.lib.stride_tricks.sliding_window_view(read, 8)
    masks = np.array([(1 << 8 * count) - 1 for count in range(9)], dtype=np.uint64)
    words = np.zeros((4, len(start)), dtype=np.uint64)
    words[3] = length
    for number in range(3):
        longer = np.flatnonzero(length > 8 * number)
        bytes_of = np.ascontiguousarray(eight[start[longer] + 8 * number]).view("<u8")[:, 0]
        words[number, longer] = bytes_of & masks[np.minimum(length[longer] - 8 * number, 8)]
    return words
