"""YAML of any kind -> values and their lines, by the library.

Every scalar is read as the text that stands in the file, so that YAML's guesses (`2401.10020` a float, `no` a boolean,
`12:30` a number of seconds) cannot happen; the schema decides what a value means.
"""

from __future__ import annotations

import re

import yaml

from broadsheet.content.flat import STEEPEST, Read, Value
from broadsheet.content.unprintable import UNPRINTABLE, report_unprintable
from broadsheet.content.yamlfaults import explained
from broadsheet.problems import Location, Problems

DEEPEST = 8
_NESTING = re.compile(r"[-?:] ")
_PLAIN_TAGS = frozenset(f"tag:yaml.org,2002:{name}" for name in ("str", "null", "seq", "map"))


class TextLoader(yaml.CSafeLoader):
    """Reads scalars as text; only an empty value or `null` is nothing."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - the name and type are PyYAML's
        first: [(tag, pattern) for tag, pattern in resolvers if tag == "tag:yaml.org,2002:null"]
        for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }


def read_any_yaml(text: str, path: str, problems: Problems, *, first_line: int = 1) -> Read | None:
    """Return the values and lines of a YAML mapping of any kind; None, with every fault reported, when it is none."""
    place = Location(path, first_line)
    if _is_steep(text):
        problems.error(place, "bad-yaml", "nested too deeply", "Content files are two levels deep at most.")
        return None
    try:
        node = yaml.compose(text, Loader=TextLoader)
    except yaml.MarkedYAMLError as fault:
        line, message, hint = explained(fault, text)
        problems.error(Location(path, first_line + line), "bad-yaml", message, hint)
        return None
    except (yaml.YAMLError, RecursionError) as fault:
        problems.error(place, "bad-yaml", f"not YAML: {str(fault).splitlines()[0]}", "Take out the odd character.")
        return None
    if node is None:
        return {}, {}
    builder = _Builder(path, problems, first_line)
    value = builder.build(node, "")
    if not builder.sound:
        return None
    if not isinstance(value, dict):
        problems.error(place, "bad-yaml", "keys with values are expected here", "Write “title: …”, one key a line.")
        return None
    return value, builder.lines


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


class _Builder:
    """Turns composed nodes into plain values; what a content file has no use for is refused."""

    def __init__(self, path: str, problems: Problems, first_line: int) -> None:
        self.path, self.problems, self.first_line = path, problems, first_line
        self.lines: dict[str, int] = {}
        self.seen: set[int] = set()
        self.sound = True

    def build(self, node: yaml.Node, key: str) -> Value:
        """Build the value of a node that stands at a key path."""
        line = self.first_line + node.start_mark.line
        self.lines.setdefault(key, line)
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
            report_unprintable(Location(self.path, line), odd[0], self.problems)
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
                first = self.lines[path]
                self._refuse(line, "repeated-key", f"“{name}” is here twice (first in line {first})", "Keep one.")
                continue
            self.lines[path] = line
            found[name] = self.build(value_node, path)
        return found

    def _refuse(self, line: int, code: str, message: str, hint: str) -> Value:
        self.sound = False
        self.problems.error(Location(self.path, line), code, message, hint)
        return None
