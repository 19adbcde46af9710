"""The lines of a text capture and what each one is."""

from __future__ import annotations

import enum
import functools
import re
import unicodedata
from dataclasses import dataclass


class Role(enum.StrEnum):
    """What a line of a capture is."""

    BLANK = "blank"
    TITLE = "title"
    ABSTRACT = "abstract"
    METADATA = "metadata"
    CHROME = "chrome"
    UNPLACED = "unplaced"


@dataclass(slots=True)
class Line:
    """One line: its number from 1, its cleaned text, and the role it was given."""

    number: int
    text: str
    role: Role = Role.UNPLACED


def clean(text: str) -> str:
    """Turn every kind of space into a plain one, drop what cannot be seen or printed, strip both ends."""
    if not (text.isascii() and text.isprintable()):
        text = "".join(map(_clean_char, text))
    return text.strip()


@functools.lru_cache(maxsize=4096)
def _clean_char(char: str) -> str:
    category = unicodedata.category(char)
    if category in {"Zs", "Zl", "Zp"} or (category == "Cc" and char.isspace()):
        return " "
    joins = char in "\u200c\u200d"  # change how letters and emoji beside them look
    unseen = category in {"Cc", "Cf", "Cs"} or ord(char) & 0xFFFE == 0xFFFE  # noqa: PLR2004 - Unicode's noncharacters
    return "" if unseen and not joins else char


def split_lines(text: str) -> list[Line]:
    """Split a capture at its line ends (Unix, Windows or old Mac), as an editor counts them."""
    lines = [Line(number, clean(raw)) for number, raw in enumerate(re.split(r"\r\n|\r|\n", text), start=1)]
    for line in lines:
        if not line.text:
            line.role = Role.BLANK
    return lines
