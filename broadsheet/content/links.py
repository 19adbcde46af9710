"""Where a body links to other parts of the site, so that a link that leads nowhere is told with its line."""

from __future__ import annotations

import re

from broadsheet.content.frontmatter import FrontMatter

_LINK = re.compile(r"\]\(\s*<?([^\s<>)]+)|^ {0,3}\[[^\]]+\]:\s*<?([^\s<>]+)", re.MULTILINE)


def lines_of_links(source: FrontMatter) -> dict[str, int]:
    """Return the line of each link that stays in the site, the first of its kind, by `link:` and its address."""
    found: dict[str, int] = {}
    if "](" not in source.body and "]:" not in source.body:
        return found
    for match in _LINK.finditer(source.body):
        link = match[1] or match[2]
        if "://" not in link and not link.startswith("mailto:"):
            at = match.start(1) if match[1] else match.start(2)
            found.setdefault(f"link:{link}", source.body_line + source.body.count("\n", 0, at))
    return found
