"""The machine that is measured on: what it is, and where it has room in memory for the sites."""

from __future__ import annotations

import datetime as dt
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

RAM_DISK = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it


@contextmanager
def work_folder() -> Iterator[Path]:
    """Make a folder for all sites, on a RAM disk if there is one, and remove it in the end."""
    base = RAM_DISK if RAM_DISK.is_dir() and os.access(RAM_DISK, os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix="broadsheet-bench-", dir=base))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def disk_in_words(folder: Path) -> str:
    return "a RAM disk" if folder.is_relative_to(RAM_DISK) else "the disk of temporary files"


def machine_in_words() -> str:
    """Name processor, cores and memory, as far as the system tells."""
    model = _first(r"^model name\s*:\s*(.+)$", _text("/proc/cpuinfo")) or platform.machine()
    kilobytes = _first(r"^MemTotal:\s*(\d+)", _text("/proc/meminfo"))
    memory = f", {int(kilobytes) / 2**20:.0f} GB of memory" if kilobytes else ""
    return f"{os.cpu_count()} cores ({model}){memory}, {platform.system()}, {python_in_words()}"


def python_in_words() -> str:
    """Name this Python, and whether it is the system's: one compiled by hand is often a tenth to a fifth slower."""
    origin = " of the system" if sys.base_prefix == "/usr" else ""
    return f"Python {platform.python_version()}{origin}"


def node_in_words() -> str:
    node = shutil.which("node")
    return f"Node.js {subprocess.check_output([node, '--version'], text=True).strip()}" if node else ""


def day_in_words(stated: str, environment: Mapping[str, str]) -> str:
    """Return the day of the measurement: the one stated, else that of SOURCE_DATE_EPOCH, else nothing."""
    epoch = environment.get("SOURCE_DATE_EPOCH", "")
    if stated or not epoch:
        return stated
    return dt.datetime.fromtimestamp(int(epoch), dt.UTC).date().isoformat()


def _text(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _first(pattern: str, text: str) -> str:
    match = re.search(pattern, text, re.MULTILINE)
    return match[1].strip() if match else ""
