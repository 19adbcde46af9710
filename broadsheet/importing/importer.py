"""The import: seeds/ in, content files out, all or nothing."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from broadsheet import disk
from broadsheet.content.frontmatter import FrontMatter
from broadsheet.content.reader import Sources, read_bytes, read_sources
from broadsheet.content.schema import slug_of
from broadsheet.importing.formats import ParsedSeed, parse_seed
from broadsheet.importing.identity import group_records
from broadsheet.importing.matching import match
from broadsheet.importing.merge import Draft, capture_dates, merge
from broadsheet.importing.tagging import Tagger
from broadsheet.importing.writer import (
    ContentFile,
    appearance_values,
    archived_appearances,
    digest_values,
    paper_values,
    update,
    write_new,
)
from broadsheet.model import PartialDate
from broadsheet.model.slugs import slugify
from broadsheet.problems import ContentError, Location, Problems

LONGEST_ABSTRACT = 20_000  # characters; the longest of 9,877 real ones has 1,923
_SUFFIX = re.compile(r"\.[A-Za-z]{1,8}$")


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import found and did."""

    seeds: int
    records: int
    papers: int
    added: int
    changed: int

    @property
    def written(self) -> int:
        """Count the files written, digests included."""
        return self.added + self.changed


def run_import(root: Path, problems: Problems, *, strict: bool) -> ImportReport:
    """Import all seeds below the project's root.

    Raises ContentError, with nothing written, when a problem stops the import.
    """
    seeds = read_seeds(root, problems)
    sources = read_sources(root, problems)
    records = [record for seed in seeds for record in seed.records]
    groups = group_records(records, problems)
    dates = capture_dates({seed.digest: seed.day for seed in seeds if seed.digest}, groups)
    drafts = [merge(group, dates, problems) for group in groups]
    papers = [draft for draft in drafts if draft.abstract]
    _report_odd_abstracts(drafts, problems)
    _report_lost_seeds(seeds, sources, problems)
    files = _paper_files(papers, sources, dates.keys(), problems) + _digest_files(seeds, dates, sources)
    if problems.fatal(strict=strict):
        raise ContentError(problems)
    for file in files:
        disk.write_atomically(root / file.path, file.text.encode())
    added = sum(file.is_new for file in files)
    return ImportReport(len(seeds), len(records), len(papers), added, len(files) - added)


def read_seeds(root: Path, problems: Problems) -> list[ParsedSeed]:
    """Read and parse every file in seeds/, sorted by path; a README is not a seed."""
    paths = [path for path in disk.walk(root / "seeds") if path.stem.upper() != "README"]
    if not paths:
        problems.error(
            Location("seeds"), "no-seeds", "there is nothing to import", "Save a Daily Papers page as text into seeds/."
        )
    seeds = []
    first_of: dict[str, str] = {}
    for path in paths:
        seed = _read_seed(path, root, problems)
        if seed:
            seeds.append(seed)
        if seed and seed.digest:
            first = first_of.setdefault(seed.digest, seed.path)
            if first != seed.path:
                message = f"this seed and {first} want the same address"
                problems.error(Location(seed.path), "same-digest", message, "Rename one.")
    return seeds


def _read_seed(path: Path, root: Path, problems: Problems) -> ParsedSeed | None:
    data = read_bytes(path, root, problems)
    name = path.relative_to(root).as_posix()
    return parse_seed(data, name, digest_id(name), problems) if data is not None else None


def digest_id(name: str) -> str:
    """Return the id of the digest that a seed (by its path from the project's root) makes."""
    return slugify(_SUFFIX.sub("", name.removeprefix("seeds/")))


def _report_odd_abstracts(drafts: Sequence[Draft], problems: Problems) -> None:
    """Report texts that are too long, and name the records that have none and belong to no paper that has one."""
    for draft in drafts:
        if len(draft.abstract) > LONGEST_ABSTRACT:
            message = f"“{draft.title}”: more than {LONGEST_ABSTRACT:,} characters are no abstract"
            problems.error(draft.records[0].place, "long-abstract", message, "Shorten it, or take the record out.")
        if not draft.abstract and not draft.appearances:
            place = draft.records[0].place
            message = f"“{draft.title}” has no abstract in any seed, so it makes no page"
            problems.note(place, "record-unused", message, "Add a capture or a record that has its abstract.")


def _paper_files(
    drafts: Sequence[Draft], sources: Sources, digests: Collection[str], problems: Problems
) -> list[ContentFile]:
    """Make the files of papers that are new or change; `digests` are those whose seeds are there."""
    matched = match(drafts, sources.papers, problems)
    tagger = Tagger(sources.vocabulary)
    slugs = {slug_of(source.path) for source in sources.papers}
    files = []
    for position, draft in enumerate(drafts):
        existing = matched.get(position)
        values = paper_values(draft, tagger.tags_for(draft.title, draft.abstract, draft.tags, ruled_out(existing)))
        _report_unknown_tags(draft, tagger, problems)
        if existing:
            archived = archived_appearances(existing, digests)
            values["appearances"] = _in_order([*appearance_values(draft), *archived])
            files.append(update(existing, values, draft.abstract))
        else:
            slug = _free_slug(draft.title, slugs)
            slugs.add(slug)
            files.append(write_new(f"content/papers/{slug}.md", values, draft.abstract))
    claimed = {source.path for source in matched.values()}
    for source in sources.papers:
        if source.path not in claimed and source.values.get("appearances"):
            archived = archived_appearances(source, digests)
            files.append(update(source, {"appearances": _in_order(archived)}, ""))
    return [file for file in files if file]


def ruled_out(existing: FrontMatter | None) -> tuple[str, ...]:
    """Return the tags that a person does not want on a paper."""
    stated = existing.values.get("without_tags") if existing else None
    return (stated,) if isinstance(stated, str) else tuple(map(str, stated or ()))


def _report_unknown_tags(draft: Draft, tagger: Tagger, problems: Problems) -> None:
    for record in draft.records:
        for name in record.tags:
            if not tagger.tag_named(name):
                message = f"no tag of the vocabulary is called “{name}”; it is left out"
                problems.warning(record.place, "unnamed-tag", message, "Add it to content/tags.yaml as a tag or alias.")


def _in_order(appearances: list[dict[str, object]]) -> list[dict[str, object]] | None:
    """Sort appearances; a paper that appeared nowhere has no such key."""
    return sorted(appearances, key=lambda item: (str(item["digest"]), str(item["rank"]).zfill(9))) or None


def _free_slug(title: str, taken: set[str]) -> str:
    slug = slugify(title)
    number, free = 1, slug
    while free in taken:
        number += 1
        free = f"{slug}-{number}"
    return free


def _report_lost_seeds(seeds: Sequence[ParsedSeed], sources: Sources, problems: Problems) -> None:
    """Name the digests whose seeds are gone: they stay published until a person decides."""
    there = {seed.digest for seed in seeds}
    for source in sources.digests:
        if slug_of(source.path) not in there and not source.values.get("hidden"):
            hint = "To take it off the site, write hidden: true into this file; its papers stay."
            problems.note(source.at("seed"), "digest-without-seed", "the seed of this digest is gone", hint)


def _digest_files(
    seeds: Sequence[ParsedSeed], dates: Mapping[str, PartialDate | None], sources: Sources
) -> list[ContentFile]:
    existing = {slug_of(source.path): source for source in sources.digests}
    files = []
    for seed in seeds:
        if not seed.digest:
            continue
        inferred = bool(seed.day and not seed.day.year)
        values = digest_values(seed.path.removeprefix("seeds/"), dates[seed.digest], inferred=inferred)
        source = existing.get(seed.digest)
        path = f"content/digests/{seed.digest}.md"
        file = update(source, values, "") if source else write_new(path, values, "")
        if file:
            files.append(file)
    return files
