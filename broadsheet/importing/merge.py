"""One paper out of its records, by these rules.

- title: the first record's, captures before other lists
- abstract: the longest
- published: the most precise; of equally precise ones the first
- authors: the longest list of names; without names, the first count
- comments: the count of the newest capture
- identifiers, links, appearances: all of them

Where two records state different facts, the rule decides and the difference is reported with both places.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from broadsheet.model import Appearance, CaptureDay, Comments, Identifier, Link, PartialDate, Record
from broadsheet.model.papers import LINK_KINDS
from broadsheet.problems import Problems
from broadsheet.weblinks import find_web_addresses, kind_of_link


@dataclass(frozen=True, slots=True)
class Draft:
    """What the seeds say of one paper; `abstract` is plain text, `tags` what records named, not yet matched."""

    title: str
    abstract: str
    published: PartialDate | None
    authors: tuple[str, ...]
    author_count: int | None
    tags: tuple[str, ...]
    identifiers: tuple[Identifier, ...]
    links: tuple[Link, ...]
    comments: Comments | None
    appearances: tuple[Appearance, ...]
    records: tuple[Record, ...]


def publication_date(records: Iterable[Record]) -> PartialDate | None:
    """Return the most precise date of the records."""
    dates = [record.published for record in records if record.published]
    precision = {"year": 1, "month": 2, "day": 3}
    return max(dates, key=lambda date: precision[date.precision], default=None)


def capture_dates(
    days: Mapping[str, CaptureDay | None], groups: Iterable[Sequence[Record]]
) -> dict[str, PartialDate | None]:
    """Date each capture: its header's day in the earliest year not before its papers' latest publication date."""
    latest: dict[str, PartialDate] = {}
    for records in groups:
        published = publication_date(records)
        for digest in {record.digest for record in records if record.digest}:
            if published and (digest not in latest or published.first_day > latest[digest].first_day):
                latest[digest] = published
    dates: dict[str, PartialDate | None] = {}
    for digest, day in days.items():
        if day is None:
            dates[digest] = None
        elif day.year:
            dates[digest] = PartialDate(day.year, day.month, day.day)
        else:
            dates[digest] = day.not_before(latest[digest].first_day) if digest in latest else None
    return dates


def merge(records: Sequence[Record], dates: Mapping[str, PartialDate | None], problems: Problems) -> Draft:
    """Merge the records of one paper; `dates` are the capture dates by digest."""
    ordered = sorted(records, key=lambda record: not record.digest)
    abstract = max((record.abstract for record in ordered), key=len)
    authors = max((record.authors for record in ordered), key=len)
    counts = [record.author_count for record in ordered if record.author_count is not None]
    _report_differences(ordered, problems)
    return Draft(
        title=ordered[0].title,
        abstract=abstract,
        published=publication_date(ordered),
        authors=authors,
        author_count=counts[0] if counts and not authors else None,
        tags=tuple(dict.fromkeys(tag for record in ordered for tag in record.tags)),
        identifiers=_identifiers(ordered),
        links=_links(ordered, abstract),
        comments=_newest_comments(ordered, dates),
        appearances=tuple(
            sorted(Appearance(each.digest, each.rank, each.place.line) for each in ordered if each.digest)
        ),
        records=tuple(ordered),
    )


def _identifiers(records: Iterable[Record]) -> tuple[Identifier, ...]:
    """Collect the first identifier of each scheme; a person may have merged papers that have two."""
    known: dict[str, Identifier] = {}
    for record in records:
        for identifier in record.identifiers:
            known.setdefault(identifier.scheme, identifier)
    return tuple(sorted(known.values()))


def _links(records: Iterable[Record], abstract: str) -> tuple[Link, ...]:
    """Collect what the records link to and the addresses in the abstract, each once, by kind."""
    stated = [link for record in records for link in record.links]
    mined = [Link(kind_of_link(found.url), found.url) for found in find_web_addresses(abstract)]
    unique: dict[str, Link] = {}
    for link in stated + mined:
        unique.setdefault(link.url.rstrip("/").lower(), link)
    return tuple(sorted(unique.values(), key=lambda link: LINK_KINDS.index(link.kind)))


def _newest_comments(records: Iterable[Record], dates: Mapping[str, PartialDate | None]) -> Comments | None:
    counted = [
        (dates.get(record.digest) or PartialDate(1800), record.digest, record.comments)
        for record in records
        if record.comments is not None
    ]
    if not counted:
        return None
    _, digest, count = max(counted)
    return Comments(count, digest)


def _report_differences(records: Sequence[Record], problems: Problems) -> None:
    """Report the records that state another date or number of authors than the first that states one."""
    dated = [record for record in records if record.published]
    for record in dated[1:]:
        first = dated[0]
        if first.published and record.published and not first.published.agrees_with(record.published):
            _report("dates-differ", f"published {first.published}, or {record.published}", first, record, problems)
    counted = [(record, _author_count(record)) for record in records]
    known = [(record, count) for record, count in counted if count is not None]
    for record, count in known[1:]:
        first, expected = known[0]
        if count != expected:
            _report("authors-differ", f"{expected} authors, or {count}", first, record, problems)


def _author_count(record: Record) -> int | None:
    return len(record.authors) if record.authors else record.author_count


def _report(code: str, difference: str, first: Record, second: Record, problems: Problems) -> None:
    problems.note(
        first.place,
        code,
        f"“{first.title}”: {difference}",
        f"The other one: {second.place}. The rules of merging chose; write the right value into the paper's file.",
    )
