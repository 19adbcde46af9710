"""Plain values kept from one run to the next: given back only whole, and only on the basis on which they were kept."""

from __future__ import annotations

import marshal
from pathlib import Path
from typing import Any

from broadsheet import disk


def keep(file: Path, basis: Any, values: Any) -> None:  # noqa: ANN401 - what marshal takes
    """Keep values in a file; `basis` is all that they rest on (plain values, too), the program first of all."""
    keep_packed(file, packed(basis, values))


def keep_packed(file: Path, data: bytes) -> None:
    """Keep values that are packed already."""
    disk.write_checked(file, data)


def packed(basis: Any, values: Any) -> bytes:  # noqa: ANN401 - what marshal takes
    """Return values as they are kept."""
    return marshal.dumps((basis, values))


def kept(file: Path, basis: object) -> Any:  # noqa: ANN401 - whatever was kept
    """Return what was kept in a file; None when that is nothing, damaged, or rests on something else."""
    data = disk.read_checked(file)
    return None if data is None else unpacked(data, basis)


def unpacked(data: bytes | memoryview, basis: object) -> Any:  # noqa: ANN401 - whatever was packed
    """Return what was packed; None when it rests on something else."""
    try:
        stated, values = marshal.loads(data)  # noqa: S302 - our own file, and its checksum is right
    except (ValueError, EOFError, TypeError):
        return None
    return values if stated == basis else None
