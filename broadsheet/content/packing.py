"""Prepared files <-> plain tuples, for a cache that is read in one piece."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from broadsheet.content.prepared import Prepared
from broadsheet.model import Appearance, Comments, Digest, Identifier, Link, Page, Paper, PartialDate
from broadsheet.problems import Location, Problem, Severity

Packed = tuple[Any, ...]
_new = tuple.__new__


def pack(prepared: Prepared) -> Packed:
    """Return a prepared file as tuples, texts and numbers."""
    return (
        prepared.path,
        prepared.fingerprint,
        _pack_thing(prepared.of),
        prepared.title,
        prepared.packed,
        dict(prepared.lines),
        prepared.links_inside,
        tuple((tuple(each.location), str(each.severity), each.code, each.message, each.hint) for each in prepared.problems),
        prepared.shape,
    )


def unpack(packed: Packed) -> Prepared:
    """Return the prepared file that was packed."""
    path, fingerprint, thing, title, texts, lines, inside, problems, shape = packed
    if problems:
        problems = tuple([Problem(Location(*place), Severity(severity), *rest) for place, severity, *rest in problems])
    return _new(Prepared, (path, fingerprint, _unpack_thing(thing), title, texts, lines, inside, problems, shape))


def _date(date: PartialDate | None) -> str:
    return str(date) if date else ""


@lru_cache(maxsize=10_000)
def _read_date(text: str) -> PartialDate | None:
    return PartialDate.parse(text) if text else None


def _pack_thing(thing: Paper | Digest | Page | None) -> Packed | None:
    if isinstance(thing, Paper):
        return _pack_paper(thing)
    if isinstance(thing, Digest):
        date = _date(thing.date)
        named = (thing.id, tuple(thing.place), thing.title, date, thing.inferred)
        return ("digest", *named, thing.seed, thing.note, thing.hidden, thing.aliases)
    if isinstance(thing, Page):
        return ("page", thing.slug, thing.title, tuple(thing.place), thing.aliases, thing.hidden)
    return None


def _pack_paper(paper: Paper) -> Packed:
    slug, title, place, published, authors, author_count, tags, identifiers, links, comments, appearances, *rest = paper
    records = [tuple([tuple(each) for each in part]) for part in (identifiers, links, appearances)]
    counted = (comments.count, comments.digest) if comments else None
    known = (slug, title, tuple(place), _date(published), authors, author_count, tags, *records, counted)
    return ("paper", *known, tuple(rest))


def _unpack_thing(packed: Packed | None) -> Paper | Digest | Page | None:
    if packed is None:
        return None
    kind = packed[0]
    if kind == "paper":
        return _unpack_paper(packed)
    if kind == "digest":
        _, name, place, title, date, *others = packed
        inferred, seed, note, hidden, aliases = others
        return Digest(name, Location(*place), title, _read_date(date), inferred, seed, note, hidden, aliases)
    _, slug, title, place, aliases, hidden = packed
    return Page(slug, title, Location(*place), aliases, hidden)


def _unpack_paper(packed: Packed) -> Paper:
    """Return a paper; without the constructors, which would take half the time of a build with little to do."""
    _, slug, title, place, date, authors, author_count, tags, identifiers, links, appearances, counted, rest = packed
    return _new(
        Paper,
        (
            slug,
            title,
            _new(Location, place),
            _read_date(date),
            authors,
            author_count,
            tags,
            tuple([_new(Identifier, each) for each in identifiers]),
            tuple([_new(Link, each) for each in links]) if links else (),
            Comments(*counted) if counted else None,
            tuple([_new(Appearance, each) for each in appearances]),
            *rest,
        ),
    )
