"""The comparison with other generators: its corpus, its arithmetic and its place in the document."""

import io
import json
import sys
import tarfile
import time

import pytest

from conftest import ROOT, Project

sys.path.insert(0, str(ROOT / "bench"))

from edits import EditedFile, choose_target
from make_corpus import make_project
from peer_content import make_site, read_shelf
from process_tree import LULL, Run, RunError, Server, measure, surroundings
from rounds import Progress, go_round, medians, ratio
from tables import replace_measured, table

SUBJECTS = (
    "Diffusion models",
    "Large language models",
    "Continual learning",
    "Image segmentation",
    "Speech recognition",
)


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """Four days with three papers each."""
    path = tmp_path_factory.mktemp("corpus") / "payloads.tar.xz"
    with tarfile.open(path, "w:xz") as tar:
        for day in range(4):
            entries = [{"paper": paper(day, number)} for number in range(3)]
            data = json.dumps(entries).encode()
            member = tarfile.TarInfo(f"daily/2024-02-{26 + day}.json")
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return path


def paper(day, number):
    subject = SUBJECTS[(day + number) % len(SUBJECTS)]
    return {
        "id": f"2402.{day}{number:04d}",
        "title": f"{subject}, study {day}.{number}",
        "summary": f"We study {subject.lower()} with *stars* and 2 < 3, see https://example.org/{day}/{number}. Much holds.",
        "publishedAt": f"2024-02-{20 + day}T00:00:00.000Z",
        "authors": [{"name": "Ada Lovelace"}, {"name": f"Author {number}"}],
        "githubRepo": "https://github.com/example/code" if number else "",
    }


def test_entrants_may_keep_their_compiled_code(monkeypatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    assert "PYTHONDONTWRITEBYTECODE" not in surroundings({})
    assert (
        surroundings({"PYTHONDONTWRITEBYTECODE": "1", "A": "b"}).items()
        >= {"A": "b", "PYTHONDONTWRITEBYTECODE": "1"}.items()
    )


def made(archive, folder, size=20):
    make_project(archive, size, folder / "project", folder / "kept")
    return Project(folder / "project")


def test_a_made_project_is_sound_and_repeats_papers_as_others(archive, tmp_path):
    project = made(archive, tmp_path)
    assert len(project.files("content/papers")) == 20
    repeated = project.read("content/papers/diffusion-models-study-0-0-part-2.md")
    assert "published: 2023-02-20" in repeated
    assert "2402.00000" not in repeated
    finished = project.run("build", "--strict", "--no-search")
    assert finished.code == 0, finished.err
    assert "20 papers" in finished.out
    assert "7 digests" in finished.out


def test_a_made_project_is_the_same_each_time_and_kept(archive, tmp_path):
    first = made(archive, tmp_path / "one").files("content")
    assert made(archive, tmp_path / "other").files("content") == first
    kept = next((tmp_path / "one/kept").iterdir())
    (kept / "papers/extra.md").write_text("Not made again.")
    make_project(archive, 20, tmp_path / "one/second", tmp_path / "one/kept")
    assert (tmp_path / "one/second/content/papers/extra.md").exists()


def test_peers_get_every_paper_with_its_tags(archive, tmp_path):
    shelf = read_shelf(made(archive, tmp_path).root)
    name = "content/papers/diffusion-models-study-0-0.md"
    tags = shelf.tags_of(next(paper for paper in shelf.papers if name.endswith(f"/{paper.slug}.md")))
    stated = {
        "hugo": ['aliases: ["/arxiv/2402.00000/"]', f"tags: {json.dumps(tags)}", 'digests: ["2024-02-26"]'],
        "eleventy": ['arxiv: "2402.00000"', f"terms: {json.dumps(tags)}", 'digests: ["2024-02-26"]'],
        "pelican": ["Arxiv: 2402.00000", f"Tags: {'; '.join(tags)}", "Category: 2024-02-26"],
    }
    for peer, lines in stated.items():
        make_site(peer, shelf, tmp_path / peer)
        page = (tmp_path / peer / name).read_text().splitlines()
        assert not set(lines) - set(page), peer
        assert page[-1].startswith("We study diffusion models with \\*stars\\* and 2 &lt; 3")
        assert len(list((tmp_path / peer / "content/papers").glob("[a-z]*.md"))) == 20


def test_the_edited_paper_stands_in_the_newest_digest_and_has_a_tag(archive, tmp_path):
    shelf = read_shelf(made(archive, tmp_path).root)
    target = choose_target(shelf)
    chosen = next(paper for paper in shelf.papers if paper.slug == target.slug)
    assert chosen.appearances[0].digest == "daily-papers-2024-02-29"
    assert target.tag in chosen.tags


def test_an_edited_file_is_put_back(tmp_path):
    path = tmp_path / "paper.md"
    path.write_text("---\ntitle: 'Old: one'\n---\n\nText.\n")
    file = EditedFile(path)
    file.change_title("0 title edit 1")
    assert path.read_text() == "---\ntitle: 0 title edit 1\n---\n\nText.\n"
    file.change_body("Edit 2")
    assert path.read_text() == "---\ntitle: 'Old: one'\n---\n\nText. Edit 2.\n"
    file.restore()
    assert path.read_text() == "---\ntitle: 'Old: one'\n---\n\nText.\n"


def test_medians_are_taken_of_each_measure_on_its_own():
    found = medians([Run(1.0, 6.0, 30), Run(2.0, 5.0, 10), Run(9.0, 4.0, 20)])
    assert (found.wall, found.processor, found.peak, found.rounds) == (2.0, 5.0, 20, 3)


@pytest.mark.parametrize(("one", "other", "said"), [(1, 3, "0.33"), (3, 1, "3.00"), (2500, 1, "2,500"), (1, 0, "–")])
def test_ratios(one, other, said):
    assert ratio(one, other) == said


def test_rounds_take_turns_and_leave_out_what_fails():
    order = []

    def run(name):
        order.append(name)
        if name == "weak":
            raise RunError("no")
        return Run(1, 1, 1)

    stream = io.StringIO()
    found = go_round({name: lambda name=name: run(name) for name in ("a", "weak", "b")}, 2, Progress(stream))
    assert order == ["a", "weak", "b", "a", "b"]
    assert list(found) == ["a", "b"]
    assert "weak failed: no" in stream.getvalue()


def test_a_run_counts_what_its_children_take(tmp_path):
    child = "x = bytearray(40_000_000); import time; time.sleep(0.3)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    run = measure((sys.executable, "-c", parent), tmp_path, {})
    assert run.peak > 45_000_000
    assert run.wall > 0.3
    with pytest.raises(RunError, match="ended with 1"):
        measure((sys.executable, "-c", "raise SystemExit('bad')"), tmp_path, {})


@pytest.mark.parametrize("answering", ["", "time.sleep(1.2); "])  # nor when it only waits before it works on
def test_a_server_is_idle_when_it_has_nothing_to_do(tmp_path, answering):
    busy = f"import time; {answering}end = time.process_time() + 1.5\nwhile time.process_time() < end: pass\ntime.sleep(60)"
    (tmp_path / "site").mkdir()
    with Server((sys.executable, "-c", busy), tmp_path / "site", {}) as server:
        begun = time.perf_counter()
        server.wait_until_idle()
        assert time.perf_counter() - begun > 1.5 + LULL
        server.check()
    with pytest.raises(RunError, match="the server ended"):
        server.check()


def test_figures_go_between_the_markers_and_nowhere_else():
    document = "Prose.\n\n<!-- measured -->\nold\n<!-- /measured -->\n\nMore prose.\n"
    replaced = replace_measured(document, table(["a", "b"], [["1", "2"]]))
    assert replaced == (
        "Prose.\n\n<!-- measured -->\n| a | b |\n|---|---|\n| 1 | 2 |\n<!-- /measured -->\n\nMore prose.\n"
    )
    assert replace_measured(replaced, "old") == document
    for broken in ("no markers", "<!-- /measured --><!-- measured -->", f"{document}{document}"):
        with pytest.raises(ValueError, match="the document needs"):
            replace_measured(broken, "figures")
