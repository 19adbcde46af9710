"""What `build.py tags` tells: why a paper has its tags, and which tags the vocabulary may lack."""

from __future__ import annotations

from collections.abc import Iterator

from broadsheet.content.frontmatter import FrontMatter
from broadsheet.content.markup import render
from broadsheet.content.reader import Sources
from broadsheet.content.related.words import STOP_WORDS
from broadsheet.content.schema import slug_of
from broadsheet.importing.tagging.suggesting import suggest
from broadsheet.importing.tagging.tagger import Tagger


def why(slug: str, sources: Sources) -> Iterator[str] | None:
    """Tell the phrases behind each tag of a paper, line by line; None when there is no such paper."""
    source = next((each for each in sources.papers if slug_of(each.path) == slug), None)
    return _why(source, Tagger(sources.vocabulary)) if source else None


def _why(source: FrontMatter, tagger: Tagger) -> Iterator[str]:
    title, abstract = _texts(source)
    stated = source.values.get("tags")
    in_file = [str(tag) for tag in stated] if isinstance(stated, list) else []
    ruled_out = source.values.get("without_tags") or ()
    kept = {each.tag for each in tagger.evidence(title, abstract)}
    yield title
    yield f"In the file: {', '.join(in_file) or 'no tags'}."
    for each in tagger.all_evidence(title, abstract):
        role = "ruled out" if each.tag in ruled_out else "" if each.tag in kept else "passing mention"
        places = [("title", each.in_title), ("abstract", each.in_abstract)]
        found = "; ".join(
            f"{place}: {', '.join(f'{phrase} ×{count}' if count > 1 else phrase for phrase, count in phrases)}"
            for place, phrases in places
            if phrases
        )
        yield f"{each.score:7.2f}  {each.tag:<32} {found}{f'  ({role})' if role else ''}"
    given = {each.tag for each in tagger.all_evidence(title, abstract)}
    for tag in in_file:
        if tag not in given:
            yield f"         {tag:<32} stated in {source.path} or in a seed"


def suggestions(sources: Sources) -> Iterator[str]:
    """Tell the phrases that may deserve a tag, each with its count and three titles."""
    tagger = Tagger(sources.vocabulary)
    for each in suggest(map(_texts, sources.papers), tagger.phrases, STOP_WORDS):
        yield f"{each.papers:5}  {each.phrase}"
        yield from (f"         {title}" for title in each.examples)


def _texts(source: FrontMatter) -> tuple[str, str]:
    title = source.values.get("title")
    return title if isinstance(title, str) else "", render(source.body).text
