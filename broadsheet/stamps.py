"""Proof that nothing changed since a command was done: what it read and wrote, by signature, and what it said then.

A signature changes whenever a file is written, replaced or touched (see snapshots.py); inputs that changed a moment
before they were read prove nothing.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from broadsheet.problems import Location, Problem, Problems, Severity
from broadsheet.program import program_fingerprint
from broadsheet.remembered import keep, kept
from broadsheet.snapshots import NOTHING, Snapshot, are_settled, take


def cache_folder(root: Path) -> Path:
    """Return where a project keeps what it remembers; it can be deleted at any time."""
    return root / ".cache" / "broadsheet"


class LastTime:
    """The last time a command ran, and its folders as they are now; to be made before the command reads anything.

    folders  what each folder holds now, by name
    said     what the command said then (plain values) if nothing has changed since, else None
    """

    def __init__(self, stamp: Path, reading: str, folders: Mapping[str, Path]) -> None:
        """Take the file of the stamp, all that the command depends on and is no file, and its folders by name."""
        self.stamp, self.reading = stamp, reading
        before, self._problems, self.said = _load(stamp, reading)
        self.folders = {name: take(folder, before.get(name, NOTHING)) for name, folder in folders.items()}
        if any(name not in before or before[name].files != now.files for name, now in self.folders.items()):
            self.said = None

    def repeat(self, problems: Problems) -> None:
        """Report again what was found then."""
        for place, severity, *rest in self._problems:
            problems.add(Problem(Location(*place), Severity(severity), *rest))

    def forget(self) -> None:
        """Take the proof back, before anything is written."""
        with contextlib.suppress(OSError):  # what stays proves nothing: the signatures in it are those of before
            self.stamp.unlink(missing_ok=True)

    def remember(self, said: tuple[Any, ...], problems: Problems, written: Mapping[str, Snapshot]) -> None:
        """Keep what the command said, and its folders: those that it wrote as they are now, others as they were."""
        folders = {**self.folders, **written}
        read = [folders[name] for name in folders.keys() - written.keys()]
        is_proof = all(are_settled(snapshot.files, snapshot.as_of) for snapshot in read)
        packed = [
            ((each.location.path, each.location.line), str(each.severity), each.code, each.message, each.hint)
            for each in problems
        ]
        held = {name: tuple(snapshot) for name, snapshot in folders.items()}
        keep(self.stamp, program_fingerprint(), (self.reading if is_proof else "", held, packed, said))


def _load(stamp: Path, reading: str) -> tuple[dict[str, Snapshot], Collection[Any], tuple[Any, ...] | None]:
    """Return the folders of a stamp, its problems, and what was said if the same was read."""
    known = kept(stamp, program_fingerprint())
    if known is None:
        return {}, (), None
    stated, held, problems, said = known
    folders = {name: Snapshot(*snapshot) for name, snapshot in held.items()}
    return folders, problems, said if stated == reading else None
