"""What is probably a slip in a text: formulas that do not end, pictures without words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from broadsheet.content.frontmatter import FrontMatter
from broadsheet.content.markup import Body, plain_text
from broadsheet.problems import Location, Problems

_CODE = re.compile(r"(`+).*?\1", re.DOTALL)
_RENDERED_CODE = re.compile(r"<code>.*?</code>", re.DOTALL)
_DOLLAR = re.compile(r"(?<!\\)\$")
_PRICE = re.compile(r"\$\d[\d.,]*(?![^$]{0,40}(?<!\\)\$)")
_SIGNS_OF_TEX = ("\\", "^", "_")
_PAIRS = ((r"\(", r"\)"), (r"\[", r"\]"), (r"\begin{", r"\end{"))
_IMAGE = re.compile(r"!\[\s*\]\(")


def proofread(source: FrontMatter, body: Body, problems: Problems) -> None:
    """Report slips in a file; `body` is its rendered body, nothing mended."""
    text = body.text
    if "$" in text and "<code>" in body.html:
        text = plain_text(_RENDERED_CODE.sub("", body.html))
    for fault in _faults_of_math(text):
        hint = "Close the formula, or write \\$ for a dollar sign."
        problems.warning(_place(source, "$"), "unbalanced-math", f"a formula is not closed: {fault}", hint)
    for image in _images_without_text(source.body):
        hint = "Say in the square brackets what it shows: ![The loss falls with size](https://…)."
        place = _place(source, image[0])
        problems.warning(place, "image-without-text", "a picture has no text for those who do not see it", hint)


def _images_without_text(text: str) -> Iterator[re.Match[str]]:
    if "!" not in text or "[" not in text:
        return
    yield from _IMAGE.finditer(_CODE.sub("", text) if "`" in text else text)


def _place(source: FrontMatter, sign: str) -> Location:
    before, found, _ = source.body.partition(sign)
    return Location(source.path, source.body_line + before.count("\n") if found else source.body_line)


def _faults_of_math(text: str) -> Iterator[str]:
    if "$" in text and any(sign in text for sign in _SIGNS_OF_TEX):
        dollars = [found.start() for found in _DOLLAR.finditer(text) if not _PRICE.match(text, found.start())]
        if len(dollars) % 2:
            yield f"{len(dollars)} dollar {'sign' if len(dollars) == 1 else 'signs'}"
        for start, end in zip(dollars[::2], dollars[1::2], strict=False):
            formula = text[start : end + 1].replace(r"\{", "").replace(r"\}", "")
            if formula.count("{") != formula.count("}"):
                yield f"braces in {text[start : end + 1]}"
    for opening, closing in _PAIRS if "\\" in text else ():
        if text.count(opening) != text.count(closing):
            yield f"{text.count(opening)} {opening} and {text.count(closing)} {closing}"
