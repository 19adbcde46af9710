"""Content files out of drafts, field by field, keeping what a person changed.

`imported` in a file holds a fingerprint of what the importer last wrote into each field. A field that still has that
value may be updated; any other value, and a field that was taken out, belongs to the person who edited the file.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from broadsheet.content.flat import Value
from broadsheet.content.frontmatter import FrontMatter
from broadsheet.content.markup import as_markdown
from broadsheet.content.schema import slug_of
from broadsheet.content.yamltext import dump_key, replace_keys
from broadsheet.importing.merge import Draft
from broadsheet.importing.standing import aliases_after_renaming, fingerprint, imported_of, taken_slugs, texts_of
from broadsheet.model import PartialDate
from broadsheet.model.slugs import slugify

Values = dict[str, object]
TO_FILL_IN = """\
# published: 2025-01
# authors: [First Author, Second Author]
# tags: [pre-training]
# identifiers: {arxiv: '2501.00656'}
# links: {code: https://github.com/…}
"""
_COUNT = re.compile(r"[0-9]{1,9}")
IMPORTED_FIELDS = ("published", "authors", "author_count", "tags", "identifiers", "links", "comments", "appearances")


@dataclass(frozen=True, slots=True)
class ContentFile:
    """A file that the importer wants: its path from the project's root, its text, whether it is new."""

    path: str
    text: str
    is_new: bool


def appearance_values(draft: Draft) -> list[dict[str, object]]:
    """Return a draft's appearances as front matter states them."""
    return [{"digest": each.digest, "rank": each.rank, "line": each.line} for each in draft.appearances]


def paper_values(draft: Draft, tags: tuple[str, ...]) -> Values:
    """Return the front matter that a draft asks for, in the order in which it is written."""
    links: dict[str, list[str]] = {}
    for link in draft.links:
        links.setdefault(link.kind, []).append(link.url)
    comments = draft.comments
    values: Values = {
        "title": draft.title,
        "published": draft.published,
        "authors": list(draft.authors),
        "author_count": draft.author_count,
        "tags": list(tags),
        "identifiers": {each.scheme: each.value for each in draft.identifiers},
        "links": {kind: urls[0] if len(urls) == 1 else urls for kind, urls in links.items()},
        "comments": {"count": comments.count, "digest": comments.digest} if comments and comments.digest else None,
        "appearances": appearance_values(draft),
    }
    if comments and not comments.digest:
        values["comments"] = comments.count
    return {name: value for name, value in values.items() if value is not None and value not in ([], {})}


def digest_values(seed: str, date: PartialDate | None, *, inferred: bool) -> Values:
    """Return the front matter of a digest."""
    values: Values = {"seed": seed}
    if date:
        values["inferred_date" if inferred else "date"] = date
    return values


def write_new(path: str, values: Values, abstract: str = "", **identity: str) -> ContentFile:
    """Make a file that was not there; `identity` is kept beside the fingerprints in `imported`."""
    body = as_markdown(abstract)
    imported = {"slug": slug_of(path), **identity} | {name: fingerprint(value) for name, value in values.items()}
    if body:
        imported["body"] = fingerprint(body)
    header = "".join(dump_key(name, value) for name, value in {**values, "imported": imported}.items())
    return ContentFile(path, _file(header, body), is_new=True)


def by_hand(title: str, papers: Iterable[FrontMatter]) -> ContentFile:
    """Start a file for a person to fill in; the fields that may be known stand there as comments."""
    slug = free_slug(title, taken_slugs(papers))
    header = dump_key("title", title) + TO_FILL_IN + dump_key("imported", {"slug": slug})
    return ContentFile(f"content/papers/{slug}.md", _file(header, ""), is_new=True)


def free_slug(title: str, taken: Collection[str]) -> str:
    """Return a paper's slug: its title's, with a number where that is taken."""
    slug = slugify(title)
    number, free = 1, slug
    while free in taken:
        number += 1
        free = f"{slug}-{number}"
    return free


def update(
    existing: FrontMatter,
    values: Values,
    abstract: str = "",
    *,
    taken: Collection[str] = (),
    apart: Mapping[str, str] | None = None,
    **identity: str,
) -> ContentFile | None:
    """Bring a file up to date where the importer may; None when nothing changes. A value of None takes a key out.

    A file that was renamed gets its former slug as an alias, unless that is `taken` by another file now. `apart` are
    the papers that were split off from it; what it is merged into is noted too, so that undoing a merge is seen.
    """
    recorded = {name: value for name, value in imported_of(existing).items() if name not in {"apart", "merged"}}
    recorded |= {"apart": dict(apart)} if apart else {}
    if recorded and (target := values.get("same_as") or "".join(texts_of(existing, "same_as")[:1])):
        recorded["merged"] = str(target)
    changes = _changes(existing.values, recorded, values)
    body = existing.body
    first, gap, notes = body.partition("\n\n")
    wanted = as_markdown(abstract)
    if wanted and wanted != first and _may_write(first or None, recorded.get("body")):
        body = wanted + gap + notes
        recorded["body"] = fingerprint(wanted)
    for name, value in changes.items():
        if value is None:
            recorded.pop(name, None)
        else:
            recorded[name] = fingerprint(value)
    if recorded:
        aliases = aliases_after_renaming(existing, taken)
        changes |= {} if aliases == texts_of(existing, "aliases") else {"aliases": aliases or None}
        recorded = {"slug": slug_of(existing.path), **identity, **recorded} | identity
        recorded["slug"] = slug_of(existing.path)
    if not changes and body == existing.body and recorded == imported_of(existing):
        return None
    header = replace_keys(existing, {**changes, "imported": recorded})
    return ContentFile(existing.path, _file(header, body), is_new=False)


def differences(existing: FrontMatter, values: Values, abstract: str) -> dict[str, tuple[Value, object]]:
    """Return the fields in which a person's value and the seeds' differ: both, by name."""
    imported = imported_of(existing)
    first = existing.body.partition("\n\n")[0]
    fields: dict[str, tuple[Value, object]] = {
        name: (existing.values.get(name), wanted) for name, wanted in values.items() if wanted is not None
    }
    if wanted := as_markdown(abstract):
        fields["body"] = (first or None, wanted)
    return {
        name: (current, wanted)
        for name, (current, wanted) in fields.items()
        if not _may_write(current, imported.get(name))
        and (current is None or fingerprint(current) != fingerprint(wanted))
        and not (name == "author_count" and existing.values.get("authors"))
    }


def _changes(current: Mapping[str, Value], recorded: Mapping[str, Value], values: Values) -> dict[str, object]:
    changes: dict[str, object] = {}
    for name, wanted in values.items():
        if name == "author_count" and current.get("authors"):
            continue
        old, known = current.get(name), recorded.get(name)
        if _may_write(old, known) and (old is not None if wanted is None else fingerprint(wanted) != known):
            changes[name] = wanted
    if "authors" in changes and "author_count" in recorded and _may_write(
        current.get("author_count"), recorded["author_count"]
    ):  # fmt: skip
        changes["author_count"] = None
    return changes


def _may_write(current: Value, recorded: Value) -> bool:
    """Say whether a field is the importer's: never written and not there, or still as it was written."""
    return current is None if recorded is None else current is not None and fingerprint(current) == recorded


def archived_appearances(existing: FrontMatter, digests: Collection[str]) -> list[dict[str, object]]:
    """Return the appearances in digests whose seeds are gone (not among `digests`): content/ is the archive.

    One without digest or rank is none; whoever wrote it is told when the file is read for a build.
    """
    current = existing.values.get("appearances")
    items = [item for item in current if isinstance(item, dict)] if isinstance(current, list) else []
    return [
        {name: int(str(value)) if _COUNT.fullmatch(str(value)) else value for name, value in item.items()}
        for item in items
        if item.get("digest") and item.get("rank") and str(item["digest"]) not in digests
    ]


def _file(header: str, body: str) -> str:
    return f"---\n{header}---\n\n{body}\n" if body.strip() else f"---\n{header}---\n"
