"""What one paper costs in a cold build, step by step, in microseconds of processor time.

    python bench/per_paper.py CORPUS [--papers N] [--rounds N]

CORPUS is an archive of daily paper lists (see bench/corpus.py). Its papers become content files in memory, written as
the importer writes them; then each step of a build that works on one paper alone is measured on all of them.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from corpus import CorpusPaper, read_papers  # noqa: E402

from broadsheet.content.frontmatter import FrontMatter, parse  # noqa: E402
from broadsheet.content.markup import plain_text, render  # noqa: E402
from broadsheet.content.proofreading import proofread  # noqa: E402
from broadsheet.content.reader import read_sources  # noqa: E402
from broadsheet.content.repair import changed_words, repair_html, repair_text  # noqa: E402
from broadsheet.content.schema import paper_from  # noqa: E402
from broadsheet.importing.merge import Draft  # noqa: E402
from broadsheet.importing.tagging import Tagger  # noqa: E402
from broadsheet.importing.writer import paper_values, write_new  # noqa: E402
from broadsheet.model import Appearance, Comments, Identifier, Link, PartialDate, Vocabulary  # noqa: E402
from broadsheet.problems import Problems  # noqa: E402
from broadsheet.weblinks import is_web_address  # noqa: E402

Step = Callable[[], object]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus")
    parser.add_argument("--papers", type=int, default=2000, help="measure on so many, spread over the corpus")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    papers = read_papers(options.corpus)
    chosen = papers[:: max(1, len(papers) // options.papers)]
    vocabulary = read_sources(ROOT, Problems()).vocabulary
    times = measure(content_files(chosen, vocabulary), vocabulary, options.rounds)
    print(f"{len(chosen)} papers, median of {options.rounds} rounds\n\n| step | µs a paper |\n|---|---|")
    for name, seconds in times.items():
        print(f"| {name} | {seconds / len(chosen) * 1e6:.1f} |")
    print(f"| together | {sum(times.values()) / len(chosen) * 1e6:.1f} |")


def content_files(papers: Sequence[CorpusPaper], vocabulary: Vocabulary) -> list[tuple[str, str]]:
    """Write each paper as the importer does: its path and its text."""
    tagger, files = Tagger(vocabulary), []
    for number, paper in enumerate(papers, start=1):
        draft = draft_of(paper, number)
        values = paper_values(draft, tagger.tags_for(draft.title, draft.abstract, draft.tags))
        slug = f"paper-{paper.id.replace('.', '-')}"
        file = write_new(f"content/papers/{slug}.md", values, draft.abstract, key=f"arxiv:{paper.id}")
        files.append((file.path, file.text))
    return files


def draft_of(paper: CorpusPaper, number: int) -> Draft:
    """Say of a paper what a capture of its day would."""
    links = [("code", paper.repository), ("project", paper.project)]
    return Draft(
        title=paper.title,
        abstract=paper.abstract,
        published=PartialDate.parse(paper.published) if paper.published else None,
        authors=paper.authors,
        author_count=None,
        tags=(),
        identifiers=(Identifier.parse("arxiv", paper.id),),
        links=tuple(Link(kind, url) for kind, url in links if is_web_address(url)),
        comments=Comments(paper.upvotes, paper.day) if paper.upvotes else None,
        appearances=(Appearance(paper.day, number % 50 + 1, number),),
        records=(),
    )


def measure(files: Sequence[tuple[str, str]], vocabulary: Vocabulary, rounds: int) -> dict[str, float]:
    """Return the median seconds of every step for all files together."""
    found: dict[str, list[float]] = {}

    def timed(name: str, step: Callable[[], list[object]]) -> list[object]:
        started = time.process_time()
        result = step()
        found.setdefault(name, []).append(time.process_time() - started)
        return result

    for _ in range(rounds):
        one_round(files, vocabulary, timed)
    return {name: statistics.median(seconds) for name, seconds in found.items()}


def one_round(files: Sequence[tuple[str, str]], vocabulary: Vocabulary, timed: Callable[..., list]) -> None:  # type: ignore[type-arg]
    """Do everything that a build does with one paper alone, step by step."""
    problems = Problems()
    sources: list[FrontMatter] = timed(
        "frontmatter.parse", lambda: [parse(text, path, problems) for path, text in files]
    )
    papers = timed("schema.paper_from", lambda: [paper_from(source, vocabulary, problems) for source in sources])
    bodies = timed("markup.render", lambda: [render(paper.body) for paper in papers])
    timed("proofread", lambda: [proofread(*each, problems) for each in zip(sources, bodies, strict=True)])
    htmls = timed("repair_html (body)", lambda: [repair_html(body.html) for body in bodies])
    timed("repair_text (body)", lambda: [repair_text(body.text) for body in bodies])
    titles = timed("repair_text (title)", lambda: [repair_text(paper.title) for paper in papers])
    shown = timed("plain_text", lambda: [plain_text(html) for html in htmls])
    every = list(zip(papers, bodies, titles, shown, strict=True))
    timed(
        "changed_words",
        lambda: [changed_words(f"{paper.title} {body.text}", f"{title} {text}") for paper, body, title, text in every],
    )


if __name__ == "__main__":
    main()
