"""The build: content/ and templates/ in, site/ out, all or nothing; what an earlier build made is not made again."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from broadsheet.config import Config
from broadsheet.content.catalog import Catalog, build_catalog
from broadsheet.content.contents import read_contents
from broadsheet.problems import ContentError, Problems
from broadsheet.program import program_fingerprint
from broadsheet.progress import SILENT, Progress
from broadsheet.publishing.build import Build
from broadsheet.publishing.checks import check_ledger
from broadsheet.publishing.compiled import CompiledTemplates
from broadsheet.publishing.relating import Relating
from broadsheet.publishing.report import BuildReport, Written
from broadsheet.publishing.routes import plan
from broadsheet.publishing.source import Source, read_theme
from broadsheet.publishing.staging import Staging
from broadsheet.publishing.state import State, load_state, save_state
from broadsheet.publishing.unchanged import LastBuild
from broadsheet.stamps import cache_folder


def run_build(
    root: Path, config: Config, problems: Problems, last: LastBuild, *, strict: bool, progress: Progress = SILENT
) -> BuildReport:
    """Build the site into the output folder of `last`, which is held.

    Raises ContentError, ToolError or UsageError, with the output folder as it was, when the build cannot be right.
    """
    program, cache = program_fingerprint(), cache_folder(root)
    with Relating(cache / "related", program) as relating, Staging(last.output) as staging:
        relating.begin([each for file, each in last.content.files.items() if file.startswith("papers/")])
        contents = read_contents(root, program, problems, cache / "prepared", last.content, progress)
        progress.step("Planning pages")
        catalog = build_catalog(contents, problems, relating.relate, cache / "arrangement")
        planned = plan_site(root, config, problems, catalog, strict=strict)
        source = replace(planned, compiled=CompiledTemplates(cache / "templates", program))
        state = load_state(last.own, program)
        build = Build(source, staging, state, problems, strict, last.site, progress, relating.is_busy)
        build.make()
        index = build.index(wanted=last.search)
        last.forget()
        report = _report(source, build.write(index))
        save_state(last.own, program, build.state)
    if build.is_whole:  # else somebody put a file there meanwhile, and the next build has to look
        last.remember(report, problems, build.there)  # when nothing of this build waits any more: now it is done
    return report


def _report(source: Source, written: Written) -> BuildReport:
    catalog = source.catalog
    unlisted = catalog.permalinks - catalog.ledger.keys()
    counts = len(catalog.papers), len(catalog.tagged), len(catalog.digests), len(source.routes)
    return BuildReport(*counts, written, unlisted)


def run_check(root: Path, config: Config, problems: Problems, progress: Progress) -> BuildReport | None:
    """Do all of a build but the writing; None when a problem would stop it."""
    try:
        with (
            Relating(None, "") as relating,
            tempfile.TemporaryDirectory() as folder,
            Staging(Path(folder)) as staging,
        ):
            contents = read_contents(root, program_fingerprint(), problems, progress=progress)
            progress.step("Planning pages")
            catalog = build_catalog(contents, problems, relating.relate)
            source = plan_site(root, config, problems, catalog, strict=False)
            Build(
                source, staging, State(), problems, strict=False, progress=progress, is_relating=relating.is_busy
            ).make()
            return _report(source, Written(0, 0, 0))
    except ContentError:
        return None


def plan_site(root: Path, config: Config, problems: Problems, catalog: Catalog, *, strict: bool) -> Source:
    """Check and plan everything.

    Raises ContentError when a problem stops the build.
    """
    theme = read_theme(root, problems)
    stop_if_fatal(problems, strict=strict)
    routes = plan(catalog, config, problems)
    check_ledger(catalog, routes, problems)
    stop_if_fatal(problems, strict=strict)
    return Source(program_fingerprint(), config, catalog, theme, routes)


def stop_if_fatal(problems: Problems, *, strict: bool) -> None:
    """Raise ContentError when a problem stops the work."""
    if problems.fatal(strict=strict):
        raise ContentError(problems)
