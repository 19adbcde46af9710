"""content/permalinks.txt: every address that was ever published, one a line, sorted.

Only lines are added, so that two branches merge by keeping the lines of both (`merge=union` in .gitattributes).
"""

from __future__ import annotations

import re
from collections.abc import Set
from pathlib import Path

from broadsheet import disk
from broadsheet.problems import Location, Problems

PATH = "content/permalinks.txt"
_ADDRESS = re.compile(r"/(?:[a-z0-9]+(?:-[a-z0-9]+)*/)+", re.ASCII)


def read_ledger(text: str, problems: Problems) -> dict[str, int]:
    """Return the addresses with their lines; blank lines, comments (#) and repetitions do no harm."""
    found: dict[str, int] = {}
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        address = line.strip()
        if not address or address.startswith("#"):
            continue
        if not _ADDRESS.fullmatch(address):
            hint = "A line is an address inside the site, such as /papers/a-paper/."
            problems.error(Location(PATH, number), "bad-address", f"“{address}” is no address", hint)
        else:
            found.setdefault(address, number)
    return found


def add_to_ledger(root: Path, addresses: Set[str]) -> None:
    """Write addresses that are not there yet; the lines stay sorted, comments on top."""
    path = root / PATH
    lines = [line.strip() for line in path.read_text(encoding="utf-8-sig").splitlines()] if path.exists() else []
    comments = [line for line in lines if line.startswith("#")]
    known = {line for line in lines if line} - set(comments)
    if not addresses <= known:
        text = "".join(f"{line}\n" for line in [*comments, *sorted(known | addresses)])
        disk.write_atomically(path, text.encode())
