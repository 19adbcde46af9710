"""What the last build into a folder knew: its pages, its search index, and what the keys of pages rest on."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from broadsheet.publishing.changes import Known
from broadsheet.publishing.checks import Anchored
from broadsheet.remembered import keep, kept
from broadsheet.snapshots import Files, Signature

PAGES = "pages"


class Pages(NamedTuple):
    """Written pages by file.

    keys        what each was rendered for
    digests     of their bytes
    signatures  of their files
    faulty      those with links that lead nowhere
    anchored    their links to parts of other pages
    """

    keys: Mapping[str, bytes]
    digests: Mapping[str, bytes]
    signatures: Files
    faulty: Collection[str] = ()
    anchored: Collection[Anchored] = ()

    def intact(self, there: Files) -> Pages:
        """Return the pages that are still as they were written; `there` are the files that are there now."""
        if self.signatures.items() <= there.items():
            return self
        return self.among({file for file, each in self.signatures.items() if there.get(file) == each})

    def among(self, files: Collection[str]) -> Pages:
        """Return those of some files."""
        keys = {file: each for file, each in self.keys.items() if file in files}
        digests = {file: self.digests[file] for file in keys}
        signatures = {file: self.signatures[file] for file in keys}
        faulty = [file for file in self.faulty if file in files]
        return Pages(keys, digests, signatures, faulty, [each for each in self.anchored if each.file in files])


NO_PAGES = Pages({}, {}, {})


@dataclass(slots=True)
class State:
    """The last build into one folder.

    search  the key of the search index, and its files
    known   what the keys of pages rest on
    """

    pages: Pages = NO_PAGES
    search: tuple[bytes, dict[str, Signature]] = (b"", {})
    known: Known = field(default_factory=Known)


def load_state(folder: Path, program: str) -> State:
    """Read the state; an empty one when there is none, it is damaged, or another program wrote it."""
    known = kept(folder / PAGES, program)
    if not known:
        return State()
    (keys, digests, signatures, faulty, anchored), search, rested = known
    pages = Pages(keys, digests, signatures, faulty, [Anchored(*each) for each in anchored])
    return State(pages, search, Known(*rested))


def save_state(folder: Path, program: str, state: State) -> None:
    """Write the state."""
    *pages, anchored = state.pages
    rest, papers, related = state.known
    told = (*pages, [tuple(each) for each in anchored])
    keep(folder / PAGES, program, (told, state.search, (rest, dict(papers), dict(related))))
