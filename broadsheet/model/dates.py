"""Dates that are only as precise as their source."""

from __future__ import annotations

import calendar
import datetime as dt
import functools
import re
from dataclasses import dataclass, field

MONTHS = tuple(calendar.month_name)
_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_FIRST_YEAR, _LAST_YEAR = 1800, 2199


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """A year, a month or a day; a part that is not known is 0, which sorts before every known one.

    `words` is the date as people write it: 31 May 2023, May 2023, 2023.
    """

    year: int
    month: int = 0
    day: int = 0
    words: str = field(init=False, repr=False, compare=False)
    _iso: str = field(init=False, repr=False, compare=False)  # pages write the dates of all papers again and again

    def __post_init__(self) -> None:
        if not _FIRST_YEAR <= self.year <= _LAST_YEAR or (self.day and not self.month):
            raise ValueError(f"no such date: {self.year}-{self.month}-{self.day}")
        dt.date(self.year, self.month or 1, self.day or 1)
        parts = [str(self.day) if self.day else "", MONTHS[self.month], str(self.year)]
        object.__setattr__(self, "words", " ".join(part for part in parts if part))
        iso = [f"{self.year:04d}", *(f"{part:02d}" for part in (self.month, self.day) if part)]
        object.__setattr__(self, "_iso", "-".join(iso))

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """Read `2023`, `2023-05` or `2023-05-31`; raise ValueError for anything else."""
        return _parsed(text)

    def __str__(self) -> str:
        return self._iso

    @property
    def precision(self) -> str:
        """Say which part is the last one known: year, month or day."""
        return "day" if self.day else "month" if self.month else "year"

    @property
    def first_day(self) -> dt.date:
        """Return the earliest day that this can mean."""
        return dt.date(self.year, self.month or 1, self.day or 1)

    @property
    def last_day(self) -> dt.date:
        """Return the latest day that this can mean."""
        month = self.month or 12
        return dt.date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    def agrees_with(self, other: PartialDate) -> bool:
        """Say whether both can mean one day; a day's difference is a time zone, not a disagreement."""
        slack = dt.timedelta(days=1)
        return self.first_day <= other.last_day + slack and other.first_day <= self.last_day + slack


@functools.lru_cache(maxsize=4096)  # papers share their days
def _parsed(text: str) -> PartialDate:
    match = _ISO.fullmatch(text.strip())
    if not match:
        raise ValueError(f"not a date: {text!r}")
    year, month, day = match.groups()
    if month == "00" or day == "00":
        raise ValueError(f"no such date: {text!r}")
    return PartialDate(int(year), int(month or 0), int(day or 0))


def month_number(name: str) -> int:
    """Return 1 to 12 for an English month name or its first three or four letters, 0 for anything else."""
    wanted = name.lower().rstrip(".")
    for number, month in enumerate(MONTHS):
        if number and wanted in {month.lower(), month[:3].lower(), month[:4].lower()}:
            return number
    return 0
