"""What a person told apart with `not_same_as`: records that look like one paper and are two."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from broadsheet.content.frontmatter import FrontMatter
from broadsheet.content.schema import PLACE, identifier_of, slug_of
from broadsheet.importing.signs import signs_of_file, signs_of_records
from broadsheet.importing.writer import texts_of
from broadsheet.model import Record
from broadsheet.problems import Location, Problems

Places = frozenset[Location]


@dataclass(frozen=True, slots=True)
class Separation:
    """Two sets of records, by their places, that are never one paper; each side's file where it is known."""

    owner: FrontMatter
    here: Places
    there: Places
    other: FrontMatter | None = None

    def forbids(self, source: FrontMatter, places: Places) -> bool:
        """Say whether a file cannot be the file of these records."""
        if source is self.owner:
            return bool(places & self.there)
        return source is self.other and bool(places & self.here)


def separations(files: Sequence[FrontMatter], records: Sequence[Record], problems: Problems) -> list[Separation]:
    """Read every `not_same_as`; a place at which no record stands is reported."""
    telling = [source for source in files if "not_same_as" in source.values]
    if not telling:
        return []
    by_name = {alias: source for source in files for alias in texts_of(source, "aliases")}
    by_name |= {slug_of(source.path): source for source in files}
    index = _Index(records)
    found = []
    for source in telling:
        for reference in texts_of(source, "not_same_as"):
            other = by_name.get(reference)
            there = index.of_file(other) if other else index.of_reference(reference)
            if not there and PLACE.fullmatch(reference):
                hint = "The line of a record's title is meant; see python build.py import --explain FILE."
                problems.warning(source.at("not_same_as"), "no-such-record", f"no record begins at {reference}", hint)
            here = index.of_file(source)
            if len(here) < len(there) and other:  # the other file still has what it got when they were one
                there -= here
            found.append(Separation(source, here - there, there, other))
    return found


class _Index:
    """The records by their signs and places."""

    def __init__(self, records: Iterable[Record]) -> None:
        self.by_sign: dict[str, set[Location]] = defaultdict(set)
        self.by_rank: dict[tuple[str, str], Location] = {}
        self.places = set()
        for record in records:
            self.places.add(record.place)
            self.by_rank[record.digest, str(record.place.line)] = record.place
            for tier in signs_of_records([record]):
                for sign in tier:
                    self.by_sign[sign].add(record.place)

    def of_file(self, source: FrontMatter) -> Places:
        """Return the records of a file: those that its appearances name, else all that have one of its signs."""
        signed = {place for tier in signs_of_file(source) for sign in tier for place in self.by_sign.get(sign, ())}
        appearances = source.values.get("appearances")
        items = [item for item in appearances if isinstance(item, dict)] if isinstance(appearances, list) else []
        keys = [(str(item.get("digest")), str(item.get("line"))) for item in items]
        stated = {self.by_rank[key] for key in keys if key in self.by_rank}
        return frozenset(stated & signed or signed)

    def of_reference(self, reference: str) -> Places:
        """Return the records of an identifier or a place."""
        if match := PLACE.fullmatch(reference):
            return frozenset({Location(match[1], int(match[2]))} & self.places)
        return frozenset(self.by_sign.get(str(identifier_of(reference)), ()))
