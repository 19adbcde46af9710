"""Abbreviations that a text explains: `Mixture of Experts (MoE)`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from broadsheet.importing.tagging.words import words_of

_IN_BRACKETS = re.compile(r" \(([A-Za-z][A-Za-z-]{1,9})\)")
_REACH = 90  # characters before the bracket
_WORD = re.compile(r"[A-Za-z]+")


def explained(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Find abbreviations with their long forms; yields (abbreviation, words of the long form), both normalised."""
    for match in _IN_BRACKETS.finditer(text):
        short = match[1].removesuffix("s")
        before = text[max(0, match.start() - _REACH) : match.start()]
        if f" {short.lower()} " in text:
            continue  # `(IS)`, where the word `is` stands in the text as well
        if sum(char.isupper() for char in short) >= 2 and (long := _long_form(before, short)):  # noqa: PLR2004
            yield words_of(short)[0], words_of(long)


def _long_form(before: str, short: str) -> str:
    """Return the last words before the bracket whose initials spell the abbreviation, the empty string for none.

    Small words may be left out of the abbreviation, and letters inside a word may be in it (`eXtreme`).
    """
    starts = [match.start() for match in _WORD.finditer(before)]
    letters = re.sub("[^a-z]", "", short.lower())
    for start in starts[: -len(letters) - 4 : -1]:
        initials = [word[0].lower() for word in _WORD.findall(before[start:])]
        if initials[0] == letters[0] and _spells(letters, initials):
            return before[start:].strip()
    return ""


def _spells(letters: str, initials: list[str]) -> bool:
    """Say whether the letters are the initials in order; up to a third of the words may be left out."""
    position = 0
    for initial in initials:
        if position < len(letters) and initial == letters[position]:
            position += 1
    return position == len(letters) and 3 * len(letters) >= 2 * len(initials)
