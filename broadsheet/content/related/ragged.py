"""Rows of different lengths, laid end to end in numpy arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers: TypeAlias = NDArray[np.int64]
    Flags: TypeAlias = NDArray[np.bool_]
    Column: TypeAlias = NDArray[Any]


AT_ONCE = 2048  # papers, which bounds the memory


@dataclass(frozen=True, slots=True)
class Ragged:
    """Row `n` is what lies from `bounds[n]` to `bounds[n + 1]` in each of the columns."""

    bounds: Numbers
    columns: tuple[Column, ...]

    @classmethod
    def of(cls, row: Column, columns: tuple[Column, ...], rows: int) -> Ragged:
        """Return the rows of entries that are in the order of `row` already."""
        import numpy as np  # noqa: PLC0415 - only where it is used

        bounds = np.zeros(rows + 1, dtype=np.int64)
        np.cumsum(np.bincount(row, minlength=rows), out=bounds[1:])
        return cls(bounds, columns)

    def __len__(self) -> int:
        return len(self.bounds) - 1

    def row(self, number: int) -> tuple[Column, ...]:
        """Return one row's part of each column."""
        return tuple(column[self.bounds[number] : self.bounds[number + 1]] for column in self.columns)

    def rows(self) -> NDArray[np.int32]:
        """Return the row of each entry."""
        import numpy as np  # noqa: PLC0415 - only where it is used

        return np.repeat(np.arange(len(self), dtype=np.int32), np.diff(self.bounds))

    def rows_with(self, flags: Flags) -> Numbers:
        """Return the rows that have an entry whose first column is flagged, in order."""
        import numpy as np  # noqa: PLC0415 - only where it is used

        entries = np.flatnonzero(flags[self.columns[0]])
        return distinct(np.searchsorted(self.bounds, entries, side="right") - 1)

    def spliced(self, sources: Numbers, other: Ragged) -> Ragged:
        """Return the rows that `sources` names: rows of this one, and after them rows of the other one."""
        import numpy as np  # noqa: PLC0415 - only where it is used

        bounds = np.concatenate([self.bounds, other.bounds[1:] + self.bounds[-1]])
        lengths = np.diff(bounds)[sources]
        # Neighbours that stay neighbours are copied in one piece.
        ends = np.flatnonzero((np.diff(sources) != 1) | (sources[1:] == len(self))) + 1
        runs = np.concatenate([[0], ends]), np.concatenate([ends, [len(sources)]])
        pieces = [
            (int(sources[first]), int(sources[last - 1]) + 1) for first, last in zip(*runs, strict=True) if last > first
        ]
        columns = tuple(
            _joined([_piece(mine, theirs, int(bounds[a]), int(bounds[b])) for a, b in pieces] or [mine[:0]])
            for mine, theirs in zip(self.columns, other.columns, strict=True)
        )
        return Ragged(np.concatenate([[0], np.cumsum(lengths)]), columns)

    def taken(self, rows: Numbers) -> Ragged:
        """Return some of the rows."""
        return self.spliced(rows, Ragged(self.bounds[:1] * 0, tuple(column[:0] for column in self.columns)))

    def renumbered(self, numbers: Column) -> Ragged:
        """Return the rows with another number for each that the first column has."""
        return Ragged(self.bounds, (numbers[self.columns[0]], *self.columns[1:]))


def stacked(parts: list[Ragged]) -> Ragged:
    """Return the rows of all parts, one after the other."""
    import numpy as np  # noqa: PLC0415 - only where it is used

    lengths = np.concatenate([np.diff(part.bounds) for part in parts])
    columns = tuple(np.concatenate(columns) for columns in zip(*(part.columns for part in parts), strict=True))
    return Ragged(np.concatenate([[0], np.cumsum(lengths)]), columns)


def distinct(values: Numbers) -> Numbers:
    """Return the different values in order; np.unique is several times slower."""
    import numpy as np  # noqa: PLC0415 - only where it is used

    ordered = np.sort(values)
    return ordered[np.concatenate([[True], ordered[1:] != ordered[:-1]])] if len(ordered) else ordered


def numbered(values: Numbers) -> tuple[Numbers, NDArray[np.int32]]:
    """Return the different values (none is negative) in order, and the place of each value among them.

    First bits and places are sorted as one number, which nearly always puts values in order, and is several times
    faster than np.unique.
    """
    import numpy as np  # noqa: PLC0415 - only where it is used

    bits = len(values).bit_length()
    order = np.sort((values >> bits << bits) | np.arange(len(values))) & ((1 << bits) - 1)
    ordered = values[order]
    if (ordered[1:] < ordered[:-1]).any():
        order = np.argsort(values)
        ordered = values[order]
    first = np.diff(ordered, prepend=-1) != 0
    places = np.empty(len(values), dtype=np.int32)
    places[order] = np.cumsum(first, dtype=np.int32) - 1
    return ordered[first], places


def _piece(mine: Column, theirs: Column, start: int, end: int) -> Column:
    return mine[start:end] if start < len(mine) else theirs[start - len(mine) : end - len(mine)]


def _joined(pieces: list[Column]) -> Column:
    """Return pieces as one; a single one is not copied."""
    import numpy as np  # noqa: PLC0415 - only where it is used

    return pieces[0] if len(pieces) == 1 else np.concatenate(pieces)
