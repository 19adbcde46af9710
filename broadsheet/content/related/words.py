"""Words of a text: how it is split, which forms count as the same word, and which words say nothing."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from hashlib import blake2b

MARK = "."  # any mark that ends a phrase
END = "\n"  # stands for such a mark in a text that is laid out
PASSED = frozenset({"of", "to", "the", "a", "an"})  # stand inside phrases: chain of thought, text to image

_TOKEN = re.compile(r"https?://\S+|\\[a-z]+|[^\W_]+|[.,;:!?()\[\]]")
_ADDRESS = re.compile(r"https?://\S+")
_APART = re.compile(r"https?://\S+|\\[a-z]+")  # what is not to be split; looking for addresses alone is faster
_IES = re.compile(r"(?<=\w\w)ies$")
_PLURAL = re.compile(r"(?<=\w\w)(?:(?<=ch)(?<!cach)(?<!nich)es|(?<=sh|ss)es|(?<=x)es|(?<=\w[^sui])s)$")
_MARKS = frozenset(".,;:!?()[]")
_PLAIN = bytes(ord(END) if chr(code) in _MARKS else code if chr(code).isalnum() else ord(" ") for code in range(128))
_PLAIN = _PLAIN.ljust(256)  # as bytes.translate wants it
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


def fold_plural(word: str) -> str:
    """Return the singular of a regular plural; other words that end in s may come out odd, but always the same."""
    if not word.endswith("s"):
        return word
    singular = _IES.sub("y", word)
    return singular if singular != word else _PLURAL.sub("", word)


def tokens(text: str) -> list[str]:
    """Split a text into words and the marks that end a phrase."""
    return laid_out(text).decode("utf-8", "surrogatepass").replace(END, f" {MARK} ").split()


def laid_out(text: str) -> bytes:
    """Return a text with spaces around its words and with END for each mark that ends a phrase."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
        for mark in filter(unicodedata.combining, set(text)):
            text = text.replace(mark, "")
    joined = text.casefold()
    if "e-t" in joined:
        joined = joined.replace("pre-train", "pretrain").replace("fine-tun", "finetun")
    if not joined.isascii():
        return _laid_out_slowly(joined)
    plain = joined.encode("ascii").translate(_PLAIN)
    apart = _APART if "\\" in joined else _ADDRESS if "://" in joined else None
    if not apart:
        return plain
    pieces, start = [], 0
    for found in apart.finditer(joined):
        if found[0][0] == "h" and joined[found.start() - 1 : found.start()].isalnum():
            return _laid_out_slowly(joined)  # it is the end of a word that is no address
        pieces += [plain[start : found.start()], found[0].encode("ascii")]
        start = found.end()
    return b" ".join([*pieces, plain[start:]])


def _laid_out_slowly(joined: str) -> bytes:
    """Return the same for any text."""
    laid = " ".join([END if token in _MARKS else token for token in _TOKEN.findall(joined)])
    return laid.encode("utf-8", "surrogatepass")


def is_word(token: str) -> bool:
    """Tell words from marks and commands."""
    return token[0].isalnum()


def says_nothing(word: str, stem: str) -> bool:
    """Tell whether a word, or its stem, says nothing about a subject."""
    return len(word) == 1 or word.isdecimal() or ":" in word or word in STOP_WORDS or stem in STOP_WORDS


def name_of(text: str) -> int:
    """Return an even number below 2**63 that stands for a text on every machine; phrases have odd ones."""
    return int.from_bytes(digest_of(text), "little") >> 2 << 1


def digest_of(text: str) -> bytes:
    """Return the eight bytes that a name is made of."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
