"""Which content file a draft belongs to, whatever a person renamed or edited in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from broadsheet.content.frontmatter import FrontMatter
from broadsheet.content.schema import slug_of
from broadsheet.importing.merge import Draft
from broadsheet.importing.separation import Separation
from broadsheet.importing.signs import TIERS, Signs, identifiers_differ, identifiers_of, signs_of_file, signs_of_records
from broadsheet.importing.writer import is_untouched, texts_of

Matches = Mapping[int, FrontMatter]


def match(drafts: Sequence[Draft], files: Sequence[FrontMatter], apart: Sequence[Separation]) -> dict[int, FrontMatter]:
    """Find the file of each draft (by its position), the surest signs first for all drafts before the next sign.

    A file whose identifiers differ from the draft's, or that a person told apart from it, is never its file. Of two
    files that fit, the one that a person edited goes first. The rank in a capture is no sign: a capture may be saved
    again with other papers in it.
    """
    matched: dict[int, FrontMatter] = {}
    claimed: set[str] = set()
    of_files = [signs_of_file(source) for source in files]
    of_drafts = [signs_of_records(draft.records) for draft in drafts]
    for tier in range(TIERS):
        index: dict[str, list[FrontMatter]] = defaultdict(list)
        for source, signs in zip(files, of_files, strict=True):
            for sign in signs[tier]:
                index[sign].append(source)
        for position, draft in enumerate(drafts):
            if position in matched:
                continue
            candidates = {each.path: each for sign in sorted(of_drafts[position][tier]) for each in index.get(sign, ())}
            free = [each for path, each in candidates.items() if path not in claimed and _may_be(each, draft, apart)]
            if free:
                matched[position] = min(free, key=is_untouched)
                claimed.add(matched[position].path)
    return matched


def _may_be(source: FrontMatter, draft: Draft, apart: Sequence[Separation]) -> bool:
    places = frozenset(record.place for record in draft.records)
    told_apart = any(each.forbids(source, places) for each in apart)
    return not told_apart and not identifiers_differ(identifiers_of(source), draft.identifiers)


def merged_into(source: FrontMatter, files: Mapping[str, FrontMatter]) -> FrontMatter:
    """Follow `same_as` to the file that has the page; `files` are by slug and alias. A circle ends where it began."""
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
    """A file whose paper has another file already, by what the seeds say."""

    source: FrontMatter
    owner: FrontMatter


def doubles(
    drafts: Sequence[Draft], files: Sequence[FrontMatter], matched: Matches, apart: Sequence[Separation]
) -> list[Double]:
    """Find files that nobody claimed although a draft with another file has their identifier or title."""
    claimed = {source.path for source in matched.values()}
    owners: dict[str, tuple[Draft, FrontMatter]] = {}
    for position, owner in matched.items():
        for sign in _certain(signs_of_records(drafts[position].records)):
            owners.setdefault(sign, (drafts[position], owner))
    found = []
    for source in files:
        settled = source.values.get("same_as") or source.values.get("hidden")
        if source.path in claimed or settled:
            continue
        known = [owners[sign] for sign in sorted(_certain(signs_of_file(source))) if sign in owners]
        fitting = [owner for draft, owner in known if _may_be(source, draft, apart) and not _apart(source, owner)]
        if fitting and not identifiers_differ(identifiers_of(fitting[0]), identifiers_of(source)):
            found.append(Double(source, fitting[0]))
    return found


def _certain(signs: Signs) -> frozenset[str]:
    return signs[0] | signs[1]


def _apart(one: FrontMatter, other: FrontMatter) -> bool:
    """Say whether either file names the other in `not_same_as`."""
    return slug_of(other.path) in texts_of(one, "not_same_as") or slug_of(one.path) in texts_of(other, "not_same_as")
