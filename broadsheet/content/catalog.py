"""All papers with their cross-references: tags, dates, digests, neighbours."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from broadsheet.content.addresses import Content, Redirect, published, redirects, withdrawn
from broadsheet.content.markup import Body, plain_text, render
from broadsheet.content.proofreading import proofread
from broadsheet.content.reader import Sources
from broadsheet.content.references import check_references, with_digests_of_today
from broadsheet.content.related import Document, related_papers
from broadsheet.content.repair import changed_words, repair_html, repair_text
from broadsheet.content.schema import digest_from, page_from, paper_from
from broadsheet.model import Digest, Page, Paper, Vocabulary
from broadsheet.problems import Problems

Ranked = tuple[int, Paper]


@dataclass(frozen=True, slots=True)
class Catalog:
    """Everything that is published, newest first; `bodies` has the rendered text of papers, digests and pages.

    papers   by publication date, newest first, undated ones last
    digests  by capture date, newest first, undated ones last
    issues   the papers of each digest with their ranks, in the digest's order
    tagged   the papers of each tag that has any, those of its narrower tags included
    related  up to five papers for each paper that has any, the nearest first
    titles   the title of each paper as it is shown, by slug: what the capture damaged is mended
    redirects  former addresses and /arxiv/ addresses, sorted
    ledger   the published addresses with their lines in content/permalinks.txt
    withdrawn  the addresses that were taken down on purpose
    permalinks  the addresses of papers, digests, pages and tags, which are promised to stay
    damage   for searching: the words of each paper as its source has them where they are shown otherwise, by slug
    """

    papers: tuple[Paper, ...]
    digests: tuple[Digest, ...]
    pages: tuple[Page, ...]
    vocabulary: Vocabulary
    issues: Mapping[str, tuple[Ranked, ...]]
    tagged: Mapping[str, tuple[Paper, ...]]
    related: Mapping[str, tuple[Paper, ...]]
    titles: Mapping[str, str]
    damage: Mapping[str, str]
    bodies: Mapping[str, Body]
    redirects: tuple[Redirect, ...]
    ledger: Mapping[str, int]
    withdrawn: frozenset[str]
    permalinks: frozenset[str]

    def digest(self, digest_id: str) -> Digest | None:
        """Return a digest by its id, or None when it is hidden."""
        return next((digest for digest in self.digests if digest.id == digest_id), None)

    def body(self, of: Paper | Digest | Page) -> Body:
        """Return the rendered text."""
        return self.bodies[of.place.path]

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
        years: dict[int, list[Paper]] = defaultdict(list)
        for paper in self.papers:
            if paper.published:
                years[paper.published.year].append(paper)
        return {year: tuple(papers) for year, papers in years.items()}

    def undated(self) -> tuple[Paper, ...]:
        """Return the papers without a date."""
        return tuple(paper for paper in self.papers if not paper.published)


def month_counts(papers: Iterable[Paper]) -> Counter[int]:
    """Count papers by month, 0 for those of which only the year is known."""
    return Counter(paper.published.month for paper in papers if paper.published)


def with_implied(paper: Paper, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return a paper's tags and the broader tags that they imply, each once, without those a person ruled out."""
    implied = (ancestor for tag in paper.tags for ancestor in vocabulary.ancestors(tag))
    return tuple(tag for tag in dict.fromkeys((*paper.tags, *implied)) if tag not in paper.without_tags)


def build_catalog(sources: Sources, problems: Problems) -> Catalog:
    """Check all content and put it in relation; faults are reported, none is skipped in silence."""
    every_paper = [paper_from(source, sources.vocabulary, problems) for source in sources.papers]
    every_digest = [digest_from(source, problems) for source in sources.digests]
    pages = tuple(page_from(source, problems) for source in sources.pages)
    every_paper = [with_digests_of_today(paper, every_digest) for paper in every_paper]
    check_references(every_paper, every_digest, sources.papers, problems)
    files = {source.path: source for source in (*sources.papers, *sources.digests, *sources.pages)}
    content = Content(every_paper, every_digest, pages, sources.vocabulary, files)
    papers = tuple(sorted((paper for paper in every_paper if paper.published_here), key=_newest_first))
    digests = tuple(sorted((digest for digest in every_digest if not digest.hidden), key=_latest_capture_first))
    rendered = {
        **{paper.place.path: render(paper.body) for paper in papers},
        **{digest.place.path: render(digest.note) for digest in digests},
        **{page.place.path: render(page.body) for page in pages},
    }
    for path, body in rendered.items():
        proofread(files[path], body, problems)
    bodies = {path: Body(repair_html(body.html), repair_text(body.text)) for path, body in rendered.items()}
    titles = {paper.slug: repair_text(paper.title) for paper in papers}
    tagged = _tagged(papers, sources.vocabulary)
    return Catalog(
        papers=papers,
        digests=digests,
        pages=pages,
        vocabulary=sources.vocabulary,
        issues=_issues(papers, digests),
        tagged=tagged,
        related=_related(papers, rendered),
        titles=titles,
        damage={paper.slug: _damage(paper, titles, rendered, bodies) for paper in papers},
        bodies=bodies,
        redirects=redirects(content, problems),
        ledger=sources.ledger,
        withdrawn=frozenset(withdrawn(content)),
        permalinks=frozenset(published(content, tagged)),
    )


def _damage(paper: Paper, titles: Mapping[str, str], before: Mapping[str, Body], after: Mapping[str, Body]) -> str:
    path = paper.place.path
    shown = f"{titles[paper.slug]} {plain_text(after[path].html)}"
    return changed_words(f"{paper.title} {before[path].text}", shown)


def _related(papers: Iterable[Paper], rendered: Mapping[str, Body]) -> dict[str, tuple[Paper, ...]]:
    """Find related papers by title, tags and abstract; a person's notes below the abstract play no part."""
    by_slug = {paper.slug: paper for paper in papers}
    documents = [
        Document(paper.slug, paper.title, plain_text(rendered[paper.place.path].html.partition("</p>")[0]), paper.tags)
        for paper in papers
    ]
    return {slug: tuple(by_slug[other] for other in others) for slug, others in related_papers(documents).items()}


def _newest_first(paper: Paper) -> tuple[int, int, int, str]:
    date = paper.published
    return (-date.year, -date.month, -date.day, paper.slug) if date else (1, 0, 0, paper.slug)


def _latest_capture_first(digest: Digest) -> tuple[int, int, int, str]:
    date = digest.date
    return (-date.year, -date.month, -date.day, digest.id) if date else (1, 0, 0, digest.id)


def _issues(papers: Iterable[Paper], digests: Iterable[Digest]) -> dict[str, tuple[Ranked, ...]]:
    issues: dict[str, list[Ranked]] = {digest.id: [] for digest in digests}
    for paper in papers:
        for appearance in paper.appearances:
            if appearance.digest in issues:
                issues[appearance.digest].append((appearance.rank, paper))
    return {
        digest: tuple(sorted(ranked, key=lambda pair: (pair[0], pair[1].slug))) for digest, ranked in issues.items()
    }


def _tagged(papers: Iterable[Paper], vocabulary: Vocabulary) -> dict[str, tuple[Paper, ...]]:
    tagged: dict[str, list[Paper]] = defaultdict(list)
    for paper in papers:
        for tag in with_implied(paper, vocabulary):
            tagged[tag].append(paper)
    return {tag: tuple(tagged[tag]) for tag in sorted(tagged)}
