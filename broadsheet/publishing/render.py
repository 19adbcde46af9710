"""Route -> bytes: the templates and the few functions that they may call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from functools import cached_property

import jinja2
from markupsafe import Markup

from broadsheet.config import Config
from broadsheet.content.arrangement import with_implied
from broadsheet.content.catalog import Catalog, month_counts
from broadsheet.content.prepared import Texts
from broadsheet.model import Digest, Page, Paper
from broadsheet.problems import ContentError
from broadsheet.publishing.calls import Names
from broadsheet.publishing.compiled import CompiledTemplates
from broadsheet.publishing.fragments import Finished, Fragments, cut
from broadsheet.publishing.routes import Route
from broadsheet.publishing.search import search_alias
from broadsheet.publishing.templates import environment_of, forget_modules, template_problem
from broadsheet.publishing.usage import ENTRY_FILE, PLAIN, catalog_usage, usage_of
from broadsheet.publishing.wording import digest_headings, pages_around


class CatalogInUse:
    """The catalog as templates see it: always the one that is shown, also in macros that were loaded with another."""

    def show(self, catalog: Catalog) -> None:
        """Have the attributes of a catalog from now on: kept here, they are found quickest."""
        self._catalog = catalog
        for each in fields(catalog):
            setattr(self, each.name, getattr(catalog, each.name))

    def __getattr__(self, name: str) -> object:
        return getattr(self._catalog, name)


class Renderer:
    """Renders the routes of a catalog, and of the next ones that are shown; what lists repeat is rendered once."""

    def __init__(
        self,
        templates: Mapping[str, str],
        assets: Mapping[str, str],
        catalog: Catalog,
        config: Config,
        routes: Iterable[Route],
        compiled: CompiledTemplates | None = None,
    ) -> None:
        self.config, self.assets = config, assets
        self.base = config.base_path
        self.catalog = catalog
        self.headings = digest_headings(catalog.digests)
        self._entries: dict[str, tuple[str, Paper, Markup]] = {}  # with what they show, and its file's fingerprint
        self._shown: dict[str, Markup] = {}  # those that are right for the catalog that is shown
        self._encoded: dict[str, bytes] = {}  # the same as bytes
        self._asked: list[tuple[str, Sequence[str]]] = []  # those in the page in hand: runs, and what is in them
        self._in_use = CatalogInUse()
        self._templates, self._compiled = templates, compiled
        self._exact: jinja2.Environment | None = None
        self._long: set[str] = set()  # templates that need Jinja's own code
        self.environment = environment_of(templates, compiled)
        self.environment.globals |= {
            "site": config,
            "catalog": self._in_use,
            "href": self.href,
            "absolute": self.absolute,
            "asset": self.asset,
            "body": self.body,
            "entry": self.entry,
            "entries": self.entries,
            "heading": self.heading,
            "implied": lambda paper: with_implied(paper, self.catalog.vocabulary),
            "month_counts": month_counts,
            "pages_around": pages_around,
            "search_alias": search_alias,
        }
        self.show(catalog, routes)

    def show(self, catalog: Catalog, routes: Iterable[Route]) -> None:
        """Render another catalog from now on; its routes may be planned when a template asks for them."""
        if self._entries and not (self._entries_are_plain and catalog.vocabulary == self.catalog.vocabulary):
            self._entries.clear()
        if catalog.digests is not self.catalog.digests:
            self.headings = digest_headings(catalog.digests)
        self.catalog = catalog
        self._in_use.show(catalog)
        self._shown.clear()
        self._encoded.clear()
        for environment in filter(None, (self.environment, self._exact)):
            environment.extensions[Fragments.identifier].pieces.clear()  # type: ignore[attr-defined]
            forget_modules(environment)
        self.environment.globals["routes"] = routes

    @cached_property
    def usage(self) -> Mapping[str, frozenset[str]]:
        """Return what each template uses of the catalog."""
        return (self._compiled.usage if self._compiled else catalog_usage)(self._templates)

    @cached_property
    def _entries_are_plain(self) -> bool:
        """Say whether a paper as lists show it depends on nothing but its file and the vocabulary."""
        return usage_of(ENTRY_FILE, self._templates) <= PLAIN

    def render(self, route: Route) -> bytes:
        """Render one route; raise ContentError with the template's line when the template is faulty."""
        return self.finished(route).data

    def finished(self, route: Route) -> Finished:
        """Do the same, and say which bytes are the page's own: in a list of papers, few are."""
        self._asked.clear()
        try:
            text = self._text_of(route.template, {**route.context, "route": route})
            return cut(text, self._asked, self._encoded)
        except Exception as fault:  # a template can raise anything; what is not a template's is raised again
            raise ContentError([template_problem(fault, route)]) from fault

    def _text_of(self, name: str, given: Mapping[str, object]) -> str:
        """Render a template; when that stops, by Jinja's own code: it may go on, or says what is wrong."""
        if name not in self._long:
            try:
                return _rendered(self.environment, name, given)
            except Exception:  # noqa: BLE001 - raised again below, if Jinja stops too
                text = self._by_jinja(name, given)
                self._long.add(name)
                return text
        return self._by_jinja(name, given)

    def _by_jinja(self, name: str, given: Mapping[str, object]) -> str:
        if self._exact is None:
            self._exact = environment_of(self._templates, None, exact=True)
            self._exact.globals = self.environment.globals
        try:
            return _rendered(self._exact, name, given)
        except Exception:  # noqa: BLE001 - raised again, with the lines of templates in its traceback
            self._exact.handle_exception()

    def href(self, address: str) -> str:
        """Return an address as a link inside the site, below its base path."""
        return f"{self.base}{address}"

    def absolute(self, address: str) -> str:
        """Return an address with the host."""
        return f"{self.config.url}{address}"

    def asset(self, name: str) -> str:
        """Return the link to a static file, by its name in templates/assets/."""
        if name not in self.assets:
            raise jinja2.TemplateRuntimeError(f"there is no file templates/assets/{name}")
        return self.href(self.assets[name])

    def body(self, of: Paper | Digest | Page) -> Texts:
        """Return the rendered texts of a file; its links inside the site stand below the base path too."""
        texts = self.catalog.body(of)
        return texts._replace(html=texts.html.replace(' href="/', f' href="{self.base}/')) if self.base else texts

    def entry(self, paper: Paper) -> Markup:
        """Return a paper as lists show it."""
        shown = self._shown.get(paper.slug) or self._entry(paper)
        self._asked.append((shown, (shown,)))
        return shown

    def _entry(self, paper: Paper) -> Markup:
        fingerprint = self.catalog.files[paper.place.path].fingerprint
        known = self._entries.get(paper.slug)
        if known is None or known[:2] != (fingerprint, paper):
            text = self._text_of(ENTRY_FILE, {"paper": paper})
            known = (fingerprint, paper, Markup(text))  # noqa: S704 - rendered with autoescape
            self._entries[paper.slug] = known
        self._shown[paper.slug] = known[2]
        return known[2]

    def keep_entries(self, entries: Mapping[str, str]) -> None:
        """Take papers as lists show them, by slug, rendered elsewhere."""
        for slug, text in entries.items():
            self._shown[slug] = Markup(text)  # noqa: S704 - rendered with autoescape

    def entries(self, papers: Iterable[Paper]) -> Markup:
        """Return papers as lists show them, one after the other."""
        shown, entry = self._shown, self._entry
        texts = [shown.get(paper.slug) or entry(paper) for paper in papers]
        run = "".join(texts)
        self._asked.append((run, texts))
        return Markup(run)  # noqa: S704 - all markup

    def heading(self, digest: Digest | str) -> str:
        """Return the heading of a digest, the empty string for a hidden one."""
        return self.headings.get(digest if isinstance(digest, str) else digest.id, "")


def _rendered(environment: jinja2.Environment, name: str, given: Mapping[str, object]) -> str:
    """Render a template as its own render() does, without copying all that templates are given through a chain."""
    template = environment.get_template(name)
    names = Names(environment.globals)
    names.update(given)
    context = environment.context_class(environment, names, name, template.blocks)
    return "".join(template.root_render_func(context))
