"""Compares Broadsheet with other generators: python bench/compare.py CORPUS [options].

Equal sites are made of the same papers and built in turn: cold builds (wall and processor time, peak of memory), the
search index apart, warm builds, and the time from the edit of a file until a preview serves it.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from install_peers import PACKAGES, MissingError  # noqa: E402
from machine import day_in_words, disk_in_words, machine_in_words, node_in_words, work_folder  # noqa: E402
from measurements import PARTS, Plan, measure_all  # noqa: E402
from report import report  # noqa: E402
from rounds import Progress  # noqa: E402
from tables import write_measured  # noqa: E402


def main(arguments: Sequence[str]) -> None:
    options = _parser().parse_args(arguments)
    if not options.corpus or not options.corpus.is_file():
        sys.exit(
            "The corpus is missing: name a tar archive of Hugging Face Daily Papers with one JSON answer of the API for "
            "each day, as in: make bench CORPUS=path"
        )
    plan = Plan(
        options.corpus,
        tuple(sorted(options.sizes)),
        tuple(options.peers),
        tuple(options.parts),
        options.rounds,
        options.large_rounds,
        options.edits,
        options.edit_size,
    )
    progress = Progress()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that servers are stopped and the folder removed
    try:
        with work_folder() as folder:
            figures = measure_all(plan, folder, progress)
            node = node_in_words() if "eleventy" in plan.peers else ""
            circumstances = [machine_in_words(), node, f"sites on {disk_in_words(folder)}"]
    except MissingError as fault:
        progress.say(str(fault))
        sys.exit(1)
    progress.clear()
    day = day_in_words(options.date, os.environ)
    text = report(figures, circumstances + [f"measured {day}"] * bool(day), _command(arguments, options.corpus))
    print(text)
    if options.write:
        write_measured(options.write, text)


def _command(arguments: Sequence[str], corpus: Path) -> str:
    """Repeat the command without the place of the corpus, which is another one for everybody."""
    words = ["CORPUS" if argument == str(corpus) else argument for argument in arguments]
    return " ".join(["python bench/compare.py", *words])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", nargs="?", type=Path, help="tar archive of Hugging Face Daily Papers")
    parser.add_argument("--sizes", nargs="+", type=int, default=[1_000, 10_000], metavar="N", help="numbers of papers")
    parser.add_argument("--peers", nargs="*", choices=list(PACKAGES), default=["hugo"], help="whom to compare with")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS), help="what to measure")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each kind of build (default: 5)")
    parser.add_argument("--large-rounds", type=int, default=2, help="the same from 20,000 papers on (default: 2)")
    parser.add_argument("--edits", type=int, default=10, help="edits of each kind in a preview (default: 10)")
    parser.add_argument("--edit-size", type=int, default=10_000, metavar="N", help="papers in it (default: 10,000)")
    parser.add_argument("--date", default="", help="day of the measurement (default: that of SOURCE_DATE_EPOCH)")
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the tables between the markers of a document")
    return parser


if __name__ == "__main__":
    main(sys.argv[1:])
