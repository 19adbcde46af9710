"""Which papers are the same though neither their titles nor their abstracts are equal.

Titles are compared by their words, abstracts by their shingles of three words, both as sets by the Jaccard index.
Numbers in titles tell papers apart: `Qwen2` and `Qwen2.5 Technical Report`, `Part 1` and `Part 2`. So do identifiers of
one scheme that differ. A pair is sure when title and abstract both say so; what only one of them says is likely, and
for a person to decide: there are different papers that were sent in with the same abstract.

The thresholds rest on the pairs that bench/pairs.py makes and on a reading of all pairs that it finds in its corpus.
"""

from __future__ import annotations

import difflib
import math
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from broadsheet.importing.shingles import Overlap, Shingles, shingles_of
from broadsheet.importing.spelling import PARTS, title_words_of, words_of
from broadsheet.model import Identifier

EQUAL, SUBTITLE, NEAR, FAR = "are equal", "differ by a subtitle", "have most words in common", "differ"
_LENGTH = 3  # words of a shingle
_SHORT = 8  # shingles: a shorter abstract proves nothing
_LONG = 30  # shingles, about two sentences
_NEAR = 0.6  # Jaccard index of titles
_NEARLY = 0.75  # the same where there is no abstract to ask
# Of the smaller abstract's shingles, the share that the other has too:
_SURE_EQUAL, _SURE_SUBTITLE, _SURE_NEAR = 0.5, 0.7, 0.95  # for a sure pair with such titles,
_LIKELY_CLOSE, _LIKELY_FAR, _LIKELY_MARKS = 0.15, 0.25, 0.6  # for a likely one, the last if numbers differ
_LOPSIDED = 0.2  # more of one abstract in the other than they have in common, so one is longer
_COPY = 0.8  # Jaccard index of abstracts that are copies with edits
_BREAK = re.compile(r":\s|\s[-–—]+\s|[?!]\s|\s\(")
_COMPOUND = re.compile(r"[\w.-]+")
_DIGIT = re.compile(r"\d")
_SUBTITLE_WORDS = 3  # of a title behind a break, for it to stand alone
_VARIANTS = frozenset("lite mini nano micro pro plus max super ultra turbo flash next".split())  # noqa: SIM905


@dataclass(frozen=True, slots=True)
class Text:
    """One paper as far as it is known; `key` is its position as the caller counts."""

    key: int
    title: str
    abstract: str
    identifiers: tuple[Identifier, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Pair:
    """Two texts that are surely or likely the same paper; `first` and `second` are their keys, the lower first.

    `title` and `abstract` are Jaccard indexes; an abstract that is missing or too short has 0.
    """

    first: int
    second: int
    sure: bool
    title: float
    abstract: float
    reason: str


def similar_pairs(texts: Sequence[Text]) -> list[Pair]:
    """Return the pairs that are surely or likely one paper, sorted, each once.

    Pass one text for each paper: of n copies all n(n-1)/2 pairs are returned. Raises ValueError for a repeated key.
    """
    ordered = sorted(texts, key=lambda text: text.key)
    if len({text.key for text in ordered}) < len(ordered):
        raise ValueError("two texts have the same key")
    titles = [_Title.of(text.title) for text in ordered]
    title_sets = shingles_of((title.words for title in titles), 1)
    abstract_sets = shingles_of((words_of(text.abstract) for text in ordered), _LENGTH)
    pairs = []
    for one, other in sorted(_candidates(titles, title_sets, abstract_sets)):
        if _identifiers_differ(ordered[one], ordered[other]):
            continue
        evidence = _Evidence.of(titles[one], titles[other], title_sets.overlap(one, other))
        abstracts = abstract_sets.overlap(one, other)
        equal = evidence.how == EQUAL and ordered[one].abstract.split() == ordered[other].abstract.split()
        sure = _is_sure(evidence, abstracts, equal=equal)
        if sure or _is_likely(evidence, abstracts):
            reason = f"{_said_of_abstracts(abstracts)}; titles {evidence.how}{evidence.said_of_marks}"
            index = abstracts.jaccard if abstracts.smaller else 0.0
            pairs.append(Pair(ordered[one].key, ordered[other].key, sure, evidence.jaccard, index, reason))
    return pairs


def word_difference(one: str, other: str) -> list[tuple[str, str]]:
    """Return the runs of words that turn one text into the other, as (same, gone or new; words)."""
    mine, theirs = one.split(), other.split()
    runs = []
    for kind, start, end, from_, to in difflib.SequenceMatcher(None, mine, theirs).get_opcodes():
        if kind == "equal":
            runs.append(("same", " ".join(mine[start:end])))
            continue
        if end > start:
            runs.append(("gone", " ".join(mine[start:end])))
        if to > from_:
            runs.append(("new", " ".join(theirs[from_:to])))
    return runs


@dataclass(frozen=True, slots=True)
class _Title:
    """A title's words, what remains of it without its subtitle or without what stands before that, marks and names.

    Names are what stands before a subtitle, and words that hang on a number: `Phi-4-reasoning`.
    """

    words: tuple[str, ...]
    whole: str
    parts: frozenset[str]
    marks: frozenset[str]
    names: frozenset[str]

    @classmethod
    def of(cls, title: str) -> _Title:
        words = title_words_of(title)
        parts = set()
        names = {"".join(words_of(each)) for each in _COMPOUND.findall(title) if "-" in each and _DIGIT.search(each)}
        if found := _BREAK.search(title):
            head, tail = title_words_of(title[: found.start()]), title_words_of(title[found.end() :])
            names.add("".join(head))
            if not (tail and (_is_mark(tail[0]) or (tail[0] in PARTS and any(map(_is_mark, tail[1:2]))))):
                parts.add("".join(head))
            if len(tail) >= _SUBTITLE_WORDS and not any(map(_is_mark, head)):
                parts.add("".join(tail))
        marks = frozenset(filter(_is_mark, words))
        return cls(tuple(words), "".join(words), frozenset(parts - {""}), marks, frozenset(names))


def _is_mark(word: str) -> bool:
    """Tell whether a word of a title may tell versions, sizes or parts apart."""
    return word in _VARIANTS or bool(_DIGIT.search(word))


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What two titles say: how alike they are, and whether numbers or version marks, and these alone, differ."""

    how: str
    jaccard: float
    short: bool
    marks_differ: bool = False
    marks_alone: bool = False
    names_differ: bool = False

    @classmethod
    def of(cls, one: _Title, other: _Title, overlap: Overlap) -> _Evidence:
        short = min(len(one.words), len(other.words)) < 2  # noqa: PLR2004 - a single word
        if one.whole and one.whole == other.whole:
            return cls(EQUAL, overlap.jaccard, short)
        if one.whole in other.parts or other.whole in one.parts:
            return cls(SUBTITLE, overlap.jaccard, short)
        how = NEAR if overlap.jaccard >= _NEAR else FAR
        alone = {*one.words} - one.marks - {*PARTS} == {*other.words} - other.marks - {*PARTS}
        return cls(how, overlap.jaccard, short, one.marks != other.marks, alone, one.names != other.names)

    @property
    def said_of_marks(self) -> str:
        return ", also in numbers or version marks" if self.marks_differ else ""


def _candidates(titles: Sequence[_Title], title_sets: Shingles, abstract_sets: Shingles) -> set[tuple[int, int]]:
    """Find the pairs worth comparing: by abstracts, by the words of titles, by titles that are equal or part of one."""
    found = set(abstract_sets.contained(_LIKELY_FAR, _LONG)) | set(title_sets.alike(_NEAR))
    return found | set(_by_title(titles))


def _by_title(titles: Sequence[_Title]) -> Iterator[tuple[int, int]]:
    named: dict[str, list[int]] = defaultdict(list)
    for number, title in enumerate(titles):
        if title.whole:
            named[title.whole].append(number)
    for number, title in enumerate(titles):
        for name in (title.whole, *title.parts):
            for other in named.get(name, ()):
                if other != number:
                    yield min(number, other), max(number, other)


def _identifiers_differ(one: Text, other: Text) -> bool:
    mine, theirs = ({each.scheme: set[str]() for each in text.identifiers} for text in (one, other))
    for text, values in ((one, mine), (other, theirs)):
        for each in text.identifiers:
            values[each.scheme].add(each.value)
    return any(mine[scheme].isdisjoint(theirs[scheme]) for scheme in mine.keys() & theirs.keys())


def _is_sure(titles: _Evidence, abstracts: Overlap, *, equal: bool) -> bool:
    """Tell whether title and abstract both say that two texts are one paper; `equal` abstracts may be short or none."""
    if titles.marks_differ:
        return False
    if titles.how == EQUAL:
        return equal or (abstracts.smaller >= _SHORT and abstracts.contained >= _SURE_EQUAL)
    if titles.how == SUBTITLE:
        enough = abstracts.contained >= _SURE_SUBTITLE
    elif titles.how == NEAR:
        enough = not titles.names_differ and (abstracts.jaccard >= _COPY or abstracts.contained >= _SURE_NEAR)
    else:  # two papers of one group may have been sent in with one abstract, so that alone is no proof
        enough = False
    return enough and abstracts.smaller >= _LONG


def _is_likely(titles: _Evidence, abstracts: Overlap) -> bool:
    """Tell whether a person should look at two texts."""
    if titles.marks_differ:
        enough = abstracts.jaccard >= _COPY if titles.marks_alone else abstracts.contained >= _LIKELY_MARKS
        return enough and abstracts.smaller >= _LONG
    if titles.how == EQUAL:
        return True
    if titles.how != FAR and abstracts.smaller < _SHORT:
        return not titles.short and (titles.how == SUBTITLE or titles.jaccard >= _NEARLY)
    if titles.how != FAR:
        return abstracts.contained >= _LIKELY_CLOSE
    return abstracts.common >= _LONG and abstracts.contained >= _LIKELY_FAR  # opening sentences are often alike


def _said_of_abstracts(abstracts: Overlap) -> str:
    if not abstracts.smaller:
        return "there are no two abstracts to compare"
    if abstracts.contained > abstracts.jaccard + _LOPSIDED:
        return f"{_percent(abstracts.contained)} of the shorter abstract's word sequences are in the other"
    return f"abstracts share {_percent(abstracts.jaccard)} of their word sequences"


def _percent(share: float) -> str:
    """Write a share rounded down, so that only all is 100%."""
    return f"{math.floor(share * 100 + 1e-9)}%"
