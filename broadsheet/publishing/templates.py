"""The templates of templates/: Jinja's environment, and what is wrong in a template."""

from __future__ import annotations

import hashlib
import traceback
from collections.abc import Mapping, MutableMapping
from typing import Any

import jinja2

from broadsheet.problems import Location, Problem, Problems, Severity
from broadsheet.publishing.calls import ShortContext, join
from broadsheet.publishing.compiling import ShortWay
from broadsheet.publishing.fragments import Fragments
from broadsheet.publishing.routes import Route
from broadsheet.publishing.wording import FILTERS


class Environment(jinja2.Environment):
    """Jinja's environment for templates that stay as they are: each is looked for once."""

    code_generator_class = ShortWay
    context_class = ShortContext

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 - as the library has it
        super().__init__(**settings)
        self._found: dict[str, jinja2.Template] = {}

    def get_template(
        self,
        name: str | jinja2.Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002 - the library's name
    ) -> jinja2.Template:
        """Return a template by its name."""
        if not isinstance(name, str) or globals:
            return super().get_template(name, parent, globals)
        found = self._found.get(name)
        if found is None:
            found = self._found[name] = super().get_template(name, parent)
        return found


def environment_of(
    templates: Mapping[str, str], compiled: jinja2.BytecodeCache | None, *, exact: bool = False
) -> jinja2.Environment:
    """Make the environment: HTML and XML are escaped, an unknown name is an error.

    An exact one is slower: it takes Jinja's way through every expression.
    """
    environment = (jinja2.Environment if exact else Environment)(
        loader=jinja2.FunctionLoader(lambda name: _source(name, templates)),
        autoescape=jinja2.select_autoescape(["html", "xml"]),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        bytecode_cache=compiled,
        extensions=[Fragments],
    )
    environment.filters |= FILTERS if exact else {**FILTERS, "join": join}
    return environment


def forget_modules(environment: jinja2.Environment) -> None:
    """Have imported templates run again, which keep what they saw of the catalog otherwise."""
    for template in environment.cache.values() if environment.cache else ():
        template._module = None  # noqa: SLF001 - the library has no other way


def _source(name: str, templates: Mapping[str, str]) -> tuple[str, str, None] | None:
    """Give a template the file name that problems and tracebacks show."""
    return (templates[name], f"templates/{name}", None) if name in templates else None


def load_templates(files: Mapping[str, bytes], problems: Problems) -> dict[str, str]:
    """Decode the templates by their names."""
    templates = {}
    for name, data in files.items():
        try:
            templates[name] = data.decode("utf-8").replace("\r\n", "\n")
        except UnicodeDecodeError:
            problems.error(
                Location(f"templates/{name}"), "not-utf-8", "this template is not UTF-8", "Save it as UTF-8."
            )
    return templates


def fingerprinted(name: str, data: bytes) -> str:
    """Return the address of a static file, with its content hash in the name."""
    stem, dot, suffix = name.rpartition(".")
    return f"/assets/{stem}.{hashlib.blake2b(data, digest_size=5).hexdigest()}{dot}{suffix}"


def template_problem(fault: Exception, route: Route) -> Problem:
    """Say where in which template rendering stopped; a fault that is not the template's is raised again."""
    hint = f"Seen while rendering {route.address}."
    if isinstance(fault, jinja2.TemplateSyntaxError):
        place = Location(f"templates/{fault.name or route.template}", fault.lineno)
        return Problem(place, Severity.ERROR, "template-error", fault.message or "", hint)
    if isinstance(fault, jinja2.TemplateNotFound):
        place = Location(f"templates/{fault.name}")
        return Problem(place, Severity.ERROR, "template-error", "this template is missing", hint)
    frames = traceback.extract_tb(fault.__traceback__)
    in_templates = [frame for frame in frames if frame.filename.startswith("templates/")]
    if not in_templates:
        raise fault
    place = Location(in_templates[-1].filename, in_templates[-1].lineno or 0)
    message = f"{fault}" if isinstance(fault, jinja2.TemplateError) else f"{type(fault).__name__}: {fault}"
    return Problem(place, Severity.ERROR, "template-error", message, hint)
