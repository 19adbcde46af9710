"""The rules of the house, kept true."""

import ast
from pathlib import Path

import pytest

from conftest import ROOT

PACKAGE = ROOT / "broadsheet"
MODULES = {path.relative_to(ROOT).with_suffix("").as_posix().replace("/", "."): path for path in PACKAGE.rglob("*.py")}
FORBIDDEN_NAMES = ("utils", "helpers", "manager", "common", "misc")
READERS = {
    f"broadsheet.{name}"
    for name in (
        "config",
        "content.contents",
        "content.desk",
        "content.ledger",
        "content.reader",
        "importing.importer",
        "importing.seeds",
        "program",
        "publishing.following",
        "publishing.publisher",
        "publishing.source",
        "snapshots",
        "stamps",
    )
}
TOUCH_DISK = {"broadsheet.disk", "broadsheet.publishing.output", "broadsheet.publishing.staging"} | READERS
TOUCH_WORLD = {"broadsheet.publishing.search", "broadsheet.processes"}
DISK_CALLS = {"open", "read_bytes", "read_text", "write_bytes", "write_text", "unlink", "mkdir", "exists", "iterdir"}
IMPURE_MODULES = {"time", "random", "socket", "subprocess", "threading", "urllib.request", "tempfile", "shutil"}


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name.removesuffix(".__init__") for name in found}


def own(path: Path) -> set[str]:
    known = {name.removesuffix(".__init__") for name in MODULES}
    return imported(path) & known


@pytest.mark.parametrize(("room", "closed"), [("importing", "publishing"), ("publishing", "importing")])
def test_rooms_do_not_know_each_other(room, closed):
    for name, path in MODULES.items():
        if name.startswith(f"broadsheet.{room}"):
            assert not [
                each for each in imported(path) if each.startswith((f"broadsheet.{closed}", "broadsheet.preview"))
            ]


def test_content_and_model_know_only_what_stands_above_them():
    for name, path in MODULES.items():
        if name.startswith(("broadsheet.content", "broadsheet.model")):
            rooms = ("broadsheet.importing", "broadsheet.publishing", "broadsheet.preview", "broadsheet.cli")
            assert not [each for each in own(path) if each.startswith(rooms)], name
        if name.startswith("broadsheet.model"):
            assert not [each for each in own(path) if each.startswith("broadsheet.content")], name


def test_there_is_no_circle_of_imports():
    graph = {
        name.removesuffix(".__init__"): own(path) - {name.removesuffix(".__init__")} for name, path in MODULES.items()
    }
    done, path = set(), []

    def visit(name):
        assert name not in path, f"circle: {' -> '.join([*path, name])}"
        if name not in done:
            path.append(name)
            for other in sorted(graph[name]):
                visit(other)
            path.pop()
            done.add(name)

    for name in sorted(graph):
        visit(name)


def test_pure_modules_touch_neither_disk_nor_clock():
    for name, path in MODULES.items():
        if name in TOUCH_DISK | TOUCH_WORLD or name.startswith(("broadsheet.preview", "broadsheet.cli")):
            continue
        assert not imported(path) & IMPURE_MODULES, name
        calls = [node.func for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]
        used = {call.attr if isinstance(call, ast.Attribute) else getattr(call, "id", "") for call in calls}
        assert not used & DISK_CALLS, f"{name}: {used & DISK_CALLS}"
        assert not used & {"now", "today", "utcnow"}, name


def test_only_the_command_line_prints():
    for name, path in MODULES.items():
        if not name.startswith("broadsheet.cli"):
            names = {
                node.func.id
                for node in ast.walk(tree(path))
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            }
            assert "print" not in names, name


def test_modules_and_functions_stay_small():
    for name, path in MODULES.items():
        assert path.read_text(encoding="utf-8").count("\n") <= 250, name
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert node.end_lineno - node.lineno < 40, f"{name}:{node.name}"


def test_no_room_for_odds_and_ends():
    assert not [name for name in MODULES if any(part in FORBIDDEN_NAMES for part in name.split("."))]


def codes_in_the_code() -> set[str]:
    """Every literal that looks like a code in a call that reports a problem."""
    found = set()
    for path in MODULES.values():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                position = {
                    "error": 1,
                    "warning": 1,
                    "note": 1,
                    "Problem": 2,
                    "_fail": 0,
                    "_refuse": 1,
                    "_report": 0,
                }.get(name)
                if position is not None and len(node.args) > position and isinstance(node.args[position], ast.Constant):
                    found.add(node.args[position].value)
                if name == "fault":
                    literals = [
                        a.value
                        for a in [*node.args[3:], *(k.value for k in node.keywords if k.arg == "code")]
                        if isinstance(a, ast.Constant)
                    ]
                    found |= set(literals)
    return {code for code in found if isinstance(code, str)} | {"bad-value", "disk"}


def test_every_code_is_documented():
    import re

    documented = set(
        re.findall(r"^\| `([a-z0-9-]+)` \|", (ROOT / "docs/problems.md").read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert codes_in_the_code() == documented
