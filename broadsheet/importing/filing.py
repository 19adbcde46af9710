"""Drafts and seeds -> the content files that are new or change."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from broadsheet.content.addresses import of_digest
from broadsheet.content.frontmatter import FrontMatter
from broadsheet.content.reader import Sources
from broadsheet.content.schema import slug_of
from broadsheet.importing.matching import Namesakes, doubles, match
from broadsheet.importing.merge import Draft
from broadsheet.importing.report import Difference
from broadsheet.importing.seeds import Seed
from broadsheet.importing.separation import Separation
from broadsheet.importing.settling import (
    identifiers_elsewhere,
    report_deleted,
    report_new,
    settle,
    splits_by_place,
    with_files,
    with_slugs,
)
from broadsheet.importing.standing import imported_of, split_off, texts_of, undone_merge
from broadsheet.importing.tagging import Tagger
from broadsheet.importing.writer import (
    IMPORTED_FIELDS,
    ContentFile,
    appearance_values,
    archived_appearances,
    differences,
    digest_values,
    paper_values,
    update,
    write_new,
)
from broadsheet.model import PartialDate
from broadsheet.problems import Location, Problems
from broadsheet.progress import Progress

Dates = Mapping[str, PartialDate | None]
Apart = Sequence[Separation]


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
    drafts: Sequence[Draft], sources: Sources, dates: Dates, apart: Apart, problems: Problems, progress: Progress
) -> Filing:
    """Make the files of papers that are new or change; `dates` has the digests whose seeds are there."""
    filing = Filing()
    matched = match(drafts, sources.papers, apart)
    namesakes = Namesakes(sources.papers, matched)
    slugs = {slug_of(source.path) for source in sources.papers}
    told = doubles(drafts, sources.papers, matched, apart)
    for double in told:
        filing.add(settle(double, sources.papers, apart, problems))
    settled = {file.path for file in filing.files}
    present = _present(sources.digests, dates)
    tagger = Tagger(sources.vocabulary)
    wanted = with_slugs(with_files(drafts, matched, sources.papers, dates, problems), sources.papers)
    splits = splits_by_place(apart, wanted)
    elsewhere = identifiers_elsewhere(wanted, sources.papers, {double.source.path for double in told})
    progress.step("Filing", len(wanted), "papers")
    for each in progress.through(enumerate(wanted), len(wanted)):
        draft, existing = each.draft, each.existing
        _report_unknown_tags(draft, tagger, problems)
        values = paper_values(draft, tagger.tags_for(draft.title, draft.abstract, draft.tags, ruled_out(existing)))
        if existing is None:
            report_new(each, sources.ledger, namesakes, problems)
            filing.add(write_new(f"content/papers/{each.slug}.md", values, draft.abstract))
            continue
        values["appearances"] = in_order([*appearance_values(draft), *archived_appearances(existing, present)])
        if not each.is_own:
            values, abstract = _additions(values, existing, elsewhere), ""
        else:
            values, abstract = _foreign_to(existing, apart, elsewhere) | values, draft.abstract
        filing.compare(existing, values, abstract)
        filing.add(update(existing, values, abstract, taken=slugs, apart=splits.get(existing.path)))
    claimed = settled | {each.existing.path for each in wanted if each.existing}
    for source in sources.papers:
        if source.path not in claimed:
            values = {"identifiers": None} if source.path in elsewhere else {}
            values |= _left_of(source, present)
            filing.add(update(source, values, taken=slugs, apart=split_off(source), **undone_merge(source)))
    return filing


def _foreign_to(existing: FrontMatter, apart: Apart, elsewhere: Collection[str]) -> dict[str, object]:
    """Return what leaves a file unless its own records say it: it came with a paper that is another one now."""
    if any(separation.concerns(existing) for separation in apart):
        return dict.fromkeys(IMPORTED_FIELDS)
    return {"identifiers": None} if existing.path in elsewhere else {}


def _additions(values: dict[str, object], existing: FrontMatter, elsewhere: Collection[str]) -> dict[str, object]:
    """Return what a paper gets from those merged into it when no seed speaks of itself: what it lacks.

    It keeps all else, since nobody could say it again, but for an identifier that belongs to another paper now.
    """
    lacking = {name: value for name, value in values.items() if name == "appearances" or name not in existing.values}
    return lacking | ({"identifiers": values.get("identifiers")} if existing.path in elsewhere else {})


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


def file_digests(seeds: Sequence[Seed], dates: Dates, sources: Sources, problems: Problems) -> Filing:
    """Make the files of digests that are new or change."""
    filing = Filing()
    existing = {slug_of(source.path): source for source in sources.digests}
    taken = {*existing, *dates}
    for seed in seeds:
        digest, day = seed.parsed.digest, seed.parsed.day
        if not digest:
            continue
        values = digest_values(seed.name, dates[digest], inferred=bool(day and not day.year))
        source = existing.pop(digest, None)
        if source:
            filing.compare(source, values)
            filing.add(update(source, values, taken=taken, content=seed.content))
        else:
            path = f"content/digests/{digest}.md"
            report_deleted(path, of_digest(digest), sources.ledger, problems)
            filing.add(write_new(path, values, content=seed.content))
    for source in existing.values():
        filing.add(update(source, {}, taken=taken))
    return filing
