"""Files that git left with both sides of a conflict: neither may be published."""

from __future__ import annotations

import re

from broadsheet.problems import Location, Problems

_OPENING = re.compile(r"^<{7}(?: .*)?$", re.MULTILINE)
_CLOSING = re.compile(r"^>{7}(?: .*)?$", re.MULTILINE)


def has_conflict(text: str, path: str, problems: Problems) -> bool:
    """Say whether a text holds the marks of a conflict; report each where it begins."""
    if "<<<<<<<" not in text and ">>>>>>>" not in text:
        return False
    text = text.replace("\r\n", "\n")
    found = list(_OPENING.finditer(text)) or list(_CLOSING.finditer(text))
    for mark in found:
        place = Location(path, text.count("\n", 0, mark.start()) + 1)
        hint = "Keep what is right of both sides, and take out the lines of <<<<<<<, ======= and >>>>>>>."
        problems.error(place, "conflict-marker", "git left a conflict here, with both sides of it", hint)
    return bool(found)
