"""The lines of a text capture and what each one is."""

from __future__ import annotations

import enum
import re
import unicodedata
from dataclasses import dataclass

_SPACES = dict.fromkeys(map(ord, "\u00a0\u2007\u202f\u2009\u200a\u3000\t\u000b\u000c"), " ")
_INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u2060\u00ad"), None)


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
    """Turn odd spaces into plain ones, drop what cannot be seen or printed, strip both ends."""
    text = text.translate(_SPACES).translate(_INVISIBLE)
    return "".join(char for char in text if unicodedata.category(char) != "Cc").strip()


def split_lines(text: str) -> list[Line]:
    """Split a capture at its line ends (Unix, Windows or old Mac), as an editor counts them."""
    lines = [Line(number, clean(raw)) for number, raw in enumerate(re.split(r"\r\n|\r|\n", text), start=1)]
    for line in lines:
        if not line.text:
            line.role = Role.BLANK
    return lines
