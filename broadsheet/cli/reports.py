"""The commands that only say something."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from broadsheet.cli.printing import Printer, many
from broadsheet.config import read_config
from broadsheet.problems import ContentError, Location, Problem, Problems, Severity, UsageError

if TYPE_CHECKING:
    from broadsheet.content.reader import Sources

LONGEST = 300  # characters of a value
WIDTH = 90  # characters of a seed's line


def tags(options: argparse.Namespace, root: Path, printer: Printer) -> None:
    """Say why a paper has its tags, or which tags the vocabulary may lack."""
    from broadsheet.importing.tagging.reports import suggestions, why  # noqa: PLC0415 - only where it is used

    problems = Problems(read_config(root, os.environ).severities)
    sources = _sources(root, problems, printer, strict=options.strict)
    lines = suggestions(sources) if options.suggest else why(options.why, sources)
    if lines is None:
        raise _no_such_file(f"content/papers/{options.why}.md", "there is no such paper")
    for line in lines:
        printer.say(line)
    printer.problems(problems, notes=False)


def duplicates(options: argparse.Namespace, root: Path, printer: Printer) -> None:
    """Show the papers that may be one, for a person to settle."""
    from broadsheet.importing.duplicates import find_duplicates  # noqa: PLC0415 - only where it is used

    problems = Problems(read_config(root, os.environ).severities)
    found = find_duplicates(_sources(root, problems, printer, strict=options.strict))
    for each in found:
        for line in each.lines():
            printer.say(line)
    printer.say(f"{many(len(found), 'pair')} to settle.")
    printer.problems(problems, notes=False)


def _sources(root: Path, problems: Problems, printer: Printer, *, strict: bool) -> Sources:
    """Read content/; a report on files of which some cannot be read would leave things out."""
    from broadsheet.content.reader import read_sources  # noqa: PLC0415 - only where it is used

    sources = read_sources(root, problems, printer.progress)
    if problems.fatal(strict=strict):
        raise ContentError(problems)
    return sources


def explain(name: str, root: Path, problems: Problems, printer: Printer) -> None:
    """Print the role of every line of a seed."""
    from broadsheet.importing.formats import parse_seed  # noqa: PLC0415 - only where it is used
    from broadsheet.importing.seeds import digest_id  # noqa: PLC0415

    path = next((path for path in (Path(name), root / name, root / "seeds" / name) if path.is_file()), None)
    if path is None:
        raise _no_such_file(name, "there is no such file")
    if path.is_relative_to(root):
        name = path.relative_to(root).as_posix()
    seed = parse_seed(path.read_bytes(), name, digest_id(name), problems)
    if seed:
        printer.say(f"{name}: {seed.format}, {many(len(seed.records), 'record')}")
        for line in seed.lines:
            if line.role != "blank":
                shown = line.text if len(line.text) <= WIDTH else line.text[: WIDTH - 1] + "…"
                printer.say(f"{line.number:6}  {line.role:<9} {shown}")
        if not seed.lines:
            for record in seed.records:
                printer.say(f"{record.place.line:6}  record    {record.title}")
    if problems.fatal(strict=False):
        raise ContentError(problems)
    printer.problems(problems, notes=True)


def show_differences(root: Path, problems: Problems, printer: Printer) -> None:
    """Print the fields in which a person's value and the seeds' differ."""
    from broadsheet.importing.importer import run_import  # noqa: PLC0415 - only where it is used

    report = run_import(root, problems, strict=False, trial=True, progress=printer.progress)
    for each in report.differences:
        printer.say(f"{each.place}: {each.field}")
        printer.say(f"    here:  {_shown(each.stated)}")
        printer.say(f"    seeds: {_shown(each.imported)}")
    printer.say(f"{many(len(report.differences), 'difference')}; every one stays as it is here.")
    printer.problems(problems, notes=False)


def _shown(value: object) -> str:
    if value is None:
        return "(taken out)"
    text = json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, (list, dict)) else str(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _no_such_file(name: str, message: str) -> UsageError:
    return UsageError([Problem(Location(name), Severity.ERROR, "no-such-file", message)])
