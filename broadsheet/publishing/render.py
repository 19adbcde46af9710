"""Route -> bytes: the templates and the few functions that they may call."""

from __future__ import annotations

import hashlib
import re
import traceback
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import quote_plus

import jinja2
from markupsafe import Markup

from broadsheet.config import Config
from broadsheet.content.catalog import Catalog, month_counts, with_implied
from broadsheet.model import Digest, Paper, PartialDate
from broadsheet.problems import ContentError, Location, Problem, Problems, Severity
from broadsheet.publishing.routes import Listing, Route
from broadsheet.publishing.search import search_alias

_HASH = re.compile(r"(?<=.)-[0-9a-f]{12,}$")  # what capture tools add to a file's name
EXCERPT = 280  # characters of an abstract in lists


class Renderer:
    """Renders the routes of one catalog; what lists repeat is rendered once."""

    def __init__(
        self,
        templates: Mapping[str, str],
        assets: Mapping[str, str],
        catalog: Catalog,
        config: Config,
        routes: Iterable[Route] = (),
    ) -> None:
        self.catalog, self.config, self.assets = catalog, config, assets
        self.environment = jinja2.Environment(
            loader=jinja2.DictLoader(dict(templates)),
            autoescape=jinja2.select_autoescape(["html", "xml"]),
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self.headings = digest_headings(catalog.digests)
        self._entries: dict[str, Markup] = {}
        self.environment.globals |= {
            "site": config,
            "catalog": catalog,
            "routes": tuple(routes),
            "href": self.href,
            "absolute": self.absolute,
            "asset": self.asset,
            "body": catalog.body,
            "entry": self.entry,
            "heading": self.heading,
            "implied": lambda tags: with_implied(tags, catalog.vocabulary),
            "month_counts": month_counts,
            "pages_around": pages_around,
            "search_alias": search_alias,
        }
        self.environment.filters |= {
            "excerpt": excerpt,
            "host": host,
            "lower_first": lower_first,
            "month_name": month_name,
            "number": number,
            "query": quote_plus,
        }

    def render(self, route: Route) -> bytes:
        """Render one route; raise ContentError with the template's line when the template is faulty."""
        try:
            return self.environment.get_template(route.template).render(route.context, route=route).encode()
        except jinja2.TemplateError as fault:
            raise ContentError([_template_problem(fault, route)]) from fault

    def href(self, address: str) -> str:
        """Return an address as a link inside the site, below its base path."""
        return f"{self.config.base_path}{address}"

    def absolute(self, address: str) -> str:
        """Return an address with the host."""
        return f"{self.config.url}{address}"

    def asset(self, name: str) -> str:
        """Return the link to a static file, by its name in templates/assets/."""
        return self.href(self.assets[name])

    def entry(self, paper: Paper) -> Markup:
        """Return a paper as lists show it."""
        if paper.slug not in self._entries:
            text = self.environment.get_template("_entry.html").render(paper=paper)
            self._entries[paper.slug] = Markup(text)  # noqa: S704 - rendered with autoescape
        return self._entries[paper.slug]

    def heading(self, digest: Digest | str) -> str:
        """Return the heading of a digest, the empty string for a hidden one."""
        return self.headings.get(digest if isinstance(digest, str) else digest.id, "")


def render_all(renderer: Renderer, routes: Iterable[Route], problems: Problems) -> dict[str, bytes]:
    """Render routes by output file; each faulty template is reported once."""
    pages: dict[str, bytes] = {}
    faulty: set[str] = set()
    for route in routes:
        if route.template in faulty:
            continue
        try:
            pages[route.file] = renderer.render(route)
        except ContentError as fault:
            faulty.add(route.template)
            for problem in fault.problems:
                problems.add(problem)
    return pages


def digest_headings(digests: Iterable[Digest]) -> dict[str, str]:
    """Name the digests; where two would have one heading, their ids tell them apart."""
    headings = {digest.id: _heading(digest) for digest in digests}
    names = list(headings.values())
    return {key: name if names.count(name) == 1 else f"{name} ({key})" for key, name in headings.items()}


def _heading(digest: Digest) -> str:
    if digest.title:
        return digest.title
    return f"Digest of {digest.date.words}" if digest.date else f"Undated digest {_HASH.sub('', digest.id)}"


def pages_around(listing: Listing) -> list[int]:
    """Return the page numbers to link: the first, the last and those near; 0 stands for a gap."""
    near = {1, listing.pages, *range(listing.number - 2, listing.number + 3)}
    shown: list[int] = []
    for page in sorted(page for page in near if 1 <= page <= listing.pages):
        if shown and page > shown[-1] + 1:
            shown.append(0)
        shown.append(page)
    return shown


def excerpt(text: str) -> str:
    """Cut a text at a word."""
    return text if len(text) <= EXCERPT else text[:EXCERPT].rsplit(" ", 1)[0].rstrip(",;:.") + "…"


def number(count: int) -> str:
    """Write a count with thousands apart."""
    return f"{count:,}"


def month_name(month: int) -> str:
    """Return the English name of a month."""
    return PartialDate(2000, month).words.split()[0]


def host(url: str) -> str:
    """Shorten a web address to its host and path, as people write it."""
    return url.partition("://")[2].removeprefix("www.").rstrip("/")


def lower_first(text: str) -> str:
    """Write a heading as it stands in a sentence."""
    return text[:1].lower() + text[1:]


def fingerprinted(name: str, data: bytes) -> str:
    """Return the address of a static file, with its content hash in the name."""
    stem, dot, suffix = name.rpartition(".")
    return f"/assets/{stem}.{hashlib.blake2b(data, digest_size=5).hexdigest()}{dot}{suffix}"


def load_templates(files: Mapping[str, bytes], problems: Problems) -> dict[str, str]:
    """Decode the templates of templates/ by their names."""
    templates = {}
    for name, data in files.items():
        try:
            templates[name] = data.decode("utf-8").replace("\r\n", "\n")
        except UnicodeDecodeError:
            problems.error(
                Location(f"templates/{name}"), "not-utf-8", "this template is not UTF-8", "Save it as UTF-8."
            )
    return templates


def _template_problem(fault: jinja2.TemplateError, route: Route) -> Problem:
    name, line = route.template, 0
    if isinstance(fault, jinja2.TemplateSyntaxError):
        name, line = fault.name or name, fault.lineno
    elif isinstance(fault, jinja2.TemplateNotFound):
        missing = Location(f"templates/{fault.name}")
        return Problem(
            missing, Severity.ERROR, "template-error", "this template is missing", f"It is for {route.address}."
        )
    else:
        for frame in traceback.extract_tb(fault.__traceback__):
            if frame.filename == "<template>" or frame.filename.endswith((".html", ".xml", ".txt")):
                name, line = Path(frame.filename).name, frame.lineno or 0
    where = Location(f"templates/{name}", line)
    hint = f"Seen while rendering {route.address}."
    return Problem(where, Severity.ERROR, "template-error", fault.message or str(fault), hint)
