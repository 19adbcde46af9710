"""By what a content file and the records of its paper know each other again, the surest signs first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from broadsheet.content.frontmatter import FrontMatter
from broadsheet.content.markup import as_markdown
from broadsheet.importing.identity import title_key
from broadsheet.importing.writer import fingerprint, imported_of
from broadsheet.model import Identifier, Record

Signs = tuple[frozenset[str], ...]
TIERS = 3  # identifiers; titles, as imported or as they are now; abstracts as imported


def signs_of_file(source: FrontMatter) -> Signs:
    """Return the signs of a file, a set for each tier."""
    imported = imported_of(source)
    titles = {f"imported {imported['title']}"} if "title" in imported else set()
    if isinstance(title := source.values.get("title"), str):
        titles.add(title_key(title))
    bodies = {str(imported["body"])} if "body" in imported else set()
    return frozenset(map(str, identifiers_of(source))), frozenset(titles), frozenset(bodies)


def signs_of_records(records: Iterable[Record]) -> Signs:
    """Return the signs of the records of one paper, a set for each tier."""
    every = tuple(records)
    titles = {sign for record in every for sign in (f"imported {fingerprint(record.title)}", title_key(record.title))}
    bodies = {fingerprint(as_markdown(record.abstract)) for record in every if record.abstract}
    identifiers = {str(identifier) for record in every for identifier in record.identifiers}
    return frozenset(identifiers), frozenset(titles), frozenset(bodies)


def identifiers_of(source: FrontMatter) -> Iterator[Identifier]:
    """Return the identifiers in a file; the schema reports those that are none."""
    identifiers = source.values.get("identifiers")
    for scheme, value in identifiers.items() if isinstance(identifiers, dict) else ():
        try:
            yield Identifier.parse(scheme, str(value))
        except ValueError:
            continue


def identifiers_differ(ones: Iterable[Identifier], others: Iterable[Identifier]) -> bool:
    """Say whether two papers have different identifiers of one scheme, which is decisive."""
    known = {each.scheme: each.value for each in ones}
    return any(known.get(each.scheme, each.value) != each.value for each in others)
