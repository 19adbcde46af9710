"""What the key of a page covers when its template asks the catalog: what is asked of things that the page is about.

`catalog.tagged[tag.slug] | length` on a tag's page is in its key; the same of another tag, or more of it, is not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from jinja2 import nodes

from broadsheet.publishing.units import File, Unit

CATALOG, ROUTES = "catalog", "routes"  # ROUTES: no more of all routes than ROUTE_FACTS and where redirects lead
HEADINGS = "headings"  # of the digests of the page's paper, or of the page's digest and its neighbours
ENTRY = "entry"  # a paper as lists show it
CONTENT = "content"  # everything but related papers
WHOLE = "*"  # everything, or something that cannot be followed
ROUTE_FACTS = {"address", "file", "listed", "template"}
_ANYWHERE = {"titles", "pages"}  # whatever the names mean by which they are asked for
_PAGE_FACTS = {"slug", "title"}
_NO_PAPERS = {"page", "tag"}  # what a route gives that has a slug, too


class Covering:
    """What the templates of one page, `chain`, ask under the names that its route gives."""

    def __init__(self, chain: Sequence[Unit]) -> None:
        self._chain = list(chain)
        self._stored: dict[str, list[nodes.For | None]] = {}
        for unit in chain:
            for name, ways in unit.stored.items():
                self._stored.setdefault(name, []).extend(ways)
        self._covered: dict[str, Callable[[nodes.Node, File], bool]] = {
            "titles": self._is_title,
            "pages": partial(_asks_for, _PAGE_FACTS),
            "tagged": self._is_count_of_tag,
            "often_with": lambda asked, file: self._is_of("tag", "slug", _first_argument(asked, file)),
            "issues": lambda asked, file: self._is_of("digest", "id", _index(asked, file)),
            "related": self._is_of_paper,
            "digest": lambda asked, file: self._is_digest_of_paper(_first_argument(asked, file)),
        }

    def of_catalog(self, name: nodes.Name, unit: Unit, file: File) -> str:
        """Return what a template uses where it says `catalog`."""
        asked = file.parent_of(name)
        if not isinstance(asked, nodes.Getattr):
            return WHOLE
        attribute = asked.attr
        in_key = attribute not in self._covered or (
            (attribute in _ANYWHERE or unit in self._chain) and self._covered[attribute](asked, file)
        )
        return attribute if in_key else WHOLE if attribute == "related" else CONTENT

    def of_heading(self, name: nodes.Name, unit: Unit, file: File) -> str:
        """Return what a template uses where it says `heading`."""
        argument = _first_argument(name, file)
        of_digest = isinstance(argument, nodes.Name) and self._is_given(argument, "digest", "newer", "older")
        covered = unit in self._chain and (of_digest or self._is_digest_of_paper(argument))
        return HEADINGS if covered else CONTENT

    def of_routes(self, name: nodes.Name, file: File) -> str:
        """Return what a template uses where it says `routes`."""
        return ROUTES if _asks_for(ROUTE_FACTS, name, file) else WHOLE

    def _is_given(self, node: nodes.Node | None, *names: str) -> bool:
        """Say whether a name means what the route gives by it."""
        return isinstance(node, nodes.Name) and node.name in names and node.name not in self._stored

    def _is_of(self, name: str, attribute: str, node: nodes.Node | None) -> bool:
        return isinstance(node, nodes.Getattr) and node.attr == attribute and self._is_given(node.node, name)

    def _is_title(self, asked: nodes.Node, file: File) -> bool:
        """Say whether a title is asked for by the slug of a paper in hand, whose file is in the key."""
        index = _index(asked, file)
        of = index.node if isinstance(index, nodes.Getattr) and index.attr == "slug" else None
        return isinstance(of, nodes.Name) and of.name not in _NO_PAPERS and None not in self._stored.get(of.name, ())

    def _is_count_of_tag(self, asked: nodes.Node, file: File) -> bool:
        index = _index(asked, file)
        around = file.parent_of(file.parent_of(asked))
        if not isinstance(around, nodes.Filter) or around.name not in {"length", "count"}:
            return False
        if self._is_of("tag", "slug", index):
            return True
        each = index.node if isinstance(index, nodes.Getattr) and index.attr == "slug" else None
        return self._runs_through(each, lambda listed: self._is_given(listed, "narrower"))

    def _is_of_paper(self, asked: nodes.Node, file: File) -> bool:
        around = file.parent_of(asked)
        is_get = isinstance(around, nodes.Getattr) and around.attr == "get"
        return self._is_of("paper", "slug", _first_argument(around, file) if is_get else _index(asked, file))

    def _is_digest_of_paper(self, node: nodes.Node | None) -> bool:
        """Say whether a digest is that of an appearance of the page's paper, or of its comments."""
        if not isinstance(node, nodes.Getattr) or node.attr != "digest":
            return False
        return self._is_of("paper", "comments", node.node) or self._runs_through(
            node.node, lambda listed: self._is_of("paper", "appearances", listed)
        )

    def _runs_through(self, node: nodes.Node | None, is_right: Callable[[nodes.Node], bool]) -> bool:
        """Say whether a name is that of loops alone, each through the right list."""
        ways = self._stored.get(node.name, []) if isinstance(node, nodes.Name) else []
        return bool(ways) and all(loop is not None and is_right(loop.iter) for loop in ways)


def _index(asked: nodes.Node, file: File) -> nodes.Node | None:
    """Return `x` of `asked[x]`."""
    around = file.parent_of(asked)
    return around.arg if isinstance(around, nodes.Getitem) and around.node is asked else None


def _first_argument(asked: nodes.Node, file: File) -> nodes.Node | None:
    """Return `x` of `asked(x, …)`."""
    around = file.parent_of(asked)
    return around.args[0] if isinstance(around, nodes.Call) and around.node is asked and around.args else None


def _asks_for(facts: set[str], listed: nodes.Node, file: File) -> bool:
    """Say whether a loop uses nothing but facts of each thing listed (`each.address`, `each.context.to`)."""
    loop = file.parent_of(listed)
    if not isinstance(loop, nodes.For) or loop.iter is not listed or not isinstance(loop.target, nodes.Name):
        return False
    known = {id(loop.target)}
    for node in [*loop.find_all(nodes.Getattr), *loop.find_all(nodes.Getitem)]:
        of = next(node.iter_child_nodes())
        if isinstance(of, nodes.Name) and _name_of(node) in facts:
            known.add(id(of))
        elif isinstance(of, nodes.Getattr) and (of.attr, _name_of(node)) == ("context", "to") and facts is ROUTE_FACTS:
            known.add(id(of.node))
    return all(id(name) in known for name in loop.find_all(nodes.Name) if name.name == loop.target.name)


def _name_of(node: nodes.Node) -> object:
    """Return the name in `x.name` and `x["name"]`."""
    if isinstance(node, nodes.Getitem):
        return node.arg.value if isinstance(node.arg, nodes.Const) else None
    return node.attr if isinstance(node, nodes.Getattr) else None
