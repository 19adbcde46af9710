"""A warm build equals a clean one byte for byte, whatever happened in between."""

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time

import pytest
from test_editing import abstract

from broadsheet.program import program_fingerprint
from broadsheet.publishing import production, relating
from broadsheet.publishing.search import find_binary
from broadsheet.publishing.staging import Staging
from broadsheet.publishing.state import load_state
from broadsheet.publishing.unchanged import LastBuild, own_cache
from conftest import ROOT, Project

LABELS = ("Pre-training", "Sparse Experts", "Data & Curation")
TAGS = "".join(f"{label.lower().replace(' & ', '-').replace(' ', '-')}: {{label: {label}}}\n" for label in LABELS)


class Changes:
    """Random changes of everything that a site is made of."""

    def __init__(self, project: Project, seed: int):
        self.project, self.chance, self.number = project, random.Random(seed), 0  # noqa: S311

    def paper(self, name: str) -> str:
        chance = self.chance
        self.number += 1
        lines = [f"title: Paper {self.number} on {chance.choice(['loss', 'scale & code', '<b>', 'data'])}"]
        if chance.random() < 0.8:
            lines.append(f"published: {chance.choice(['2023', '2024-05', '2024-05-17', '2025-01-02'])}")
        if chance.random() < 0.7:
            lines.append(f"tags: [{', '.join(chance.sample(['pre-training', 'sparse-experts', 'data-curation'], 2))}]")
        if chance.random() < 0.5:
            lines.append(f"identifiers: {{arxiv: '2401.{10000 + self.number}'}}")
        if chance.random() < 0.3:
            lines.append(f"appearances:\n  - {{digest: day, rank: {self.number}}}")
        if chance.random() < 0.1:
            lines.append("hidden: true")
        if chance.random() < 0.2:
            lines.append(f"aliases: [was-{name}-{self.number}]")
        text = abstract(chance.randrange(40))
        return "---\n" + "\n".join(lines) + f"\n---\n\n{text}\n"

    def names(self) -> list[str]:
        return sorted(self.project.files("content/papers"))

    def change(self) -> str:
        kind = self.chance.choice([*self.KINDS, "edit", "retouch", "retouch", "retouch"])
        getattr(self, kind)()
        return kind

    def retouch(self):
        """Change nothing but texts: what a catalog is arranged by stays as it is."""
        self.number += 1
        name = f"content/papers/{self.chance.choice(self.names())}"
        text = self.project.read(name)
        kinds = {
            r"(?m)^title: .*$": f"title: Retitled {self.number} & more",
            r"(?m)^---\n\n.*$": f"---\n\n{abstract(self.chance.randrange(40))}",
            r"(?m)^(?=published: )": f"authors: [Author {self.number}]\n" if "\nauthors:" not in text else "",
        }
        for pattern, becomes in self.chance.sample(sorted(kinds.items()), self.chance.choice([1, 1, 2])):
            text = re.sub(pattern, becomes, text, count=1)
        self.project.write(name, text)

    KINDS = (
        "add",
        "edit",
        "note",
        "retouch",
        "delete",
        "rename",
        "digest",
        "page",
        "vocabulary",
        "settings",
        "template",
        "asset",
        "output",
        "cache",
    )

    def add(self):
        name = f"paper-{self.chance.randrange(1000)}"
        self.project.write(f"content/papers/{name}.md", self.paper(name))

    def edit(self):
        name = self.chance.choice(self.names())
        self.project.write(f"content/papers/{name}", self.paper(name.removesuffix(".md")))

    def note(self):
        name = f"content/papers/{self.chance.choice(self.names())}"
        self.number += 1
        self.project.write(name, f"{self.project.read(name).rstrip()}\n\nNote {self.number}, see [tags](/tags/).\n")

    def delete(self):
        if len(self.names()) > 3:
            self.project.path(f"content/papers/{self.chance.choice(self.names())}").unlink()

    def rename(self):
        old = self.project.path(f"content/papers/{self.chance.choice(self.names())}")
        old.rename(old.with_name(f"renamed-{self.chance.randrange(1000)}.md"))

    def digest(self):
        self.number += 1
        date = self.chance.choice(["2024-06-01", "2025-02-03"])
        self.project.write(
            "content/digests/day.md", f"---\ntitle: Issue {self.number}\ndate: {date}\n---\n\nNote *{self.number}*.\n"
        )

    def page(self):
        self.number += 1
        self.project.write(
            f"content/pages/about-{self.chance.randrange(3)}.md", f"---\ntitle: About {self.number}\n---\n\nUs.\n"
        )

    def vocabulary(self):
        self.number += 1
        self.project.write("content/tags.yaml", TAGS.replace("Sparse Experts", f"Experts {self.number}"))

    def settings(self):
        self.project.write(
            "content/site.yaml",
            f"title: Site {self.chance.randrange(3)}\npage_size: {self.chance.choice([2, 5, 50])}\n",
        )

    def template(self):
        self.number += 1
        name = f"templates/{self.chance.choice(['paper.html', 'base.html', '_entry.html', '_parts.html', 'tag.html', 'feed.xml'])}"
        comment = "{# a comment #}" if name.endswith("_parts.html") else f"<!-- {self.number} -->"
        self.project.write(
            name, re.sub(r"(</h3>|</footer>|</article>|</feed>|\Z)", rf"{comment}\1", self.project.read(name), count=1)
        )

    def asset(self):
        self.project.write(
            "templates/assets/broadsheet.css",
            f"{self.project.read('templates/assets/broadsheet.css')}/* {self.number} */\n",
        )
        self.number += 1

    def output(self):
        files = sorted(self.project.files("site"))
        if not files:
            return
        file = self.project.path(f"site/{self.chance.choice(files)}")
        self.chance.choice([file.unlink, lambda: file.write_bytes(b"spoiled"), lambda: os.truncate(file, 1)])()

    def cache(self):
        files = [path for path in self.project.path(".cache").rglob("*") if path.is_file()]
        if not files:
            return
        file = self.chance.choice(files)
        data = bytearray(file.read_bytes())
        if self.chance.random() < 0.4:
            file.unlink()
        elif data:
            data[self.chance.randrange(len(data))] ^= 0xFF
            file.write_bytes(bytes(data[: self.chance.choice([len(data), len(data) // 2])]))


@pytest.fixture
def changing(project):
    project.write("content/tags.yaml", TAGS)
    changes = Changes(project, 7)
    changes.digest()
    for _ in range(12):
        changes.add()
    return changes


def pages(folder) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def keys(root):
    """Return the keys of all pages, as the last build remembers them, and what they rest on."""
    state = load_state(own_cache(root, root / "site"), program_fingerprint())
    return state.pages.keys, tuple(state.known)


def expect_clean(project, tmp_path_factory, what):
    """Compare site/ with what a project that remembers nothing makes."""
    warm = project.run("build", "--no-search")
    clean = tmp_path_factory.mktemp("clean")
    for folder in ("content", "templates"):
        shutil.copytree(project.path(folder), clean / folder, symlinks=True)
    fresh = Project(clean).run("build", "--no-search")
    assert (warm.code, warm.err) == (fresh.code, fresh.err), what
    if warm.code == 0:
        made, wanted = pages(project.path("site")), pages(clean / "site")
        assert sorted(made) == sorted(wanted), what
        assert [name for name in made if made[name] != wanted[name]] == [], what
        assert keys(project.root) == keys(clean), what
    shutil.rmtree(clean)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_two_hundred_random_rounds(changing, seed, tmp_path_factory):
    changing.chance.seed(seed)
    done = []
    for _ in range(22):
        done.append([changing.change() for _ in range(changing.chance.choice([0, 1, 1, 1, 2, 4]))])
        expect_clean(changing.project, tmp_path_factory, done)


def test_many_pages_are_made_beside_the_search_for_related_papers(changing, monkeypatch, tmp_path_factory):
    monkeypatch.setattr(relating, "MANY", 0)
    monkeypatch.setattr(production, "MANY", 0)
    assert changing.project.run("build", "--no-search").code == 0
    for _ in range(3):
        changing.retouch()
        expect_clean(changing.project, tmp_path_factory, "beside")


@pytest.mark.parametrize("name", ["One Two.md", "One-Two.md", "zz One Two.md", "old/one-two.md", "a/one-two.md"])
def test_a_new_name_is_compared_with_remembered_ones(changing, name, tmp_path_factory):
    changing.project.write("content/papers/one-two.md", changing.paper("one-two"))
    assert changing.project.run("build", "--no-search").code == 0
    changing.project.write(f"content/papers/{name}", changing.paper("other"))
    for _ in range(2):
        expect_clean(changing.project, tmp_path_factory, name)
    changing.project.path(f"content/papers/{name}").unlink()
    expect_clean(changing.project, tmp_path_factory, name)


def linked_page(project):
    project.path("site/index.html").rename(project.path("elsewhere.html"))
    project.path("site/index.html").symlink_to("../elsewhere.html")


def linked_folder(project):
    project.path("site/papers").rename(project.path("elsewhere"))
    project.path("site/papers").symlink_to("../elsewhere")


def folder_linked_to_itself(project):
    shutil.rmtree(project.path("site/papers"))
    project.path("site/papers").symlink_to("papers")


def content_linked_to_itself(project):
    project.path("content/papers/old").symlink_to("old")


def hidden_paper(project):
    text = project.read("content/papers/hidden.md")
    project.write("content/papers/hidden.md", text.replace("Hidden", "Renamed"))


def page_that_is_called_as_the_index(project):
    project.path("content/pages/pagefind.md").unlink()


@pytest.mark.parametrize(
    "change",
    [
        linked_page,
        linked_folder,
        folder_linked_to_itself,
        content_linked_to_itself,
        hidden_paper,
        page_that_is_called_as_the_index,
    ],
)
def test_odd_changes_are_followed(changing, tmp_path_factory, change):
    project = changing.project
    project.write("content/papers/hidden.md", "---\ntitle: Hidden\nhidden: true\n---\n\nWords.\n")
    project.write("content/papers/old/inner.md", "---\ntitle: Inner\n---\n\nWords.\n")
    project.write("content/pages/pagefind.md", "---\ntitle: Pagefind\n---\n\nWords.\n")
    shown = "{{ catalog.files['content/papers/hidden.md'].title }}{% endblock %}"
    project.write("templates/404.html", project.read("templates/404.html").replace("{% endblock %}", shown))
    assert project.run("build", "--no-search").code == 0
    if change is content_linked_to_itself:
        shutil.rmtree(project.path("content/papers/old"))
    change(project)
    for _ in range(2):
        expect_clean(project, tmp_path_factory, change.__name__)


def test_of_the_faults_of_a_template_the_first_is_told_whoever_meets_it(changing, monkeypatch):
    project = changing.project
    project.write("templates/paper.html", "{% if paper.comments %}{{ {}['no' ~ paper.slug] }}{% endif %}")
    for name in ("x-two", "x-five", "x-six"):
        text = f"---\ntitle: {name}\npublished: 2030\ncomments: 3\n---\n\nWords.\n"
        project.write(f"content/papers/{name}.md", text)
    told = set()
    for many in (0, 1000):
        monkeypatch.setattr(production, "MANY", many)
        finished = project.run("build", "--no-search")
        assert finished.code == 1
        told.add(finished.err)
    assert len(told) == 1
    assert told.pop().count("template-error") == 1


def test_of_a_fault_that_many_templates_share_the_first_page_is_told_whoever_meets_it(changing, monkeypatch):
    project = changing.project
    project.write("templates/_entry.html", "{{ 1 / 0 }}")
    told = set()
    for many in (0, 0, 0, 1000):
        monkeypatch.setattr(production, "MANY", many)
        told.add(project.run("build", "--no-search").err)
    assert len(told) == 1
    assert "Seen while rendering /.\n" in told.pop()


@pytest.mark.parametrize(
    ("template", "link"),
    [
        ("404.html", "/papers/%6Cinked/"),
        ("404.html", "/papers/&#108;inked/"),
        ("dates.html", "1987/"),
        ("404.html", "/dates/1987/03/"),
    ],
)
def test_a_dead_link_is_told_however_it_is_written(changing, tmp_path_factory, template, link):
    project = changing.project
    project.write("content/papers/linked.md", "---\ntitle: Linked\npublished: 1987-03-01\n---\n\nWords.\n")
    project.write(f"templates/{template}", f'<!doctype html><a href="{link}">x</a>')
    assert project.run("build", "--no-search").code == 0
    paper_goes(project)
    expect_clean(project, tmp_path_factory, link)
    assert project.run("build", "--no-search").err.count("[dead-link]") == 1


def test_what_comes_into_the_site_meanwhile_goes_with_the_next_build(changing, monkeypatch):
    project = changing.project
    commit = Staging.commit

    def disturbed(staging, waiting):
        moved = commit(staging, waiting)
        project.write("site/papers/stray.html", "from nowhere")
        return moved

    with monkeypatch.context() as patch:
        patch.setattr(Staging, "commit", disturbed)
        project.run("build", "--no-search")
    assert project.run("build", "--no-search").code == 0
    assert not project.path("site/papers/stray.html").exists()


def test_one_edit_writes_what_depends_on_it(changing):
    project = changing.project
    project.write("content/papers/one.md", f"---\ntitle: One\npublished: 2022-03\n---\n\n{abstract(99)}\n")
    project.run("build", "--no-search")
    before = project.files("site")
    text = project.read("content/papers/one.md")
    project.write("content/papers/one.md", f"{text}\nA note.\n")
    finished = project.run("build", "--no-search")
    after = project.files("site")
    assert {name for name in after if after[name] != before[name]} == {"papers/one/index.html", "feed.xml"}
    assert ", 2 written, 0 removed" in finished.out
    assert ", 0 written, 0 removed" in project.run("build", "--no-search").out


def test_a_file_that_is_touched_or_has_its_old_time_again_is_still_read(changing):
    project = changing.project
    name = "content/papers/one.md"
    project.write(name, f"---\ntitle: One\n---\n\n{abstract(99)}\n")
    project.run("build", "--no-search")
    time.sleep(1.1)
    project.run("build", "--no-search")
    status = os.stat(project.path(name))
    project.write(name, project.read(name).replace("title: One", "title: Two"))
    os.utime(project.path(name), ns=(status.st_atime_ns, status.st_mtime_ns))
    project.run("build", "--no-search")
    assert '<h1 data-pagefind-meta="title">Two</h1>' in project.read("site/papers/one/index.html")


def test_the_search_index_follows_every_indexed_byte_and_nothing_else(changing):
    project = changing.project
    name = "content/papers/one.md"
    project.write(name, f"---\ntitle: One\npublished: 2022-03\n---\n\n{abstract(99)}\n")
    project.run("build")
    first = {file: data for file, data in project.files("site").items() if file.startswith("pagefind/")}
    project.write("content/site.yaml", "page_size: 3\n")
    project.run("build")
    project.write("content/digests/day.md", project.read("content/digests/day.md") + "\nMore.\n")
    stamps = {file: project.path(f"site/{file}").stat().st_mtime_ns for file in first}
    project.run("build")
    assert stamps == {file: project.path(f"site/{file}").stat().st_mtime_ns for file in first}
    project.write(name, project.read(name).replace("title: One", "title: Quokkas"))
    project.run("build")
    after = {file for file in project.files("site") if file.startswith("pagefind/fragment/")}
    assert after != {file for file in first if file.startswith("pagefind/fragment/")}
    project.path("site/pagefind/pagefind.js").unlink()
    project.run("build")
    assert project.path("site/pagefind/pagefind.js").exists()
    assert project.run("build", "--no-search").code == 0
    assert not [file for file in project.files("site") if file.startswith("pagefind/")]


COMMAND = "import sys; from pathlib import Path; from broadsheet.cli import main; sys.exit(main(sys.argv[2:], Path(sys.argv[1])))"


def start(project):
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", COMMAND, str(project.root), "build", "--no-search"]
    return subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )


@pytest.mark.slow
def test_a_build_that_is_killed_is_healed_by_the_next(changing, tmp_path_factory):
    project = changing.project
    for _ in range(60):
        changing.add()
    started = time.monotonic()
    start(project).communicate(timeout=60)
    whole = time.monotonic() - started
    for number in range(20):
        changing.settings()
        changing.edit()
        changing.template()
        before = pages(project.path("site"))
        running = start(project)
        time.sleep(whole * (0.3 + 0.7 * number / 20))
        if running.poll() is None:
            os.killpg(running.pid, signal.SIGKILL)
        running.communicate()
        left = pages(project.path("site"))
        expect_clean(project, tmp_path_factory, number)
        after = pages(project.path("site"))
        torn = [name for name, data in left.items() if name not in after or data not in {before.get(name), after[name]}]
        assert [name for name in torn if not name.startswith(".") and name in after] == []
        assert not project.path("site/.staging").exists()


def test_a_build_is_done_when_nothing_waits_any_more(small, monkeypatch):
    """A build that was killed after it had said it was done left its waiting files for good."""
    done = LastBuild.remember
    waiting = []

    def remember(last, *told):
        waiting.append((last.output / ".staging").exists())
        done(last, *told)

    monkeypatch.setattr(LastBuild, "remember", remember)
    assert small.run("build", "--no-search").code == 0
    assert waiting == [False]


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_closed_streams_keep_no_build_from_its_work(small, closed):
    """A build that was started without standard output could not start a child, and none without standard error began."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    for asked in ("import", "build --no-search"):
        command = f'"{sys.executable}" -c "{COMMAND}" "{small.root}" {asked} {closed}'
        subprocess.run(["/bin/sh", "-c", command], env=environment, check=True)
    assert small.path("site/index.html").exists()


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_second_build_says_at_once_that_it_waits(small, form):
    small.run("import")
    begun, go = small.path("begun"), small.path("go")
    wait = f"for _ in $(seq 600); do [ -e '{go}' ] && break; sleep 0.05; done"  # not for ever, if something is wrong
    indexer = small.write("indexer", f"#!/bin/sh\ntouch '{begun}'\n{wait}\nexec '{find_binary()}' \"$@\"\n")
    indexer.chmod(0o755)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", COMMAND, str(small.root), "build"]
    with subprocess.Popen(command, env=environment | {"PAGEFIND_BINARY_PATH": str(indexer)}) as first:
        while not begun.exists() and first.poll() is None:  # then it holds site/, until it is told to go on
            time.sleep(0.05)
        second = subprocess.Popen(
            [*command, "--format", form], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert second.stderr.readline() == "Another build is writing site/; waiting for it to end.\n"
        assert second.poll() is None
        go.touch()
        out, err = second.communicate(timeout=60)
        assert (first.wait(60), second.returncode) == (0, 0)
    assert "Another build" not in out + err
    assert "0 written, 0 removed" in out + err


def test_two_builds_at_once_both_end_well(changing, tmp_path_factory):
    running = [start(changing.project) for _ in range(3)]
    assert [each.wait(60) for each in running] == [0, 0, 0]
    for each in running:
        each.communicate()
    expect_clean(changing.project, tmp_path_factory, "at once")


def paper_goes(project):
    project.path("content/papers/linked.md").unlink()


def part_of_a_page_goes(project):
    project.write("content/pages/team.md", "---\ntitle: Team\n---\n\nNobody any more.\n")


def page_of_a_list_goes(project):
    project.write("content/site.yaml", project.read("content/site.yaml").replace("page_size: 2", "page_size: 50"))


@pytest.mark.parametrize("severity", ["error", "warning"])
@pytest.mark.parametrize("change", [paper_goes, part_of_a_page_goes, page_of_a_list_goes])
def test_a_dead_link_in_a_template_is_told_when_only_what_it_leads_to_has_changed(
    changing, tmp_path_factory, change, severity
):
    project = changing.project
    project.write("content/papers/linked.md", "---\ntitle: Linked\n---\n\nWords.\n")
    project.write("content/pages/team.md", "---\ntitle: Team\n---\n\nWe.\n")
    project.write("content/site.yaml", f"page_size: 2\nseverity: {{dead-link: {severity}}}\n")
    links = '<a href="../papers/linked/">x</a> <a href="/team/#3">x</a> <a href="/papers/page/2/">x</a>{% endblock %}'
    project.write("templates/search.html", f'{{% extends "base.html" %}}{{% block main %}}{links}')
    part = '<b id="{{ body(page).text | length }}"></b>{% endblock %}'
    project.write("templates/page.html", project.read("templates/page.html").replace("{% endblock %}", part))
    first = project.run("build", "--no-search")
    assert first.code == 0, first.err
    change(project)
    for _ in range(2):
        expect_clean(project, tmp_path_factory, change.__name__)
    changing.retouch()
    again = project.run("build", "--no-search")
    assert again.err.count("[dead-link]") == 1
    assert again.code == (1 if severity == "error" else 0)
