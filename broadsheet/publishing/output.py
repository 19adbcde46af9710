"""The output folder: whose it is, what stands in the way, what nobody planned."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager, suppress
from pathlib import Path

from broadsheet import disk
from broadsheet.problems import Location, Problem, Severity, UsageError
from broadsheet.snapshots import LINK, Snapshot, parents

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


@contextmanager
def held(folder: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold the output folder; one that was not there before is there afterwards only if the build went well.

    `waiting` is called before a wait for another build.
    """
    is_new = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    with disk.locked(folder / MARKER, waiting):
        done = False
        try:
            yield
            done = True
        finally:
            if is_new and not done:
                (folder / MARKER).unlink()
                with suppress(OSError):
                    folder.rmdir()


def clear_the_way(folder: Path, there: Snapshot, planned: AbstractSet[str]) -> set[str]:
    """Remove what stands where a planned file or its folder will be, and every link; return the files that went."""
    gone = {path for path, signature in there.files.items() if signature == LINK}
    if strays := there.files.keys() - planned:
        gone |= strays & {parent for path in planned for parent in parents(path)}
    for path in gone:
        (folder / path).unlink()
    for path in there.folders.keys() & planned:
        shutil.rmtree(folder / path)
        gone |= {other for other in there.files if other.startswith(f"{path}/")}
    return gone


def remove_orphans(folder: Path, orphans: Collection[str]) -> None:
    """Remove files that are not planned, and the folders that are empty then."""
    for path in orphans:
        (folder / path).unlink(missing_ok=True)
        for parent in parents(path):
            try:
                (folder / parent).rmdir()
            except OSError:  # something is left in it
                break
