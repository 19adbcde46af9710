"""Shorter ways of rendering and checking pages: each gives what the long way gives."""

import contextlib
import random
import re
from typing import ClassVar, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from broadsheet.config import Config
from broadsheet.content.catalog import build_catalog
from broadsheet.content.contents import read_contents
from broadsheet.problems import ContentError, Problems
from broadsheet.publishing.checks import LinkCheck
from broadsheet.publishing.compiled import CompiledTemplates
from broadsheet.publishing.covering import CONTENT, ENTRY, HEADINGS, ROUTES, WHOLE
from broadsheet.publishing.fragments import Finished, cut
from broadsheet.publishing.render import Renderer
from broadsheet.publishing.routes import Route, plan
from broadsheet.publishing.source import read_theme
from broadsheet.publishing.templates import environment_of
from broadsheet.publishing.usage import catalog_usage, usage_of
from broadsheet.publishing.wording import lower_first
from conftest import ROOT


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
        ("{% for each in routes %}{{ each.context['to'] }}{{ each['address'] }}{% endfor %}", {ROUTES}),
        ("{% for each in routes %}{{ each.context[each.address] }}{% endfor %}", {WHOLE}),
        ("{% for each in routes %}{{ each[to] }}{% endfor %}", {WHOLE}),
        ("{% for each in routes %}{{ each.context.paper.title }}{% endfor %}", {WHOLE}),
        ("{% for each in routes %}{{ each }}{% endfor %}", {WHOLE}),
        ("{% for each in routes %}{% set same = each %}{{ same.context }}{% endfor %}", {WHOLE}),
        ("{% for each in routes %}{{ each.address }}{% endfor %}{{ routes | length }}", {ROUTES, WHOLE}),
        ("{{ (routes | list)[0].context }}", {WHOLE}),
    ],
)
def test_a_template_that_asks_for_facts_of_routes_does_not_depend_on_papers(template, used):
    assert catalog_usage({"a.html": template}) == {"a.html": used}


@pytest.mark.parametrize(
    ("template", "used"),
    [
        ("{{ catalog.titles[other.slug] }}", {"titles"}),
        ("{{ catalog.titles['a'] }}", {CONTENT}),
        ("{{ catalog.titles[tag.slug] }}", {CONTENT}),
        ("{{ catalog.titles[page.slug] }}", {CONTENT}),
        ("{% set other = {'slug': 'a'} %}{{ catalog.titles[other.slug] }}", {CONTENT}),
        ("{% for other in catalog.papers %}{{ catalog.titles[other.slug] }}{% endfor %}", {"papers", "titles"}),
        ("{{ catalog.tagged[tag.slug] | length }}", {"tagged"}),
        ("{{ catalog.tagged[tag.slug] }}", {CONTENT}),
        ("{% for tag in tags %}{{ catalog.tagged[tag.slug] | length }}{% endfor %}", {CONTENT}),
        ("{% for each in narrower %}{{ catalog.tagged[each.slug] | length }}{% endfor %}", {"tagged"}),
        ("{% for each in narrower or x %}{{ catalog.tagged[each.slug] | length }}{% endfor %}", {CONTENT}),
        ("{{ catalog.issues[digest.id] }}", {"issues"}),
        ("{% set digest = older %}{{ catalog.issues[digest.id] }}", {CONTENT}),
        ("{{ catalog.often_with(tag.slug, 8) }}", {"often_with"}),
        ("{{ catalog.often_with(slug, 8) }}", {CONTENT}),
        ("{{ catalog.related.get(paper.slug, ()) }}{{ catalog.related[paper.slug] }}", {"related"}),
        ("{{ catalog.related.get(newer.slug) }}", {WHOLE}),
        ("{{ catalog.related | length }}", {WHOLE}),
        ("{% macro of(paper) %}{{ catalog.related.get(paper.slug) }}{% endmacro %}{{ of(newer) }}", {WHOLE}),
        ("{% for a in paper.appearances %}{{ heading(a.digest) }}{% endfor %}{{ heading(digest) }}", {HEADINGS}),
        ("{% for a in other.appearances %}{{ heading(a.digest) }}{% endfor %}", {CONTENT}),
        ("{{ heading(paper.comments.digest) }}{{ catalog.digest(paper.comments.digest).seed }}", {HEADINGS, "digest"}),
        ("{% set h = heading %}{{ h(digest) }}", {CONTENT}),
        ("{% for page in catalog.pages %}{{ page.slug }}{{ page['title'] }}{% endfor %}", {"pages"}),
        ("{% for page in catalog.pages %}{{ body(page).text }}{% endfor %}", {CONTENT}),
        ("{{ catalog['papers'] }}", {WHOLE}),
        ("{% include name %}", {WHOLE}),
    ],
)
def test_what_the_key_of_a_page_covers_and_what_it_does_not(template, used):
    assert catalog_usage({"a.html": template}) == {"a.html": used}


@pytest.mark.parametrize(
    ("entry", "used"),
    [
        ("{{ catalog.titles[paper.slug] }}", {"titles"}),
        ("{{ catalog.tagged['a'] | length }}", {CONTENT}),
        ("{{ heading(paper.comments.digest) }}", {CONTENT}),
        ("{{ catalog.related.get(paper.slug) }}", {WHOLE}),
    ],
)
@pytest.mark.parametrize("calling", ["{{ entries(listing.papers) }}", "{% import 'm.html' as m %}{{ m.list() }}"])
def test_a_list_depends_on_what_shows_its_papers(entry, used, calling):
    macro = "{% macro list() %}{{ entry(listing.papers[0]) }}{% endmacro %}"
    templates = {"a.html": calling, "m.html": macro, "_entry.html": entry, "b.html": "{{ catalog.papers }}"}
    found = catalog_usage(templates)
    assert (found["a.html"], found["b.html"]) == (used, {"papers"})
    assert usage_of("_entry.html", templates) == found["_entry.html"]


def test_what_one_template_uses_is_what_all_together_say():
    theme = read_theme(ROOT, Problems())
    found = catalog_usage(theme.templates)
    alone = {
        name for name in found if usage_of(name, theme.templates) - {ENTRY} == found[name] - {"titles", "vocabulary"}
    }
    assert {name for name, used in found.items() if not used & {"titles", "vocabulary"}} <= alone
    assert usage_of("_entry.html", theme.templates) == {"titles", "vocabulary"}
    assert usage_of("_redirects", theme.templates) == {"redirects"}
    assert usage_of("missing", theme.templates) == set()


class Thing:
    """What a template may be given."""

    text, number, nothing, markup, words = "q'<", 7, None, Markup("<i>&amp;</i>"), ("a", "<b>")
    fine = "&"

    def called(self, *given: object, **named: object) -> str:
        return f"<{given} {sorted(named)}>"

    def stopping(self) -> None:
        raise StopIteration

    @property
    def twice(self) -> object:
        """HTML that is HTML itself."""

        class Inner(str):
            __slots__ = ()

            def __html__(self) -> str:
                return "<h>"

        class Outer:
            def __html__(self) -> str:
                return Inner("<s>")

        return Outer()

    @property
    def faulty(self) -> str:
        raise AttributeError("inside")


class Pair(NamedTuple):
    """What a filter may take an attribute of."""

    one: object
    two: str = "2"

    @property
    def faulty(self) -> str:
        raise AttributeError("inside")


GIVEN = {
    "pairs": (Pair("1"), Pair("<1>", "&")),
    "odd_pairs": (Pair("1"), Pair(Markup("<br>")), Pair(3), {"one": "<"}),
    "text": "x<y",
    "markup": Markup("<b>&amp;</b>"),
    "none": None,
    "number": 3,
    "table": {"key": "v&", "items": "an item", "text": 1},
    "thing": Thing(),
    "words": ("p", "<q>"),
    "mixed": ["<", Markup("<br>"), 5],
    "href": lambda address: f"/base{address}",
    "stopping": lambda: next(iter(())),
}
names = st.sampled_from([*GIVEN, "unknown", "loop", "inner"])
attributes = st.sampled_from(
    ["text", "number", "nothing", "markup", "words", "called", "faulty", "key", "items", "class"]
)
expressions = st.recursive(
    names | st.sampled_from(["1", "'<s>'", "none", "[1, text]"]),
    lambda inner: st.one_of(
        st.builds("({}).{}".format, inner, attributes),
        st.builds("({})['{}']".format, inner, attributes),
        st.builds("({})[{}]".format, inner, st.sampled_from(["0", "-1", "9", ":1", "number"])),
        st.builds("({} ~ {})".format, inner, inner),
        st.builds("('/<' ~ {} ~ '>' ~ '&')".format, inner),
        st.builds("lower_first({})".format, inner),
        st.builds(
            "({} | join('<', attribute={}))".format, inner, st.sampled_from(["'one'", "'two'", "'faulty'", "'0'", "0"])
        ),
        st.builds("({} if {} else {})".format, inner, inner, inner),
        st.builds("({} or {})".format, inner, inner),
        st.builds("({} == {})".format, inner, inner),
        st.builds("({} is defined)".format, inner),
        st.builds(
            "({} | {})".format,
            inner,
            st.sampled_from(
                ["join(', ')", "join", "length", "upper", "safe", "e", "default('d')", "list", "first", "string"]
            ),
        ),
        st.builds(
            "{}({})".format, st.sampled_from(["href", "thing.called", "stopping", "range", "show", "parts.show"]), inner
        ),
        st.builds("thing.called({}, named={})".format, inner, inner),
    ),
    max_leaves=5,
)
statements = st.recursive(
    st.builds("{{{{ {} }}}}".format, expressions) | st.sampled_from(["words & <p>", "{% include 'c.html' %}"]),
    lambda inner: st.one_of(
        st.builds("{}{}".format, inner, inner),
        st.builds("{{% if {} %}}{}{{% else %}}{}{{% endif %}}".format, expressions, inner, inner),
        st.builds(
            "{{% for inner in {} %}}{}{{{{ loop.index }}}}{{% else %}}{}{{% endfor %}}".format,
            expressions,
            inner,
            inner,
        ),
        st.builds("{{% for inner in {} if {} %}}{}{{% endfor %}}".format, expressions, expressions, inner),
        st.builds("{{% set inner = {} %}}{}".format, expressions, inner),
        st.builds("{{% set inner %}}{}{{% endset %}}{}".format, inner, inner),
        st.builds("{{% once {} %}}{}{{% endonce %}}".format, expressions, inner),
        st.builds("{{% filter upper %}}{}{{% endfilter %}}".format, inner),
        st.builds("{{% call parts.around({}) %}}{}{{% endcall %}}".format, expressions, inner),
        st.builds("{{% include 'c.html' without context %}}{}".format, inner),
        st.builds("{{% with inner = {} %}}{}{{% endwith %}}".format, expressions, inner),
        st.builds(
            "{{% autoescape {} %}}{}{{% endautoescape %}}".format, st.sampled_from(["true", "false", "number"]), inner
        ),
    ),
    max_leaves=4,
)
AROUND = {
    "base.html": "<{% block top %}top {{ text }}{% endblock %}|{% block main %}{% endblock %}|{{ number }}>",
    "parts.html": "{% macro show(x, y='<') %}[{{ x }}{{ y }}]{% endmacro %}{% macro around(x) %}({{ caller() }}{{ x }}){% endmacro %}",
    "c.html": "included {{ text | default('nothing') }}{{ words | join('&') if words is defined else '' }}",
    "macros.txt": "{% macro href(x) %}<{{ x }}>{% endmacro %}{% macro lower_first(x, y='<') %}{{ x }}{{ y }}{% endmacro %}",
    "blocks.html": "{% block a %}{% endblock %}{% block b required %}{% endblock %}{% for i in words %}{% block c scoped %}{{ i }}{% endblock %}{% endfor %}{{ self['a']() }}",
    "plain.txt": "{% import 'parts.html' as parts %}{{ text }}{{ parts.show(text) }}",
}


def said(templates: dict[str, str], name: str, *, exact: bool = False) -> str:
    environment = environment_of(templates, None, exact=exact)
    environment.globals |= {"lower_first": lower_first}  # a function of ours
    return environment.get_template(name).render(**GIVEN)


@given(statements, st.sampled_from(["a.html", "a.txt"]), st.booleans())
@settings(max_examples=300)
def test_the_short_way_says_what_jinja_says(body, name, extending):
    """Whatever a template asks of what: when the short way has an answer, it is Jinja's."""
    begin = "{% import 'parts.html' as parts %}{% macro show(x) %}{{ x }}{{ parts.show(x) }}{% endmacro %}"
    source = f"{{% extends 'base.html' %}}{begin}{{% block main %}}{body}{{{{ super() }}}}{{% endblock %}}"
    templates = {**AROUND, name: source if extending else begin + body}
    try:
        short = said(templates, name)
    except Exception:  # noqa: BLE001 - then Jinja's own code is asked
        return
    exact = said(templates, name, exact=True)
    # where an object without a text of its own is shown, its address differs
    assert re.sub("0x[0-9a-f]+", "0x", short) == re.sub("0x[0-9a-f]+", "0x", exact)


@pytest.mark.parametrize(
    "body",
    [
        # text before the include left the block that collects it
        "A{% set x %}abc{% include 'c.html' without context %}def{% endset %}[{{ x }}]",
        "{% filter forceescape %}<b>{{ markup }}{% include 'c.html' without context %}{% endfilter %}",
        # the key was worked out twice
        "{% set c = cycler('a', 'b') %}{% for i in range(4) %}{% once c.next() %}{{ i }}{% endonce %}{% endfor %}",
        "{% set j = joiner('x') %}{% for i in range(4) %}{% once j() %}{{ i }}{% endonce %}{% endfor %}",
        # a macro with the name of a function did not know whether its caller escapes
        "{% from 'macros.txt' import href %}{{ href(number) }}",
        "{% macro href(x) %}<{{ x }}>{% endmacro %}{% autoescape false %}{{ href(text) + text }}{% endautoescape %}",
        # Python takes a ligature in a name for its letters
        "{{ thing.ﬁne is defined }}",
        # the end of an iterator was taken for something else further out
        "{% macro m(x) %}{{ thing.stopping() is defined }}{% endmacro %}{{ m(*[1]) is defined }}",
        "{{ thing.twice }}",
        # a block that gives its texts at once said that it stopped where Jinja says nothing
        "{% block a %}{{ stopping() is defined }}{% endblock %}{{ self['a']() }}",
    ],
)
def test_what_the_short_way_once_said_and_jinja_does_not(body):
    templates = {**AROUND, "a.html": body}
    exact = said(templates, "a.html", exact=True)
    with contextlib.suppress(AttributeError, RuntimeError):  # nothing is said: Jinja will be asked
        assert said(templates, "a.html") == exact


@pytest.mark.parametrize(
    "body",
    [
        # functions of ours, and what else may have their names
        "{{ lower_first('A<') }}{{ lower_first(text) ~ '<' }}{{ lower_first(text='B') }}",
        "{% from 'macros.txt' import lower_first %}{{ lower_first(text) }}{{ lower_first(text, markup) }}",
        "{% from 'macros.txt' import lower_first with context %}{{ lower_first(text, y=number) }}",
        "{% set lower_first = href %}{{ lower_first(text) }}",
        "{% for lower_first in [href, thing.called] %}{{ lower_first('<') }}{% endfor %}",
        "{% macro m(lower_first) %}{{ lower_first('<') }}{% endmacro %}{{ m(href) }}",
        "{% macro m(x, y='&', z=number) %}{{ x }}{{ y }}{{ z }}{% endmacro %}{{ m(1) }}{{ m(1, 2) ~ '<' }}{{ m(1, 2, 3) }}",
        "{% macro m(x) %}{{ x }}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1) }}{{ m(1, 2) }}{{ m(1, a='<') }}",
        "{{ text.split('<')[1] }}{{ text.startswith('x') }}{{ ', '.join(words) }}",
        # blocks
        "{% extends 'blocks.html' %}{% block b %}<{{ super() }}{% endblock %}{% block c %}[{{ super() }}{{ i }}]{% endblock %}",
        "{% if number %}{% extends 'blocks.html' %}{% endif %}{% block b %}b{% endblock %}{% block a %}{{ text }}{% endblock %}",
        "{% if none %}{% extends 'blocks.html' %}{% endif %}{% block b %}b{% endblock %}{% block a %}{{ text }}{% endblock %}",
        "{% block a %}{% include 'c.html' without context %}{% block d %}{{ markup }}{% endblock %}{% endblock %}{{ self['d']() }}",
        "{% set x %}{% block a %}{% block d %}<{% endblock %}{% endblock %}{% endset %}{{ x }}",
        "{% once markup %}{{ caller is defined }}{% endonce %}{% once text %}{{ markup }}{{ text }}{% endonce %}",
        "{{ pairs | join('<', attribute='one') }}{{ pairs | join(attribute='two') }}{{ odd_pairs | join('<', 'one') }}",
    ],
)
def test_the_short_way_does_not_give_up(body):
    templates = {**AROUND, "a.html": body}
    assert said(templates, "a.html") == said(templates, "a.html", exact=True)


def test_every_page_is_what_jinja_makes_of_it(real):
    problems = Problems()
    catalog = build_catalog(read_contents(real.root, "", problems), problems)
    theme, config = read_theme(ROOT, problems), Config()
    routes = plan(catalog, config, problems)
    short, exact = (Renderer(theme.templates, theme.addresses, catalog, config, routes.values()) for _ in range(2))
    exact.environment = environment_of(theme.templates, None, exact=True)
    exact.environment.globals |= short.environment.globals
    given = [{**route.context, "route": route} for route in routes.values()]
    assert len(given) > 800
    links, lists = LinkCheck(routes, ""), 0
    for route, context in zip(routes.values(), given, strict=True):
        template = short.environment.get_template(route.template)
        assert "".join(template.root_render_func(template.new_context(context))).encode() == exact.render(route)
        page = short.finished(route)
        assert page.data == exact.render(route)
        lists += len(page.own) < len(page.data) / 2
        if route.file.endswith(".html"):
            assert links.dead_links(route.file, page) == LinkCheck(routes, "").follow(route.file, page.data)
    assert lists > 100


def test_a_template_that_needs_jinja_gets_it(tmp_path):
    """An attribute that is a key, or is not there, is found or reported as Jinja does."""
    catalog = build_catalog(read_contents(tmp_path, "", Problems()), Problems())
    templates = {
        "keys.html": "{{ route.context.name }}{{ route.nothing is defined }}",
        "faulty.html": "{{ route.context.name }}\n{{ route.nothing }}",
    }
    renderer = Renderer(templates, {}, catalog, Config(), ())
    for _ in range(2):
        assert renderer.render(Route("/", "keys.html", {"name": "a key"})) == b"a keyFalse"
        with pytest.raises(ContentError) as caught:
            renderer.render(Route("/", "faulty.html", {"name": "a key"}))
        (problem,) = caught.value.problems
        assert (str(problem.location), problem.code) == ("templates/faulty.html:2", "template-error")
        assert "has no attribute 'nothing'" in problem.message


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
    "<a hre", 'f="/none">', "<a href=", '"/none">', '/none">', '<i title="href="/none">',
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
        for _ in range(2):
            assert check.dead_links("papers/x/index.html", Finished(data, data)) == found
        dead |= {*found[0], *(each.link for each in found[1])}
    assert {"/none", "#gone"} <= dead


def made_up_page(chance: random.Random, pieces: list[str]) -> tuple[str, list[tuple[str, list[str]]]]:
    """Runs of pieces with the page's own text between them; some that were asked for do not stand in it."""
    runs = [chance.choices(pieces, k=chance.randint(1, 3)) for _ in range(chance.randint(0, 3))]
    text = ""
    for run in runs:
        text += "".join(chance.choices((*PARTS, "", "é"), k=chance.randint(0, 2)))
        text += "".join(run) if chance.random() < 0.9 else ""
    return text + chance.choice(PARTS), [("".join(run), run) for run in runs]


def test_links_of_pieces_that_pages_share_are_followed_wherever_they_stand():
    known = {"papers/x/index.html", "search/index.html", "index.html", "assets/a.css"}
    file, dead, cut_pages = "papers/x/index.html", 0, 0
    for seed in range(1500):
        chance = random.Random(seed)  # noqa: S311 - made-up pages, no secret
        ends = ["<p>", "</p>", "</p>\n", "<p>…</p>\n", ""]
        pieces = [chance.choice(ends) + "".join(chance.choices(PARTS, k=2)) + chance.choice(ends) for _ in range(3)]
        check, encoded = LinkCheck(known, "/docs"), {}
        for _ in range(3):
            text, runs = made_up_page(chance, pieces)
            page = cut(text, runs, encoded)
            assert page.data == text.encode()
            found = check.dead_links(file, page)
            assert found == LinkCheck(known, "/docs").follow(file, page.data)
            dead += len(found[0])
            cut_pages += bool(page.shared) and check._are_sound(page.shared)  # noqa: SLF001
    assert dead > 100
    assert cut_pages > 100


@pytest.mark.parametrize(
    ("before", "piece", "after"),
    [
        ("<a hre", 'f="/none"><p>', ""),
        ("", "<p></p><a hre", 'f="/none">'),
        ("<a href=", '"/none"><p>', ""),
        ('<a href="/docs/papers/x', "<p>", '/">'),
        ('<b src="', "<p>", '<a href="/none">'),
        ("", '<b src="https://<a href="/none"><p>', ""),
    ],
)
def test_links_across_the_ends_of_pieces_are_followed(before, piece, after):
    page = cut(before + piece + after, [(piece, [piece])], {})
    assert page.shared
    check = LinkCheck({"papers/x/index.html"}, "/docs")
    found = check.dead_links("index.html", page)
    assert found[0]
    assert found == LinkCheck(check.known, "/docs").follow("index.html", page.data)


def test_what_a_page_says_beside_its_pieces_is_its_own():
    encoded: dict[str, bytes] = {}
    assert cut("a<p>…</p><p>b</p>c", [("<p>…</p><p>b</p>", ["<p>…</p>", "<p>b</p>"])], encoded) == (
        "a<p>…</p><p>b</p>c".encode(),
        b"a<c",
        ["<p>…</p>".encode(), b"<p>b</p>"],
    )
    assert cut("<p>b</p>é<p>b</p>", [("<p>b</p>", ["<p>b</p>"])] * 2, encoded).own == "<é<".encode()
    assert cut("<p>b</p>", [("<p>x</p>", ["<p>x</p>"]), ("<p>b</p>", ["<p>b</p>"])], encoded).shared == []
