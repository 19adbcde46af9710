"""Clean text: what captures did to quotes, dashes, LaTeX and mathematics, repaired when a page is written.

The content file keeps the text of its source. Repairs are rules that are certain one by one: what a rule does not
know stays as it is, because a strange sign is better than a changed word.
"""

from __future__ import annotations

import re

from broadsheet.content.repair.commands import braces, commands
from broadsheet.content.repair.formulas import whole_formulas
from broadsheet.content.repair.lost import lost_formulas, lost_structure
from broadsheet.content.repair.marks import Keeper, may_be_repaired, walls
from broadsheet.content.repair.need import needs_repair
from broadsheet.content.repair.typography import dashes, quotes, ties

_MOST_ROUNDS = 6
_MOST_LAYERS = 3  # of braces within braces
_PIECE = re.compile(r"\w+")


def repair_html(fragment: str) -> str:
    """Repair the text of safe HTML; links, code, tags and addresses stay, and so does what came escaped."""
    if not needs_repair(fragment) or not may_be_repaired(fragment):
        return fragment
    kept = Keeper()
    text = kept.keep_html(fragment)
    repaired = _repair(text, kept)
    if repaired == text or walls(repaired) != walls(text):
        return fragment
    return kept.as_html(repaired)


def repair_text(text: str) -> str:
    """Repair plain text, for places that have no markup; what is repaired once stays the same for ever."""
    if not needs_repair(text) or not may_be_repaired(text):
        return text
    now = text
    for _ in range(_MOST_ROUNDS):
        kept = Keeper()
        before, now = now, kept.as_text(_repair(kept.keep_addresses(now), kept))
        if now == before:
            return now if any(map(str.isalnum, now)) else text  # `\textbf{}` is better than nothing
    return text


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


def _repair(text: str, kept: Keeper) -> str:
    """Apply all rules in order: formulas that are whole go first, typography last."""
    text = lost_structure(whole_formulas(text, kept), kept)
    for _ in range(_MOST_LAYERS):
        before, text = text, lost_formulas(braces(commands(text, kept)), kept)
        if text == before:
            break
    return ties(dashes(quotes(text)))
