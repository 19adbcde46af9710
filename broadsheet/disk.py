"""The one module that reads and writes files for everybody else."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path


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


def remove_empty_folders(root: Path) -> None:
    """Remove the folders below `root` that hold nothing."""
    for directory in _deepest_first(root):
        with contextlib.suppress(OSError):
            directory.rmdir()


def _deepest_first(root: Path) -> Iterator[Path]:
    for directory, _, _ in os.walk(root, topdown=False):
        if Path(directory) != root:
            yield Path(directory)


def every_file(root: Path) -> list[str]:
    """List all files and links below a folder as relative POSIX paths, sorted; what begins with a dot is left out."""
    return [path.relative_to(root).as_posix() for path in walk(root)]
