"""Faults that only finished pages show: links and anchors that lead nowhere."""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Collection, Mapping
from urllib.parse import unquote, urlsplit

from broadsheet.content.catalog import Catalog
from broadsheet.content.ledger import PATH as LEDGER
from broadsheet.problems import Location, Problems
from broadsheet.publishing.routes import file_of

_LINK = re.compile(rb"<[a-z]+\s[^>]*?\b(?:href|src|action)=\"([^\"]*)\"")
_ID = re.compile(rb"\sid=\"([^\"]*)\"")


def check_links(
    pages: Mapping[str, bytes], others: Collection[str], origins: Mapping[str, Location], base: str, problems: Problems
) -> None:
    """Report every link inside the site to a file or an anchor that is not there.

    `pages` are the finished pages by file, `others` the files that stand beside them, `base` the site's base path.
    """
    known = {*pages, *others}
    anchors: dict[str, set[str]] = {}
    for file, data in pages.items():
        if not file.endswith(".html"):
            continue
        for link in sorted({html.unescape(raw.decode()) for raw in _LINK.findall(data)}):
            target = _target(link, file, base)
            if target is None:
                continue
            path, anchor = target
            if path not in known:
                _report(link, file, origins, problems)
            elif anchor and path in pages:
                if path not in anchors:
                    anchors[path] = {html.unescape(raw.decode()) for raw in _ID.findall(pages[path])}
                if anchor not in anchors[path]:
                    _report(link, file, origins, problems)


def check_ledger(catalog: Catalog, routes: Collection[str], problems: Problems) -> None:
    """Report every published address that has neither a page nor a redirect; `routes` are the planned files."""
    for address, line in catalog.ledger.items():
        if file_of(address) not in routes and address not in catalog.withdrawn:
            section, _, slug = address.strip("/").rpartition("/")
            key = f"replaces: [{slug}] into the tag" if section == "tags" else f"aliases: [{slug}] into the file"
            hint = (
                f"Write {key} that has its page now; or bring its file back, with hidden: true; "
                "or delete this line, if nobody ever saw the address."
            )
            place = Location(LEDGER, line)
            problems.error(place, "lost-address", f"{address} was published and leads nowhere now", hint)


def _target(link: str, file: str, base: str) -> tuple[str, str] | None:
    """Return the file and anchor that a link means; None when it leads out of the site."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return None
    if parts.scheme or parts.netloc:
        return None
    path = unquote(parts.path)
    if not path:
        return file, unquote(parts.fragment)
    if path.startswith("/"):
        if not path.startswith(f"{base}/"):
            return path, ""
        path = path.removeprefix(base)
    else:
        path = posixpath.join("/", posixpath.dirname(file), path)
    slash = "/" if path.endswith("/") else ""
    return file_of(posixpath.normpath(path).rstrip("/") + slash), unquote(parts.fragment)


def _report(link: str, file: str, origins: Mapping[str, Location], problems: Problems) -> None:
    origin = origins.get(file, Location(f"site/{file}"))
    place = Location(origin.path)
    hint = "A page's address ends with a slash; see site/sitemap.xml for all of them."
    problems.error(place, "dead-link", f"“{link}” leads nowhere (seen in site/{file})", hint)
