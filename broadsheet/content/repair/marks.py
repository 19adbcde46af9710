"""Text under repair: what must not be touched is one character, what becomes markup is a pair of characters."""

from __future__ import annotations

import re
from html import escape, unescape

from broadsheet.weblinks import find_web_addresses

# Noncharacters and private-use planes mean nothing in any text, so rules can see them and sources cannot forge them:
# a text that holds one is not repaired at all.
EM, EM_END, SUB, SUB_END, SUP, SUP_END = "\ufdd0", "\ufdd1", "\ufdd2", "\ufdd3", "\ufdd4", "\ufdd5"
ATOMS = "\U000f0000-\U000ffffd"  # within a sentence: a link, code, a formula
WALLS = "\U00100000-\U0010fffd"  # the tags between which a repair has to stay
_FORGED = re.compile(f"[\ufdd0-\ufdef{ATOMS}{WALLS}]")
_OPAQUE = re.compile(f"[{ATOMS}{WALLS}]")
_WALL = re.compile(f"[{WALLS}]")
_HTML = re.compile(
    r"<(a|code|math)\b[^>\"]*(?:\"[^\"]*\"[^>\"]*)*>.*?</\1>"
    r"|<(pre)\b.*?</pre>|<[^>\"]*(?:\"[^\"]*\"[^>\"]*)*>",
    re.DOTALL,
)
_TAGS = {EM: "<em>", EM_END: "</em>", SUB: "<sub>", SUB_END: "</sub>", SUP: "<sup>", SUP_END: "</sup>"}
_SCRIPT = re.compile(f"([{SUB}{SUP}])([^{SUB}{SUP}{SUB_END}{SUP_END}]*)[{SUB_END}{SUP_END}](?=(.?))", re.DOTALL)
_RAISED = dict(
    zip("0123456789+-−=()abcdefghijklmnoprstuvwxyz", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ", strict=True)
)
_LOWERED = dict(zip("0123456789+-−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True))
_FIGURES = re.compile(r"[-+−]?\d+|[A-Za-z]|[+−]")
_SIMPLE = re.compile(r"[^\W_]+|[^\s{}_^\\$`~\-]")
_DECIMAL = re.compile(r"\d\.\d")


class Keeper:
    """Keeps the parts of one text that rules may not see, as HTML and as text."""

    def __init__(self) -> None:
        self._kept: list[tuple[str, str]] = []

    def keep(self, html: str, text: str, *, wall: bool = False) -> str:
        """Put a part away and return the character that stands for it."""
        self._kept.append((html, text))
        return chr((0x100000 if wall else 0xF0000) + len(self._kept) - 1)

    def keep_text(self, text: str) -> str:
        """Put a piece of text away as it is."""
        return self.keep(escape(text, quote=False), text)

    def text_of(self, char: str) -> str:
        """Return the text of a part."""
        return self._kept[ord(char) & 0xFFFF][1]

    def keep_addresses(self, text: str) -> str:
        """Put the web addresses of a text away."""
        parts, end = [], 0
        for found in find_web_addresses(text):
            parts += [text[end : found.start], self.keep_text(found.url)]
            end = found.end
        return "".join([*parts, text[end:]]) if parts else text

    def keep_html(self, fragment: str) -> str:
        """Return the text of a fragment; tags, links and code are put away."""
        parts, end = [], 0
        for match in _HTML.finditer(fragment):
            parts.append(self.keep_addresses(unescape(fragment[end : match.start()])))
            parts.append(self.keep(match[0], match[0], wall=match[1] is None))
            end = match.end()
        return "".join([*parts, self.keep_addresses(unescape(fragment[end:]))])

    def as_html(self, text: str) -> str:
        """Write a repaired text as HTML."""
        marked = escape(text, quote=False)
        if not text.isascii():  # no mark is ASCII
            for mark, tag in _TAGS.items():
                marked = marked.replace(mark, tag)
        return self._expanded(marked, 0)

    def as_text(self, text: str) -> str:
        """Write a repaired text as plain Unicode."""
        return self._expanded(flat(text), 1)

    def _expanded(self, text: str, form: int) -> str:
        """Put the kept parts back; a part may hold others that were put away before it."""
        before = ""
        while self._kept and before != text and not text.isascii():  # no such part stands as ASCII
            before, text = text, _OPAQUE.sub(lambda match: self._kept[ord(match[0]) & 0xFFFF][form], text)
        return text


def flat(text: str) -> str:
    """Write emphasis and scripts without markup."""
    if text.isascii():  # no mark is ASCII
        return text
    text = text.replace(EM, "").replace(EM_END, "")
    before = ""
    while before != text and (SUB in text or SUP in text):
        before, text = text, _SCRIPT.sub(_script, text)
    return text


def may_be_repaired(text: str) -> bool:
    """Say whether a text is free of the characters that rules use as marks."""
    return text.isascii() or text.isprintable() or not _FORGED.search(text)  # a mark is no printable character


def walls(text: str) -> list[str]:
    """Return the tags of a text in order: no repair may lose or swap one."""
    return _WALL.findall(text)


def sub(text: str) -> str:
    """Mark a subscript."""
    return f"{SUB}{text}{SUB_END}"


def sup(text: str) -> str:
    """Mark a superscript."""
    return f"{SUP}{text.replace('-', '−')}{SUP_END}"


def _script(match: re.Match[str]) -> str:
    """Write a script in Unicode where every character has one, else as TeX does, with braces where they are needed."""
    mark, content, after = match[1], match[2], match[3]
    table = _LOWERED if mark == SUB else _RAISED
    if _FIGURES.fullmatch(content) and all(char in table for char in content):
        return "".join(table[char] for char in content)
    sign = "_" if mark == SUB else "^"
    content = content.replace("−", "-") if mark == SUP else content
    plain = _SIMPLE.fullmatch(content) or (mark == SUB and _DECIMAL.fullmatch(content))
    if plain and not (after.isalnum() or after == "_"):
        return f"{sign}{content}"
    return f"{sign}{{{content}}}"
