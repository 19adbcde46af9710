"""The build: content/ and templates/ in, site/ out, all or nothing; what an earlier build made is not made again."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from broadsheet import disk
from broadsheet.config import Config
from broadsheet.content.catalog import build_catalog
from broadsheet.content.contents import read_contents
from broadsheet.problems import ContentError, Problems
from broadsheet.program import program_fingerprint
from broadsheet.publishing.build import Build
from broadsheet.publishing.checks import check_ledger
from broadsheet.publishing.output import MARKER, check_output
from broadsheet.publishing.relating import Relating
from broadsheet.publishing.report import BuildReport, Written
from broadsheet.publishing.routes import plan
from broadsheet.publishing.source import Source, read_theme
from broadsheet.publishing.staging import Staging
from broadsheet.publishing.state import State, load_state, save_state
from broadsheet.publishing.unchanged import LastBuild, own_cache
from broadsheet.stamps import cache_folder


def run_build(root: Path, config: Config, problems: Problems, last: LastBuild, *, strict: bool) -> BuildReport:
    """Build the site into the output folder of `last`; a second build into the same folder waits for the first.

    Raises ContentError, ToolError or UsageError, with the output folder as it was, when the build cannot be right.
    """
    check_output(last.output, root)
    own = own_cache(root, last.output)
    source, relating = read_source(root, config, problems, strict=strict, cache=cache_folder(root))
    with relating, _working_in(last.output) as staging:
        build = Build(source, staging, load_state(own, source.program), problems, strict)
        build.make()
        index = build.index(wanted=last.search)
        last.forget()
        report = _report(source, build.write(index))
        save_state(own, source.program, build.state)
        last.remember(report, problems, build.there)
    return report


def _report(source: Source, written: Written) -> BuildReport:
    catalog = source.catalog
    unlisted = catalog.permalinks - catalog.ledger.keys()
    counts = len(catalog.papers), len(catalog.tagged), len(catalog.digests), len(source.routes)
    return BuildReport(*counts, written, unlisted)


def run_check(root: Path, config: Config, problems: Problems) -> BuildReport | None:
    """Do all of a build but the writing; None when a problem would stop it."""
    try:
        source, relating = read_source(root, config, problems, strict=False, cache=None)
        with relating, tempfile.TemporaryDirectory() as folder:
            staging = Staging(Path(folder))
            staging.begin()
            Build(source, staging, State(), problems, strict=False).make()
            return _report(source, Written(0, 0, 0))
    except ContentError:
        return None


def read_source(
    root: Path, config: Config, problems: Problems, *, strict: bool, cache: Path | None = None
) -> tuple[Source, Relating]:
    """Read, check and plan everything; related papers are found meanwhile.

    Raises ContentError when a problem stops the build.
    """
    program = program_fingerprint()
    contents = read_contents(root, program, problems, cache and cache / "content")
    relating = Relating(cache and cache / "related", program)
    catalog = build_catalog(contents, problems, relating.relate)
    theme = read_theme(root, problems)
    stop_if_fatal(problems, strict=strict)
    routes = plan(catalog, config, problems)
    check_ledger(catalog, routes, problems)
    stop_if_fatal(problems, strict=strict)
    return Source(program, config, catalog, theme, routes), relating


def stop_if_fatal(problems: Problems, *, strict: bool) -> None:
    """Raise ContentError when a problem stops the work."""
    if problems.fatal(strict=strict):
        raise ContentError(problems)


@contextmanager
def _working_in(output: Path) -> Iterator[Staging]:
    """Hold the output folder; one that was not there before is there afterwards only if the build went well."""
    is_new = not output.exists()
    output.mkdir(parents=True, exist_ok=True)
    staging = Staging(output)
    with disk.locked(output / MARKER):
        staging.begin()
        done = False
        try:
            yield staging
            done = True
        finally:
            staging.end()
            if is_new and not done:
                (output / MARKER).unlink()
                with suppress(OSError):
                    output.rmdir()
