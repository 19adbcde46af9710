"""Addresses that content has, had and promised: pages, redirects, and what was taken down on purpose."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from broadsheet.content.merges import target_of
from broadsheet.content.prepared import Prepared
from broadsheet.model import Digest, Page, Paper, Vocabulary
from broadsheet.problems import Location, Problems

T = TypeVar("T")


def of_paper(slug: str) -> str:
    """Return the address of a paper."""
    return f"/papers/{slug}/"


def of_digest(digest_id: str) -> str:
    """Return the address of a digest."""
    return f"/digests/{digest_id}/"


def of_tag(slug: str) -> str:
    """Return the address of a tag."""
    return f"/tags/{slug}/"


def of_page(slug: str) -> str:
    """Return the address of a page that a person wrote."""
    return f"/{slug}/"


class Redirect(NamedTuple):
    """A former or second address, the page that it leads to, and the file that says so."""

    address: str
    to: str
    origin: Location


@dataclass(frozen=True, slots=True)
class Content:
    """All papers, digests and pages, hidden ones included, the vocabulary, the files by path, the papers by name."""

    papers: Sequence[Paper]
    digests: Sequence[Digest]
    pages: Sequence[Page]
    vocabulary: Vocabulary
    files: Mapping[str, Prepared]
    by_name: Mapping[str, Paper]

    def at(self, of: Paper | Digest | Page, key: str) -> Location:
        """Return the place of a key."""
        return self.files[of.place.path].at(key)


def published(
    papers: Iterable[Paper], digests: Iterable[Digest], pages: Iterable[Page], tags: Iterable[str]
) -> frozenset[str]:
    """Return the addresses of the pages of things that have one; `tags` are those that have papers."""
    of_content = [*[of_paper(paper.slug) for paper in papers], *[of_digest(digest.id) for digest in digests]]
    return frozenset([*of_content, *[of_page(page.slug) for page in pages], *map(of_tag, tags)])


def withdrawn(content: Content) -> set[str]:
    """Return the addresses that were taken down on purpose."""
    found = {of_paper(slug) for paper in content.papers if paper.hidden for slug in (paper.slug, *paper.aliases)}
    for paper in content.papers:
        target = content.by_name.get(paper.same_as)
        if target and target.hidden:
            found |= {of_paper(slug) for slug in (paper.slug, *paper.aliases)}
    found |= {of_page(slug) for page in content.pages if page.hidden for slug in (page.slug, *page.aliases)}
    return found | {of_digest(name) for each in content.digests if each.hidden for name in (each.id, *each.aliases)}


def redirects(content: Content, pages: Collection[str], problems: Problems) -> tuple[Redirect, ...]:
    """Return every redirect, sorted by address; one that leads to two pages, or has the address of a page, is reported.

    `pages` are the published addresses.
    """
    found: dict[str, Redirect] = {}
    tags = {of_tag(tag) for tag in content.vocabulary.tags}
    for redirect in _stated(content, problems):
        other = found.get(redirect.address)
        if redirect.address in pages or redirect.address in tags:
            message = f"the alias {redirect.address} is the address of a page that exists"
            problems.error(redirect.origin, "alias-taken", message, "Take the alias out, or rename the other file.")
        elif other and other.to != redirect.to and not redirect.address.startswith("/arxiv/"):
            message = f"{redirect.address} leads to {redirect.to} here and to {other.to} in {other.origin.path}"
            problems.error(redirect.origin, "alias-taken", message, "Keep one of the two.")
        else:
            found.setdefault(redirect.address, redirect)
    return tuple(found[address] for address in sorted(found))


def by_name(named: Iterable[tuple[T, *tuple[Iterable[str], ...]]]) -> dict[str, T]:
    """Return things by their names; each comes with its sorts of names, and an earlier sort goes before a later one."""
    by_sort: dict[int, dict[str, T]] = defaultdict(dict)
    for thing, *sorts in named:
        for order, names in enumerate(sorts):
            for name in names:
                by_sort[order].setdefault(name, thing)
    found: dict[str, T] = {}
    for order in sorted(by_sort, reverse=True):
        found |= by_sort[order]
    found.pop("", None)
    return found


def papers_by_name(papers: Iterable[Paper]) -> dict[str, Paper]:
    """Return papers by slug and by former slugs; a slug goes before an alias."""
    return by_name((paper, (paper.slug,), paper.aliases) for paper in papers)


def _stated(content: Content, problems: Problems) -> Iterator[Redirect]:
    for paper in (paper for paper in content.papers if not paper.hidden):
        target: Paper | None = paper
        if paper.same_as:
            target = target_of(paper, content.by_name, content.at(paper, "same_as"), problems)
        if target:
            to = of_paper(target.slug)
            if target is not paper:
                yield Redirect(of_paper(paper.slug), to, content.at(paper, "same_as"))
            for slug in paper.aliases:
                yield Redirect(of_paper(slug), to, content.at(paper, "aliases"))
            if arxiv := paper.identifier("arxiv"):
                yield Redirect(f"/arxiv/{arxiv}/", to, content.at(paper, "identifiers"))
    for digest in content.digests:
        if not digest.hidden:
            place = content.at(digest, "aliases")
            yield from (Redirect(of_digest(name), of_digest(digest.id), place) for name in digest.aliases)
    for page in (page for page in content.pages if not page.hidden):
        place = content.at(page, "aliases")
        yield from (Redirect(of_page(slug), of_page(page.slug), place) for slug in page.aliases)
    place = Location("content/tags.yaml")
    for tag in content.vocabulary.tags.values():
        yield from (Redirect(of_tag(slug), of_tag(tag.slug), place) for slug in tag.replaces)
