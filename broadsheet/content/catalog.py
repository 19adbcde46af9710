"""All papers with their cross-references: tags, dates, digests, neighbours."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from broadsheet.content.addresses import Content, Redirect, papers_by_name, published
from broadsheet.content.arrangement import Arrangement, arrangement_of, newest_first, with_implied
from broadsheet.content.contents import Contents
from broadsheet.content.prepared import Prepared, Texts
from broadsheet.content.references import with_digests_of_today
from broadsheet.content.related.papers import Relate, RelatedPapers, documents_of, find_at_once
from broadsheet.content.shapes import TEXTS
from broadsheet.model import Digest, Page, Paper, Vocabulary
from broadsheet.problems import Location, Problems

Ranked = tuple[int, Paper]


@dataclass(frozen=True, slots=True)
class Catalog:
    """Everything that is published, newest first.

    papers   by publication date, newest first, undated ones last
    digests  by capture date, newest first, undated ones last
    by_id    the digests by their ids
    issues   the papers of each digest with their ranks, in the digest's order
    tagged   the papers of each tag that has any, those of its narrower tags included
    related  up to five papers for each paper that has any, the nearest first
    titles   the title of each paper as it is shown, by slug: what the capture damaged is mended
    redirects  former addresses and /arxiv/ addresses, sorted
    ledger   the published addresses with their lines in content/permalinks.txt
    withdrawn  the addresses that were taken down on purpose
    permalinks  the addresses of papers, digests, pages and tags, which are promised to stay
    files    every file of content/, read and rendered, by path
    shape    a key of everything but the texts of papers; empty where it is not known
    """

    papers: tuple[Paper, ...]
    digests: tuple[Digest, ...]
    by_id: Mapping[str, Digest]
    pages: tuple[Page, ...]
    vocabulary: Vocabulary
    issues: Mapping[str, tuple[Ranked, ...]]
    tagged: Mapping[str, tuple[Paper, ...]]
    related: RelatedPapers
    titles: Mapping[str, str]
    files: Mapping[str, Prepared]
    redirects: tuple[Redirect, ...]
    ledger: Mapping[str, int]
    withdrawn: frozenset[str]
    permalinks: frozenset[str]
    shape: bytes = b""

    def digest(self, digest_id: str) -> Digest | None:
        """Return a digest by its id, or None when it is hidden."""
        return self.by_id.get(digest_id)

    def body(self, of: Paper | Digest | Page) -> Texts:
        """Return the rendered texts."""
        return self.files[of.place.path].texts

    def damage(self, paper: Paper) -> str:
        """Return the words of a paper as its source has them where they are shown otherwise, for searching."""
        return self.files[paper.place.path].texts.damage

    def top_tags(self, most: int) -> tuple[str, ...]:
        """Return the tags with the most papers."""
        return tuple(sorted(self.tagged, key=lambda tag: (-len(self.tagged[tag]), tag))[:most])

    def often_with(self, tag: str, most: int) -> tuple[tuple[str, int], ...]:
        """Return the tags that most often stand with a tag, with the number of papers; its kin are left out."""
        counts = Counter(other for paper in self.tagged.get(tag, ()) for other in paper.tags)
        kin = {tag, *self.vocabulary.ancestors(tag)}
        strangers = {
            other: count
            for other, count in counts.items()
            if other not in kin and tag not in self.vocabulary.ancestors(other) and count > 1
        }
        return tuple(sorted(strangers.items(), key=lambda pair: (-pair[1], pair[0]))[:most])

    def years(self) -> dict[int, tuple[Paper, ...]]:
        """Group the dated papers by year, newest first."""
        years: dict[int, tuple[Paper, ...]] = {}
        start = 0
        while start < len(self.papers) and (date := self.papers[start].published):
            # Papers of a year stand together: looking at each of them would be half the time of the front page.
            end = bisect_right(self.papers, -date.year, start, key=_newest_year_first)
            years[date.year] = self.papers[start:end]
            start = end
        return years

    def undated(self) -> tuple[Paper, ...]:
        """Return the papers without a date."""
        return tuple(paper for paper in self.papers if not paper.published)


def with_file(catalog: Catalog, prepared: Prepared) -> Catalog | None:
    """Return a catalog in which one paper's file has other texts; None when that is not all.

    Equal to a catalog that is built anew, but for related papers, which stay as they are.
    """
    before, paper = catalog.files[prepared.path].of if prepared.path in catalog.files else None, prepared.of
    if not isinstance(before, Paper) or not isinstance(paper, Paper) or prepared.problems or not before.published_here:
        return None
    if paper._replace(place=before.place, **{name: getattr(before, name) for name in TEXTS}) != before:
        return None
    if catalog.papers[_place_of(before, catalog.papers)] is not before:
        return None  # it is shown with the present id of a digest

    def exchanged(papers: tuple[Paper, ...]) -> tuple[Paper, ...]:
        changed = list(papers)
        changed[_place_of(before, papers)] = paper
        return tuple(changed)

    tagged = {tag: exchanged(catalog.tagged[tag]) for tag in with_implied(paper, catalog.vocabulary)}
    named = {each.digest for each in paper.appearances} & catalog.issues.keys()
    issues = {name: tuple((rank, paper if each is before else each) for rank, each in catalog.issues[name]) for name in named}
    return replace(
        catalog,
        papers=exchanged(catalog.papers),
        issues={**catalog.issues, **issues},
        tagged={**catalog.tagged, **tagged},
        related=catalog.related.with_paper(paper),
        titles={**catalog.titles, paper.slug: prepared.title},
        files={**catalog.files, prepared.path: prepared},
        shape=b"",
    )


def _newest_year_first(paper: Paper) -> int:
    return -paper.published.year if paper.published else 1


def _place_of(paper: Paper, papers: Sequence[Paper]) -> int:
    """Return where a paper, or one of its slug and date, stands in papers in their order."""
    return bisect_left(papers, newest_first(paper), key=newest_first)


def month_counts(papers: Iterable[Paper]) -> Counter[int]:
    """Count papers by month, 0 for those of which only the year is known."""
    return Counter(paper.published.month for paper in papers if paper.published)


def build_catalog(
    contents: Contents, problems: Problems, relate: Relate = find_at_once, cache: Path | None = None
) -> Catalog:
    """Put all content in relation; faults are reported, none is skipped in silence.

    `relate` begins to find related papers and returns a function that waits for them; `cache` is the file in which the
    arrangement is remembered.
    """
    files = {prepared.path: prepared for prepared in contents.every_file()}
    for prepared in files.values():
        if prepared.problems:
            problems.add_all(prepared.problems)
    digests = [each.of for each in contents.digests if isinstance(each.of, Digest)]
    papers = with_digests_of_today([each.of for each in contents.papers if isinstance(each.of, Paper)], digests)
    pages = [each.of for each in contents.pages if isinstance(each.of, Page)]
    # First of all, for it goes on beside everything else.
    related = relate(documents_of([paper for paper in papers if paper.published_here], files))

    def content() -> Content:
        return Content(papers, digests, pages, contents.vocabulary, files, papers_by_name(papers))

    arrangement = arrangement_of(content, contents.shape, problems, cache)
    return _arranged(arrangement, contents, (papers, digests, pages), files, related)


def _arranged(
    arrangement: Arrangement,
    contents: Contents,
    things: tuple[Sequence[Paper], Sequence[Digest], Sequence[Page]],
    files: Mapping[str, Prepared],
    related: Callable[[], Mapping[str, Sequence[str]]],
) -> Catalog:
    papers = tuple(map(things[0].__getitem__, arrangement.papers))
    digests = tuple(map(things[1].__getitem__, arrangement.digests))
    pages = tuple(page for page in things[2] if not page.hidden)
    at = papers.__getitem__
    return Catalog(
        papers=papers,
        digests=digests,
        by_id={digest.id: digest for digest in digests},
        pages=pages,
        vocabulary=contents.vocabulary,
        issues={name: tuple([(rank, at(each)) for rank, each in issue]) for name, issue in arrangement.issues.items()},
        tagged={tag: tuple(map(at, numbers)) for tag, numbers in arrangement.tagged.items()},
        related=RelatedPapers(related, papers),
        titles={paper.slug: files[paper.place.path].title for paper in papers},
        files=files,
        redirects=tuple([Redirect(address, to, Location(*origin)) for address, to, origin in arrangement.redirects]),
        ledger=contents.ledger,
        withdrawn=frozenset(arrangement.withdrawn),
        permalinks=published(papers, digests, pages, arrangement.tagged),
        shape=contents.shape,
    )
