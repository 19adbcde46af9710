"""A build that has nothing to do: found out before anything is read."""

from __future__ import annotations

from dataclasses import astuple
from pathlib import Path

from broadsheet import disk
from broadsheet.config import Config
from broadsheet.problems import Problems
from broadsheet.program import program_fingerprint
from broadsheet.publishing.report import BuildReport, Written
from broadsheet.stamps import Files, cache_folder, files_of, load_stamp, save_stamp, told_by

INPUTS = ("content", "templates")


class LastBuild:
    """What is known of the last build into an output folder; made before a build reads its inputs."""

    def __init__(self, root: Path, config: Config, output: Path, *, search: bool) -> None:
        self.as_of = disk.now()
        self.inputs: Files = files_of(root, INPUTS)
        self.reading = repr((program_fingerprint(), config, search, str(output)))
        self.output, self.search = output, search
        self.stamp = own_cache(root, output) / "stamp"

    def report(self, problems: Problems) -> BuildReport | None:
        """Return what the last build said, when nothing has changed since; its problems are said again."""
        if not self.stamp.exists() or not self.output.exists():
            return None
        stamp = load_stamp(self.stamp, told_by(self.reading, self.inputs, disk.scan(self.output)))
        if stamp is None:
            return None
        problems.add_all(stamp.problems)
        papers, tags, digests, pages, files, unlisted = stamp.said
        return BuildReport(papers, tags, digests, pages, Written(files, 0, 0), frozenset(unlisted))

    def forget(self) -> None:
        """Take the proof back, before anything is written."""
        self.stamp.unlink(missing_ok=True)

    def remember(self, report: BuildReport, problems: Problems, outputs: Files) -> None:
        """Keep what a build said, for the next one."""
        papers, tags, digests, pages, written, unlisted = astuple(report)
        said = (papers, tags, digests, pages, written[0], tuple(unlisted))
        save_stamp(self.stamp, told_by(self.reading, self.inputs, outputs), said, problems, self.inputs, self.as_of)


def own_cache(root: Path, output: Path) -> Path:
    """Return where what is remembered of one output folder is kept."""
    return cache_folder(root) / disk.digest(str(output.resolve()).encode()).hex()
