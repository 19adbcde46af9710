"""What a person told apart with `not_same_as`: records that look like one paper and are two."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from broadsheet.content.frontmatter import FrontMatter
from broadsheet.content.schema import PLACE, identifier_of, slug_of
from broadsheet.importing.signs import Signs, identifiers_of, likeness, signs_of_file, signs_of_records
from broadsheet.importing.similarity import Text, similar_pairs
from broadsheet.importing.standing import files_by_name, former_slug, split_off, texts_of
from broadsheet.model import Record
from broadsheet.model.slugs import slugify
from broadsheet.problems import Location, Problems

Places = frozenset[Location]


@dataclass(frozen=True, slots=True)
class Separation:
    """Two sets of records, by their places, that are never one paper; each side's file where it is known."""

    owner: FrontMatter
    reference: str
    here: Places
    there: Places
    other: FrontMatter | None = None

    def forbids(self, source: FrontMatter, places: Places) -> bool:
        """Say whether a file cannot be the file of these records."""
        if source is self.owner:
            return bool(places & self.there)
        return source is self.other and bool(places & self.here)

    def concerns(self, source: FrontMatter) -> bool:
        """Say whether a file is on one of the two sides."""
        return source is self.owner or source is self.other


def told_apart(one: FrontMatter, other: FrontMatter, apart: Iterable[Separation]) -> bool:
    """Say whether a person told two files apart."""
    return any(each.concerns(one) and each.concerns(other) for each in apart)


def separations(
    files: Sequence[FrontMatter], digests: Sequence[FrontMatter], records: Sequence[Record], problems: Problems
) -> list[Separation]:
    """Read every `not_same_as`; a place at which no record of a paper that looks the same stands is reported.

    A paper that was split off by a place is known by its slug from then on: seeds may be renamed and saved again.
    """
    telling = [source for source in files if "not_same_as" in source.values]
    if not telling:
        return []
    index = _Index(records, digests)
    by_name = files_by_name(files)
    by_identifier = {each: source for source in reversed(files) for each in identifiers_of(source)}
    found = []
    for source in telling:
        mine = index.own(source)
        remembered = split_off(source)
        sides: list[tuple[str, Places, FrontMatter | None]] = []
        for reference in texts_of(source, "not_same_as"):
            other = by_name.get(remembered.get(reference, reference))
            if other and other is not source:
                theirs = index.own(other)
                sides.append((reference, theirs - index.kept(source, other, mine, theirs), other))
            elif not other:
                there, identifier = index.of_reference(reference), identifier_of(reference)
                known = by_identifier.get(identifier) if identifier else None
                sides.append((reference, there, None if known is source else known))
                _check_place(source, reference, there, index, problems)
        away = frozenset(place for _, there, _ in sides for place in there)
        here = mine - away or index.signed(source) - away
        for reference, there, other in sides:
            found.append(Separation(source, reference, here, there, other))
            if not here and not other and there & mine and not index.appears_elsewhere(source, away):
                message = f"“not_same_as”: {reference} is this paper itself"
                problems.error(source.at("not_same_as"), "contradictory", message, "Name the other paper.")
    return found


def _check_place(source: FrontMatter, reference: str, there: Places, index: _Index, problems: Problems) -> None:
    """Report a place where no record stands, and one that has nothing to do with the paper."""
    match = PLACE.fullmatch(reference)
    place = source.at("not_same_as")
    if not match:
        return
    hint = "The line of a record's title is meant; see python build.py import --explain FILE."
    if not there and match[1] not in index.seeds and match[1] not in index.digest_of_seed:
        problems.warning(place, "no-such-record", f"there is no seed {match[1]}", "Correct its name, or take it out.")
    elif not there:
        problems.warning(place, "no-such-record", f"no record begins at {reference}", hint)
    elif not index.is_like(source, there):
        message = f"{reference} is “{index.title_at(there)}”, which nobody takes for this paper"
        problems.warning(place, "no-such-record", message, hint)


class _Index:
    """The records by their signs and places."""

    def __init__(self, records: Iterable[Record], digests: Sequence[FrontMatter]) -> None:
        self.by_place = {record.place: record for record in records}
        self.signs = {place: signs_of_records([record]) for place, record in self.by_place.items()}
        self.seeds = {place.path for place in self.by_place}
        self.digests = {name: slug_of(source.path) for name, source in files_by_name(digests).items()}
        self.digest_of_seed = {f"seeds/{source.values.get('seed')}": slug_of(source.path) for source in digests}
        self.by_line = {(record.digest, place.line): place for place, record in self.by_place.items() if record.digest}
        self.by_sign: dict[str, set[Location]] = {}
        for place, signs in self.signs.items():
            for sign in frozenset().union(*signs.tiers):
                self.by_sign.setdefault(sign, set()).add(place)

    def like(self, file: Signs) -> Places:
        """Return the records that share a sign with a file and may be of its paper."""
        found = {place for tier in file.tiers for sign in tier for place in self.by_sign.get(sign, ())}
        return frozenset(place for place in found if likeness(file, self.signs[place]))

    def signed(self, source: FrontMatter) -> Places:
        """Return the records that share a sign with a file."""
        return self.like(signs_of_file(source))

    def stated(self, source: FrontMatter) -> Places:
        """Return the records at the lines that a file's appearances name, in digests of whatever name."""
        appearances = source.values.get("appearances")
        items = [item for item in appearances if isinstance(item, dict)] if isinstance(appearances, list) else []
        lines = [(str(item.get("digest")), str(item.get("line"))) for item in items]
        keys = [(self.digests.get(digest, digest), int(line)) for digest, line in lines if line.isdecimal()]
        return frozenset(self.by_line[key] for key in keys if key in self.by_line)

    def own(self, source: FrontMatter) -> Places:
        """Return the records of a file: by abstract, identifier or appearance; what shares a sign where it has none.

        A record without an abstract may speak of either of two papers: it goes where its signs lead.
        """
        file = signs_of_file(source)
        like, stated = self.like(file), self.stated(source)
        names = {slug_of(source.path), former_slug(source), *texts_of(source, "aliases")}
        sure = {place for place in stated if place in like or slugify(self.by_place[place].title) in names}
        for place in like:
            signs = self.signs[place]
            if signs.bodies and (file.bodies & signs.bodies or file.identifiers & signs.identifiers):
                sure.add(place)
        return frozenset(sure) or like

    def kept(self, source: FrontMatter, other: FrontMatter, mine: Places, theirs: Places) -> Places:
        """Return what a file keeps of the records that are its own and another's.

        Whose abstract it is decides; then the other file gets what it has, unless it has more than this one: the one
        with more still holds what it got when they were one paper.
        """
        bodies, others = signs_of_file(source).bodies, signs_of_file(other).bodies
        smaller = len(mine) <= len(theirs)
        kept = set()
        for place in mine & theirs:
            ours, foreign = bool(bodies & self.signs[place].bodies), bool(others & self.signs[place].bodies)
            if ours > foreign or (ours == foreign and smaller):
                kept.add(place)
        return frozenset(kept)

    def of_reference(self, reference: str) -> Places:
        """Return the records of an identifier or a place, whose seed may have another name now."""
        if match := PLACE.fullmatch(reference):
            place = Location(match[1], int(match[2]))
            if match[1] not in self.seeds:
                place = self.by_line.get((self.digest_of_seed.get(match[1], ""), place.line), place)
            return frozenset({place} & self.by_place.keys())
        return frozenset(self.by_sign.get(str(identifier_of(reference)), ()))

    def is_like(self, source: FrontMatter, places: Places) -> bool:
        """Say whether records could be taken for a file's paper, by signs, by appearance or by likeness of texts."""
        if places & (self.signed(source) | self.stated(source)):
            return True
        first = Text(0, str(source.values.get("title") or ""), source.body.partition("\n\n")[0], ())
        others = [self.by_place[place] for place in sorted(places)]
        texts = [Text(number, each.title, each.abstract, ()) for number, each in enumerate(others, start=1)]
        return any(0 in (pair.first, pair.second) for pair in similar_pairs([first, *texts]))

    def appears_elsewhere(self, source: FrontMatter, places: Places) -> bool:
        """Say whether a file appeared where none of these records stands, in a capture whose seed may be gone."""
        appearances = source.values.get("appearances")
        number = len(appearances) if isinstance(appearances, list) else 0
        return number > len(self.stated(source) & places)

    def title_at(self, places: Places) -> str:
        """Return the title of the first of these records."""
        return self.by_place[min(places)].title
