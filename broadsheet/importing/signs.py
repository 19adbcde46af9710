"""By what a content file and the records of its paper know each other again, the surest signs first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import NamedTuple

from broadsheet.content.frontmatter import FrontMatter
from broadsheet.content.markup import as_markdown
from broadsheet.importing.identity import title_key
from broadsheet.importing.standing import fingerprint, imported_of
from broadsheet.model import Identifier, Record

Texts = frozenset[str]


class Signs(NamedTuple):
    """The signs of a file or of records; `origins` tell from which identifiers a file was imported."""

    identifiers: Texts
    titles: Texts  # as imported or as they are now
    bodies: Texts  # abstracts as imported
    origins: Texts
    stated: tuple[Identifier, ...]

    @property
    def tiers(self) -> tuple[Texts, Texts, Texts]:
        """Return what is compared, the surest first."""
        return self.identifiers, self.titles, self.bodies

    @property
    def certain(self) -> Texts:
        """Return the signs by which two files are taken for one paper."""
        return self.identifiers | self.titles


def signs_of_file(source: FrontMatter) -> Signs:
    """Return the signs of a file."""
    imported = imported_of(source)
    titles = {f"imported {imported['title']}"} if "title" in imported else set()
    if isinstance(title := source.values.get("title"), str):
        titles.add(title_key(title))
    bodies = {str(imported["body"])} if "body" in imported else set()
    origins = {str(imported["identifiers"])} if "identifiers" in imported else set()
    stated = tuple(identifiers_of(source))
    return Signs(frozenset(map(str, stated)), frozenset(titles), frozenset(bodies), frozenset(origins), stated)


def signs_of_records(records: Iterable[Record]) -> Signs:
    """Return the signs of the records of one paper."""
    every = tuple(records)
    titles = {sign for record in every for sign in (f"imported {fingerprint(record.title)}", title_key(record.title))}
    bodies = {fingerprint(as_markdown(record.abstract)) for record in every if record.abstract}
    known: dict[str, Identifier] = {}
    for record in every:
        for each in record.identifiers:
            known.setdefault(each.scheme, each)
    names = frozenset(str(each) for record in every for each in record.identifiers)
    return Signs(names, frozenset(titles), frozenset(bodies), _origins(known.values()), tuple(known.values()))


def _origins(identifiers: Iterable[Identifier]) -> Texts:
    """Return the fingerprints that `identifiers` may have had in a file, before one more of them became known."""
    every = tuple(identifiers)
    some = (chosen for number in range(1, len(every) + 1) for chosen in combinations(every, number))
    return frozenset(fingerprint({each.scheme: each.value for each in chosen}) for chosen in some)


def likeness(file: Signs, records: Signs) -> int:
    """Return how many signs a file and records share, 0 where they cannot be one paper.

    Identifiers that differ are decisive, but for two corrections: a person's, in a file that was imported with the
    identifiers of these records; and the seed's, where the title and the abstract are those that were imported.
    """
    shared = [one & other for one, other in zip(file.tiers, records.tiers, strict=True)]
    signs = sum(map(bool, shared))
    if not identifiers_differ(file.stated, records.stated):
        return signs
    corrected_here = bool(signs and file.origins & records.origins)
    corrected_there = bool(shared[2]) and any(sign.startswith("imported ") for sign in shared[1])
    return signs + corrected_here if corrected_here or corrected_there else 0


def identifiers_of(source: FrontMatter) -> Iterator[Identifier]:
    """Return the identifiers in a file; the schema reports those that are none."""
    identifiers = source.values.get("identifiers")
    for scheme, value in identifiers.items() if isinstance(identifiers, dict) else ():
        try:
            yield Identifier.parse(scheme, str(value))
        except ValueError:
            continue


def identifiers_differ(ones: Iterable[Identifier], others: Iterable[Identifier]) -> bool:
    """Say whether two papers have different identifiers of one scheme, which is decisive."""
    known = {each.scheme: each.value for each in ones}
    return any(known.get(each.scheme, each.value) != each.value for each in others)
