"""JSON Lines: one record a line, with a title and whatever else is known."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from broadsheet.importing.formats.lines import clean
from broadsheet.model import Identifier, Link, PartialDate, Record
from broadsheet.problems import Location, Problems, did_you_mean
from broadsheet.weblinks import is_web_address

LARGEST = 1_000_000_000
FIELDS = (
    "title",
    "abstract",
    "published",
    "authors",
    "author_count",
    "comments",
    "arxiv_id",
    "doi",
    "url",
    "code",
    "tags",
)


def parse_json_lines(text: str, path: str, problems: Problems) -> list[Record]:
    """Read a record from every line that is not blank; each faulty value is reported with its line."""
    records = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            place = Location(path, number)
            values = _object(line, place, problems)
            if values is not None and (record := _Fields(values, place, problems).record()):
                records.append(record)
    return records


def _object(line: str, place: Location, problems: Problems) -> Mapping[str, Any] | None:
    repeated: list[str] = []

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in found]
        repeated.extend(sorted({name for name in names if names.count(name) > 1}))
        return dict(found)

    try:
        values = json.loads(line, object_pairs_hook=pairs)
    except (ValueError, RecursionError) as fault:
        reason = getattr(fault, "msg", "nested too deeply" if isinstance(fault, RecursionError) else str(fault))
        column = getattr(fault, "colno", 1)
        problems.error(place, "bad-json", f"not JSON: {reason} (column {column})", "Each line holds one object: {…}.")
        return None
    if not isinstance(values, dict):
        problems.error(place, "bad-json", "this line is JSON, but not an object", "Each line holds one object: {…}.")
        return None
    for name in repeated:
        problems.error(place, "repeated-key", f"the key “{name}” stands here twice", "Keep one of them.")
    return values


class _Fields:
    """The values of one object, each checked as it is taken."""

    def __init__(self, values: Mapping[str, Any], place: Location, problems: Problems) -> None:
        self.values, self.place, self.problems = values, place, problems

    def record(self) -> Record | None:
        """Make the record, or None when there is no title to know it by."""
        for name in self.values:
            if name not in FIELDS:
                self.problems.warning(
                    self.place, "unknown-field", f"the field “{name}” is not read", did_you_mean(name, FIELDS)
                )
        title = self._text("title")
        if not title:
            self.problems.error(
                self.place, "no-title", "this record has no title", "Give it a “title”, or take the line out."
            )
            return None
        return Record(
            title=title,
            place=self.place,
            abstract=self._text("abstract"),
            published=self._date("published"),
            authors=self._texts("authors"),
            author_count=self._count("author_count"),
            comments=self._count("comments"),
            identifiers=self._identifiers(),
            links=self._links(),
            tags=self._texts("tags"),
        )

    def _fault(self, name: str, expected: str) -> None:
        self.problems.error(self.place, "bad-value", f"“{name}”: {expected}", f"It says: {self.values[name]!r:.80}")

    def _text(self, name: str) -> str:
        value = self.values.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            self._fault(name, "a text is expected")
            return ""
        return clean(value)

    def _date(self, name: str) -> PartialDate | None:
        text = self._text(name)
        try:
            return PartialDate.parse(text) if text else None
        except ValueError:
            self._fault(name, "a date is 2023, 2023-05 or 2023-05-31")
            return None

    def _texts(self, name: str) -> tuple[str, ...]:
        value = self.values.get(name)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, str) and clean(item) for item in value):
            self._fault(name, "a list of texts is expected")
            return ()
        return tuple(clean(item) for item in value)

    def _count(self, name: str) -> int | None:
        value = self.values.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < LARGEST:
            self._fault(name, f"a whole number from 0 and below {LARGEST:,} is expected")
            return None
        return value

    def _identifiers(self) -> tuple[Identifier, ...]:
        found = []
        for name, scheme in (("arxiv_id", "arxiv"), ("doi", "doi")):
            text = self._text(name)
            if text:
                try:
                    found.append(Identifier.parse(scheme, text))
                except ValueError as fault:
                    self._fault(name, str(fault))
        return tuple(found)

    def _links(self) -> tuple[Link, ...]:
        found = []
        for name, kind in (("code", "code"), ("url", "paper")):
            text = self._text(name)
            if text and is_web_address(text):
                found.append(Link(kind, text))
            elif text:
                self._fault(name, "a web address with http:// or https:// is expected")
        return tuple(found)
