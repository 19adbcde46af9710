"""One build: which pages have to be made again, whether all of them are right, and their way into the output folder."""

from __future__ import annotations

import marshal
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from broadsheet import disk
from broadsheet.problems import ContentError, Problems
from broadsheet.progress import SILENT, Progress
from broadsheet.publishing.changes import Changes, changes_since, known_of
from broadsheet.publishing.checks import Anchored, LinkCheck, anchors_of, report_dead_link
from broadsheet.publishing.dependencies import Dependencies
from broadsheet.publishing.documents import check_feed, check_sitemap
from broadsheet.publishing.output import clear_the_way, remove_orphans
from broadsheet.publishing.production import Made, Workshop, no_key
from broadsheet.publishing.report import Written
from broadsheet.publishing.routes import SITEMAP, SITEMAP_INDEX, Route
from broadsheet.publishing.search import FOLDER, build_index
from broadsheet.publishing.source import Source
from broadsheet.publishing.staging import Staging
from broadsheet.publishing.state import Page, State
from broadsheet.snapshots import LINK, NOTHING, Signature, Snapshot, take, take_again, take_written

FEW = 1000  # files that are looked at one by one
PAPER_TEMPLATE = "paper.html"
FEED = "feed.xml"
SEARCH_ENTRY = f"{FOLDER}/pagefind.js"


Planned = tuple[str, Route]  # with its file


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
    is_whole: bool = False

    def make(self) -> None:
        """Render and check what has to be made again; raise ContentError when something is wrong in it."""
        there = self.there.files
        intact = {file: page for file, page in self.state.pages.items() if there.get(file) == page.signature}
        self.state.pages = intact
        self.staging.links = frozenset(file for file, each in there.items() if each == LINK)
        renderer = self.source.renderer()
        dependencies = self.source.dependencies(renderer)
        known = {*self.source.routes, *self.source.theme.static_files(), SEARCH_ENTRY}
        links = LinkCheck(known, self.source.config.base_path)
        written = {file: page.digest for file, page in intact.items()}
        workshop = Workshop(
            renderer, self.staging, links, written, self.progress, no_key if intact else dependencies.key
        )
        changes = changes_since(self.state.known, dependencies.base, self.source.catalog)
        for number, routes in enumerate(self._waves(dependencies)):
            self.progress.step("Finding related papers" if number else "Looking for changes")
            if number:
                _ = self.source.catalog.related.slugs  # a process that makes pages cannot wait for another's answer
            due = [route for _, route in routes]
            if intact:  # else all pages are new, and whoever makes one finds its key
                self.keys |= self._keys_of(routes, dependencies, changes)
                due = [route for file, route in routes if self._is_due(file, route)]
            production = workshop.produce(due, self.is_relating)
            self.made |= {made.file: made for made in production.made}
            self.keys |= {made.file: made.key for made in production.made if not intact}
            self.problems.add_all(production.problems)
        self.state.known = known_of(dependencies.base, self.source.catalog)
        self._check()
        if self.problems.fatal(strict=self.strict):
            raise ContentError(self.problems)

    def _waves(self, dependencies: Dependencies) -> tuple[list[Planned], list[Planned]]:
        """Divide the routes: those that need related papers come last, since these are found meanwhile."""
        waves: tuple[list[Planned], list[Planned]] = ([], [])
        for planned in self.source.routes.items():
            waves[dependencies.needs_related(planned[1].template)].append(planned)
        return waves

    def _keys_of(
        self, routes: Sequence[Planned], dependencies: Dependencies, changes: Changes | None
    ) -> Mapping[str, bytes]:
        """Return the keys of pages by file; what changes do not touch has the key it had."""
        if changes is None:
            return {file: dependencies.key(route) for file, route in routes}
        pages, is_touched = self.state.pages, dependencies.is_touched
        return {
            file: pages[file].key if file in pages and not is_touched(route, changes) else dependencies.key(route)
            for file, route in routes
        }

    def _is_due(self, file: str, route: Route) -> bool:
        """Say whether a page has to be made: it is new, what it depends on is, or a person wrote links into it."""
        page = self.state.pages.get(file)
        if page is None or page.key != self.keys[file]:
            return True
        written = self.source.catalog.files.get(route.origin.path)
        return written is not None and written.links_inside

    def _check(self) -> None:
        """Report links that lead nowhere, and a feed or sitemap that is none."""
        if self.problems.fatal(strict=self.strict):
            return
        routes, config = self.source.routes, self.source.config
        for made in self.made.values():
            dead = [*made.dead, *(each.link for each in made.anchored if not self._has_anchor(each))]
            for link in dead:
                report_dead_link(link, made.file, routes[made.file].origin, self.problems, self.source.catalog, routes)
        if FEED in self.made:
            check_feed(self.read(FEED), FEED, self.problems)
        for file in self.made:
            if routes[file].template in {SITEMAP, SITEMAP_INDEX}:
                check_sitemap(self.read(file), routes[file], routes, config.url, self.problems)

    def _has_anchor(self, anchored: Anchored) -> bool:
        is_page = anchored.page in self.source.routes
        return not is_page or anchored.anchor in anchors_of(self.read(anchored.page))

    def read(self, file: str) -> bytes:
        """Return the bytes that a page of the site will have."""
        return self.staging.read(file, self.waiting())

    def waiting(self) -> set[str]:
        """Return the files that wait."""
        return {file for file, made in self.made.items() if made.waiting}

    def digest_of(self, file: str) -> bytes:
        """Return the hash of a page's bytes."""
        return self.made[file].digest if file in self.made else self.state.pages[file].digest

    def index(self, *, wanted: bool) -> dict[str, bytes] | None:
        """Return the files of the search index; None when those that are there are still right."""
        searched = [file for file, route in self.source.routes.items() if route.template == PAPER_TEMPLATE]
        told = sorted((file, self.digest_of(file)) for file in searched) if wanted else []
        key = disk.digest(marshal.dumps((self.source.program, self.source.config.language, told), 2))
        before, files = self.state.search
        if before == key and files == self._bundle():
            return None
        self.state.search = (key, {})
        waiting = self.waiting()
        if not searched or not wanted:
            return {}
        language = self.source.config.language
        return build_index(searched, lambda file: self.staging.read(file, waiting), language, self.progress)

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
        self.state.pages = {
            file: Page(key, self.digest_of(file), after[file]) for file, key in self.keys.items() if file in after
        }
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

    def _bundle(self) -> dict[str, Signature]:
        """Return the files of the search index that are there, by their names below its folder."""
        within, routes = f"{FOLDER}/", self.source.routes
        there = self.there.files.items()
        return {
            file.removeprefix(within): each for file, each in there if file.startswith(within) and file not in routes
        }
