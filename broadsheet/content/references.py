"""What papers say of digests and of each other: resolved where a file was renamed, reported where it leads nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from broadsheet.content.addresses import papers_by_name
from broadsheet.content.frontmatter import FrontMatter
from broadsheet.model import Digest, Paper
from broadsheet.model.slugs import SLUG
from broadsheet.problems import Problems, did_you_mean


def with_digests_of_today(paper: Paper, digests: Iterable[Digest]) -> Paper:
    """Return a paper whose appearances and comments name the digests by their present ids."""
    today = {alias: digest.id for digest in digests for alias in digest.aliases}
    if not today:
        return paper
    appearances = tuple(replace(each, digest=today.get(each.digest, each.digest)) for each in paper.appearances)
    comments = paper.comments and replace(paper.comments, digest=today.get(paper.comments.digest, paper.comments.digest))
    return replace(paper, appearances=appearances, comments=comments)


def check_references(
    papers: Sequence[Paper], digests: Iterable[Digest], sources: Sequence[FrontMatter], problems: Problems
) -> None:
    """Report digests and papers that are not there, and identifiers that two papers have; `sources` are their files."""
    known = {digest.id for digest in digests}
    names = papers_by_name(papers)
    for paper, source in zip(papers, sources, strict=True):
        for position, appearance in enumerate(paper.appearances):
            if appearance.digest not in known:
                hint = did_you_mean(appearance.digest, known) if known else "Import its seed again."
                message = f"there is no digest “{appearance.digest}”"
                problems.error(source.at(f"appearances.{position}"), "unknown-digest", message, hint)
        for other in paper.not_same_as:
            if SLUG.fullmatch(other) and other not in names:
                message = f"“not_same_as”: there is no paper “{other}”"
                problems.error(source.at("not_same_as"), "unknown-paper", message, did_you_mean(other, names))
    _check_identifiers(papers, sources, problems)


def _check_identifiers(papers: Iterable[Paper], sources: Iterable[FrontMatter], problems: Problems) -> None:
    """Report identifiers that two files have, unless one is merged into another."""
    first_with: dict[str, Paper] = {}
    for paper, source in zip(papers, sources, strict=True):
        for identifier in paper.identifiers if not paper.same_as else ():
            first = first_with.setdefault(str(identifier), paper)
            if first is not paper:
                message = f"{identifier} is also the identifier of {first.place.path}"
                hint = f"Correct one of them; if they are one paper, write same_as: {first.slug} into this file."
                problems.error(source.at("identifiers"), "same-identifier", message, hint)
