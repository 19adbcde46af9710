"""Clean text: what captures did to quotes, dashes, LaTeX and mathematics, repaired when a page is written.

The content file keeps the text of its source. Repairs are rules that are certain one by one: what a rule does not
know stays as it is, because a strange sign is better than a changed word. The rules are loaded when a text needs them.
"""

from __future__ import annotations

import re

from broadsheet.content.repair.need import LONGEST, has_equation, is_beside_greek, needs_repair

_PIECE = re.compile(r"\w+")
_PARAGRAPH = re.compile(r'<p>([^<]*(?:<a href="([^"<>]*)">\2</a>[^<]*)*)</p>')


def repair_page(title: str, html: str, text: str) -> tuple[str, str, str]:
    """Repair a title, and the body below it as safe HTML and as plain text.

    Most have nothing to repair, which is asked of both at once: nothing that asks for a repair goes past the end of a line.
    """
    both = f"{title}\n{text}"
    sound = len(both) <= LONGEST and not needs_repair(both)
    html, text = repair_body(html, text, sound=sound)
    return title if sound else repair_text(title), html, text


def repair_body(html: str, text: str, *, sound: bool = False) -> tuple[str, str]:
    """Repair the safe HTML of a body, and the same body as plain text; `sound` where that surely needs no repair."""
    bare = html == f"<p>{text}</p>" and "<" not in text
    inside = text if bare else _inside_of(html, text)
    if inside is None:
        return repair_html(html), repair_text(text)
    if sound or not needs_repair(text):
        # What the HTML has and the text has not is tags, and those ask for a repair only beside a Greek letter.
        asked = is_beside_greek(f">{text}<", "/;>", "<") if bare else has_equation(html)
        return (repair_html(html) if asked else html), text
    if needs_repair(html):
        from broadsheet.content.repair.paragraph import repair_both  # noqa: PLC0415 - slow to load

        if both := repair_both(inside, text):
            return both
    return repair_html(html), repair_text(text)


def repair_html(fragment: str) -> str:
    """Repair the text of safe HTML; links, code, tags and addresses stay, and so does what came escaped."""
    if not needs_repair(fragment):
        return fragment
    from broadsheet.content.repair.chain import repaired_html  # noqa: PLC0415 - slow to load

    return repaired_html(fragment)


def repair_text(text: str) -> str:
    """Repair plain text, for places that have no markup; what is repaired once stays the same for ever."""
    if not needs_repair(text):
        return text
    from broadsheet.content.repair.chain import repaired_text  # noqa: PLC0415 - slow to load

    return repaired_text(text)


def _inside_of(html: str, text: str) -> str | None:
    """Return what stands in a paragraph of text and links, None for any other HTML; `text` is the same as plain text."""
    found = _PARAGRAPH.fullmatch(html)
    if found is None:
        return None
    inside = found[1]
    # Where space was stripped from the ends of the text, the HTML may have a sign of damage that the text has not.
    begins = inside[:1] == text[:1] or inside.startswith("<")
    return inside if begins and (inside[-1:] == text[-1:] or inside.endswith(">")) else None


def changed_words(source: str, shown: str) -> str:
    """Return the words of a source that a reader no longer sees, for a search to find both.

    A token counts as there when each of its parts is: “thinking” has what ``thinking'' had.
    """
    if source == shown:
        return ""
    before, after = _sentences(source), _sentences(shown)
    if len(before) == len(after):  # then a sentence that stayed has nothing that is gone, and most stayed
        changed = [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]
        before, after = [pair[0] for pair in changed], [pair[1] for pair in changed]
    had = " ".join(before)
    gone = set(_PIECE.findall(had)).difference(_PIECE.findall(" ".join(after)))
    if gone:
        gone.difference_update(_PIECE.findall(shown))
    if not gone:
        return ""
    return " ".join([token for token in dict.fromkeys(had.split()) if not gone.isdisjoint(_PIECE.findall(token))])


def _sentences(text: str) -> list[str]:
    return text.replace(". ", ".\n").split("\n")
