"""Faults that only finished pages show: links and anchors that lead nowhere, published addresses that are lost."""

from __future__ import annotations

import difflib
import html
import posixpath
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from broadsheet.content.catalog import Catalog
from broadsheet.content.ledger import PATH as LEDGER
from broadsheet.problems import Location, Problems
from broadsheet.publishing.fragments import Finished
from broadsheet.publishing.routes import file_of

_LINK = re.compile(rb"<(?:a|link|script|form|img|area|iframe|source)\s[^>]*?\b(?:href|src|action)=\"([^\"]*)\"")
# Whatever stands in such an attribute of anything; begun with what is quickest to find.
_MAY_LINK = re.compile(rb'="(?<=[fcn]=")(?:(?<=href=")|(?<=src=")|(?<=action="))(?=([^"]*))')
_OUTSIDE = (b"https://", b"http://", b"mailto:")
_MEANING = re.compile(rb"[%&?]")  # what stands for something else in a link
_ID = re.compile(rb"\sid=\"([^\"]*)\"")
Target = tuple[str, str]


class Anchored(NamedTuple):
    """A link to a part of another page: where it was seen, the page and the part."""

    link: str
    file: str
    page: str
    anchor: str


@dataclass(slots=True)
class LinkCheck:
    """Follows the links of pages; `known` are the files of the site, `base` is its base path."""

    known: Collection[str]
    base: str
    _sound: set[bytes] = field(default_factory=set)
    _sound_pieces: set[bytes] = field(default_factory=set)

    def dead_links(self, file: str, page: Finished) -> tuple[list[str], list[Anchored]]:
        """Return the links of a page that lead nowhere, and those to parts of other pages."""
        data = page.own if self._are_sound(page.shared) else page.data
        return self.follow(file, page.data) if self._suspects(data) else ([], [])

    def follow(self, file: str, data: bytes) -> tuple[list[str], list[Anchored]]:
        """Do the same without a quick look first."""
        dead, anchored = [], []
        for raw in set(_LINK.findall(data)) - self._sound:
            link = html.unescape(raw.decode())
            target = _target(link, file, self.base)
            if target is None or (target[0] in self.known and not target[1]):
                if target is None or raw.startswith(b"/"):  # means the same on every page
                    self._sound.add(raw)
            elif target[0] not in self.known:
                dead.append(link)
            elif target[0] != file:
                anchored.append(Anchored(link, file, *target))
            elif target[1] not in anchors_of(data):
                dead.append(link)
        return sorted(dead), anchored

    def _suspects(self, data: bytes) -> set[bytes]:
        """Return whatever may be a link of a page and is not known to be sound: a quick look, often enough."""
        return {raw for raw in self._unknown(data) if not _has_place(data, raw)}

    def _unknown(self, data: bytes) -> set[bytes]:
        """Return what may be a link and is neither known to be sound nor leads to another host."""
        new = set(_MAY_LINK.findall(data)) - self._sound
        return {raw for raw in new if not raw.startswith(_OUTSIDE) and not self._is_address(raw)}

    def _is_address(self, raw: bytes) -> bool:
        """Say whether a link is the plain address of a file of the site, which it is on every page."""
        if not raw.startswith(b"/") or _MEANING.search(raw) or b"#" in raw:
            return False
        link = raw.decode()
        if not link.startswith(f"{self.base}/") or file_of(link[len(self.base) :]) not in self.known:
            return False
        self._sound.add(raw)
        return True

    def _are_sound(self, pieces: Sequence[bytes]) -> bool:
        """Say whether pieces of pages have only sound links, and whole ones, wherever they stand."""
        if self._sound_pieces.issuperset(pieces):
            return True
        for piece in set(pieces) - self._sound_pieces:
            if not piece.startswith(b"<") or not piece.endswith((b">", b">\n")) or self._unknown(piece):
                return False
            self._sound_pieces.add(piece)
        return True


def _has_place(data: bytes, raw: bytes) -> bool:
    """Say whether a link is to a part of its own page that is surely there."""
    return raw[:1] == b"#" and b' id="%s"' % raw[1:] in data and not _MEANING.search(raw)


def anchors_of(data: bytes) -> set[str]:
    """Return the ids of a page."""
    return {html.unescape(raw.decode()) for raw in _ID.findall(data)}


def check_ledger(catalog: Catalog, routes: Collection[str], problems: Problems) -> None:
    """Report every published address that has neither a page nor a redirect; `routes` are the planned files."""
    for address, line in catalog.ledger.items():
        if file_of(address) not in routes and address not in catalog.withdrawn:
            section, _, slug = address.strip("/").rpartition("/")
            if section == "tags":
                ways = f"replaces: [{slug}] into the tag that has its page now; or bring the tag back"
            else:
                ways = (
                    f"aliases: [{slug}] into the file that has its page now; or bring its file back, with hidden: true"
                )
            hint = f"Write {ways}; or delete this line, if nobody ever saw the address."
            place = Location(LEDGER, line)
            problems.error(place, "lost-address", f"{address} was published and leads nowhere now", hint)


def _target(link: str, file: str, base: str) -> Target | None:
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


def report_dead_link(
    link: str,
    file: str,
    origin: Location,
    problems: Problems,
    catalog: Catalog | None = None,
    known: Iterable[str] = (),
) -> None:
    """Report a link that leads nowhere at the file, and the line, that a person would mend; `known` are all files."""
    source = catalog.files.get(origin.path) if catalog else None
    line = source.lines.get(f"link:{link}", 0) if source else 0
    message = f"“{link}” leads nowhere (seen in site/{file})"
    hint = _hint_for(link, file, known if line else ())  # one of a template can be dead on all pages
    problems.error(Location(origin.path, line), "dead-link", message, hint)


def _hint_for(link: str, file: str, known: Iterable[str]) -> str:
    path = unquote(urlsplit(link).path)
    if not path or urlsplit(link).fragment:
        return 'A page\'s headings and other parts have no such name; look at its id="…".'
    if posixpath.splitext(path)[1]:
        return "The site has no such file; pictures and other files need a whole address (https://…)."
    wanted = posixpath.normpath(posixpath.join("/", posixpath.dirname(file), path))
    pages = ["/" + each.removesuffix("/index.html") for each in known if each.endswith("/index.html")]
    if wanted in pages:
        return f"A page's address ends with a slash: {wanted}/"
    section, name = posixpath.split(wanted)
    beside = [posixpath.basename(page) for page in pages if posixpath.dirname(page) == section]
    near = difflib.get_close_matches(name, beside, n=1, cutoff=0.6)
    if near:
        return f"Did you mean “{posixpath.join(section, near[0])}/”?"
    return "A page's address ends with a slash; see site/sitemap.xml for all of them."
