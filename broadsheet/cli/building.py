"""The commands that import, build and preview."""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from broadsheet.cli.printing import Printer, many, seconds
from broadsheet.cli.running import ALL_UNTOUCHED, run
from broadsheet.config import Config, read_config
from broadsheet.problems import ContentError, Location, Problem, Problems, Severity, UsageError

if TYPE_CHECKING:
    from broadsheet.publishing.report import BuildReport

SITE_UNTOUCHED = "site/ is as it was."


def everything(options: argparse.Namespace, root: Path, printer: Printer) -> None:
    """Import, then build; what is published then is written into the ledger of permalinks."""
    from broadsheet.content.ledger import add_to_ledger  # noqa: PLC0415 - only where it is used

    config = read_config(root, os.environ)
    _import(options, root, config, printer, notes=False)
    options.untouched = SITE_UNTOUCHED
    report = _build(options, root, config, printer)
    add_to_ledger(root, report.unlisted)


def import_seeds(options: argparse.Namespace, root: Path, printer: Printer) -> None:
    """Import seeds/, or say how one of them is read."""
    config = read_config(root, os.environ)
    if options.explain:
        from broadsheet.cli.reports import explain  # noqa: PLC0415 - only where it is used

        explain(options.explain, root, Problems(config.severities), printer)
    elif options.diff:
        from broadsheet.cli.reports import show_differences  # noqa: PLC0415 - only where it is used

        show_differences(root, Problems(config.severities), printer)
    else:
        _import(options, root, config, printer, notes=True)


def build(options: argparse.Namespace, root: Path, printer: Printer) -> None:
    """Build site/."""
    _build(options, root, read_config(root, os.environ), printer)


def _import(options: argparse.Namespace, root: Path, config: Config, printer: Printer, *, notes: bool) -> None:
    from broadsheet.importing.importer import run_import  # noqa: PLC0415 - only where it is used

    started = time.perf_counter()
    problems = Problems(config.severities)
    report = run_import(root, problems, strict=options.strict)
    printer.problems(problems, notes=notes)
    hidden = problems.count(Severity.NOTE)
    more = f" {many(hidden, 'note')}; to read them: python build.py import." if hidden and not notes else ""
    printer.say(
        f"Imported {many(report.seeds, 'seed')}: {many(report.records, 'record')}, {many(report.papers, 'paper')}; "
        f"{report.written} written ({report.added} new, {report.changed} changed) in {seconds(started)}.{more}"
    )


def _build(options: argparse.Namespace, root: Path, config: Config, printer: Printer) -> BuildReport:
    from broadsheet.publishing.unchanged import LastBuild  # noqa: PLC0415 - only where it is used

    started = time.perf_counter()
    problems = Problems(config.severities)
    last = LastBuild(root, config, root / options.output, search=options.search)
    report = last.report(problems)
    if report is None:
        from broadsheet.publishing.publisher import run_build  # noqa: PLC0415 - slow to load

        report = run_build(root, config, problems, last, strict=options.strict)
    elif problems.fatal(strict=options.strict):
        raise ContentError(problems)
    printer.problems(problems, notes=True)
    printer.say(
        f"Built {many(report.papers, 'paper')}, {many(report.tags, 'tag')}, {many(report.digests, 'digest')}: "
        f"{many(report.output.files, 'file')} in {options.output}/, {report.output.written} written, "
        f"{report.output.removed} removed, in {seconds(started)}. Look at it: make serve"
    )
    return report


def serve(options: argparse.Namespace, root: Path, printer: Printer) -> None:
    """Preview the site until interrupted."""
    from broadsheet.preview.files import StaticSite  # noqa: PLC0415 - only where it is used
    from broadsheet.preview.server import preview  # noqa: PLC0415

    site = StaticSite(root / options.output)

    def rebuild() -> bool:
        again = argparse.Namespace(**{**vars(options), "run": everything, "untouched": ALL_UNTOUCHED})
        fine = run(again, root, printer) == 0
        if fine:
            site.base = read_config(root, os.environ).base_path
        return fine

    try:
        preview(site, root, (options.host, options.port), rebuild, printer.say)
    except (OSError, OverflowError) as fault:
        place = Location(f"{options.host}:{options.port}")
        hint = "Is another preview running? Choose another address with --port or --host."
        message = f"cannot listen here: {getattr(fault, 'strerror', None) or fault}"
        raise UsageError([Problem(place, Severity.ERROR, "cannot-listen", message, hint)]) from fault
