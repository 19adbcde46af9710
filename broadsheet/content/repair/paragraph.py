"""A body that is one paragraph of text and links: what its HTML and its text share is repaired once for both."""

from __future__ import annotations

import re
from html import unescape

from broadsheet.content.repair.chain import MOST_ROUNDS, apply_rules, readable, settled
from broadsheet.content.repair.marks import ATOMS, Keeper, may_be_repaired
from broadsheet.weblinks import find_web_addresses

_LINK = re.compile(r'<a href="([^"<>]*)">\1</a>')
# No rule looks past such a beginning and end, so none can tell whether a tag stands there or nothing.
_QUIET = re.compile(rf"[A-Z].*[.{ATOMS}]", re.DOTALL)
_GREEDY = "frac"  # takes everything up to the next space, tags too


def repair_both(inside: str, text: str) -> tuple[str, str] | None:
    """Repair what stands in a paragraph, and its text; None where they have to be repaired one by one.

    Returns the HTML of the paragraph, and the text.
    """
    if not may_be_repaired(text):
        return None
    kept = Keeper()
    shown = _kept(inside, text, kept)
    if shown is None or _GREEDY in shown or not _QUIET.fullmatch(shown):
        return None
    repaired = apply_rules(shown, kept)
    if repaired == shown:
        return f"<p>{inside}</p>", text
    if repaired[:1] != shown[0] or repaired[-1] != shown[-1]:
        return None
    now = kept.as_text(repaired)
    mended = readable(text, now) if now == text else settled(text, now, MOST_ROUNDS - 1)
    return f"<p>{kept.as_html(repaired)}</p>", mended


def _kept(inside: str, text: str, kept: Keeper) -> str | None:
    """Put the links away; None where HTML and text do not have the same words between the same addresses."""
    parts, start, end = [], 0, 0
    addresses = find_web_addresses(text)
    for link in _LINK.finditer(inside):
        found = next(addresses, None)
        if found is None or unescape(link[1]) != found.url or unescape(inside[end : link.start()]) != text[start : found.start]:
            return None
        parts += [text[start : found.start], kept.keep(link[0], found.url)]
        start, end = found.end, link.end()
    if next(addresses, None) or unescape(inside[end:]) != text[start:]:
        return None
    parts.append(text[start:])
    return None if any("://" in part for part in parts) else "".join(parts)
