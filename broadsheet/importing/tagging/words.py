"""Text -> normalised words: what makes no difference to a phrase is folded away."""

from __future__ import annotations

import functools
import re

from broadsheet.importing.identity import title_key

BREAK = "|"  # stands between sentences, so that no phrase reaches from one into the next
_ADDRESS = re.compile(r"https?://\S+")
_SENTENCE = re.compile(r"[.;:!?](?=\s|$)")
_HINTS = ("vailab", "eleas", "pen-sourc", "pen sourc", "ithub", "itHub")  # cheaper to look for than the pattern
_NOTICE = re.compile(
    r"\bgithub\b|\b(?:is|are|be|been|made) (?:\w+ ){0,2}(?:available|released|open[- ]sourced)\b"
    r"|\b(?:we|to|and) (?:\w+ )?(?:release|open[- ]source) (?:our|all|the|both|its)\b",
    re.IGNORECASE,
)
_SENTENCES = re.compile(r"(?<=[.;])\s+")
_WORD = re.compile(r"[a-z0-9+#|]+")
_SPLIT_VERB = re.compile(r"\b(pre|post|fine|mid)[ -](?=train|tun)")
_VERB = re.compile(r"(pretrain|posttrain|midtrain|finetun|distil|quantiz|prun|tokeniz)(?:l?(?:e|ed|ing|ation|er))?s?")
_BRITISH = (
    (re.compile(r"(?!\w*(?:perv|vert|dv|rev|prom|prem|xerc|mpr|surpr|rcum))(\w{3,}i)s(ation|ed|ing)"), r"\1z\2"),
    (re.compile(r"(model|label|signal)l(ed|ing)"), r"\1\2"),
    (re.compile(r"behaviour(s?)"), r"behavior\1"),
)
_NOT_PLURAL = re.compile(r".*(?:ss|us|is|ias|ics)|.{1,3}")


def words_of(text: str) -> tuple[str, ...]:
    """Split a text into normalised words, with BREAK between sentences.

    Case, accents, hyphens, plurals, British spelling and the endings of a few verbs make no difference:
    pre-trained, pretraining and pre-train are one word.
    """
    text = _SENTENCE.sub(f" {BREAK} ", text)
    plain = text.lower() if text.isascii() else _fold(text)
    return tuple(map(fold_word, _WORD.findall(_SPLIT_VERB.sub(r"\1", plain))))


def without_notices(text: str) -> str:
    """Take out web addresses, and the sentences that say where code and data are to be had: no paper is about that."""
    if "://" in text:
        text = _ADDRESS.sub("github", text)
    if not any(hint in text for hint in _HINTS):
        return text
    return " ".join(sentence for sentence in _SENTENCES.split(text) if not _NOTICE.search(sentence))


def _fold(text: str) -> str:
    return f" {BREAK} ".join(title_key(part) if part.strip() else "" for part in text.split(BREAK))


@functools.lru_cache(maxsize=200_000)
def fold_word(word: str) -> str:
    """Fold the forms of one word."""
    for pattern, american in _BRITISH:
        if match := pattern.fullmatch(word):
            word = match.expand(american)
    verb = _VERB.fullmatch(word)
    return verb[1] if verb else singular(word)


def singular(word: str) -> str:
    """Fold a regular plural to its singular."""
    if not word.endswith("s") or _NOT_PLURAL.fullmatch(word):
        return word
    if word.endswith("ies") and len(word) > 4:  # noqa: PLR2004 - ties, dies
        return f"{word[:-3]}y"
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    return word[:-1]
