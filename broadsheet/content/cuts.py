"""Values of front matter that YAML ends earlier than their writer: at a number sign after a space."""

from __future__ import annotations

import re

from broadsheet.content.frontmatter import FrontMatter
from broadsheet.problems import Location, Problems

_SUSPECT = re.compile(r"[^\s#'\"\]},][ \t]+#[^\s#]")
_TEXTS = frozenset({"title", "authors"})


def check_cuts(source: FrontMatter, problems: Problems) -> None:
    """Report a title or an author whose rest YAML takes for a comment: `title: Learning #1 things`."""
    if " #" not in source.header and "\t#" not in source.header:
        return  # far quicker than the pattern
    if not _SUSPECT.search(source.header):
        return
    keys = sorted((line, key.partition(".")[0]) for key, line in source.lines.items() if key)
    from broadsheet.content.yamllines import comments  # noqa: PLC0415 - slow to load

    for position, comment in comments(source.header).items():
        start = source.header.rfind("\n", 0, position) + 1
        if not _SUSPECT.search(source.header[start : position + 2]):
            continue
        line = source.header.count("\n", 0, position) + 2  # the header begins in the file's second line
        key = max((each for each in keys if each[0] <= line), default=(0, ""))[1]
        if key in _TEXTS:
            message = f"“{key}” ends before “{comment}”, which YAML takes for a comment"
            hint = "Put the value in quotes; or, if it is a comment, write a space behind the #."
            problems.warning(Location(source.path, line), "cut-value", message, hint)
