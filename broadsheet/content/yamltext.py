"""Values -> YAML text: whole keys of front matter written, replaced or taken out."""

from __future__ import annotations

import re
from collections.abc import Mapping

import yaml

from broadsheet.content.frontmatter import FrontMatter, TextLoader
from broadsheet.content.roundtrip import rewrite
from broadsheet.model import PartialDate

_NUMBER = re.compile(r"[-+]?[.\d][\d_.,:]*(?:e[-+]?\d+)?|0[xob][\da-f_]+", re.IGNORECASE | re.ASCII)


class _TextDumper(yaml.CSafeDumper):
    """Writes every text so that any YAML reader takes it for a text, and aliases never."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - the signature is PyYAML's
        """Write a value out each time it occurs."""
        return True

    def represent_text(self, text: str) -> yaml.ScalarNode:
        """Quote what some YAML version would read as a number."""
        return self.represent_scalar("tag:yaml.org,2002:str", text, style="'" if _NUMBER.fullmatch(text) else None)


_TextDumper.add_representer(str, _TextDumper.represent_text)


def dump_key(name: str, value: object) -> str:
    """Write one top-level key as YAML: one line, or one line an item where the items are mappings."""
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        return f"{name}:\n" + "".join(f"  - {_flow(item)}\n" for item in value)
    return f"{name}: {_flow(value)}\n"


def _flow(value: object) -> str:
    if isinstance(value, PartialDate):
        return str(value)
    text: str = yaml.dump(
        value, Dumper=_TextDumper, default_flow_style=True, allow_unicode=True, sort_keys=False, width=1_000_000_000
    )
    return text.removesuffix("...\n").strip()


def rewrite_key(written: str, name: str, value: object) -> str:
    """Return the lines of one key with another value (None takes it out); how a person laid it out stays."""
    fresh = "" if value is None else dump_key(name, value)
    ours = "#" not in written and all(line.startswith("  - {") for line in written.splitlines()[1:])
    return fresh if ours else rewrite(written, fresh)


def replace_keys(source: FrontMatter, changes: Mapping[str, object]) -> str:
    """Replace, add or (with None) remove top-level keys; every other line, comment and order stays as it is.

    A header in one pair of braces is written anew, a key a line.
    """
    header = source.header
    if header.lstrip().startswith("{"):
        header = "".join(dump_key(name, value) for name, value in source.values.items())
    lines = header.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    spans = _spans(header, lines)
    new_at_end = []
    for name, value in changes.items():
        if name in spans:
            start, end = spans[name]
            lines[start] = rewrite_key("".join(lines[start:end]), name, value)
            lines[start + 1 : end] = [""] * (end - start - 1)
        elif value is not None:
            new_at_end.append(dump_key(name, value))
    at = spans["imported"][0] if "imported" in spans else len(lines)
    lines[at:at] = new_at_end
    return "".join(lines)


def _spans(header: str, lines: list[str]) -> dict[str, tuple[int, int]]:
    """Find the lines of each top-level key; comments and blank lines before a key belong to that key's neighbour."""
    node = yaml.compose(header, Loader=TextLoader)
    starts = [(name.value, name.start_mark.line) for name, _ in node.value] if node else []
    spans = {}
    for position, (name, start) in enumerate(starts):
        end = starts[position + 1][1] if position + 1 < len(starts) else len(lines)
        while end > start + 1 and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
            end -= 1
        spans[name] = (start, end)
    return spans
