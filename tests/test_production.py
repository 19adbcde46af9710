"""Pages are made by as many processes as there are cores to spare, and none is forgotten."""

import pytest
from test_arrangement import project  # noqa: F401 - a fixture
from test_changes import planned, site  # noqa: F401 - a fixture

from broadsheet.disk import digest
from broadsheet.progress import Progress
from broadsheet.publishing import production
from broadsheet.publishing.checks import LinkCheck
from broadsheet.publishing.production import Made, Workshop
from broadsheet.publishing.staging import Staging
from broadsheet.snapshots import signature


class Told(Progress):
    """How far the step is told to be, for each piece that is gone through."""

    def __init__(self):
        self.parts = []

    def through(self, numbered, count, start=0.0, end=1.0):
        self.parts.append((count, start, end))
        return super().through(numbered, count)


@pytest.mark.parametrize("busy", [0, 1, 2, 100])
def test_pages_leave_a_core_to_other_work(site, monkeypatch, tmp_path_factory, busy):  # noqa: F811 - the fixture
    monkeypatch.setattr(production, "MANY", 4)
    monkeypatch.setattr(production, "PIECE", 7)
    monkeypatch.setattr(production, "cores", lambda: 2)
    source, _ = planned(site)
    routes, progress, left = list(source.routes.values()), Told(), [True] * busy
    with Staging(tmp_path_factory.mktemp("output")) as staging:
        links = LinkCheck({*source.routes, *source.theme.static_files(), "pagefind/pagefind.js"}, "")
        workshop = Workshop(source.renderer(), staging, links, {}, progress)
        made = workshop.produce(routes, lambda: bool(left and left.pop()))
        assert sorted(each.file for each in made.made) == sorted(source.routes)
        assert all((staging.folder / file).exists() for file in source.routes)
    assert not made.problems
    alone = [part for part in progress.parts if part[0] == 7]
    assert len(alone) >= min(busy, len(routes) // 7 - 1)
    assert [start for _, start, _ in progress.parts] == sorted(start for _, start, _ in progress.parts)
    assert all(0 <= start <= end <= 1 for _, start, end in progress.parts)


def made_in_batches(source, folder, written=frozenset()):
    """What is made of all routes in this process, and the bytes that wait; `written` has the files that are there."""
    with Staging(folder) as staging:
        links = LinkCheck({*source.routes} - {"papers/index.html"}, "")  # so that some links are dead
        renderer = source.renderer()
        before = {file: digest(renderer.render(source.routes[file])) for file in written}
        workshop = Workshop(renderer, staging, links, before, key=lambda route: route.address.encode())
        production = workshop.produce(list(source.routes.values()))
        files = [path for path in staging.folder.rglob("*") if path.is_file()]
        waiting = {path.relative_to(staging.folder).as_posix(): path.read_bytes() for path in files}
        signatures = {path.relative_to(staging.folder).as_posix(): signature(path.stat()) for path in files}
    assert {each.file: each.signature for each in production.made if each.waiting} == signatures
    return [each._replace(signature=None) for each in production.made], waiting, production.faults


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
def test_pages_that_are_made_together_are_those_that_are_made_alone(site, monkeypatch, tmp_path_factory, size):  # noqa: F811 - the fixture
    monkeypatch.setattr(production, "cores", lambda: 1)
    source, _ = planned(site)
    written = sorted(source.routes)[::3]
    monkeypatch.setattr(production, "BATCH", size)
    made, waiting, faults = made_in_batches(source, tmp_path_factory.mktemp("output"), written)
    renderer = source.renderer()
    assert not faults
    assert [each.file for each in made] == list(source.routes)
    assert waiting == {file: renderer.render(route) for file, route in source.routes.items() if file not in written}
    for each, route in zip(made, source.routes.values(), strict=True):
        page = renderer.finished(route)
        check = LinkCheck({*source.routes} - {"papers/index.html"}, "")
        found = check.follow(each.file, page.data) if each.file.endswith(".html") else ([], [])
        waits = each.file not in written
        assert each == Made(each.file, digest(page.data), waits, route.address.encode(), None, *found)
    assert any(each.dead for each in made)


@pytest.mark.parametrize("size", [1, 2, 1000])
def test_a_faulty_template_keeps_no_other_page_from_being_made(site, monkeypatch, tmp_path_factory, size):  # noqa: F811 - the fixture
    monkeypatch.setattr(production, "cores", lambda: 1)
    monkeypatch.setattr(production, "BATCH", size)
    (site / "templates" / "tag.html").write_text("{{ nothing }}")
    source, _ = planned(site)
    made, waiting, faults = made_in_batches(source, tmp_path_factory.mktemp("output"))
    right = [file for file, route in source.routes.items() if route.template != "tag.html"]
    assert [each.file for each in made] == right
    assert sorted(waiting) == sorted(right)
    assert list(faults) == ["tag.html"]
