"""The command that finds everything that is wrong and writes nothing."""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from broadsheet.cli.printing import Printer, many, seconds
from broadsheet.config import Config, read_config
from broadsheet.content.ledger import PATH as LEDGER
from broadsheet.problems import ContentError, Location, Problems, Severity
from broadsheet.progress import Progress

if TYPE_CHECKING:
    from broadsheet.importing.report import ImportReport
    from broadsheet.publishing.report import BuildReport


def check(options: argparse.Namespace, root: Path, printer: Printer) -> None:
    """Do all of an import and a build but the writing, so that every problem of both is found.

    Raises ContentError when a problem would stop either.
    """
    started = time.perf_counter()
    config = read_config(root, os.environ)
    problems = Problems(config.severities)
    report = _trial_import(root, problems, printer.progress)
    site = _trial_build(root, config, problems, printer.progress)
    if report and report.written:
        message = f"seeds and content differ: {many(report.written, 'file')} would be written"
        hint = "Run python build.py import, look at the changes, and commit them."
        problems.warning(Location("content"), "not-imported", message, hint)
    elif report and site and (unlisted := len(site.unlisted)):
        message = f"{many(unlisted, 'address is', 'addresses are')} not listed yet"
        problems.note(Location(LEDGER), "unlisted-address", message, "Run python build.py, and commit this file.")
    if problems.fatal(strict=options.strict) or not report or not site:
        raise ContentError(problems)
    printer.problems(problems, notes=True)
    printer.say(
        f"Checked {many(report.seeds, 'seed')}, {many(site.papers, 'paper')} and "
        f"{many(site.pages, 'page')} in {seconds(started)}: "
        f"{many(problems.count(Severity.WARNING), 'warning')}, {many(problems.count(Severity.NOTE), 'note')}."
    )


def _trial_import(root: Path, problems: Problems, progress: Progress) -> ImportReport | None:
    from broadsheet.importing.importer import run_import  # noqa: PLC0415 - only where it is used

    try:
        return run_import(root, problems, strict=False, trial=True, progress=progress)
    except ContentError:  # its problems are among ours
        return None


def _trial_build(root: Path, config: Config, problems: Problems, progress: Progress) -> BuildReport | None:
    from broadsheet.publishing.publisher import run_check  # noqa: PLC0415 - only where it is used

    mine = Problems(config.severities)  # what stops the import shall not keep the pages from being looked at
    report = run_check(root, config, mine, progress)
    problems.add_all(mine)
    return report
