"""`same_as` and `not_same_as`: where they lead, and what is wrong with them.

The importer asks before it writes anything, with files; the build asks with papers. What they are told is the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeVar

from broadsheet.model.slugs import SLUG
from broadsheet.problems import Location, Problems, did_you_mean


class Named(Protocol):
    """A paper, as far as it speaks of other papers."""

    @property
    def slug(self) -> str: ...  # noqa: D102 - the names say it
    @property
    def same_as(self) -> str: ...  # noqa: D102
    @property
    def not_same_as(self) -> Sequence[str]: ...  # noqa: D102
    @property
    def hidden(self) -> bool: ...  # noqa: D102


N = TypeVar("N", bound=Named)


def target_of(paper: N, by_name: Mapping[str, N], place: Location, problems: Problems) -> N | None:
    """Return the published paper that a paper is merged into; None, with the reason reported, when there is none."""
    target = by_name.get(paper.same_as)
    if target is None:
        message = f"“same_as”: there is no paper “{paper.same_as}”"
        problems.error(place, "unknown-paper", message, did_you_mean(paper.same_as, by_name))
    elif target.same_as:
        _report_chain(paper, target, by_name, place, problems)
    elif not target.hidden:
        return target
    elif not paper.hidden:
        message = f"“same_as”: “{target.slug}” is hidden, so this paper has no page either"
        hint = "Write hidden: true here as well if both shall go; else take it out there, or same_as here."
        problems.warning(place, "hidden-target", message, hint)
    return None


def _report_chain(paper: N, target: N, by_name: Mapping[str, N], place: Location, problems: Problems) -> None:
    seen, end = [paper.slug], target
    while end.same_as in by_name and end.slug not in seen:
        seen.append(end.slug)
        end = by_name[end.same_as]
    if end.slug in seen:
        message = f"“same_as” leads round in a circle: {' → '.join([*seen, end.slug])}"
        problems.error(place, "redirect-loop", message, "Take “same_as” out of the file that shall stay.")
    else:
        message = f"“same_as” leads to {paper.same_as}, which is merged into {end.slug} itself"
        problems.error(place, "redirect-chain", message, f"Write same_as: {end.slug}.")


def check_not_same_as(paper: N, by_name: Mapping[str, N], place: Location, problems: Problems) -> None:
    """Report slugs in `not_same_as` that name no paper, the paper itself, or the one that it is merged into."""
    merged = by_name.get(paper.same_as)
    for name in paper.not_same_as:
        other = by_name.get(name)
        if other is None and SLUG.fullmatch(name):
            message = f"“not_same_as”: there is no paper “{name}”"
            problems.error(place, "unknown-paper", message, did_you_mean(name, by_name))
        elif other is paper:
            message = f"“not_same_as”: “{name}” is this paper itself"
            problems.error(place, "contradictory", message, "Name the other paper.")
        elif other is not None and other is merged:
            message = f"“not_same_as” names “{name}”, and “same_as” says that this is the same paper"
            problems.error(place, "contradictory", message, "Keep one of the two.")
