"""Front matter -> Paper | Digest | Page; every fault is reported before anybody stops."""

from __future__ import annotations

import functools
import re
from pathlib import PurePosixPath

from broadsheet.content.fields import Fields, slug_hint
from broadsheet.content.frontmatter import FrontMatter
from broadsheet.model import Appearance, Comments, Digest, Identifier, Link, Page, Paper, PartialDate, Vocabulary
from broadsheet.model.identifiers import SCHEMES
from broadsheet.model.papers import LINK_KINDS
from broadsheet.model.slugs import SLUG
from broadsheet.problems import Problems, did_you_mean
from broadsheet.weblinks import is_web_address

PAPER_KEYS = (
    "title",
    "published",
    "authors",
    "author_count",
    "tags",
    "without_tags",
    "identifiers",
    "links",
    "comments",
    "appearances",
    "hidden",
    "aliases",
    "same_as",
    "not_same_as",
    "imported",
)
DIGEST_KEYS = ("title", "date", "inferred_date", "seed", "hidden", "aliases", "imported")
PAGE_KEYS = ("title", "hidden", "aliases")
PLACE = re.compile(r"(seeds/.+):(\d{1,9})", re.ASCII)
A_DATE = "a date such as 2023, 2023-05 or 2023-05-31"


def slug_of(path: str) -> str:
    """Return the slug that a content file has: its name."""
    name = path.rpartition("/")[2]
    return name[:-3] if name.endswith(".md") and name != ".md" else PurePosixPath(path).stem


def paper_from(source: FrontMatter, vocabulary: Vocabulary, problems: Problems) -> Paper:
    """Read a paper's file."""
    fields = Fields(source, problems)
    fields.only(PAPER_KEYS)
    title = _title(fields)
    ruled_out = _tags(fields, "without_tags", vocabulary)
    if not source.body.strip():
        problems.warning(source.at(), "empty-body", "this paper has no abstract", "Write it below the second “---”.")
    return Paper(
        slug=slug_of(source.path),
        title=title,
        place=source.at("title"),
        published=fields.parsed("published", PartialDate.parse, A_DATE),
        authors=fields.texts("authors"),
        author_count=fields.count("author_count"),
        tags=tuple(tag for tag in _tags(fields, "tags", vocabulary) if tag not in ruled_out),
        without_tags=ruled_out,
        identifiers=_identifiers(fields),
        links=_links(fields),
        comments=_comments(fields),
        appearances=_appearances(fields),
        hidden=fields.flag("hidden"),
        aliases=fields.slugs("aliases"),
        same_as=_same_as(fields),
        not_same_as=references_in(fields),
    )


def digest_from(source: FrontMatter, problems: Problems) -> Digest:
    """Read a digest's file; a `date` that a person wrote goes before the inferred one."""
    fields = Fields(source, problems)
    fields.only(DIGEST_KEYS)
    written = fields.parsed("date", PartialDate.parse, A_DATE)
    inferred = fields.parsed("inferred_date", PartialDate.parse, A_DATE)
    return Digest(
        id=slug_of(source.path),
        place=source.at("title"),
        title=fields.text("title"),
        date=written or inferred,
        inferred=written is None and inferred is not None,
        seed=fields.text("seed"),
        note=source.body,
        hidden=fields.flag("hidden"),
        aliases=fields.slugs("aliases"),
    )


def page_from(source: FrontMatter, problems: Problems) -> Page:
    """Read a page that a person wrote."""
    fields = Fields(source, problems)
    fields.only(PAGE_KEYS)
    return Page(
        slug=slug_of(source.path),
        title=_title(fields),
        place=source.at(),
        aliases=fields.slugs("aliases"),
        hidden=fields.flag("hidden"),
    )


def _title(fields: Fields) -> str:
    title = " ".join(fields.text("title").split())
    if not title:
        fields.fault("title", "a title is needed", "Write title: … in the front matter.", code="no-title")
    return title


def _tags(fields: Fields, name: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    found = []
    for stated in fields.texts(name):
        tag = stated if stated in vocabulary else vocabulary.former().get(stated, stated)
        if tag not in vocabulary:
            if vocabulary.tags:  # a missing vocabulary is one problem, not one a paper
                hint = did_you_mean(tag, vocabulary.tags)
                fields.fault(name, f"“{tag}” is not in content/tags.yaml", hint, code="unknown-tag")
        elif tag not in found:
            found.append(tag)
    return tuple(found)


def _same_as(fields: Fields) -> str:
    """Take the one paper that this one is merged into."""
    found = fields.slugs("same_as")
    if len(found) > 1:
        hint = f"Write same_as: {found[0]}; merge the others by a same_as in their own files."
        fields.fault("same_as", "a paper is merged into one other", hint)
    return next(iter(found), "")


def references_in(fields: Fields) -> tuple[str, ...]:
    """Take what a paper is not: slugs, identifiers with their scheme, places in seeds."""
    found = fields.texts("not_same_as")
    for text in found:
        if not is_reference(text):
            hint = slug_hint(text) or "Write a slug, an identifier (arxiv:2501.00656) or a place (seeds/FILE:LINE)."
            fields.fault("not_same_as", f"“{text}” names no paper", hint)
    return tuple(filter(is_reference, found))


def is_reference(text: str) -> bool:
    """Say whether a text can name another paper in `not_same_as`."""
    return bool(SLUG.fullmatch(text) or PLACE.fullmatch(text) or identifier_of(text))


def identifier_of(reference: str) -> Identifier | None:
    """Read `arxiv:2501.00656`; None when a reference is something else."""
    scheme, _, value = reference.partition(":")
    try:
        return Identifier.parse(scheme, value)
    except ValueError:
        return None


def _identifiers(fields: Fields) -> tuple[Identifier, ...]:
    inner = fields.mapping("identifiers")
    inner.only(SCHEMES)
    found = []
    for scheme in SCHEMES:
        identifier = inner.parsed(scheme, functools.partial(Identifier.parse, scheme), f"an identifier of {scheme}")
        if identifier:
            found.append(identifier)
    return tuple(found)


def _links(fields: Fields) -> tuple[Link, ...]:
    inner = fields.mapping("links")
    inner.only(LINK_KINDS)
    found = []
    for kind in LINK_KINDS:
        for url in inner.texts(kind):
            if is_web_address(url):
                found.append(Link(kind, url))
            else:
                inner.fault(kind, f"“{url}” is not a web address", "Begin it with https://.")
    return tuple(found)


def _comments(fields: Fields) -> Comments | None:
    if isinstance(fields.values.get("comments"), dict):
        inner = fields.mapping("comments")
        inner.only(("count", "digest"))
        count = inner.count("count")
        return None if count is None else Comments(count, inner.text("digest"))
    count = fields.count("comments")
    return None if count is None else Comments(count)


def _appearances(fields: Fields) -> tuple[Appearance, ...]:
    found = []
    for item in fields.mappings("appearances"):
        item.only(("digest", "rank", "line"))
        digest, rank = item.text("digest"), item.count("rank")
        if not digest or not rank:
            item.fault("digest", "an appearance is {digest: …, rank: 1}")
        else:
            found.append(Appearance(digest, rank, item.count("line") or 0))
    return tuple(found)
