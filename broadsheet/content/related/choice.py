"""Which of a paper's candidates are shown: the nearest that are near enough, and no duplicates."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from broadsheet.content.related.nearest import NEVER, Nearest, key, number_of
from broadsheet.content.related.vectors import UNIT

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from broadsheet.content.related.ragged import Flags, Numbers
    from broadsheet.content.related.reading import Reading

MOST = 5
FLOOR = 0.12  # of similarity, 0 to 1: read by eye, most pairs below it do not belong together; see bench/related.py
SAME = 0.7  # similarity from which papers are duplicates if titles or abstracts have nearly the same words,
SAME_WORDS = 0.8  # which is this share of the words of both
NOBODY = -1


def chosen(reading: Reading, known: Nearest, rows: Numbers) -> NDArray[np.int32]:
    """Return the numbers of up to MOST related papers for some papers, the nearest first, then NOBODY."""
    import numpy as np  # noqa: PLC0415 - only where it is used

    ranked = known.ranked(rows)
    shown = np.where(ranked >> 32 <= _above(FLOOR), ranked, NEVER)
    first = np.sort(shown[:, :MOST], axis=1)
    others = np.full((len(rows), MOST), NOBODY, dtype=np.int32)
    others[:, : first.shape[1]] = np.where(first == NEVER, NOBODY, number_of(first))
    for row in np.flatnonzero(_needs_a_look(reading, rows, first)).tolist():
        found = _without_duplicates(reading, int(rows[row]), shown[row])
        others[row] = found + [NOBODY] * (MOST - len(found))
    return others


def named(slugs: Sequence[str], rows: Sequence[Sequence[int]]) -> list[tuple[str, ...]]:
    """Return lists of slugs instead of rows of numbers."""
    return [tuple([slugs[other] for other in row if other != NOBODY]) for row in rows]


def _above(similarity: float) -> int:
    """Return what the upper half of a key is at most from a similarity on."""
    import numpy as np  # noqa: PLC0415 - only where it is used

    return int(key(np.array(math.ceil(similarity * UNIT**2)), np.array(0)) >> 32)


def _needs_a_look(reading: Reading, rows: Numbers, first: Numbers) -> Flags:
    """Tell for each row whether two of its titles may be the same or one of the papers a duplicate."""
    import numpy as np  # noqa: PLC0415 - only where it is used

    nobody = -1 - np.arange(first.shape[1])  # no two are the same
    titles = np.where(first == NEVER, nobody, reading.titles[np.where(first == NEVER, 0, number_of(first))])
    titles = np.sort(np.column_stack([reading.titles[rows], titles]), axis=1)
    same: Flags = titles[:, 1:] == titles[:, :-1]
    return np.asarray((same | (first >> 32 <= _above(SAME))).any(axis=1))


def _without_duplicates(reading: Reading, paper: int, candidates: Numbers) -> list[int]:
    """Return the first candidates that are no duplicates of the paper and have titles of their own."""
    found: list[int] = []
    titles = {int(reading.titles[paper])}
    same = _above(SAME)
    for each in candidates[candidates != NEVER].tolist():
        other, title = each & 0xFFFFFFFF, int(reading.titles[each & 0xFFFFFFFF])
        if title not in titles and not (each >> 32 <= same and _same_words(reading, paper, other)):
            found.append(other)
            titles.add(title)
        if len(found) == MOST:
            break
    return found


def _same_words(reading: Reading, one: int, other: int) -> bool:
    """Tell whether titles or abstracts have nearly the same words."""
    import numpy as np  # noqa: PLC0415 - only where it is used

    for words in (reading.title_words, reading.text_words):
        (mine,), (theirs,) = words.row(one), words.row(other)
        both = len(np.intersect1d(mine, theirs, assume_unique=True))
        if len(mine) and len(theirs) and both >= SAME_WORDS * (len(mine) + len(theirs) - both):
            return True
    return False
