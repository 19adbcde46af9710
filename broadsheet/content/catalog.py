"""All papers with their cross-references: tags, dates, digests, neighbours."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from broadsheet.content.frontmatter import FrontMatter
from broadsheet.content.markup import Body, render
from broadsheet.content.reader import Sources
from broadsheet.content.schema import digest_from, page_from, paper_from
from broadsheet.model import Digest, Page, Paper, Vocabulary
from broadsheet.problems import Problems, did_you_mean

Ranked = tuple[int, Paper]


@dataclass(frozen=True, slots=True)
class Catalog:
    """Everything that is published, newest first; `bodies` has the rendered text of papers, digests and pages.

    papers   by publication date, newest first, undated ones last
    digests  by capture date, newest first, undated ones last
    issues   the papers of each digest with their ranks, in the digest's order
    tagged   the papers of each tag that has any, those of its narrower tags included
    """

    papers: tuple[Paper, ...]
    digests: tuple[Digest, ...]
    pages: tuple[Page, ...]
    vocabulary: Vocabulary
    issues: Mapping[str, tuple[Ranked, ...]]
    tagged: Mapping[str, tuple[Paper, ...]]
    bodies: Mapping[str, Body]

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
        counts = Counter(other for paper in self.tagged[tag] for other in paper.tags)
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
    with_sources = list(zip(every_paper, sources.papers, strict=True))
    _check_references(with_sources, every_digest, problems)
    _check_identifiers(with_sources, problems)
    papers = tuple(sorted((paper for paper in every_paper if not paper.hidden), key=_newest_first))
    digests = tuple(sorted((digest for digest in every_digest if not digest.hidden), key=_latest_capture_first))
    return Catalog(
        papers=papers,
        digests=digests,
        pages=pages,
        vocabulary=sources.vocabulary,
        issues=_issues(papers, digests),
        tagged=_tagged(papers, sources.vocabulary),
        bodies={
            **{paper.place.path: render(paper.body) for paper in papers},
            **{digest.place.path: render(digest.note) for digest in digests},
            **{page.place.path: render(page.body) for page in pages},
        },
    )


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


def _check_references(
    papers: Iterable[tuple[Paper, FrontMatter]], digests: Iterable[Digest], problems: Problems
) -> None:
    known = {digest.id for digest in digests}
    for paper, source in papers:
        for appearance in paper.appearances:
            if appearance.digest not in known:
                hint = did_you_mean(appearance.digest, known) if known else "Import its seed again."
                message = f"there is no digest “{appearance.digest}”"
                problems.error(source.at("appearances"), "unknown-digest", message, hint)


def _check_identifiers(papers: Iterable[tuple[Paper, FrontMatter]], problems: Problems) -> None:
    first_with: dict[str, Paper] = {}
    for paper, source in papers:
        for identifier in paper.identifiers:
            first = first_with.setdefault(str(identifier), paper)
            if first is not paper:
                message = f"{identifier} is also the identifier of {first.place.path}"
                hint = "Correct one of them; if they are one paper, delete the other file."
                problems.error(source.at("identifiers"), "same-identifier", message, hint)
