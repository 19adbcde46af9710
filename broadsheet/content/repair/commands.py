r"""TeX's text commands, whole (`\emph{x}`) or lost (`emph{x}`), accents, and braces that mean nothing."""

from __future__ import annotations

import re
import unicodedata

from broadsheet.content.repair.marks import ATOMS, EM, EM_END, WALLS, Keeper
from broadsheet.content.repair.rules import Rule
from broadsheet.content.repair.symbols import MARKED, any_of

_IN = rf"[^{{}}{WALLS}]"  # inside innermost braces, on one side of every tag
_ATOM = f"[{ATOMS}]"
_SLANTED = ("it", "em", "emph", "textit", "textsl", "sl")
_COLOURS = "red|blue|green|orange|teal|purple|black|gray|grey|cyan|magenta|brown|pink|violet|yellow"
_BRACED = Rule(
    r"(?:\\|(?<![A-Za-z\\]))(emph|textit|textsl|textbf|texttt|textsc|textsf|textrm|textmd|textup|textnormal|text|"
    r"underline|mbox|mathcal|mathbf|mathrm|mathsf|mathit|mathtt|mathfrak|mathscr|boldsymbol|bm|operatorname|"
    rf"(?:my|soft|light|dark|deep)?(?:{_COLOURS}))\{{({_IN}*)\}}(?!\{{)",
    ("{", r"\{(?<=[a-z]\{)"),
)
_GROUP = re.compile(
    r"\{(?:\\(it|em|sl|bf|tt|sc|rm|sf|itshape|bfseries|tiny|scriptsize|footnotesize|small|normalsize|large)"
    r"(?![A-Za-z])|"
    rf"(bf|tt|sc|rm|sf|itshape|bfseries|scriptsize|footnotesize|normalsize)(?= )) ?({_IN}+)\}}"
)
_COLOURED = Rule(rf"(?:\\|(?<![A-Za-z\\]))(?:text)?color\{{[A-Za-z!0-9]+\}}\{{({_IN}*)\}}", "color{")
_URL = Rule(rf"(?:\\|(?<![A-Za-z\\]))url\{{({_ATOM})[.,]?\}}", "url{")
_HREF = Rule(rf"(?:\\|(?<![A-Za-z\\]))href\{{({_ATOM})\}}\{{({_IN}*)\}}", "href{")
_FOOTNOTE = Rule(rf"\\footnote\{{({_IN}*)\}}|(?<![A-Za-z\\])footnote\{{({_IN}*)\}}", "footnote{")
_TWICE = re.compile(rf"({_ATOM}) ?\{{({_ATOM})\}}")
_LABEL = re.compile(rf"\{{(?<={_ATOM}\{{)({_IN}*\w{_IN}*)\}}")
_LATIN = {"eg": "e.g.", "ie": "i.e.", "etc": "etc.", "etal": "et al.", "wrt": "w.r.t.", "vs": "vs."}
_NAMES = {"LaTeX": "LaTeX", "TeX": "TeX", "textasciitilde": "~", "ss": "ß", "ae": "æ", "AE": "Æ"}
_LETTERS = {"o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "aa": "å", "AA": "Å", "oe": "œ", "OE": "Œ"}
_COMMAND = re.compile(
    rf"\\({any_of(MARKED)}|{any_of(_NAMES)}|{any_of(_LATIN)}|nobreakdash|xspace|quad|qquad)"
    r"(?![A-Za-z])(\{\})?(\.)?( ?)"
)
_LETTER = re.compile(rf"\{{\\({any_of(_LETTERS)})\}}|\\({any_of(_LETTERS)})(?:\{{\}}| (?=[a-z])|(?![A-Za-z]))")
_COMBINING = dict(
    zip(
        "`'^\"~=.uvHcdkr",
        "\u0300\u0301\u0302\u0308\u0303\u0304\u0307\u0306\u030c\u030b\u0327\u0323\u0328\u030a",
        strict=True,
    )
)
_ACCENT = re.compile(
    r"\{?\\(?:([`'^\"~=.])(?:\{\\?([A-Za-zıȷ])\}|\\?([A-Za-z]))|([uvHcdkr])\{\\?([A-Za-z])\})(?P<close>\}?)"
)
_ACCENTS = "`'^\"~=.uvHcdkr"
_FIRST_OF_LETTERS = frozenset(name[0] for name in _LETTERS)
_FIRST_OF_NAMES = frozenset(name[0] for name in (*MARKED, *_NAMES, *_LATIN, "nobreakdash", "xspace", "quad"))
AFTER_TWO = frozenset({*"'%&#_$,;: !/@-", *_ACCENTS, *_FIRST_OF_LETTERS, *_FIRST_OF_NAMES})
_APOSTROPHE = re.compile(r"(?<=\w)\\'(?=(?:s|t|d|m|re|ve|ll)(?![A-Za-z]))")
_ESCAPED = re.compile(r"\\([%&#_$])")
_SPACE = re.compile(r"(?<=\S)\\[,;:](?=\S)|(?<=[\w.)])\\ (?=\S)")
_NO_SPACE = re.compile(r"\\[!/@](?=\w)|(?<=\s)\\,|^\\,|(?<=\w)\\-(?=\w)")


def commands(text: str, kept: Keeper) -> str:
    """Apply the commands that change how text looks, and drop the ones that only carry text."""
    if "\\" in text:
        text = escapes(text)
    if "{" not in text:
        return text
    for rule, result in ((_URL, r"\1"), (_HREF, r"\2 (\1)")):
        text = rule.sub(result, text)
    before = ""
    while before != text:
        before = text
        text = _COLOURED.sub(r"\1", text)
        text = _BRACED.sub(_styled, text)
        text = _GROUP.sub(_styled_group, text)
    text = _FOOTNOTE.sub(lambda match: f" ({match[1] or match[2] or ''})", text)
    if text.isascii():
        return text  # nothing that was put away is ASCII
    text = _TWICE.sub(lambda match: _without_echo(match, kept), text)
    return _LABEL.sub(r" (\1)", text)


def escapes(text: str) -> str:
    """Write escaped signs, accents and named characters as characters."""
    follow = signs_after_backslashes(text)
    if "'" in follow:
        text = _APOSTROPHE.sub("'", text)
    if not follow.isdisjoint(_ACCENTS):
        text = _ACCENT.sub(_accented, text)
    if not follow.isdisjoint(_FIRST_OF_LETTERS):
        text = _LETTER.sub(lambda match: _LETTERS[match[1] or match[2]], text)
    if not follow.isdisjoint("%&#_$"):
        text = _ESCAPED.sub(r"\1", text)
    if not follow.isdisjoint(",;: "):
        text = _SPACE.sub(" ", text)
    if not follow.isdisjoint("!/@,-"):
        text = _NO_SPACE.sub("", text)
    return text if follow.isdisjoint(_FIRST_OF_NAMES) else _COMMAND.sub(_named, text)


def signs_after_backslashes(text: str) -> frozenset[str]:
    """Return the characters of which each may follow a backslash, now or when some escapes are written."""
    if "\\\\" in text:
        return AFTER_TWO  # without one of them, anything may follow the other
    return frozenset([piece[:1] for piece in text.split("\\")[1:]])


def _named(match: re.Match[str]) -> str:
    r"""Write a command's character; the space after it goes as in TeX, but not the one that `\eg x` needs."""
    name, stop, space = match[1], match[3] or "", match[4]
    if name in _LATIN:
        return _LATIN[name] + space
    if name in _NAMES:
        return _NAMES[name] + stop + space
    if name in MARKED:
        return MARKED[name] + stop + space
    return " " if "quad" in name else stop + space


def _accented(match: re.Match[str]) -> str:
    accent, letter = match[1] or match[4], match[2] or match[3] or match[5]
    whole = unicodedata.normalize("NFC", letter + _COMBINING[accent])
    if len(whole) != 1:
        return match[0]
    opened, closed = match[0].startswith("{"), bool(match["close"])
    return ("{" if opened and not closed else "") + whole + ("}" if closed and not opened else "")


def _styled(match: re.Match[str]) -> str:
    return _slant(match[2]) if match[1] in _SLANTED else match[2]


def _styled_group(match: re.Match[str]) -> str:
    return _slant(match[3]) if (match[1] or match[2]) in (*_SLANTED, "itshape") else match[3]


def _slant(text: str) -> str:
    """Emphasise; emphasis inside emphasis is one emphasis."""
    inner = text.replace(EM, "").replace(EM_END, "").strip()
    return f"{EM}{inner}{EM_END}" if inner else ""


def _without_echo(match: re.Match[str], kept: Keeper) -> str:
    """Drop a link's text where it is the address again (`https://x{https://x}`)."""
    first, second = (re.sub(r"<[^>]*>", "", kept.text_of(match[each])).rstrip("/").lower() for each in (1, 2))
    return match[1] if first == second else match[0]


# Each begins with its brace, which is found at once; what stands before is looked at only there.
_EMPTY = re.compile(r"\{\}(?<=[A-Z]\{\})(?==)|\{,\}(?<=\d\{,\})(?=\d{3})")
_OPERATOR = re.compile(r"\{([=+\-<>±×∼≈°·]|\\?%)\}")
# After a letter or a figure, braces may be what is left of a fraction (`1{delta}`); a sign that joins is none.
_JOINING = {name: MARKED[name] for name in ("times", "sim", "approx", "pm", "deg", "circ", "cdot")}
_SYMBOL = re.compile(rf"\{{(?<![_^]\{{)\\?({any_of(_JOINING)})\}}|\{{(?<![_^A-Za-z0-9]\{{)\\?({any_of(MARKED)})\}}")
_CHARACTER = re.compile(r"\{([∼≈×°∘±])\}|\{(?<![_^A-Za-z0-9]\{)([Α-Ωα-ω])\}")
_GLUED = re.compile(
    r"\{(?<=[A-Za-z]\{)([A-Z]{1,3}|[a-z]|[^\W\d_A-Za-z])\}(?!\{)|"
    r"\{(?<![\w}]\{)([A-Za-z]+)\}(?=[a-z])|\{(?<=-\{)([A-Z])\}(?=[a-z])"
)
_SINGLE = re.compile(r"\{(?<![\w^_}\\]\{)(?<!in \{)(?<!= \{)([A-Z])\}(?=[-_^]|[ ,.;)]|$)|\{(?<=\(\{)([A-Z]{2,3})\}(?=\^)")
_WORD = r"[A-Za-z0-9][A-Za-z0-9'’./&–—-]*"
_PHRASE = re.compile(
    rf"\{{(?<![^\s(\"“{EM}]\{{)(?<!in \{{)(?<!= \{{)(?<!> \{{)"
    rf"((?:{_WORD} ){{0,7}}{_WORD}(?: \({_WORD}\))?)\}}(?! ?[<=|])(?=[\s.,;:)~?!\"”]|$)"
)
_SENTENCE = re.compile(rf"\{{(?<!\S\{{)([A-Z][^{{}}{WALLS}]{{30,}}[.!?])\}}(?!\S)")
_SPELLED = re.compile(r"[A-Za-z]{3}")


def braces(text: str) -> str:
    """Drop the braces that TeX used for grouping; sets, templates and what may be code keep theirs."""
    if "{" not in text:
        return text
    text = _OPERATOR.sub(r"\1", _EMPTY.sub(lambda match: "," if "," in match[0] else "", text))
    text = _SYMBOL.sub(lambda match: "°" if match[1] == "circ" else MARKED[match[1] or match[2]], text)
    text = _CHARACTER.sub(r"\1\2", text)
    text = _GLUED.sub(lambda match: match[1] or match[2] or match[3], text)
    text = _SINGLE.sub(lambda match: match[1] or match[2], text)
    text = _PHRASE.sub(_without_braces, text)
    return _SENTENCE.sub(r"\1", text)


def _without_braces(match: re.Match[str]) -> str:
    """Drop the braces of a phrase; `{x}` and `{10}` may be a set."""
    if " " not in match[1] and match[1].islower():
        return str(match[0])  # a field of a template: {name}
    phrase = match[1]
    spelled = _SPELLED.search(phrase) or (phrase[0].isdigit() and " " in phrase)
    return phrase if spelled else match[0]
