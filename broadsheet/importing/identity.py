"""Which records are the same paper.

Two records are one paper when they share an identifier; else when their titles are the same after normalising; else
when titles and abstracts are surely those of one paper (see similarity.py). Identifiers of one scheme that differ are
decisive, and so is what a person told apart: such records stay apart.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from broadsheet.importing.similarity import Text, similar_pairs
from broadsheet.model import Identifier, Record
from broadsheet.problems import Location, Problems

Places = frozenset[Location]
_DASHES = re.compile(r"[\u2010-\u2015\u2212-]")
_NOT_WORDS = re.compile(r"[^\w+#]+|_")


def title_key(title: str) -> str:
    """Normalise a title: Unicode form, case, accents, dashes, punctuation and white space make no difference."""
    letters = title
    if not title.isascii():
        decomposed = unicodedata.normalize("NFKD", title)
        letters = "".join(char for char in decomposed if not unicodedata.combining(char))
    words = _NOT_WORDS.sub(" ", _DASHES.sub(" ", letters.casefold()))
    return " ".join(words.split()) or title.casefold()


def group_records(
    records: Sequence[Record], problems: Problems, apart: Iterable[tuple[Places, Places]] = ()
) -> list[list[Record]]:
    """Group the records of one paper each; groups and their members keep the order of the records.

    `apart` are pairs of sets of places: a record of the one set and a record of the other are never one paper.
    """
    groups = _Groups(records, problems, tuple(apart))
    groups.join_by(lambda record: [str(identifier) for identifier in record.identifiers])
    groups.join_by(lambda record: [title_key(record.title)])
    groups.join_similar()
    return groups.result()


def _name_of(record: Record) -> str:
    return f"['{record.identifiers[0]}']" if record.identifiers else "['arxiv:…']"


class _Groups:
    """Disjoint sets of record numbers; the smallest number stands for its set."""

    def __init__(self, records: Sequence[Record], problems: Problems, apart: Sequence[tuple[Places, Places]]) -> None:
        self.records, self.problems = records, problems
        self.sides = [
            {(number, side) for number, places in enumerate(apart) for side in (0, 1) if record.place in places[side]}
            for record in records
        ]
        self.parent = list(range(len(records)))
        self.known = [{each.scheme: each.value for each in record.identifiers} for record in records]

    def root(self, number: int) -> int:
        while self.parent[number] != number:
            self.parent[number] = self.parent[self.parent[number]]
            number = self.parent[number]
        return number

    def join_by(self, keys: Callable[[Record], Iterable[str]]) -> None:
        """Join the sets whose records share a key, unless their identifiers differ."""
        seen: dict[str, list[int]] = defaultdict(list)
        for number, record in enumerate(self.records):
            for key in keys(record):
                if key:
                    self._join_or_remember(number, seen[key])

    def _join_or_remember(self, number: int, roots: list[int]) -> None:
        """Join a record with the first set of this key that its identifiers allow."""
        for other in roots:
            if self._join(other, number):
                return
        unsettled = [other for other in roots if not self._told_apart(self.root(other), self.root(number))]
        if unsettled:
            self._report(unsettled[0], number)
        roots.append(number)

    def _told_apart(self, one: int, other: int) -> bool:
        return any((number, 1 - side) in self.sides[other] for number, side in self.sides[one])

    def _join(self, one: int, other: int) -> bool:
        first, second = sorted((self.root(one), self.root(other)))
        if first == second:
            return True
        mine, theirs = self.known[first], self.known[second]
        if self._told_apart(first, second) or any(mine.get(scheme, value) != value for scheme, value in theirs.items()):
            return False
        mine.update(theirs)
        self.sides[first] |= self.sides[second]
        self.parent[second] = first
        return True

    def _report(self, one: int, other: int) -> None:
        first, second = self.records[one], self.records[other]
        self.problems.warning(
            second.place,
            "identifiers-differ",
            f"“{second.title}” has the title or abstract of another paper, but another identifier",
            f"The other one: {first.place}. They stay two papers; correct the identifier if they are one. "
            f"If two, write into one's file not_same_as: [slug of the other], {_name_of(first)} or ['{first.place}'].",
        )

    def join_similar(self) -> None:
        """Join the sets whose texts are surely those of one paper, and say why."""
        members: dict[int, list[Record]] = defaultdict(list)
        for number, record in enumerate(self.records):
            members[self.root(number)].append(record)
        texts = [
            Text(root, records[0].title, max((record.abstract for record in records), key=len), self._identifiers(root))
            for root, records in members.items()
        ]
        for pair in similar_pairs([text for text in texts if text.abstract]):
            one, other = self.root(pair.first), self.root(pair.second)
            if pair.sure and one != other and self._join(one, other):
                first, second = self.records[pair.first], self.records[pair.second]
                self.problems.note(
                    second.place,
                    "near-duplicate",
                    f"“{second.title}” is taken for “{first.title}” ({first.place}): {pair.reason}",
                    f"If they are two papers, write not_same_as: ['{second.place}'] into the file of the other.",
                )

    def _identifiers(self, root: int) -> tuple[Identifier, ...]:
        return tuple(Identifier(scheme, value) for scheme, value in sorted(self.known[root].items()))

    def result(self) -> list[list[Record]]:
        """Return the sets in the order of their first records."""
        groups: dict[int, list[Record]] = defaultdict(list)
        for number, record in enumerate(self.records):
            groups[self.root(number)].append(record)
        return list(groups.values())
