"""All rules in order, and again until nothing changes."""

from __future__ import annotations

from broadsheet.content.repair.commands import braces, commands
from broadsheet.content.repair.formulas import whole_formulas
from broadsheet.content.repair.lost import lost_formulas, lost_structure, may_have_lost
from broadsheet.content.repair.marks import Keeper, may_be_repaired, walls
from broadsheet.content.repair.typography import dashes, quotes, ties

MOST_ROUNDS = 6
_SIGNS = ("\\", "$", "{", "`", "''", "--", "~")  # what the rules for whole formulas, commands and typography look for
_MOST_LAYERS = 3  # of braces within braces


def repaired_html(fragment: str) -> str:
    """Repair safe HTML that may need it."""
    if not may_be_repaired(fragment):
        return fragment
    kept = Keeper()
    text = kept.keep_html(fragment)
    repaired = apply_rules(text, kept)
    if repaired == text or walls(repaired) != walls(text):
        return fragment
    return kept.as_html(repaired)


def repaired_text(text: str) -> str:
    """Repair plain text that may need it."""
    return settled(text, text, MOST_ROUNDS) if may_be_repaired(text) else text


def apply_rules(text: str, kept: Keeper) -> str:
    """Apply all rules in order: formulas that are whole go first, typography last."""
    text = lost_structure(whole_formulas(text, kept), kept)
    for _ in range(_MOST_LAYERS):
        before, text = text, lost_formulas(braces(commands(text, kept)), kept)
        if text == before:
            break
    return ties(dashes(quotes(text)))


def may_change(text: str) -> bool:
    """Say whether any rule can still change a text; wrong in one direction only."""
    return any([sign in text for sign in _SIGNS]) or may_have_lost(text)


def settled(text: str, now: str, rounds: int) -> str:
    """Repair what `text` has become until nothing changes; what does not settle stays as it was."""
    for _ in range(rounds):
        if not may_change(now):
            return readable(text, now)
        kept = Keeper()
        before, now = now, kept.as_text(apply_rules(kept.keep_addresses(now), kept))
        if now == before:
            return readable(text, now)
    return text


def readable(text: str, repaired: str) -> str:
    r"""Return a repaired text that still says something; `\textbf{}` is better than nothing."""
    return repaired if any(map(str.isalnum, repaired)) else text
