"""Markdown files with YAML front matter: text -> values, the line of every key, and the body.

Every scalar is read as the text that stands in the file, so that YAML's guesses (`2401.10020` a float, `no` a boolean,
`12:30` a number of seconds) cannot happen; the schema decides what a value means.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import yaml

from broadsheet.content.flat import STEEPEST, flat_mapping
from broadsheet.content.yamlfaults import explained
from broadsheet.problems import Location, Problems

Value = str | None | Sequence["Value"] | Mapping[str, "Value"]

LONGEST = 200_000  # characters of front matter; 1,000 authors take 20,000
DEEPEST = 8
_FENCE = re.compile(r"^---[ \t]*$", re.MULTILINE)
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_NESTING = re.compile(r"[-?:] ")
_PLAIN_TAGS = frozenset(f"tag:yaml.org,2002:{name}" for name in ("str", "null", "seq", "map"))


class TextLoader(yaml.CSafeLoader):
    """Reads scalars as text; only an empty value or `null` is nothing."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - the name and type are PyYAML's
        first: [(tag, pattern) for tag, pattern in resolvers if tag == "tag:yaml.org,2002:null"]
        for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }


@dataclass(slots=True)
class FrontMatter:
    """A parsed file. `lines` gives the line of a key by its path: `tags`, `identifiers.arxiv`, `appearances.0`."""

    path: str
    values: dict[str, Value] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    body: str = ""
    body_line: int = 1
    header: str = ""

    def at(self, key: str = "") -> Location:
        """Return the place of a key, or of the nearest key around it."""
        while key and key not in self.lines:
            key = key.rpartition(".")[0]
        return Location(self.path, self.lines.get(key, 1))


def parse(text: str, path: str, problems: Problems) -> FrontMatter | None:
    """Split and read a content file; None, with the reason reported, when its front matter cannot be read."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    opening = _FENCE.match(text)
    below = text.find("\n---", opening.end()) if opening else -1
    closing = _FENCE.search(text, below + 1) if below >= 0 else None
    if not opening or not closing:
        missing = "does not begin with" if not opening else "has no closing"
        problems.error(
            Location(path, 1), "no-front-matter", f"this file {missing} “---”",
            "A content file is YAML between two lines of “---”, then Markdown.",
        )  # fmt: skip
        return None
    header = text[opening.end() + 1 : closing.start()]
    body = text[closing.end() :].strip("\n")
    blank_lines = len(text[closing.end() :]) - len(text[closing.end() :].lstrip("\n"))
    body_line = text.count("\n", 0, closing.end()) + blank_lines + 1
    if len(header) > LONGEST:
        message = f"the front matter has more than {LONGEST:,} characters"
        problems.error(Location(path, 1), "long-front-matter", message, "Text belongs below the second “---”.")
        return None
    parsed = FrontMatter(path, body=body, body_line=body_line, header=header)
    if not body.isprintable() and (odd := UNPRINTABLE.search(body)):
        line = body_line + body.count("\n", 0, odd.start())
        _report_unprintable(Location(path, line), odd[0], problems)
        return None
    return parsed if read_yaml(header, parsed, problems, first_line=2) else None


def read_yaml(text: str, into: FrontMatter, problems: Problems, *, first_line: int = 1) -> bool:
    """Read a YAML mapping into `into.values` and `into.lines`; report every fault and return whether it was read."""
    if flat := flat_mapping(text, first_line):
        into.values, into.lines = flat
        return True
    return read_any_yaml(text, into, problems, first_line=first_line)


def read_any_yaml(text: str, into: FrontMatter, problems: Problems, *, first_line: int = 1) -> bool:
    """Read a YAML mapping of any kind with the YAML library."""
    place = Location(into.path, first_line)
    if _is_steep(text):
        problems.error(place, "bad-yaml", "nested too deeply", "Content files are two levels deep at most.")
        return False
    try:
        node = yaml.compose(text, Loader=TextLoader)
    except yaml.MarkedYAMLError as fault:
        line, message, hint = explained(fault, text)
        problems.error(Location(into.path, first_line + line), "bad-yaml", message, hint)
        return False
    except (yaml.YAMLError, RecursionError) as fault:
        problems.error(place, "bad-yaml", f"not YAML: {str(fault).splitlines()[0]}", "Take out the odd character.")
        return False
    if node is None:
        return True
    builder = _Builder(into, problems, first_line)
    value = builder.build(node, "")
    if not builder.sound:
        return False
    if not isinstance(value, dict):
        problems.error(place, "bad-yaml", "keys with values are expected here", "Write “title: …”, one key a line.")
        return False
    into.values = value
    return True


def _is_steep(text: str) -> bool:
    """Say whether the nesting could exhaust the stack of the YAML library, which is written in C."""
    depth = deepest = 0
    for char in text:
        if char in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif char in "]}":
            depth = max(0, depth - 1)
    return deepest > STEEPEST or any(len(_NESTING.findall(line)) > STEEPEST for line in text.splitlines())


def _report_unprintable(place: Location, char: str, problems: Problems) -> None:
    message = f"a character that cannot be printed (U+{ord(char):04X})"
    problems.error(place, "unprintable", message, "Take it out; feeds and pages cannot hold it.")


class _Builder:
    """Turns composed nodes into plain values; what a content file has no use for is refused."""

    def __init__(self, into: FrontMatter, problems: Problems, first_line: int) -> None:
        self.into, self.problems, self.first_line = into, problems, first_line
        self.seen: set[int] = set()
        self.sound = True

    def build(self, node: yaml.Node, key: str) -> Value:
        """Build the value of a node that stands at a key path."""
        line = self.first_line + node.start_mark.line
        self.into.lines.setdefault(key, line)
        if id(node) in self.seen:
            return self._refuse(line, "yaml-alias", "aliases (*name) are not read here", "Write the value out.")
        self.seen.add(id(node))
        if node.tag not in _PLAIN_TAGS:
            return self._refuse(line, "yaml-tag", f"the YAML tag {node.tag} is not read here", "Take the tag out.")
        if key.count(".") > DEEPEST:
            return self._refuse(line, "bad-yaml", "nested too deeply", "Content files are two levels deep at most.")
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, f"{key}.{position}") for position, item in enumerate(node.value)]
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, key)
        if node.tag.endswith(":null"):
            return None
        if odd := UNPRINTABLE.search(node.value):
            self.sound = False
            _report_unprintable(Location(self.into.path, line), odd[0], self.problems)
        return str(node.value)

    def _mapping(self, node: yaml.MappingNode, key: str) -> dict[str, Value]:
        found: dict[str, Value] = {}
        for name_node, value_node in node.value:
            line = self.first_line + name_node.start_mark.line
            name = name_node.value if isinstance(name_node, yaml.ScalarNode) else None
            if not isinstance(name, str):
                self._refuse(line, "bad-yaml", "a key is a word", "Put the name of a field before the colon.")
                continue
            path = f"{key}.{name}" if key else name
            if name in found:
                first = self.into.lines[path]
                self._refuse(line, "repeated-key", f"“{name}” is here twice (first in line {first})", "Keep one.")
                continue
            self.into.lines[path] = line
            found[name] = self.build(value_node, path)
        return found

    def _refuse(self, line: int, code: str, message: str, hint: str) -> Value:
        self.sound = False
        self.problems.error(Location(self.into.path, line), code, message, hint)
        return None
