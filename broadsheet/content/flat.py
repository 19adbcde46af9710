"""The shorter way to the values of flat front matter: what the YAML library would give, without asking it.

Almost every content file is as the importer wrote it: a key a line; its value a plain or single-quoted text, a list or
a mapping of such texts on the same line, or a list of mappings, each on a line of its own. Anything else is YAML's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

Value = str | None | Sequence["Value"] | Mapping[str, "Value"]
Read = tuple[dict[str, Value], dict[str, int]]
STEEPEST = 500  # levels that the YAML library's recursion surely bears

# What YAML refuses, or takes for the end of a line.
_ODD = re.compile("[^\n -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_FIRST = r"[^\s\-?:,\[\]{}#&*!|>'\"%@`~=<]"
PLAIN = rf"{_FIRST}[^:#\n]*(?:(?::(?=[^ \n])|(?<! )#)[^:#\n]*)*(?<! )"
QUOTED = r"'[^'\n]*(?:''[^'\n]*)*'"
_INNER = rf"{_FIRST}[^,\[\]{{}}:?#\n]*(?:(?::(?=[/A-Za-z0-9])|(?<! )#)[^,\[\]{{}}:?#\n]*)*(?<! )"
_ITEM = rf"(?:{QUOTED}|{_INNER})"
LIST = rf"\[{_ITEM}(?:, {_ITEM})*\]"
_PAIR = rf"[a-z_]{{1,40}}: (?:{_ITEM}|{LIST})"
_WHOLE_PLAIN, _WHOLE_QUOTED, _WHOLE_LIST = re.compile(PLAIN), re.compile(QUOTED), re.compile(LIST)
_WHOLE_MAPPING = re.compile(rf"\{{{_PAIR}(?:, {_PAIR})*\}}")
_ITEMS = re.compile(_ITEM)
_PAIRS = re.compile(rf"([a-z_]{{1,40}}): ({_ITEM}|{LIST})")
_BULLET = "  - {"
_LONGEST_KEY = 100
SURELY_SHORT = 2 * STEEPEST  # a line of so many characters has no more indicators than levels are borne


class _NotFlatError(Exception):
    """Something that only YAML may read."""


def flat_mapping(text: str, first_line: int) -> Read | None:
    """Return the values and the lines of flat front matter, None for any other."""
    if not text.endswith("\n") or _ODD.search(text) or text.count("[") + text.count("{") > STEEPEST:
        return None
    if "null" in text or "Null" in text or "NULL" in text:
        return None
    try:
        return _read(text[:-1].split("\n"), first_line)
    except _NotFlatError:
        return None


def _read(rows: list[str], first_line: int) -> Read:
    values: dict[str, Any] = {}
    lines = {"": first_line}
    above: list[Any] | None = None  # the list that the next line may go on with
    key = ""
    for line, row in enumerate(rows, start=first_line):
        if len(row) > SURELY_SHORT and row.count("- ") + row.count("? ") + row.count(": ") > STEEPEST:
            raise _NotFlatError
        if above is not None and row.startswith(_BULLET):
            path = f"{key}.{len(above)}"
            lines[path] = line
            above.append(_mapping(row[len(_BULLET) - 1 :], path, line, lines))
            continue
        if above == []:
            raise _NotFlatError  # a key without a value
        key, colon, value = row.partition(": ")
        above = None if colon else []
        key = key if colon else row.removesuffix(":")
        if len(key) > _LONGEST_KEY or not (key.isascii() and key.isidentifier()) or key in values or key == row:
            raise _NotFlatError
        lines[key] = line
        values[key] = _value(value, key, line, lines) if above is None else above
    if above == []:
        raise _NotFlatError
    return values, lines


def _value(text: str, path: str, line: int, lines: dict[str, int]) -> str | list[str] | dict[str, Any]:
    """Read what stands after a key."""
    if text.startswith("["):
        return _list(text, path, line, lines)
    if text.startswith("{"):
        return _mapping(text, path, line, lines)
    if text.startswith("'"):
        if _WHOLE_QUOTED.fullmatch(text):
            return unquoted(text)
    elif _WHOLE_PLAIN.fullmatch(text):
        return text
    raise _NotFlatError


def _list(text: str, path: str, line: int, lines: dict[str, int]) -> list[str]:
    if not _WHOLE_LIST.fullmatch(text):
        raise _NotFlatError
    items = items_of(text)
    for position in range(len(items)):
        lines[f"{path}.{position}"] = line
    return items


def _mapping(text: str, path: str, line: int, lines: dict[str, int]) -> dict[str, Any]:
    if not _WHOLE_MAPPING.fullmatch(text):
        raise _NotFlatError
    found: dict[str, Any] = {}
    for name, value in _PAIRS.findall(text):
        inner = f"{path}.{name}"
        if name in found:
            raise _NotFlatError
        lines[inner] = line
        found[name] = _list(value, inner, line, lines) if value[0] == "[" else unquoted(value)
    return found


def items_of(text: str) -> list[str]:
    """Return the items of a list, of which its pattern says that it is one."""
    return [unquoted(item) for item in _ITEMS.findall(text)] if "'" in text else text[1:-1].split(", ")


def unquoted(text: str) -> str:
    """Return the value that a plain or quoted text has."""
    return text[1:-1].replace("''", "'") if text[0] == "'" else text
