"""How findings and progress are printed: for people, for programs, for GitHub's log."""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from broadsheet.cli.progress import Lines
from broadsheet.problems import Problem, Severity

FORMATS = ("text", "json", "github")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_GITHUB_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


@dataclass(frozen=True, slots=True)
class Printer:
    """Prints in one format, each finding once; in `json`, standard output holds nothing else."""

    format: str
    progress: Lines
    printed: set[Problem] = field(default_factory=set)

    def problems(self, problems: Iterable[Problem], *, notes: bool) -> None:
        """Print findings: as text to standard error, else to standard output."""
        self.progress.clear()
        shown = [problem for problem in problems if notes or problem.severity is not Severity.NOTE]
        for problem in shown:
            if problem in self.printed:  # an import and the build after it find some things both
                continue
            self.printed.add(problem)
            if self.format == "json":
                print(as_json(problem))
            elif self.format == "github":
                print(as_workflow_command(problem))
            else:
                print(as_text(problem), file=sys.stderr)

    def say(self, text: str) -> None:
        """Print one line of what a command has done or found."""
        self.progress.clear()
        print(as_no_command(text), file=sys.stderr if self.format == "json" else sys.stdout, flush=True)


def one_line(text: str) -> str:
    """Spell line breaks and control characters out: what seeds and content hold must not begin a line of its own."""
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def as_no_command(text: str) -> str:
    """Return one line in which GitHub finds no workflow command: neither `::…` at its start nor `##[…]` anywhere.

    Its runner reads everything that a step prints, whatever the format and the stream.
    """
    line = one_line(text).replace("##[", "# #[")
    return f"· {line}" if line.lstrip().startswith("::") else line


def as_text(problem: Problem) -> str:
    """Return a finding as a line, and its hint as another."""
    shown = replace(problem, message=one_line(problem.message), hint=one_line(problem.hint))
    return str(shown).replace("##[", "# #[")


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
    line = json.dumps(found)  # in ASCII, so that it is JSON in every terminal's encoding
    return line.replace("##[", "#\\u0023[")  # see as_no_command


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
