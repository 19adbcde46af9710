"""Whether a text has anything to repair: looking for letters in a row is far quicker than any rule."""

from __future__ import annotations

import re
from collections.abc import Iterable

from broadsheet.content.repair.rules import Clues, by_rare_letter
from broadsheet.content.repair.symbols import GREEK, any_of

_SIGNS = ("\\", "$", "`", "{", "}", "^", "~", "_", "--", "''")
_NAMES = (
    "leq",
    "geq",
    "neq",
    "seteq",
    "simeq",
    "varphi",
    "vartheta",
    "varnothing",
    "Vert",
    "boldsymbol",
    "mathbb",
    "nabla",
    "epsilon",
    " gg ",
    " ll ",
    " circ ",
    "arrow",
    "infty",
    "propto",
    "cdot",
    "ldots",
    "oplus",
    "odot",
    "notin",
    "setminus",
    "emptyset",
    "lceil",
    "lfloor",
    "langle",
)
_LOST = Clues(by_rare_letter(_NAMES))
_FIGURES = (
    ("sim", re.compile(r"sim(?:[\d!]| \d)")),
    ("approx", re.compile(r"approx(?:\d|(?<= approx) \d)")),
    ("pm", re.compile(r"pm(?:\d|(?<= pm) \d)")),
)
_AFTER_FIGURE = re.compile(r"times(?:(?<=[\d%KMBk]times)|(?<=\b[A-Za-z]times)\b)")
_BETWEEN = re.compile(r"\b(?:\d+|[A-Za-z]) times (?:\d+|[A-Za-z])\b")
_SIGNS_BEFORE, _SIGNS_AFTER = "=<>/;", ("=", "<", ">", "&lt;", "&gt;")
_GREEK_NAME = re.compile(rf" ?(?:{any_of(GREEK)})\b")
_GREEK_NAMES = tuple(GREEK)
LONGEST = 60_000  # characters: no abstract is as long, and a part of a text may be put away for each


def needs_repair(text: str) -> bool:
    """Say whether any rule may apply; wrong in one direction only, but for texts that are too long to be abstracts."""
    if len(text) > LONGEST:
        return False
    for sign in _SIGNS:
        if sign in text:
            return True
    return _has_figures(text) or has_equation(text) or _LOST.found(text)


def _has_figures(text: str) -> bool:
    for name, pattern in _FIGURES:
        if name in text and pattern.search(text):
            return True
    if "times" not in text:
        return False
    if "otimes" in text or _AFTER_FIGURE.search(text):
        return True
    return " times " in text and _BETWEEN.search(text) is not None


def has_equation(text: str) -> bool:
    """Say whether the name of a Greek letter stands next to a sign."""
    if "=" not in text and "<" not in text and ">" not in text and "&" not in text:
        return False
    return is_beside_greek(text, _SIGNS_BEFORE, _SIGNS_AFTER)


def is_beside_greek(text: str, before: Iterable[str], after: Iterable[str]) -> bool:
    """Say whether one of some signs stands before the name of a Greek letter, or one of others after it."""
    for sign in before:
        at = text.find(sign)
        while at >= 0:
            if _GREEK_NAME.match(text, at + 1):
                return True
            at = text.find(sign, at + 1)
    for sign in after:
        at = text.find(sign)
        while at >= 0:
            end = at - 1 if text[at - 1 : at] == " " else at
            if text.endswith(_GREEK_NAMES, 0, end):
                return True
            at = text.find(sign, at + 1)
    return False
