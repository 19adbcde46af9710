"""How content is arranged: the order and the cross-references of a catalog, kept from one run to the next.

They are the same as long as nothing but texts of papers changes, which the shapes of all files tell: then a catalog is
put together without comparing every paper with every other thing again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple, TypeVar

from broadsheet.content.addresses import Redirect, published
from broadsheet.content.catalog import Catalog, catalog_of, report_files
from broadsheet.content.contents import Contents
from broadsheet.content.prepared import Prepared
from broadsheet.content.references import with_digests_of_today
from broadsheet.content.related.papers import Relate, RelatedPapers, documents_of
from broadsheet.model import Digest, Page, Paper
from broadsheet.problems import Location, Problems
from broadsheet.remembered import keep, kept

T = TypeVar("T")
Numbers = tuple[int, ...]


class Arrangement(NamedTuple):
    """A catalog in plain values.

    papers, digests  in their order, as numbers among all files of their kind
    issues, tagged   papers by digest (with their ranks) and by tag, as numbers among `papers`
    """

    papers: Numbers
    digests: Numbers
    issues: Mapping[str, tuple[tuple[int, int], ...]]
    tagged: Mapping[str, Numbers]
    redirects: tuple[tuple[str, str, tuple[str, int]], ...]
    withdrawn: tuple[str, ...]


def arranged_catalog(contents: Contents, problems: Problems, relate: Relate, cache: Path | None = None) -> Catalog:
    """Return the catalog that build_catalog() makes, as it was arranged the last time if only texts changed since.

    `cache` is the file in which the arrangement is remembered; one in which anything is wrong is not.
    """
    report_files(contents, problems)
    known = kept(cache, contents.shape) if cache and contents.shape else None
    if known is not None:
        return _arranged(Arrangement(*known), contents, relate)
    found = Problems()
    catalog = catalog_of(contents, found, relate)
    if cache and contents.shape and not len(found):
        keep(cache, contents.shape, tuple(_arrangement_of(catalog, contents)))
    problems.add_all(found)
    return catalog


def _arrangement_of(catalog: Catalog, contents: Contents) -> Arrangement:
    files = {each.path: number for number, each in enumerate(contents.papers)}
    digests = {each.path: number for number, each in enumerate(contents.digests)}
    numbers = {id(paper): number for number, paper in enumerate(catalog.papers)}
    issues = catalog.issues.items()
    return Arrangement(
        papers=tuple([files[paper.place.path] for paper in catalog.papers]),
        digests=tuple([digests[digest.place.path] for digest in catalog.digests]),
        issues={name: tuple([(rank, numbers[id(each)]) for rank, each in issue]) for name, issue in issues},
        tagged={tag: tuple([numbers[id(each)] for each in papers]) for tag, papers in catalog.tagged.items()},
        redirects=tuple([(each.address, each.to, (each.origin.path, each.origin.line)) for each in catalog.redirects]),
        withdrawn=tuple(sorted(catalog.withdrawn)),
    )


def _arranged(arrangement: Arrangement, contents: Contents, relate: Relate) -> Catalog:
    """Return the catalog of contents with the same shape."""
    files = {each.path: each for each in contents.every_file()}
    every_digest = _of(Digest, contents.digests)
    in_order = _of(Paper, map(contents.papers.__getitem__, arrangement.papers))
    papers = tuple(with_digests_of_today(in_order, every_digest))
    found = relate(documents_of(papers, files))  # first of all: it goes on beside everything else
    digests = tuple(_of(Digest, map(contents.digests.__getitem__, arrangement.digests)))
    pages = tuple([page for page in _of(Page, contents.pages) if not page.hidden])
    at = papers.__getitem__
    return Catalog(
        papers=papers,
        digests=digests,
        by_id={digest.id: digest for digest in digests},
        pages=pages,
        vocabulary=contents.vocabulary,
        issues={name: tuple([(rank, at(each)) for rank, each in issue]) for name, issue in arrangement.issues.items()},
        tagged={tag: tuple(map(at, numbers)) for tag, numbers in arrangement.tagged.items()},
        related=RelatedPapers(found, papers),
        titles={paper.slug: files[paper.place.path].title for paper in papers},
        files=files,
        redirects=tuple([Redirect(address, to, Location(*origin)) for address, to, origin in arrangement.redirects]),
        ledger=contents.ledger,
        withdrawn=frozenset(arrangement.withdrawn),
        permalinks=published(papers, digests, pages, arrangement.tagged),
        shape=contents.shape,
    )


def _of(kind: type[T], files: Iterable[Prepared]) -> list[T]:
    return [each.of for each in files if isinstance(each.of, kind)]
