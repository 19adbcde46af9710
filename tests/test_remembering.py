"""What is remembered only spares work: whatever stands in its place stops nothing, and changes nothing of the site."""

import hashlib
import os
import shutil

import pytest

from broadsheet.preview.live import LiveSite

NAME = "content/papers/2-olmo-2-furious.md"


def a_folder(path):
    path.mkdir()
    (path / "file").write_text("somebody's")


def a_file(path):
    path.write_text("somebody's")


def a_loop(path):
    path.symlink_to(path)


def a_link_to_nothing(path):
    path.symlink_to(path.with_name("nothing"))


def a_link_to_a_folder(path):
    a_folder(path.with_name(f"beside-{path.name}"))
    path.symlink_to(f"beside-{path.name}")


def noise(path):
    path.write_bytes(hashlib.shake_128(path.name.encode()).digest(5000))


def nothing_readable(path):
    path.write_bytes(b"")
    path.chmod(0)


def a_named_pipe(path):
    os.mkfifo(path)


FOR_FILES = [a_folder, a_loop, a_link_to_nothing, a_link_to_a_folder, a_named_pipe, noise, nothing_readable]
FOR_FOLDERS = [a_file, a_loop, a_link_to_nothing, noise, nothing_readable]


def remembered(project):
    """Return the files and the folders in the folder of what is remembered, and that folder."""
    cache = project.path(".cache/broadsheet")
    below = list(cache.rglob("*"))
    return [path for path in below if path.is_file()], [path for path in below if path.is_dir()], [cache]


def replace(paths, thing):
    for path in paths:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
        thing(path)


@pytest.fixture
def built(small):
    assert small.run("import").code == small.run("import").code == 0
    assert small.run("build", "--no-search").err == ""
    assert {"arrangement", "import", "pages", "related", "related-state", "stamp", "usage", "vocabulary"} < {
        path.name for path in remembered(small)[0]
    }
    small.write(NAME, small.read(NAME).replace("title: 2 OLMo 2 Furious", "title: Three OLMo", 1))
    return small


CASES = [(0, thing) for thing in FOR_FILES] + [(place, thing) for place in (1, 2) for thing in FOR_FOLDERS]


@pytest.mark.parametrize(("place", "thing"), CASES, ids=lambda each: getattr(each, "__name__", f"place{each}"))
def test_what_stands_in_the_place_of_what_is_remembered_stops_no_build(built, place, thing):
    """A build ended with the message of the system when a folder stood where it remembers something, or a file."""
    before = remembered(built)
    replace(before[place], thing)
    assert built.run("import").code == 0
    assert built.run("build", "--no-search").err == ""
    assert {*before[0]} <= {path for path in remembered(built)[0] if not path.is_symlink()}
    site = built.files("site")
    shutil.rmtree(built.path(".cache"))
    built.run("build", "--no-search", "--output", "anew")
    assert site == built.files("anew")


@pytest.mark.parametrize(("place", "thing"), [(0, a_folder), (1, a_file), (1, a_loop), (2, a_file), (2, a_loop)])
def test_it_stops_no_preview(built, place, thing):
    replace(remembered(built)[place], thing)
    live = LiveSite(built.root, os.environ, built.path(".cache/broadsheet/preview"))
    live.refresh(set())
    assert live.problems == []
    assert b"Three OLMo" in live.read("index.html")
