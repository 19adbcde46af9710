"""The one module that reads and writes files for everybody else."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

_CHECK = 16  # bytes of a checksum


def walk(folder: Path) -> list[Path]:
    """List the files below a folder, sorted by path; dotfiles are left out, links are listed and not followed.

    A folder that is not there has no files. Raises OSError when a folder cannot be listed: it must not count as empty.
    """
    found: list[Path] = []
    if not folder.exists():
        return found
    for directory, folders, names in os.walk(folder, onerror=_raise):
        linked = [name for name in folders if os.path.islink(os.path.join(directory, name))]
        folders[:] = [name for name in folders if not name.startswith(".") and name not in linked]
        found += [Path(directory, name) for name in (*names, *linked) if not name.startswith(".")]
    return sorted(found)


Signature = tuple[int, int, int, int]


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


LINK: Signature = (-1, 0, 0, 0)


def scan(folder: Path, folders: set[str] | None = None) -> dict[str, Signature]:
    """Return the signature of every file below a folder by its relative POSIX path; dotfiles are left out.

    A link has the signature LINK and is not followed. A folder that is not there has no files. The paths of folders go
    into `folders`.
    """
    found: dict[str, Signature] = {}
    waiting = [("", str(folder))] if folder.exists() else []
    while waiting:
        prefix, path = waiting.pop()
        with os.scandir(path) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    waiting.append((f"{prefix}{entry.name}/", entry.path))
                    if folders is not None:
                        folders.add(f"{prefix}{entry.name}")
                elif entry.is_symlink():
                    found[f"{prefix}{entry.name}"] = LINK
                else:
                    found[f"{prefix}{entry.name}"] = signature(entry.stat(follow_symlinks=False))
    return found


def digest(data: bytes) -> bytes:
    """Return sixteen bytes that tell data apart."""
    return hashlib.blake2b(data, digest_size=_CHECK).digest()


def now() -> int:
    """Return the time in nanoseconds, as files are stamped with it."""
    return time.time_ns()


def read_checked(path: Path) -> bytes | None:
    """Read a file that `write_checked` wrote; None when it is not there or not whole."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    return data[_CHECK:] if digest(data[_CHECK:]) == data[:_CHECK] else None


def write_checked(path: Path, data: bytes) -> None:
    """Write a file with a checksum, so that a damaged one is noticed."""
    write_atomically(path, digest(data) + data)


def _raise(fault: OSError) -> None:
    raise fault


def write_atomically(path: Path, data: bytes) -> None:
    """Replace a file in one step, so that a reader sees the old bytes or the new ones, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)
        raise


def write_if_changed(path: Path, data: bytes) -> bool:
    """Write only when the bytes differ; return whether anything was written."""
    with contextlib.suppress(FileNotFoundError, NotADirectoryError, IsADirectoryError):
        if path.read_bytes() == data:
            return False
    write_atomically(path, data)
    return True


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock on a file, which is made when it is not there; wait while another process holds it.

    Where the system has no such locks (Windows), nothing is waited for.
    """
    with path.open("ab") as file:
        try:
            import fcntl  # noqa: PLC0415 - not on every system
        except ImportError:
            yield
            return
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
