"""The command that looks at what surrounds a project: programs, settings, permissions, the host's limits."""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import platform
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from broadsheet import __version__, disk
from broadsheet.cli.printing import Printer, many
from broadsheet.config import LOCAL_URL, read_config
from broadsheet.problems import BroadsheetError, Location, Problem, Problems, Severity, ToolError, UsageError

_LOCKED = re.compile(
    r"^([A-Za-z0-9._-]+)==([^\s;]+)(?:\s*;\s*python_full_version\s*(<|>=)\s*'(\d+)\.(\d+)')?", re.MULTILINE
)
FILES_IN_A_FOLDER = 54_000  # Netlify refuses a deploy with more
FILES_IN_ALL = 20_000  # Cloudflare Pages, free plan
LARGEST_FILE = 25 * 1024 * 1024  # Cloudflare Pages
LARGEST_SITE = 1024 * 1024 * 1024  # GitHub Pages


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that was looked at: `problem` is set where it has to be mended."""

    what: str
    state: str
    problem: Problem | None = None


def doctor(options: argparse.Namespace, root: Path, printer: Printer) -> None:
    """Print versions, settings, access and sizes.

    Raises ToolError when a program is missing, UsageError when a setting or a permission is wrong.
    """
    findings = [
        *_versions(root),
        _pagefind(),
        *_config(root),
        *_access(root, options.output),
        *_size(root / options.output),
    ]
    for finding in findings:
        mark = finding.problem.severity if finding.problem else "ok"
        printer.say(f"{mark:<8} {finding.what:<16} {finding.state}")
    problems = Problems()
    problems.add_all(finding.problem for finding in findings if finding.problem)
    if problems.fatal(strict=options.strict):
        missing = any(problem.code.startswith("pagefind") for problem in problems)
        raise (ToolError if missing else UsageError)(problems)
    printer.problems(problems, notes=True)


def _versions(root: Path) -> Iterator[Finding]:
    yield Finding("Broadsheet", __version__)
    yield Finding("Python", f"{platform.python_version()} on {platform.system()}")
    lock = root / "requirements.txt"
    locked = _locked_versions(lock.read_text(encoding="utf-8", errors="replace")) if lock.exists() else {}
    for name, wanted in locked.items():
        try:
            found = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found = "not installed"
        problem = None
        if found != wanted:
            message = f"{name} is {found}, and {wanted} is what the project was tested with"
            hint = "Install the locked versions: pip install --require-hashes -r requirements.txt"
            problem = Problem(Location("requirements.txt"), Severity.WARNING, "other-version", message, hint)
        yield Finding(name, found, problem)


def _locked_versions(text: str) -> dict[str, str]:
    """Read the versions that the lock file has for this Python."""
    here = tuple(int(part) for part in platform.python_version_tuple()[:2])
    return {
        name: version
        for name, version, sign, major, minor in _LOCKED.findall(text)
        if not sign or (here < (int(major), int(minor))) == (sign == "<")
    }


def _pagefind() -> Finding:
    from broadsheet.publishing.search import find_binary  # noqa: PLC0415 - only where it is used

    try:
        answer = subprocess.run(
            [find_binary(), "--version"],
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=30,
            check=True,
        )
    except ToolError as fault:
        return Finding("search program", "missing", fault.problems[0])
    except (OSError, subprocess.SubprocessError) as fault:
        problem = Problem(Location("pagefind"), Severity.ERROR, "pagefind-failed", f"Pagefind did not run: {fault}")
        return Finding("search program", "does not run", problem)
    return Finding("search program", answer.stdout.strip())


def _config(root: Path) -> Iterator[Finding]:
    try:
        config = read_config(root, os.environ)
    except BroadsheetError as fault:
        yield from (Finding("settings", str(problem.location), problem) for problem in fault.problems)
        return
    yield Finding("settings", f"“{config.title}” at {config.url}")
    if config.url == LOCAL_URL:
        hint = "Write url: https://… into content/site.yaml, or let the host set URL (Netlify does)."
        message = "without a public address, feed and sitemap name this machine"
        problem = Problem(Location("content/site.yaml"), Severity.NOTE, "local-address", message, hint)
        yield Finding("public address", "not set", problem)


def _access(root: Path, output: str) -> Iterator[Finding]:
    for name in ("seeds", "content", "templates", output):
        folder = root / name
        needs = os.R_OK | os.X_OK | (0 if name in {"seeds", "templates"} else os.W_OK)
        nearest = next(each for each in (folder, *folder.parents) if each.exists())
        if os.access(nearest, needs):
            yield Finding(f"{name}/", "can be used" if folder.exists() else "not there yet")
        else:
            problem = Problem(
                Location(name), Severity.ERROR, "no-access", "this folder cannot be used", "Look at its permissions."
            )
            yield Finding(f"{name}/", "no access", problem)


def _size(output: Path) -> Iterator[Finding]:
    sizes = {path: path.lstat().st_size for path in disk.walk(output)}
    total, largest = sum(sizes.values()), max(sizes.values(), default=0)
    crowded = max(Counter(path.parent for path in sizes).values(), default=0)
    crowded = max(crowded, max(Counter(path.parent.parent for path in sizes).values(), default=0))
    yield Finding("site", f"{many(len(sizes), 'file')}, {total / 1e6:.1f} MB, the largest {largest / 1e6:.2f} MB")
    limits = (
        (crowded, FILES_IN_A_FOLDER, "entries in one folder", "Netlify"),
        (len(sizes), FILES_IN_ALL, "files", "Cloudflare Pages"),
        (largest, LARGEST_FILE, "bytes in one file", "Cloudflare Pages"),
        (total, LARGEST_SITE, "bytes in all", "GitHub Pages"),
    )
    for count, most, what, host in limits:
        state = f"{count:,} of {most:,} {what}"
        problem = None
        if count > most:
            hint = "Choose another host, or leave the oldest papers out."
            problem = Problem(Location("site"), Severity.WARNING, "over-limit", f"{state}: {host} takes no more", hint)
        yield Finding(host, state, problem)
