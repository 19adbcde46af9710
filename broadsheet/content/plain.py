r"""The shorter way to the HTML of plain paragraphs: what the Markdown library would give, without asking it.

Almost every body is a paragraph or a few, each on one line, in which only what the importer wrote means anything:
escapes (`\_`), entities (`&lt;`) and web addresses in angle brackets. Anything else is the library's.
"""

from __future__ import annotations

import re

from broadsheet.content.unprintable import is_printable
from broadsheet.weblinks import PLAIN_ADDRESS

# Characters that the library or the sanitiser drops, replaces or takes for the end of a line.
_ODD = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
# Headings, quotations, lists, rules, fences and tables show themselves in the first character of a block.
_START = re.compile(r"(?![#>*+\-_`~|=:\[]|\d+\.)\S")
# Where an address stands bare, its end is a matter of the sentence around it.
_BARE_ADDRESS = re.compile(r"http(?<!<http)s?://")
_SCHEME = "://"
# The library finds entities without regard to case, and two letters beyond ASCII are “s” and “k” to it.
_NO_ENTITY = r"&()(?![A-Za-z0-9#\u017f\u212a]*[;\\])"
# Every alternative begins with one known character, which makes looking for the next sign quick; the last ones are
# what only the library may read.
_SIGN = re.compile(
    rf"\\([\\`*_{{}}\[\]()>#+\-.!|])|<({PLAIN_ADDRESS})>|&amp;|&lt;|&gt;|{_NO_ENTITY}|>|\xa0|\\|<|&|`|\*|_|\["
)
_PLAIN_SIGNS = {">": "&gt;", "\xa0": "&nbsp;", "&amp;": "&amp;", "&lt;": "&lt;", "&gt;": "&gt;"}

_BEGINNINGS = ("<", "\\", "&", ">", "*", "_", "`", "[")  # of all that _SIGN finds in printable text


class _NotPlainError(Exception):
    """A sign that only the library may read."""


def is_bare(body: str) -> bool:
    """Say whether a body is surely one paragraph without a sign that means anything: its HTML is the text in a paragraph."""
    if not is_printable(body) or any([sign in body for sign in _BEGINNINGS]) or _SCHEME in body:
        return False
    return _START.match(body) is not None and body[-1] != " "


def plain_paragraphs(body: str) -> str | None:
    """Return the safe HTML of a body that is plain paragraphs, None for any other body."""
    if not is_printable(body) and _ODD.search(body):
        return None
    if _SCHEME in body and _BARE_ADDRESS.search(body):
        return None
    paragraphs = body.split("\n\n")
    for paragraph in paragraphs:
        if _START.match(paragraph) is None or "\n" in paragraph or paragraph[-1].isspace():
            return None
    try:
        return "\n".join([f"<p>{_SIGN.sub(_written, paragraph)}</p>" for paragraph in paragraphs])
    except _NotPlainError:
        return None


def _written(match: re.Match[str]) -> str:
    """Write one sign as HTML."""
    if escaped := match[1]:
        return _PLAIN_SIGNS.get(escaped, escaped)
    if url := match[2]:
        return f'<a href="{url}">{url}</a>'
    if match[3] is not None:
        return "&amp;"
    if match[0] not in _PLAIN_SIGNS:
        raise _NotPlainError(match[0])
    return _PLAIN_SIGNS[match[0]]
