"""What `build.py duplicates` tells: papers that may be one, with the difference of their texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from broadsheet.content.frontmatter import FrontMatter
from broadsheet.content.markup import render
from broadsheet.content.reader import Sources
from broadsheet.content.schema import identifier_of, slug_of
from broadsheet.importing.signs import identifiers_of
from broadsheet.importing.similarity import Pair, Text, similar_pairs, word_difference
from broadsheet.importing.standing import files_by_name, is_hidden, split_off, texts_of

_CONTEXT = 6  # words shown on each side of a difference
_LONGEST = 60  # words shown of a run that only one text has
_BY_SIGN = {"gone": "[-", "new": "[+"}


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Two files that may be one paper."""

    one: FrontMatter
    other: FrontMatter
    pair: Pair

    def lines(self) -> Iterator[str]:
        """Tell what they have in common, where they differ, and how to settle it."""
        yield f"{self.one.path} and {self.other.path}"
        yield f"    {self.pair.reason}"
        yield f"    title     {shown_difference(_title(self.one), _title(self.other))}"
        yield f"    abstract  {shown_difference(_abstract(self.one), _abstract(self.other))}"
        one = slug_of(self.one.path)
        yield f"    One paper? Write into {self.other.path}: same_as: {one}"
        yield f"    Two? Write there: not_same_as: [{one}]"


def find_duplicates(sources: Sources) -> list[Duplicate]:
    """Return the published papers that may be one and that nobody has settled, the most alike first."""
    files = [each for each in sources.papers if not each.values.get("same_as") and not is_hidden(each)]
    texts = [
        Text(number, _title(each), _abstract(each), tuple(identifiers_of(each))) for number, each in enumerate(files)
    ]
    seeds = {slug_of(each.path): f"seeds/{each.values.get('seed')}" for each in sources.digests}
    found = [Duplicate(files[pair.first], files[pair.second], pair) for pair in similar_pairs(texts)]
    unsettled = [
        each
        for each in found
        if not _told_apart(each.one, each.other, seeds) and not _told_apart(each.other, each.one, seeds)
    ]
    return sorted(unsettled, key=lambda each: (-each.pair.abstract - each.pair.title, each.one.path, each.other.path))


def _title(source: FrontMatter) -> str:
    return str(source.values.get("title") or "")


def _abstract(source: FrontMatter) -> str:
    return render(source.body.partition("\n\n")[0]).text


def _told_apart(one: FrontMatter, other: FrontMatter, seeds: Mapping[str, str]) -> bool:
    """Say whether a file names the other in `not_same_as`: by slug, former slug, identifier or place in a seed."""
    names = {name for name, each in files_by_name([one, other]).items() if each is other}
    appearances = other.values.get("appearances")
    for item in appearances if isinstance(appearances, list) else ():
        if isinstance(item, dict):
            names.add(f"{seeds.get(str(item.get('digest')))}:{item.get('line')}")
    identifiers = set(identifiers_of(other))
    named = {*texts_of(one, "not_same_as"), *split_off(one).values()}
    return any(each in names or identifier_of(each) in identifiers for each in named)


def shown_difference(one: str, other: str) -> str:
    """Return one text with what the other lacks as [-…-] and what only the other has as [+…+]."""
    runs = word_difference(one, other)
    parts = []
    for number, (kind, words) in enumerate(runs):
        if kind == "same":
            parts.append(_shortened(words, at_start=number == 0, at_end=number == len(runs) - 1))
        else:
            sign = _BY_SIGN[kind]
            parts.append(f"{sign}{_cut(words)}{sign[::-1].replace('[', ']')}")
    return " ".join(parts)


def _shortened(words: str, *, at_start: bool, at_end: bool) -> str:
    """Leave out the middle of a run that both texts have, or all but the side next to a difference."""
    found = words.split()
    before = [] if at_start and not at_end else found[:_CONTEXT]
    after = [] if at_end and not at_start else found[-_CONTEXT:]
    return words if len(found) <= 2 * _CONTEXT else " ".join([*before, "…", *after])


def _cut(words: str) -> str:
    found = words.split()
    return words if len(found) <= _LONGEST else " ".join([*found[:_LONGEST], "…"])
