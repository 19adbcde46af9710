"""What is probably a slip in a text: formulas that do not end, pictures without words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from broadsheet.content.frontmatter import FrontMatter
from broadsheet.content.markup import Body, plain_text
from broadsheet.problems import Location, Problems

_CODE = re.compile(r"(`+).*?\1|^(~{3,}).*?^\2", re.DOTALL | re.MULTILINE)
_TARGET = re.compile(r"(?<=\]\()[^)\s]*")
_RENDERED_CODE = re.compile(r"<code>.*?</code>", re.DOTALL)
_DOLLAR = re.compile(r"(?<!\\)\$")
_PRICE = re.compile(r"\$\d[\d.,]*(?![\d\\^_{$])")
_SIGNS_OF_TEX = ("\\", "^", "_")
_PAIRS = ((r"\(", r"\)"), (r"\[", r"\]"), (r"\begin{", r"\end{"))
_IMAGE = re.compile(r"!\[\s*\]\(")
Fault = tuple[str, str, int]  # what is wrong, the sign that it begins with, the how-manieth such sign of the text


def proofread(source: FrontMatter, body: Body, problems: Problems) -> None:
    """Report slips in a file; `body` is its rendered body, nothing mended."""
    text = body.text
    if "$" in text and "<code>" in body.html:
        text = plain_text(_RENDERED_CODE.sub("", body.html))
    faults = list(_faults_of_math(text))
    if not faults and "![" not in source.body:
        return
    written = _CODE.sub(_blank, source.body)
    for fault, sign, number in faults:
        hint = "Close the formula, or write \\$ for a dollar sign."
        place = _place(source, _position(_TARGET.sub(_blank, written), sign, number))
        problems.warning(place, "unbalanced-math", f"a formula is not closed: {fault}", hint)
    for image in _IMAGE.finditer(written):
        hint = "Say in the square brackets what it shows: ![The loss falls with size](https://…)."
        place = _place(source, image.start())
        problems.warning(place, "image-without-text", "a picture has no text for those who do not see it", hint)


def _blank(found: re.Match[str]) -> str:
    """Put spaces in the place of what is not looked at, so that every position stays."""
    return re.sub(r"[^\n]", " ", found[0])


def _position(text: str, sign: str, number: int) -> int:
    """Return where a sign stands for the given time in a file; where it first does, when it is not so often there."""
    pattern = _DOLLAR if sign == "$" else re.compile(re.escape(sign))
    found = [match.start() for match in pattern.finditer(text)]
    return found[number] if number < len(found) else found[0] if found else 0


def _place(source: FrontMatter, position: int) -> Location:
    return Location(source.path, source.body_line + source.body.count("\n", 0, position))


def _faults_of_math(text: str) -> Iterator[Fault]:
    if "$" in text and any(sign in text for sign in (*_SIGNS_OF_TEX, "=")):
        yield from _faults_of_dollars(text)
    for opening, closing in _PAIRS if "\\" in text else ():
        if text.count(opening) != text.count(closing):
            fault = f"{text.count(opening)} {opening} and {text.count(closing)} {closing}"
            yield (fault, *_odd_one(text, opening, closing))


def _faults_of_dollars(text: str) -> Iterator[Fault]:
    """Pair the dollar signs: one before a number is a price, unless a sign that can close a formula follows."""
    dollars = [found.start() for found in _DOLLAR.finditer(text)]
    number = 0
    while number < len(dollars):
        start = dollars[number]
        end = dollars[number + 1] if number + 1 < len(dollars) else len(text)
        price = bool(_PRICE.match(text, start))
        if end == len(text) or not _closes(text, end, price=price):
            if not price:
                yield f"“{' '.join(text[start : min(end, start + 20)].split())}…”", "$", number
            number += 1
            continue
        formula = text[start : end + 1].replace(r"\{", "").replace(r"\}", "")
        if formula.count("{") != formula.count("}"):
            yield f"braces in {text[start : end + 1]}", "$", number
        number += 2


def _closes(text: str, end: int, *, price: bool) -> bool:
    """Say whether a dollar sign can close a formula; `price` where that would begin like a price."""
    after_space = text[end - 1].isspace()
    if price:
        return not after_space and not text[end + 1 : end + 2].isdigit()
    return not (after_space and _PRICE.match(text, end))


def _odd_one(text: str, opening: str, closing: str) -> tuple[str, int]:
    """Return the sign that stands alone, and the how-manieth of its kind it is."""
    waiting: list[int] = []
    seen = {opening: -1, closing: -1}
    for found in re.finditer(f"{re.escape(opening)}|{re.escape(closing)}", text):
        seen[found[0]] += 1
        if found[0] == opening:
            waiting.append(seen[opening])
        elif waiting:
            waiting.pop()
        else:
            return closing, seen[closing]
    return opening, waiting[0]
