"""A rule knows what a text must have for it to match; a text without that is passed over without trying."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

Clue = str | tuple[str, str]
_RARE = "qVvb"  # letters that English seldom has


class Clues:
    """Pieces of text, each alone or with a pattern to search for where the piece is."""

    def __init__(self, clues: Iterable[Clue]) -> None:
        self._clues: list[tuple[str, re.Pattern[str] | None]] = [
            (clue, None) if isinstance(clue, str) else (clue[0], re.compile(clue[1])) for clue in clues
        ]

    @classmethod
    def of(cls, rules: Iterable[Rule], shared: Iterable[tuple[str, str]] = ()) -> Clues:
        """Return the clues of many rules together; a clue that is `shared` stands for all pieces in which it is found."""
        every = dict.fromkeys(clue for rule in rules for clue in rule.clues._clues)  # noqa: SLF001 - of its own kind
        signs = {piece: [pattern] for piece, pattern in shared}
        rare = [sign for piece, sign in every if sign and piece in _RARE]
        general = [*rare, *(re.compile(pattern) for _, pattern in shared)]
        alone = [(piece, sign) for piece, sign in every if not any(each.search(piece) for each in general)]
        plain = shortest(piece for piece, sign in alone if sign is None)
        for piece, sign in alone:
            if sign and not any(other in piece for other in plain):
                signs.setdefault(piece, []).append(sign.pattern)
        together: list[Clue] = [*plain, *((piece, "|".join(patterns)) for piece, patterns in signs.items())]
        together.sort(key=lambda clue: len(clue if isinstance(clue, str) else clue[0]) > 1)  # one character is found at once
        return cls(together)

    def found(self, text: str) -> bool:
        """Say whether a text has one of them."""
        for piece, sign in self._clues:
            if piece in text and (sign is None or sign.search(text)):
                return True
        return False


class Rule:
    """A pattern, and clues: it can match only where one of them is.

    Looking for a piece of text is far quicker than trying a pattern that begins with a choice or a look behind, and
    most rules have nothing to do in most texts.
    """

    def __init__(self, pattern: str, *clues: Clue) -> None:
        if not clues:
            raise ValueError(f"a rule without a clue never matches: {pattern}")
        self.pattern = re.compile(pattern)
        self.clues = Clues(clues)

    def may_match(self, text: str) -> bool:
        """Say whether the pattern can match; wrong in one direction only."""
        return self.clues.found(text)

    def sub(self, result: str | Callable[[re.Match[str]], str], text: str) -> str:
        """Return the text with every match replaced."""
        return self.pattern.sub(result, text) if self.may_match(text) else text


def after(before: str, names: Iterable[str], end: str = "") -> list[Clue]:
    """Return the clues for names that stand after one character of a kind; `end` is what has to follow."""
    return [(name, rf"{name}(?<=[{before}]{name}){end}") for name in names]


def shortest(names: Iterable[str]) -> list[str]:
    """Return the names that hold no other: where none of them is, none of all is."""
    every = set(names)
    return sorted(name for name in every if not any(other in name for other in every - {name}))


def by_rare_letter(names: Iterable[str]) -> list[Clue]:
    """Return the clues for many names: those with a letter that English seldom has are looked for together, by it.

    A pattern that begins with one known letter goes from one to the next as quickly as a piece is looked for.
    """
    alone: list[Clue] = []
    together: dict[str, list[str]] = {}
    for name in names:
        at = next((name.index(letter) for letter in _RARE if letter in name), None)
        if at is None:
            alone.append(name)
        else:
            before = f"(?<={name[: at + 1]})" if at else ""
            together.setdefault(name[at], []).append(f"{before}{name[at + 1 :]}")
    return [*alone, *((letter, f"{letter}(?:{'|'.join(ends)})") for letter, ends in together.items())]
