"""Tags out of the vocabulary: whole phrases found in title and abstract, the most telling first."""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from broadsheet.importing.identity import title_key
from broadsheet.model import Vocabulary
from broadsheet.model.tags import FALLBACK

MOST = 6
TITLE_WEIGHT = 4.0
_FEW = 3  # how often a phrase is worth counting in an abstract
_NO_PLURAL = re.compile(r".*(?:ss|us|is|[^aeiou]ies)$|.{1,3}$")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that give a tag, or (with the empty tag) words in which nothing is to be found."""

    words: tuple[str, ...]
    tag: str


@functools.lru_cache(maxsize=100_000)
def _stem(word: str) -> str:
    """Fold a regular plural to its singular."""
    if word.endswith("ies") and len(word) > 4:  # noqa: PLR2004
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not _NO_PLURAL.match(word) else word


def words_of(text: str) -> tuple[str, ...]:
    """Split a text into normalised words; `pre-training` and `pretraining` are the same."""
    joined = title_key(text).replace("pre train", "pretrain").replace("fine tun", "finetun")
    return tuple(_stem(word) for word in joined.split())


class Tagger:
    """Finds the tags of papers with one vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.phrases: dict[str, list[Phrase]] = defaultdict(list)
        self.depth = {slug: len(vocabulary.ancestors(slug)) for slug in vocabulary.tags}
        self.names: dict[tuple[str, ...], str] = {}
        for tag in vocabulary.tags.values():
            for text in (tag.label, *tag.aliases, tag.slug.replace("-", " ")):
                self._learn(text, tag.slug)
            for text in tag.exclude:
                self._learn(text, "")
        for candidates in self.phrases.values():
            candidates.sort(key=lambda phrase: -len(phrase.words))

    def _learn(self, text: str, tag: str) -> None:
        words = words_of(text)
        if words:
            self.names.setdefault(words, tag)
            self.phrases[words[0]].append(Phrase(words, tag))

    def tags_for(self, title: str, abstract: str, named: Iterable[str] = ()) -> tuple[str, ...]:
        """Return one to six tags, the most telling first; tags that a record named come before found ones."""
        scores: dict[str, float] = defaultdict(float)
        for phrase in self._find(words_of(title)):
            scores[phrase.tag] += TITLE_WEIGHT * self._weight(phrase)
        counts: dict[str, int] = defaultdict(int)
        for phrase in self._find(words_of(abstract)):
            counts[phrase.tag] += 1
            if counts[phrase.tag] <= _FEW:
                scores[phrase.tag] += self._weight(phrase)
        known = [self.names.get(words_of(name), "") for name in named]
        ranked = sorted(scores, key=lambda tag: (-scores[tag], tag))
        return tuple(dict.fromkeys(tag for tag in (*known, *ranked) if tag))[:MOST] or (FALLBACK,)

    def _weight(self, phrase: Phrase) -> float:
        """Weigh a phrase: longer ones and tags deeper in the vocabulary say more."""
        return 1.0 + 0.5 * min(len(phrase.words) - 1, 3) + 0.5 * min(self.depth[phrase.tag], 2)

    def _find(self, words: tuple[str, ...]) -> Iterator[Phrase]:
        """Find phrases from left to right, the longest at each place; an excluded phrase hides what it covers."""
        position = 0
        while position < len(words):
            for phrase in self.phrases.get(words[position], ()):
                if words[position : position + len(phrase.words)] == phrase.words:
                    if phrase.tag:
                        yield phrase
                    position += len(phrase.words) - 1
                    break
            position += 1
