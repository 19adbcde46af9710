"""Pieces that many pages share: `{% once key %} … {% endonce %}` in a template is rendered once for each key."""

from __future__ import annotations

from collections.abc import Callable

import jinja2
from jinja2 import nodes
from jinja2.ext import Extension
from jinja2.parser import Parser
from markupsafe import Markup


class Fragments(Extension):
    """The tag `once`. Whatever its piece depends on beside the catalog and the settings belongs into the key."""

    tags = {"once"}  # noqa: RUF012 - as the library has it

    def __init__(self, environment: jinja2.Environment) -> None:
        super().__init__(environment)
        self.pieces: dict[tuple[str, object], Markup] = {}

    def parse(self, parser: Parser) -> nodes.Node:
        """Turn the tag into a call that renders the piece if it has to be."""
        line = next(parser.stream).lineno
        bare = parser.stream.current.type == "block_end"
        key = nodes.Const("") if bare else parser.parse_tuple()
        body = parser.parse_statements(("name:endonce",), drop_needle=True)
        place = nodes.Const(f"{parser.name}:{parser.free_identifier().name}")
        call = self.call_method("rendered", [place, key])
        return nodes.CallBlock(call, [], [], body).set_lineno(line)

    def rendered(self, place: str, key: object, caller: Callable[[], Markup]) -> Markup:
        """Return a piece for a key; `place` tells it from all others."""
        found = self.pieces.get((place, key))
        if found is None:
            found = self.pieces[place, key] = caller()
        return found
