"""A state of related papers as bytes: a checksum, a line of JSON with slugs, lists and sizes, and bare arrays.

Whole vectors are left out: those of a few papers follow from the rest quickly. Lists are read without numpy, so that a build in which no
paper changed does not import it.
"""

from __future__ import annotations

import json
import sys
import unicodedata
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from math import prod
from typing import TYPE_CHECKING

from broadsheet.content.related.choice import FLOOR, MOST, SAME, SAME_WORDS, named
from broadsheet.content.related.nearest import CANDIDATES, SPARE, Nearest
from broadsheet.content.related.occurrences import SHORTEST_ABSTRACT, TAG_WEIGHT, TITLE_WEIGHT
from broadsheet.content.related.ragged import Ragged
from broadsheet.content.related.reading import Reading
from broadsheet.content.related.state import State
from broadsheet.content.related.vectors import COMMON, FEW, FEWEST, KEPT, PHRASE_WEIGHT, UNIT, WHOLE
from broadsheet.content.related.words import STOP_WORDS

if TYPE_CHECKING:
    from broadsheet.content.related.ragged import Column

_MAGIC = b"related papers\n"
_START = len(_MAGIC) + 4  # after it a checksum of all that follows
_RULES = 2  # to be raised whenever the same papers would get other lists or the arrays another meaning


@dataclass(frozen=True, slots=True)
class Stored:
    """A state whose arrays are still bytes."""

    mark: str
    slugs: tuple[str, ...]
    sizes: tuple[int, ...]
    arrays: memoryview

    def state(self) -> State:
        """Return the state."""
        import numpy as np  # noqa: PLC0415 - only where it is used

        found: dict[str, Column] = {}
        start = 0
        for name, (kind, shape) in _layout(len(self.slugs), self.sizes).items():
            count = prod(shape)
            found[name] = np.frombuffer(self.arrays, dtype=kind, count=count, offset=start).reshape(shape)
            start += count * int(kind[1])
        reading = Reading(
            self.slugs,
            found["names"],
            found["spread"].astype(np.int64),
            Ragged(found["entry bounds"], (found["features"], found["counts"])),
            found["titles"],
            Ragged(found["title bounds"], (found["title words"],)),
            Ragged(found["text bounds"], (found["text words"],)),
        )
        known = Nearest(found["keys"], found["similarity"], found["bound"])
        telling = Ragged(found["telling bounds"], (found["telling"], found["weights"].astype(np.int32)))
        return State(reading, telling, known, found["shown"])

    def lists(self) -> dict[str, tuple[str, ...]]:
        """Return the lists, without numpy."""
        layout = _layout(len(self.slugs), self.sizes)
        before = list(layout)[: list(layout).index("shown")]
        start = _length({name: layout[name] for name in before})
        numbers = self.arrays[start : start + 4 * MOST * len(self.slugs)].cast("i").tolist()
        rows = [numbers[place : place + MOST] for place in range(0, len(numbers), MOST)]
        return dict(zip(self.slugs, named(self.slugs, rows), strict=True))


def stored(state: State, mark: str) -> list[bytes | memoryview]:
    """Return a state as bytes, with a mark to know it by; in pieces, because whoever writes them needs no copy."""
    reading, known = state.reading, state.nearest
    arrays: dict[str, Column] = {
        "names": reading.names,
        "keys": known.keys,
        "bound": known.bound,
        "titles": reading.titles,
        "entry bounds": reading.entries.bounds,
        "title bounds": reading.title_words.bounds,
        "text bounds": reading.text_words.bounds,
        "telling bounds": state.telling.bounds,
        "shown": state.shown,
        "similarity": known.similarity,
        "features": reading.entries.columns[0],
        "title words": reading.title_words.columns[0],
        "text words": reading.text_words.columns[0],
        "spread": reading.spread,
        "telling": state.telling.columns[0],
        "weights": state.telling.columns[1],
        "counts": reading.entries.columns[1],
    }
    sizes = tuple(len(arrays[name]) for name in ("names", "features", "title words", "text words", "telling"))
    head = {
        "rules": _rules(),
        "mark": mark,
        "slugs": reading.slugs,
        "sizes": sizes,
    }
    layout = _layout(len(reading.slugs), sizes)
    line = json.dumps(head, separators=(",", ":")).encode("ascii")
    # Arrays start at a multiple of eight, because numpy is slow elsewhere.
    parts: list[bytes | memoryview] = [line, b" " * (-(_START + len(line) + 1) % 8), b"\n"]
    parts += [_bytes_of(arrays[name].astype(kind, copy=False)) for name, (kind, _) in layout.items()]
    check = 0
    for part in parts:
        check = zlib.crc32(part, check)
    return [_MAGIC, check.to_bytes(4, "little"), *parts]


def _bytes_of(array: Column) -> memoryview:
    """Return the bytes of an array without copying them."""
    import numpy as np  # noqa: PLC0415 - only where it is used

    return np.ascontiguousarray(array).reshape(-1).view(np.uint8).data


def restored(data: bytes) -> Stored | None:
    """Return what bytes hold, or None if they are damaged, or of other rules."""
    view = memoryview(data)
    if data[: len(_MAGIC)] != _MAGIC or view[len(_MAGIC) : _START] != zlib.crc32(view[_START:]).to_bytes(4, "little"):
        return None
    end = data.find(b"\n", _START)
    try:
        head = json.loads(data[_START:end])
        slugs, sizes, mark = tuple(head["slugs"]), tuple(head["sizes"]), str(head["mark"])
        if head["rules"] != _rules() or len(view) - end - 1 != _length(_layout(len(slugs), sizes)):
            return None
        return Stored(mark, slugs, sizes, view[end + 1 :])
    except (ValueError, TypeError, LookupError, RecursionError):
        return None


def _layout(papers: int, sizes: tuple[int, ...]) -> dict[str, tuple[str, tuple[int, ...]]]:
    """Return type and shape of each array; the widest numbers come first."""
    names, features, title_words, text_words, telling = sizes
    most = CANDIDATES + SPARE
    return {
        "names": ("i8", (names,)),
        "keys": ("i8", (papers, most)),
        "bound": ("i8", (papers,)),
        "titles": ("i8", (papers,)),
        "entry bounds": ("i8", (papers + 1,)),
        "title bounds": ("i8", (papers + 1,)),
        "text bounds": ("i8", (papers + 1,)),
        "telling bounds": ("i8", (papers + 1,)),
        "shown": ("i4", (papers, MOST)),
        "similarity": ("i4", (papers, most)),
        "features": ("i4", (features,)),
        "title words": ("u4", (title_words,)),
        "text words": ("u4", (text_words,)),
        "spread": ("i4", (names,)),
        "telling": ("i4", (telling,)),
        "weights": ("i2", (telling,)),
        "counts": ("u1", (features,)),
    }


def _length(layout: Mapping[str, tuple[str, tuple[int, ...]]]) -> int:
    return sum(prod(shape) * int(kind[1]) for kind, shape in layout.values())


def _rules() -> str:
    """Return a mark of all that lists depend on besides the papers."""
    limits = (
        *(_RULES, sys.byteorder, unicodedata.unidata_version, sorted(STOP_WORDS)),
        *(TITLE_WEIGHT, TAG_WEIGHT, SHORTEST_ABSTRACT),
        *(KEPT, COMMON, WHOLE, PHRASE_WEIGHT, FEW, FEWEST, UNIT),
        *(CANDIDATES, SPARE, MOST, FLOOR, SAME, SAME_WORDS),
    )
    return blake2b(repr(limits).encode(), digest_size=12).hexdigest()
