"""A build that has nothing to do: found out before anything is read."""

from __future__ import annotations

from dataclasses import astuple
from pathlib import Path

from broadsheet import disk
from broadsheet.config import Config
from broadsheet.problems import Problems
from broadsheet.publishing.report import BuildReport, Written
from broadsheet.snapshots import Snapshot
from broadsheet.stamps import LastTime, cache_folder

INPUTS = ("content", "templates")
OUTPUT = "site"


class LastBuild:
    """What is known of the last build into an output folder, and what its folders hold now."""

    def __init__(self, root: Path, config: Config, output: Path, *, search: bool) -> None:
        self.output, self.search = output, search
        self.own = own_cache(root, output)
        folders = {name: root / name for name in INPUTS} | {OUTPUT: output}
        self.time = LastTime(self.own / "stamp", repr((config, search, str(output))), folders)

    @property
    def content(self) -> Snapshot:
        """Return what content/ holds."""
        return self.time.folders["content"]

    @property
    def site(self) -> Snapshot:
        """Return what the output folder holds."""
        return self.time.folders[OUTPUT]

    def report(self, problems: Problems) -> BuildReport | None:
        """Return what the last build said, when nothing has changed since; its problems are said again."""
        if self.time.said is None:
            return None
        self.time.repeat(problems)
        papers, tags, digests, pages, files, unlisted = self.time.said
        return BuildReport(papers, tags, digests, pages, Written(files, 0, 0), frozenset(unlisted))

    def forget(self) -> None:
        """Take the proof back, before anything is written."""
        self.time.forget()

    def remember(self, report: BuildReport, problems: Problems, site: Snapshot) -> None:
        """Keep what a build said, for the next one."""
        papers, tags, digests, pages, written, unlisted = astuple(report)
        said = (papers, tags, digests, pages, written[0], tuple(unlisted))
        self.time.remember(said, problems, {OUTPUT: site})


def own_cache(root: Path, output: Path) -> Path:
    """Return where what is remembered of one output folder is kept."""
    return cache_folder(root) / disk.digest(str(output.resolve()).encode()).hex()
