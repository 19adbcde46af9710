"""What the last build into a folder knew: the keys and hashes of its pages, and of its search index."""

from __future__ import annotations

import marshal
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from broadsheet import disk
from broadsheet.snapshots import Signature

PAGES = "pages"


class Page(NamedTuple):
    """A written page: the key it was rendered for, the hash of its bytes, its signature on disk."""

    key: bytes
    digest: bytes
    signature: Signature


@dataclass(slots=True)
class State:
    """The last build into one folder. `search` is the key of the search index and its files."""

    pages: dict[str, Page] = field(default_factory=dict)
    search: tuple[bytes, dict[str, Signature]] = (b"", {})


def load_state(folder: Path, program: str) -> State:
    """Read the state; an empty one when there is none, it is damaged, or another program wrote it."""
    data = disk.read_checked(folder / PAGES)
    if data is None:
        return State()
    try:
        stated, pages, search = marshal.loads(data)  # noqa: S302 - our own file, and its checksum is right
        if stated != program:
            return State()
        return State({file: Page(*page) for file, page in pages.items()}, search)
    except (ValueError, EOFError, TypeError):
        return State()


def save_state(folder: Path, program: str, state: State) -> None:
    """Write the state."""
    pages = {file: tuple(page) for file, page in state.pages.items()}
    disk.write_checked(folder / PAGES, marshal.dumps((program, pages, state.search)))
