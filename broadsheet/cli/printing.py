"""How findings and progress are printed: for people, for programs, for GitHub's log."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass

from broadsheet.problems import Problem, Severity

FORMATS = ("text", "json", "github")
_GITHUB_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


@dataclass(frozen=True, slots=True)
class Printer:
    """Prints in one format; in `json`, standard output holds one object a finding and nothing else."""

    format: str = "text"

    def problems(self, problems: Iterable[Problem], *, notes: bool) -> None:
        """Print findings: as text to standard error, else to standard output."""
        shown = [problem for problem in problems if notes or problem.severity is not Severity.NOTE]
        for problem in shown:
            if self.format == "json":
                print(as_json(problem))
            elif self.format == "github":
                print(as_workflow_command(problem))
            else:
                print(problem, file=sys.stderr)

    def say(self, text: str) -> None:
        """Print what a command has done or found."""
        print(text, file=sys.stderr if self.format == "json" else sys.stdout, flush=True)


def as_json(problem: Problem) -> str:
    """Return a finding as one line of JSON; `line` is 0 for the file as a whole."""
    found = {
        "path": problem.location.path,
        "line": problem.location.line,
        "severity": str(problem.severity),
        "code": problem.code,
        "message": problem.message,
        "hint": problem.hint,
    }
    return json.dumps(found, ensure_ascii=False)


def as_workflow_command(problem: Problem) -> str:
    """Return a finding as a GitHub workflow command, which marks the line in a pull request."""
    place = [f"file={_property(problem.location.path)}"]
    place += [f"line={problem.location.line}"] if problem.location.line else []
    text = f"{problem.message}\n{problem.hint}" if problem.hint else problem.message
    return f"::{_GITHUB_LEVELS[problem.severity]} {','.join(place)},title={_property(problem.code)}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def many(count: int, noun: str, plural: str = "") -> str:
    """Write a count with its noun."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {plural or noun + 's'}"


def seconds(started: float) -> str:
    """Write the time since `started`, a reading of `time.perf_counter`."""
    return f"{time.perf_counter() - started:.2f} s"
