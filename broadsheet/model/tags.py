"""The controlled vocabulary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

FACETS = ("topic", "method", "domain")
FALLBACK = "other"


class Tag(NamedTuple):
    """A term: readers see its label; its aliases are the phrases that give it, except inside an excluded phrase.

    `share` is how many of a hundred papers of the field have the tag: the rarer, the more it tells.
    `replaces` are slugs that this tag had before.
    """

    slug: str
    label: str
    description: str = ""
    facet: str = "topic"
    aliases: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    share: float = 1.0
    replaces: tuple[str, ...] = ()


OTHER = Tag(FALLBACK, "Other", "Papers in which no phrase of the vocabulary was found.")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All tags by slug, in the order of the file; the fallback tag is always there."""

    tags: Mapping[str, Tag] = field(default_factory=dict)
    _ancestors: Mapping[str, tuple[str, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_ancestors", {slug: _ancestors_of(slug, self.tags) for slug in self.tags})

    def __contains__(self, slug: object) -> bool:
        return slug == FALLBACK or slug in self.tags

    def __getitem__(self, slug: str) -> Tag:
        return OTHER if slug == FALLBACK and slug not in self.tags else self.tags[slug]

    def former(self) -> dict[str, str]:
        """Return the slugs that tags had before, each with the slug that its tag has now."""
        return {old: slug for slug, tag in self.tags.items() for old in tag.replaces if old not in self.tags}

    def ancestors(self, slug: str) -> tuple[str, ...]:
        """Return the tags that a tag implies: its parents, their parents and so on, nearest first."""
        return self._ancestors.get(slug, ())


def _ancestors_of(slug: str, tags: Mapping[str, Tag]) -> tuple[str, ...]:
    found: list[str] = []
    queue = list(tags[slug].parents)
    while queue:
        parent = queue.pop(0)
        if parent not in found:
            found.append(parent)
            queue += tags[parent].parents if parent in tags else ()
    return tuple(found)
