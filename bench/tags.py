"""How good the tags are: against the keywords of a corpus, and how long tagging takes.

    python bench/tags.py CORPUS [--shares] [--read N]

CORPUS is an archive of daily paper lists (see bench/corpus.py). Each keyword is mapped to the tag whose label or alias it
is, both sides normalised; papers of every second day are for tuning, those of the other days are reported.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from corpus import CorpusPaper, read_papers  # noqa: E402

from broadsheet.content.markup import render  # noqa: E402
from broadsheet.content.reader import read_sources  # noqa: E402
from broadsheet.importing.tagging import Tagger  # noqa: E402
from broadsheet.model.tags import FALLBACK  # noqa: E402
from broadsheet.problems import Problems  # noqa: E402

Text = tuple[str, str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument(
        "--shares", action="store_true", help="print the share of each tag (per cent) on the tuning half"
    )
    parser.add_argument(
        "--read", type=int, default=0, metavar="N", help="print N random papers of each corpus with their tags"
    )
    options = parser.parse_args()
    sources = read_sources(ROOT, Problems())
    tagger = Tagger(sources.vocabulary)
    papers = read_papers(options.corpus)
    days = sorted({paper.day for paper in papers})
    tuning_days = set(days[::2])
    tuning = [paper for paper in papers if paper.day in tuning_days]
    reported = [paper for paper in papers if paper.day not in tuning_days]
    seeds = [(str(source.values["title"]), render(source.body).text) for source in sources.papers]
    if options.shares:
        print(json.dumps(shares(tagger, tuning), indent=1))
        return
    if options.read:
        for texts in (seeds, [(paper.title, paper.abstract) for paper in reported]):
            read_aloud(tagger, random.Random(0).sample(texts, options.read))
        return
    print("| papers | number | at least one tag | at least two | precision | recall |\n|---|---|---|---|---|---|")
    print(row("seeds", reach(tagger, seeds), None))
    for name, half in (("corpus, tuning half", tuning), ("corpus, other half", reported)):
        print(row(name, reach(tagger, [(paper.title, paper.abstract) for paper in half]), agreement(tagger, half)))
    seconds = tagging_time(tagger, [(paper.title, paper.abstract) for paper in papers])
    print(
        f"\n{len(papers):,} papers tagged in {seconds:.2f} s of processor time, {seconds / len(papers) * 1e4:.2f} s for 10,000"
    )


def reach(tagger: Tagger, texts: Sequence[Text]) -> tuple[int, float, float]:
    """Return the number of papers and the shares with at least one and at least two tags."""
    counts = [len([tag for tag in tagger.tags_for(*text) if tag != FALLBACK]) for text in texts]
    return (
        len(counts),
        sum(count >= 1 for count in counts) / len(counts),
        sum(count >= 2 for count in counts) / len(counts),
    )


def agreement(tagger: Tagger, papers: Iterable[CorpusPaper]) -> tuple[float, float]:
    """Return micro precision and recall of the tags against the keywords that are a tag's."""
    right = given = wanted = 0
    for paper in papers:
        keywords = {tag for keyword in paper.keywords if (tag := tagger.tag_named(keyword))}
        if keywords:
            tags = set(tagger.tags_for(paper.title, paper.abstract)) - {FALLBACK}
            right, given, wanted = right + len(tags & keywords), given + len(tags), wanted + len(keywords)
    return right / given, right / wanted


def row(name: str, reached: tuple[int, float, float], agreed: tuple[float, float] | None) -> str:
    number, one, two = reached
    quality = f"{agreed[0]:.3f} | {agreed[1]:.3f}" if agreed else "– | –"
    return f"| {name} | {number:,} | {one:.2%} | {two:.2%} | {quality} |"


def shares(tagger: Tagger, papers: Sequence[CorpusPaper]) -> dict[str, float]:
    """Return how many of a hundred papers hold a phrase of each tag."""
    found = Counter(each.tag for paper in papers for each in tagger.all_evidence(paper.title, paper.abstract))
    return {tag: max(0.1, round(100 * found[tag] / len(papers), 1)) for tag in tagger.vocabulary.tags}


def read_aloud(tagger: Tagger, texts: Iterable[Text]) -> None:
    for title, abstract in texts:
        print(title)
        for each in tagger.evidence(title, abstract):
            print("    ", each.tag, [phrase for phrase, _ in each.in_title], [phrase for phrase, _ in each.in_abstract])


def tagging_time(tagger: Tagger, texts: Sequence[Text]) -> float:
    """Return the seconds of processor time that tagging takes, the median of three runs."""
    runs = []
    for _ in range(3):
        started = time.process_time()
        for text in texts:
            tagger.tags_for(*text)
        runs.append(time.process_time() - started)
    return sorted(runs)[1]


if __name__ == "__main__":
    main()
