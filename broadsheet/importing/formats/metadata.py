"""The small print below an entry: `• 5 authors`, `·`, `Aug 6, 2024 4`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from broadsheet.model import CaptureDay, PartialDate
from broadsheet.model.dates import month_number

_BULLETS = re.compile(r"[•·|]")
_AUTHORS = re.compile(r"(\d{1,5}) authors?", re.IGNORECASE)
_DATE = re.compile(r"([A-Za-z]{3,9})\.? (\d{1,2})(?:, (\d{4}))?(?: +(\d{1,6})| *\[ *(\d{1,6}) *\])?")
_MONTH = re.compile(r"([A-Za-z]{3,9})\.? (\d{4})")


@dataclass(frozen=True, slots=True)
class SmallPrint:
    """What one line of small print says; `impossible` is a date that no calendar has."""

    author_count: int | None = None
    published: PartialDate | None = None
    capture_day: CaptureDay | None = None
    comments: int | None = None
    impossible: str = ""


def read_small_print(text: str) -> SmallPrint | None:
    """Read a line of small print; None when the line is something else."""
    if not _BULLETS.sub("", text).strip():
        return SmallPrint()
    parts = [part.strip() for part in _BULLETS.split(text) if part.strip()]
    found = [_read_part(part) for part in parts]
    if any(part is None for part in found):
        return None
    merged = SmallPrint()
    for part in found:
        if part is not None:
            merged = SmallPrint(
                part.author_count if merged.author_count is None else merged.author_count,
                merged.published or part.published,
                merged.capture_day or part.capture_day,
                part.comments if merged.comments is None else merged.comments,
                merged.impossible or part.impossible,
            )
    return merged


def _read_part(part: str) -> SmallPrint | None:
    if authors := _AUTHORS.fullmatch(part):
        return SmallPrint(author_count=int(authors[1]))
    if (whole_month := _MONTH.fullmatch(part)) and (month := month_number(whole_month[1])):
        return _date(int(whole_month[2]), month, 0, part)
    date = _DATE.fullmatch(part)
    month = month_number(date[1]) if date else 0
    if not date or not month:
        return None
    counted = date[4] or date[5]
    return _date(int(date[3] or 0), month, int(date[2]) or 99, part, int(counted) if counted else None)


def _date(year: int, month: int, day: int, part: str, comments: int | None = None) -> SmallPrint:
    try:
        date = PartialDate(year or 2024, month, day)  # a leap year: 29 February may be meant
    except ValueError:
        return SmallPrint(impossible=part)
    if year:
        return SmallPrint(published=date, comments=comments)
    return SmallPrint(capture_day=CaptureDay(month, day), comments=comments)
