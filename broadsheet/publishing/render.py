"""Route -> bytes: the templates and the few functions that they may call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import jinja2
from markupsafe import Markup

from broadsheet.config import Config
from broadsheet.content.catalog import Catalog, month_counts, with_implied
from broadsheet.content.markup import Body
from broadsheet.model import Digest, Page, Paper
from broadsheet.problems import ContentError
from broadsheet.publishing.routes import Route
from broadsheet.publishing.search import search_alias
from broadsheet.publishing.templates import environment_of, template_problem
from broadsheet.publishing.wording import digest_headings, pages_around


class Renderer:
    """Renders the routes of one catalog; what lists repeat is rendered once."""

    def __init__(
        self,
        templates: Mapping[str, str],
        assets: Mapping[str, str],
        catalog: Catalog,
        config: Config,
        routes: Iterable[Route],
    ) -> None:
        self.catalog, self.config, self.assets = catalog, config, assets
        self.headings = digest_headings(catalog.digests)
        self._entries: dict[str, Markup] = {}
        self.environment = environment_of(templates)
        self.environment.globals |= {
            "site": config,
            "catalog": catalog,
            "routes": tuple(routes),
            "href": self.href,
            "absolute": self.absolute,
            "asset": self.asset,
            "body": self.body,
            "entry": self.entry,
            "heading": self.heading,
            "implied": lambda paper: with_implied(paper, catalog.vocabulary),
            "month_counts": month_counts,
            "pages_around": pages_around,
            "search_alias": search_alias,
        }

    def render(self, route: Route) -> bytes:
        """Render one route; raise ContentError with the template's line when the template is faulty."""
        try:
            return self.environment.get_template(route.template).render(route.context, route=route).encode()
        except Exception as fault:  # a template can raise anything; what is not a template's is raised again
            raise ContentError([template_problem(fault, route)]) from fault

    def href(self, address: str) -> str:
        """Return an address as a link inside the site, below its base path."""
        return f"{self.config.base_path}{address}"

    def absolute(self, address: str) -> str:
        """Return an address with the host."""
        return f"{self.config.url}{address}"

    def asset(self, name: str) -> str:
        """Return the link to a static file, by its name in templates/assets/."""
        if name not in self.assets:
            raise jinja2.TemplateRuntimeError(f"there is no file templates/assets/{name}")
        return self.href(self.assets[name])

    def body(self, of: Paper | Digest | Page) -> Body:
        """Return the rendered text of a file; its links inside the site stand below the base path too."""
        body = self.catalog.body(of)
        return Body(body.html.replace(' href="/', f' href="{self.config.base_path}/'), body.text)

    def entry(self, paper: Paper) -> Markup:
        """Return a paper as lists show it."""
        if paper.slug not in self._entries:
            text = self.environment.get_template("_entry.html").render(paper=paper)
            self._entries[paper.slug] = Markup(text)  # noqa: S704 - rendered with autoescape
        return self._entries[paper.slug]

    def heading(self, digest: Digest | str) -> str:
        """Return the heading of a digest, the empty string for a hidden one."""
        return self.headings.get(digest if isinstance(digest, str) else digest.id, "")
