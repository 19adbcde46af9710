"""The commands that import, build and preview."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from broadsheet.cli.printing import Printer, many, seconds
from broadsheet.config import Config, read_config
from broadsheet.problems import ContentError, Location, Problem, Problems, Severity, UsageError

if TYPE_CHECKING:
    from broadsheet.importing.report import ImportReport
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
    started = time.perf_counter()
    problems = Problems(config.severities)
    report = _report_of_import(root, config, problems, printer, strict=options.strict)
    printer.problems(problems, notes=notes)
    hidden = problems.count(Severity.NOTE)
    more = f" {many(hidden, 'note')}; to read them: python build.py import." if hidden and not notes else ""
    printer.say(
        f"Imported {many(report.seeds, 'seed')}: {many(report.records, 'record')}, {many(report.papers, 'paper')}; "
        f"{report.written} written ({report.added} new, {report.changed} changed) in {seconds(started)}.{more}"
    )


def _report_of_import(
    root: Path, config: Config, problems: Problems, printer: Printer, *, strict: bool
) -> ImportReport:
    """Import, unless the last import had nothing to write and nothing has changed since."""
    from broadsheet.importing.report import ImportReport  # noqa: PLC0415 - only where it is used
    from broadsheet.stamps import LastTime, cache_folder  # noqa: PLC0415

    folders = {name: root / name for name in ("seeds", "content")}
    last = LastTime(cache_folder(root) / "import", repr(config), folders)
    if last.said is not None:
        last.repeat(problems)
        if problems.fatal(strict=strict):
            raise ContentError(problems)
        return ImportReport(*last.said)
    from broadsheet.importing.importer import run_import  # noqa: PLC0415 - slow to load

    report = run_import(root, problems, strict=strict, progress=printer.progress)
    if not report.written:
        last.remember((report.seeds, report.records, report.papers, 0, 0), problems, {})
    return report


def _build(options: argparse.Namespace, root: Path, config: Config, printer: Printer) -> BuildReport:
    from broadsheet.publishing.output import check_output, held  # noqa: PLC0415 - only where it is used

    started = time.perf_counter()
    problems = Problems(config.severities)
    output = root / options.output
    check_output(output, root)
    with held(output, lambda: _tell_of_another(options.output, printer)):
        report = _report_of_build(options, root, config, problems, printer)
    printer.problems(problems, notes=True)
    printer.say(
        f"Built {many(report.papers, 'paper')}, {many(report.tags, 'tag')}, {many(report.digests, 'digest')}: "
        f"{many(report.output.files, 'file')} in {options.output}/, {report.output.written} written, "
        f"{report.output.removed} removed, in {seconds(started)}. Look at it: make serve"
    )
    return report


def _tell_of_another(output: str, printer: Printer) -> None:
    printer.progress.say(f"Another build is writing {output}/; waiting for it to end.")
    printer.progress.step("Waiting for another build")


def _report_of_build(
    options: argparse.Namespace, root: Path, config: Config, problems: Problems, printer: Printer
) -> BuildReport:
    """Build into the held output folder, unless nothing has changed since the last build."""
    from broadsheet.publishing.unchanged import LastBuild  # noqa: PLC0415 - only where it is used

    last = LastBuild(root, config, root / options.output, search=options.search)
    report = last.report(problems)
    if report is None:
        from broadsheet.publishing.publisher import run_build  # noqa: PLC0415 - slow to load

        return run_build(root, config, problems, last, strict=options.strict, progress=printer.progress)
    if problems.fatal(strict=options.strict):
        raise ContentError(problems)
    return report


def serve(options: argparse.Namespace, root: Path, printer: Printer) -> None:
    """Preview the site until interrupted; nothing is written to site/."""
    from broadsheet.preview.preview import (  # noqa: PLC0415 - only where it is used
        Commands,
        Voices,
        preview,
        preview_folder,
    )

    program = "import sys; from pathlib import Path; from broadsheet.cli import main; "
    again = [sys.executable, "-c", f"{program}sys.exit(main(sys.argv[2:], Path(sys.argv[1]), quiet=True))", str(root)]
    os.environ["PYTHONPATH"] = os.pathsep.join([str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")])
    build = [*again, "build", "--output", str(preview_folder(root))] if options.search else []
    voices = Voices(printer.say, lambda problems: printer.problems(problems, notes=False), printer.progress)
    try:
        preview(root, os.environ, (options.host, options.port), Commands([*again, "import"], build), voices)
    except (OSError, OverflowError) as fault:
        place = Location(f"{options.host}:{options.port}")
        hint = "Is another preview running? Choose another address with --port or --host."
        message = f"cannot listen here: {getattr(fault, 'strerror', None) or fault}"
        raise UsageError([Problem(place, Severity.ERROR, "cannot-listen", message, hint)]) from fault
