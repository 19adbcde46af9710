"""The shorter way to a paper: from a file as the importer writes most of them, in one look at all of its front matter.

The pattern knows the usual keys in their usual order, each with a value of its usual form. A file of any other shape,
and one in which anything would have to be reported, is for the longer way: its values first, then the schema.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from broadsheet.content.flat import LIST, PLAIN, QUOTED, STEEPEST, SURELY_SHORT, items_of, unquoted
from broadsheet.content.frontmatter import LONGEST, FrontMatter
from broadsheet.content.schema import slug_of
from broadsheet.content.unprintable import is_printable
from broadsheet.model import Appearance, Identifier, Link, Paper, PartialDate, Vocabulary
from broadsheet.model.papers import LINK_KINDS
from broadsheet.model.tags import FALLBACK
from broadsheet.problems import Location
from broadsheet.weblinks import is_web_address

_NAME = r"[a-z0-9][a-z0-9-]*"
_SIGN = r"(?:'[0-9a-f]{8}'|[0-9a-f]{8})"
_FIELDS = "title published authors author_count tags identifiers links appearances body".split()
_USUAL = re.compile(
    rf"---\n(title: (?:(?P<plain>{PLAIN})|(?P<quoted>{QUOTED}))\n"
    r"(?:published: (?P<published>[0-9]{4}(?:-[0-9]{2}){0,2})\n)?"
    rf"(?:authors: (?P<authors>{LIST})\n)?"
    r"(?:author_count: (?P<author_count>[0-9]{1,9})\n)?"
    rf"(?:tags: \[(?P<tags>{_NAME}(?:, {_NAME})*)\]\n)?"
    r"(?P<identifiers>identifiers: \{arxiv: '(?P<arxiv>[0-9]{2}(?:0[1-9]|1[0-2])\.[0-9]{4,5})'\}\n)?"
    r"(?:links: \{(?P<links>[a-z]+: '[^'\n]+'(?:, [a-z]+: '[^'\n]+')*)\}\n)?"
    rf"(?P<appearances>appearances:\n(?:  - \{{digest: (?!null,){_NAME}, rank: [1-9][0-9]{{0,8}}, line: [0-9]{{1,9}}\}}\n)+)?"
    rf"imported: \{{slug: (?:'{_NAME}'|{_NAME}){''.join(f'(?:, {name}: {_SIGN})?' for name in _FIELDS)}\}}\n)---\n+"
)
_LINKS = re.compile(r"([a-z]+): '([^']+)'")
_APPEARANCES = re.compile(r"digest: ([^,]+), rank: ([0-9]+), line: ([0-9]+)")
_NOTHING = frozenset({"", "null", "Null", "NULL"})


def usual_paper(text: str, path: str, vocabulary: Vocabulary) -> tuple[Paper, FrontMatter] | None:
    """Return a paper and what is left to look at of its file; None where only the longer way knows.

    Of the values there are none, and of the lines those that other files may contradict.
    """
    found = _USUAL.match(text)
    if found is None or not is_printable(text, besides=b"\n"):
        return None
    header, body = found[1], text[found.end() :].strip("\n")
    title = " ".join((found["plain"] or unquoted(found["quoted"])).split())
    authors = _authors(found["authors"]) if found["authors"] else ()
    tags = dict.fromkeys(found["tags"].split(", ")) if found["tags"] else ()
    links = _links(found["links"]) if found["links"] else ()
    if not body.strip() or _is_odd(header, [title, *authors, *tags]) or links is None or not _are_known(tags, vocabulary):
        return None
    published, count, arxiv = found["published"], found["author_count"], found["arxiv"]
    try:
        date = PartialDate.parse(published) if published else None
    except ValueError:
        return None
    lines, appearances = _lines(found), found["appearances"]
    paper = Paper(
        slug=slug_of(path),
        title=title,
        place=Location(path, lines["title"]),
        published=date,
        authors=authors,
        author_count=int(count) if count else None,
        tags=tuple(tags),
        identifiers=(Identifier("arxiv", arxiv),) if arxiv else (),
        links=links,
        appearances=_appearances(appearances) if appearances else (),
    )
    body_line = text.count("\n", 0, found.end()) + 1
    return paper, FrontMatter(path, {}, lines, body, body_line, header)


def _authors(written: str) -> tuple[str, ...]:
    """Return the names in a list; only in quotes may one begin or end with a space."""
    if "'" not in written:
        return tuple(written[1:-1].split(", "))
    return tuple([name.strip() for name in items_of(written)])


def _is_odd(header: str, values: Iterable[str]) -> bool:
    """Say whether front matter may be too much for YAML, or has nothing for a value."""
    if not _NOTHING.isdisjoint(values):
        return True
    if header.count("[") + header.count("{") > STEEPEST or len(header) > LONGEST:
        return True
    return len(header) > SURELY_SHORT and header.count("- ") + header.count("? ") + header.count(": ") > STEEPEST


def _are_known(tags: Iterable[str], vocabulary: Vocabulary) -> bool:
    return all([tag in vocabulary.tags or tag == FALLBACK for tag in tags])


def _links(written: str) -> tuple[Link, ...] | None:
    """Return links in the order of their kinds; None where one is none."""
    pairs = _LINKS.findall(written)
    found = dict(pairs)
    if len(found) < len(pairs) or not all(map(is_web_address, found.values())):
        return None
    links = tuple([Link(kind, found[kind]) for kind in LINK_KINDS if kind in found])
    return links if len(links) == len(found) else None


def _appearances(written: str) -> tuple[Appearance, ...]:
    found = _APPEARANCES.findall(written)
    return tuple([Appearance(digest, int(rank), int(line)) for digest, rank, line in found])


def _lines(found: re.Match[str]) -> dict[str, int]:
    """Return the lines of the keys that other files may contradict."""
    text = found.string
    lines = {"title": 2}
    if found["identifiers"]:
        lines["identifiers"] = lines["identifiers.arxiv"] = text.count("\n", 0, found.start("identifiers")) + 1
    if appearances := found["appearances"]:
        first = text.count("\n", 0, found.start("appearances")) + 1
        lines["appearances"] = first
        for position in range(appearances.count("\n") - 1):
            lines[f"appearances.{position}"] = first + 1 + position
    return lines
