"""Characters that no page, feed or address can hold."""

from __future__ import annotations

import re

from broadsheet.problems import Location, Problems

UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


def report_unprintable(place: Location, char: str, problems: Problems) -> None:
    """Report one."""
    message = f"a character that cannot be printed (U+{ord(char):04X})"
    problems.error(place, "unprintable", message, "Take it out; feeds and pages cannot hold it.")
