"""Pieces that many pages share: `{% once key %} … {% endonce %}` in a template is rendered once for each key.

In a finished page the papers that lists show are found again, so that they are encoded and looked at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

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


class Finished(NamedTuple):
    """The bytes of a page: all of them, those that are its own, and the pieces in between that other pages have too.

    A `<` stands in `own` for each run of pieces.
    """

    data: bytes
    own: bytes
    shared: Sequence[bytes] = ()


NEAR = 4000  # characters, in which the next run of pieces is looked for
_HEAD = 100  # characters by which it is found


def cut(text: str, runs: Sequence[tuple[str, Sequence[str]]], encoded: dict[str, bytes]) -> Finished:
    """Encode a page in which runs of pieces may stand one after the other; `encoded` has pieces that were there before.

    Those that are not found count as the page's own.
    """
    if not runs:
        data = text.encode()
        return Finished(data, data)
    parts: list[bytes] = []
    own: list[bytes] = []
    shared: list[bytes] = []
    done = 0
    for run, pieces in runs:
        at = text.find(run[:_HEAD], done, done + NEAR)
        if at < 0 or not text.startswith(run, at):
            break
        own.append(text[done:at].encode())
        there = [encoded.get(piece) or encoded.setdefault(piece, piece.encode()) for piece in pieces]
        shared += there
        parts += (own[-1], *there)
        done = at + len(run)
    rest = text[done:].encode()
    return Finished(b"".join((*parts, rest)), b"<".join((*own, rest)), shared)
