"""What one seed says, before anything is merged."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from broadsheet.model.dates import PartialDate
from broadsheet.model.identifiers import Identifier
from broadsheet.model.papers import Link
from broadsheet.problems import Location


@dataclass(frozen=True, slots=True)
class Record:
    """One paper as one seed states it.

    `place` is the line of its title. `digest` is the capture's id and `rank` its place in the list from 1;
    a record that comes from no capture has the empty digest and rank 0.
    """

    title: str
    place: Location
    abstract: str = ""
    digest: str = ""
    rank: int = 0
    published: PartialDate | None = None
    authors: tuple[str, ...] = ()
    author_count: int | None = None
    comments: int | None = None
    identifiers: tuple[Identifier, ...] = ()
    links: tuple[Link, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CaptureDay:
    """The day that a capture's own header shows; `year` is 0 where the header has none."""

    month: int
    day: int
    year: int = 0

    def not_before(self, latest: dt.date) -> PartialDate | None:
        """Return this day in the earliest year that does not put it before `latest`, None for one out of range."""
        for year in range(latest.year, latest.year + 9):
            try:
                day = PartialDate(year, self.month, self.day)
            except ValueError:  # 29 February
                continue
            if day.first_day >= latest:
                return day
        return None
