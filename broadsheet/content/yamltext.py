"""Values -> YAML text: whole keys of front matter written, replaced or taken out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

import yaml

from broadsheet.content.anyyaml import TextLoader
from broadsheet.content.frontmatter import FrontMatter, parse
from broadsheet.content.roundtrip import rewrite
from broadsheet.content.yamllines import comments, end_of_document, line_at, lines_of, spans
from broadsheet.model import PartialDate
from broadsheet.problems import Problems

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
    ours = "#" not in written and all(line.startswith("  - {") for line in lines_of(written)[1:])
    items = [_flow(item) for item in value] if isinstance(value, list) else []
    return fresh if ours else rewrite(written, fresh, items)


def replace_keys(source: FrontMatter, changes: Mapping[str, object]) -> str:
    """Replace, add or (with None) remove top-level keys; every other line, comment and order stays as it is.

    A header of which that cannot be done surely (one in a pair of braces, say) is written anew, a key a line, with its
    comments above: what a person wrote is never lost, and a file that can be read can be read afterwards.
    """
    wanted = {**source.values, **changes}
    wanted = {name: value for name, value in wanted.items() if value is not None or name not in changes}
    edited = _edited(source.header, changes)
    if edited is not None and _is_sound(edited, wanted, source.header):
        return edited
    kept = "".join(f"{comment}\n" for comment in comments(source.header).values())
    names = sorted(wanted, key=lambda name: name == "imported")  # which stands at the end
    return kept + "".join(dump_key(name, wanted[name]) for name in names)


def _is_sound(header: str, wanted: Mapping[str, object], before: str) -> bool:
    """Say whether a header is read as what was meant, and has every comment that it had before."""
    problems = Problems()
    read = parse(f"---\n{header}---\n", "", problems)
    if read is None or len(problems) or read.header != header or read.values != _as_read(wanted):
        return False
    return not Counter(comments(before).values()) - Counter(comments(header).values())


def _as_read(value: object) -> object:
    """Return a value as reading gives it: texts and nothing, in lists and mappings."""
    if isinstance(value, Mapping):
        return {str(name): _as_read(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_as_read(item) for item in value]
    return None if value is None else str(value)


def _edited(header: str, changes: Mapping[str, object]) -> str | None:
    """Exchange the lines of the keys that change; None when the keys do not stand on lines of their own."""
    node = yaml.compose(header, Loader=TextLoader)
    if node is not None and (not isinstance(node, yaml.MappingNode) or node.flow_style or not node.value):
        return None
    keys = [name for name, _ in node.value] if node else []
    indent = " " * (keys[0].start_mark.column if keys else 0)
    lines, last = lines_of(header), end_of_document(header)
    places = spans(header, [line_at(header, key.start_mark) for key in keys], last)
    known = {key.value: place for key, place in zip(keys, places, strict=True)}
    new_at_end = []
    for name, value in changes.items():
        if name in known:
            start, end = known[name]
            written = "".join(line.removeprefix(indent) for line in lines[start:end])
            lines[start] = _indented(rewrite_key(written, name, value), indent)
            lines[start + 1 : end] = [""] * (end - start - 1)
        elif value is not None:
            new_at_end.append(_indented(dump_key(name, value), indent))
    at = known["imported"][0] if "imported" in known else last
    lines[at:at] = new_at_end
    return "".join(lines)


def _indented(text: str, indent: str) -> str:
    return "".join(f"{indent}{line}" if line.strip() else line for line in lines_of(text))
