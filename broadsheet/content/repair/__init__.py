"""Clean text: what captures did to quotes, dashes, LaTeX and mathematics, repaired when a page is written.

The content file keeps the text of its source. Repairs are rules that are certain one by one: what a rule does not
know stays as it is, because a strange sign is better than a changed word.
"""

from __future__ import annotations

import re

from broadsheet.content.repair.chain import MOST_ROUNDS, apply_rules, settled
from broadsheet.content.repair.marks import Keeper, may_be_repaired, walls
from broadsheet.content.repair.need import has_equation, needs_repair
from broadsheet.content.repair.paragraph import inside_of, repair_both

_PIECE = re.compile(r"\w+")


def repair_body(html: str, text: str) -> tuple[str, str]:
    """Repair the safe HTML of a body, and the same body as plain text."""
    inside = inside_of(html, text)
    if inside is None:
        return repair_html(html), repair_text(text)
    if not needs_repair(text):
        # What the HTML has and the text has not is tags, and those ask for a repair only beside a Greek letter.
        return (repair_html(html) if has_equation(html) else html), text
    if needs_repair(html) and may_be_repaired(text) and (both := repair_both(inside, text)):
        return both
    return repair_html(html), repair_text(text)


def repair_html(fragment: str) -> str:
    """Repair the text of safe HTML; links, code, tags and addresses stay, and so does what came escaped."""
    if not needs_repair(fragment) or not may_be_repaired(fragment):
        return fragment
    kept = Keeper()
    text = kept.keep_html(fragment)
    repaired = apply_rules(text, kept)
    if repaired == text or walls(repaired) != walls(text):
        return fragment
    return kept.as_html(repaired)


def repair_text(text: str) -> str:
    """Repair plain text, for places that have no markup; what is repaired once stays the same for ever."""
    if not needs_repair(text) or not may_be_repaired(text):
        return text
    return settled(text, text, MOST_ROUNDS)


def changed_words(source: str, shown: str) -> str:
    """Return the words of a source that a reader no longer sees, for a search to find both.

    A token counts as there when each of its parts is: “thinking” has what ``thinking'' had.
    """
    if source == shown:
        return ""
    tokens = set(shown.split())
    changed = [token for token in source.split() if token not in tokens]
    if not changed:
        return ""
    there = {token for token in tokens if token.isalnum()}
    there.update(_PIECE.findall(" ".join(tokens - there)))
    gone = [token for token in changed if not there.issuperset(_PIECE.findall(token))]
    return " ".join(dict.fromkeys(gone))
