"""Markdown files with YAML front matter: text -> values, the line of every key, and the body."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from broadsheet.content.flat import Value, flat_mapping
from broadsheet.content.unprintable import UNPRINTABLE, report_unprintable
from broadsheet.problems import Location, Problems

LONGEST = 200_000  # characters of front matter; 1,000 authors take 20,000
_FENCE = re.compile(r"^---[ \t]*$", re.MULTILINE)


@dataclass(slots=True)
class FrontMatter:
    """A parsed file. `lines` gives the line of a key by its path: `tags`, `identifiers.arxiv`, `appearances.0`."""

    path: str
    values: dict[str, Value] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    body: str = ""
    body_line: int = 1
    header: str = ""

    def at(self, key: str = "") -> Location:
        """Return the place of a key, or of the nearest key around it."""
        while key and key not in self.lines:
            key = key.rpartition(".")[0]
        return Location(self.path, self.lines.get(key, 1))


def parse(text: str, path: str, problems: Problems) -> FrontMatter | None:
    """Split and read a content file; None, with the reason reported, when its front matter cannot be read."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    opening = _FENCE.match(text)
    below = text.find("\n---", opening.end()) if opening else -1
    closing = _FENCE.search(text, below + 1) if below >= 0 else None
    if not opening or not closing:
        missing = "does not begin with" if not opening else "has no closing"
        problems.error(
            Location(path, 1), "no-front-matter", f"this file {missing} “---”",
            "A content file is YAML between two lines of “---”, then Markdown.",
        )  # fmt: skip
        return None
    header = text[opening.end() + 1 : closing.start()]
    body = text[closing.end() :].strip("\n")
    blank_lines = len(text[closing.end() :]) - len(text[closing.end() :].lstrip("\n"))
    body_line = text.count("\n", 0, closing.end()) + blank_lines + 1
    if len(header) > LONGEST:
        message = f"the front matter has more than {LONGEST:,} characters"
        problems.error(Location(path, 1), "long-front-matter", message, "Text belongs below the second “---”.")
        return None
    parsed = FrontMatter(path, body=body, body_line=body_line, header=header)
    if not body.isprintable() and (odd := UNPRINTABLE.search(body)):
        line = body_line + body.count("\n", 0, odd.start())
        report_unprintable(Location(path, line), odd[0], problems)
        return None
    return parsed if read_yaml(header, parsed, problems, first_line=2) else None


def read_yaml(text: str, into: FrontMatter, problems: Problems, *, first_line: int = 1) -> bool:
    """Read a YAML mapping into `into.values` and `into.lines`; report every fault and return whether it was read."""
    if flat := flat_mapping(text, first_line):
        into.values, into.lines = flat
        return True
    from broadsheet.content.anyyaml import read_any_yaml  # noqa: PLC0415 - slow to load, and few files need it

    read = read_any_yaml(text, into.path, problems, first_line=first_line)
    if read is not None:
        into.values, into.lines = read
    return read is not None
