r"""Formulas that are whole, `$x^2$` and `\(x^2\)`, as MathML."""

from __future__ import annotations

import re
from html import escape
from xml.etree import ElementTree as ET

from broadsheet.content.repair.commands import escapes
from broadsheet.content.repair.lost import scripts
from broadsheet.content.repair.marks import ATOMS, WALLS, Keeper, flat

_NAMESPACE = "{http://www.w3.org/1998/Math/MathML}"
_WHOLE = re.compile(
    rf"\\\(([^{ATOMS}{WALLS}]{{1,300}}?)\\\)|"
    rf"(?<![\\$\w])\$(?![\s$])([^${ATOMS}{WALLS}]{{1,300}}?)(?<![\s\\])\$(?![\d$A-Za-z])"
)
_SIGNAL = re.compile(r"[\\^_]")
_SMALL = re.compile(r"[A-Za-z](?: ?[=<>+*/-] ?[\dA-Za-z.]+)*|\d+(?:\.\d+)?")
_WORDS = re.compile(r"(?<![\\A-Za-z{_^])(?![A-Z]+(?![A-Za-z]))[A-Za-z]{3,}(?![A-Za-z}])")
_MOST_WORDS = 1
_OPERATORS = frozenset(
    {"log", "exp", "max", "min", "sin", "cos", "tan", "lim", "arg", "det", "dim", "sup", "inf", "mod"}
)
_LEAVES = frozenset({"mi", "mn", "mo", "mtext", "mspace"})
_LAYOUT = frozenset({"math", "mrow", "mfrac", "msqrt", "mroot", "mpadded", "mtable", "mtr", "mtd"})
_ELEMENTS = _LEAVES | _LAYOUT | {"msub", "msup", "msubsup", "munder", "mover", "munderover"}
_ATTRIBUTES = frozenset({"stretchy", "display", "mathvariant", "accent", "linethickness", "width", "fence"})
_PLAIN_VALUE = re.compile(r"[\w.%-]+")


def whole_formulas(text: str, kept: Keeper) -> str:
    """Put every whole formula away as MathML; one that is money, prose or beyond the library stays as it was."""
    if "$" not in text and "\\(" not in text:
        return text
    return _WHOLE.sub(lambda match: _formula(match, kept), text)


def _formula(match: re.Match[str], kept: Keeper) -> str:
    source = (match[1] or match[2]).strip()
    mathml = mathml_of(source) if source and (match[1] or _is_formula(source)) else None
    if mathml is None:
        return match[0]
    return kept.keep(mathml, plain_formula(source, match[0]))


def _is_formula(source: str) -> bool:
    """Tell a formula between dollars from what stands between two amounts of money."""
    if _SMALL.fullmatch(source):
        return True
    return bool(_SIGNAL.search(source)) and not _is_prose(source)


def _is_prose(source: str) -> bool:
    """Say whether there are more words than a formula has (`-norm`); money begins with a figure and has none."""
    words = [word for word in _WORDS.findall(source) if word not in _OPERATORS]
    return len(words) > (0 if source[:1].isdigit() else _MOST_WORDS)


def mathml_of(source: str) -> str | None:
    """Return a formula as MathML, or nothing where the library or we do not know how."""
    # The library writes text through as it is, so what could become markup is taken out before and checked after.
    if "&" in source or "%" in source or _is_prose(source):
        return None
    from latex2mathml.converter import convert  # noqa: PLC0415 - most pages have no formula

    try:
        worded = _WORDS.sub(lambda match: match[0] if match[0] in _OPERATORS else rf"\text{{{match[0]}}}", source)
        mathml = convert(worded.replace("<", r"\lt ").replace(">", r"\gt "))
        return _serialised(ET.fromstring(mathml))  # noqa: S314 - the library's output, without entities
    except Exception:  # noqa: BLE001 - whatever a formula does to the library, the abstract stays
        return None


def _serialised(element: ET.Element) -> str:
    """Write MathML anew from what is known to be harmless."""
    name = element.tag.removeprefix(_NAMESPACE)
    text = element.text or ""
    if name not in _ELEMENTS or "\\" in text:
        raise ValueError(name)
    attributes = "".join(
        f' {key}="{value}"'
        for key, value in element.attrib.items()
        if key in _ATTRIBUTES and _PLAIN_VALUE.fullmatch(value)
    )
    inner = "".join(_serialised(child) for child in element)
    return f"<{name}{attributes}>{escape(text.strip(), quote=False)}{inner}</{name}>"


def plain_formula(source: str, instead: str) -> str:
    """Return a whole formula as text, or what stood there where text cannot say it."""
    text = flat(scripts(escapes(source)))
    return instead if "\\" in text else text
