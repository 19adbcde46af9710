"""How things are worded on pages: the filters of the templates, and the headings of digests."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from urllib.parse import quote_plus

from broadsheet.model import Digest
from broadsheet.model.dates import MONTHS
from broadsheet.publishing.routes import Listing

EXCERPT = 280  # characters of an abstract in lists
_HASH = re.compile(r"(?<=.)-[0-9a-f]{12,}$")  # what capture tools add to a file's name


def digest_headings(digests: Iterable[Digest]) -> dict[str, str]:
    """Name the digests; where two would have one heading, their ids tell them apart."""
    headings = {digest.id: _heading(digest) for digest in digests}
    names = Counter(headings.values())
    return {key: name if names[name] == 1 else f"{name} ({key})" for key, name in headings.items()}


def _heading(digest: Digest) -> str:
    if digest.title:
        return digest.title
    return f"Digest of {digest.date.words}" if digest.date else f"Undated digest {_HASH.sub('', digest.id)}"


def pages_around(listing: Listing) -> list[int]:
    """Return the page numbers to link: the first, the last and those near; 0 stands for a gap."""
    near = {1, listing.pages, *range(listing.number - 2, listing.number + 3)}
    shown: list[int] = []
    for page in sorted(page for page in near if 1 <= page <= listing.pages):
        if shown and page > shown[-1] + 1:
            shown.append(0)
        shown.append(page)
    return shown


def excerpt(text: str) -> str:
    """Cut a text at a word."""
    return text if len(text) <= EXCERPT else text[:EXCERPT].rsplit(" ", 1)[0].rstrip(",;:.") + "…"


def number(count: int) -> str:
    """Write a count with thousands apart."""
    return f"{count:,}"


def month_name(month: int) -> str:
    """Return the English name of a month."""
    return MONTHS[month]


def host(url: str) -> str:
    """Shorten a web address to its host and path, as people write it."""
    return url.partition("://")[2].removeprefix("www.").rstrip("/")


def lower_first(text: str) -> str:
    """Write a heading as it stands in a sentence."""
    return text[:1].lower() + text[1:]


FILTERS = {
    "excerpt": excerpt,
    "host": host,
    "lower_first": lower_first,
    "month_name": month_name,
    "number": number,
    "query": quote_plus,
}
