"""The words of a text, in one spelling: LaTeX, Unicode forms, accents, case and dashes make no difference.

This is coarser than `identity.title_key` and than the repairs of `content.repair`: it only has to make two spellings of
one text meet, so it may spoil both in the same way. It is quick because most texts are plain and pass one look.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_ODD = re.compile(r"[\\$^_{}]|[^\x00-\x7f]")  # a text without any of these is plain
_STYLE = re.compile(
    r"\\(?:text(?:bf|it|sc|tt|rm|sf|sl|up|normal|color\{\w+\})?|emph|math(?:bf|it|rm|cal|bb|sf|tt|frak|scr)|underline"
    r"|operatorname|boldsymbol|bm|mbox|hbox|ensuremath|left|right|bf|it|sc|tt|em|rm|sf|xspace)(?![a-zA-Z])\*?\s?"
)
_ACCENT = re.compile(r"\\(?:['`\"^~=.]|[cuvHkrb](?=\{))\s?\{?\\?(\w)\}?")
_COMMAND = re.compile(r"\\([a-zA-Z]+)\s?")
_MARKS = re.compile(r"[\\$^_{}]")
_TIMES = re.compile(r"(?<=\d)\s?times\b")
_APOSTROPHE = re.compile(r"(?<=\w)['’ʼ´`](?=\w)")
_ASCII_TOKEN = re.compile(
    r"[a-z0-9]+(?:(?<=\d)\.\d+[a-z0-9]*)*[+#]*"
)  # the next one for plain texts, three times as fast
_TOKEN = re.compile(
    r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]"  # scripts without spaces: every character is a word
    r"|[^\W_]+(?:(?<=\d)\.\d+[^\W_]*)*[+#]*"
)
_GREEK = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi "
    "omega gamma delta theta lambda xi pi sigma phi psi omega"
)
_SIGNS = dict(zip("αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΦΨΩ", _GREEK.split(), strict=True)) | {
    "ϵ": "epsilon",
    "ϕ": "phi",
    "ς": "sigma",
    "×": "times",
    "∇": "nabla",
    "∞": "infty",
    "≈": "approx",
    "ℓ": "ell",
    "∂": "partial",
    "→": " to ",
    "…": " ",
    "\u00ad": "",
    "\u200b": "",
}
_SYNONYMS = {"varepsilon": "epsilon", "varphi": "phi", "rightarrow": " to ", "sim": " ", "quad": " "}
_ROMAN = {"ii": 2, "iii": 3, "iv": 4, "vi": 6, "vii": 7, "viii": 8, "ix": 9}
_ONE_LETTER = {"i": 1, "v": 5, "x": 10}
_NUMBER = dict(zip("one two three four five six seven eight nine ten".split(), range(1, 11), strict=True))  # noqa: SIM905
PARTS = ("part", "pt", "volume", "vol", "chapter", "phase", "book", "episode", "version", "no")
_PART = re.compile(
    rf"\b({'|'.join(PARTS)})\b([\s.:-]+)({'|'.join([*_ROMAN, *_ONE_LETTER, *_NUMBER])})\b", re.IGNORECASE
)
_UPPER_ROMAN = re.compile(rf"\b({'|'.join(map(str.upper, _ROMAN))})\b")


def words_of(text: str) -> list[str]:
    """Return the words of a text in the spelling that is compared."""
    if _ODD.search(text):
        text = _plain(text)
    text = text.casefold()
    if "times" in text:
        text = _TIMES.sub("x", text)
    if text.isascii():
        return _ASCII_TOKEN.findall(_APOSTROPHE.sub("", text) if "'" in text else text)
    return _TOKEN.findall(_APOSTROPHE.sub("", text))


def title_words_of(title: str) -> list[str]:
    """Return the words of a title: as those of a text, and “Part I”, “Part One” and “II” are numbers in digits."""
    title = _PART.sub(lambda match: f"{match[1]} {_digits(match[3])}", title)
    return words_of(_UPPER_ROMAN.sub(lambda match: _digits(match[1]), title))


def _digits(numeral: str) -> str:
    return str({**_ROMAN, **_ONE_LETTER, **_NUMBER}[numeral.casefold()])


def _plain(text: str) -> str:
    """Take LaTeX and letters beyond ASCII out of a text; a sign becomes the name that its command has."""
    if "\\" in text:
        text = _ACCENT.sub(r"\1", _STYLE.sub("", text))
        text = _COMMAND.sub(lambda match: _SYNONYMS.get(match[1], match[1]), text)
    text = _MARKS.sub("", text)
    if text.isascii():
        return text
    return "".join(map(_letter, unicodedata.normalize("NFKD", text)))


@lru_cache(maxsize=4096)
def _letter(char: str) -> str:
    """Return what stands for one character of a decomposed text: nothing for an accent, a name for a sign."""
    return "" if unicodedata.combining(char) else _SIGNS.get(char, char)
