"""Templates may use what they like: no page is old, in a warm build as in the preview."""

import shutil

import pytest

from broadsheet.content.related.papers import documents_of
from broadsheet.preview.live import LiveSite
from broadsheet.publishing.relating import Relating
from conftest import Project

TAGS = """\
pre-training: {label: Pre-training}
sparse-experts: {label: Sparse Experts, parents: [pre-training]}
data-curation: {label: Data Curation}
"""


def paper(title, published="", tags="data-curation", appearances=(), more="", text="How the loss falls with scale."):
    rows = "".join(f"\n  - {{digest: {digest}, rank: {rank}}}" for digest, rank in appearances)
    lines = [f"title: {title}", f"tags: [{tags}]"]
    lines += [f"published: {published}"] if published else []
    lines += [f"appearances:{rows}"] if rows else []
    return "---\n" + "\n".join(lines) + f"\n{more}---\n\n{text}\n"


def digest(title, day, more=""):
    return f"---\ntitle: {title}\ndate: {day}\n{more}---\n\nA note.\n"


CONTENT = {
    "content/tags.yaml": TAGS,
    "content/site.yaml": "title: T\n",
    "content/digests/day.md": digest("Day", "2024-06-01"),
    "content/digests/mid.md": digest("Mid", "2024-06-15"),
    "content/digests/eve.md": digest("Eve", "2024-07-01"),
    "content/pages/about.md": "---\ntitle: About\n---\n\nUs.\n",
    "content/papers/aa.md": paper("Aa one", "2024-05-17", "sparse-experts, data-curation", [("day", 1)]),
    "content/papers/bb.md": paper("Bb two", "2024-04-17", "sparse-experts", [("day", 2)]),
    "content/papers/cc.md": paper("Cc three", "2024-03-17", "data-curation", [("eve", 1), ("day", 4)]),
    "content/papers/dd.md": paper("Dd four", "2023-03-17", "data-curation", [("eve", 2)]),
    "content/papers/ff.md": paper("Ff six", "2022", "pre-training"),
    # Many papers, so that a change does not change everybody's related papers.
    **{
        f"content/papers/p{n}.md": paper(
            f"P{n} quux{n}", f"2020-01-{n + 1:02}", "pre-training", text=f"w{n} z{n} f{n} b{n}"
        )
        for n in range(14)
    },
}
A_PAPER = {"content/papers/gg.md": paper("Gg", "2021-03-17", "data-curation, pre-training", [("day", 5)])}
A_TITLE = {"content/papers/cc.md": paper("Cc changed", "2024-03-17", "data-curation", [("eve", 1), ("day", 4)])}
A_HEADING = {"content/digests/day.md": digest("Another day", "2024-06-01")}
A_RENAMING = {
    "content/digests/day.md": None,
    "content/digests/dawn.md": digest("Day", "2024-06-01", "aliases: [day]\n"),
}
A_PAGE = {"content/pages/about.md": "---\ntitle: About\n---\n\nOthers.\n"}
TOTAL = "{% macro total() %}{{ catalog.papers | length }}{% endmacro %}\n"
FOOT = "{{ catalog.papers | length }}"


def before(mark, text):
    """Return how to put text before a mark of a template."""

    def put(old):
        assert mark in old
        return old.replace(mark, f"{text}{mark}", 1)

    return put


def on_page(text, above=""):
    """Show something on the pages that people wrote; `above` goes to the top of the template."""
    return {
        "templates/page.html": lambda old: old.replace(
            "{% extends 'base.html' %}", "{% extends 'base.html' %}\n{% import '_parts.html' as parts %}\n" + above, 1
        ).replace("{{ body(page)", text + "{{ body(page)", 1)
    }


def in_parts(text):
    return {"templates/_parts.html": lambda old: text + old}


def in_entry(text):
    return {"templates/_entry.html": before("</article>", f"<i>{text}</i>")}


def in_footer(text):
    return {"templates/base.html": before("<footer", f"<p>{text}</p>")}


OF_NEWER = "{{% if newer %}}<i>{}</i>{{% endif %}}"
IMPORT = "{% import '_m.html' as m %}"
M = {"templates/_m.html": TOTAL}
CASES = {
    "macro of a file that base imports": (
        {**M, **on_page("{{ m.total() }}"), "templates/base.html": lambda old: IMPORT + old}, A_PAPER),
    "macro of base": ({**on_page("{{ total() }}"), "templates/base.html": lambda old: TOTAL + old}, A_PAPER),
    "included file with the module of who includes it": (
        {**M, "templates/_x.html": "{{ m.total() }}", **on_page("{% include '_x.html' %}", IMPORT)}, A_PAPER),
    "macro of a macro's module": (
        {**M, **in_parts(f"{IMPORT}{{% macro foot() %}}{{{{ m.total() }}}}{{% endmacro %}}"), **on_page("{{ parts.foot() }}")}, A_PAPER),
    "macro of a macro's module, in lists": (
        {**M, **in_parts(f"{IMPORT}{{% macro foot() %}}{{{{ m.total() }}}}{{% endmacro %}}"), **in_entry("{{ parts.foot() }}")}, A_PAPER),
    "macro from a module": (
        {**M, **in_parts("{% from '_m.html' import total %}{% macro foot() %}{{ total() }}{% endmacro %}"), **on_page("{{ parts.foot() }}")}, A_PAPER),
    "macro that includes": (
        {"templates/_x.html": FOOT, **in_parts("{% macro foot() %}{% include '_x.html' %}{% endmacro %}"), **on_page("{{ parts.foot() }}")}, A_PAPER),
    "name that a module sets": (
        {**in_parts("{% set sum = catalog.papers | length %}{% macro foot() %}{{ sum }}{% endmacro %}"), **on_page("{{ parts.foot() }} {{ parts.sum }}")}, A_PAPER),
    "module by another name": ({**M, **on_page("{% set n = m %}{{ n.total() }}{{ m['total']() }}", IMPORT)}, A_PAPER),
    "module that a macro is given": (
        {**M, **in_parts("{% macro side(lib) %}{{ lib.total() }}{% endmacro %}"), **on_page("{{ parts.side(m) }}", IMPORT)}, A_PAPER),
    "two macros of one name": (
        {"templates/_m.html": f"{{% if true %}}{TOTAL}{{% else %}}{{% macro total() %}}{{% endmacro %}}{{% endif %}}", **on_page("{{ m.total() }}", IMPORT)}, A_PAPER),
    "computed names of files": ({"templates/_x.html": FOOT, **on_page("{% include '_' ~ 'x.html' %}{% include ['no', '_x.html'] %}")}, A_PAPER),
    "all routes in a module": (
        {**in_parts("{% macro tree() %}{% for each in routes %}{{ each.address }} {% endfor %}{% endmacro %}"), **on_page("{{ parts.tree() }}")}, A_PAPER),
    "related papers by a macro of base": (
        {"templates/base.html": lambda old: "{% macro near(p) %}{% for o in catalog.related.get(p.slug, ()) %}{{ o.title }}{% endfor %}{% endmacro %}" + old,
         "templates/paper.html": before("<article>", "{{ near(paper) }}")}, A_TITLE),
    "title of one paper": (in_footer("{{ catalog.titles['cc'] }}"), A_TITLE),
    "number of titles": (in_footer("{{ catalog.titles | length }}"), A_PAPER),
    "texts of pages": (in_footer("{% for p in catalog.pages %}{{ body(p).text }}{% endfor %}"), A_PAGE),
    "heading of one digest": (in_footer("{{ heading('day') }}{{ catalog.digest('day').title }}"), A_HEADING),
    "headings of a neighbour's digests": (
        {"templates/paper.html": before("{{ parts.beside(", OF_NEWER.format("{% for a in newer.appearances %}{{ heading(a.digest) }}{% endfor %}"))}, A_HEADING),
    "headings of related papers' digests": (
        {"templates/paper.html": before("{% once other.slug %}", "{% for a in other.appearances %}{{ heading(a.digest) }}{% endfor %}")}, A_HEADING),
    "headings of a digest's papers": (
        {"templates/digest.html": before("{{ entry(paper) }}", "{% for a in paper.appearances %}{{ heading(a.digest) }}{% endfor %}")}, A_HEADING),
    "size of an older digest": (
        {"templates/digest.html": before("{{ parts.beside(", "{% if older %}{{ catalog.issues[older.id] | length }}{% endif %}")}, A_PAPER),
    "sizes of all digests": (
        {"templates/digest.html": before("{{ parts.beside(", "{% for id, issue in catalog.issues.items() %}{{ issue | length }} {% endfor %}")}, A_PAPER),
    "count of a broader tag": ({"templates/tag.html": before("{{ catalog.vocabulary[parent].label }}", "{{ catalog.tagged[parent] | length }}")}, A_PAPER),
    "titles of a tag": (
        {"content/site.yaml": "title: T\npage_size: 1\n", "templates/tag.html": before("{{ parts.list(", "{% for p in catalog.tagged[tag.slug] %}{{ catalog.titles[p.slug] }}{% endfor %}")}, A_TITLE),
    "tags often with another": ({"templates/tag.html": before("{{ parts.list(", "{{ catalog.often_with('sparse-experts', 3) }}")},
        {"content/papers/bb.md": paper("Bb two", "2024-04-17", "sparse-experts, data-curation", [("day", 2)])}),
    "counts of tags in lists": (in_entry("{% for t in paper.tags %}{{ catalog.tagged[t] | length }} {% endfor %}"), A_PAPER),
    "sizes of digests in lists": (in_entry("{% for a in paper.appearances %}{{ catalog.issues[a.digest] | length }} {% endfor %}"), A_PAPER),
    "related papers in lists": (in_entry("{% for o in catalog.related.get(paper.slug, ()) %}{{ o.title }} {% endfor %}"), A_TITLE),
    "related papers of a neighbour": (
        {"templates/paper.html": before("{{ parts.beside(", OF_NEWER.format("{% for o in catalog.related.get(newer.slug, ()) %}{{ o.title }}{% endfor %}"))}, A_TITLE),
    "digest's id in lists": (in_entry("{% for a in paper.appearances %}{{ a.digest }} {% endfor %}"), A_RENAMING),
    "redirects of one's own": (
        {"templates/_redirects": lambda old: f"{old}/latest/ /digests/{{{{ catalog.digests[0].id }}}}/ 302\n"},
        {"content/digests/fin.md": digest("Fin", "2025-06-01")}),
    "published addresses": (
        {"content/permalinks.txt": "/papers/aa/\n/papers/bb/\n", **in_footer("{{ catalog.ledger | join(' ') }}")},
        {"content/permalinks.txt": "/papers/bb/\n/papers/aa/\n"}),
    "nothing unusual, when a digest gets another name": ({}, A_RENAMING),
}  # fmt: skip


def write(project, files):
    for name, text in files.items():
        if text is None:
            project.path(name).unlink()
        else:
            project.write(name, text(project.read(name)) if callable(text) else text)


def clean(project, tmp_path):
    """Return the files that a build makes which remembers nothing."""
    root = tmp_path / "clean"
    for folder in ("content", "templates"):
        shutil.copytree(project.path(folder), root / folder)
    made = Project(root)
    assert made.run("build", "--no-search").err == ""
    files = {name: data for name, data in made.files("site").items() if not name.startswith(".")}
    shutil.rmtree(root)
    return files


def found_related(live):
    catalog = live.renderer.catalog
    live.neighbours.lists = Relating(None, "").relate(documents_of(catalog.papers, catalog.files))()
    live.show_related()


@pytest.mark.parametrize("case", CASES)
def test_a_page_is_never_old(project, case, tmp_path):
    templates, change = CASES[case]
    write(project, {**CONTENT, **templates})
    live = LiveSite(project.root, {}, project.path("nowhere"))
    live.refresh(set())
    found_related(live)
    assert project.run("build", "--no-search").err == ""
    for file in project.files("site"):
        live.read(file)
    write(project, change)
    live.refresh(set(change))
    found_related(live)
    wanted = clean(project, tmp_path)
    assert {file for file, data in wanted.items() if live.read(file) != data} == set()
    assert project.run("build", "--no-search").err == ""
    made = project.files("site")
    assert {file for file, data in wanted.items() if made[file] != data} == set()


def test_a_paper_can_be_edited_whose_digest_got_another_name(project, tmp_path):
    """The paper that is shown is not the one of its file then."""
    write(project, CONTENT)
    live = LiveSite(project.root, {}, project.path("nowhere"))
    live.refresh(set())
    for change in (A_RENAMING, A_TITLE):
        write(project, change)
        live.refresh(set(change))
    found_related(live)
    assert {file for file, data in clean(project, tmp_path).items() if live.read(file) != data} == set()


BROKEN = {"content/papers/aa.md": "---\ntitle: [oops\n---\n\nText.\n"}
MENDED = {"content/papers/aa.md": CONTENT["content/papers/aa.md"]}
SETTINGS = {"content/site.yaml": "title: Another title\n"}
TEMPLATE = {"templates/404.html": before("{% block main %}", "{# mine #}")}


@pytest.mark.parametrize(
    "changes",
    [
        [BROKEN, A_TITLE, TEMPLATE, MENDED],
        [BROKEN, A_TITLE, SETTINGS, MENDED],
        [{**BROKEN, **TEMPLATE}, MENDED],
        [{**BROKEN, **SETTINGS}, MENDED],
        [{"content/site.yaml": "title: [\n", **A_TITLE}, SETTINGS],
    ],
)
def test_no_change_is_lost_that_came_with_a_fault(project, changes, tmp_path):
    write(project, CONTENT)
    live = LiveSite(project.root, {}, project.path("nowhere"))
    live.refresh(set())
    for change in changes:
        write(project, change)
        live.refresh(set(change))
        assert bool(live.problems) is (change is not changes[-1])
    found_related(live)
    assert {file for file, data in clean(project, tmp_path).items() if live.read(file) != data} == set()
