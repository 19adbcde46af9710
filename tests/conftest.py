"""Projects to work in: copies of the real seeds and templates, and a runner of the real command."""

import contextlib
import io
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from broadsheet.cli import main

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = Path(__file__).parent / "fixtures"

# What fails in the suite has to come from the change at hand: no chance, no clock. `explore` looks where it never does.
FOREVER = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("suite", FOREVER, derandomize=True)
settings.register_profile("explore", FOREVER, derandomize=False, print_blob=True)
settings.load_profile("suite")  # another one: --hypothesis-profile, which is read after this file


def pytest_addoption(parser):
    parser.addoption("--rewrite-golden", action="store_true", help="write the golden site anew instead of comparing")


@dataclass
class Finished:
    code: int
    out: str
    err: str


class Project:
    """A project folder with the command to run in it."""

    def __init__(self, root: Path):
        self.root = root

    def run(self, *arguments: str) -> Finished:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                code = main(
                    list(arguments), self.root, quiet=True
                )  # what is printed shall not depend on the speed of the machine
            except SystemExit as stop:  # argparse
                code = stop.code
        return Finished(code, out.getvalue(), err.getvalue())

    def path(self, name: str) -> Path:
        return self.root / name

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def read(self, name: str) -> str:
        return (self.root / name).read_text(encoding="utf-8")

    def files(self, folder: str) -> dict[str, bytes]:
        base = self.root / folder
        found = (Path(directory, name) for directory, _, names in os.walk(base) for name in names)
        return {path.relative_to(base).as_posix(): path.read_bytes() for path in sorted(found)}


@pytest.fixture
def project(tmp_path) -> Project:
    """An empty project with the real templates and vocabulary."""
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    (tmp_path / "content").mkdir()
    shutil.copy(ROOT / "content/tags.yaml", tmp_path / "content/tags.yaml")
    return Project(tmp_path)


@pytest.fixture
def small(project) -> Project:
    """A project with two captures and some metadata: twelve papers."""
    shutil.copytree(FIXTURES / "small", project.path("seeds"))
    return project


@pytest.fixture(scope="session")
def real(tmp_path_factory) -> Project:
    """The real seeds, imported and built once, with the search index; not to be changed."""
    root = tmp_path_factory.mktemp("real")
    for folder in ("seeds", "templates"):
        shutil.copytree(ROOT / folder, root / folder)
    (root / "content").mkdir()
    for name in ("tags.yaml", "site.yaml"):
        shutil.copy(ROOT / "content" / name, root / "content" / name)
    project = Project(root)
    finished = project.run()
    assert finished.code == 0, finished.err
    return project
