"""The phrases of a vocabulary, and where they stand in a text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from broadsheet.importing.tagging.words import BREAK, words_of
from broadsheet.model import Vocabulary

Words = tuple[str, ...]


@dataclass(slots=True)
class _Node:
    """A step in the tree of phrases: the next words, and what a phrase that ends here gives or hides."""

    following: dict[str, _Node] = field(default_factory=dict)
    gives: list[str] = field(default_factory=list)
    hides: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase of a tag in a text, by its first word and the word after its last.

    `hides` is set for a phrase that the tag excludes: what the tag would find inside it is something else.
    """

    tag: str
    start: int
    end: int
    hides: bool = False


class Phrases:
    """All phrases of a vocabulary in a tree by words.

    `names` has the tag of every alias and label, `spelling` an alias as the vocabulary writes it. Only aliases are
    looked for in abstracts: a label such as Datasets tells something in a title and nothing in a text.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.root = _Node()
        self.names: dict[Words, str] = {}
        self.spelling: dict[Words, str] = {}
        for tag in vocabulary.tags.values():
            for text in tag.aliases:
                words = words_of(text)
                if BREAK in words:
                    continue  # the vocabulary's reader reports an alias without a word
                self.spelling.setdefault(words, text)
                if words and self.names.setdefault(words, tag.slug) == tag.slug:
                    node = self._node(words)
                    if tag.slug not in node.gives:
                        node.gives.append(tag.slug)
            for text in tag.exclude:
                if words := words_of(text):
                    self._node(words).hides.append(tag.slug)
        for tag in vocabulary.tags.values():
            for text in (tag.label, tag.slug.replace("-", " ")):
                self.names.setdefault(words_of(text), tag.slug)
                self.spelling.setdefault(words_of(text), text)

    def _node(self, words: Words) -> _Node:
        node = self.root
        for word in words:
            node = node.following.setdefault(word, _Node())
        return node

    def find(self, words: Words, abbreviations: Mapping[str, str]) -> Iterator[Found]:
        """Find the phrases of every tag, in the order of the text.

        A phrase inside a longer phrase of the same tag, or inside one that the tag excludes, does not count.
        `abbreviations` gives the tags of those that the text explains; the empty tag is one that means something else.
        """
        covered: dict[str, int] = {}
        first = self.root.following
        after = (*words[1:], "")
        for start in [start for start, word in enumerate(words) if word in first or word in abbreviations]:
            word = words[start]
            if word in abbreviations:
                if tag := abbreviations[word]:
                    yield Found(tag, start, start + 1)
                continue
            node = first[word]
            if node.gives or node.hides or after[start] in node.following:
                yield from self._at(words, start, covered)

    def _at(self, words: Words, start: int, covered: dict[str, int]) -> Iterator[Found]:
        """Find the longest phrase of each tag at one place; `covered` is how far each tag has got."""
        longest: dict[str, int] = {}
        hidden: dict[str, int] = {}
        node = self.root
        for position in range(start, len(words)):
            step = node.following.get(words[position])
            if step is None:
                break
            node = step
            for tag in node.gives:
                longest[tag] = position + 1
            for tag in node.hides:
                hidden[tag] = position + 1
        for tag, end in longest.items():
            if end > covered.get(tag, 0) and end > hidden.get(tag, 0):
                yield Found(tag, start, end)
                covered[tag] = end
        for tag, end in hidden.items():
            yield Found(tag, start, end, hides=True)
            covered[tag] = max(covered.get(tag, 0), end)
