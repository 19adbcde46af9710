"""Which parts of the catalog a template uses: a page is rendered again when one of them has changed.

What cannot be followed counts as everything: then a page is rendered more often than it has to be, but is never old.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

import jinja2

from broadsheet.publishing.covering import CATALOG, CONTENT, ENTRY, ROUTES, WHOLE, Covering
from broadsheet.publishing.fragments import Fragments
from broadsheet.publishing.units import File, Unit

ENTRY_FILE = "_entry.html"
PLAIN = {"titles", "damage", "vocabulary"}  # what a paper in a list may use: its own file and the vocabulary
_ENVIRONMENT = jinja2.Environment(extensions=[Fragments])  # noqa: S701 - nothing is rendered


def catalog_usage(templates: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """Return the attributes of `catalog` that each template uses, itself or by what it extends, includes and imports.

    An attribute stands for what the key of a page has of it; CONTENT and WHOLE stand for any other use. Templates that
    cannot be read use nothing; rendering them reports why.
    """
    files = {name: file for name, source in templates.items() if (file := _parse(source))}
    used = {name: frozenset(_used(name, files)) for name in files}
    by_entries = used.get(ENTRY_FILE, frozenset())
    return {name: _with_entries(parts, by_entries) if ENTRY in parts else parts for name, parts in used.items()}


def _with_entries(used: frozenset[str], by_entries: frozenset[str]) -> frozenset[str]:
    """Return what a template uses that shows papers in a list: the key of a page knows nothing else of them."""
    beyond = by_entries - PLAIN - {ENTRY}
    more = {CONTENT} if beyond else set()
    if beyond & {"related", WHOLE}:
        more = {WHOLE}
    return (used - {ENTRY}) | (by_entries & PLAIN) | more


def that_need_related(usage: Mapping[str, frozenset[str]]) -> set[str]:
    """Return the templates whose pages change with the related papers; no other part of a catalog depends on them."""
    return {template for template, used in usage.items() if used & {"related", WHOLE}}


def usage_of(name: str, templates: Mapping[str, str]) -> frozenset[str]:
    """Return what one template uses, lists of papers apart; the others that this needs are read alone, and once."""
    files: dict[str, File] = {}
    waiting = [name]
    while waiting:
        wanted = waiting.pop()
        if wanted in templates and wanted not in files and (file := _parse_once(templates[wanted])):
            files[wanted] = file
            waiting += {each for unit in (file.top, *file.macros.values()) for each in unit.files}
    return frozenset(_used(name, files)) if name in files else frozenset()


def _parse(source: str) -> File | None:
    try:
        return File(_ENVIRONMENT.parse(source))
    except jinja2.TemplateError:
        return None


_parse_once = lru_cache(maxsize=8)(_parse)  # for a preview, whose every edit of a template would ask again


def _used(name: str, files: Mapping[str, File]) -> Iterator[str]:
    """Find what one template uses, in all that may be run for it."""
    covering = Covering([files[each].top for each in _chain(name, files)])
    for file, unit in _reached(name, files):
        if not unit.is_followed:
            yield WHOLE
        for node in unit.names:
            if node.name == CATALOG:
                yield covering.of_catalog(node, unit, files[file])
            elif node.name == ROUTES:
                yield covering.of_routes(node, files[file])
            elif node.name == "heading":
                yield covering.of_heading(node, unit, files[file])
            elif node.name in {"entry", "entries"}:
                yield ENTRY


def _chain(name: str, files: Mapping[str, File]) -> list[str]:
    """Return a template and those that it extends: they all see what the page's route gives, under the same names."""
    chain: list[str] = []
    waiting = [name]
    while waiting:
        name = waiting.pop()
        if name in files and name not in chain:
            chain.append(name)
            waiting += files[name].top.extended
    return chain


def _reached(name: str, files: Mapping[str, File]) -> list[tuple[str, Unit]]:
    """Return what may be run: whole files but for their macros, and those macros whose names stand anywhere in it."""
    reached: dict[tuple[str, str], Unit] = {}
    named: set[str] = set()
    waiting = {(name, "")}
    while waiting:
        for file, macro in waiting:
            unit = files[file].macros[macro] if macro else files[file].top
            reached[file, macro] = unit
            named |= unit.words
        known = {file for file, _ in reached}
        inner = {file for unit in reached.values() for file in unit.files if file in files} | known
        macros = {(file, macro) for file in inner for macro in files[file].macros.keys() & named}
        waiting = ({(file, "") for file in inner} | macros) - reached.keys()
    return [(file, unit) for (file, _), unit in reached.items()]
