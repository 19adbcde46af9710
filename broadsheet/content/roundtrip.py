"""YAML that a person laid out, with other values: their comments, order, quotes and layout stay."""

from __future__ import annotations

import difflib
import io
import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import Any

import yaml

from broadsheet.content.listlines import with_items
from broadsheet.content.yamllines import comments

_KEY = re.compile(r"^( +)[^\s#-]", re.MULTILINE)
_ITEM = re.compile(r"^( +)- ", re.MULTILINE)
_LIBRARY_FAULTS = (AttributeError, AssertionError, LookupError, NotImplementedError, TypeError, ValueError)


def rewrite(written: str, fresh: str, items: Sequence[str] = ()) -> str:
    """Return the text of one key, laid out as `written`, with the value of `fresh`; "" in `fresh` takes the key out.

    `items` are the items of a list as `fresh` writes them. A comment that finds no place in the new text stands above
    it, so that none is lost.
    """
    text = (_with_items(written, fresh, items) or _laid_out(written, fresh)) if fresh else ""
    lost = Counter(comments(written).values()) - Counter(comments(text).values())
    return "".join(f"{comment}\n" for comment in lost.elements()) + text


def _with_items(written: str, fresh: str, items: Sequence[str]) -> str | None:
    """Exchange whole items of a list that has one a line, each with the comments above it; None if it is no such list."""
    try:
        text = with_items(written, items) if items else None
        return text if text is not None and _values(text) == _values(fresh) else None
    except yaml.YAMLError:
        return None


def _laid_out(written: str, fresh: str) -> str:
    from ruamel.yaml.error import YAMLError  # noqa: PLC0415 - slow to load, and needed for few files

    try:
        old, new = _reader().load(written), _reader().load(fresh)
        out = io.StringIO()
        _writer(written).dump(_merged(old, new), out)
        text = out.getvalue()
        return text if _values(text) == _values(fresh) else fresh
    except (YAMLError, yaml.YAMLError, *_LIBRARY_FAULTS):  # YAML that this library does not know well enough
        return fresh


@cache
def _text_resolver() -> type:
    """Make a resolver by which every scalar is a text, as content files are read."""
    from ruamel.yaml.resolver import VersionedResolver  # noqa: PLC0415 - slow to load

    class TextResolver(VersionedResolver):
        versioned_resolver: dict[str, object] = {}  # noqa: RUF012 - the name is the library's

    return TextResolver


def _reader() -> Any:  # noqa: ANN401 - the library has no types of its own
    from ruamel.yaml import YAML  # noqa: PLC0415 - slow to load

    reader = YAML()
    reader.preserve_quotes = True
    reader.Resolver = _text_resolver()
    return reader


def _writer(like: str) -> Any:  # noqa: ANN401
    writer = _reader()
    writer.width = 1_000_000_000
    key, item = _KEY.search(like), _ITEM.search(like)
    if item:
        writer.indent(sequence=len(item[1]) + 2, offset=len(item[1]))
    elif key:
        writer.indent(mapping=len(key[1]))
    return writer


def _merged(old: Any, new: Any) -> Any:  # noqa: ANN401 - trees of the library's own types
    """Put the values of one tree into the other, so that what is attached to its nodes stays."""
    if isinstance(old, dict) and isinstance(new, dict):
        for name in [name for name in old if name not in new]:
            del old[name]
        for name, value in new.items():
            old[name] = _merged(old[name], value) if name in old else value
        return old
    if isinstance(old, list) and isinstance(new, list):
        _merge_lists(old, new)
        return old
    return old if old == new else new


def _merge_lists(old: list[Any], new: list[Any]) -> None:
    names, wanted = [str(item) for item in old], [str(item) for item in new]
    steps = difflib.SequenceMatcher(None, names, wanted, autojunk=False).get_opcodes()
    for kind, start, end, new_start, new_end in reversed(steps):
        if kind == "replace" and end - start == new_end - new_start:
            for position in range(end - start):
                old[start + position] = _merged(old[start + position], new[new_start + position])
        elif kind != "equal":
            for position in reversed(range(start, end)):
                del old[position]
            for item in reversed(new[new_start:new_end]):
                old.insert(start, item)


def _values(text: str) -> object:
    return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - the loader that makes texts and nothing else
