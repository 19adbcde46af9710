"""The options of every command."""

from __future__ import annotations

import argparse
import gc
import importlib
from functools import partial
from pathlib import Path

from broadsheet import __version__
from broadsheet.cli.printing import FORMATS, Printer
from broadsheet.cli.running import ALL_UNTOUCHED

EXIT_CODES = """\
exit codes:
  0    fine
  1    problems found in seeds, content or templates; nothing was written
  2    wrong usage or configuration
  3    a tool failed, such as Pagefind
  130  interrupted
"""


def parser() -> argparse.ArgumentParser:
    """Make the parser; each command's function is in `run`, with what a failure leaves alone in `untouched`."""
    top = argparse.ArgumentParser(
        prog="build.py",
        description="Turn captured paper lists (seeds/) into a digest (site/). Without a command: import, then build.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"Broadsheet {__version__}")
    _common_options(top)
    _build_options(top)
    top.set_defaults(run=partial(_call, "building", "everything"), untouched=ALL_UNTOUCHED)
    commands = top.add_subparsers(title="commands", metavar="COMMAND")
    for name, (module, function, text, add_options) in COMMANDS.items():
        command = commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
        add_options(command)
        _common_options(command, again=True)
        command.set_defaults(run=partial(_call, module, function))
        if name not in {"build", "import"}:
            command.set_defaults(untouched="")
    return top


def _call(module: str, function: str, options: argparse.Namespace, root: Path, printer: Printer) -> None:
    """Run a command; only its own module is loaded.

    Commands that end by themselves leave no cycles worth collecting, and looking for them costs a fifth of a build.
    """
    command = getattr(importlib.import_module(f"broadsheet.cli.{module}"), function)
    if function == "serve":
        command(options, root, printer)
        return
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        command(options, root, printer)
    finally:
        if was_enabled:
            gc.enable()


def _importing(command: argparse.ArgumentParser) -> None:
    command.add_argument("--explain", metavar="FILE", help="show what each line of a seed was read as; write nothing")
    command.add_argument(
        "--diff", action="store_true", help="show where seeds now say something else than a person wrote; write nothing"
    )


def _tagging(command: argparse.ArgumentParser) -> None:
    which = command.add_mutually_exclusive_group(required=True)
    which.add_argument("--why", metavar="SLUG", help="show the phrases behind each tag of a paper")
    which.add_argument("--suggest", action="store_true", help="show frequent phrases that no tag covers")


def _starting(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "title", metavar="TITLE", nargs="+", help="the title; it needs no quotes unless the shell reads its signs"
    )


def _building(command: argparse.ArgumentParser) -> None:
    _build_options(command, again=True)


def _serving(command: argparse.ArgumentParser) -> None:
    _build_options(command, again=True)
    command.add_argument("--port", type=int, default=8000, help="port (default: 8000)")
    command.add_argument("--host", default="localhost", help="address to listen on (default: localhost)")


def _nothing_more(command: argparse.ArgumentParser) -> None:
    """Leave a command with the options that all have."""


COMMANDS = {
    "import": ("building", "import_seeds", "read seeds/ and write what is new into content/", _importing),
    "build": ("building", "build", "build site/ from content/ and templates/, with its search index", _building),
    "serve": ("building", "serve", "preview the site from memory, reloaded when a file changes", _serving),
    "check": ("checking", "check", "find everything that is wrong; write nothing", _nothing_more),
    "new": ("authoring", "new", "start a paper by hand", _starting),
    "duplicates": ("reports", "duplicates", "show papers that may be one, and where their texts differ", _nothing_more),
    "tags": ("reports", "tags", "say why a paper has its tags, or which tags the vocabulary may lack", _tagging),
    "doctor": ("doctor", "doctor", "show versions, settings, access, and sizes against hosts' limits", _nothing_more),
}


def _common_options(command: argparse.ArgumentParser, *, again: bool = False) -> None:
    """Add the options of every command; `again` for a command that repeats those of the program."""
    command.add_argument(
        "--strict", action="store_true", default=_default(False, again), help="treat warnings as errors"
    )
    command.add_argument(
        "--format",
        choices=FORMATS,
        default=_default("text", again),
        help="how problems are printed: text, json (one object a line), github (marks in pull requests)",
    )


def _build_options(command: argparse.ArgumentParser, *, again: bool = False) -> None:
    command.add_argument(
        "--no-search",
        action="store_false",
        dest="search",
        default=_default(True, again),
        help="leave the search index out",
    )
    command.add_argument(
        "--output", metavar="DIR", default=_default("site", again), help="where the site is written (default: site)"
    )


def _default(value: object, again: bool) -> object:
    return argparse.SUPPRESS if again else value
