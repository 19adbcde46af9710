"""What a content file says of itself: its names, what the importer wrote into it, whether it is hidden or edited."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from broadsheet.content.addresses import by_name
from broadsheet.content.fields import Fields
from broadsheet.content.flat import Value
from broadsheet.content.frontmatter import FrontMatter
from broadsheet.content.schema import slug_of
from broadsheet.problems import Problems

UNOWNED = frozenset({"imported", "aliases"})  # fields that are neither a person's text nor a seed's
IDENTITY = frozenset({"slug", "content", "apart", "merged"})  # what `imported` holds beside the fingerprints of fields
_as_json = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode  # `dumps` would make one for every value


def fingerprint(value: object) -> str:
    """Return eight hexadecimal digits that tell values apart; how YAML spells a value makes no difference."""
    return hashlib.blake2b(_as_json(_canonical(value)).encode(), digest_size=4).hexdigest()


def _canonical(value: object) -> object:
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Mapping):
        return {key: _canonical(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_canonical(item) for item in value]
    return str(value)


def imported_of(source: FrontMatter) -> Mapping[str, Value]:
    """Return what the importer noted of a file: its slug, and a fingerprint for each field it wrote."""
    imported = source.values.get("imported")
    return imported if isinstance(imported, dict) else {}


def texts_of(source: FrontMatter, name: str) -> list[str]:
    """Return a field that holds one text or several, as it stands in the file."""
    stated = source.values.get(name)
    return [stated] if isinstance(stated, str) else [str(each) for each in stated or ()]


def is_hidden(source: FrontMatter) -> bool:
    """Say whether a person took a page down; `hidden: false` is no such thing."""
    return Fields(source, Problems()).flag("hidden")


def is_untouched(source: FrontMatter) -> bool:
    """Say whether a file holds what the importer wrote, all of it and nothing else."""
    imported = imported_of(source)
    first, _, notes = source.body.partition("\n\n")
    fields = {**source.values, "body": first or None}
    ours = all(
        fingerprint(value) == imported.get(name) for name, value in fields.items() if name not in UNOWNED and value
    )
    whole = all(fields.get(name) for name in imported if name not in IDENTITY)
    return bool(imported) and not notes.strip() and ours and whole


def is_ours(source: FrontMatter, name: str) -> bool:
    """Say whether a field has the value that the importer wrote."""
    return name in source.values and fingerprint(source.values[name]) == imported_of(source).get(name)


def former_slug(source: FrontMatter) -> str:
    """Return the slug that a file had when it was last imported, or nothing."""
    former = imported_of(source).get("slug")
    return former if isinstance(former, str) else ""


def files_by_name(files: Iterable[FrontMatter]) -> dict[str, FrontMatter]:
    """Return files by every name they have or had: slugs before aliases, these before slugs noted by an import."""
    return by_name((each, (slug_of(each.path),), texts_of(each, "aliases"), (former_slug(each),)) for each in files)


def taken_slugs(files: Iterable[FrontMatter]) -> set[str]:
    """Return the slugs that a new file cannot have: those of files, and those they had."""
    return set(files_by_name(files))


def aliases_after_renaming(existing: FrontMatter, taken: Collection[str]) -> list[str]:
    """Return the aliases that a file needs: those it has, and the slug it had when it was last imported."""
    slug, former = slug_of(existing.path), former_slug(existing)
    aliases = [alias for alias in texts_of(existing, "aliases") if alias != slug]
    if former and former not in {slug, *aliases} and former not in taken:
        aliases.append(former)
    return aliases


def without_copies(files: Sequence[FrontMatter]) -> list[FrontMatter]:
    """Return the files with what was copied along in `imported` left out: a copy is a file of its own.

    A file is a copy when the one that it was imported as is still there under its name. Its appearances are the other
    one's as long as nobody changed them, so the importer may take them out.
    """
    at_home = {slug_of(each.path) for each in files if former_slug(each) == slug_of(each.path)}
    is_elsewhere = ((former_slug(each) != slug_of(each.path) and former_slug(each) in at_home) for each in files)
    return [_as_new(each) if copied else each for each, copied in zip(files, is_elsewhere, strict=True)]


def is_copy(source: FrontMatter) -> bool:
    """Say whether a file was imported under no name yet, as `without_copies` says of copies."""
    return imported_of(source).get("slug") == ""


def _as_new(source: FrontMatter) -> FrontMatter:
    imported: dict[str, Value] = {"slug": ""}
    if is_ours(source, "appearances"):
        imported["appearances"] = imported_of(source)["appearances"]
    return replace(source, values={**source.values, "imported": imported})


def split_off(source: FrontMatter) -> dict[str, str]:
    """Return the slugs of the papers that were split off from this one, by the places that a person named."""
    apart = imported_of(source).get("apart")
    named = texts_of(source, "not_same_as")
    return {place: str(slug) for place, slug in apart.items() if place in named} if isinstance(apart, dict) else {}


def undone_merge(source: FrontMatter) -> dict[str, str]:
    """Return what is still noted of a merge that a person undid.

    It is kept until seeds speak of the file again: only then it is known what the other file has to give up.
    """
    merged = imported_of(source).get("merged")
    return {"merged": str(merged)} if merged and "same_as" not in source.values else {}


def is_undone(one: FrontMatter, other: FrontMatter, files: Mapping[str, FrontMatter]) -> bool:
    """Say whether a person took out the `same_as` that made two files one paper; `files` are by name."""
    return any(
        not each.values.get("same_as") and files.get(str(imported_of(each).get("merged"))) is target
        for each, target in ((one, other), (other, one))
    )
