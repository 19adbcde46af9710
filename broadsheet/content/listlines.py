"""A YAML list with an item a line, with other items: each keeps its lines and the comments above it."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

import yaml

from broadsheet.content.yamllines import comments, line_at, lines_of, spans


def with_items(written: str, items: Sequence[str]) -> str | None:
    """Return the text of one key whose value is a list, with other items (as YAML on one line each).

    None when it is no such list, or when an item of several lines would have to change.
    """
    node = yaml.compose(written, Loader=yaml.CBaseLoader)
    value = node.value[0][1] if isinstance(node, yaml.MappingNode) and len(node.value) == 1 else None
    if not isinstance(value, yaml.SequenceNode) or value.flow_style or not value.value:
        return None
    lines = lines_of(written)
    places = spans(written, [line_at(written, item.start_mark) for item in value.value], len(lines))
    indent = lines[places[0][0]].partition("-")[0]
    if indent.strip():
        return None
    pieces = _pieces(lines, places)
    old, new = [_value(piece.lstrip()) for _, piece in pieces], [_value(f"- {item}") for item in items]
    found = [lines[0]]
    for kind, start, end, new_start, new_end in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found += ["".join(piece) for piece in pieces[start:end]]
        elif kind == "replace" and end - start == new_end - new_start:
            for (above, piece), item in zip(pieces[start:end], items[new_start:new_end], strict=True):
                if piece.count("\n") != 1:
                    return None
                found.append(f"{above}{indent}- {item}{_comment_of(piece)}\n")
        else:
            found += [f"{indent}- {item}\n" for item in items[new_start:new_end]]
    return "".join([*found, *lines[places[-1][1] :]])


def _pieces(lines: Sequence[str], places: Sequence[tuple[int, int]]) -> list[tuple[str, str]]:
    """Return each item with the lines above it that are nobody's: those, and its own."""
    ends = [1, *(end for _, end in places)]
    return [
        ("".join(lines[before:start]), "".join(lines[start:end]))
        for before, (start, end) in zip(ends, places, strict=False)
    ]


def _value(item: str) -> str:
    return repr(yaml.load(item, Loader=yaml.CBaseLoader))  # noqa: S506 - the loader that makes texts and nothing else


def _comment_of(line: str) -> str:
    """Return the comment at the end of a line with the space before it."""
    at = next(iter(comments(line)), None)
    if at is None:
        return ""
    return line[len(line[:at].rstrip()) :].rstrip()
