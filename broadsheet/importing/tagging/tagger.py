"""Which tags a paper has: phrases in title and abstract, weighed by place, number and rarity."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from broadsheet.importing.tagging.abbreviations import explained
from broadsheet.importing.tagging.phrases import Found, Phrases, Words
from broadsheet.importing.tagging.words import without_notices, words_of
from broadsheet.model import Vocabulary
from broadsheet.model.tags import FALLBACK

Counts = dict[str, dict[str, int]]  # tag -> phrase -> how often

MOST = 6
LONGEST_LABEL = 4  # words
TITLE_WEIGHT = 2.0
ONCE = 0.6  # what a phrase weighs that stands once, and not in the title
PASSING = 0.33  # a tag with less than this part of the best score is a passing mention
ENOUGH = 2  # with so many better tags, a phrase that stands once in the abstract alone is a passing mention


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a paper has a tag: its score, and its phrases with how often each stands in title and abstract."""

    tag: str
    score: float
    in_title: tuple[tuple[str, int], ...]
    in_abstract: tuple[tuple[str, int], ...]


class Tagger:
    """Finds the tags of papers with one vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.former = vocabulary.former()
        self.phrases = Phrases(vocabulary)
        self.labels = {words_of(tag.label): slug for slug, tag in vocabulary.tags.items()}
        self.rarity = {
            slug: math.pow(math.log(200 / max(tag.share, 0.1)), 0.75) for slug, tag in vocabulary.tags.items()
        }

    def tag_named(self, name: str) -> str:
        """Return the tag that has a name among its phrases or had it as its slug, the empty string for none."""
        return self.phrases.names.get(words_of(name), "") or self.former.get(name, "")

    def tags_for(
        self, title: str, abstract: str, named: Iterable[str] = (), without: Collection[str] = ()
    ) -> tuple[str, ...]:
        """Return one to six tags, the most telling first.

        `named` are tags that a record stated, which come first; `without` are tags that a person ruled out.
        """
        ruled_out = {self.former.get(tag, tag) for tag in without}
        found = [evidence.tag for evidence in self.evidence(title, abstract) if evidence.tag not in ruled_out]
        stated = [tag for tag in map(self.tag_named, named) if tag]
        return tuple(dict.fromkeys([*stated, *found]))[:MOST] or (FALLBACK,)

    def evidence(self, title: str, abstract: str) -> list[Evidence]:
        """Return the tags that a text gives, the most telling first, passing mentions left out."""
        ranked = self.all_evidence(title, abstract)
        if not ranked:
            return []
        least = PASSING * ranked[0].score
        kept: list[Evidence] = []
        for each in ranked:
            once = not each.in_title and sum(count for _, count in each.in_abstract) == 1
            if each.score >= least and not (once and len(kept) >= ENOUGH):
                kept.append(each)
        return kept[:MOST]

    def all_evidence(self, title: str, abstract: str) -> list[Evidence]:
        """Return every tag of which a phrase occurs, the most telling first."""
        abstract = without_notices(abstract)
        abbreviations = self._abbreviations(f"{title} . {abstract}")
        title_words, abstract_words = words_of(title), words_of(abstract)
        hits = list(self.phrases.find(title_words, abbreviations))
        more = list(self.phrases.find(abstract_words, abbreviations))
        muted = self._muted(title_words, hits) | self._muted(abstract_words, more)
        in_title = self._count(title_words, [*hits, *self._labels(title_words, hits)], muted)
        in_abstract = self._count(abstract_words, more, muted)
        found = [
            Evidence(tag, self._score(tag, in_title.get(tag, {}), in_abstract.get(tag, {})),
                     tuple(in_title.get(tag, {}).items()), tuple(in_abstract.get(tag, {}).items()))
            for tag in {**in_title, **in_abstract}
        ]  # fmt: skip
        return sorted(found, key=lambda each: (-each.score, each.tag))

    def _score(self, tag: str, in_title: dict[str, int], in_abstract: dict[str, int]) -> float:
        mentions = sum(in_abstract.values())
        once = mentions == 1 and not in_title
        weight = ONCE if once else TITLE_WEIGHT * bool(in_title) + math.log2(1 + mentions)
        return round(weight * self.rarity[tag], 4)

    def _abbreviations(self, text: str) -> dict[str, str]:
        """Return the tags of the abbreviations that a text explains, the empty string for those of other things."""
        found = {}
        for short, long in explained(text):
            tags = {each.tag for each in self.phrases.find(long, {}) if not each.hides}
            own = self.phrases.names.get((short,), "")
            exact = self.phrases.names.get(long, "")
            if exact or (own and own not in tags):
                found[short] = exact
        return found

    def _muted(self, words: Words, hits: Iterable[Found]) -> set[tuple[str, Words]]:
        """Return the phrases that mean something else in this paper, because an excluded phrase holds them.

        Where `data pruning` is excluded from Pruning, `pruning` alone means the same in the rest of that text.
        """
        muted = set()
        for hit in hits:
            if hit.hides:
                inside = range(hit.start, hit.end)
                parts = {words[start : end + 1] for start in inside for end in inside if start <= end}
                muted |= {(hit.tag, part) for part in parts if self.phrases.names.get(part) == hit.tag}
        return muted

    def _labels(self, title: Words, hits: Iterable[Found]) -> list[Found]:
        """Find the labels of tags in a title, unless a phrase of the tag is there already."""
        known = {hit.tag for hit in hits}
        ends = range(1, len(title) + 1)
        spans = [(start, end) for end in ends for start in range(max(0, end - LONGEST_LABEL), end)]
        named = [(self.labels.get(title[start:end], ""), start, end) for start, end in spans]
        return [Found(tag, start, end) for tag, start, end in named if tag and tag not in known]

    def _count(self, words: Words, hits: Iterable[Found], muted: set[tuple[str, Words]]) -> Counts:
        counts: Counts = {}
        for hit in hits:
            phrase = words[hit.start : hit.end]
            if hit.hides or (hit.tag, phrase) in muted:
                continue
            shown = self.phrases.spelling.get(phrase) or " ".join(phrase)
            of_tag = counts.setdefault(hit.tag, {})
            of_tag[shown] = of_tag.get(shown, 0) + 1
        return counts
