"""What differs from the last build when only texts of papers do: few pages can have another key then."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple

from broadsheet import disk
from broadsheet.content.catalog import Catalog
from broadsheet.model import Digest, Page, Paper, Tag
from broadsheet.publishing.routes import Listing


class Known(NamedTuple):
    """What the keys of a build rest on.

    rest     a key of all that is neither a text of a paper nor a list of related papers; empty where that is not known
    papers   the fingerprint of each paper's file by slug
    related  the related papers of each paper by slug
    """

    rest: bytes = b""
    papers: Mapping[str, str] = MappingProxyType({})
    related: Mapping[str, tuple[str, ...]] = MappingProxyType({})

    def with_related(self, catalog: Catalog) -> Known:
        """Return the same with the related papers of a catalog; waits until they are found."""
        return self._replace(related={slug: tuple(others) for slug, others in catalog.related.slugs.items()})


WITHOUT_PAPERS = frozenset({str, int, bool, type(None), Digest, Page, Tag})


@dataclass
class Changes:
    """Papers (by slug) whose files differ from those of the last build, and the related papers of then."""

    catalog: Catalog
    papers: AbstractSet[str]
    before: Mapping[str, tuple[str, ...]]
    # Of sequences, which the pages of a list share, by identity.
    _within: dict[int, tuple[object, bool]] = field(default_factory=dict)

    @cached_property
    def related(self) -> set[str]:
        """Return the papers whose related ones are others, or have changed; waits until they are found."""
        lists = self.catalog.related.slugs
        differ = {slug for slug, others in lists.items() if self.before.get(slug) != tuple(others)}
        if self.papers:
            differ |= {slug for slug, others in lists.items() if not self.papers.isdisjoint(others)}
        return differ

    def in_value(self, value: object) -> bool:
        """Say whether a paper that has changed is in a value of a route's context, of whatever type it is."""
        if type(value) in WITHOUT_PAPERS:
            return False
        if isinstance(value, Paper):
            return value.slug in self.papers
        if isinstance(value, Listing):
            return not self.papers.isdisjoint([paper.slug for paper in value.papers])
        if not isinstance(value, (tuple, list, dict)):
            return False
        if id(value) not in self._within:
            parts = value.values() if isinstance(value, dict) else value
            self._within[id(value)] = value, any(map(self.in_value, parts))
        return self._within[id(value)][1]

    def in_related(self, paper: object) -> bool:
        """Say whether the related papers of one have changed, or those of any when it is none."""
        return paper.slug in self.related if isinstance(paper, Paper) else bool(self.papers or self.related)

    def in_issue(self, digest: object) -> bool:
        """Say whether a paper of a digest has changed, or any when it is none."""
        if not isinstance(digest, Digest):
            return bool(self.papers)
        return not self.papers.isdisjoint([paper.slug for _, paper in self.catalog.issues[digest.id]])


def known_of(base: bytes, catalog: Catalog) -> Known:
    """Return what keys rest on, but for related papers; `base` is what every page depends on."""
    papers = {paper.slug: catalog.files[paper.place.path].fingerprint for paper in catalog.papers}
    return Known(disk.digest(base + catalog.shape) if catalog.shape else b"", papers)


def changes_since(last: Known, now: Known, catalog: Catalog) -> Changes | None:
    """Return what differs from what keys rested on; None when that may be more than texts and related papers."""
    if not last.rest or last.rest != now.rest:
        return None
    papers = {slug for slug, fingerprint in now.papers.items() if last.papers.get(slug) != fingerprint}
    return Changes(catalog, papers, last.related)
