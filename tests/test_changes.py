"""When only texts of papers changed, keys are made anew for the pages that this can touch, and for few others."""

import shutil

import pytest
from test_arrangement import PAPERS, project, write  # noqa: F401 - a fixture

from broadsheet.config import Config
from broadsheet.content.catalog import build_catalog
from broadsheet.content.contents import exchange, read_contents
from broadsheet.problems import Problems
from broadsheet.publishing.changes import changes_since, known_of
from broadsheet.publishing.publisher import plan_site
from conftest import ROOT

RELATED = {"one": ("two",), "two": ("five",), "five": ()}


@pytest.fixture
def site(project):  # noqa: F811 - the fixture
    shutil.copytree(ROOT / "templates", project / "templates")
    return project


def planned(root, related=None):
    problems = Problems()
    contents = read_contents(root, "", problems, root / "cache" / "prepared")
    catalog = build_catalog(contents, problems, lambda _: lambda: related or RELATED)
    source = plan_site(root, Config(page_size=2), problems, catalog, strict=True)
    return source, source.dependencies(source.renderer())


def touched(root, before, related=None):
    """Return the touched pages; every other page has to have the key that it had."""
    old_source, old = before
    source, new = planned(root, related)
    known = known_of(old.base, old_source.catalog).with_related(old_source.catalog)
    changes = changes_since(known, known_of(new.base, source.catalog), source.catalog)
    assert changes is not None
    found = {file for file, route in source.routes.items() if new.is_touched(route, changes)}
    assert list(source.routes) == list(old_source.routes)
    differ = {file for file, route in source.routes.items() if new.key(route) != old.key(old_source.routes[file])}
    assert differ <= found
    return found, differ


@pytest.mark.parametrize("slug", ["three", "four"])
def test_what_has_no_page_counts_too(site, slug):
    (site / "templates" / "tags.html").write_text(
        "{% for each in catalog.files.values() %}{{ each.title }}{% endfor %}", encoding="utf-8"
    )
    source, dependencies = planned(site)
    before = known_of(dependencies.base, source.catalog)
    write(site, slug, PAPERS[slug], "Other words.")
    source, dependencies = planned(site)
    assert changes_since(before, known_of(dependencies.base, source.catalog), source.catalog) is None


def test_a_text_touches_the_pages_that_show_it(site):
    before = planned(site)
    write(site, "five", PAPERS["five"], "Other words.")
    found, differ = touched(site, before)
    assert found == differ
    assert {"papers/five/index.html", "papers/two/index.html", "dates/undated/index.html"} < found
    assert not found & {"tags/code/index.html", "tags/training/index.html", "digests/monday/index.html", "sitemap.xml"}


@pytest.mark.parametrize("slug", ["one", "two"])
def test_a_text_touches_its_tags_dates_and_digests(site, slug):
    before = planned(site)
    write(site, slug, PAPERS[slug], "Other words.")
    found, differ = touched(site, before)
    assert found == differ
    assert {"tags/training/index.html", "dates/2024/index.html", "digests/monday/index.html", "feed.xml"} < found


def test_related_papers_touch_the_page_that_lists_them(site):
    before = planned(site)
    found, differ = touched(site, before, {**RELATED, "one": ("five",)})
    assert found == differ == {"papers/one/index.html"}


@pytest.mark.parametrize("template", ["{{ catalog.papers[0].title }}", "{{ catalog.related.values() | list }}"])
def test_a_template_that_asks_for_anything_is_touched_by_everything(site, template):
    (site / "templates" / "tags.html").write_text(template, encoding="utf-8")
    before = planned(site)
    write(site, "five", PAPERS["five"], "Other words.")
    assert "tags/index.html" in touched(site, before)[1]


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("content/papers/one.md", "---\ntitle: One\n---\n\nNeither tags nor a date.\n"),
        ("content/papers/six.md", "---\ntitle: Six\n---\n\nA new paper.\n"),
        ("content/digests/monday.md", "---\ntitle: Another heading\naliases: [mon]\n---\n"),
        ("content/pages/about.md", "---\ntitle: About us\n---\n\nWe.\n"),
        ("content/tags.yaml", "pre-training: {label: Other}\ntraining: {label: Training}\ncode: {label: Code}\n"),
        ("content/permalinks.txt", "/papers/one/\n"),
        ("templates/tag.html", "{{ tag.label }}"),
    ],
)
def test_anything_else_makes_all_keys_anew(site, file, text):
    source, dependencies = planned(site)
    before = known_of(dependencies.base, source.catalog)
    (site / file).write_text(text, encoding="utf-8")
    source, dependencies = planned(site)
    assert changes_since(before, known_of(dependencies.base, source.catalog), source.catalog) is None


def test_nothing_rests_on_content_whose_shape_is_not_known(site):
    contents = read_contents(site, "", Problems())
    found = exchange(contents, site, "content/papers/one.md")
    assert contents.shape
    assert found
    assert not found[0].shape
    catalog = build_catalog(found[0], Problems(), lambda _: lambda: RELATED)
    source = plan_site(site, Config(), Problems(), catalog, strict=True)
    base = source.dependencies(source.renderer()).base
    assert changes_since(known_of(base, catalog), known_of(base, catalog), catalog) is None
