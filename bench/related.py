"""Measures related papers on a corpus: python bench/related.py CORPUS [--pages 30].

Prints time, memory and cost per paper for three sizes; what following a change costs; how often related papers share a keyword that the corpus gives
them, which the program does not see, against pairs drawn at random; and what one paper more changes.
Features, caps and floor were chosen on the papers of even days; the figures for odd days are the ones to quote.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import resource
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from corpus import CorpusPaper, read_papers

from broadsheet.content.related.choice import FLOOR, MOST
from broadsheet.content.related.finding import compared, related_papers
from broadsheet.content.related.words import Document, fold_plural
from broadsheet.content.relations import Relations

SIZES = (2_000, 5_000, 10_000)
TOO_COMMON = 0.05  # a keyword of more papers than this proves nothing
RANDOM_PAIRS = 100_000
CHANGES = 15
ADDED = 8  # papers added one at a time
Related = dict[str, tuple[str, ...]]


def documents_of(papers: Iterable[CorpusPaper]) -> list[Document]:
    return [Document(paper.id, paper.title, paper.abstract) for paper in papers]


def sized(documents: list[Document], size: int) -> list[Document]:
    """Return so many documents; beyond the corpus, new ones with the title of one paper and the abstract of another."""
    missing = max(0, size - len(documents))
    spliced = [
        Document(f"spliced-{n}", documents[n % len(documents)].title, documents[(n * 7 + 1) % len(documents)].text)
        for n in range(missing)
    ]
    return documents[:size] + spliced


def measure(documents: list[Document]) -> tuple[float, float, float, Related]:
    """Return seconds by the clock and of the processor, the peak of memory in MB, and the result."""
    wall, processor = time.perf_counter(), time.process_time()
    related = related_papers(documents)
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return wall, processor, peak, related


def measure_apart(documents: list[Document]) -> tuple[float, float, float, Related]:
    """Measure in a process of its own, so that imports are paid for and the peak is that of this size."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(measure, documents).result()


def mapped_keywords(papers: list[CorpusPaper]) -> dict[str, frozenset[str]]:
    """Return the normalised keywords of the papers that have any, without those that too many papers have."""
    every = {paper.id: {normal(keyword) for keyword in paper.keywords} for paper in papers if paper.keywords}
    spread = Counter(keyword for keywords in every.values() for keyword in keywords)
    most = TOO_COMMON * len(every)
    rare = {key: frozenset(word for word in words if spread[word] <= most) for key, words in every.items()}
    return {key: words for key, words in rare.items() if words}


def normal(keyword: str) -> str:
    return " ".join(map(fold_plural, keyword.casefold().replace("-", " ").split()))


def share(pairs: Iterable[tuple[str, str]], keywords: dict[str, frozenset[str]]) -> tuple[float, int]:
    """Return the share of pairs with a keyword in common, of those pairs whose papers both have keywords."""
    known = [(one, other) for one, other in pairs if one in keywords and other in keywords]
    return sum(bool(keywords[one] & keywords[other]) for one, other in known) / max(1, len(known)), len(known)


def pairs_of(related: Related, ids: Iterable[str]) -> Iterator[tuple[str, str]]:
    return ((one, other) for one in ids for other in related[one])


def report_speed(documents: list[Document]) -> None:
    print(f"{'papers':>8} {'wall s':>8} {'cpu s':>8} {'peak MB':>8} {'us/paper':>9}")
    for size in SIZES:
        wall, processor, peak, _ = measure_apart(sized(documents, size))
        print(f"{size:8,} {wall:8.2f} {processor:8.2f} {peak:8.0f} {processor / size * 1e6:9.0f}")


def changed_by(chance: random.Random, documents: dict[str, Document], kind: str) -> dict[str, Document | None]:
    """Return a change of one paper."""
    one, other = (documents[slug] for slug in chance.sample(sorted(documents), 2))
    words = one.text.split()
    half = len(words) // 2
    return {
        "a word of an abstract": {
            one.slug: replace(one, text=" ".join([*words[:half], "robotic", *words[half + 1 :]]))
        },
        "a title": {one.slug: replace(one, title=f"{one.title} benchmark")},
        "half an abstract": {one.slug: replace(one, text=" ".join([*words[:half], *other.text.split()[half:]]))},
        "a whole abstract": {one.slug: replace(one, text=other.text)},
        "a paper more": {f"new-{one.slug}": replace(one, slug=f"new-{one.slug}", text=other.text)},
        "a paper less": {one.slug: None},
    }[kind]


def follow_changes(documents: list[Document]) -> None:
    """Time updates in a running process, and loading, updating and storing as a build of its own does."""
    relations = Relations.of(documents)
    known = {document.slug: document for document in documents}
    chance = random.Random(3)
    print(f"\none change of {len(documents):,} papers, processor ms: median, slowest of {CHANGES}; lists that change")
    for kind in (
        "a word of an abstract",
        "a title",
        "half an abstract",
        "a whole abstract",
        "a paper more",
        "a paper less",
    ):
        times, lists = [], []
        for _ in range(CHANGES):
            change = changed_by(chance, known, kind)
            start = time.process_time()
            lists.append(len(relations.update(change)))
            times.append((time.process_time() - start) * 1000)
            known = {slug: each for slug, each in (known | change).items() if each}
        print(f"  {kind:22} {median(times):4.0f} {max(times):4.0f} {median(lists):4.0f}")
    if relations.lists != related_papers(list(known.values())):
        raise SystemExit("the lists are not those from scratch")
    data = relations.dump()
    steps: list[list[float]] = []
    for _ in range(CHANGES):
        change = changed_by(chance, known, "half an abstract")
        marks = [time.process_time()]
        stored = Relations.load(data)
        marks.append(time.process_time())
        if stored:
            stored.update(change)
            marks.append(time.process_time())
            stored.dump()
            marks.append(time.process_time())
        steps.append([(end - start) * 1000 for start, end in pairwise(marks)])
    load, update, dump = (median(column) for column in zip(*steps, strict=True))
    slowest = max(map(sum, steps))
    print(
        f"stored in {len(data) / 1e6:.0f} MB; half an abstract: load {load:.0f} ms, update {update:.0f} ms, "
        f"dump {dump:.0f} ms, all three at most {slowest:.0f} ms"
    )


def report_changes(documents: list[Document]) -> None:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        pool.submit(follow_changes, sized(documents, SIZES[-1])).result()


def report_quality(papers: list[CorpusPaper], related: Related) -> None:
    keywords = mapped_keywords(papers)
    chance = random.Random(1)
    print(f"\n{len(keywords):,} of {len(papers):,} papers have keywords that at most {TOO_COMMON:.0%} have")
    for name, parity in (("even days", 0), ("odd days", 1)):
        ids = [paper.id for paper in papers if int(paper.day[-2:]) % 2 == parity]
        near, count = share(pairs_of(related, ids), keywords)
        with_keywords = [each for each in ids if each in keywords]
        everyone = sorted(keywords)
        drawn = ((chance.choice(with_keywords), chance.choice(everyone)) for _ in range(RANDOM_PAIRS))
        far, _ = share((pair for pair in drawn if pair[0] != pair[1]), keywords)
        lists = Counter(len(related[each]) for each in ids)
        print(
            f"{name}: {near:.2%} of {count:,} related pairs share a keyword, {far:.2%} of random ones "
            f"({near / far:.1f} times); {lists[MOST] / len(ids):.1%} of the papers have {MOST}, "
            f"{lists[0] / len(ids):.2%} none, at a floor of {FLOOR}"
        )


def report_floor(papers: list[CorpusPaper]) -> None:
    """Show for even days how often the nearest five share a keyword, by similarity: what the floor rests on."""
    keywords = mapped_keywords(papers)
    ordered = sorted(papers, key=lambda paper: paper.id)
    steps: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for number, candidates in compared(documents_of(ordered)):
        if int(ordered[number].day[-2:]) % 2 == 0:
            for other, similarity in candidates[:MOST]:
                steps[min(int(similarity * 50), 20)].append((ordered[number].id, ordered[other].id))
    print("\nsimilarity from: pairs, share with a common keyword (even days, without the floor)")
    for step in sorted(steps):
        near, count = share(steps[step], keywords)
        print(f"  {step / 50:.2f}: {len(steps[step]):5,} {near:6.1%} of {count:,}")


def report_addition(documents: list[Document]) -> None:
    """Add papers one at a time and count the lists of others that change."""
    before, added = documents[:-ADDED], documents[-ADDED:]
    old = related_papers(before)
    print(f"\none paper added to {len(before):,}: lists that change because it is in them / for other reasons")
    for document in added:
        new = related_papers([*before, document])
        changed = [slug for slug in old if new[slug] != old[slug]]
        within = sum(document.slug in new[slug] for slug in changed)
        print(f"  {within:3} / {len(changed) - within:<3} {document.title[:80]}")


def report_pages(papers: list[CorpusPaper], related: Related, count: int) -> None:
    titles = {paper.id: paper.title for paper in papers}
    for each in random.Random(2).sample(sorted(titles), count):
        print(f"\n{titles[each]}")
        for other in related[each]:
            print(f"    {titles[other]}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", help="tar archive of Hugging Face Daily Papers")
    parser.add_argument("--pages", type=int, default=0, help="print the lists of so many random papers")
    options = parser.parse_args()
    papers = read_papers(options.corpus)
    documents = documents_of(papers)
    report_speed(documents)
    report_changes(documents)
    related = related_papers(documents)
    report_quality(papers, related)
    report_floor(papers)
    report_addition(documents)
    report_pages(papers, related, options.pages)


if __name__ == "__main__":
    main()
