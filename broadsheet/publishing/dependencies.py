"""What a page depends on, as one key: the page is rendered again when its key has changed.

The key covers the templates, the settings and the program, everything in the route's context, and the parts of the
catalog that its template uses. A template that uses a part for which nothing finer is known depends on all content.
"""

from __future__ import annotations

import hashlib
import marshal
from collections.abc import Callable, Mapping

from broadsheet.content.catalog import Catalog
from broadsheet.model import Digest, Page, Paper, Tag
from broadsheet.publishing.routes import Listing, Route

Key = bytes
_EMPTY: tuple[object, ...] = ()


class Dependencies:
    """Computes keys for the routes of one catalog; `base` covers what every page depends on."""

    def __init__(
        self, base: bytes, catalog: Catalog, headings: Mapping[str, str], usage: Mapping[str, frozenset[str]]
    ) -> None:
        self.base, self.catalog, self.headings, self.usage = base, catalog, headings, usage
        self._whole: bytes | None = None
        self._sequences: dict[int, bytes] = {}
        self._tags_of: dict[str, bytes] = {}
        self._parts: dict[str, Callable[[Route], object]] = {
            "titles": lambda _: _EMPTY,  # of papers in the context, whose files it has
            "damage": lambda _: _EMPTY,
            "vocabulary": lambda _: _EMPTY,  # in the base
            "pages": lambda _: _EMPTY,  # in the base
            "related": self._related,
            "digest": lambda _: _EMPTY,  # with the headings of the paper's digests
            "issues": self._issue,
            "tagged": self._tagged,
            "often_with": self._often_with,
        }

    def key(self, route: Route) -> Key:
        """Return the key of a route."""
        parts = [self._of(value) for value in route.context.values()]
        paper = route.context.get("paper")
        if isinstance(paper, Paper):
            parts.append(self._headings_of(paper))
        for used in sorted(self.usage.get(route.template, ())):
            part = self._parts.get(used)
            parts.append(part(route) if part else self.whole())
        told = marshal.dumps((route.address, route.template, route.listed, parts))
        return hashlib.blake2b(told, digest_size=12, key=self.base).digest()

    def needs_related(self, template: str) -> bool:
        """Say whether the key of a template's routes waits for related papers."""
        return any(used == "related" or used not in self._parts for used in self.usage.get(template, ()))

    def whole(self) -> bytes:
        """Return the key of everything in the catalog."""
        if self._whole is None:
            files = [(path, each.fingerprint) for path, each in sorted(self.catalog.files.items())]
            related = [(slug, [other.slug for other in others]) for slug, others in self.catalog.related.items()]
            redirects = [(each.address, each.to) for each in self.catalog.redirects]
            told = marshal.dumps((files, sorted(related), redirects, sorted(self.catalog.ledger)))
            self._whole = hashlib.blake2b(told, digest_size=16).digest()
        return self._whole

    def _of(self, value: object) -> object:
        """Return what a value of a context depends on, as something that can be written down."""
        if isinstance(value, (Paper, Page)):
            return self._file(value)
        if isinstance(value, Digest):
            return (self._file(value), self.headings.get(value.id))
        if isinstance(value, Listing):
            return (self._of(value.papers), value.total, value.number, value.pages, value.address)
        if isinstance(value, tuple):
            if id(value) not in self._sequences:  # sequences are shared by the pages of a list, and outlive this
                told = marshal.dumps([self._of(item) for item in value])
                self._sequences[id(value)] = hashlib.blake2b(told, digest_size=12).digest()
            return self._sequences[id(value)]
        return self._of_plain(value)

    def _of_plain(self, value: object) -> object:
        if isinstance(value, list):
            return [self._of(item) for item in value]
        if isinstance(value, Mapping):
            return [(str(name), self._of(item)) for name, item in value.items()]
        return value.slug if isinstance(value, Tag) else str(value)

    def _file(self, of: Paper | Digest | Page) -> tuple[str, str]:
        return of.place.path, self.catalog.files[of.place.path].fingerprint

    def _headings_of(self, paper: Paper) -> list[object]:
        named = [each.digest for each in paper.appearances] + ([paper.comments.digest] if paper.comments else [])
        dated = {digest: self.catalog.digest(digest) for digest in named}
        return [(name, self.headings.get(name), bool(digest and digest.inferred)) for name, digest in dated.items()]

    def _related(self, route: Route) -> object:
        paper = route.context.get("paper")
        found = self.catalog.related.get(paper.slug, ()) if isinstance(paper, Paper) else None
        return self.whole() if found is None else [self._file(other) for other in found]

    def _issue(self, route: Route) -> object:
        digest = route.context.get("digest")
        if not isinstance(digest, Digest):
            return self.whole()
        return [(rank, self._file(paper)) for rank, paper in self.catalog.issues[digest.id]]

    def _tagged(self, route: Route) -> object:
        tags = [route.context.get("tag"), *_listed(route.context.get("narrower"))]
        if not all(isinstance(tag, Tag) for tag in tags):
            return self.whole()
        return [(tag.slug, len(self.catalog.tagged.get(tag.slug, ()))) for tag in tags if isinstance(tag, Tag)]

    def _often_with(self, route: Route) -> object:
        tag = route.context.get("tag")
        if not isinstance(tag, Tag):
            return self.whole()
        if tag.slug not in self._tags_of:
            told = marshal.dumps([paper.tags for paper in self.catalog.tagged.get(tag.slug, ())], 2)
            self._tags_of[tag.slug] = hashlib.blake2b(told, digest_size=12).digest()
        return self._tags_of[tag.slug]


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []
