"""What the last build into a folder knew: the keys and hashes of its pages, and of its search index."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from broadsheet.publishing.changes import Known
from broadsheet.remembered import keep, kept
from broadsheet.snapshots import Signature

PAGES = "pages"


class Page(NamedTuple):
    """A written page: the key it was rendered for, the hash of its bytes, its signature on disk."""

    key: bytes
    digest: bytes
    signature: Signature


@dataclass(slots=True)
class State:
    """The last build into one folder.

    search  the key of the search index, and its files
    known   what the keys of pages rest on
    """

    pages: dict[str, Page] = field(default_factory=dict)
    search: tuple[bytes, dict[str, Signature]] = (b"", {})
    known: Known = field(default_factory=Known)


def load_state(folder: Path, program: str) -> State:
    """Read the state; an empty one when there is none, it is damaged, or another program wrote it."""
    known = kept(folder / PAGES, program)
    if not known:
        return State()
    pages, search, rested = known
    return State({file: Page(*page) for file, page in pages.items()}, search, Known(*rested))


def save_state(folder: Path, program: str, state: State) -> None:
    """Write the state."""
    pages = {file: tuple(page) for file, page in state.pages.items()}
    rest, papers, related = state.known
    keep(folder / PAGES, program, (pages, state.search, (rest, dict(papers), dict(related))))
