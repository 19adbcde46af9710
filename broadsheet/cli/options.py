"""The options of every command."""

from __future__ import annotations

import argparse

from broadsheet import __version__
from broadsheet.cli.authoring import new
from broadsheet.cli.building import ALL_UNTOUCHED, build, everything, import_seeds, serve
from broadsheet.cli.checking import check
from broadsheet.cli.doctor import doctor
from broadsheet.cli.printing import FORMATS
from broadsheet.cli.reports import tags

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
    top.set_defaults(run=everything, untouched=ALL_UNTOUCHED)
    commands = top.add_subparsers(title="commands", metavar="COMMAND")
    _importing(commands.add_parser("import", help="read seeds/ and write what is new into content/"))
    building = commands.add_parser("build", help="build site/ from content/ and templates/, with its search index")
    _common_options(building, again=True)
    _build_options(building, again=True)
    building.set_defaults(run=build)
    checking = commands.add_parser(
        "check", help="find everything that is wrong, in seeds, content and pages; write nothing"
    )
    _common_options(checking, again=True)
    checking.set_defaults(run=check, untouched="")
    starting = commands.add_parser("new", help="start a paper by hand")
    starting.add_argument("title", metavar="TITLE", help="the title, in quotes")
    _common_options(starting, again=True)
    starting.set_defaults(run=new, untouched="")
    looking = commands.add_parser(
        "doctor", help="show versions, settings, write access, and sizes against hosts' limits"
    )
    _common_options(looking, again=True)
    looking.set_defaults(run=doctor, untouched="")
    _tags(commands.add_parser("tags", help="say why a paper has its tags, or which tags the vocabulary may lack"))
    serving = commands.add_parser("serve", help="preview the site, rebuilt and reloaded when a file changes")
    _common_options(serving, again=True)
    _build_options(serving, again=True)
    serving.add_argument("--port", type=int, default=8000, help="port (default: 8000)")
    serving.add_argument("--host", default="localhost", help="address to listen on (default: localhost)")
    serving.set_defaults(run=serve, untouched="")
    return top


def _importing(command: argparse.ArgumentParser) -> None:
    command.add_argument("--explain", metavar="FILE", help="show what each line of a seed was read as; write nothing")
    command.add_argument(
        "--diff", action="store_true", help="show where seeds now say something else than a person wrote; write nothing"
    )
    _common_options(command, again=True)
    command.set_defaults(run=import_seeds)


def _tags(command: argparse.ArgumentParser) -> None:
    which = command.add_mutually_exclusive_group(required=True)
    which.add_argument("--why", metavar="SLUG", help="show the phrases behind each tag of a paper")
    which.add_argument("--suggest", action="store_true", help="show frequent phrases that no tag covers")
    _common_options(command, again=True)
    command.set_defaults(run=tags, untouched="")


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
