"""How content is arranged: the order and the cross-references of a catalog, as plain values.

They are the same as long as nothing but texts of papers changes, which the shape of all content tells: so they are
kept from one run to the next.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from broadsheet.content.addresses import Content, papers_by_name, published, redirects, withdrawn
from broadsheet.content.references import check_references
from broadsheet.model import Digest, Paper, Vocabulary
from broadsheet.problems import Problems
from broadsheet.remembered import keep, kept

Numbers = tuple[int, ...]


class Arrangement(NamedTuple):
    """The order of papers and digests, and what leads where.

    papers, digests  those that are published, in their order, as numbers among those of the content
    issues, tagged   papers by digest (with their ranks) and by tag, as numbers among `papers`
    redirects        addresses, where they lead, and the place (path, line) that says so
    withdrawn        addresses that were taken down on purpose
    """

    papers: Numbers
    digests: Numbers
    issues: Mapping[str, tuple[tuple[int, int], ...]]
    tagged: Mapping[str, Numbers]
    redirects: tuple[tuple[str, str, tuple[str, int]], ...]
    withdrawn: tuple[str, ...]


def arrangement_of(content: Callable[[], Content], shape: bytes, problems: Problems, cache: Path | None) -> Arrangement:
    """Return how content of a shape is arranged, as it was the last time if it had that shape.

    `cache` is the file in which the last arrangement is kept; one in which anything is wrong is not.
    """
    known = kept(cache, shape) if cache and shape else None
    if known is not None:
        return Arrangement(*known)
    found = Problems()
    arrangement = arrange(content(), found)
    if cache and shape and not len(found):
        keep(cache, shape, tuple(arrangement))
    problems.add_all(found)
    return arrangement


def arrange(content: Content, problems: Problems) -> Arrangement:
    """Put all content in relation; what is wrong between files is reported."""
    check_references(content, problems)
    newest = sorted([(newest_first(each), at) for at, each in enumerate(content.papers) if each.published_here])
    latest = sorted([(_latest_capture_first(each), at) for at, each in enumerate(content.digests) if not each.hidden])
    papers = [content.papers[at] for _, at in newest]
    digests = [content.digests[at] for _, at in latest]
    tagged = _tagged(papers, content.vocabulary)
    permalinks = published(papers, digests, [page for page in content.pages if not page.hidden], tagged)
    found = redirects(content, permalinks, problems)
    return Arrangement(
        papers=tuple([at for _, at in newest]),
        digests=tuple([at for _, at in latest]),
        issues=_issues(papers, digests),
        tagged=tagged,
        redirects=tuple([(each.address, each.to, (each.origin.path, each.origin.line)) for each in found]),
        withdrawn=tuple(sorted(withdrawn(content))),
    )


def with_implied(paper: Paper, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return a paper's tags and the broader tags that they imply, each once, without those a person ruled out."""
    implied = [other for tag in paper.tags for other in vocabulary.ancestors(tag)]
    return tuple([tag for tag in dict.fromkeys([*paper.tags, *implied]) if tag not in paper.without_tags])


def newest_first(paper: Paper) -> tuple[int, int, int, str]:
    """Return by what papers are put in order, in the catalog and in all its lists by tag."""
    date = paper.published
    return (-date.year, -date.month, -date.day, paper.slug) if date else (1, 0, 0, paper.slug)


def _latest_capture_first(digest: Digest) -> tuple[int, int, int, str]:
    date = digest.date
    return (-date.year, -date.month, -date.day, digest.id) if date else (1, 0, 0, digest.id)


def _issues(papers: Sequence[Paper], digests: Sequence[Digest]) -> dict[str, tuple[tuple[int, int], ...]]:
    issues: dict[str, list[tuple[int, str, int]]] = {digest.id: [] for digest in digests}
    for at, paper in enumerate(papers):
        for appearance in paper.appearances:
            if appearance.digest in issues:
                issues[appearance.digest].append((appearance.rank, paper.slug, at))
    return {name: tuple([(rank, at) for rank, _, at in sorted(issue)]) for name, issue in issues.items()}


def _tagged(papers: Sequence[Paper], vocabulary: Vocabulary) -> dict[str, Numbers]:
    tagged: dict[str, list[int]] = defaultdict(list)
    for at, paper in enumerate(papers):
        for tag in with_implied(paper, vocabulary):
            tagged[tag].append(at)
    return {tag: tuple(tagged[tag]) for tag in sorted(tagged)}
