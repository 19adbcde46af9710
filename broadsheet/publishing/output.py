"""The output folder: whose it is, what stands in the way, what nobody planned."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from broadsheet import disk
from broadsheet.problems import Location, Problem, Severity, UsageError

Files = Mapping[str, disk.Signature]
MARKER = ".broadsheet-site"
SOURCES = ("seeds", "content", "templates", "broadsheet", "tests", ".git")


def check_output(folder: Path, root: Path) -> None:
    """Raise UsageError when a build into this folder would remove or mix with somebody else's files."""
    resolved = folder.resolve()
    name = resolved.relative_to(root).as_posix() if resolved.is_relative_to(root) else str(folder)
    ours = root.resolve()
    message = ""
    if ours.is_relative_to(resolved) or any(resolved.is_relative_to(ours / source) for source in SOURCES):
        message = "the site cannot stand where its sources are"
    elif folder.exists() and not folder.is_dir():
        message = "this is no folder"
    elif folder.exists() and not (folder / MARKER).exists() and any(folder.iterdir()):
        message = "this folder holds files that Broadsheet did not write"
    if message:
        hint = "Every build removes what it did not plan. Name another folder with --output, or move the files away."
        raise UsageError([Problem(Location(name), Severity.ERROR, "foreign-output", message, hint)])


def clear_the_way(folder: Path, there: Files, folders: Collection[str], planned: Collection[str]) -> Files:
    """Remove what stands where a planned file or its folder will be, and every link; return the files that stay.

    `there` are the files and `folders` the folders that the output folder holds.
    """
    there = dict(there)
    needed = {parent for path in planned for parent in _parents(path)} if there else set()
    for path in [path for path, signature in there.items() if path in needed or signature == disk.LINK]:
        (folder / path).unlink()
        del there[path]
    for path in set(planned).intersection(folders):
        shutil.rmtree(folder / path)
        there = {other: signature for other, signature in there.items() if not other.startswith(f"{path}/")}
    return there


def remove_orphans(folder: Path, there: Collection[str], planned: Collection[str]) -> int:
    """Remove the files that are not planned, and the folders that are empty then; return how many files went."""
    orphans = [path for path in there if path not in planned]
    for path in orphans:
        (folder / path).unlink(missing_ok=True)
        for parent in _parents(path):
            try:
                (folder / parent).rmdir()
            except OSError:  # something is left in it
                break
    return len(orphans)


def _parents(path: str) -> Iterator[str]:
    """Return the folders around a file, the nearest first."""
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path
