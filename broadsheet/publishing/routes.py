"""Every output file planned before any is rendered."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter
from types import MappingProxyType
from typing import NamedTuple

from broadsheet.config import Config
from broadsheet.content.addresses import of_digest, of_page, of_paper, of_tag
from broadsheet.content.catalog import Catalog, month_counts
from broadsheet.model import Paper, Tag
from broadsheet.model.dates import MONTHS
from broadsheet.problems import Location, Problems

HERE = Location("templates")
FIXED = ("/robots.txt", "/_headers", "/_redirects")
SITEMAP, SITEMAP_INDEX = "sitemap.xml", "sitemap-index.xml"
MOST_ADDRESSES = 50_000  # in one sitemap (sitemaps.org)


class Route(NamedTuple):
    """A planned output: its address from the site's root, the template and what the template gets.

    `origin` is the file a person would edit to change it. Only `listed` routes are in the sitemap.
    """

    address: str
    template: str
    context: Mapping[str, object] = MappingProxyType({})
    origin: Location = HERE
    listed: bool = True

    @property
    def file(self) -> str:
        """Return the output's path below site/."""
        return file_of(self.address)


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list of papers; `number` counts from 1 to `pages`."""

    papers: tuple[Paper, ...]
    total: int
    number: int
    pages: int
    address: str

    def address_of(self, number: int) -> str:
        """Return the address of another page of this list."""
        return self.address if number == 1 else f"{self.address}page/{number}/"


def file_of(address: str) -> str:
    """Return the file below site/ that a host serves for an address."""
    path = address.removeprefix("/")
    return f"{path}index.html" if not path or path[-1] == "/" else path


def plan(catalog: Catalog, config: Config, problems: Problems) -> dict[str, Route]:
    """Plan all routes by output file; two routes for one file are an error that names both origins."""
    pages = list(_routes(catalog, config))
    routes = [*pages, *sitemaps([each.address for each in pages if each.listed])]
    files = [file_of(each.address) for each in routes]
    if len({file.casefold() for file in files}) < len(files):
        _report_same_addresses(zip(files, routes, strict=True), problems)
    return dict(zip(files, routes, strict=True))


def _report_same_addresses(planned: Iterable[tuple[str, Route]], problems: Problems) -> None:
    by_folded: dict[str, Route] = {}
    for file, route in planned:
        other = by_folded.setdefault(file.casefold(), route)
        if other is not route:
            one, two = (route, other) if route.origin != HERE else (other, route)
            owner = "a page that every site has" if two.origin == HERE else str(two.origin)
            message = f"{route.address} is also the address of {owner}"
            problems.error(one.origin, "same-address", message, "Rename one.")


def find_route(file: str, catalog: Catalog, config: Config) -> Route | None:
    """Return the route of one output file without planning the others."""
    if f"/{file}" in FIXED:
        return _fixed(f"/{file}")
    section, _, rest = file.partition("/")
    if section in {SITEMAP, "sitemaps"}:
        return plan(catalog, config, Problems()).get(file)
    name = rest.partition("/")[0] if rest.count("/") else None
    return next((route for route in _routes(catalog, config, section, name) if route.file == file), None)


def _routes(catalog: Catalog, config: Config, section: str | None = None, name: str | None = None) -> Iterator[Route]:
    """Plan all routes, or those of one section (the first part of an address) and of one name in it."""
    size = config.page_size
    families: dict[str, Callable[[], Iterable[Route]]] = {
        "index.html": lambda: [Route("/", "home.html", {"newest": next(iter(catalog.digests), None)})],
        "papers": lambda: chain(_papers(catalog, name), _list("/papers/", "papers.html", catalog.papers, size, {})),
        "tags": lambda: _tags(catalog, size, name),
        "dates": lambda: _dates(catalog, size),
        "digests": lambda: _digests(catalog, name),
        "feed.xml": lambda: [_feed(catalog, config)],
    }
    for family, routes in families.items():
        if section in {None, family}:
            yield from routes()
    for page in catalog.pages:
        yield Route(of_page(page.slug), "page.html", {"page": page}, page.place)
    prefix = f"/{section or ''}"
    for each in catalog.redirects:
        if each.address.startswith(prefix):
            yield Route(each.address, "redirect.html", {"to": each.to}, each.origin, listed=False)
    yield Route("/search/", "search.html")
    yield Route("/404.html", "404.html", listed=False)
    yield from map(_fixed, FIXED)


def sitemaps(addresses: Sequence[str], most: int = MOST_ADDRESSES) -> Iterator[Route]:
    """Plan the sitemap of pages, or as many as it takes with at most `most` addresses and an index of them."""
    if len(addresses) <= most:
        yield Route(f"/{SITEMAP}", SITEMAP, {"addresses": tuple(addresses)}, listed=False)
        return
    parts = [tuple(addresses[at : at + most]) for at in range(0, len(addresses), most)]
    files = {f"/sitemaps/{number}.xml": part for number, part in enumerate(parts, 1)}
    yield Route(f"/{SITEMAP}", SITEMAP_INDEX, {"addresses": tuple(files)}, listed=False)
    for address, part in files.items():
        yield Route(address, SITEMAP, {"addresses": part}, listed=False)


def _fixed(address: str) -> Route:
    return Route(address, address[1:], listed=False)


def _feed(catalog: Catalog, config: Config) -> Route:
    return Route("/feed.xml", "feed.xml", {"entries": feed_entries(catalog, config.feed_size)}, listed=False)


def _papers(catalog: Catalog, name: str | None) -> Iterator[Route]:
    """Plan a page per paper, or the one of a name."""
    for position, paper in enumerate(catalog.papers):
        if name is None or paper.slug == name:
            context = {
                "paper": paper,
                "newer": catalog.papers[position - 1] if position else None,
                "older": catalog.papers[position + 1] if position + 1 < len(catalog.papers) else None,
            }
            yield Route(of_paper(paper.slug), "paper.html", context, paper.place)


def _list(
    address: str,
    template: str,
    papers: Sequence[Paper],
    size: int,
    context: Mapping[str, object],
    origin: Location = HERE,
) -> Iterator[Route]:
    """Plan a paginated list; an empty list has one page."""
    pages = max(1, -(-len(papers) // size))
    for number in range(1, pages + 1):
        shown = tuple(papers[(number - 1) * size : number * size])
        listing = Listing(shown, len(papers), number, pages, address)
        yield Route(listing.address_of(number), template, {**context, "listing": listing}, origin, listed=number == 1)


def _tags(catalog: Catalog, size: int, name: str | None) -> Iterator[Route]:
    """Plan the tags that have papers; one that had some keeps its page, also under a new name."""
    origin = Location("content/tags.yaml")
    used = [catalog.vocabulary[slug] for slug in catalog.tagged]
    emptied = [tag for slug, tag in catalog.vocabulary.tags.items() if slug not in catalog.tagged]
    if name is None:
        yield Route("/tags/", "tags.html", {"facets": _by_facet(used)}, origin)
    kept = (tag for tag in emptied if tag.replaces or of_tag(tag.slug) in catalog.ledger)
    for tag in [*used, *kept]:
        if name not in {None, tag.slug}:
            continue
        narrower = [each for each in used if tag.slug in each.parents]
        papers = catalog.tagged.get(tag.slug, ())
        context = {"tag": tag, "narrower": narrower, "per_year": per_year(papers)}
        yield from _list(of_tag(tag.slug), "tag.html", papers, size, context, origin)


def per_year(papers: Iterable[Paper]) -> tuple[tuple[int, int], ...]:
    """Count papers by year, oldest first, years without any in between included; undated papers are left out."""
    counts = Counter([paper.published.year for paper in papers if paper.published])
    return tuple((year, counts[year]) for year in range(min(counts), max(counts) + 1)) if counts else ()


def _by_facet(tags: Iterable[Tag]) -> dict[str, list[Tag]]:
    facets: dict[str, list[Tag]] = {"topic": [], "method": [], "domain": []}
    for tag in sorted(tags, key=lambda tag: tag.label.casefold()):
        facets[tag.facet].append(tag)
    return facets


def _dates(catalog: Catalog, size: int) -> Iterator[Route]:
    years = catalog.years()
    undated = catalog.undated()
    yield Route("/dates/", "dates.html", {"undated": len(undated)})
    yield from _list("/dates/undated/", "undated.html", undated, size, {})
    for year, papers in years.items():
        counts = sorted(month_counts(papers).items())
        yield from _list(f"/dates/{year}/", "year.html", papers, size, {"year": year, "counts": counts})
        months: dict[int, list[Paper]] = defaultdict(list)
        for paper in papers:
            months[paper.published.month if paper.published else 0].append(paper)
        for month in sorted(months.keys() - {0}):
            context = {"year": year, "month": month, "month_name": MONTHS[month]}
            yield from _list(f"/dates/{year}/{month:02d}/", "month.html", months[month], size, context)


def _digests(catalog: Catalog, name: str | None) -> Iterator[Route]:
    yield Route("/digests/", "digests.html")
    for position, digest in enumerate(catalog.digests):
        if name not in {None, digest.id}:
            continue
        context = {
            "digest": digest,
            "newer": catalog.digests[position - 1] if position else None,
            "older": catalog.digests[position + 1] if position + 1 < len(catalog.digests) else None,
        }
        yield Route(of_digest(digest.id), "digest.html", context, digest.place)


def feed_entries(catalog: Catalog, size: int) -> tuple[tuple[str, Paper], ...]:
    """Return the newest dated papers with the days (ISO) they entered the digest, or were published.

    A paper enters with the first dated capture that has it; papers without either day are not in the feed.
    """
    days = {digest.id: digest.date.first_day.isoformat() for digest in catalog.digests if digest.date}
    found = []
    for paper in catalog.papers:
        entered = [days[each.digest] for each in paper.appearances if each.digest in days]
        if entered:
            found.append((min(entered), paper))
        elif paper.published:
            found.append((paper.published.first_day.isoformat(), paper))
    last = sorted((day for day, _ in found), reverse=True)[:size][-1:]
    newest = sorted((pair for pair in found if [pair[0]] >= last), key=lambda pair: pair[1].slug)
    newest.sort(key=itemgetter(0), reverse=True)
    return tuple(newest[:size])
