"""What files a folder holds, by signatures: enough to tell whether anything in it has changed."""

from __future__ import annotations

import contextlib
import os
import stat
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from broadsheet.processes import cores, in_processes, shares

Signature = tuple[int, int, int, int]
Files = Mapping[str, Signature]
Listed = tuple[Signature, tuple[str, ...], tuple[str, ...]]
LINK: Signature = (-1, 0, 0, 0)
MANY = 2000  # folders, or files that are compared, worth a second process
FILES = 200  # of one folder that are compared as one piece
FEW = 2000  # folders that are looked at one by one; of more, everything is looked at, on all cores


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
    newest = max(signature[2], signature[1])
    return newest < as_of - (50_000_000 if newest % 1_000_000_000 else 2_000_000_000)


def are_settled(files: Files, as_of: int) -> bool:
    """Say whether that holds for all of some files."""
    doubtful = as_of - 2_000_000_000
    return all(is_settled(each, as_of) for each in files.values() if each[1] >= doubtful or each[2] >= doubtful)


def take(folder: Path, before: Snapshot = NOTHING) -> Snapshot:
    """Return what a folder holds now; one that is not there holds nothing.

    What it held `before` is compared first, on all cores when that is much: it takes less than half the time of a look
    that knows nothing, and most often nothing differs.
    """
    as_of = time.time_ns()
    folders, files = _differing(folder, before)
    if before.folders and len(folders) < FEW:
        now = before._replace(files={**before.files, **files}) if files else before
        return _renewed(folder, now, folders, now.files)._replace(as_of=as_of)
    found = Snapshot({}, {}, as_of)
    waiting = [""] if folder.exists() else []
    while 0 < len(waiting) < MANY:
        waiting = _look(folder, waiting, found)
    if waiting:
        works = [partial(_look_below, folder, share) for share in shares(waiting, cores())]
        for seen, listed in in_processes(works):
            found.files.update(seen)
            found.folders.update(listed)
    return found


def _look_below(folder: Path, waiting: Sequence[str]) -> tuple[dict[str, Signature], dict[str, Listed]]:
    found = Snapshot({}, {}, 0)
    while waiting:
        waiting = _look(folder, waiting, found)
    return found.files, found.folders


def take_again(folder: Path, before: Snapshot, touched: Collection[str]) -> Snapshot:
    """Return what a folder holds after some of its files (relative paths) were written or removed, and no others."""
    around = {parent for path in touched for parent in (*parents(path), "")}
    others = {path: each for path, each in before.files.items() if path not in touched}
    return _renewed(folder, before, around, others)


def _renewed(folder: Path, before: Snapshot, around: Collection[str], seen: Files) -> Snapshot:
    """Return a snapshot in which some folders, and what is new in them, were looked at again.

    `seen` are files whose signatures are known to be right, unless they are gone.
    """
    found = Snapshot(dict(before.files), dict(before.folders), before.as_of)
    known = {path: _forget(path, found) for path in around if path in found.folders}
    waiting = [path for path in around if _is_folder(folder, path)]
    while waiting:
        waiting = [path for path in _look(folder, waiting, found, seen) if path not in found.folders]
    for path, (_, _, inner) in known.items():
        still = found.folders[path][2] if path in found.folders else ()
        for name in set(inner).difference(still):
            _forget_all(f"{path}/{name}" if path else name, found)
    return found


def _is_folder(folder: Path, path: str) -> bool:
    """Say whether a folder is there, and is none of the links, which are not followed below the first."""
    return (folder / path).is_dir() and not (path and (folder / path).is_symlink())


def _differing(folder: Path, before: Snapshot) -> tuple[list[str], Files]:
    """Return the known folders in which a name differs, or may do so unseen, and the files that differ, as they are."""
    parts = [
        (path, own, names[start : start + FILES])
        for path, (own, names, _) in before.folders.items()
        for start in range(0, max(1, len(names)), FILES)
    ]
    count = cores() if len(parts) + len(before.files) >= MANY else 1
    works = [partial(_differing_of, folder, share, before) for share in shares(parts, count)]
    folders: dict[str, None] = {}
    files: dict[str, Signature] = {}
    for share, seen in in_processes(works):
        folders.update(dict.fromkeys(share))
        files |= seen
    return list(folders), files


def _differing_of(
    folder: Path, parts: Sequence[tuple[str, Signature, Sequence[str]]], before: Snapshot
) -> tuple[list[str], Files]:
    known, as_of = before.files, before.as_of
    folders: list[str] = []
    files: dict[str, Signature] = {}
    for path, own, names in parts:
        full, prefix = (f"{folder}/{path}", f"{path}/") if path else (str(folder), "")
        same = is_settled(own, as_of)
        try:
            same = same and signature(os.stat(full)) == own
        except OSError:  # it is gone, is a link to itself, or may not be looked at: whoever looks again will see
            same = False
        for name in names:
            try:
                now = _of_file(f"{full}/{name}")
            except OSError:
                same = False
            else:
                if now != known.get(f"{prefix}{name}"):
                    files[f"{prefix}{name}"] = now
        if not same:
            folders.append(path)
    return folders, files


def _of_file(full: str) -> Signature:
    status = os.lstat(full)
    return LINK if stat.S_ISLNK(status.st_mode) else signature(status)


def take_written(folder: Path, files: Files, others: Collection[str]) -> Snapshot:
    """Return what a folder holds after `files` were written into folders that were not there before.

    Their signatures are known, and so are the names in those folders: to look at everything would take a third of a
    second at 10,000 papers. `others` stand in other folders, which are looked at, as is the folder itself.
    """
    as_of = time.time_ns()
    names: dict[str, tuple[list[str], dict[str, None]]] = {"": ([], {})}
    for path in files:
        folder_of, _, name = path.rpartition("/")
        while folder_of not in names:
            names[folder_of] = ([], {})
            folder_of = folder_of.rpartition("/")[0]
        names[path.rpartition("/")[0]][0].append(name)
    for path in names.keys() - {""}:
        outer, _, name = path.rpartition("/")
        names[outer][1][name] = None
    parts = shares(list(names), cores() if len(names) >= MANY else 1)
    own = in_processes([partial(_own_signatures, folder, part) for part in parts])
    folders = {
        path: (each, tuple(names[path][0]), tuple(names[path][1]))
        for part, found in zip(parts, own, strict=True)
        for path, each in zip(part, found, strict=True)
    }
    around = {"", *(parent for path in others for parent in parents(path))}
    return _renewed(folder, Snapshot(dict(files), folders, as_of), around, files)


def _own_signatures(folder: Path, paths: Iterable[str]) -> list[Signature]:
    return [signature(os.stat(f"{folder}/{path}")) for path in paths]


def parents(path: str) -> Iterator[str]:
    """Return the folders around a file, the nearest first."""
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path


def _look(folder: Path, paths: Iterable[str], found: Snapshot, seen: Files = NOTHING.files) -> list[str]:
    """Add what some folders hold to a snapshot; return the folders in them."""
    inner = []
    for path in paths:
        full = os.path.join(folder, path) if path else str(folder)
        own = signature(os.stat(full))
        found.folders[path] = listed = (own, *_names(full))
        prefix = f"{path}/" if path else ""
        for name in listed[1]:
            file = f"{prefix}{name}"
            with contextlib.suppress(FileNotFoundError):  # it went meanwhile, which the folder's signature will show
                found.files[file] = seen.get(file) or _of_file(f"{full}/{name}")
        inner += [f"{prefix}{name}" for name in listed[2]]
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
