"""Commands, options, exit codes: the only room that prints."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from broadsheet.cli.options import parser
from broadsheet.cli.printing import Printer
from broadsheet.cli.progress import progress_for
from broadsheet.cli.running import run


def main(arguments: Sequence[str], root: Path, *, quiet: bool = False) -> int:
    """Run a command in the project at `root` and return the exit code; a `quiet` one does not say what it is doing."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # it was closed before the program began
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - for as long as this runs
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that lacks a character is no reason to stop
    options = parser().parse_args(arguments)
    return run(options, root, Printer(options.format, progress_for(options.format, quiet=quiet)))
