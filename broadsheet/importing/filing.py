"""Drafts and seeds -> the content files that are new or change."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from broadsheet.content.frontmatter import FrontMatter
from broadsheet.content.reader import Sources
from broadsheet.content.schema import slug_of
from broadsheet.importing.matching import Double, doubles, match, merged_into
from broadsheet.importing.merge import Draft, merge
from broadsheet.importing.report import Difference
from broadsheet.importing.seeds import Seed
from broadsheet.importing.separation import Separation
from broadsheet.importing.tagging import Tagger
from broadsheet.importing.writer import (
    IMPORTED_FIELDS,
    ContentFile,
    appearance_values,
    archived_appearances,
    differences,
    digest_values,
    free_slug,
    imported_of,
    is_untouched,
    paper_values,
    taken_slugs,
    texts_of,
    update,
    write_new,
)
from broadsheet.model import PartialDate
from broadsheet.problems import Location, Problems

Dates = Mapping[str, PartialDate | None]


@dataclass(slots=True)
class Filing:
    """What an import wants to write, and where people's values and the seeds' differ."""

    files: list[ContentFile] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)

    def add(self, file: ContentFile | None) -> None:
        """Add a file, unless nothing changes in it."""
        if file:
            self.files.append(file)

    def compare(self, source: FrontMatter, values: dict[str, object], abstract: str = "") -> None:
        """Note the fields that a person wrote otherwise than the seeds do."""
        for name, (stated, wanted) in differences(source, values, abstract).items():
            place = Location(source.path, source.body_line) if name == "body" else source.at(name)
            self.differences.append(Difference(place, name, stated, wanted))


def file_papers(
    drafts: Sequence[Draft], sources: Sources, dates: Dates, apart: Sequence[Separation], problems: Problems
) -> Filing:
    """Make the files of papers that are new or change; `dates` has the digests whose seeds are there."""
    filing = Filing()
    matched = match(drafts, sources.papers, apart)
    slugs = {slug_of(source.path) for source in sources.papers}
    for double in doubles(drafts, sources.papers, matched, apart):
        filing.add(_settle(double, slugs, problems))
    settled = {file.path for file in filing.files}
    present = _present(sources.digests, dates)
    tagger = Tagger(sources.vocabulary)
    taken = taken_slugs(sources.papers)
    claimed = set()
    for draft, existing in _with_files(drafts, matched, sources.papers, dates, problems):
        values = paper_values(draft, tagger.tags_for(draft.title, draft.abstract, draft.tags, ruled_out(existing)))
        _report_unknown_tags(draft, tagger, problems)
        if existing:
            claimed.add(existing.path)
            if any(existing is side for each in apart for side in (each.owner, each.other)):
                values = dict.fromkeys(IMPORTED_FIELDS) | values  # what came with the other paper goes with it
            values["appearances"] = in_order([*appearance_values(draft), *archived_appearances(existing, present)])
            filing.compare(existing, values, draft.abstract)
            filing.add(update(existing, values, draft.abstract, taken=slugs))
        else:
            slug = free_slug(draft.title, taken)
            taken.add(slug)
            filing.add(write_new(f"content/papers/{slug}.md", values, draft.abstract))
    for source in sources.papers:
        if source.path not in claimed | settled:
            filing.add(update(source, _left_of(source, present), taken=slugs))
    return filing


def _present(digests: Iterable[FrontMatter], dates: Dates) -> set[str]:
    """Return the ids, former ones included, of the digests whose seeds are there."""
    present = set(dates)
    for source in digests:
        if slug_of(source.path) in dates:
            present |= {*texts_of(source, "aliases"), str(imported_of(source).get("slug"))}
    return present


def _left_of(source: FrontMatter, digests: Collection[str]) -> dict[str, object]:
    """Return what stays in a file that no seed speaks of; a file that is merged into another keeps all it has."""
    if "appearances" not in source.values or "same_as" in source.values:
        return {}
    return {"appearances": in_order(archived_appearances(source, digests))}


def _with_files(
    drafts: Sequence[Draft],
    matched: Mapping[int, FrontMatter],
    files: Sequence[FrontMatter],
    dates: Dates,
    problems: Problems,
) -> Iterable[tuple[Draft, FrontMatter | None]]:
    """Give each draft its file; drafts whose files a person merged with `same_as` become one."""
    by_name = {alias: source for source in files for alias in texts_of(source, "aliases")}
    by_name |= {slug_of(source.path): source for source in files}
    targets = {position: merged_into(source, by_name) for position, source in matched.items()}
    together: dict[str, list[int]] = {}
    for position in sorted(targets, key=lambda position: targets[position] is not matched[position]):
        together.setdefault(targets[position].path, []).append(position)
    for position, draft in enumerate(drafts):
        if position not in targets:
            yield draft, None
            continue
        first, *others = together[targets[position].path]
        if position != first:
            continue
        records = [record for each in (first, *others) for record in drafts[each].records]
        yield (merge(records, dates, problems) if others else draft), targets[position]


def _settle(double: Double, taken: Collection[str], problems: Problems) -> ContentFile | None:
    """Merge a file that nobody edited into the other one; say so when a person has to decide."""
    source, owner = double.source, slug_of(double.owner.path)
    if is_untouched(source) and "same_as" not in imported_of(source):
        message = f"this paper is now known to be “{owner}”, and its address leads there"
        hint = f"If they are two papers, write not_same_as: [{owner}] here instead of same_as."
        problems.note(source.at(), "papers-merged", message, hint)
        return update(source, {"same_as": owner}, taken=taken)
    message = f"this file and {double.owner.path} are the same paper by what seeds say"
    hint = f"Write same_as: {owner} here to merge them, or not_same_as: [{owner}] to keep both."
    problems.warning(source.at(), "two-files-one-paper", message, hint)
    return None


def ruled_out(existing: FrontMatter | None) -> tuple[str, ...]:
    """Return the tags that a person does not want on a paper."""
    return tuple(texts_of(existing, "without_tags")) if existing else ()


def _report_unknown_tags(draft: Draft, tagger: Tagger, problems: Problems) -> None:
    for record in draft.records:
        for name in record.tags:
            if not tagger.tag_named(name):
                message = f"no tag of the vocabulary is called “{name}”; it is left out"
                problems.warning(record.place, "unnamed-tag", message, "Add it to content/tags.yaml as a tag or alias.")


def in_order(appearances: list[dict[str, object]]) -> list[dict[str, object]] | None:
    """Sort appearances; a paper that appeared nowhere has no such key."""
    return sorted(appearances, key=lambda item: (str(item["digest"]), str(item["rank"]).zfill(9))) or None


def file_digests(seeds: Sequence[Seed], dates: Dates, sources: Sources) -> Filing:
    """Make the files of digests that are new or change."""
    filing = Filing()
    existing = {slug_of(source.path): source for source in sources.digests}
    for seed in seeds:
        digest, day = seed.parsed.digest, seed.parsed.day
        if not digest:
            continue
        values = digest_values(seed.name, dates[digest], inferred=bool(day and not day.year))
        source = existing.pop(digest, None)
        if source:
            filing.compare(source, values)
            filing.add(update(source, values, taken=existing, content=seed.content))
        else:
            filing.add(write_new(f"content/digests/{digest}.md", values, content=seed.content))
    for source in existing.values():
        filing.add(update(source, {}, taken=existing))
    return filing
