"""How well near-duplicates are found: on pairs of texts of which it is known whether they are one paper.

    python bench/pairs.py CORPUS [--samples FOLDER] [--write] [--errors] [--read] [--speed] [--crowd]

CORPUS is an archive of daily paper lists (see bench/corpus.py), FOLDER one with other answers of the same API. Identifiers
are the truth and are not shown to the program. --write makes tests/pairs/pairs.jsonl anew; without it that file is
measured as it is. --read prints every pair that is found among all papers of the corpus and of seeds/.

Pairs that are one paper: as a day and a capture, or two fields of one answer, give it (“found”), and variants made of
real texts by rules (“made”). Pairs that are not: the different papers whose abstracts or titles have most in common.
"""

from __future__ import annotations

import argparse
import itertools
import json
import multiprocessing
import random
import re
import sys
import textwrap
import time
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from corpus import Entry, read_entries  # noqa: E402

from broadsheet.content.repair import repair_text  # noqa: E402
from broadsheet.importing.identity import title_key  # noqa: E402
from broadsheet.importing.importer import read_seeds  # noqa: E402
from broadsheet.importing.shingles import shingles_of  # noqa: E402
from broadsheet.importing.similarity import Pair, Text, similar_pairs  # noqa: E402
from broadsheet.importing.spelling import title_words_of, words_of  # noqa: E402
from broadsheet.problems import Problems  # noqa: E402

PAIRS = ROOT / "tests/pairs/pairs.jsonl"
# Titles of later versions of papers whose first titles the corpus and the seeds have.
RETITLED = {
    "2405.14908": "BiMix: A Bivariate Data Mixing Law for Language Model Pretraining",
    "2405.14979": "CraftsMan3D: High-fidelity Mesh Generation with 3D Native Generation and Interactive Geometry Refiner",
    "2407.16741": "OpenHands: An Open Platform for AI Software Developers as Generalist Agents",
    "2305.02869": "Masked Structural Growth for 2x Faster Language Model Pre-training",
}
EACH = 14  # made pairs of one kind, at most
BY_ABSTRACT, BY_TITLE = 0.12, 0.5  # how alike the texts of negatives are, at least
SERIES, NEGATIVES = 40, 160  # pairs of one series, and all that are different
BROKEN = 12  # pairs that differ by line breaks alone
SYNONYMS = {
    "propose": "present",
    "introduce": "present",
    "show": "demonstrate",
    "demonstrate": "show",
    "significantly": "substantially",
    "novel": "new",
    "methods": "approaches",
    "achieves": "attains",
    "However,": "Yet",
    "Furthermore,": "Moreover,",
    "Additionally,": "In addition,",
    "Specifically,": "In particular,",
    "Extensive experiments": "Experiments",
    "Large Language Models": "LLMs",
    "large language models": "LLMs",
    "state-of-the-art": "SOTA",
    "behavior": "behaviour",
    "existing": "previous",
}


@dataclass(frozen=True, slots=True)
class Paper:
    id: str
    place: str  # 2024-05-27, or the name of a seed
    title: str
    abstract: str


@dataclass(frozen=True, slots=True)
class Labelled:
    one: dict[str, str]
    other: dict[str, str]
    same: bool
    origin: str


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", nargs="?", help="tar archive of Hugging Face Daily Papers")
    parser.add_argument("--samples", type=Path, help="folder with other answers of the API")
    parser.add_argument("--write", action="store_true", help="make the file of pairs anew")
    parser.add_argument("--errors", action="store_true", help="print the pairs that are judged wrongly")
    parser.add_argument("--read", action="store_true", help="print every pair found in the whole corpus")
    parser.add_argument("--speed", action="store_true", help="measure time and memory")
    parser.add_argument("--crowd", action="store_true", help="search all papers and a made variant of each together")
    options = parser.parse_args()
    if not options.corpus and (options.write or options.read or options.speed or options.crowd):
        parser.error("needs the corpus")
    entries = read_entries(options.corpus) if options.corpus else []
    if options.write:
        pairs = [*found_pairs(entries, options.samples), *made_pairs(entries), *different_pairs(all_papers(entries))]
        PAIRS.parent.mkdir(exist_ok=True)
        PAIRS.write_text("".join(json.dumps(asdict(each), ensure_ascii=False) + "\n" for each in pairs), "utf-8")
    report(read_pairs(), errors=options.errors)
    if options.read or options.speed:
        read_aloud(all_papers(entries), aloud=options.read)
    if options.crowd:
        report_crowd(first_of_each(entries))


# The papers


def first_of_each(entries: Sequence[Entry]) -> list[Paper]:
    """Return each paper as the first day gives it."""
    papers: dict[str, Paper] = {}
    for entry in entries:
        papers.setdefault(entry.id, Paper(entry.id, entry.day, entry.title, entry.summary))
    return list(papers.values())


def captured_papers() -> list[Paper]:
    """Return the records of the captures in seeds/, with the arXiv identifier that a record of the same title has."""
    records = [record for seed in read_seeds(ROOT, Problems()) for record in seed.records]
    ids = {title_key(each.title): one.value for each in records for one in each.identifiers if one.scheme == "arxiv"}
    return [
        Paper(ids.get(title_key(each.title), ""), each.place.path, each.title, each.abstract)
        for each in records
        if each.abstract
    ]


def all_papers(entries: Sequence[Entry]) -> list[Paper]:
    """Return every paper of the corpus and the seeds once."""
    papers = first_of_each(entries)
    known = {paper.id for paper in papers} | {title_key(paper.title) for paper in papers}
    for paper in captured_papers():
        if not {paper.id, title_key(paper.title)} & known:
            papers.append(paper)
        known |= {paper.id, title_key(paper.title)} - {""}
    return papers


# Pairs that are one paper, as they are found


def found_pairs(entries: Sequence[Entry], samples: Path | None) -> Iterator[Labelled]:
    papers = {paper.id: paper for paper in first_of_each(entries)}
    broken = 0
    for entry in entries:
        if not entry.outer_title or entry.outer_title == entry.title or entry.day != papers[entry.id].place:
            continue
        broken += (only_breaks := entry.outer_title.split() == entry.title.split())
        if not only_breaks or broken <= BROKEN:
            other = Paper(entry.id, entry.day, entry.outer_title, entry.summary)
            yield pair(papers[entry.id], other, f"found: {entry.day}, title of the entry and of its paper")
    yield from _several_days(entries, papers)
    yield from _captured(papers)
    for id_, title in RETITLED.items():
        for paper in [*papers.values(), *captured_papers()]:
            if paper.id == id_:
                yield pair(paper, Paper(id_, "", title, paper.abstract), f"retitled: {paper.place}, later title")
                break
    if samples:
        yield from _sampled(samples, papers)


def _several_days(entries: Sequence[Entry], papers: dict[str, Paper]) -> Iterator[Labelled]:
    later = [each for each in entries if each.day != papers[each.id].place]
    for entry in later[::20]:
        first = papers[entry.id]
        other = Paper(entry.id, entry.day, entry.title, entry.summary)
        yield pair(first, other, f"found: {first.place} and {entry.day}")


def _captured(papers: dict[str, Paper]) -> Iterator[Labelled]:
    """Pair captures with the API's answers, and captures with one another."""
    seen: dict[str, Paper] = {}
    repeated = 0
    for capture in captured_papers():
        key = title_key(capture.title)
        if key not in seen and capture.id in papers:
            yield pair(papers[capture.id], capture, f"found: {papers[capture.id].place} and {capture.place}")
        elif key in seen and seen[key].place != capture.place:
            repeated += 1
            if repeated % 12 == 1:
                yield pair(seen[key], capture, f"found: {seen[key].place} and {capture.place}")
        seen.setdefault(key, capture)


def _sampled(folder: Path, papers: dict[str, Paper]) -> Iterator[Labelled]:
    """Pair what other answers give in another wording with the corpus."""
    for path in sorted(folder.glob("*.json")):
        answer = json.loads(path.read_text("utf-8"))
        for entry in [answer] if isinstance(answer, dict) and "paper" in answer else []:
            for name, part in (("paper", entry["paper"]), ("entry", entry)):
                id_ = entry["paper"]["id"]
                other = Paper(id_, path.name, part["title"], part["summary"])
                yield pair(papers[id_], other, f"found: {papers[id_].place} and {path.name}, {name}")


# Pairs that are one paper, made of real texts


def made_pairs(entries: Sequence[Entry]) -> Iterator[Labelled]:
    """Make up to EACH variants of each kind, every kind of other papers."""
    papers = first_of_each(entries)
    random.Random(5).shuffle(papers)
    used: set[str] = set()
    for name, make in KINDS.items():
        count = 0
        for paper in papers:
            if count == EACH or paper.id in used or len(paper.abstract) < 400:
                continue
            other = make(paper, random.Random(paper.id))
            if other and (other.title, other.abstract) != (paper.title, paper.abstract):
                used.add(paper.id)
                count += 1
                yield pair(paper, other, f"made: {name}")


def _retold(paper: Paper, title: str = "", abstract: str | None = None) -> Paper:
    return Paper(paper.id, "", title or paper.title, paper.abstract if abstract is None else abstract)


def without_subtitle(paper: Paper, _: random.Random) -> Paper | None:
    head, colon, _tail = paper.title.partition(": ")
    return _retold(paper, head) if colon else None


def without_name(paper: Paper, _: random.Random) -> Paper | None:
    head, colon, tail = paper.title.partition(": ")
    return _retold(paper, tail) if colon and " " not in head and tail.count(" ") > 3 else None


def with_subtitle_and_edits(paper: Paper, chance: random.Random) -> Paper | None:
    if ":" in paper.title:
        return None
    subtitle = chance.choice(["A Case Study", "An Empirical Analysis", "Methods and Results", "Extended Version"])
    return _retold(paper, f"{paper.title}: {subtitle}", _edited(paper.abstract, chance, 0.3))


def truncated(paper: Paper, chance: random.Random) -> Paper:
    return _retold(paper, abstract=paper.abstract[: chance.choice([160, 250, 400])].rstrip() + "…")


def truncated_and_without_subtitle(paper: Paper, chance: random.Random) -> Paper | None:
    shorter = without_subtitle(paper, chance)
    return shorter and _retold(paper, shorter.title, paper.abstract[: chance.choice([400, 600])])


def edited_lightly(paper: Paper, chance: random.Random) -> Paper:
    return _retold(paper, abstract=_edited(paper.abstract, chance, 0.4))


def edited_heavily(paper: Paper, chance: random.Random) -> Paper | None:
    """Drop a third of the sentences, put one of the others first, and change words in the rest."""
    sentences = _sentences(paper.abstract)
    if len(sentences) < 6:
        return None
    kept = [each for each in sentences if chance.random() > 0.33] or sentences
    kept.insert(0, kept.pop(chance.randrange(len(kept))))
    return _retold(paper, abstract=_edited(" ".join(kept), chance, 1))


def retitled_and_edited(paper: Paper, chance: random.Random) -> Paper | None:
    """Change a few words of the title as authors do, and the abstract lightly."""
    title = paper.title
    for old, new in (
        ("Towards ", ""), ("Large Language Models", "LLMs"), (" via ", " through "), ("Efficient ", "Fast "),
        (" with ", " using "), ("Exploring ", "On "), ("A ", "The "), ("LLMs", "Large Language Models"),
    ):  # fmt: skip
        title = title.replace(old, new)
    same = title_key(title) == title_key(paper.title)
    return None if same else _retold(paper, title, _edited(paper.abstract, chance, 0.3))


def retitled_and_rewritten(paper: Paper, chance: random.Random) -> Paper | None:
    """Change the title as above, and the abstract heavily."""
    other, heavy = retitled_and_edited(paper, chance), edited_heavily(paper, chance)
    return _retold(paper, other.title, heavy.abstract) if other and heavy else None


def another_name(paper: Paper, chance: random.Random) -> Paper | None:
    """Give what the paper is about another name in the title and in the abstract, and edit that lightly."""
    name, colon, tail = paper.title.partition(": ")
    if not colon or " " in name or not name.isalpha() or name not in paper.abstract:
        return None
    new = f"{name[: len(name) // 2].capitalize()}{chance.choice(['Net', 'Former', 'Flow', 'Agent'])}"
    return _retold(paper, f"{new}: {tail}", _edited(paper.abstract.replace(name, new), chance, 0.3))


def as_mailed(paper: Paper, _: random.Random) -> Paper | None:
    """Write as a mailed listing does: the title cut at a line's end, lines wrapped, the address below."""
    title = textwrap.wrap(paper.title, 72)[0]
    abstract = "\n".join(textwrap.wrap(paper.abstract, 79))
    address = f"\n\\\\ ( https://arxiv.org/abs/{paper.id} , 31214kb)"
    return None if title == paper.title else _retold(paper, title, abstract + address)


def as_feed(paper: Paper, _: random.Random) -> Paper:
    """Write as an RSS feed does."""
    head = f"arXiv:{paper.id}v1 Announce Type: new \nAbstract: "
    return _retold(paper, abstract=head + " ".join(paper.abstract.split()))


def another_title(paper: Paper, chance: random.Random) -> Paper | None:
    """Give the paper a title out of its abstract's first words, and edit the abstract lightly."""
    title = " ".join(_sentences(paper.abstract)[-1].split()[:7]).strip(".,:;")
    return _retold(paper, title[:1].upper() + title[1:], _edited(paper.abstract, chance, 0.3))


def as_latex(paper: Paper, _: random.Random) -> Paper | None:
    """Write as in a manuscript what an abstract has of names, per cents, signs and accents."""
    decomposed = unicodedata.normalize("NFD", paper.abstract)
    accents = {"\u0301": "'", "\u0300": "`", "\u0308": '"', "\u0302": "^", "\u0303": "~"}
    text = re.sub("(\\w)([\u0301\u0300\u0308\u0302\u0303])", lambda m: f"\\{accents[m[2]]}{{{m[1]}}}", decomposed)
    text = unicodedata.normalize("NFC", text).replace("%", "\\%").replace("×", "$\\times$").replace("&", "\\&")
    text = re.sub(r"\b(\d+)x\b", r"$\1\\times$", text).replace("μ", "$\\mu$").replace("τ", "$\\tau$")
    name, colon, tail = paper.title.partition(": ")
    if not colon or len(name) < 3 or name not in text:
        return None
    text = text.replace(name, f"\\textbf{{{name}}}")
    return _retold(paper, f"\\textsc{{{name}}}: {tail}", text)


def as_shown(paper: Paper, _: random.Random) -> Paper | None:
    """Write what captures damaged as the site shows it."""
    title, abstract = repair_text(paper.title), repair_text(paper.abstract)
    return _retold(paper, title, abstract) if "\\" in paper.abstract or "$" in paper.abstract else None


def in_other_unicode(paper: Paper, chance: random.Random) -> Paper | None:
    """Change dashes, quotation marks, case and Unicode form."""
    dash = chance.choice(["\u2010", "\u2011", "–", " - ", " "])
    text = unicodedata.normalize("NFD", paper.abstract).replace("'", "’").replace('"', "“").replace("-", "‑")
    title = chance.choice([str.upper, str.title, str.lower])(paper.title.replace("-", dash))
    return _retold(paper, title, text) if "-" in paper.title else None


def in_other_numerals(paper: Paper, _: random.Random) -> Paper | None:
    """Write parts and volumes of a series in the other numerals."""
    numerals = ["I", "II", "III", "IV"]
    title = re.sub(
        r"\b(Part|Chapter|Phase|Stage) (I{1,3}|IV)\b", lambda m: f"{m[1]} {numerals.index(m[2]) + 1}", paper.title
    )
    title = re.sub(r"\b(Part|Decoding|Journey) ([1-4])\b(?!\.)", lambda m: f"{m[1]} {numerals[int(m[2]) - 1]}", title)
    title = re.sub(r"(?<=\w)([ -])(II|III)(?=:)", lambda m: f"{m[1]}{numerals.index(m[2]) + 1}", title)
    if title == paper.title:
        title = re.sub(r"^([A-Z][\w-]+) ([2-4])(?=: )", lambda m: f"{m[1]} {numerals[int(m[2]) - 1]}", title)
    return None if title == paper.title else _retold(paper, title)


def without_abstract(paper: Paper, chance: random.Random) -> Paper:
    title = chance.choice([paper.title.upper(), paper.title.replace("-", " "), paper.title.replace(":", " -")])
    return _retold(paper, title if title != paper.title else paper.title.upper(), "")


KINDS: dict[str, Callable[[Paper, random.Random], Paper | None]] = {
    "Roman numerals against digits": in_other_numerals,
    "as the site shows it": as_shown,
    "LaTeX": as_latex,
    "Unicode, case and dashes": in_other_unicode,
    "subtitle dropped": without_subtitle,
    "name before the title dropped": without_name,
    "subtitle added, abstract edited": with_subtitle_and_edits,
    "abstract truncated": truncated,
    "subtitle dropped, abstract truncated": truncated_and_without_subtitle,
    "abstract edited": edited_lightly,
    "abstract edited heavily": edited_heavily,
    "words of the title changed, abstract edited": retitled_and_edited,
    "words of the title changed, abstract edited heavily": retitled_and_rewritten,
    "another name in title and abstract, edited": another_name,
    "title cut, as mailed": as_mailed,
    "as a feed": as_feed,
    "another title, abstract edited": another_title,
    "no abstract": without_abstract,
}


def _sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.!?])\s+(?=[A-Z])", text.strip())


def _edited(text: str, chance: random.Random, share: float) -> str:
    """Change a share of the words that have synonyms, a number, and sometimes drop a sentence."""
    for old, new in SYNONYMS.items():
        if chance.random() < share:
            text = re.sub(rf"(?<!\w){re.escape(old)}(?!\w)", new, text)
    text = re.sub(r"\b(\d\d)\.(\d)", lambda match: f"{match[1]}.{(int(match[2]) + 1) % 10}", text, count=1)
    sentences = _sentences(text)
    if len(sentences) > 4 and chance.random() < 0.6:
        sentences.pop(chance.choice([0, -1, len(sentences) // 2]))
    return " ".join(sentences)


# Pairs that are different papers


def different_pairs(papers: Sequence[Paper]) -> Iterator[Labelled]:
    """Yield the papers with different identifiers that have most in common, in abstracts first."""
    abstracts = shingles_of((words_of(paper.abstract) for paper in papers), 3)
    titles = shingles_of((title_words_of(paper.title) for paper in papers), 1)
    near = [(abstracts.overlap(*each).contained, each) for each in abstracts.contained(BY_ABSTRACT, 30)]
    chosen = {each: share for share, each in sorted(near, reverse=True) if share >= BY_ABSTRACT}
    chosen |= dict.fromkeys(_series(papers)[:SERIES], 1.0)
    by_title = sorted(((titles.overlap(*each).jaccard, each) for each in titles.alike(BY_TITLE)), reverse=True)
    for share, each in by_title:
        if share >= BY_TITLE and len(chosen) < NEGATIVES:
            chosen.setdefault(each, share)
    for one, other in sorted(chosen):
        places = " and ".join(papers[each].id or papers[each].place for each in (one, other))
        yield pair(papers[one], papers[other], f"different: {places}", same=False)


def _series(papers: Sequence[Paper]) -> list[tuple[int, int]]:
    """Return pairs whose titles begin alike up to a break, numbers aside: parts, versions, sizes."""
    begun: dict[str, list[int]] = defaultdict(list)
    for number, paper in enumerate(papers):
        head = re.split(r":| -- |, (?=Part|Chapter)|Technical Report", paper.title)[0]
        name = " ".join(re.sub(r"[\d.]+|\bv\d", " ", " ".join(title_words_of(head))).split())
        if head != paper.title and len(name) > 4:
            begun[name].append(number)
    return [(one, other) for same in begun.values() for one, other in itertools.pairwise(same)]


def pair(one: Paper, other: Paper, origin: str, *, same: bool = True) -> Labelled:
    first, second = ({"title": each.title, "abstract": each.abstract} for each in (one, other))
    return Labelled(first, second, same, origin)


# Measuring


def read_pairs() -> list[Labelled]:
    return [Labelled(**json.loads(line)) for line in PAIRS.read_text("utf-8").splitlines()]


def judge(labelled: Labelled) -> str:
    """Return what the program says of a pair that it sees alone: sure, likely or nothing."""
    found = similar_pairs([Text(0, **labelled.one), Text(1, **labelled.other)])
    return ("sure" if found[0].sure else "likely") if found else ""


def report(pairs: Sequence[Labelled], *, errors: bool) -> None:
    judged = [(each, judge(each)) for each in pairs]
    kinds: dict[str, list[str]] = defaultdict(list)
    for each, said in judged:
        start, _, name = each.origin.partition(": ")
        kinds[f"{start}: {name}" if start == "made" else start].append(said)
    print("| pairs | number | sure | likely | neither |\n|---|---|---|---|---|")
    for kind, said in kinds.items():
        print(f"| {kind} | {len(said)} | {said.count('sure')} | {said.count('likely')} | {said.count('')} |")
    same = sum(each.same for each, _ in judged)
    print("\n| said | precision | recall |\n|---|---|---|")
    for name, words in (("sure", {"sure"}), ("sure or likely", {"sure", "likely"})):
        said = [each.same for each, word in judged if word in words]
        print(f"| {name} | {sum(said) / len(said):.3f} | {sum(said) / same:.3f} |")
    for each, word in judged if errors else ():
        if each.same != bool(word):
            print(f"\n{word or 'neither'}, {each.origin}\n  {each.one['title']}\n  {each.other['title']}")


def measure(texts: Sequence[Text]) -> tuple[list[Pair], float, float, float]:
    """Return the pairs, seconds of the processor, and the peak of memory in MB before and after."""
    before, started = peak(), time.process_time()
    pairs = similar_pairs(texts)
    return pairs, time.process_time() - started, before, peak()


def peak() -> float:
    """Return the peak of this process alone; the usual figure contains that of the process that started it."""
    status = Path("/proc/self/status").read_text("utf-8")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def read_aloud(papers: Sequence[Paper], *, aloud: bool) -> None:
    """Search all papers, in a process of its own so that imports are paid for and the peak is its own."""
    texts = [Text(number, paper.title, paper.abstract) for number, paper in enumerate(papers)]
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        pairs, seconds, before, after = pool.submit(measure, texts).result()
    sure = sum(each.sure for each in pairs)
    print(f"\n{len(papers):,} papers: {sure} sure and {len(pairs) - sure} likely pairs")
    print(f"{seconds:.2f} s of the processor, {after:.0f} MB at the peak, {before:.0f} MB with the texts alone")
    for each in pairs if aloud else ():
        one, other = papers[each.first], papers[each.second]
        print(
            f"\n{'sure' if each.sure else 'likely'}: {each.reason}\n  {one.id} {one.title}\n  {other.id} {other.title}"
        )


def report_crowd(papers: Sequence[Paper]) -> None:
    """Search every paper and one variant of it, of the kinds in turn, among all others and theirs."""
    texts: list[Text] = []
    makers = list(KINDS.values())
    for number, paper in enumerate(papers):
        turned = makers[number % len(makers) :] + makers[: number % len(makers)]
        other = next(made for make in turned if (made := make(paper, random.Random(paper.id))))
        texts += Text(2 * number, paper.title, paper.abstract), Text(2 * number + 1, other.title, other.abstract)
    said: dict[tuple[bool, bool], int] = defaultdict(int)
    for each in similar_pairs(texts):
        said[each.first // 2 == each.second // 2, each.sure] += 1
    print(f"\n{len(texts):,} texts, two of each paper")
    print(f"of one paper: {said[True, True]:,} sure, {said[True, False]:,} likely, of {len(papers):,}")
    print(f"of different papers: {said[False, True]:,} sure, {said[False, False]:,} likely")


if __name__ == "__main__":
    main()
