"""Lines -> units: the layout of a capture, its furniture, and which lines make one text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from broadsheet.importing.formats.chrome import is_chrome, is_section_name, without_glued_button
from broadsheet.importing.formats.lines import Line, Role
from broadsheet.importing.formats.metadata import SmallPrint, read_small_print

PROSE = 250  # characters: the longest title seen has 174, the shortest abstract 523
WRAPPED = 200  # characters: a text without a longer line is one that was wrapped
_TWO_SENTENCES = re.compile(r"[.!?] [A-Z].*[.!?]$")


@dataclass(frozen=True, slots=True)
class Unit:
    """A run of text that belongs together, with the lines it stands on, or a line of small print."""

    lines: tuple[Line, ...]
    text: str
    small_print: SmallPrint | None = None

    @property
    def is_prose(self) -> bool:
        """Say whether this is too long for a title."""
        return len(self.text) >= PROSE

    @property
    def is_sentence(self) -> bool:
        """Say whether a short text reads as a summary: titles end in no full stop, and hold no question before one."""
        return self.text.endswith((".", "…")) or bool(_TWO_SENTENCES.search(self.text))


def mark_chrome(lines: list[Line]) -> None:
    """Mark the page's furniture: in the header, in the footer, and unmistakable lines anywhere."""
    written = [line for line in lines if line.role is not Role.BLANK]
    _mark_header(written)
    for line in reversed(written):
        if not is_chrome(line.text, at_edge=True):
            break
        line.role = Role.CHROME
    for line in written:
        if is_chrome(line.text, at_edge=False):
            line.role = Role.CHROME


def _mark_header(written: list[Line]) -> None:
    """Mark the furniture before the first text, and take the button off a title that it ran into."""
    for line, following in zip(written, [*written[1:], None], strict=True):
        if read_small_print(line.text):
            continue
        if following and len(following.text) >= PROSE and is_section_name(line.text):
            return  # a title that reads as a menu entry: its abstract follows
        without_button = without_glued_button(line.text)
        if not is_chrome(line.text, at_edge=True) and not is_chrome(without_button, at_edge=True):
            line.text = without_button
            return
        line.role = Role.CHROME


def _is_text(line: Line) -> bool:
    return line.role is Role.UNPLACED and read_small_print(line.text) is None


def _paragraphs(lines: list[Line]) -> list[list[Line]]:
    """Group neighbouring lines of text; a blank line, chrome or small print ends a group."""
    groups: list[list[Line]] = [[]]
    for line in lines:
        if _is_text(line):
            groups[-1].append(line)
        elif groups[-1]:
            groups.append([])
    return [group for group in groups if group]


def layout_of(lines: list[Line]) -> str:
    """Name the layout: `paragraphs` where blank lines set units apart, `lines` where each line is a unit."""
    groups = _paragraphs(lines)
    texts = sum(len(group) for group in groups)
    mostly_apart = 2 * (len(groups) - 1) >= texts - 1
    return "paragraphs" if len(groups) > 1 and (mostly_apart or all(map(_is_wrapped, groups))) else "lines"


def units_of(lines: list[Line], layout: str) -> list[Unit]:
    """Cut the lines into units, small print included; blank lines and furniture are left out."""
    groups = {id(group[0]): group for group in _paragraphs(lines)}
    units: list[Unit] = []
    joined: set[int] = set()
    for line in lines:
        if line.role in {Role.BLANK, Role.CHROME} or line.number in joined:
            continue
        small_print = read_small_print(line.text)
        group = groups.get(id(line), [line])
        if small_print is None and layout == "paragraphs" and _is_wrapped(group):
            joined.update(each.number for each in group)
            units.append(Unit(tuple(group), " ".join(each.text for each in group)))
        else:
            units.append(Unit((line,), line.text, small_print))
    return units


def with_following_text(units: list[Unit]) -> list[tuple[Unit, Unit | None]]:
    """Pair each unit with the next one that is text."""
    pairs: list[tuple[Unit, Unit | None]] = []
    following: Unit | None = None
    for unit in reversed(units):
        pairs.append((unit, following))
        if unit.small_print is None:
            following = unit
    return pairs[::-1]


def _is_wrapped(group: list[Line]) -> bool:
    """Say whether the lines of a paragraph are one text: all are short, or all but the last are about as long."""
    longest = max(len(line.text) for line in group)
    return longest <= WRAPPED or all(len(line.text) >= 0.7 * longest for line in group[:-1])


def mark(unit: Unit, role: Role) -> None:
    """Give all lines of a unit a role."""
    for line in unit.lines:
        line.role = role
