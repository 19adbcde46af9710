"""The figures as tables of Markdown, and their place in a document."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path

BEGIN, END = "<!-- measured -->", "<!-- /measured -->"
MB = 2**20


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(cells)} |" for cells in (head, *rows)]
    lines.insert(1, f"|{'---|' * len(head)}")
    return "\n".join(lines) + "\n"


def replace_measured(document: str, figures: str) -> str:
    """Put figures between the two markers; raise ValueError when they do not stand there once, in this order."""
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end or BEGIN in rest or END in after or END in before:
        raise ValueError(f"the document needs {BEGIN} and, below it, {END}, each once")
    return f"{before}{BEGIN}\n{figures.strip()}\n{END}{after}"


def write_measured(path: Path, figures: str) -> None:
    path.write_text(replace_measured(path.read_text(encoding="utf-8"), figures), encoding="utf-8")


def seconds(value: float) -> str:
    if math.isinf(value):
        return "never"
    return f"{value:.3f}" if value < 1 else f"{value:.2f}" if value < 100 else f"{value:.0f}"


def megabytes(value: float) -> str:
    return f"{value / MB:,.0f}"
