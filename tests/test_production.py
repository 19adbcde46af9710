"""Pages are made by as many processes as there are cores to spare, and none is forgotten."""

import pytest
from test_arrangement import project  # noqa: F401 - a fixture
from test_changes import planned, site  # noqa: F401 - a fixture

from broadsheet.progress import Progress
from broadsheet.publishing import production
from broadsheet.publishing.checks import LinkCheck
from broadsheet.publishing.production import Workshop
from broadsheet.publishing.staging import Staging


class Told(Progress):
    """How far the step is told to be, for each piece that is gone through."""

    def __init__(self):
        self.parts = []

    def through(self, items, start=0.0, end=1.0):
        self.parts.append((len(items), start, end))
        return iter(items)


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
