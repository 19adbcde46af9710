"""Text captures of listing pages: which line is what, and the records they make.

The layout is read off the text. Two units of text make a record, a title and its abstract; small print follows
the abstract or is missing. A unit is a line, or a paragraph where the capture's paragraphs are wrapped.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from broadsheet.importing.formats.lines import Line, Role, split_lines
from broadsheet.importing.formats.metadata import SmallPrint
from broadsheet.importing.formats.units import Unit, layout_of, mark, mark_chrome, units_of, with_following_text
from broadsheet.model import CaptureDay, Record
from broadsheet.problems import Location, Problems

_SENTENCE_END = (".", "!", "?", "…", ")", "]", "}", '"', "'", "”", "’")


@dataclass(slots=True)
class Capture:
    """What was read from one text capture."""

    lines: list[Line]
    layout: str
    day: CaptureDay | None = None
    records: list[Record] = field(default_factory=list)


def parse_capture(text: str, path: str, digest: str, problems: Problems) -> Capture:
    """Read a text capture; every line that fits no rule is reported with its number."""
    lines = split_lines(text)
    mark_chrome(lines)
    layout = layout_of(lines)
    capture = Capture(lines, layout)
    _Reader(capture, path, digest, problems).read(units_of(lines, layout))
    for line in lines:
        if line.role is Role.UNPLACED:
            shown = line.text if len(line.text) <= 60 else line.text[:59] + "…"  # noqa: PLR2004
            problems.warning(
                Location(path, line.number),
                "unplaced-line",
                f"this line is not part of any paper: “{shown}”",
                f"See how each line was read: python build.py import --explain {path}",
            )
    return capture


class _Reader:
    """Walks over the units of one capture and pairs titles with abstracts."""

    def __init__(self, capture: Capture, path: str, digest: str, problems: Problems) -> None:
        self.capture, self.path, self.digest, self.problems = capture, path, digest, problems
        self.title: Unit | None = None

    def read(self, units: list[Unit]) -> None:
        """Read all units, then look at how the capture ends."""
        for unit, following in with_following_text(units):
            if unit.small_print is not None:
                self._small_print(unit, unit.small_print)
            elif self.title is None:
                self._without_title(unit)
            elif unit.is_prose or (unit.is_sentence and not (following and following.is_prose)):
                self._record(self.title, unit)
            else:
                self._no_abstract(self.title)
                self.title = unit
        self._check_the_end(units)

    def _without_title(self, unit: Unit) -> None:
        if not unit.is_prose:
            self.title = unit

    def _record(self, title: Unit, abstract: Unit) -> None:
        mark(title, Role.TITLE)
        mark(abstract, Role.ABSTRACT)
        self._add(title, abstract.text)

    def _no_abstract(self, title: Unit) -> None:
        mark(title, Role.TITLE)
        place = Location(self.path, title.lines[0].number)
        self.problems.warning(
            place,
            "no-abstract",
            f"this title has no abstract: “{title.text}”",
            "It makes no page of its own; another seed that has the abstract will.",
        )
        self._add(title, "")

    def _add(self, title: Unit, abstract: str) -> None:
        place = Location(self.path, title.lines[0].number)
        rank = len(self.capture.records) + 1
        self.capture.records.append(Record(title.text, place, abstract, self.digest, rank))
        self.title = None

    def _small_print(self, unit: Unit, found: SmallPrint) -> None:
        place = Location(self.path, unit.lines[0].number)
        if found.impossible:
            message = f"no calendar has this date: {found.impossible}"
            self.problems.warning(place, "impossible-date", message, "Write the right one into the paper's file.")
            return
        if self.title is not None and not found.capture_day:
            self._no_abstract(self.title)
        if not self.capture.records:
            self._header(unit, found)
            return
        last = self.capture.records[-1]
        if found.capture_day and not found.published:
            return  # a day without a year says nothing certain here: the line stays unplaced and is reported
        mark(unit, Role.METADATA)
        self.capture.records[-1] = replace(
            last,
            author_count=found.author_count if last.author_count is None else last.author_count,
            published=last.published or found.published,
            comments=found.comments if last.comments is None else last.comments,
        )

    def _header(self, unit: Unit, found: SmallPrint) -> None:
        """Take the capture's own day from the header."""
        if found.published and found.published.day:
            full = found.published
            self.capture.day = CaptureDay(full.month, full.day, full.year)
        elif found.capture_day:
            self.capture.day = found.capture_day
        if self.capture.day or found == SmallPrint():
            mark(unit, Role.METADATA)

    def _check_the_end(self, units: list[Unit]) -> None:
        """Report a capture that stops in the middle of an entry."""
        hint = "Save the page again, or put up with the shorter text: a fuller one from another seed wins."
        if self.title is not None:
            mark(self.title, Role.TITLE)
            place = Location(self.path, self.title.lines[0].number)
            self.problems.warning(place, "cut-capture", "the capture ends after a title", hint)
            self._add(self.title, "")
        elif units and units[-1].lines[0].role is Role.ABSTRACT and _stops_short(units[-1].text):
            place = Location(self.path, units[-1].lines[-1].number)
            self.problems.warning(place, "cut-capture", "the capture ends in the middle of a sentence", hint)


def _stops_short(text: str) -> bool:
    return not text.endswith(_SENTENCE_END) and "://" not in text.rsplit(" ", 1)[-1]
