"""Edits of one paper and of the layout, in the files of any generator."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from peer_content import Shelf

from broadsheet.model import Paper

_TITLE = re.compile(r"^(title: *)(.*)$", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Target:
    """The paper that is edited, and three pages that show its title, whatever orders the papers of one day."""

    slug: str
    tag: str

    @property
    def file(self) -> str:
        return f"content/papers/{self.slug}.md"

    @property
    def page(self) -> str:
        return f"/papers/{self.slug}/"

    @property
    def titled(self) -> tuple[str, ...]:
        return (self.page, "/", f"/tags/{self.tag}/")


def choose_target(shelf: Shelf) -> Target:
    """Choose the first paper of the newest digest that has tags, and of these the rarest: its list has one page."""
    newest = max(shelf.digests, key=lambda digest: str(digest.date)).id
    ranked = sorted((paper for paper in shelf.papers if paper.appearances[0].digest == newest), key=_rank)
    paper = next(paper for paper in ranked if paper.tags)
    spread = {tag: sum(tag in shelf.tags_of(other) for other in shelf.papers) for tag in paper.tags}
    return Target(paper.slug, min(spread, key=lambda tag: (spread[tag], tag)))


def _rank(paper: Paper) -> int:
    return paper.appearances[0].rank


class EditedFile:
    """A file that is edited in place, as an editor saves it, and put back as it was."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.original = path.read_text(encoding="utf-8")

    def change_body(self, mark: str) -> None:
        self._save(f"{self.original.rstrip()} {mark}.\n")

    def change_title(self, mark: str) -> None:
        changed, count = _TITLE.subn(rf"\g<1>{mark}", self.original, count=1)
        if not count:
            raise ValueError(f"{self.path} has no title")
        self._save(changed)

    def change_footer(self, mark: str) -> None:
        if "</footer>" not in self.original:
            raise ValueError(f"{self.path} has no footer")
        self._save(self.original.replace("</footer>", f"<p>{mark}</p>\n</footer>"))

    def restore(self) -> None:
        self._save(self.original)

    def _save(self, text: str) -> None:
        self.path.write_text(text, encoding="utf-8")
