"""Each folder of tests/broken/ is one fault laid over a sound project: its exact problems, and nothing lost."""

import shutil
from pathlib import Path

import pytest

BROKEN = Path(__file__).parent / "broken"
FAULTS = sorted(path.name for path in BROKEN.iterdir() if path.is_dir())


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """A small project, imported and built."""
    from conftest import FIXTURES, ROOT, Project

    root = tmp_path_factory.mktemp("sound")
    shutil.copytree(ROOT / "templates", root / "templates")
    shutil.copytree(FIXTURES / "small", root / "seeds")
    (root / "content").mkdir()
    shutil.copy(ROOT / "content/tags.yaml", root / "content/tags.yaml")
    project = Project(root)
    finished = project.run("--no-search")
    assert finished.code == 0, finished.err
    return project


def lay_over(project, overlay: Path) -> None:
    """Copy a fault's files over the project; an empty file named `X.gone` takes X away."""
    for source in sorted(overlay.rglob("*")):
        target = project.path(source.relative_to(overlay).as_posix())
        if source.suffix == ".gone":
            victim = target.with_suffix("")
            shutil.rmtree(victim) if victim.is_dir() else victim.unlink()
        elif source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_exactly_and_nothing_is_lost(name, sound, tmp_path, request):
    from conftest import Project

    root = tmp_path / "project"
    shutil.copytree(sound.root, root)
    project = Project(root)
    lay_over(project, BROKEN / name / "files")
    before = {folder: project.files(folder) for folder in ("seeds", "content", "site")}
    finished = project.run("--strict", "--no-search")
    expected = BROKEN / name / "expected.txt"
    actual = f"exit code {finished.code}\n{finished.err}"
    if request.config.getoption("--rewrite-golden"):
        expected.write_text(actual, encoding="utf-8")
    assert actual == expected.read_text(encoding="utf-8")
    assert finished.code in {1, 2}
    assert {folder: project.files(folder) for folder in ("seeds", "content", "site")} == before


def test_pagefind_missing_leaves_the_last_good_site(sound, tmp_path, monkeypatch):
    from conftest import Project

    root = tmp_path / "project"
    shutil.copytree(sound.root, root)
    project = Project(root)
    monkeypatch.setenv("PAGEFIND_BINARY_PATH", "/nowhere/pagefind")
    before = project.files("site")
    project.write("content/pages/about.md", "---\ntitle: About\n---\n\nUs.\n")
    finished = project.run("build")
    assert finished.code == 3
    assert "pagefind: error: Pagefind, which makes the search index, was not found" in finished.err
    assert "[pagefind-missing]" in finished.err
    assert "pip install -r requirements.txt" in finished.err
    assert project.files("site") == before


def test_pagefind_that_fails_is_a_failed_tool(sound, tmp_path, monkeypatch):
    broken = tmp_path / "pagefind"
    broken.write_text("#!/bin/sh\nexit 7\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PAGEFIND_BINARY_PATH", str(broken))
    finished = sound.run("build", "--output", str(tmp_path / "site"))
    assert finished.code == 3
    assert "Pagefind stopped with exit code 7 [pagefind-failed]" in finished.err
    assert not (tmp_path / "site").exists()


def test_wrong_usage_is_exit_code_two(project):
    assert project.run("biuld").code == 2
    assert project.run("import", "--explain", "seeds/none.txt").code == 2
