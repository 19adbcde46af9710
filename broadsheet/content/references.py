"""What papers say of digests and of each other: resolved where a file was renamed, reported where it leads nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from broadsheet.content.addresses import Content
from broadsheet.content.merges import check_not_same_as
from broadsheet.model import Digest, Paper
from broadsheet.problems import Problems, did_you_mean


def with_digests_of_today(papers: Sequence[Paper], digests: Iterable[Digest]) -> list[Paper]:
    """Return the papers with appearances and comments that name the digests by their present ids."""
    today = {alias: digest.id for digest in digests for alias in digest.aliases}
    return [_renamed(paper, today) for paper in papers] if today else list(papers)


def _renamed(paper: Paper, today: Mapping[str, str]) -> Paper:
    named = {each.digest for each in paper.appearances} | ({paper.comments.digest} if paper.comments else set())
    if named.isdisjoint(today):
        return paper
    appearances = tuple(each._replace(digest=today.get(each.digest, each.digest)) for each in paper.appearances)
    comments = paper.comments and replace(paper.comments, digest=today.get(paper.comments.digest, paper.comments.digest))
    return paper._replace(appearances=appearances, comments=comments)


def check_references(content: Content, problems: Problems) -> None:
    """Report digests and papers that are not there, and identifiers that two papers have."""
    known = {digest.id for digest in content.digests}
    for paper in content.papers:
        for position, appearance in enumerate(paper.appearances):
            if appearance.digest not in known:
                hint = did_you_mean(appearance.digest, known) if known else "Import its seed again."
                message = f"there is no digest “{appearance.digest}”"
                problems.error(content.at(paper, f"appearances.{position}"), "unknown-digest", message, hint)
        if paper.not_same_as:
            check_not_same_as(paper, content.by_name, content.at(paper, "not_same_as"), problems)
    _check_identifiers(content, problems)


def _check_identifiers(content: Content, problems: Problems) -> None:
    """Report identifiers that two files have, unless one is merged into another."""
    first_with: dict[str, Paper] = {}
    for paper in content.papers:
        for identifier in paper.identifiers if not paper.same_as else ():
            first = first_with.setdefault(str(identifier), paper)
            if first is not paper:
                message = f"{identifier} is also the identifier of {first.place.path}"
                hint = f"Correct one of them; if they are one paper, write same_as: {first.slug} into this file."
                problems.error(content.at(paper, "identifiers"), "same-identifier", message, hint)
