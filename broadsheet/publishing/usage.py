"""Which parts of the catalog a template uses: a page is rendered again when one of them has changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import jinja2
from jinja2 import nodes

from broadsheet.publishing.fragments import Fragments

WHOLE = "*"  # the catalog as such, or something that cannot be followed
ROUTES = "routes"  # no more of all routes than ROUTE_FACTS and where redirects lead
HEADINGS = "headings"  # of digests
ENTRY = "_entry.html"  # how lists show a paper: the functions that render it
_ENTRY_BY = {"entry", "entries"}
_ENVIRONMENT = jinja2.Environment(extensions=[Fragments])  # noqa: S701 - nothing is rendered
Macros = Mapping[str, nodes.Macro]
ROUTE_FACTS = {"address", "file", "listed", "template"}


def catalog_usage(templates: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """Return the attributes of `catalog` that each template uses, itself or by what it extends, includes and imports.

    A macro counts where it is called, not where its file is imported; so does what shows a paper in a list. Templates
    that cannot be read use nothing; rendering them reports why.
    """
    parsed = {name: tree for name, source in templates.items() if (tree := _parse(source))}
    macros = {name: {node.name: node for node in tree.find_all(nodes.Macro)} for name, tree in parsed.items()}
    own = {name: frozenset(_used(tree, macros[name], macros)) for name, tree in parsed.items()}
    others = {name: _taken_in(tree, parsed) for name, tree in parsed.items()}
    used = {name: frozenset().union(*(own[each] for each in _reached(name, others))) for name in parsed}
    return {name: _with_entries(parts, used.get(ENTRY, frozenset())) for name, parts in used.items()}


def entry_is_plain(templates: Mapping[str, str]) -> bool:
    """Say whether a paper as lists show it depends on nothing but its file and the vocabulary."""
    wanted: dict[str, str] = {}
    waiting = {ENTRY}
    while waiting := {name for name in waiting - wanted.keys() if name in templates}:
        name = waiting.pop()
        wanted[name] = templates[name]
        tree = _parse(templates[name]) or nodes.Template([])
        named = [*_names_taken_in(tree), *(each.template for each in tree.find_all(nodes.Import))]
        waiting |= {each.value for each in named if isinstance(each, nodes.Const)}
    return catalog_usage(wanted).get(ENTRY, frozenset()) <= {"titles", "damage", "vocabulary"}


def _with_entries(used: frozenset[str], by_entries: frozenset[str]) -> frozenset[str]:
    """Return what a template uses; the papers of a list can have been in any digest."""
    if ENTRY not in used:
        return used
    return (used | by_entries | ({"digests"} if by_entries & {"digest", HEADINGS} else set())) - {ENTRY}


def that_need_related(usage: Mapping[str, frozenset[str]]) -> set[str]:
    """Return the templates whose pages change with the related papers; no other part of a catalog depends on them."""
    return {template for template, used in usage.items() if used & {"related", WHOLE}}


def _parse(source: str) -> nodes.Template | None:
    try:
        return _ENVIRONMENT.parse(source)
    except jinja2.TemplateError:
        return None


def _taken_in(tree: nodes.Template, parsed: Mapping[str, nodes.Template]) -> set[str]:
    """Return the templates that one extends or includes."""
    names = {name.value for name in _names_taken_in(tree) if isinstance(name, nodes.Const)}
    return {name for name in names if isinstance(name, str) and name in parsed}


def _names_taken_in(tree: nodes.Template) -> list[nodes.Expr]:
    return [
        *(each.template for each in tree.find_all(nodes.Extends)),
        *(each.template for each in tree.find_all(nodes.Include)),
    ]


def _reached(name: str, others: Mapping[str, set[str]]) -> set[str]:
    """Return a template and all that it takes in, and that those take in."""
    reached, waiting = {name}, [name]
    while waiting:
        found = others[waiting.pop()] - reached
        reached |= found
        waiting += found
    return reached


def _used(tree: nodes.Template, macros: Macros, every: Mapping[str, Macros]) -> Iterator[str]:
    """Find what a template uses by itself, and by macros: its own, and `every` other template's."""
    inside = {id(inner) for macro in macros.values() for inner in macro.find_all((nodes.Name, nodes.Getattr))}
    called = {node.name for node in tree.find_all(nodes.Name) if node.name in macros}
    yield from _of_nodes(tree, inside)
    for name in called:
        yield from _of_macro(name, macros)
    if not all(isinstance(name, nodes.Const) for name in _names_taken_in(tree)):
        yield WHOLE
    for imported in tree.find_all(nodes.Import):
        yield from _of_import(imported, tree, every)
    if any(tree.find_all(nodes.FromImport)):
        yield WHOLE


def _of_nodes(tree: nodes.Node, without: set[int]) -> Iterator[str]:
    """Find `catalog.x`, a `catalog` that stands alone, and `routes`."""
    followed = set()
    for node in tree.find_all(nodes.Getattr):
        if isinstance(node.node, nodes.Name) and node.node.name == "catalog":
            followed.add(id(node.node))
            if id(node) not in without:
                yield node.attr
    loops = {id(loop.iter): loop for loop in tree.find_all(nodes.For)}
    for name in tree.find_all(nodes.Name):
        if id(name) in without:
            continue
        if name.name in _ENTRY_BY:
            yield ENTRY
        elif name.name == "heading":
            yield HEADINGS
        elif name.name == "routes":
            yield ROUTES if id(name) in loops and _asks_for_facts(loops[id(name)]) else WHOLE
        elif name.name == "catalog" and id(name) not in followed:
            yield WHOLE


def _asks_for_facts(loop: nodes.For) -> bool:
    """Say whether a loop over all routes uses nothing but facts of each (`each.address`, `each.context.to`)."""
    if not isinstance(loop.target, nodes.Name):
        return False
    known = {id(loop.target)}
    for node in [*loop.find_all(nodes.Getattr), *loop.find_all(nodes.Getitem)]:
        of = next(node.iter_child_nodes())
        if isinstance(of, nodes.Name) and _name_of(node) in ROUTE_FACTS:
            known.add(id(of))
        elif isinstance(of, nodes.Getattr) and (of.attr, _name_of(node)) == ("context", "to"):
            known.add(id(of.node))
    return all(id(name) in known for name in loop.find_all(nodes.Name) if name.name == loop.target.name)


def _name_of(node: nodes.Node) -> object:
    """Return the name in `x.name` and `x["name"]`."""
    if isinstance(node, nodes.Getitem):
        return node.arg.value if isinstance(node.arg, nodes.Const) else None
    return node.attr if isinstance(node, nodes.Getattr) else None


def _of_macro(name: str, macros: Macros, seen: frozenset[str] = frozenset()) -> Iterator[str]:
    """Find what a macro uses, by itself and by the macros of its file that it calls."""
    if name not in macros:
        yield WHOLE
        return
    yield from _of_nodes(macros[name], set())
    for called in {node.name for node in macros[name].find_all(nodes.Name)} & (macros.keys() - seen - {name}):
        yield from _of_macro(called, macros, seen | {name})


def _of_import(imported: nodes.Import, tree: nodes.Template, every: Mapping[str, Macros]) -> Iterator[str]:
    """Find what the macros use that are called as `parts.macro(…)`."""
    other = every.get(imported.template.value) if isinstance(imported.template, nodes.Const) else None
    called = set()
    for node in tree.find_all(nodes.Getattr):
        if isinstance(node.node, nodes.Name) and node.node.name == imported.target:
            called.add(node.attr)
    for attribute in called:
        if other is None:
            yield WHOLE
        else:
            yield from _of_macro(attribute, other)
