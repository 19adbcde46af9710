"""Faults of the documents that machines read: the feed (RFC 4287) and the sitemap (sitemaps.org)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from xml.etree import ElementTree as ET

from broadsheet.problems import Location, Problems
from broadsheet.publishing.routes import MOST_ADDRESSES, Route, file_of

ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
ROOTS = {f"{SITEMAP}urlset", f"{SITEMAP}sitemapindex"}
MOST_FAULTS = 3
MOST_BYTES = 52_428_800
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})", re.ASCII)


def check_feed(data: bytes, file: str, problems: Problems) -> None:
    """Report what a feed reader would stumble over."""
    place = Location(f"templates/{file}")
    faults = list(_faults_of_feed(data))
    if len(faults) > MOST_FAULTS:
        faults[MOST_FAULTS:] = [f"{len(faults) - MOST_FAULTS} more faults of this kind"]
    for fault in faults:
        problems.error(place, "bad-feed", f"the feed is not Atom: {fault}", f"Look at site/{file} in a browser.")


def _faults_of_feed(data: bytes) -> Iterator[str]:
    try:
        feed = ET.fromstring(data)  # noqa: S314 - our own output, which has no document type
    except ET.ParseError as fault:
        yield f"not XML ({fault})"
        return
    if feed.tag != f"{ATOM}feed":
        yield f"its root is {feed.tag}"
        return
    entries = feed.findall(f"{ATOM}entry")
    for name, element in [("the feed", feed), *((f"entry {at}", entry) for at, entry in enumerate(entries, 1))]:
        for wanted in ("id", "title", "updated"):
            found = element.findall(f"{ATOM}{wanted}")
            if len(found) != 1 or not "".join(found[0].itertext()).strip():
                yield f"{name} has not exactly one {wanted}"
        if not _INSTANT.fullmatch(element.findtext(f"{ATOM}updated", "")):
            yield f"{name} has no instant as its date of update"
        if element is not feed and element.find(f"{ATOM}author") is None and feed.find(f"{ATOM}author") is None:
            yield f"{name} has no author"
    ids = [entry.findtext(f"{ATOM}id", "") for entry in entries]
    if len(set(ids)) != len(ids):
        yield "two entries have one id"


def check_sitemap(data: bytes, route: Route, routes: Collection[str], url: str, problems: Problems) -> None:
    """Report addresses of a sitemap, or an index of some, that are not in the site; `url` is where the site stands."""
    place = Location(f"templates/{route.template}")
    for fault in _faults_of_sitemap(data, routes, url):
        message = f"the sitemap is wrong: {fault}"
        problems.error(place, "bad-sitemap", message, f"Look at site/{route.file} in a browser.")


def _faults_of_sitemap(data: bytes, routes: Collection[str], url: str) -> Iterator[str]:
    try:
        root = ET.fromstring(data)  # noqa: S314 - our own output, which has no document type
    except ET.ParseError as fault:
        yield f"not XML ({fault})"
        return
    addresses = [(element.text or "").strip() for element in root.iter(f"{SITEMAP}loc")]
    if root.tag not in ROOTS or not addresses:
        yield "there is no address in it"
    if len(addresses) > MOST_ADDRESSES or len(data) > MOST_BYTES:
        size = f"{len(addresses):,} addresses in {len(data):,} bytes"
        yield f"it has {size}; {MOST_ADDRESSES:,} in {MOST_BYTES:,} are the most"
    if len(set(addresses)) != len(addresses):
        yield "an address is there twice"
    strange = [
        each for each in addresses if not each.startswith(f"{url}/") or file_of(each.removeprefix(url)) not in routes
    ]
    if strange:
        yield f"{strange[0]} is no page of this site"
