"""Papers, digests and pages, as content/ states them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from broadsheet.model.dates import PartialDate
from broadsheet.model.identifiers import Identifier
from broadsheet.problems import Location

LINK_KINDS = ("code", "project", "data", "model", "paper")


class Link(NamedTuple):
    """A web address that belongs to a paper; `kind` is one of LINK_KINDS."""

    kind: str
    url: str


class Appearance(NamedTuple):
    """The paper stood at a rank (from 1) of a digest; `line` is the line of its title in the seed."""

    digest: str
    rank: int
    line: int = 0


@dataclass(frozen=True, slots=True)
class Comments:
    """How many comments a paper had; `digest` is the capture that counted them, empty when not known."""

    count: int
    digest: str = ""


class Paper(NamedTuple):
    """What all records of a paper say together: one content file, one permanent address.

    `author_count` is set where the names are not known.
    `without_tags` are tags that a person ruled out; no page shows them with this paper, not even as implied ones.
    `aliases` are former slugs. `same_as` is the slug of the paper that this one is merged into: it has no page then.
    `not_same_as` names what only looks like this paper: slugs, identifiers or places in seeds.
    """

    slug: str
    title: str
    place: Location
    published: PartialDate | None = None
    authors: tuple[str, ...] = ()
    author_count: int | None = None
    tags: tuple[str, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    links: tuple[Link, ...] = ()
    comments: Comments | None = None
    appearances: tuple[Appearance, ...] = ()
    hidden: bool = False
    without_tags: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    same_as: str = ""
    not_same_as: tuple[str, ...] = ()

    @property
    def published_here(self) -> bool:
        """Say whether the paper has a page of its own."""
        return not self.hidden and not self.same_as

    def identifier(self, scheme: str) -> str:
        """Return the value of an identifier, or the empty string."""
        for known in self.identifiers:
            if known.scheme == scheme:
                return known.value
        return ""


class Digest(NamedTuple):
    """One capture as an issue. `date` is the day of the capture, `inferred` when its year was worked out."""

    id: str
    place: Location
    title: str = ""
    date: PartialDate | None = None
    inferred: bool = False
    seed: str = ""
    note: str = ""
    hidden: bool = False
    aliases: tuple[str, ...] = ()


class Page(NamedTuple):
    """A page that a person wrote, such as About."""

    slug: str
    title: str
    place: Location
    aliases: tuple[str, ...] = ()
    hidden: bool = False
