"""New tags for the vocabulary: phrases that are frequent and hang together, and that no tag covers."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from broadsheet.importing.tagging.phrases import Phrases, Words
from broadsheet.importing.tagging.words import BREAK, without_notices, words_of

LONGEST = 3  # words
FEWEST = 3  # papers
COHESION = 0.35  # normalised pointwise mutual information, from -1 to 1
EXAMPLES = 3
_STOCK = (
    "wide range",
    "trade off",
    "non trivial",
    "computationally expensive",
    "ground truth",
    "real world",
    "open source",
)
STOCK_PHRASES = frozenset(words_of(phrase) for phrase in _STOCK)  # cohesive in every paper, telling in none


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A phrase (normalised), in how many papers it stands, and the titles of three of them."""

    phrase: str
    papers: int
    examples: tuple[str, ...]


def suggest(
    papers: Iterable[tuple[str, str]], phrases: Phrases, stop_words: frozenset[str], most: int = 30
) -> list[Suggestion]:
    """Suggest tags out of (title, abstract) pairs, the most frequent and cohesive phrases first.

    A phrase that is part of an alias, or has an alias in it, is covered. Of two phrases in the same papers, one inside
    the other, the longer is suggested.
    """
    documents = [(title, words_of(f"{title}. {without_notices(abstract)}")) for title, abstract in papers]
    words, found = Counter[str](), Counter[Words]()
    titles: dict[Words, list[str]] = defaultdict(list)
    for title, text in documents:
        words.update(set(text))
        for phrase in sorted(set(_phrases(text, stop_words))):
            found[phrase] += 1
            if len(titles[phrase]) < EXAMPLES:
                titles[phrase].append(title)
    covered = STOCK_PHRASES.union(part for alias in phrases.names for part in _parts(alias))
    scored = []
    for phrase, count in found.items():
        if count < FEWEST or phrase in covered or any(part in phrases.names for part in _parts(phrase)):
            continue
        cohesion = _cohesion(phrase, count, words, len(documents))
        if cohesion >= COHESION:
            scored.append((count * cohesion, phrase))
    scored.sort(key=lambda pair: (-pair[0], pair[1]))
    chosen = _longest_of_each([phrase for _, phrase in scored], found)[:most]
    return [Suggestion(" ".join(phrase), found[phrase], tuple(titles[phrase])) for phrase in chosen]


def _phrases(text: Words, stop_words: frozenset[str]) -> Iterator[Words]:
    """Yield the runs of two or three words that hold no small word and no break."""
    for start in range(len(text)):
        for end in range(start + 1, min(start + LONGEST, len(text)) + 1):
            word = text[end - 1]
            if word in stop_words or word == BREAK or not word[0].isalpha() or len(word) < 3:  # noqa: PLR2004
                break
            if end - start > 1:
                yield text[start:end]


def _parts(phrase: Words) -> Iterator[Words]:
    for start in range(len(phrase)):
        for end in range(start + 1, len(phrase) + 1):
            yield phrase[start:end]


def _cohesion(phrase: Words, count: int, words: Counter[str], documents: int) -> float:
    """Return how much more often the words stand together than they would by chance, from -1 to 1."""
    together = count / documents
    apart = math.prod(words[word] / documents for word in phrase)
    return math.log(together / apart) / ((len(phrase) - 1) * -math.log(together)) if together < 1 else 0.0


def _longest_of_each(ranked: Sequence[Words], found: Counter[Words]) -> list[Words]:
    """Drop a phrase that stands (nearly) only inside a longer one of the list."""
    longer = [phrase for phrase in ranked if len(phrase) == LONGEST]
    inside = {part: found[phrase] for phrase in longer for part in _parts(phrase) if 1 < len(part) < LONGEST}
    return [phrase for phrase in ranked if inside.get(phrase, 0) < 0.8 * found[phrase]]
