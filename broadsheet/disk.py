"""The one module that reads and writes files for everybody else."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import struct
import tempfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

try:
    import fcntl
except ImportError:  # not on every system
    fcntl = None  # type: ignore[assignment]

_CHECK = struct.Struct("<IQ")  # checksum and size of the bytes that follow


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


def digest(data: bytes) -> bytes:
    """Return sixteen bytes that tell data apart."""
    return hashlib.sha256(data).digest()[:16]  # processors have instructions for it


def read_dispensable(path: Path) -> bytes | None:
    """Read a file that `write_dispensable` wrote; None when it is not there, or is no file."""
    try:
        return path.read_bytes() if path.is_file() else None  # a named pipe would wait for ever
    except OSError:
        return None


def read_checked(path: Path) -> memoryview | None:
    """Read a file that `write_checked` wrote; None when it is not there or not whole."""
    read = read_dispensable(path)
    if read is None:
        return None
    data = memoryview(read)
    whole = data[_CHECK.size :]  # not a copy: there can be megabytes of it
    return whole if data[: _CHECK.size] == _checksum(whole) else None


def write_checked(path: Path, data: bytes) -> None:
    """Write a file with a checksum, so that a damaged one is noticed; like `write_dispensable`."""
    write_dispensable(path, _checksum(data) + data)


def write_dispensable(path: Path, *pieces: bytes | memoryview) -> None:
    """Write a file that only spares work: what is in its way goes, and where it cannot be written, it is not.

    It stands in a folder that is the program's own.
    """
    try:
        write_atomically(path, *pieces)
    except OSError:
        with contextlib.suppress(OSError):
            remove_unless_folder(path.parent)
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            write_atomically(path, *pieces)


def remove_unless_folder(path: Path) -> None:
    """Remove what stands in the place of a folder, such as a file or a link that leads nowhere."""
    with contextlib.suppress(OSError):
        if not path.is_dir():
            path.unlink()


def _checksum(data: bytes | memoryview) -> bytes:
    return _CHECK.pack(zlib.crc32(data), len(data))


def _raise(fault: OSError) -> None:
    raise fault


def write_atomically(path: Path, *pieces: bytes | memoryview) -> None:
    """Replace a file in one step, so that a reader sees the old bytes or the new ones, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(pieces)
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
def locked(path: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold a lock on a file, which is made when it is not there; wait while another process holds it.

    `waiting` is called before a wait. Where the system has no such locks (Windows), nothing is waited for.
    """
    with path.open("ab") as file:
        if fcntl:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                waiting()
                fcntl.flock(file, fcntl.LOCK_EX)
        yield
