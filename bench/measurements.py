"""All measurements of one comparison, size by size, each in its own rounds."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from edits import EditedFile, Target, choose_target
from generators import OURS, Generator, broadsheet, peer
from make_corpus import make_project
from peer_content import make_site, read_shelf
from process_tree import Run, RunError
from rounds import Medians, Progress, go_round
from served_edits import Served, measure_served

PARTS = ("cold", "search", "warm", "edits")
LARGE = 20_000  # papers, from which on a round takes minutes


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be measured."""

    corpus: Path
    sizes: tuple[int, ...]
    peers: tuple[str, ...]
    parts: tuple[str, ...]
    rounds: int
    large_rounds: int
    edits: int
    edit_size: int

    def rounds_of(self, size: int) -> int:
        return self.rounds if size < LARGE else min(self.rounds, self.large_rounds)


@dataclass(frozen=True, slots=True)
class Weight:
    """What a site weighs: pages of HTML, bytes of all files."""

    pages: int
    size: int

    def words(self) -> list[str]:
        return [f"{self.pages:,}", f"{self.size / 2**20:,.0f}"]


@dataclass(slots=True)
class Figures:
    """What was measured, by size, then by generator or kind of build."""

    labels: dict[str, str] = field(default_factory=dict)
    weights: dict[int, dict[str, Weight]] = field(default_factory=dict)
    cold: dict[int, dict[str, Medians]] = field(default_factory=dict)
    search: dict[int, dict[str, Medians]] = field(default_factory=dict)
    warm: dict[int, dict[str, Medians]] = field(default_factory=dict)
    served: dict[int, dict[str, Served]] = field(default_factory=dict)


def measure_all(plan: Plan, folder: Path, progress: Progress) -> Figures:
    """Measure one size after the other; the sites of one are gone before the next is made."""
    figures = Figures()
    generators = [broadsheet(), *map(peer, plan.peers)]
    figures.labels = {generator.name: generator.label for generator in generators}
    for size in plan.sizes:
        progress.begin(f"{size:,} papers")
        place = folder / str(size)
        target = _make_sites(plan, size, generators, place, progress)
        if "cold" in plan.parts:
            _cold(plan, size, generators, place, figures, progress)
        if "search" in plan.parts:
            _search(plan, size, place, figures, progress)
        if "warm" in plan.parts:
            _warm(plan, size, place, target, figures, progress)
        if "edits" in plan.parts and size == plan.edit_size:
            figures.served[size] = _served(plan, generators, place, target, progress)
        shutil.rmtree(place)
    return figures


def _make_sites(plan: Plan, size: int, generators: list[Generator], place: Path, progress: Progress) -> Target:
    progress.show("making the sites")
    make_project(plan.corpus, size, place / OURS)
    shelf = read_shelf(place / OURS)
    for generator in generators:
        if generator.name != OURS:
            make_site(generator.name, shelf, place / generator.name)
    return choose_target(shelf)


def _cold(
    plan: Plan, size: int, generators: list[Generator], place: Path, figures: Figures, progress: Progress
) -> None:
    weights: dict[str, Weight] = {}

    def build(generator: Generator) -> Run:
        """Leave no output behind: at 50,000 papers it is a gigabyte of memory for each."""
        run = generator.cold(place / generator.name)
        weights[generator.name] = weight_of(place / generator.name / generator.made[0])
        generator.clean(place / generator.name)
        return run

    entrants = {generator.name: _bound(build, generator) for generator in generators}
    figures.cold[size] = go_round(entrants, plan.rounds_of(size), progress)
    figures.weights[size] = weights


def _search(plan: Plan, size: int, place: Path, figures: Figures, progress: Progress) -> None:
    kinds = {"without": broadsheet(), "with": broadsheet(search=True)}
    entrants = {name: _bound(Generator.cold, generator, place / OURS) for name, generator in kinds.items()}
    figures.search[size] = go_round(entrants, plan.rounds_of(size), progress)


def _warm(plan: Plan, size: int, place: Path, target: Target, figures: Figures, progress: Progress) -> None:
    """Build again what is built: as it is, and after an edit, which is taken back before the next run."""
    ours = broadsheet()
    site = place / OURS
    paper = EditedFile(site / target.file)

    def build(edit: Callable[[str], None] | None) -> Run:
        if not edit:
            return ours.warm(site)
        edit("0 edits seen")
        run = ours.warm(site)
        paper.restore()
        ours.warm(site)
        return run

    ours.cold(site)
    kinds = {"nothing changed": None, "one abstract edited": paper.change_body, "one title edited": paper.change_title}
    entrants = {name: _bound(build, edit) for name, edit in kinds.items()}
    figures.warm[size] = go_round(entrants, plan.rounds_of(size), progress)


def _served(
    plan: Plan, generators: list[Generator], place: Path, target: Target, progress: Progress
) -> dict[str, Served]:
    served = {}
    for generator in generators:
        try:
            served[generator.name] = measure_served(generator, place / generator.name, target, plan.edits, progress)
        except RunError as fault:
            progress.say(f"{generator.label}: {fault}")
    return served


def _bound(run: Callable[..., Run], *values: object) -> Callable[[], Run]:
    return lambda: run(*values)


def weight_of(folder: Path) -> Weight:
    files = [Path(path, name) for path, _, names in os.walk(folder) for name in names]
    return Weight(sum(file.suffix == ".html" for file in files), sum(file.stat().st_size for file in files))
