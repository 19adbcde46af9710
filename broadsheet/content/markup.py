"""Markdown -> HTML, and plain text -> Markdown that renders to exactly that text."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass


from broadsheet.content.plain import is_bare, plain_paragraphs
from broadsheet.weblinks import find_web_addresses

_ALWAYS = re.compile(r"[\\`*_\[]")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_BLOCK_START = re.compile(r"(?:[#>+-]|\d+(?=[.)]))")
_TAG = re.compile(r"<[^>]*>")
_BLOCK_END = re.compile(r"</(?:p|h[1-6]|li|blockquote|pre|tr|td|th|div)>|<br ?/?>")


@dataclass(frozen=True, slots=True)
class Body:
    """A rendered body: safe HTML, and the same as plain text on one line."""

    html: str
    text: str


NO_BODY = Body("", "")


def as_markdown(text: str) -> str:
    """Write one paragraph of plain text as Markdown; web addresses become autolinks."""
    parts, end = [], 0
    for found in find_web_addresses(text):
        parts += [_escape(text[end : found.start]), f"<{_ENTITY.sub('&amp;', found.url)}>"]
        end = found.end
    parts.append(_escape(text[end:]))
    return _escape_start("".join(parts))


def _escape(text: str) -> str:
    text = _ENTITY.sub("&amp;", _ALWAYS.sub(r"\\\g<0>", text))
    return text.replace("<", "&lt;")


def _escape_start(line: str) -> str:
    """Take the meaning from a first character that would begin a heading, a list or a quotation."""
    match = _BLOCK_START.match(line)
    if not match:
        return line
    digits = match[0] if match[0].isdigit() else ""
    return f"{digits}\\{line[len(digits) :]}"


def render(body: str) -> Body:
    """Render Markdown to HTML that is safe to put into a page."""
    if is_bare(body):
        return Body(f"<p>{body}</p>", body)
    safe = plain_paragraphs(body)
    if safe is None:
        from broadsheet.content.converter import render_by_library  # noqa: PLC0415 - slow to load

        safe = render_by_library(body)
    return Body(safe, plain_text(safe))


def plain_text(fragment: str) -> str:
    """Return the text of an HTML fragment on one line."""
    text = _TAG.sub("", _BLOCK_END.sub(" ", fragment.replace("\n", " ")))
    return html.unescape(text).strip()
