"""Commands, options, exit codes: the only module that prints."""

from __future__ import annotations

import argparse
import io
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from broadsheet import __version__
from broadsheet.problems import BroadsheetError, ContentError, Location, Problem, Problems, Severity, UsageError

EXIT_CODES = """\
exit codes:
  0    fine
  1    problems found in seeds, content or templates; nothing was written
  2    wrong usage or configuration
  3    a tool failed, such as Pagefind
  130  interrupted
"""
ALL_UNTOUCHED = "content/ and site/ are as they were."
SITE_UNTOUCHED = "site/ is as it was."


def main(arguments: Sequence[str], root: Path) -> int:
    """Run a command in the project at `root` and return the exit code."""
    options = _parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that lacks a character is no reason to stop
    problems = Problems()
    try:
        options.run(options, root, problems)
    except BroadsheetError as fault:
        _print_problems(fault.problems, notes=False)
        errors = sum(problem.severity is Severity.ERROR for problem in fault.problems)
        warnings = sum(problem.severity is Severity.WARNING for problem in fault.problems)
        counts = f"{_many(errors, 'error')}, {_many(warnings, 'warning')}"
        print(f"Stopped: {counts}. {options.untouched}".rstrip(), file=sys.stderr)
        return fault.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # whoever read the output has seen enough
        return 1
    except OSError as fault:
        place = os.fsdecode(fault.filename) if isinstance(fault.filename, (str, bytes)) else str(root)
        print(f"{place}: error: {fault.strerror} [disk]\n    Look at permissions and free space.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="build.py",
        description="Turn captured paper lists (seeds/) into a digest (site/). Without a command: import, then build.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"Broadsheet {__version__}")
    _build_options(parser)
    parser.set_defaults(run=_everything, untouched=ALL_UNTOUCHED)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    importing = commands.add_parser("import", help="read seeds/ and write what is new into content/")
    importing.add_argument("--explain", metavar="FILE", help="show what each line of a seed was read as; write nothing")
    importing.add_argument("--strict", action="store_true", default=argparse.SUPPRESS, help="treat warnings as errors")
    importing.set_defaults(run=_import)
    build = commands.add_parser("build", help="build site/ from content/ and templates/, with its search index")
    _build_options(build, again=True)
    build.set_defaults(run=_build)
    tags = commands.add_parser("tags", help="say why a paper has its tags, or which tags the vocabulary may lack")
    which = tags.add_mutually_exclusive_group(required=True)
    which.add_argument("--why", metavar="SLUG", help="show the phrases behind each tag of a paper")
    which.add_argument("--suggest", action="store_true", help="show frequent phrases that no tag covers")
    tags.set_defaults(run=_tags)
    serve = commands.add_parser("serve", help="preview the site, rebuilt and reloaded when a file changes")
    _build_options(serve, again=True)
    serve.add_argument("--port", type=int, default=8000, help="port (default: 8000)")
    serve.add_argument("--host", default="localhost", help="address to listen on (default: localhost)")
    serve.set_defaults(run=_serve)
    return parser


def _build_options(parser: argparse.ArgumentParser, *, again: bool = False) -> None:
    """Add the options of a build; `again` for a command that repeats those of the program."""

    def default(value: object) -> object:
        return argparse.SUPPRESS if again else value

    parser.add_argument("--strict", action="store_true", default=default(False), help="treat warnings as errors")
    parser.add_argument(
        "--no-search", action="store_false", dest="search", default=default(True), help="leave the search index out"
    )
    parser.add_argument(
        "--output", metavar="DIR", default=default("site"), help="where the site is written (default: site)"
    )


def _everything(options: argparse.Namespace, root: Path, problems: Problems) -> None:
    from broadsheet.config import read_config  # noqa: PLC0415 - only where it is used

    read_config(root, os.environ)
    _import_seeds(options, root, problems, notes=False)
    options.untouched = SITE_UNTOUCHED
    _build(options, root, Problems())


def _import(options: argparse.Namespace, root: Path, problems: Problems) -> None:
    if options.explain:
        _explain(options.explain, root, problems)
    else:
        _import_seeds(options, root, problems, notes=True)


def _import_seeds(options: argparse.Namespace, root: Path, problems: Problems, *, notes: bool) -> None:
    from broadsheet.importing.importer import run_import  # noqa: PLC0415 - only where it is used

    started = time.perf_counter()
    report = run_import(root, problems, strict=options.strict)
    _print_problems(problems, notes=notes)
    hidden = problems.count(Severity.NOTE)
    more = f" {_many(hidden, 'note')}; to read them: python build.py import." if hidden and not notes else ""
    print(
        f"Imported {_many(report.seeds, 'seed')}: {_many(report.records, 'record')}, {_many(report.papers, 'paper')}; "
        f"{report.written} written ({report.added} new, {report.changed} changed) in {_seconds(started)}.{more}"
    )


def _build(options: argparse.Namespace, root: Path, problems: Problems) -> None:
    from broadsheet.config import read_config  # noqa: PLC0415 - only where it is used
    from broadsheet.publishing.publisher import run_build  # noqa: PLC0415 - only where it is used

    started = time.perf_counter()
    output = root / options.output
    config = read_config(root, os.environ)
    report = run_build(root, config, problems, strict=options.strict, search=options.search, output=output)
    _print_problems(problems, notes=True)
    print(
        f"Built {_many(report.papers, 'paper')}, {_many(report.tags, 'tag')}, {_many(report.digests, 'digest')}: "
        f"{_many(report.output.files, 'file')} in {options.output}/, {report.output.written} written, "
        f"{report.output.removed} removed, in {_seconds(started)}. Look at it: make serve"
    )


def _tags(options: argparse.Namespace, root: Path, problems: Problems) -> None:
    from broadsheet.content.reader import read_sources  # noqa: PLC0415 - only where it is used
    from broadsheet.importing.tagging.reports import suggestions, why  # noqa: PLC0415

    sources = read_sources(root, problems)
    lines = suggestions(sources) if options.suggest else why(options.why, sources)
    if lines is None:
        place = Location(f"content/papers/{options.why}.md")
        raise UsageError([Problem(place, Severity.ERROR, "no-such-file", "there is no such paper")])
    for line in lines:
        print(line)
    _print_problems(problems, notes=False)


def _serve(options: argparse.Namespace, root: Path, problems: Problems) -> None:
    from broadsheet.config import read_config  # noqa: PLC0415 - only where it is used
    from broadsheet.preview.files import StaticSite  # noqa: PLC0415
    from broadsheet.preview.server import preview  # noqa: PLC0415

    site = StaticSite(root / options.output)

    def rebuild() -> bool:
        fine = main(_rebuild_arguments(options), root) == 0
        if fine:
            site.base = read_config(root, os.environ).base_path
        return fine

    options.untouched = ""
    try:
        preview(site, root, (options.host, options.port), rebuild, lambda text: print(text, flush=True))
    except (OSError, OverflowError) as fault:
        place = Location(f"{options.host}:{options.port}")
        hint = "Is another preview running? Choose another address with --port or --host."
        message = f"cannot listen here: {getattr(fault, 'strerror', None) or fault}"
        raise UsageError([*problems, Problem(place, Severity.ERROR, "cannot-listen", message, hint)]) from fault


def _rebuild_arguments(options: argparse.Namespace) -> list[str]:
    flags = ["--strict"] * options.strict + ["--no-search"] * (not options.search)
    return [*flags, "--output", options.output]


def _explain(name: str, root: Path, problems: Problems) -> None:
    """Print the role of every line of a seed."""
    from broadsheet.importing.formats import parse_seed  # noqa: PLC0415 - only where it is used
    from broadsheet.importing.importer import digest_id  # noqa: PLC0415

    path = Path(name) if Path(name).exists() else root / name
    if not path.is_file():
        raise UsageError([Problem(Location(name), Severity.ERROR, "no-such-file", "there is no such file")])
    seed = parse_seed(path.read_bytes(), name, digest_id(name), problems)
    if seed:
        print(f"{name}: {seed.format}, {_many(len(seed.records), 'record')}")
        for line in seed.lines:
            if line.role != "blank":
                shown = line.text if len(line.text) <= 90 else line.text[:89] + "…"  # noqa: PLR2004 - a terminal's width
                print(f"{line.number:6}  {line.role:<9} {shown}")
        if not seed.lines:
            for record in seed.records:
                print(f"{record.place.line:6}  record    {record.title}")
    if problems.fatal(strict=False):
        raise ContentError(problems)
    _print_problems(problems, notes=True)


def _print_problems(problems: Problems | Sequence[Problem], *, notes: bool) -> None:
    for problem in problems:
        if notes or problem.severity is not Severity.NOTE:
            print(problem, file=sys.stderr)


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _seconds(started: float) -> str:
    return f"{time.perf_counter() - started:.2f} s"
