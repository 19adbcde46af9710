"""One build: which pages have to be made again, whether all of them are right, and their way into the output folder."""

from __future__ import annotations

import marshal
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import partial

from broadsheet import disk
from broadsheet.problems import ContentError, Problems
from broadsheet.progress import SILENT, Progress
from broadsheet.publishing.changes import changes_since, known_of
from broadsheet.publishing.checks import Anchored, LinkCheck
from broadsheet.publishing.dependencies import Dependencies
from broadsheet.publishing.inspection import Inspection
from broadsheet.publishing.output import clear_the_way, remove_orphans
from broadsheet.publishing.production import Made, Workshop, no_key
from broadsheet.publishing.renewal import Planned, Renewal
from broadsheet.publishing.report import Written
from broadsheet.publishing.search import FOLDER, build_index
from broadsheet.publishing.source import Source
from broadsheet.publishing.staging import Staging
from broadsheet.publishing.state import Pages, State
from broadsheet.snapshots import LINK, NOTHING, Files, Signature, Snapshot, take, take_again, take_written

FEW = 1000  # files that are looked at one by one
PAPER_TEMPLATE = "paper.html"
SEARCH_ENTRY = f"{FOLDER}/pagefind.js"


@dataclass(slots=True)
class Build:
    """A build of `source` into the output folder of `staging`, which holds what is `there`.

    `state` is what the last build knew; `is_relating` says whether another process is busy with related papers.
    `is_whole` says in the end whether the output folder holds what was planned and nothing else.
    """

    source: Source
    staging: Staging
    state: State
    problems: Problems
    strict: bool
    there: Snapshot = NOTHING
    progress: Progress = SILENT
    is_relating: Callable[[], bool] = lambda: False
    made: dict[str, Made] = field(default_factory=dict)
    keys: dict[str, bytes] = field(default_factory=dict)
    faulty: Collection[str] = ()
    anchored: Collection[Anchored] = ()
    is_whole: bool = False

    def make(self) -> None:
        """Render and check what has to be made again; raise ContentError when something is wrong in it."""
        there, catalog = self.there.files, self.source.catalog
        before = self.state.pages
        self.state.pages = intact = before.intact(there)
        self.staging.links = frozenset(file for file, each in there.items() if each == LINK)
        renderer = self.source.renderer()
        dependencies = self.source.dependencies(renderer)
        known = {*self.source.routes, *self.source.theme.static_files(), SEARCH_ENTRY}
        links = LinkCheck(known, self.source.config.base_path)
        key = no_key if intact.keys else dependencies.key
        workshop = Workshop(renderer, self.staging, links, intact.digests, self.progress, key)
        now = known_of(dependencies.base, catalog)
        linking = {path for path, each in catalog.files.items() if each.links_inside}
        renewal = Renewal(intact, dependencies, changes_since(self.state.known, now, catalog), linking)
        for number, routes in enumerate(self._waves(dependencies)):
            self.progress.step("Finding related papers" if number else "Looking for changes")
            if number:
                _ = catalog.related.slugs  # a process that makes pages cannot wait for another's answer
            keys, due = renewal.look(routes)
            production = workshop.produce(due, self.is_relating)
            self.made |= {made.file: made for made in production.made}
            self.keys |= keys or {made.file: made.key for made in production.made}
            self.problems.add_all(production.problems)
        self.state.known = now.with_related(catalog)
        if not self.problems.fatal(strict=self.strict):
            inspection = Inspection(self.source, self._reader(), self.problems)
            self.faulty, self.anchored = inspection.follow_links(self.made, before, links)
            inspection.look_at_documents(self.made)
        if self.problems.fatal(strict=self.strict):
            raise ContentError(self.problems)

    def _waves(self, dependencies: Dependencies) -> tuple[list[Planned], list[Planned]]:
        """Divide the routes: those that need related papers come last, since these are found meanwhile."""
        waves: tuple[list[Planned], list[Planned]] = ([], [])
        for planned in self.source.routes.items():
            waves[dependencies.needs_related(planned[1].template)].append(planned)
        return waves

    def waiting(self) -> set[str]:
        """Return the files that wait."""
        return {file for file, made in self.made.items() if made.waiting}

    def _reader(self) -> Callable[[str], bytes]:
        """Return what reads the bytes that a page of the site will have."""
        return partial(self.staging.read, waiting=self.waiting())

    def digest_of(self, file: str) -> bytes:
        """Return the hash of a page's bytes."""
        return self.made[file].digest if file in self.made else self.state.pages.digests[file]

    def index(self, *, wanted: bool) -> dict[str, bytes] | None:
        """Return the files of the search index; None when those that are there are still right."""
        searched = [file for file, route in self.source.routes.items() if route.template == PAPER_TEMPLATE]
        told = sorted((file, self.digest_of(file)) for file in searched) if wanted else []
        key = disk.digest(marshal.dumps((self.source.program, self.source.config.language, told), 2))
        before, files = self.state.search
        if before == key and files == self._bundle():
            return None
        self.state.search = (key, {})
        if not searched or not wanted:
            return {}
        return build_index(searched, self._reader(), self.source.config.language, self.progress)

    def write(self, index: Mapping[str, bytes] | None) -> Written:
        """Put everything in its place, remove what is not planned, and leave in `state` what is there now."""
        output = self.staging.output
        kept = [f"{FOLDER}/{file}" for file in self.state.search[1]] if index is None else []
        others = {**self.source.theme.static_files(), **(index or {})}
        planned = {*self.source.routes, *others, *kept}
        gone = clear_the_way(output, self.there, planned)
        written = {file for file, data in others.items() if disk.write_if_changed(output / file, data)}
        waiting = self.waiting()
        self.progress.step("Writing", len(waiting), "pages")
        moved = self.staging.commit(waiting)
        orphans = self.there.files.keys() - planned - gone
        remove_orphans(output, orphans)
        touched = {*written, *waiting, *orphans, *gone}
        self.there = self._now(touched, moved)
        after = self.there.files
        self.state.pages = self._pages(after)
        self.state.search = (self.state.search[0], self._bundle())
        self.is_whole = planned >= after.keys()
        return Written(len(planned), len(written) + len(waiting), len(orphans))

    def _now(self, touched: Collection[str], moved: Collection[str]) -> Snapshot:
        """Return what the output folder holds now, after some files were touched and some folders moved there whole."""
        output = self.staging.output
        if len(touched) < FEW:
            return take_again(output, self.there, touched)
        if any(self.there.folders):  # beside the folder itself
            return take(output, self.there)
        made = {file: each.signature for file, each in self.made.items() if file.partition("/")[0] in moved}
        written = {file: signature for file, signature in made.items() if signature}
        return take_written(output, written, [file for file in touched if file not in written])

    def _pages(self, there: Files) -> Pages:
        """Return the pages of this build, of those that are there."""
        keys = {file: key for file, key in self.keys.items() if file in there}
        digests = {**self.state.pages.digests, **{file: made.digest for file, made in self.made.items()}}
        signatures = {file: there[file] for file in keys}
        return Pages(keys, {file: digests[file] for file in keys}, signatures, self.faulty, self.anchored)

    def _bundle(self) -> dict[str, Signature]:
        """Return the files of the search index that are there, by their names below its folder."""
        within, routes = f"{FOLDER}/", self.source.routes
        there = self.there.files.items()
        return {
            file.removeprefix(within): each for file, each in there if file.startswith(within) and file not in routes
        }
