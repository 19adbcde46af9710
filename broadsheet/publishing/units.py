"""What a template consists of: the file without its macros, and each macro."""

from __future__ import annotations

from collections.abc import Iterator

from jinja2 import nodes

_TAKING = (nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)
_NAMES = frozenset({"catalog", "routes", "heading", "entry", "entries"})


class Unit:
    """A part of a file.

    names     where it has a name that leads to the catalog
    words     all that may be the name of a macro
    files     the templates that it extends, includes and imports; `extended` those that it extends
    stored    names that it gives to something: the loops that do, None for any other way
    is_followed  whether the names of all files that it takes in are known
    """

    def __init__(self) -> None:
        self.names: list[nodes.Name] = []
        self.words: set[str] = set()
        self.files: set[str] = set()
        self.extended: list[str] = []
        self.stored: dict[str, list[nodes.For | None]] = {}
        self.is_followed = True

    def add(self, node: nodes.Node, parent: nodes.Node | None) -> None:
        """Take up a node."""
        if isinstance(node, nodes.Name):
            self.words.add(node.name)
            if node.ctx != "load":
                loop = parent if isinstance(parent, nodes.For) and parent.target is node else None
                self.stored.setdefault(node.name, []).append(loop)
            elif node.name in _NAMES:
                self.names.append(node)
        elif isinstance(node, nodes.Getattr):
            self.words.add(node.attr)
        elif isinstance(node, nodes.Const):
            if isinstance(node.value, str):
                self.words.add(node.value)
        elif isinstance(node, _TAKING):
            self._take_in(node)

    def _take_in(self, node: nodes.Extends | nodes.Include | nodes.Import | nodes.FromImport) -> None:
        if isinstance(node, nodes.FromImport):
            self.words |= {each if isinstance(each, str) else each[0] for each in node.names}
        found = list(_names_of(node.template))
        self.files |= {name for name in found if name is not None}
        self.is_followed = self.is_followed and None not in found
        if isinstance(node, nodes.Extends):
            self.extended += [name for name in found if name is not None]


class File:
    """A parsed template: what is not in a macro, and its macros by name; two of one name are one."""

    def __init__(self, tree: nodes.Template) -> None:
        self.tree = tree
        self.top = Unit()
        self.macros: dict[str, Unit] = {}
        self._parents: dict[int, nodes.Node] = {}
        self._walk(tree, None, self.top)

    def parent_of(self, node: nodes.Node) -> nodes.Node:
        """Return the node around another."""
        return self._parents[id(node)]

    def _walk(self, node: nodes.Node, parent: nodes.Node | None, unit: Unit) -> None:
        if parent is not None:
            self._parents[id(node)] = parent
        if isinstance(node, nodes.Macro):
            unit = self.macros.setdefault(node.name, Unit())
        unit.add(node, parent)
        for child in node.iter_child_nodes():
            self._walk(child, node, unit)


def _names_of(template: nodes.Expr) -> Iterator[str | None]:
    """Yield the names that a template is taken in by, None for one that is not known before it is run."""
    if isinstance(template, (nodes.List, nodes.Tuple)):
        for item in template.items:
            yield from _names_of(item)
    else:
        yield template.value if isinstance(template, nodes.Const) and isinstance(template.value, str) else None
