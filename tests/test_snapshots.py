"""What a folder holds, looked at in shorter ways: each must see what a whole look sees."""

import random
import shutil
import time
from pathlib import Path

import pytest

from broadsheet import snapshots
from broadsheet.snapshots import NOTHING, Snapshot, are_settled, is_settled, take, take_again, take_written

TICK = 0.02  # seconds; longer than one of a file system's clock


def shown(snapshot: Snapshot) -> object:
    return snapshot.files, {
        path: (own, set(files), set(inner)) for path, (own, files, inner) in snapshot.folders.items()
    }


def trusted(snapshot: Snapshot) -> Snapshot:
    """As if it had been taken long after the last change."""
    return snapshot._replace(as_of=snapshot.as_of + 10**10)


def change(folder: Path, chance: random.Random) -> set[str]:
    """Write, replace, link or remove something; return the paths of the files that changed."""
    files = [path for path in folder.rglob("*") if not path.is_dir()]
    inner = [path for path in folder.rglob("*") if path.is_dir() and not path.is_symlink()]
    kind = chance.choice(["write", "write", "write", "remove", "remove all", "link", "turn"])
    if kind == "remove" and files:
        path = chance.choice(files)
        path.unlink()
        return {path.relative_to(folder).as_posix()}
    if kind in {"remove all", "turn"} and inner:
        path = chance.choice(inner)
        gone = {each.relative_to(folder).as_posix() for each in path.rglob("*")} | {path.relative_to(folder).as_posix()}
        shutil.rmtree(path)
        if kind == "turn":
            path.write_text("a file where a folder was", encoding="utf-8")
        return gone
    path = folder.joinpath(*(chance.choice("abc") for _ in range(chance.randint(1, 3))), chance.choice("xyz"))
    if path.is_dir() or any(parent.is_file() for parent in path.parents):
        return set()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    if kind == "link":
        path.symlink_to("nowhere")
    else:
        path.write_text("x" * chance.randint(0, 9), encoding="utf-8")
    return {path.relative_to(folder).as_posix()}


def test_looking_again_sees_what_a_whole_look_sees(tmp_path):
    for seed in range(12):
        chance = random.Random(seed)  # noqa: S311 - not a secret
        folder = tmp_path / str(seed)
        folder.mkdir()
        before = trusted(take(folder))
        for _ in range(12):
            time.sleep(TICK)
            touched = {path for _ in range(chance.randint(0, 3)) for path in change(folder, chance)}
            whole = take(folder)
            assert shown(take(folder, before)) == shown(whole)
            assert shown(take_again(folder, before, touched)) == shown(whole)
            before = trusted(whole)


def test_what_was_written_into_new_folders_is_known(tmp_path):
    whole = ["a/x", "a/b/c/y", "a/b/z", "d/e/x", "d/f/x"]
    others = ["index", "g/x", "g/h/x"]
    for name in [*whole, *others]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name, encoding="utf-8")
    signatures = {name: take(tmp_path).files[name] for name in whole}
    assert shown(take_written(tmp_path, signatures, others)) == shown(take(tmp_path))
    assert shown(take_written(tmp_path, {}, others + whole)) == shown(take(tmp_path))


@pytest.mark.parametrize("many", [1, 2, 3, 8])
def test_many_folders_are_seen_by_all_cores_as_by_one(tmp_path, monkeypatch, many):
    for name in ("a/b/c/x", "a/b/d/y", "a/e/z", "f/g/x", "f/.hidden/x", "h/i/j/k/l/x", "m"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name, encoding="utf-8")
    (tmp_path / "f" / "empty").mkdir()
    (tmp_path / "a" / "link").symlink_to("b")
    whole = take(tmp_path)
    assert (len(whole.files), len(whole.folders)) == (7, 14)
    monkeypatch.setattr(snapshots, "MANY", many)
    for before in (NOTHING, trusted(whole)):
        assert shown(take(tmp_path, before)) == shown(whole)


def test_a_folder_is_listed_again_when_it_changed_a_moment_before(tmp_path):
    (tmp_path / "one").write_text("1", encoding="utf-8")
    before = take(tmp_path)
    (tmp_path / "two").write_text("2", encoding="utf-8")  # perhaps within the same tick
    assert set(take(tmp_path, before).files) == {"one", "two"}


def test_a_folder_that_is_not_there_holds_nothing(tmp_path):
    assert shown(take(tmp_path / "none")) == shown(NOTHING)


def test_dotfiles_are_left_out(tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_text("", encoding="utf-8")
    (tmp_path / ".hidden").write_text("", encoding="utf-8")
    assert take(tmp_path).files == {}


def test_files_that_went_do_not_hide_those_that_changed(tmp_path):
    for name in "abcdef":
        (tmp_path / name).write_text(name, encoding="utf-8")
    before = trusted(take(tmp_path))
    time.sleep(TICK)
    (tmp_path / "b").unlink()
    for name in "acdef":
        (tmp_path / name).write_text(name * 2, encoding="utf-8")
    assert shown(take(tmp_path, before)) == shown(take(tmp_path))


def test_a_folder_that_became_a_link_is_not_looked_into(tmp_path):
    for name in ("in/a/x", "else/y"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(name, encoding="utf-8")
    before = trusted(take(tmp_path / "in"))
    time.sleep(TICK)
    shutil.rmtree(tmp_path / "in" / "a")
    (tmp_path / "in" / "a").symlink_to(tmp_path / "else")
    whole = take(tmp_path / "in")
    assert whole.files == {"a": snapshots.LINK}
    assert shown(take(tmp_path / "in", before)) == shown(whole)
    assert shown(take_again(tmp_path / "in", before, {"a/x"})) == shown(whole)


def test_a_folder_that_is_a_link_itself_is_looked_into(tmp_path):
    (tmp_path / "real" / "a").mkdir(parents=True)
    (tmp_path / "real" / "a" / "x").write_text("x", encoding="utf-8")
    (tmp_path / "link").symlink_to("real")
    before = trusted(take(tmp_path / "link"))
    assert set(before.files) == {"a/x"}
    (tmp_path / "real" / "a" / "x").write_text("longer", encoding="utf-8")
    assert shown(take(tmp_path / "link", before)) == shown(take(tmp_path / "link"))


def test_files_are_settled_when_each_is():
    chance = random.Random(5)  # noqa: S311
    second, seen = 10**9, set()
    for _ in range(2000):
        as_of = 1000 * second + chance.randrange(second)
        ages = [chance.choice([0, second // 100, second // 10, second, 2 * second, 3 * second]) for _ in range(4)]
        times = [as_of - age - chance.choice([0, 1]) for age in ages]
        times = [each - each % second if chance.random() < 0.3 else each for each in times]
        files = {"a": (1, times[0], times[1], 1), "b": (1, times[2], times[3], 1)}
        expected = all(is_settled(each, as_of) for each in files.values())
        assert are_settled(files, as_of) == expected
        seen.add(expected)
    assert seen == {True, False}
