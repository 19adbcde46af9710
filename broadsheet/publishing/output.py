"""Making site/ equal to the plan: only changed bytes are written, orphans go, each file in one step."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from broadsheet import disk
from broadsheet.problems import Location, Problem, Severity, UsageError

MARKER = ".broadsheet-site"
SOURCES = ("seeds", "content", "templates", "broadsheet", "tests", ".git")


@dataclass(frozen=True, slots=True)
class Written:
    """What changed in the output folder."""

    files: int
    written: int
    removed: int


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


def write_site(folder: Path, planned: Mapping[str, bytes]) -> Written:
    """Write the planned files (by path below the folder) and remove all others; names with a dot first stay.

    A second build into the same folder waits. Pages go last of the files and removal comes last of all, so that no page
    is served before what it needs.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with disk.locked(folder / MARKER):
        return _write(folder, planned)


def _write(folder: Path, planned: Mapping[str, bytes]) -> Written:
    _clear_the_way(folder, planned)
    order = sorted(planned, key=lambda path: (path.endswith(".html"), path))
    written = sum(disk.write_if_changed(folder / path, planned[path]) for path in order)
    orphans = [path for path in disk.every_file(folder) if path not in planned]
    for path in orphans:
        (folder / path).unlink(missing_ok=True)
    disk.remove_empty_folders(folder)
    return Written(len(planned), written, len(orphans))


def _clear_the_way(folder: Path, planned: Mapping[str, bytes]) -> None:
    """Remove what stands where a planned file needs a folder, or is a link that would lead out of the site."""
    needed = {parent.as_posix() for path in planned for parent in Path(path).parents}
    for path in disk.every_file(folder):
        if path in needed or (folder / path).is_symlink():
            (folder / path).unlink()
    for path in planned:
        if (folder / path).is_dir():
            shutil.rmtree(folder / path)
