"""Mathematics that lost its backslashes and dollars: what is certain becomes characters and scripts, the rest stays."""

from __future__ import annotations

import re

from broadsheet.content.repair.marks import SUB, SUB_END, SUP_END, WALLS, Keeper, sub, sup
from broadsheet.content.repair.need import is_beside_greek
from broadsheet.content.repair.rules import Clues, Rule, after, by_rare_letter, shortest
from broadsheet.content.repair.symbols import BOARD, CERTAIN, FENCES, GREEK, GREEK_CHARS, MARKED, any_of

_GREEK = any_of(GREEK)
_END = f"[{SUB_END}{SUP_END}]"
_OPERATORS = {
    name: MARKED[name] for name in ("cdot", "times", "propto", "otimes", "oplus", "rightarrow", "leq", "geq", "approx")
}
_OPS = any_of(_OPERATORS)
_GREEK_ENDS = "|".join(sorted({name[-2:] for name in (*GREEK, "ell", "sum", "log")}))


def _after_letter(piece: str, around: str) -> str:
    """Return a pattern for a piece after a single letter, or after what may be the end of a letter's name."""
    single = rf"(?<=[A-Za-z]{piece})(?<!{around}[A-Za-z]{piece})"
    return rf"{piece}(?:{single}|(?<=[{GREEK_CHARS}]{piece})|(?<=(?:{_GREEK_ENDS}){piece}))"


_BOARD = Rule(r"\\?(?<![A-Za-z])mathbb\{?([A-Z])\}?(?![A-Za-z])", "mathbb")
_BOLD = Rule(rf"\\?(?<![A-Za-z])boldsymbol ?(?=[{GREEK_CHARS}]|[a-z]\b)", "boldsymbol")

# A fraction without its command cannot be told from a product: such places are put away before any rule sees them.
_STRUCTURE = Rule(
    rf"[A-Za-z]?left ?[(\[|][^{WALLS}]{{0,200}}?right ?[)\]|]|(?<![A-Za-z])frac\S+|\d\{{\d[^{{}}]*\}}",
    ("left", r"left ?[(\[|]"),
    "frac",
    ("{", r"\{(?<=\d\{)\d"),
)
_ARGUMENTS = Rule(
    r"(?<!\w)\w+\{[^{}]*\}\{[^{}]*\}|(?<![A-Za-z])(?:begin|end)\{\w+\}", ("{", r"\{(?<=\}\{)|\{(?<=begin\{)|\{(?<=end\{)")
)

# times: no letter on either side, so that no English word is one
_TIMES_FIGURE = ("times", r"times(?<= times) \d")
_TIMES = (
    (Rule(r"times(?:(?<=[\d%°]times)|(?<=\d[KMBk]times))(?![a-z])", ("times", r"times(?<=[\d%°KMBk]times)")), "×"),
    (Rule(r"(?<=\d) times (?=\d+ times \d)|\b(?P<n>\d{2,})(?P<t> times )(?=(?P=n)\b)", _TIMES_FIGURE), None),
    (
        Rule(
            r"(?<![\d.])(?P<n>\d{3,4})(?P<t> times )(?=(?!20[0-3]\d(?!\d)|19\d\d(?!\d))\d{3,4}(?![\d.]))",
            _TIMES_FIGURE,
        ),
        None,
    ),
    (Rule(r"\b(?P<n>[B-HJ-Zb-z])(?P<t> times )(?=(?P=n)\b)", ("times", r"times(?<= times) [B-HJ-Zb-z]\b")), None),
    (Rule(rf"(?<={_END}) times (?=\d|[A-Za-z]{SUB})", SUB_END, SUP_END), " × "),
    (Rule(rf"(?<={_END})times(?![a-z])", SUB_END, SUP_END), "×"),
)
_CHAIN = Rule(r"(?<=\d)timessim(?=\d)", ("times", "timessim"))
_GREEK_RATIO = Rule(rf"(?<![A-Za-z/.@-])({_GREEK})(?=/[{GREEK_CHARS}])", ("/", rf"/[{GREEK_CHARS}]"))
_GLUED = Rule(
    rf"(?<![A-Za-z0-9\\])(?:(\d{{0,6}})({_GREEK})({_OPS}|circ)|([A-Za-z])({_OPS}))(?![A-Za-z])"
    rf"(?: (?=(?:[A-Za-z]|{_GREEK})(?![A-Za-z-])|\d|\())?",
    *((name, _after_letter(name, r"[A-Za-z0-9\\]") + r"(?![A-Za-z])") for name in (*_OPERATORS, "circ")),
)
_FIGURE_END = rf"\d%)}}\]{SUB_END}{SUP_END}"
_AFTER_FIGURE = Rule(
    rf"(?<=[{_FIGURE_END}])({_OPS}|neq|pm(?=\d)|sim(?=\d))(?![a-zA-Z])",
    *after(_FIGURE_END, (*_OPERATORS, "neq", "pm", "sim"), r"(?![a-zA-Z])"),
)
_AFTER_SCRIPT = Rule(rf"(?<={_END})(cdot|propto|rightarrow) (?=[A-Za-z\d])", "cdot", "propto", "rightarrow")
_BEFORE_FIGURE = Rule(
    r"(?<![A-Za-z0-9_/.-])(?:approx(?=\d)|sim(?=\d)(?!2(?!times)[A-Za-z-])|leq(?=\d)|geq(?=\d)|pm(?=\d))|"
    r"(?<=\()sim (?=\d)|\bsim!(?=\d)",
    ("sim", r"sim[ !]?\d"),
    *((name, rf"{name}\d") for name in ("approx", "leq", "geq", "pm")),
)
_RANGE = Rule(r"(?<=\d[KMB%]) sim ?(?=\d)|(?<=\d)sim(?=\d)|(?<=\d[KMB%])sim(?=\d)", ("sim", r"sim ?\d"))
_PM = Rule(r"(?<=\d\.\d) pm (?=\d+\.\d)|(?<=\d\.\d\d) pm (?=\d+\.\d)|(?<=\.\d{3}) pm (?=\d+\.\d)", ("pm", "pm(?<= pm) "))
_BETWEEN = Rule(
    rf"(?:(?<={_END})|(?<=\b[A-Z{GREEK_CHARS}])) approx (?=\d)|"
    rf"(?<=\b[a-z]) (?:gg|ll) (?=[a-z]\b)|(?<=\w) circ (?=[A-Z{GREEK_CHARS}])",
    ("approx", r"approx(?<= approx) \d"),
    " gg ",
    " ll ",
    ("circ", "circ(?<= circ) "),
)
_CERTAIN = Rule(
    rf"(?<![A-Za-z\\/_@.])(?:{any_of(CERTAIN)})(?![A-Za-z_/@])(?!\.[a-z])",
    *by_rare_letter(shortest(CERTAIN)),
)
_FENCE = Rule(
    r"(?<![A-Za-z\\])(lceil|lfloor|langle) ?(?=\S)|(?<=\S) ?\b(rceil|rfloor|rangle)(?![A-Za-z])",
    *shortest(FENCES),
)
_EQUATION = re.compile(
    rf"(?<![A-Za-z0-9\\/._@{{-])({_GREEK})(?= ?(?:=|<|>|<=|>=|≤|≥|≈|∈|∝) ?[-+−]?[\d.{{A-Z{GREEK_CHARS}])|"
    rf"(?<=[=<>≤≥/] )({_GREEK})(?=[\])),])|(?<=\d/)(epsilon)(?=\))|(?<![A-Za-z-])(epsilon)(?=-[a-z]{{5,}})"
)
_DEGREES = Rule(r"(?<=\d) ?\^ ?\{?circ\}?(?![a-su-z])(?=t?)", ("^", r"\^ ?\{?circ"))


def lost_formulas(text: str, kept: Keeper) -> str:
    """Repair the mathematics of a text that lost its marks."""
    if not may_have_lost(text):
        return text
    text = _ARGUMENTS.sub(lambda match: kept.keep_text(match[0]), text)
    text = _CHAIN.sub("×∼", text)
    text = _DEGREES.sub("°", text)
    text = _BOLD.sub("", _BOARD.sub(lambda match: BOARD.get(match[1], match[1]), text))
    text = _GLUED.sub(_glued, text)
    text = _GREEK_RATIO.sub(lambda match: GREEK[match[1]], text)
    text = _RANGE.sub("∼", _BEFORE_FIGURE.sub(_before_figure, text))
    text = _FENCE.sub(lambda match: FENCES[match[1] or match[2]], text)
    text = scripts(text)
    text = _AFTER_SCRIPT.sub(lambda match: MARKED[match[1]], text)
    text = _AFTER_FIGURE.sub(lambda match: MARKED[match[1]], text)
    text = _BETWEEN.sub(lambda match: f" {MARKED[match[0].strip()]} ", _PM.sub(" ± ", text))
    text = _CERTAIN.sub(lambda match: CERTAIN[match[0]], text)
    if may_have_equation(text):
        text = _EQUATION.sub(_greek, text)
    return _times(text)


def may_have_equation(text: str) -> bool:
    """Say whether the rule for equations can match; wrong in one direction only."""
    return "epsilon" in text or is_beside_greek(text, "=<>≤≥/", "=<>≤≥≈∈∝")


def _greek(match: re.Match[str]) -> str:
    """Write the letter of an equation; psi is a unit and Xi a name as well."""
    name = match[1] or match[2] or match[3] or match[4]
    return str(match[0]) if name in {"psi", "Xi", "xi"} else GREEK[name]


def lost_structure(text: str, kept: Keeper) -> str:
    """Put away what nobody can repair, whole: half of a repaired fraction would be another formula."""
    return _STRUCTURE.sub(lambda match: kept.keep_text(match[0]), text)


def _times(text: str) -> str:
    if "times" not in text:
        return text
    for rule, result in _TIMES:
        text = rule.sub(result or (lambda match: match[0].replace("times", "×")), text)
    return text


def _glued(match: re.Match[str]) -> str:
    if match[2]:
        return f"{match[1]}{GREEK[match[2]]}{MARKED[match[3]]}"
    return f"{match[4]}{_OPERATORS[match[5]]}"


def _before_figure(match: re.Match[str]) -> str:
    return MARKED[match[0].rstrip(" !")]


_GREEK_BASE = rf"{_GREEK}|[{GREEK_CHARS}]"
_NAMED = {**GREEK, "ell": "ℓ", "sum": "∑", "prod": "∏", "nabla": "∇"}
_NAMING = r"[A-Za-z0-9_/.@\\]"
_FREE = f"(?<!{_NAMING})"
_NOT_A_NAME = rf"(?!(?:(?!{_OPS})[A-Za-z0-9])|_|/[A-Za-z]{{2}}|\.[A-Za-z]{{2}})"
_BRACED_SUB = Rule(
    rf"(?:{_FREE}({_GREEK}|ell|sum|prod|log|max|min)|(?<=[A-Z0-9)\]{GREEK_CHARS}{SUP_END}])|(?<=\b[a-z])|(?<=[A-Z][a-z]))"
    rf"_\{{([^{{}},\s{WALLS}][^{{}}{WALLS}]{{0,40}})\}}(?!_|\.[a-z]{{2}})",
    "_{",
)
_MIXED_NAME_SUB = Rule(r"(?<![\w/.@])([A-Za-z]*[A-Z][A-Za-z]*)_\{([A-Za-z]{1,6})\}(?![\w/])", "_{")
_BRACED_SUP = Rule(rf"(?<=[\w)\]}}|°{SUB_END}])\^\{{([^{{}},\s{WALLS}][^{{}}{WALLS}]{{0,40}})\}}", "^{")
_SHORT_SUB = Rule(
    rf"{_FREE}(?:({_GREEK_BASE}|ell|sum|log)|([A-Za-z]))_(\d\.\d(?!\d)|\d{{1,2}}|{_GREEK}|[A-Za-z{GREEK_CHARS}]){_NOT_A_NAME}",
    ("_", rf"{_after_letter('_', _NAMING)}[\dA-Za-z{GREEK_CHARS}]"),
)
_GREEK_SUB = Rule(rf"(?<![\w/.@])([{GREEK_CHARS}])_([A-Za-z]{{2,4}})(?![\w/])", ("_", rf"_(?<=[{GREEK_CHARS}]_)"))
_SHORT_SUP = Rule(
    rf"({_FREE}(?:{_GREEK}|ell|nabla)|(?<=[\w)\]}}°{SUB_END}]))\^"
    rf"(\d+(?:\.\d+)?|-\d+|\(-?\d+\)|[+*](?![\w*+])|(?:{_GREEK}|star|top|dagger|prime|ast|infty)(?![A-Za-z])|"
    rf"[A-Za-z{GREEK_CHARS}](?![A-Za-z0-9_]))",
    "^",
)
_INNER_NAMES = {**GREEK, **CERTAIN, **{name: MARKED[name] for name in ("times", "circ", "ell", "sim", "approx", "pm")}}
_INNER = re.compile(rf"(?<![A-Za-z\\])(?:{any_of(_INNER_NAMES)})(?![A-Za-z])")
_RAISED_NAMES = {name: MARKED[name] for name in ("star", "top", "dagger", "prime", "ast")}
_FACE = re.compile(r"([A-Za-z])_\1(?![A-Za-z0-9])", re.IGNORECASE)


def scripts(text: str) -> str:
    """Mark subscripts and superscripts, the innermost first; identifiers with underscores are none."""
    if "_" not in text and "^" not in text:
        return text
    before = ""
    while before != text:
        before = text
        text = _BRACED_SUB.sub(lambda match: _named(match[1]) + sub(_inner(match[2])), text)
        text = _MIXED_NAME_SUB.sub(lambda match: match[1] + sub(match[2]), text)
        text = _BRACED_SUP.sub(lambda match: sup(_inner(match[1])), text)
        text = _SHORT_SUB.sub(_short_sub, text)
        text = _GREEK_SUB.sub(lambda match: match[1] + sub(match[2]), text)
        text = _SHORT_SUP.sub(lambda match: _named(match[1]) + sup(_raised(match[2])), text)
    return text


def _named(name: str | None) -> str:
    return _NAMED.get(name, name) if name else ""


def _inner(text: str) -> str:
    """Write the names inside a script as characters: there they can be nothing else."""
    return _INNER.sub(lambda match: MARKED[match[0]], text)


def _raised(text: str) -> str:
    return _RAISED_NAMES.get(text) or _inner(text.strip("()"))


def _short_sub(match: re.Match[str]) -> str:
    if _FACE.fullmatch(match[0]):
        return match[0]
    base = _named(match[1]) if match[1] else match[2]
    return base + sub(_inner(match[3]))


_CLUES = Clues.of(
    [
        *(_ARGUMENTS, _CHAIN, _DEGREES, _BOARD, _BOLD, _GLUED, _GREEK_RATIO, _RANGE, _BEFORE_FIGURE, _FENCE, _PM),
        *(_BRACED_SUB, _MIXED_NAME_SUB, _BRACED_SUP, _SHORT_SUB, _GREEK_SUB, _SHORT_SUP, _AFTER_SCRIPT),
        *(_AFTER_FIGURE, _BETWEEN, _CERTAIN, *(rule for rule, _ in _TIMES)),
    ],
    shared=(
        ("arrow", "arrow(?:(?<=tarrow)|(?<=parrow)|(?<=wnarrow))"),
        ("dot", "dot"),
        *((name, f"{name}(?:(?<=l{name})|(?<=r{name}))") for name in ("floor", "ceil", "angle")),
        ("times", "times(?<=otimes)"),
    ),
)


def may_have_lost(text: str) -> bool:
    """Say whether any of the rules for lost formulas can match; wrong in one direction only."""
    return _CLUES.found(text) or may_have_equation(text)
