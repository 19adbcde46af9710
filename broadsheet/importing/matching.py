"""Which content file a draft belongs to, whatever a person renamed or edited in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from broadsheet.content.frontmatter import FrontMatter
from broadsheet.importing.merge import Draft
from broadsheet.importing.separation import Separation, told_apart
from broadsheet.importing.signs import (
    Signs,
    identifiers_differ,
    identifiers_of,
    likeness,
    signs_of_file,
    signs_of_records,
)
from broadsheet.importing.standing import files_by_name, is_copy, is_hidden, is_ours, is_undone, is_untouched, texts_of

Matches = Mapping[int, FrontMatter]


def match(drafts: Sequence[Draft], files: Sequence[FrontMatter], apart: Sequence[Separation]) -> dict[int, FrontMatter]:
    """Find the file of each draft (by its position); the own file of a draft comes before one that it only joins."""
    matching = _Matching(drafts, files, apart)
    matching.give_each_its_likest()
    matching.choose_among_doubles()
    matching.join_by_identifier()
    return matching.matched


class _Matching:
    """Drafts and the files that may be theirs.

    The more signs a file and a draft share the better, so that a sign which came into a file with a paper merged into
    it does not outweigh the file's own. A file that a person told apart from a draft is never its file. The rank in a
    capture is no sign: a capture may be saved again with other papers in it.
    """

    def __init__(self, drafts: Sequence[Draft], files: Sequence[FrontMatter], apart: Sequence[Separation]) -> None:
        self.drafts, self.files, self.apart = drafts, files, apart
        self.of_files = [signs_of_file(source) for source in files]
        self.of_drafts = [signs_of_records(draft.records) for draft in drafts]
        self.by_sign: dict[tuple[int, str], list[int]] = defaultdict(list)
        for number, signs in enumerate(self.of_files):
            for tier, found in enumerate(signs.tiers):
                for sign in found:
                    self.by_sign[tier, sign].append(number)
        self.matched: dict[int, FrontMatter] = {}
        self.claimed: set[str] = set()

    def candidates(self, position: int) -> Iterator[tuple[int, int, int]]:
        """Give the files that may be a draft's: how like it they are, by which tier, their number."""
        first_tier: dict[int, int] = {}
        for tier, found in enumerate(self.of_drafts[position].tiers):
            for sign in found:
                for number in self.by_sign.get((tier, sign), ()):
                    first_tier.setdefault(number, tier)
        for number, tier in sorted(first_tier.items()):
            if like := self.may_be(number, position):
                yield like, tier, number

    def may_be(self, number: int, position: int) -> int:
        """Return how like a file and a draft are, 0 where the file cannot be the draft's."""
        forbidden = _forbids(self.apart, self.files[number], self.drafts[position])
        return 0 if forbidden else likeness(self.of_files[number], self.of_drafts[position])

    def give_each_its_likest(self) -> None:
        """Match the likest pairs first; of equally like ones those by the surest sign, merged files before others."""
        pairs = []
        for position in range(len(self.drafts)):
            for like, tier, number in self.candidates(position):
                source = self.files[number]
                merged = bool(source.values.get("same_as"))
                pairs.append((-like, tier, not merged, *_standing(source), position, number))
        for *_, position, number in sorted(pairs):
            if position not in self.matched and self.files[number].path not in self.claimed:
                self.claim(position, number)

    def claim(self, position: int, number: int) -> None:
        self.matched[position] = self.files[number]
        self.claimed.add(self.files[number].path)

    def choose_among_doubles(self) -> None:
        """Where several free files are a draft's, take one that is shown and that a person edited.

        Not one from which a person just took the draft's own file apart: it still has what came with the merge.
        """
        by_name = files_by_name(self.files)
        for position, source in self.matched.items():
            if source.values.get("same_as"):
                continue
            fitting = [
                number
                for _, _, number in self.candidates(position)
                if self.of_files[number].certain & self.of_drafts[position].certain
                and self.files[number].path not in self.claimed
                and not self.files[number].values.get("same_as")
                and not is_undone(source, self.files[number], by_name)
            ]
            best = min(fitting, key=lambda number: _standing(self.files[number]), default=None)
            if best is not None and _standing(self.files[best]) < _standing(source):
                self.claimed.remove(source.path)
                self.claim(position, best)

    def join_by_identifier(self) -> None:
        """Give drafts without a file to one that has their identifier: by a person's word, or through a merge."""
        by_name = files_by_name(self.files)
        targets = {id(by_name.get(name)) for each in self.files for name in texts_of(each, "same_as")}
        for position in range(len(self.drafts)):
            if position in self.matched:
                continue
            for _, tier, number in self.candidates(position):
                source = self.files[number]
                stated_by_hand = not is_ours(source, "identifiers")
                if tier == 0 and (stated_by_hand or id(source) in targets) and not is_copy(source):
                    self.matched[position] = source
                    break


def _standing(source: FrontMatter) -> tuple[bool, bool, bool]:
    """Return what sorts the files of one paper: copies last, then hidden ones, then those that nobody edited."""
    return is_copy(source), is_hidden(source), is_untouched(source)


def _forbids(apart: Sequence[Separation], source: FrontMatter, draft: Draft) -> bool:
    places = frozenset(record.place for record in draft.records) if apart else frozenset()
    return any(each.forbids(source, places) for each in apart)


def merged_into(source: FrontMatter, files: Mapping[str, FrontMatter]) -> FrontMatter:
    """Follow `same_as` to the file that has the page; `files` are by name. A circle ends where it began."""
    seen = {source.path}
    while texts_of(source, "same_as"):
        target = files.get(texts_of(source, "same_as")[0])
        if target is None or target.path in seen:
            break
        seen.add(target.path)
        source = target
    return source


@dataclass(frozen=True, slots=True)
class Double:
    """A file whose paper has another file already, by what the seeds say; `by_title` when they know its title."""

    source: FrontMatter
    owner: FrontMatter
    by_title: bool


def doubles(
    drafts: Sequence[Draft], files: Sequence[FrontMatter], matched: Matches, apart: Sequence[Separation]
) -> list[Double]:
    """Find files that nobody claimed although a draft with another file has their identifier or title."""
    by_name = files_by_name(files)
    claimed = {path for each in matched.values() for path in (each.path, merged_into(each, by_name).path)}
    owners: dict[str, tuple[Draft, Signs, FrontMatter]] = {}
    for position, owner in matched.items():
        signs = signs_of_records(drafts[position].records)
        for sign in signs.certain:
            owners.setdefault(sign, (drafts[position], signs, merged_into(owner, by_name)))
    found = []
    for source in files:
        if source.path in claimed or source.values.get("same_as"):
            continue
        mine = signs_of_file(source)
        known = [owners[sign] for sign in sorted(mine.certain) if sign in owners]
        fitting = [
            Double(source, owner, bool(mine.titles & signs.titles))
            for draft, signs, owner in known
            if likeness(mine, signs)
            and not _forbids(apart, source, draft)
            and not told_apart(source, owner, apart)
            and not is_undone(source, owner, by_name)
        ]
        if fitting and not identifiers_differ(identifiers_of(fitting[0].owner), identifiers_of(source)):
            found.append(fitting[0])
    return found


class Namesakes:
    """The files without a draft, by their titles."""

    def __init__(self, files: Sequence[FrontMatter], matched: Matches) -> None:
        self._files, self._matched = files, matched

    @cached_property
    def _by_title(self) -> dict[str, list[tuple[int, Signs]]]:
        claimed = {source.path for source in self._matched.values()}
        found: dict[str, list[tuple[int, Signs]]] = defaultdict(list)
        for number, source in enumerate(self._files):
            if source.path not in claimed:
                signs = signs_of_file(source)
                for title in signs.titles:
                    found[title].append((number, signs))
        return found

    def of(self, draft: Draft) -> FrontMatter | None:
        """Return the first file that is kept from a draft by its identifiers alone."""
        signs = signs_of_records(draft.records)
        alike = [each for title in signs.titles for each in self._by_title.get(title, ())]
        kept = [number for number, mine in alike if not likeness(mine, signs)]
        return self._files[min(kept)] if kept else None
