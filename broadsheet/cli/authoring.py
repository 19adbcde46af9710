"""The command that starts a paper by hand."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from broadsheet import disk
from broadsheet.cli.printing import Printer
from broadsheet.config import read_config
from broadsheet.problems import ContentError, Location, Problem, Problems, Severity, UsageError


def new(options: argparse.Namespace, root: Path, printer: Printer) -> None:
    """Write a content file with a title and the fields that may be filled in.

    Raises UsageError when a paper has this title already.
    """
    from broadsheet.content.reader import read_sources  # noqa: PLC0415
    from broadsheet.content.unprintable import UNPRINTABLE  # noqa: PLC0415 - only where it is used
    from broadsheet.importing.identity import title_key  # noqa: PLC0415
    from broadsheet.importing.writer import by_hand  # noqa: PLC0415

    title = " ".join(" ".join(options.title).split())
    if not any(map(str.isalnum, title)):
        raise UsageError(
            [Problem(Location("new"), Severity.ERROR, "no-title", "a paper needs a title with a word in it")]
        )
    if odd := UNPRINTABLE.search(title):
        message = f"the title holds what is no character (U+{ord(odd[0]):04X})"
        hint = "Write it in UTF-8, without control characters."
        raise UsageError([Problem(Location("new"), Severity.ERROR, "unprintable", message, hint)])
    problems = Problems(read_config(root, os.environ).severities)
    papers = read_sources(root, problems, printer.progress).papers
    if problems.fatal(strict=False):
        raise ContentError(problems)
    for source in papers:
        if title_key(str(source.values.get("title"))) == title_key(title):
            hint = "Edit that file; or give this paper a title that tells the two apart."
            raise UsageError(
                [Problem(source.at("title"), Severity.ERROR, "same-title", "a paper has this title", hint)]
            )
    file = by_hand(title, papers)
    disk.write_atomically(root / file.path, file.text.encode())
    printer.say(f"{file.path}: write the abstract below the second “---”, and what else you know above it.")
