"""Where things stand in YAML text: comments, the lines of keys and items, the end of the document."""

from __future__ import annotations

import re
from collections.abc import Sequence

import yaml

_COMMENT = re.compile(r"#[^\n]*")


def comments(text: str) -> dict[int, str]:
    """Find the comments of sound YAML by their positions: what stands between its tokens, and behind `|` and `>`."""
    found: dict[int, str] = {}
    if "#" not in text:
        return found
    end = 0
    for token in yaml.scan(text, Loader=yaml.CSafeLoader):
        _search(text, end, token.start_mark.index, found)
        if isinstance(token, yaml.ScalarToken) and token.style in {"|", ">"}:
            first_line = text[token.start_mark.index : token.end_mark.index].partition("\n")[0]
            _search(text, token.start_mark.index, token.start_mark.index + len(first_line), found)
        end = max(end, token.end_mark.index)
    _search(text, end, len(text), found)
    return found


def _search(text: str, start: int, end: int, found: dict[int, str]) -> None:
    for match in _COMMENT.finditer(text, start, end):
        found[match.start()] = match[0].rstrip()


def lines_of(text: str) -> list[str]:
    """Return the lines with their ends; unlike `str.splitlines`, nothing but a line feed ends one."""
    return [line for line in re.split(r"(?<=\n)", text) if line]


def line_at(text: str, mark: yaml.Mark) -> int:
    """Return the number, from 0, of the line at a mark."""
    return text.count("\n", 0, mark.index)


def end_of_document(text: str) -> int:
    """Return the number of the line that ends the document (`...`), or of the line after the last."""
    for token in yaml.scan(text, Loader=yaml.CSafeLoader) if "..." in text else ():
        if isinstance(token, yaml.DocumentEndToken):
            return line_at(text, token.start_mark)
    return len(lines_of(text))


def spans(text: str, starts: Sequence[int], last: int) -> list[tuple[int, int]]:
    """Return the lines from each start to the next; the comments and blank lines before a start are nobody's.

    `last` is the number of the line after the last one that can belong to somebody.
    """
    lines = lines_of(text)
    offsets = [0]
    for line in lines:
        offsets.append(offsets[-1] + len(line))
    known = comments(text)
    found = []
    for start, following in zip(starts, [*starts[1:], last], strict=False):
        end = following
        while end > start + 1:
            line = lines[end - 1]
            at = offsets[end - 1] + len(line) - len(line.lstrip())
            if line.strip() and at not in known:
                break
            end -= 1
        found.append((start, end))
    return found
