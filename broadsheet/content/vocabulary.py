"""content/tags.yaml -> Vocabulary, every fault with its line."""

from __future__ import annotations

from collections.abc import Mapping

from broadsheet.content.fields import Fields
from broadsheet.content.frontmatter import FrontMatter, read_yaml
from broadsheet.model import Tag, Vocabulary
from broadsheet.model.slugs import LONGEST_NAME, SLUG
from broadsheet.model.tags import FACETS
from broadsheet.problems import Problems, did_you_mean

DEFAULT_SHARE = 1.0
TAG_KEYS = ("label", "facet", "description", "aliases", "parents", "exclude", "share", "replaces")


def read_vocabulary(text: str, path: str, problems: Problems) -> Vocabulary:
    """Read the vocabulary: a mapping from a tag's slug to its label, facet, description, aliases and parents."""
    source = FrontMatter(path)
    if not read_yaml(text, source, problems):
        return Vocabulary()
    everything = Fields(source, problems)
    tags = {}
    for slug in source.values:
        if not SLUG.fullmatch(slug) or len(slug) > LONGEST_NAME:
            everything.fault(slug, "a tag's slug is lower-case words joined by hyphens", code="bad-slug")
        else:
            tags[slug] = _tag(slug, everything.mapping(slug))
    _check_aliases(tags, everything)
    vocabulary = Vocabulary(tags)
    if _parents_are_sound(vocabulary, everything):
        return vocabulary
    return Vocabulary({slug: tag._replace(parents=()) for slug, tag in tags.items()})


def _tag(slug: str, fields: Fields) -> Tag:
    fields.only(TAG_KEYS)
    facet = fields.text("facet", "topic")
    if facet not in FACETS:
        fields.fault("facet", f"“{facet}” is no facet", did_you_mean(facet, FACETS))
    return Tag(
        slug=slug,
        label=fields.text("label") or slug.replace("-", " ").capitalize(),
        description=fields.text("description"),
        facet=facet,
        aliases=fields.texts("aliases"),
        parents=fields.texts("parents"),
        exclude=fields.texts("exclude"),
        share=_share(fields),
        replaces=fields.slugs("replaces"),
    )


def _share(fields: Fields) -> float:
    share = fields.parsed("share", float, "a number of per cent")
    if share is not None and not 0.01 <= share <= 100:  # noqa: PLR2004 - per cent
        fields.fault("share", f"{share} is not between 0.01 and 100 per cent")
        share = None
    return DEFAULT_SHARE if share is None else share


def _check_aliases(tags: Mapping[str, Tag], everything: Fields) -> None:
    """Report aliases that are no phrase, and those that two tags claim."""
    owners: dict[str, str] = {}
    for slug, tag in tags.items():
        fields = everything.mapping(slug)
        for alias in tag.aliases:
            owner = owners.setdefault(alias.casefold(), slug)
            if not any(map(str.isalnum, alias)):
                fields.fault("aliases", f"“{alias}” holds no letter and no digit")
            elif owner != slug:
                fields.fault("aliases", f"“{alias}” is an alias of “{owner}” too", "Give it to one of them.", "same-alias")


def _parents_are_sound(vocabulary: Vocabulary, everything: Fields) -> bool:
    sound = True
    for slug, tag in vocabulary.tags.items():
        fields = everything.mapping(slug)
        missing = [parent for parent in tag.parents if parent not in vocabulary]
        circular = not missing and _reaches_itself(slug, vocabulary)
        sound = sound and not missing and not circular
        for parent in missing:
            fields.fault("parents", f"“{parent}” is not a tag", did_you_mean(parent, vocabulary.tags), "unknown-tag")
        if circular:
            fields.fault("parents", "this tag is its own ancestor", "Take one parent out of the circle.", "tag-circle")
    return sound


def _reaches_itself(slug: str, vocabulary: Vocabulary) -> bool:
    seen: set[str] = set()
    queue = list(vocabulary[slug].parents)
    while queue:
        parent = queue.pop()
        if parent == slug:
            return True
        if parent not in seen and parent in vocabulary:
            seen.add(parent)
            queue += vocabulary[parent].parents
    return False
