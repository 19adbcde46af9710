"""What a site is made from, read and planned: content, templates, settings."""

from __future__ import annotations

import marshal
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from broadsheet import disk
from broadsheet.config import Config
from broadsheet.content.catalog import Catalog
from broadsheet.content.reader import read_bytes
from broadsheet.problems import Location, Problems
from broadsheet.publishing.compiled import CompiledTemplates
from broadsheet.publishing.dependencies import Dependencies
from broadsheet.publishing.render import Renderer
from broadsheet.publishing.routes import Route
from broadsheet.publishing.templates import fingerprinted, load_templates

ASSETS = "assets/"
FOLDER = "templates"


@dataclass(frozen=True, slots=True)
class Theme:
    """What templates/ holds: templates by name, and static files by name with their addresses."""

    templates: Mapping[str, str]
    assets: Mapping[str, bytes]
    addresses: Mapping[str, str]

    def static_files(self) -> dict[str, bytes]:
        """Return the static files by path below the site."""
        return {self.addresses[name].removeprefix("/"): data for name, data in self.assets.items()}


def read_theme(root: Path, problems: Problems) -> Theme:
    """Read templates/ below the project's root."""
    folder = root / FOLDER
    names = [path.relative_to(folder).as_posix() for path in disk.walk(folder)]
    read = {name: read_bytes(root, f"{FOLDER}/{name}", problems) for name in names}
    files = {name: data for name, data in read.items() if data is not None}
    if not read:
        problems.error(Location(FOLDER), "no-templates", "there are no templates", "Get templates/ back from git.")
    assets = {name.removeprefix(ASSETS): data for name, data in files.items() if name.startswith(ASSETS)}
    templates = {name: data for name, data in files.items() if not name.startswith(ASSETS)}
    addresses = {name: fingerprinted(name, data) for name, data in assets.items()}
    return Theme(load_templates(templates, problems), assets, addresses)


@dataclass(frozen=True, slots=True)
class Source:
    """A whole site before it is rendered."""

    program: str
    config: Config
    catalog: Catalog
    theme: Theme
    routes: Mapping[str, Route]
    compiled: CompiledTemplates | None = None

    def renderer(self) -> Renderer:
        """Return what renders the routes."""
        templates, addresses = self.theme.templates, self.theme.addresses
        return Renderer(templates, addresses, self.catalog, self.config, self.routes.values(), self.compiled)

    def dependencies(self, renderer: Renderer) -> Dependencies:
        """Return what tells when a route has to be rendered again by its renderer."""
        pages = [(page.slug, page.title) for page in self.catalog.pages]
        vocabulary = repr(self.catalog.vocabulary)
        templates = sorted(self.theme.templates.items())
        addresses = sorted(self.theme.addresses.items())
        base = marshal.dumps((self.program, repr(self.config), templates, addresses, vocabulary, pages), 2)
        return Dependencies(disk.digest(base), self.catalog, renderer.headings, renderer.usage, self.routes)
