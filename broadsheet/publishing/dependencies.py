"""What a page depends on, as one key: the page is rendered again when its key has changed.

The key covers the templates, the settings and the program, everything in the route's context, and the parts of the
catalog that its template uses. A template that uses a part for which nothing finer is known depends on all content.
"""

from __future__ import annotations

import hashlib
import marshal
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, NamedTuple

from broadsheet.content.catalog import Catalog
from broadsheet.model import Digest, Page, Paper, Tag
from broadsheet.publishing.changes import WITHOUT_PAPERS, Changes
from broadsheet.publishing.covering import HEADINGS, ROUTES, WHOLE
from broadsheet.publishing.routes import Listing, Route
from broadsheet.publishing.usage import that_need_related

Key = bytes
_PLAIN = 2  # of marshal's formats: the same bytes for equal values, whoever else holds them


class Part(NamedTuple):
    """What a page depends on in one part of the catalog.

    told     what its key has of that
    touched  whether that may differ when nothing but texts of papers, and related papers, have changed
    """

    told: Callable[[Route], object]
    touched: Callable[[Route, Changes], object]


class Dependencies:
    """Computes keys for the routes of one catalog; `base` covers what every page depends on."""

    def __init__(
        self,
        base: bytes,
        catalog: Catalog,
        headings: Mapping[str, str],
        usage: Mapping[str, frozenset[str]],
        routes: Mapping[str, Route],
    ) -> None:
        self.base, self.catalog, self.headings, self.usage, self.routes = base, catalog, headings, usage, routes
        self._files: dict[str, bytes] = {}
        self._sequences: dict[int, bytes] = {}
        self._tags_of: dict[str, bytes] = {}
        # By identity: papers stand in many lists, and a look at what each consists of takes longer than all else.
        self._papers: dict[int, bytes] = {}
        self._of_type = self._kinds()
        known = self._known_parts()
        content = Part(lambda _: self.content, lambda _, changes: changes.papers)
        self._parts = {
            template: [part for each in sorted(used) if (part := known.get(each, content))]
            for template, used in usage.items()
        }
        self._late = that_need_related(usage)

    def _of_file(self, path: str) -> bytes:
        known = self._files.get(path)
        if known is None:
            known = self._files[path] = _told(f"{path}\n{self.catalog.files[path].fingerprint}")
        return known

    def _of_paper(self, paper: Paper) -> bytes:
        """Return the key of a paper: its file's, unless that names a digest by a former id."""
        known = self._papers.get(id(paper))
        if known is None:
            path = paper.place.path
            known = self._of_file(path)
            if self.catalog.files[path].of is not paper:
                known = _told(f"{known!r}{paper.appearances}{paper.comments}")
            self._papers[id(paper)] = known
        return known

    def _kinds(self) -> dict[type, Callable[..., object]]:
        """Return how to write down what a value of a context depends on, by its type."""
        return {
            Paper: self._of_paper,
            Page: lambda page: self._of_file(page.place.path),
            Digest: lambda digest: (self._of_file(digest.place.path), self.headings.get(digest.id)),
            Listing: lambda each: (self._sequence(each.papers), each.total, each.number, each.pages, each.address),
            tuple: self._sequence,
            list: lambda values: [self._of(value) for value in values],
            dict: lambda values: [(str(name), self._of(value)) for name, value in values.items()],
            Tag: lambda tag: tag.slug,
            str: str,
        }

    @cached_property
    def _tags(self) -> dict[int, str]:
        return {id(paper): " ".join(paper.tags) for paper in self.catalog.papers}

    def _known_parts(self) -> dict[str, Part | None]:
        """Return what a page depends on in a part of the catalog, by the part's name."""

        def without_tag(route: Route, changes: Changes) -> bool:
            """Say whether all content counts, and differs: of a tag, no fact does when only texts change."""
            return bool(changes.papers) and not isinstance(route.context.get("tag"), Tag)

        never: Callable[[Route, Changes], object] = lambda *_: False  # noqa: E731 - as short as its kind
        return {
            "titles": None,  # of papers in hand, whose files it has
            "damage": None,
            "vocabulary": None,  # in the base
            "pages": None,  # in the base
            "digest": None,  # with the headings
            "related": Part(self._related, lambda route, changes: changes.in_related(route.context.get("paper"))),
            "issues": Part(self._issue, lambda route, changes: changes.in_issue(route.context.get("digest"))),
            "tagged": Part(self._tagged, without_tag),
            "often_with": Part(self._often_with, without_tag),
            "redirects": Part(lambda _: self.redirects, never),
            HEADINGS: None,  # those of the context's digests, and of the digests of its paper
            ROUTES: Part(lambda _: self.addresses, never),
            WHOLE: Part(lambda _: self.whole, lambda _, changes: changes.papers or changes.related),
        }

    def key(self, route: Route) -> Key:
        """Return the key of a route."""
        address, template, context, origin, listed = route
        parts = [self._of_type.get(type(value), str)(value) for value in context.values()]
        paper = context.get("paper")
        if type(paper) is Paper:
            parts += self._headings_of(paper)
        parts += [part.told(route) for part in self._parts.get(template, ())]
        told = marshal.dumps((address, template, *origin, listed, parts), _PLAIN)
        return hashlib.blake2b(told, digest_size=12, key=self.base).digest()

    def is_touched(self, route: Route, changes: Changes) -> bool:
        """Say whether changes may give a route another key."""
        if changes.papers:
            for value in route.context.values():
                if type(value) not in WITHOUT_PAPERS and changes.in_value(value):
                    return True
        for part in self._parts.get(route.template, ()):  # noqa: SIM110 - a generator would take longer than the parts
            if part.touched(route, changes):
                return True
        return False

    def needs_related(self, template: str) -> bool:
        """Say whether the key of a template's routes waits for related papers."""
        return template in self._late

    @cached_property
    def whole(self) -> bytes:
        """Return the key of everything in the catalog."""
        related = sorted((slug, tuple(others)) for slug, others in self.catalog.related.slugs.items())
        return _hash((self.content, related))

    @cached_property
    def content(self) -> bytes:
        """Return the key of everything but related papers, on which no other part of the catalog depends."""
        files = self.catalog.files
        if self.catalog.shape:
            return _hash((self.catalog.shape, [each.fingerprint for each in files.values()]))
        return _hash((list(map(self._of_file, files)), self.redirects, list(self.catalog.ledger.items())))

    @cached_property
    def redirects(self) -> bytes:
        """Return the key of all redirects."""
        return _hash("\n".join([f"{each.address} {each.to} {each.origin}" for each in self.catalog.redirects]))

    @cached_property
    def addresses(self) -> bytes:
        """Return the key of the facts of all routes (see usage.ROUTES)."""
        routes = self.routes.values()
        facts = [f"{each.address} {each.template} {each.listed} {each.context.get('to', '')}" for each in routes]
        return _hash("\n".join(facts))

    def _of(self, value: object) -> object:
        """Return what a value of a context depends on, as something that can be written down."""
        return self._of_type.get(type(value), str)(value)

    def _sequence(self, values: tuple[object, ...]) -> object:
        """Return the key of a sequence, which the pages of a list share, and which outlives this."""
        if id(values) not in self._sequences:
            known = self._papers.get
            self._sequences[id(values)] = _hash([known(id(value)) or self._of(value) for value in values])
        return self._sequences[id(values)]

    def _headings_of(self, paper: Paper) -> list[object]:
        named = [each.digest for each in paper.appearances]
        if paper.comments:
            named.append(paper.comments.digest)
        return [self._headings_by_id.get(name) for name in named]

    @cached_property
    def _headings_by_id(self) -> dict[str, object]:
        digests = self.catalog.digests
        return {digest.id: (self._of_file(digest.place.path), self.headings.get(digest.id)) for digest in digests}

    def _related(self, route: Route) -> object:
        paper = route.context.get("paper")
        if type(paper) is not Paper:
            return self.whole
        return [self._of_paper(other) for other in self.catalog.related.get(paper.slug, ())]

    def _issue(self, route: Route) -> object:
        digest = route.context.get("digest")
        if not isinstance(digest, Digest):
            return self.content
        return [(rank, self._of_paper(paper)) for rank, paper in self.catalog.issues[digest.id]]

    def _tagged(self, route: Route) -> object:
        tags = self._tags_of_route(route)
        return [(tag.slug, len(self.catalog.tagged.get(tag.slug, ()))) for tag in tags] or self.content

    def _tags_of_route(self, route: Route) -> list[Tag]:
        """Return the tag of a route and its narrower ones; none when it is of something else."""
        tag = route.context.get("tag")
        return [tag, *_listed(route.context.get("narrower"))] if isinstance(tag, Tag) else []

    def _often_with(self, route: Route) -> object:
        tag = route.context.get("tag")
        if not isinstance(tag, Tag):
            return self.content
        if tag.slug not in self._tags_of:
            papers = self.catalog.tagged.get(tag.slug, ())
            self._tags_of[tag.slug] = _hash("\n".join([self._tags[id(paper)] for paper in papers]))
        return self._tags_of[tag.slug]


def _told(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=12).digest()


def _hash(value: Any) -> bytes:  # noqa: ANN401 - what marshal takes
    return hashlib.blake2b(marshal.dumps(value, _PLAIN), digest_size=12).digest()


def _listed(value: object) -> list[Tag]:
    return [each for each in value if isinstance(each, Tag)] if isinstance(value, list) else []
