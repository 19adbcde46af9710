"""What files a folder holds, by signatures: enough to tell whether anything in it has changed."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from broadsheet.processes import cores, in_processes, shares

Signature = tuple[int, int, int, int]
Listed = tuple[Signature, tuple[str, ...], tuple[str, ...]]
LINK: Signature = (-1, 0, 0, 0)
MANY = 2000  # folders worth a second process


class Snapshot(NamedTuple):
    """The files below a folder at one time (nanoseconds); dotfiles are left out, links are not followed.

    files    signatures by relative POSIX path; LINK for a link
    folders  by path, "" for the folder itself: its signature, the names of the files and of the folders in it
    """

    files: dict[str, Signature]
    folders: dict[str, Listed]
    as_of: int


NOTHING = Snapshot({}, {}, 0)


def signature(status: os.stat_result) -> Signature:
    """Return what changes when a file is written or replaced: size, both times (ns) and its number.

    The time of change (ctime) is set by the system alone, so copying, checking out or touching a file shows.
    """
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


def is_settled(signature: Signature, as_of: int) -> bool:
    """Say whether any later change would change a signature that was taken after `as_of` (nanoseconds).

    Two changes within one tick of a file system's clock look alike. Ticks are milliseconds, but seconds where no stamp
    has a fraction.
    """
    newest = max(signature[1:3])
    coarse = newest % 1_000_000_000 == 0
    return newest < as_of - (2_000_000_000 if coarse else 50_000_000)


def take(folder: Path, before: Snapshot = NOTHING) -> Snapshot:
    """Return what a folder holds now; one that is not there holds nothing.

    Folders in which no name has changed since `before` are not listed again, which takes half the time. Many are
    looked at on all cores.
    """
    found = Snapshot({}, {}, time.time_ns())
    waiting = [""] if folder.exists() else []
    while 0 < len(waiting) < MANY:
        waiting = _look(folder, waiting, found, before)
    if waiting:
        works = [partial(_look_below, folder, share, before) for share in shares(waiting, cores())]
        for files, folders in in_processes(works):
            found.files.update(files)
            found.folders.update(folders)
    return found


def _look_below(
    folder: Path, waiting: Sequence[str], before: Snapshot
) -> tuple[dict[str, Signature], dict[str, Listed]]:
    found = Snapshot({}, {}, 0)
    while waiting:
        waiting = _look(folder, waiting, found, before)
    return found.files, found.folders


def take_again(folder: Path, before: Snapshot, touched: Iterable[str]) -> Snapshot:
    """Return what a folder holds after some of its files (relative paths) were written or removed, and no others."""
    found = Snapshot(dict(before.files), dict(before.folders), before.as_of)
    around = {parent for path in touched for parent in (*parents(path), "")}
    known = {path: _forget(path, found) for path in around & found.folders.keys()}
    waiting = [path for path in around if (folder / path).is_dir()]
    while waiting:
        waiting = [path for path in _look(folder, waiting, found, NOTHING) if path not in found.folders]
    for path, (_, _, inner) in known.items():
        still = found.folders[path][2] if path in found.folders else ()
        for name in set(inner).difference(still):
            _forget_all(f"{path}/{name}" if path else name, found)
    return found


def parents(path: str) -> Iterator[str]:
    """Return the folders around a file, the nearest first."""
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path


def _look(folder: Path, paths: Iterable[str], found: Snapshot, before: Snapshot) -> list[str]:
    """Add what some folders hold to a snapshot; return the folders in them."""
    inner = []
    for path in paths:
        full = os.path.join(folder, path) if path else str(folder)
        own = signature(os.stat(full))
        known = before.folders.get(path)
        if known is None or known[0] != own or not is_settled(own, before.as_of):
            known = (own, *_names(full))
        found.folders[path] = known
        prefix = f"{path}/" if path else ""
        for name in known[1]:
            try:
                status = os.lstat(f"{full}/{name}")
            except FileNotFoundError:  # it went meanwhile, which the folder's signature will show
                continue
            found.files[f"{prefix}{name}"] = LINK if stat.S_ISLNK(status.st_mode) else signature(status)
        inner += [f"{prefix}{name}" for name in known[2]]
    return inner


def _names(folder: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names of the files and of the folders in a folder."""
    files: list[str] = []
    folders: list[str] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if not entry.name.startswith("."):
                (folders if entry.is_dir(follow_symlinks=False) else files).append(entry.name)
    return tuple(files), tuple(folders)


def _forget(path: str, found: Snapshot) -> Listed:
    """Take a folder and the files in it out of a snapshot; return how it was listed."""
    listed = found.folders.pop(path)
    prefix = f"{path}/" if path else ""
    for name in listed[1]:
        found.files.pop(f"{prefix}{name}", None)
    return listed


def _forget_all(path: str, found: Snapshot) -> None:
    """Take a folder and everything below it out of a snapshot."""
    for name in _forget(path, found)[2] if path in found.folders else ():
        _forget_all(f"{path}/{name}", found)
