"""The build: content/ and templates/ in, site/ out, all or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from broadsheet import disk
from broadsheet.config import Config
from broadsheet.content.catalog import Catalog, build_catalog
from broadsheet.content.reader import read_bytes, read_sources
from broadsheet.problems import ContentError, Location, Problems
from broadsheet.publishing.checks import check_ledger, check_links
from broadsheet.publishing.documents import check_feed, check_sitemap
from broadsheet.publishing.output import Written, check_output, write_site
from broadsheet.publishing.render import Renderer, render_all
from broadsheet.publishing.routes import plan
from broadsheet.publishing.search import FOLDER, build_index
from broadsheet.publishing.templates import fingerprinted, load_templates

PAPER_TEMPLATE = "paper.html"
FEED, SITEMAP = "feed.xml", "sitemap.xml"
SEARCH_ENTRY = f"{FOLDER}/pagefind.js"


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build made."""

    papers: int
    tags: int
    digests: int
    pages: int
    output: Written
    permalinks: frozenset[str]


@dataclass(frozen=True, slots=True)
class Site:
    """A finished site before it is written: its catalog, its pages and static files by path below the output folder."""

    catalog: Catalog
    pages: Mapping[str, bytes]
    static: Mapping[str, bytes]
    searched: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Folder:
    """What templates/ holds: templates by name, and static files by name with their addresses."""

    templates: Mapping[str, str]
    assets: Mapping[str, bytes]

    def addresses(self) -> dict[str, str]:
        return {name: fingerprinted(name, data) for name, data in self.assets.items()}


def run_build(
    root: Path, config: Config, problems: Problems, *, strict: bool, search: bool, output: Path
) -> BuildReport:
    """Build the site into `output`.

    Raises ContentError, ToolError or UsageError, with the output folder as it was, when the build cannot be right.
    """
    check_output(output, root)
    site = make_site(root, config, problems, strict=strict)
    searched = {file: site.pages[file] for file in site.searched}
    bundle = build_index(searched, config.language) if search and searched else {}
    written = write_site(output, {**site.static, **site.pages, **bundle})
    catalog = site.catalog
    return BuildReport(
        len(catalog.papers), len(catalog.tagged), len(catalog.digests), len(site.pages), written, catalog.permalinks
    )


def make_site(root: Path, config: Config, problems: Problems, *, strict: bool) -> Site:
    """Read, plan, render and check everything; nothing is written.

    Raises ContentError when a problem stops the build.
    """
    catalog = build_catalog(read_sources(root, problems), problems)
    folder = _read_templates(root, problems)
    _stop_if_fatal(problems, strict=strict)
    routes = plan(catalog, config, problems)
    check_ledger(catalog, routes, problems)
    _stop_if_fatal(problems, strict=strict)
    renderer = Renderer(folder.templates, folder.addresses(), catalog, config, routes.values())
    pages = render_all(renderer, routes.values(), problems)
    static = {address.removeprefix("/"): folder.assets[name] for name, address in folder.addresses().items()}
    if not problems.fatal(strict=strict):
        origins = {file: route.origin for file, route in routes.items()}
        check_links(pages, {*static, SEARCH_ENTRY}, origins, config.base_path, problems)
        check_feed(pages[FEED], FEED, problems)
        check_sitemap(pages[SITEMAP], SITEMAP, routes, config.url, problems)
    _stop_if_fatal(problems, strict=strict)
    searched = tuple(file for file, route in routes.items() if route.template == PAPER_TEMPLATE)
    return Site(catalog, pages, static, searched)


def _stop_if_fatal(problems: Problems, *, strict: bool) -> None:
    if problems.fatal(strict=strict):
        raise ContentError(problems)


def _read_templates(root: Path, problems: Problems) -> _Folder:
    folder = root / "templates"
    read = {path.relative_to(folder).as_posix(): read_bytes(path, root, problems) for path in disk.walk(folder)}
    files = {name: data for name, data in read.items() if data is not None}
    if not read:
        problems.error(Location("templates"), "no-templates", "there are no templates", "Get templates/ back from git.")
    prefix = "assets/"
    assets = {name.removeprefix(prefix): data for name, data in files.items() if name.startswith(prefix)}
    templates = {name: data for name, data in files.items() if not name.startswith(prefix)}
    return _Folder(load_templates(templates, problems), assets)
