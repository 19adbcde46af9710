"""All tables of one comparison, in the order of the document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from generators import OURS
from measurements import Figures
from rounds import Medians, ratio
from served_edits import Served
from tables import megabytes, seconds, table

REFERENCE = "hugo"


def report(figures: Figures, circumstances: Sequence[str], command: str) -> str:
    """Put the tables below one another; those of which nothing was measured are left out."""
    about = "; ".join(each for each in circumstances if each)
    parts = [f"{about}.", f"```sh\n{command}\n```"]
    for size, medians in figures.cold.items():
        parts += [f"### Cold builds, {size:,} papers", _cold(figures, size, medians)]
    if figures.cold:
        parts += ["### Growth of a cold build of Broadsheet", _growth(figures)]
    if figures.search:
        parts += ["### The search index apart", _search(figures)]
    if figures.warm:
        parts += ["### Warm builds of Broadsheet", _warm(figures)]
    for size, served in figures.served.items():
        parts += [f"### From an edit to the page, {size:,} papers", _served(figures.labels, served)]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _cold(figures: Figures, size: int, medians: Mapping[str, Medians]) -> str:
    """Show whole builds with their ratios to the reference, and what each of them made."""
    base = medians.get(REFERENCE)
    name = figures.labels[REFERENCE].split()[0] if base else "–"
    head = ["", "wall s", "processor s", "peak MB", *(f"{each} ÷ {name}" for each in ("wall", "processor", "peak"))]
    rows = []
    for key, median in medians.items():
        weight = figures.weights[size][key]
        rows.append(
            [figures.labels[key], *_measures(median), *_ratios(median, base), *weight.words(), f"{median.rounds}"]
        )
    return table([*head, "pages", "MB of files", "rounds"], rows)


def _measures(median: Medians) -> list[str]:
    return [seconds(median.wall), seconds(median.processor), megabytes(median.peak)]


def _ratios(median: Medians, base: Medians | None) -> list[str]:
    if not base:
        return ["–"] * 3
    return [
        ratio(median.wall, base.wall),
        ratio(median.processor, base.processor),
        ratio(median.peak, base.peak),
    ]


def _growth(figures: Figures) -> str:
    rows = [
        [f"{size:,}", *_measures(median), f"{median.wall / size * 1e6:,.0f}", f"{median.processor / size * 1e6:,.0f}"]
        for size, medians in figures.cold.items()
        if (median := medians.get(OURS))
    ]
    return table(["papers", "wall s", "processor s", "peak MB", "wall µs a paper", "processor µs a paper"], rows)


def _search(figures: Figures) -> str:
    """Show the index as what a build with it takes more; memory is that of the build with it."""
    rows = []
    for size, medians in figures.search.items():
        if len(medians) == 2:
            without, full = medians["without"], medians["with"]
            more = [seconds(full.wall - without.wall), seconds(full.processor - without.processor)]
            rows.append([f"{size:,}", *_measures(without), *_measures(full), *more, f"{full.rounds}"])
    head = ["papers", "without: wall s", "processor s", "peak MB", "with: wall s", "processor s", "peak MB"]
    return table([*head, "index: wall s", "processor s", "rounds"], rows)


def _warm(figures: Figures) -> str:
    rows = []
    for size, medians in figures.warm.items():
        colds = figures.cold.get(size, {})
        for name, median in medians.items():
            against = [ratio(median.wall, colds[key].wall) if key in colds else "–" for key in (OURS, REFERENCE)]
            rows.append([f"{size:,}", name, *_measures(median), *against, f"{median.rounds}"])
    return table(
        ["papers", "", "wall s", "processor s", "peak MB", "÷ own cold build", "÷ Hugo's cold build", "rounds"], rows
    )


def _served(labels: Mapping[str, str], served: Mapping[str, Served]) -> str:
    rows = [
        [
            labels[name],
            *map(seconds, (each.first, each.again, each.body, each.title, each.template)),
            megabytes(each.resident),
            f"{each.edits}",
        ]
        for name, each in served.items()
    ]
    edits = ["abstract, seen on its page", "title, seen on page, home and tag", "layout, seen on a page"]
    return table(["preview, s", "start to first page", "started again", *edits, "resident MB", "edits"], rows)
