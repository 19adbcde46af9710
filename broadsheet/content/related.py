"""Which papers are related: by the words and phrases of title and abstract, and by tags that few papers share.

A paper becomes a vector of features, weighted by how often it has them and how few others do (TF-IDF). Papers that
share its most telling features are candidates; they are compared by all they have in common.

The work for one paper is bounded, however many papers there are: KEPT features that at most COMMON papers have lead to
its candidates, and CANDIDATES of them are compared by WHOLE features.

Weights and similarities are whole numbers, rarity counts in half doublings, and ties go by slug or by the order of
reading. So neither the order of the input nor the machine matters, and a paper that shares no word and no tag with any
other changes no list, unless with it the number of papers passes a power of two.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, takewhile
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers: TypeAlias = NDArray[np.int64]

MOST = 5
FLOOR = 0.12  # of similarity, 0 to 1: read by eye, most pairs below it do not belong together; see bench/related.py
KEPT = 60  # telling features of a paper, by which candidates are found
COMMON = 200  # papers that a telling feature may have
CANDIDATES = 50
WHOLE = 120  # features of a paper by which candidates are compared
TITLE_WEIGHT = 2  # occurrences that one in the title counts for
TAG_WEIGHT = 3  # occurrences that a tag counts for
PHRASE_WEIGHT = 1.3
SAME = 0.7  # similarity from which papers are duplicates if titles or abstracts have nearly the same words,
SAME_WORDS = 0.8  # which is this share of the words of both;
SHORTEST_ABSTRACT = 200  # characters: a shorter text may be the same by chance
FEW = 16  # papers, at most a thousandth of all: what fewer have is no rarer; names shared by chance say little
_UNIT = 4096  # length of a vector: a similarity is at most its square and fits 32 bits
_ROWS = 256  # papers at a time, which bounds the memory
_BREAK = -1
_PHRASE = 1 << 31  # features from here are pairs of words

_TOKEN = re.compile(r"https?://\S+|\\[a-z]+|[^\W_]+|[.,;:!?()\[\]]")
_IES = re.compile(r"(?<=\w\w)ies$")
_PLURAL = re.compile(r"(?<=\w\w)(?:(?<=ch)(?<!cach)(?<!nich)es|(?<=sh|ss)es|(?<=x)es|(?<=\w[^sui])s)$")
_PASSED = frozenset({"of", "to", "the", "a", "an"})  # stand inside phrases: chain of thought, text to image
# Words that say nothing about a subject: those of all English texts, and those of all abstracts.
STOP_WORDS = frozenset(
    """
    able about achieve achieved achieving across additionally address advance again aim all allow also although among
    and any apply approach are art as at available based be because been before better between beyond both but by can
    cannot capability capable challenge challenging code compare compared comparison competitive comprehensive
    contribution could current currently demonstrate demonstrated demonstrating design designed despite develop
    developed did different difficult diverse do does due during each effective effectively efficiency efficient
    efficiently eg enable enabling enhance enhanced enhancing ensure especially evaluate even every existing experiment
    experimental explore extensive finally find finding first focus for framework from further future gain gap general
    github had has have having he here highlight highly how however http https ie if illustrate impact improve improved
    improvement improving in including increase increasing increasingly instead into introduce introducing investigate
    is it its just lack lead leverage leveraging like limitation limited maintain many may method methodology more
    moreover most much new no not novel now offer on only or other our out outperform outperforming over overall paper
    particular particularly perform performance potential present presented previous project promising propose proposed
    provide provided providing publicly recent recently reduce reducing related release released require research
    respectively result reveal second several she should show showing significant significantly simple since so solution
    some specifically state still strong struggle study such superior support surpass tackle technique than that their
    them then there thereby therefore these they this those though through thus too toward towards traditional two under
    us use used using various very via was we well were what when where whether which while who why widely will with
    within without work would you your
    """.split()  # noqa: SIM905 - hundreds of quotation marks less
)


@dataclass(frozen=True, slots=True)
class Document:
    """What is compared of a paper; `text` is its abstract, without notes."""

    slug: str
    title: str
    text: str
    tags: tuple[str, ...] = ()


def related_papers(documents: Sequence[Document]) -> dict[str, tuple[str, ...]]:
    """Return up to five related papers for each paper by slug: the nearest first, then by slug.

    None is below FLOOR, none is the paper itself or its duplicate, and no two of them have the same title.
    """
    ordered = sorted(documents, key=lambda document: document.slug)
    if len({document.slug for document in ordered}) < len(ordered):
        raise ValueError("two documents have the same slug")
    return {
        ordered[number].slug: tuple(ordered[other].slug for other in _chosen(number, candidates, ordered))
        for number, candidates in compared(ordered)
    }


def fold_plural(word: str) -> str:
    """Return the singular of a regular plural; other words that end in s may come out odd, but always the same."""
    singular = _IES.sub("y", word)
    return singular if singular != word else _PLURAL.sub("", word)


def _tokens(text: str) -> list[str]:
    """Split a text into words and the marks that end a phrase."""
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(char for char in decomposed if not unicodedata.combining(char))
    joined = text.casefold().replace("pre-train", "pretrain").replace("fine-tun", "finetun")
    return [token for token in _TOKEN.findall(joined) if token not in _PASSED]


class _Words(dict[str, int]):
    """Numbers of words, of their stems (after “=”) and of tags (after “#”); _BREAK for a word that says nothing."""

    def __missing__(self, word: str) -> int:
        stem = fold_plural(word)
        says_nothing = len(word) == 1 or word.isdecimal() or ":" in word or not word[0].isalnum()
        stop = says_nothing or word in STOP_WORDS or stem in STOP_WORDS
        return self.setdefault(word, _BREAK if stop else self.setdefault(f"={stem}", len(self)))


@dataclass(frozen=True, slots=True)
class _Features:
    """Which paper has which feature with which weight, in the order of reading; `spread` is how many papers have it."""

    papers: int
    paper: Numbers
    feature: Numbers
    weight: Numbers
    spread: Numbers

    def matrix(self, most: int, common: int) -> Any:  # noqa: ANN401 - scipy has no types
        """Return vectors of equal length, one row for each paper, of its `most` weightiest features."""
        import numpy as np  # noqa: PLC0415 - only where it is used
        from scipy.sparse import csr_array  # noqa: PLC0415

        shared = np.flatnonzero((self.spread > 1) & (self.spread <= common))
        order = shared[np.lexsort((shared, -self.weight[shared], self.paper[shared]))]
        rank = np.arange(len(order)) - np.searchsorted(self.paper[order], self.paper[order])
        best = order[rank < most]
        row, column, weight = self.paper[best], self.feature[best], self.weight[best]
        length = np.sqrt(np.bincount(row, weights=weight * weight, minlength=self.papers))
        unit = np.rint(weight * _UNIT / length[row]).astype(np.int32)
        return csr_array((unit, (row, column)), shape=(self.papers, int(self.feature.max(initial=0)) + 1))


def _occurrences(ordered: Sequence[Document]) -> tuple[Numbers, Numbers, Numbers]:
    """Return paper, feature and weight of every occurrence of a word, a pair of words or a tag."""
    import numpy as np  # noqa: PLC0415 - only where it is used

    words = _Words()
    codes: list[int] = []
    ends: list[tuple[int, int]] = []  # of title and abstract
    tags: list[tuple[int, int]] = []
    for number, document in enumerate(ordered):
        codes += [*map(words.__getitem__, _tokens(document.title)), _BREAK]
        title_end = len(codes)
        codes += [*map(words.__getitem__, _tokens(document.text)), _BREAK]
        ends.append((title_end, len(codes)))
        tags += [(number, words.setdefault(f"#{tag}", len(words))) for tag in sorted(set(document.tags))]
    code = np.array(codes, dtype=np.int64)
    part = np.searchsorted(np.array(ends, dtype=np.int64).ravel(), np.arange(len(code)), side="right")
    paper, weight = part // 2, np.where(part % 2, 1, TITLE_WEIGHT)
    word, phrase = np.flatnonzero(code >= 0), np.flatnonzero((code[:-1] >= 0) & (code[1:] >= 0))
    tag_paper, tag = np.array(tags, dtype=np.int64).reshape(-1, 2).T
    return (
        np.concatenate([paper[word], paper[phrase], tag_paper]),
        np.concatenate([code[word], (code[phrase] + 1) * _PHRASE + code[phrase + 1], tag]),
        np.concatenate([weight[word], weight[phrase], np.full(len(tags), TAG_WEIGHT)]),
    )


def _features(ordered: Sequence[Document]) -> _Features:
    """Count the features of each paper and weigh them by their rarity."""
    import numpy as np  # noqa: PLC0415 - only where it is used

    paper, name, weight = _occurrences(ordered)
    _, feature = np.unique(name, return_inverse=True)
    width = int(feature.max(initial=0)) + 1
    keys, first, where = np.unique(paper * width + feature, return_index=True, return_inverse=True)
    count = np.bincount(where, weights=weight)
    spread = np.bincount(keys % width, minlength=width)[keys % width]
    # In half doublings, and the same for all rare ones: one paper more changes few rarities, so that few lists change.
    doublings = (len(ordered) - 1).bit_length()
    few = min(FEW, max(1, (1 << doublings) >> 10))
    rarity = 1 + 2 * doublings - np.floor(2 * np.log2(np.maximum(spread, few)) + 1e-9)
    rarity *= np.where(name[first] >= _PHRASE, PHRASE_WEIGHT, 1.0)
    value = np.rint(8 * (1 + np.log2(count)) * rarity).astype(np.int64)
    order = np.lexsort((first, keys // width))
    row, column = keys[order] // width, keys[order] % width
    return _Features(len(ordered), row, column, value[order], spread[order])


def compared(ordered: Sequence[Document]) -> Iterator[tuple[int, list[tuple[int, float]]]]:
    """Yield each paper with its candidates and their similarities: the nearest first, then in the order of papers."""
    import numpy as np  # noqa: PLC0415 - only where it is used

    features = _features(ordered)
    telling, whole = features.matrix(KEPT, COMMON), features.matrix(WHOLE, len(ordered))
    turned = telling.T.tocsr()
    for start in range(0, len(ordered), _ROWS):
        product = telling[start : start + _ROWS] @ turned
        pairs = [_candidates(start + row, product, row) for row in range(product.shape[0])]
        paper = np.repeat(np.arange(start, start + len(pairs)), [len(others) for others in pairs])
        other = np.concatenate(pairs)
        similarity = whole[paper].multiply(whole[other]).sum(axis=1)
        order = np.lexsort((other, -similarity, paper))
        ranked = zip(other[order].tolist(), (similarity[order] / _UNIT**2).tolist(), strict=True)
        for row, others in enumerate(pairs):
            yield start + row, list(islice(ranked, len(others)))


def _candidates(paper: int, product: Any, row: int) -> Numbers:  # noqa: ANN401 - scipy has no types
    """Return the papers that share the most telling features with a paper."""
    part = slice(product.indptr[row], product.indptr[row + 1])
    others = product.indices[part].astype("int64")
    # Similarity and number in one key: no two are equal, so the choice is the same on every machine.
    keys: Numbers = ((-product.data[part].astype("int64") << 32) + others)[others != paper]
    if len(keys) > CANDIDATES:
        keys.partition(CANDIDATES)
    return keys[:CANDIDATES] & 0xFFFFFFFF


def _chosen(paper: int, candidates: list[tuple[int, float]], ordered: Sequence[Document]) -> list[int]:
    """Return the first five candidates that are near enough and no duplicates."""
    chosen: list[int] = []
    titles = [_words_of(ordered[paper].title)]
    for other, similarity in takewhile(lambda pair: pair[1] >= FLOOR and len(chosen) < MOST, candidates):
        title = _words_of(ordered[other].title)
        if title not in titles and not (similarity >= SAME and _same_words(ordered[paper], ordered[other])):
            chosen.append(other)
            titles.append(title)
    return chosen


def _words_of(text: str) -> list[str]:
    return [fold_plural(token) for token in _tokens(text) if token[0].isalnum()] or [text]


def _same_words(one: Document, other: Document) -> bool:
    """Tell whether titles or abstracts have nearly the same words."""
    for shortest, mine, theirs in ((1, one.title, other.title), (SHORTEST_ABSTRACT, one.text, other.text)):
        words, others = set(_words_of(mine)), set(_words_of(theirs))
        if min(len(mine), len(theirs)) >= shortest and len(words & others) >= SAME_WORDS * len(words | others):
            return True
    return False
