"""Running a command: whatever stops it becomes findings and an exit code."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from broadsheet.cli.printing import Printer, many
from broadsheet.problems import BroadsheetError, Location, Problem, Severity

ALL_UNTOUCHED = "content/ and site/ are as they were."


def run(options: argparse.Namespace, root: Path, printer: Printer) -> int:
    """Run the command of `options` and return the exit code; an exception that is a bug goes on."""
    try:
        options.run(options, root, printer)
    except BroadsheetError as fault:
        printer.problems(fault.problems, notes=False)
        errors = sum(problem.severity is Severity.ERROR for problem in fault.problems)
        warnings = sum(problem.severity is Severity.WARNING for problem in fault.problems)
        counts = f"{many(errors, 'error')}, {many(warnings, 'warning')}"
        print(f"Stopped: {counts}. {options.untouched}".rstrip(), file=sys.stderr)
        return fault.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # whoever read the output has seen enough
        return 1
    except OSError as fault:
        place = os.fsdecode(fault.filename) if isinstance(fault.filename, (str, bytes)) else str(root)
        hint = "Look at permissions and free space."
        problem = Problem(Location(place), Severity.ERROR, "disk", fault.strerror or str(fault), hint)
        printer.problems([problem], notes=False)
        return 1
    except KeyboardInterrupt:
        printer.progress.clear()
        print("Interrupted.", file=sys.stderr)
        return 130
    finally:
        printer.progress.clear()
    return 0
