"""The furniture of a listing page: what stands around the papers."""

from __future__ import annotations

import re

_ANYWHERE = re.compile(
    r"get trending papers in your email inbox(?: once a day)?!?"
    r"|daily papers"
    r"|by\s*ak\s*and the research community"
    r"|subscribe",
    re.IGNORECASE,
)
_SECTIONS = frozenset(
    {
        *("models", "datasets", "spaces", "buckets", "community", "docs", "enterprise", "pricing"),
        *("company", "tos", "privacy", "about", "jobs", "website"),
    }
)
_AT_THE_EDGES = frozenset(
    {
        *("new", "daily papers", "daily", "weekly", "monthly", "trending", "trending papers", "submit a paper"),
        *("search by arxiv id or title", "by", "ak", "and the research community", "previous", "next"),
        *("hugging face", "log in", "sign up", "© hugging face", "system theme"),
        *_SECTIONS,
    }
)
_GLUED = re.compile(r"Subscribe(?=[^\sa-z])")


def is_chrome(text: str, *, at_edge: bool) -> bool:
    """Say whether a line is page furniture; short words count as such only before or after the papers."""
    return bool(_ANYWHERE.fullmatch(text)) or (at_edge and text.lower() in _AT_THE_EDGES)


def is_section_name(text: str) -> bool:
    """Say whether a line is a word of a menu, which a paper may have as its title too."""
    return text.lower() in _SECTIONS


def without_glued_button(text: str) -> str:
    """Return the title of a line in which the Subscribe button ran into it (`SubscribeDemons in …`)."""
    return _GLUED.sub("", text, count=1) if _GLUED.match(text) else text
