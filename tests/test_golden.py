"""One small site, kept: twelve papers, the files that matter. `pytest --rewrite-golden` writes it anew."""

import re
import shutil
from pathlib import Path

import pytest

from conftest import FIXTURES, ROOT, Project

GOLDEN = Path(__file__).parent / "golden"
KEPT = (
    "content/papers/poa-pre-training-once-for-models-of-all-sizes.md",
    "content/digests/003-daily.md",
    "site/index.html",
    "site/papers/2-olmo-2-furious/index.html",
    "site/papers/poa-pre-training-once-for-models-of-all-sizes/index.html",
    "site/arxiv/2501.00656/index.html",
    "site/tags/index.html",
    "site/tags/language-models/index.html",
    "site/dates/index.html",
    "site/dates/2024/index.html",
    "site/digests/002-search/index.html",
    "site/search/index.html",
    "site/404.html",
    "site/feed.xml",
    "site/sitemap.xml",
    "site/robots.txt",
    "site/_headers",
    "site/_redirects",
)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    root = tmp_path_factory.mktemp("golden")
    shutil.copytree(ROOT / "templates", root / "templates")
    shutil.copytree(FIXTURES / "small", root / "seeds")
    (root / "content").mkdir()
    shutil.copy(FIXTURES / "tags.yaml", root / "content/tags.yaml")
    project = Project(root)
    finished = project.run("--no-search", "--strict")
    assert finished.code == 0, finished.err
    return project


def normal(text: str) -> str:
    """Leave out the content hashes of static files: their bytes are looked at elsewhere."""
    return re.sub(r"(/assets/[a-z]+)\.[0-9a-f]{10}\.", r"\1.HASH.", text)


def compare(name: str, actual: str, request) -> None:
    kept = GOLDEN / name
    if request.config.getoption("--rewrite-golden"):
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(actual, encoding="utf-8")
    assert actual == kept.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", KEPT)
def test_the_golden_site(name, made, request):
    compare(name, normal(made.read(name)), request)


def test_the_addresses_of_the_golden_site(made, request):
    names = [f"{folder}/{name}" for folder in ("content", "site") for name in made.files(folder)]
    compare("files.txt", normal("\n".join(f"/{name}" for name in names)) + "\n", request)


def test_nothing_else_is_kept():
    kept = {path.relative_to(GOLDEN).as_posix() for path in GOLDEN.rglob("*") if path.is_file()}
    assert kept == {*KEPT, "files.txt"}
    assert len(kept) <= 20
