"""Proof that nothing changed since a command was done: what it read and wrote, by signature, and what it said then.

A signature changes whenever a file is written, replaced or touched (see disk.py); inputs that changed a moment before
they were read are not trusted.
"""

from __future__ import annotations

import marshal
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from broadsheet import disk
from broadsheet.disk import Signature
from broadsheet.problems import Location, Problem, Problems, Severity

Files = Mapping[str, Signature]


def files_of(root: Path, folders: Iterable[str]) -> dict[str, Signature]:
    """Return the signatures of the files below some folders of a project."""
    return {f"{folder}/{name}": each for folder in folders for name, each in disk.scan(root / folder).items()}


def cache_folder(root: Path) -> Path:
    """Return where a project keeps what it remembers; it can be deleted at any time."""
    return root / ".cache" / "broadsheet"


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a command said (plain values) and found, when it was done with files in one state."""

    told: bytes
    said: tuple[Any, ...]
    problems: tuple[Problem, ...]


def told_by(reading: str, inputs: Files, outputs: Files) -> bytes:
    """Tell one state of files from every other; `reading` covers all that is not a file."""
    return disk.digest(marshal.dumps((reading, sorted(inputs.items()), sorted(outputs.items()))))


def load_stamp(path: Path, told: bytes) -> Stamp | None:
    """Return the stamp of a command, if it was done with files in this very state."""
    data = disk.read_checked(path)
    if data is None:
        return None
    try:
        stated, said, problems = marshal.loads(data)  # noqa: S302 - our own file, and its checksum is right
    except (ValueError, EOFError, TypeError):
        return None
    if stated != told:
        return None
    found = (Problem(Location(*place), Severity(severity), *rest) for place, severity, *rest in problems)
    return Stamp(told, said, tuple(found))


def save_stamp(path: Path, told: bytes, said: tuple[Any, ...], problems: Problems, inputs: Files, as_of: int) -> None:
    """Write a stamp for what was done with inputs that were read from `as_of` on (nanoseconds)."""
    if not all(disk.is_settled(signature, as_of) for signature in inputs.values()):
        return
    packed = tuple(
        ((each.location.path, each.location.line), str(each.severity), each.code, each.message, each.hint)
        for each in problems
    )
    disk.write_checked(path, marshal.dumps((told, said, packed)))
