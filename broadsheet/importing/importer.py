"""The import: seeds/ in, content files out, all or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from broadsheet import disk
from broadsheet.content.reader import Sources, read_sources
from broadsheet.content.schema import slug_of
from broadsheet.importing.formats import ParsedSeed, parse_seed
from broadsheet.importing.identity import group_records
from broadsheet.importing.matching import KnownPapers
from broadsheet.importing.merge import Draft, capture_dates, merge
from broadsheet.importing.tagging import Tagger
from broadsheet.importing.writer import ContentFile, digest_values, paper_values, update, write_new
from broadsheet.model import PartialDate
from broadsheet.model.slugs import slugify
from broadsheet.problems import ContentError, Location, Problems


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
    _report_left_over(drafts, problems)
    files = _paper_files(papers, sources, problems) + _digest_files(seeds, dates, sources)
    if problems.fatal(strict=strict):
        raise ContentError(problems)
    for file in files:
        disk.write_atomically(root / file.path, file.text.encode())
    added = sum(file.is_new for file in files)
    return ImportReport(len(seeds), len(records), len(papers), added, len(files) - added)


def read_seeds(root: Path, problems: Problems) -> list[ParsedSeed]:
    """Read and parse every file in seeds/, sorted by path; a README is not a seed."""
    folder = root / "seeds"
    seeds = []
    first_of: dict[str, str] = {}
    for path in disk.walk(folder):
        if path.stem.upper() == "README":
            continue
        name = path.relative_to(root).as_posix()
        digest = slugify(PurePosixPath(path.relative_to(folder).as_posix()).with_suffix("").as_posix())
        if other := first_of.get(digest):
            problems.error(Location(name), "same-digest", f"this seed and {other} want the same address", "Rename one.")
        first_of.setdefault(digest, name)
        try:
            data = path.read_bytes()
        except OSError as fault:
            problems.error(Location(name), "unreadable", f"cannot be read: {fault.strerror}")
            continue
        if seed := parse_seed(data, name, digest, problems):
            seeds.append(seed)
    if not first_of:
        problems.error(
            Location("seeds"), "no-seeds", "there is nothing to import", "Save a Daily Papers page as text into seeds/."
        )
    return seeds


def _report_left_over(drafts: Sequence[Draft], problems: Problems) -> None:
    """Name the records that have no abstract and belong to no paper that has one."""
    for draft in drafts:
        if not draft.abstract and not draft.appearances:
            place = draft.records[0].place
            message = f"“{draft.title}” has no abstract in any seed, so it makes no page"
            problems.note(place, "record-unused", message, "Add a capture or a record that has its abstract.")


def _paper_files(drafts: Sequence[Draft], sources: Sources, problems: Problems) -> list[ContentFile]:
    known = KnownPapers(sources.papers)
    tagger = Tagger(sources.vocabulary)
    slugs = {slug_of(source.path) for source in sources.papers}
    files = []
    matched = [(draft, known.claim(draft, problems)) for draft in drafts]
    for draft, existing in matched:
        values = paper_values(draft, tagger.tags_for(draft.title, draft.abstract, draft.tags))
        if existing:
            file = update(existing, values, draft.abstract)
        else:
            slug = _free_slug(draft.title, slugs)
            slugs.add(slug)
            file = write_new(f"content/papers/{slug}.md", values, draft.abstract)
        if file:
            files.append(file)
    return files


def _free_slug(title: str, taken: set[str]) -> str:
    slug = slugify(title)
    if slug in {"index", "page"}:
        slug += "-paper"
    number, free = 1, slug
    while free in taken:
        number += 1
        free = f"{slug}-{number}"
    return free


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
