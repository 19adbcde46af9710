"""What can be wrong, where, and what to do about it."""

from __future__ import annotations

import difflib
import enum
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple


class Severity(enum.StrEnum):
    """How much a problem matters: an error stops, a warning stops under `--strict`, a note never does."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


# The codes whose severity a project may choose: without their help a right site can still be built.
_ADJUSTABLE = """
    unplaced-line no-abstract cut-capture impossible-date unknown-field unnamed-tag identifiers-differ dates-differ
    authors-differ digest-without-seed record-unused near-duplicate papers-merged two-files-one-paper no-such-record
    empty-body not-read dead-link unknown-tag unknown-key same-identifier unbalanced-math image-without-text cut-value
    not-imported unlisted-address hidden-target deleted-file other-version local-address over-limit
"""
ADJUSTABLE = frozenset(_ADJUSTABLE.split())


class Location(NamedTuple):
    """A place in a file: path relative to the project's root, line from 1 (0 is the file as a whole)."""

    path: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}" if self.line else self.path


@dataclass(frozen=True, slots=True)
class Problem:
    """A finding. `code` is stable and documented in docs/problems.md."""

    location: Location
    severity: Severity
    code: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        line = f"{self.location}: {self.severity}: {self.message} [{self.code}]"
        return f"{line}\n    {self.hint}" if self.hint else line

    def key(self) -> tuple[Location, str, str]:
        """Return what makes it one finding; sorts by place, so that a person can walk through a file once."""
        return (self.location, self.code, self.message)


class Problems:
    """Collects findings until somebody decides whether to go on; the same finding twice counts once."""

    def __init__(self, severities: Mapping[str, Severity] | None = None) -> None:
        """Take the severities that the project chose, by code."""
        self._found: dict[tuple[Location, str, str], Problem] = {}
        self._chosen = severities or {}

    def __iter__(self) -> Iterator[Problem]:
        return iter(sorted(self._found.values(), key=Problem.key))

    def __len__(self) -> int:
        return len(self._found)

    def add(self, problem: Problem) -> None:
        """Add one finding, unless it is there."""
        chosen = self._chosen.get(problem.code, problem.severity)
        self._found.setdefault(problem.key(), replace(problem, severity=chosen))

    def add_all(self, problems: Iterable[Problem]) -> None:
        """Add findings that somebody else collected."""
        for problem in problems:
            self.add(problem)

    def error(self, location: Location, code: str, message: str, hint: str = "") -> None:
        """Report something that must be mended before anything is written."""
        self.add(Problem(location, Severity.ERROR, code, message, hint))

    def warning(self, location: Location, code: str, message: str, hint: str = "") -> None:
        """Report something that is probably wrong."""
        self.add(Problem(location, Severity.WARNING, code, message, hint))

    def note(self, location: Location, code: str, message: str, hint: str = "") -> None:
        """Report something a person may want to know."""
        self.add(Problem(location, Severity.NOTE, code, message, hint))

    def count(self, severity: Severity) -> int:
        """Count the findings of one severity."""
        return sum(problem.severity is severity for problem in self._found.values())

    def fatal(self, *, strict: bool) -> bool:
        """Say whether work has to stop here."""
        stops = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
        return any(problem.severity in stops for problem in self._found.values())


class BroadsheetError(Exception):
    """Work stopped for a reason that a person can mend; carries the problems and the exit code."""

    exit_code = 1

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(problems, key=Problem.key)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class ContentError(BroadsheetError):
    """Something in seeds/, content/ or templates/ has to be mended (exit code 1)."""


class UsageError(BroadsheetError):
    """The command or the configuration is wrong (exit code 2)."""

    exit_code = 2


class ToolError(BroadsheetError):
    """A program that Broadsheet calls is missing or failed (exit code 3)."""

    exit_code = 3


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return a hint that names the nearest known word, or lists the known ones."""
    names = sorted(known)
    near = difflib.get_close_matches(word.lower(), names, n=1, cutoff=0.6)
    if near:
        return f"Did you mean “{near[0]}”?"
    shown = names[:12] + ["…"] * (len(names) > 12)  # noqa: PLR2004 - a line's worth
    return f"Known: {', '.join(shown)}."
