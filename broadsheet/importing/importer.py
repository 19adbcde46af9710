"""The import: seeds/ in, content files out, all or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from broadsheet import disk
from broadsheet.content.reader import Sources, read_sources
from broadsheet.content.schema import slug_of
from broadsheet.importing.filing import file_digests, file_papers
from broadsheet.importing.identity import group_records
from broadsheet.importing.merge import Draft, capture_dates, merge
from broadsheet.importing.report import ImportReport
from broadsheet.importing.seeds import Seed, read_seeds
from broadsheet.importing.separation import separations
from broadsheet.importing.settling import check_relations
from broadsheet.importing.standing import is_hidden, without_copies
from broadsheet.problems import ContentError, Problems
from broadsheet.progress import SILENT, Progress

LONGEST_ABSTRACT = 20_000  # characters; the longest of 9,877 real ones has 1,923


def run_import(
    root: Path, problems: Problems, *, strict: bool, trial: bool = False, progress: Progress = SILENT
) -> ImportReport:
    """Import all seeds below the project's root; a `trial` writes nothing.

    Raises ContentError, with nothing written, when a problem stops the import.
    """
    read = read_sources(root, problems, progress)
    sources = replace(read, papers=without_copies(read.papers), digests=without_copies(read.digests))
    check_relations(sources.papers, problems)
    progress.step("Reading seeds/")
    seeds = read_seeds(root, sources.digests, problems)
    records = [record for seed in seeds for record in seed.parsed.records]
    apart = separations(sources.papers, sources.digests, records, problems)
    progress.step("Finding the papers of", len(records), "records")
    groups = group_records(records, problems, [(each.here, each.there) for each in apart])
    dates = capture_dates({seed.parsed.digest: seed.parsed.day for seed in seeds if seed.parsed.digest}, groups)
    drafts = [merge(group, dates, problems) for group in groups]
    papers = [draft for draft in drafts if draft.abstract]
    _report_odd_abstracts(drafts, problems)
    _report_lost_seeds(seeds, sources, problems)
    filed = [
        file_papers(papers, sources, dates, apart, problems, progress),
        file_digests(seeds, dates, sources, problems),
    ]
    files = [file for filing in filed for file in filing.files]
    if problems.fatal(strict=strict):
        raise ContentError(problems)
    if not trial:
        progress.step("Writing", len(files), "files")
        for file in progress.through(enumerate(files), len(files)):
            disk.write_atomically(root / file.path, file.text.encode())
    added = sum(file.is_new for file in files)
    found = tuple(difference for filing in filed for difference in filing.differences)
    return ImportReport(len(seeds), len(records), len(papers), added, len(files) - added, found)


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


def _report_lost_seeds(seeds: Sequence[Seed], sources: Sources, problems: Problems) -> None:
    """Name the digests whose seeds are gone: they stay published until a person decides."""
    there = {seed.parsed.digest for seed in seeds}
    for source in sources.digests:
        if slug_of(source.path) not in there and not is_hidden(source):
            hint = "To take it off the site, write hidden: true into this file; its papers stay."
            problems.note(source.at("seed"), "digest-without-seed", "the seed of this digest is gone", hint)
