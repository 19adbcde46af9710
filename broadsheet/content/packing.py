"""Prepared files <-> plain tuples, for a cache that is read in one piece."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from broadsheet.content.prepared import Prepared
from broadsheet.model import Appearance, Comments, Digest, Identifier, Link, Page, Paper, PartialDate
from broadsheet.problems import Location, Problem, Severity

Packed = tuple[Any, ...]


def pack(prepared: Prepared) -> Packed:
    """Return a prepared file as tuples, texts and numbers."""
    return (
        prepared.path,
        prepared.fingerprint,
        _pack_thing(prepared.of),
        prepared.title,
        prepared.packed,
        prepared.lines,
        prepared.links_inside,
        tuple((tuple(each.location), str(each.severity), each.code, each.message, each.hint) for each in prepared.problems),
    )


def unpack(packed: Packed) -> Prepared:
    """Return the prepared file that was packed; raise ValueError or TypeError for anything else."""
    path, fingerprint, thing, title, texts, lines, inside, problems = packed
    found = tuple([Problem(Location(*place), Severity(severity), *rest) for place, severity, *rest in problems])
    return Prepared(path, fingerprint, _unpack_thing(thing), title, texts, lines, inside, found)


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
    comments = (paper.comments.count, paper.comments.digest) if paper.comments else None
    return (
        "paper",
        (paper.slug, paper.title, tuple(paper.place), _date(paper.published)),
        (paper.authors, paper.author_count, paper.tags),
        tuple([tuple(each) for each in paper.identifiers]),
        tuple([tuple(each) for each in paper.links]),
        comments,
        tuple([tuple(each) for each in paper.appearances]),
        (paper.hidden, paper.without_tags, paper.aliases, paper.same_as, paper.not_same_as),
    )


def _unpack_thing(packed: Packed | None) -> Paper | Digest | Page | None:
    if packed is None:
        return None
    kind, *rest = packed
    if kind == "paper":
        return _unpack_paper(*rest)
    if kind == "digest":
        name, place, title, date, *others = rest
        inferred, seed, note, hidden, aliases = others
        return Digest(name, Location(*place), title, _read_date(date), inferred, seed, note, hidden, aliases)
    slug, title, place, aliases, hidden = rest
    return Page(slug, title, Location(*place), aliases, hidden)


def _unpack_paper(*parts: Any) -> Paper:  # noqa: ANN401 - plain tuples
    (slug, title, place, date), (authors, author_count, tags), identifiers, links, comments, appearances, rest = parts
    return Paper(
        slug,
        title,
        Location(*place),
        _read_date(date),
        authors,
        author_count,
        tags,
        tuple([Identifier(*each) for each in identifiers]),
        tuple([Link(*each) for each in links]),
        Comments(*comments) if comments else None,
        tuple([Appearance(*each) for each in appearances]),
        *rest,
    )
