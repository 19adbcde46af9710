"""Characters that no page, feed or address can hold."""

from __future__ import annotations

import re

from broadsheet.problems import Location, Problems

UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")

_PLAIN = bytes(range(0x20, 0x7F))


def is_printable(text: str, besides: bytes = b"") -> bool:
    """Say whether all characters of a text can be printed, or are among others of ASCII; far quicker than `isprintable`."""
    rest = text.encode("utf-8", "surrogatepass").translate(None, _PLAIN + besides)
    return not rest or rest.decode("utf-8", "surrogatepass").isprintable()


def report_unprintable(place: Location, char: str, problems: Problems) -> None:
    """Report one."""
    message = f"a character that cannot be printed (U+{ord(char):04X})"
    problems.error(place, "unprintable", message, "Take it out; feeds and pages cannot hold it.")
