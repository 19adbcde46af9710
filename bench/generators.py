"""How each generator is started: a whole build, a preview server, and what has to go before a cold build."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path

from install_peers import VERSIONS, installed
from process_tree import Run, measure

OURS = "broadsheet"


@dataclass(frozen=True, slots=True)
class Generator:
    """One generator. `{port}` stands for the port in `serve`; paths are below the site's folder.

    made      what builds leave behind, the output first; a cold build finds none of it
    template  the layout that every page is made with
    """

    name: str
    label: str
    build: tuple[str, ...]
    serve: tuple[str, ...]
    made: tuple[str, ...]
    template: str
    environment: dict[str, str] = field(default_factory=dict)

    def cold(self, folder: Path) -> Run:
        self.clean(folder)
        return self.warm(folder)

    def warm(self, folder: Path) -> Run:
        return measure(self.build, folder, self.environment)

    def clean(self, folder: Path) -> None:
        for name in self.made:
            shutil.rmtree(folder / name, ignore_errors=True)

    def serve_at(self, port: int) -> list[str]:
        return [part.format(port=port) for part in self.serve]


def broadsheet(*, search: bool = False) -> Generator:
    command = (sys.executable, "build.py")
    options = () if search else ("--no-search",)
    return Generator(
        name=OURS,
        label="Broadsheet",
        build=(*command, "build", *options, "--output", "site"),
        serve=(*command, "serve", "--no-search", "--host", "127.0.0.1", "--port", "{port}"),
        made=("site", ".cache"),
        template="templates/base.html",
    )


def peer(name: str) -> Generator:
    """Return a peer, installed; raise MissingError when it cannot be had."""
    return {"hugo": _hugo, "eleventy": _eleventy, "pelican": _pelican}[name](installed(name))


def _hugo(command: tuple[str, ...]) -> Generator:
    return Generator(
        name="hugo",
        label=f"Hugo {VERSIONS['hugo']}",
        build=(*command, "--quiet"),
        serve=(*command, "server", "--bind", "127.0.0.1", "--port", "{port}"),
        made=("public", "resources"),
        template="layouts/baseof.html",
    )


def _eleventy(command: tuple[str, ...]) -> Generator:
    return Generator(
        name="eleventy",
        label=f"Eleventy {VERSIONS['eleventy']}",
        build=(*command, "--quiet"),
        serve=(*command, "--serve", "--incremental", "--quiet", "--port={port}"),
        made=("_site", ".cache"),
        template="_includes/base.njk",
        # Its usual limit of memory does not hold 50,000 papers.
        environment={"NODE_OPTIONS": "--max-old-space-size=12288"},
    )


def _pelican(command: tuple[str, ...]) -> Generator:
    return Generator(
        name="pelican",
        label=f"Pelican {VERSIONS['pelican']}",
        build=(*command, "--quiet"),
        serve=(*command, "--quiet", "--autoreload", "--listen", "--bind", "127.0.0.1", "--port", "{port}"),
        made=("output", "cache", "__pycache__"),
        template="theme/templates/base.html",
    )
