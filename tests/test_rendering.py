"""Shorter ways of rendering and checking pages: each gives what the long way gives."""

import random
from typing import ClassVar

import pytest

from broadsheet.publishing.checks import LinkCheck
from broadsheet.publishing.compiled import CompiledTemplates
from broadsheet.publishing.templates import environment_of
from broadsheet.publishing.usage import ROUTES, WHOLE, catalog_usage


def rendered(templates: dict[str, str], name: str, /, **context: object) -> str:
    environment = environment_of(templates, None)
    environment.globals |= {"href": lambda address: f"/base{address}"}
    return environment.get_template(name).render(**context)


class TestOnce:
    def test_a_piece_is_rendered_once_for_each_key(self):
        templates = {"a.html": "{% for x in xs %}{% once x % 2 %}({{ x }}){% endonce %}{% endfor %}"}
        assert rendered(templates, "a.html", xs=[1, 2, 3, 4]) == "(1)(2)(1)(2)"

    def test_a_piece_without_a_key_is_the_same_everywhere(self):
        assert (
            rendered({"a.html": "{% for x in xs %}{% once %}{{ x }}{% endonce %}{% endfor %}"}, "a.html", xs="ab")
            == "aa"
        )

    def test_pieces_of_one_line_are_told_apart(self):
        assert rendered({"a.html": "{% once %}1{% endonce %}{% once %}2{% endonce %}"}, "a.html") == "12"

    def test_pieces_are_escaped_once(self):
        assert (
            rendered({"a.html": "{% once x %}<b>{{ x }}</b>{% endonce %}"}, "a.html", x="<&>") == "<b>&lt;&amp;&gt;</b>"
        )

    def test_what_a_piece_uses_counts_for_its_template(self):
        assert catalog_usage({"a.html": "{% once %}{{ catalog.years() }}{% endonce %}"}) == {"a.html": {"years"}}


@pytest.mark.parametrize(
    ("template", "used"),
    [
        ("{% for each in routes if each.listed %}{{ each.address }}{% endfor %}", {ROUTES}),
        ("{% for each in routes %}{{ each.context.to }}{{ loop.index }}{% endfor %}", {ROUTES}),
        ("{% for each in routes %}{{ each.context.paper.title }}{% endfor %}", {WHOLE}),
        ("{% for each in routes %}{{ each }}{% endfor %}", {WHOLE}),
        ("{% for each in routes %}{% set same = each %}{{ same.context }}{% endfor %}", {WHOLE}),
        ("{% for each in routes %}{{ each.address }}{% endfor %}{{ routes | length }}", {ROUTES, WHOLE}),
        ("{{ (routes | list)[0].context }}", {WHOLE}),
    ],
)
def test_a_template_that_asks_for_facts_of_routes_does_not_depend_on_papers(template, used):
    assert catalog_usage({"a.html": template}) == {"a.html": used}


def test_functions_are_called_directly_and_as_before():
    templates = {
        "a.html": "{{ href('/x/' ~ name) }} {{ href(address='/y') }} {% macro m(href) %}{{ href('z') }}{% endmacro %}{{ m(other) }}"
    }
    assert rendered(templates, "a.html", name="<", other=str.upper) == "/base/x/&lt; /base/y Z"


class TestCompiledTemplates:
    SOURCES: ClassVar = {"a.html": "{% include 'b.html' %}", "b.html": "{{ x }}"}

    def rendered(self, compiled: CompiledTemplates) -> str:
        return environment_of(self.SOURCES, compiled).get_template("a.html").render(x="<")

    def test_are_used_again(self, tmp_path):
        assert self.rendered(CompiledTemplates(tmp_path, "p")) == "&lt;"
        before = {path: path.read_bytes() for path in tmp_path.iterdir()}
        assert self.rendered(CompiledTemplates(tmp_path, "p")) == "&lt;"
        assert len(before) == 2
        assert before == {path: path.read_bytes() for path in tmp_path.iterdir()}

    @pytest.mark.parametrize(
        "spoil", [lambda data: data[:-9], lambda _: b"", lambda data: data[:40] + b"?" + data[41:]]
    )
    def test_that_are_damaged_are_compiled_anew(self, tmp_path, spoil):
        compiled = CompiledTemplates(tmp_path, "p")
        usage = compiled.usage(self.SOURCES)
        self.rendered(compiled)
        for path in tmp_path.iterdir():
            path.write_bytes(spoil(path.read_bytes()))
        assert self.rendered(compiled) == "&lt;"
        assert compiled.usage(self.SOURCES) == usage

    def test_of_another_program_are_compiled_anew(self, tmp_path):
        self.rendered(CompiledTemplates(tmp_path, "p"))
        before = {path: path.read_bytes() for path in tmp_path.iterdir()}
        self.rendered(CompiledTemplates(tmp_path, "q"))
        assert all(path.read_bytes() != data for path, data in before.items())

    def test_usage_follows_the_templates(self, tmp_path):
        compiled = CompiledTemplates(tmp_path, "p")
        assert compiled.usage({"a": "{{ catalog.years() }}"}) == {"a": {"years"}}
        assert compiled.usage({"a": "{{ catalog.digests }}"}) == {"a": {"digests"}}


PARTS = (
    '<a href="/papers/x/">', '<a class="y" href="/papers/none/">', '<a href="#there">', '<a href="#gone">', ' id="there"',
    '<a href="/docs/papers/x/">', '<a href="https://host/x">', '<a href="http://[">', '<a href="mailto:x">', '<a href="../x/">',
    '<a\nhref="/none">', '<img src="/none.png">', '<form action="/docs/search/">', '<a href="/docs/papers/x/#there">',
    '<a href="/docs/papers/x/?a=b&amp;c=d">', '<a href="/docs/p%61pers/x/">', '<p title="href=">', '<i data-href="/none">',
    '<a href="">', '<a href="/docs">', '<a href="', '">', "<p>href=&#34;/none&#34;</p>", '<use href="/none">',
)  # fmt: skip


def test_a_quick_look_at_links_hides_none():
    known = {"papers/x/index.html", "search/index.html", "index.html", "assets/a.css"}
    dead: set[str] = set()
    for seed in range(300):
        chance = random.Random(seed)  # noqa: S311 - made-up pages, no secret
        data = "".join(chance.choices(PARTS, k=chance.randint(1, 5))).encode()
        check = LinkCheck(known, "/docs")
        found = LinkCheck(known, "/docs").follow("papers/x/index.html", data)
        assert check.dead_links("papers/x/index.html", data) == found
        assert check.dead_links("papers/x/index.html", data) == found
        dead |= {*found[0], *(each.link for each in found[1])}
    assert {"/none", "#gone"} <= dead
