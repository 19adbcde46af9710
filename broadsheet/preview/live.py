"""The site as content/ and templates/ are now: everything is in memory, a page is rendered when it is asked for."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from broadsheet.config import PATH as SETTINGS
from broadsheet.config import Config, read_config
from broadsheet.content.catalog import Catalog, build_catalog, with_file
from broadsheet.content.contents import Contents, exchange, read_contents, reread
from broadsheet.model import Paper
from broadsheet.preview.host import Folder
from broadsheet.preview.neighbours import Neighbours
from broadsheet.problems import BroadsheetError, ContentError, Problem, Problems
from broadsheet.program import program_fingerprint
from broadsheet.progress import SILENT, Progress
from broadsheet.publishing.compiled import CompiledTemplates
from broadsheet.publishing.render import Renderer
from broadsheet.publishing.routes import Route, find_route, plan
from broadsheet.publishing.search import FOLDER as SEARCH
from broadsheet.publishing.source import FOLDER as TEMPLATES
from broadsheet.publishing.source import Theme, read_theme
from broadsheet.publishing.usage import that_need_related, usage_of
from broadsheet.snapshots import Snapshot
from broadsheet.stamps import cache_folder

FEW = 20  # changed files that are read one by one; of more, all signatures are compared
KEPT = 200  # pages that are kept to be shown while their template is broken
NOT_SHOWN = b"<!doctype html><html><head><title>Broken</title></head><body></body></html>"


class AllRoutes(Iterable[Route]):
    """Every route of a catalog, planned when a template asks for them."""

    def __init__(self, catalog: Catalog, config: Config) -> None:
        self._catalog, self._config = catalog, config

    def __iter__(self) -> Iterator[Route]:
        return iter(plan(self._catalog, self._config, Problems()).values())


class Shown(NamedTuple):
    """A page that was rendered: of which state of the site, and by which template."""

    state: int
    template: str
    data: bytes


class LiveSite:
    """The files of a site that is never written; `problems` says what keeps the newest state from being shown."""

    def __init__(self, root: Path, environment: Mapping[str, str], bundle: Path, progress: Progress = SILENT) -> None:
        """Take the folder that may hold a search index; `progress` is told of the first reading alone."""
        self.root, self.environment, self._progress = root, environment, progress
        self.bundle = Folder(bundle)
        self.problems: list[Problem] = []
        self._missed: set[str] | None = None  # changed files that are not shown yet; None for all files
        self.neighbours = Neighbours(cache_folder(root) / "related", program_fingerprint())
        self._lock = threading.RLock()
        self._shown: OrderedDict[str, Shown] = OrderedDict()
        self._state = 0  # counts what has been shown; a page that was rendered in this state need not be again
        self._redirects: tuple[object, bytes | None] = (None, None)  # with what it rests on
        self.config, self.theme = Config(), Theme({}, {}, {})
        self.contents: Contents | None = None
        self.renderer: Renderer | None = None

    @property
    def base(self) -> str:
        """Return the path below which the site stands."""
        return self.config.base_path

    def refresh(self, changed: Collection[str], there: Snapshot | None = None) -> None:
        """Bring the site up to date with changed files (paths from the project's root; none: read everything).

        `there` is what content/ holds, if that was looked at for this. What could not be shown for a fault is looked at
        again with the next change.
        """
        with self._lock:
            everything = not changed or self._missed is None
            wanted = set() if everything else {*changed, *(self._missed or ())}
            try:
                problems = self._refresh(wanted, there)
                self.problems = list(problems) if problems.fatal(strict=False) else []
            except BroadsheetError as fault:
                self.problems = fault.problems
            self._missed = set() if not self.problems else wanted or None

    def _refresh(self, changed: Collection[str], there: Snapshot | None) -> Problems:
        everything = self.renderer is None or not changed
        settings = everything or SETTINGS in changed
        config = read_config(self.root, self.environment) if settings else self.config
        if self.renderer is None:
            self.config = config  # the server has to know the base path, whatever else is wrong
        problems = Problems(config.severities)
        theme = self.theme
        if everything or any(path.startswith(f"{TEMPLATES}/") for path in changed):
            theme = read_theme(self.root, problems)
        catalog = self._catalog_after(changed, problems, there)
        if problems.fatal(strict=False):
            return problems
        if self.renderer is None or theme is not self.theme or settings:
            self.config, self.theme = config, theme
            routes = AllRoutes(catalog, config)
            compiled = CompiledTemplates(cache_folder(self.root) / "templates", program_fingerprint())
            self.renderer = Renderer(theme.templates, theme.addresses, catalog, config, routes, compiled)
        elif catalog is not self.renderer.catalog:
            self.renderer.show(catalog, AllRoutes(catalog, self.config))
        self._state += 1
        return problems

    def _catalog_after(self, changed: Collection[str], problems: Problems, there: Snapshot | None) -> Catalog:
        shown = self.renderer.catalog if self.renderer else None
        texts = [path for path in changed if path.startswith("content/") and path != SETTINGS]
        if shown and self.contents and changed and not texts:
            return shown
        if shown and len(texts) == 1 and (quick := self._exchange(shown, texts[0])):
            return quick
        contents = None
        if self.contents and texts and len(changed) <= FEW and not self.problems:
            contents = reread(self.contents, self.root, texts, problems)
        if contents is None:
            cache = cache_folder(self.root) / "prepared"
            contents = read_contents(self.root, program_fingerprint(), problems, cache, there, self._progress)
            self._progress = SILENT
        arranged = cache_folder(self.root) / "arrangement"
        catalog = build_catalog(contents, problems, self.neighbours.relate, arranged)
        if not problems.fatal(strict=False):
            self.contents = contents
        return catalog

    def _exchange(self, shown: Catalog, path: str) -> Catalog | None:
        """Return the catalog after a change of texts in one paper's file; None when more has changed."""
        if self.contents is None or self.problems or not (self.root / path).is_file():
            return None
        found = exchange(self.contents, self.root, path)
        quick = found and with_file(shown, found[1])
        if found and quick:
            self.contents = found[0]
            self.neighbours.follow(quick)
        return quick or None

    def show_related(self) -> None:
        """Show the related papers that were found meanwhile; to be called in a thread beside the one that answers."""
        papers: Sequence[Paper] | None = None
        while self.renderer and self.renderer.catalog.papers is not papers:
            papers, renderer = self.renderer.catalog.papers, self.renderer
            related = self.neighbours.of(papers)
            _ = related.slugs  # found now: it takes longer than an answer may wait
            changing = that_need_related(renderer.usage)
            with self._lock:
                if self.renderer.catalog.papers is papers:
                    catalog = replace(self.renderer.catalog, related=related)
                    self.renderer.show(catalog, AllRoutes(catalog, self.config))
                    self._keep_shown_but(changing if self.renderer is renderer else self.theme.templates)

    def _keep_shown_but(self, templates: Collection[str]) -> None:
        """Begin another state, in which only the pages of some templates may have changed."""
        before, self._state = self._state, self._state + 1
        for file, shown in self._shown.items():
            if shown.state == before and shown.template not in templates:
                self._shown[file] = shown._replace(state=self._state)

    def read(self, file: str) -> bytes | None:
        """Return a file of the site: rendered now, from templates/assets/, or from the newest search index."""
        if file.startswith(f"{SEARCH}/"):
            return self.bundle.read(file)
        with self._lock:
            for name, address in self.theme.addresses.items():
                if address == f"/{file}":
                    return self.theme.assets[name]
            if file == "_redirects":
                return self._read_redirects()
            return self._render(file)

    def _read_redirects(self) -> bytes | None:
        """Return the file that the server asks for all the time; rendered again when it may have changed."""
        if self.renderer is None:
            return None
        known, data = self._redirects
        templates = self.theme.templates
        follows = usage_of("_redirects", templates) <= {"redirects"}
        now = (self.renderer.catalog.redirects, templates.get("_redirects"), self.config) if follows else (self._state,)
        if now != known:
            data = self._render("_redirects")
            self._redirects = (now, data)
        return data

    def _render(self, file: str) -> bytes | None:
        if self.renderer is None:
            return None
        shown = self._shown.get(file, Shown(-1, "", NOT_SHOWN))
        if shown.state == self._state:
            return shown.data
        route = find_route(file, self.renderer.catalog, self.config)
        if route is None:
            return None
        try:
            data = self.renderer.render(route)
        except ContentError as fault:
            self.problems = fault.problems
            return shown.data
        self._shown[file] = Shown(self._state, route.template, data)
        self._shown.move_to_end(file)
        if len(self._shown) > KEPT:
            self._shown.popitem(last=False)
        return data
