"""Random sequences of imports, seeds that come and go, and edits, against simple models of what must stay.

The suite plays the same ones every time; CONTRIBUTING.md says how to look further.
"""

import itertools
import os
import re
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, precondition, rule
from test_editing import abstract, capture, records

from broadsheet.content.frontmatter import parse
from broadsheet.problems import Problems
from conftest import ROOT, Project

PAPERS = tuple(
    f"{word} for {thing}" for word, thing in itertools.product(("Scaling", "Pruning", "Routing"), ("Code", "Speech"))
)
TITLES = dict(enumerate(PAPERS))


@dataclass
class Kept:
    """What a person did to the file of one paper: it has to be there for ever."""

    path: str
    addresses: set = field(default_factory=set)
    fields: dict = field(default_factory=dict)
    is_rewritten: bool = False
    texts: set = field(default_factory=set)


class Editing(RuleBasedStateMachine):
    """`kept` maps the number of a paper to what a person did to its file, `merged` papers to those they are part of."""

    seeds = Bundle("seeds")

    def __init__(self):
        super().__init__()
        self.root = Path(tempfile.mkdtemp())
        shutil.copytree(ROOT / "templates", self.root / "templates")
        (self.root / "content").mkdir()
        (self.root / "content/tags.yaml").write_text(
            "pre-training: {label: Pre-training}\nother-tag: {label: Other tag}\n"
        )
        self.project = Project(self.root)
        self.saved = {}
        self.kept = {}
        self.merged = {}
        self.apart = set()
        self.counter = itertools.count(1)
        self.add(range(3), with_date=True)
        self.add(range(2, 5), with_date=False)
        self.import_all()

    def teardown(self):
        shutil.rmtree(self.root)

    def source(self, path):
        problems = Problems()
        source = parse(self.project.read(path), path, problems)
        assert source, list(problems)
        return source

    @rule(papers=st.permutations(range(len(PAPERS))), most=st.integers(1, 4), with_date=st.booleans())
    def add_seed(self, papers, most, with_date):
        self.add(papers[:most], with_date=with_date)

    def add(self, papers, *, with_date):
        name = f"seeds/day-{next(self.counter)}.txt"
        chosen = tuple(papers)
        header = "Subscribe\n\nAug 20" if with_date else "Subscribe"
        self.project.write(name, capture(*((TITLES[each], abstract(each)) for each in chosen), header=header))
        self.saved[name] = chosen

    @precondition(lambda self: self.saved)
    @rule(data=st.data())
    def remove_seed(self, data):
        name = data.draw(st.sampled_from(sorted(self.saved)))
        self.project.path(name).unlink()
        del self.saved[name]

    @precondition(lambda self: self.saved)
    @rule(data=st.data())
    def rename_seed(self, data):
        name = data.draw(st.sampled_from(sorted(self.saved)))
        other = f"seeds/renamed-{next(self.counter)}.txt"
        self.project.path(name).rename(self.project.path(other))
        self.saved[other] = self.saved.pop(name)
        self.import_all()  # a seed that is renamed and changed at once is another seed

    @precondition(lambda self: self.saved)
    @rule()
    def import_all(self):
        finished = self.project.run("import")
        assert finished.code == 0, finished.err
        for paper in {paper for chosen in self.saved.values() for paper in chosen} - self.kept.keys():
            path = self.file_with(TITLES[paper])
            self.kept[paper] = Kept(path, {Path(path).stem})
        for paper, kept in self.kept.items():
            self.expect_all_kept(paper, kept)
            kept.addresses.add(Path(kept.path).stem)
        self.expect_no_identifier_twice()

    def expect_no_identifier_twice(self):
        sources = [self.source(f"content/papers/{name}") for name in self.project.files("content/papers")]
        found = [
            str(each.values["identifiers"])
            for each in sources
            if "identifiers" in each.values and "same_as" not in each.values
        ]
        assert len(found) == len(set(found)), found

    @precondition(lambda self: self.saved)
    @rule(data=st.data())
    def save_seed_again(self, data):
        name = data.draw(st.sampled_from(sorted(self.saved)))
        self.saved[name] = tuple(data.draw(st.permutations(self.saved[name])))
        self.project.write(name, capture(*((TITLES[each], abstract(each)) for each in self.saved[name])))

    @rule(paper=st.integers(0, len(PAPERS) - 1))
    def an_identifier_arrives(self, paper):
        facts = records({"title": TITLES[paper], "arxiv_id": f"2501.0000{paper}"})
        self.project.write(f"seeds/facts-{paper}.jsonl", facts)

    @precondition(lambda self: self.saved and self.project.files("content/digests"))
    @rule(data=st.data())
    def rename_digest(self, data):
        self.import_all()
        name = data.draw(st.sampled_from(sorted(self.project.files("content/digests"))))
        digests = self.project.path("content/digests")
        (digests / name).rename(digests / f"issue-{next(self.counter)}.md")

    def write_key(self, paper, key, value):
        """Write, or with None take out, a line of a paper's file."""
        path = self.kept[paper].path
        text = re.sub(rf"^{key}:.*\n", "", self.project.read(path), count=1, flags=re.MULTILINE)
        line = "" if value is None else f"{key}: {value}\n"
        self.project.write(path, text.replace("imported:", f"{line}imported:", 1))

    @precondition(lambda self: len(self.kept) > 1)
    @rule(data=st.data())
    def merge(self, data):
        free = sorted(self.kept.keys() - self.merged.keys())
        target = data.draw(st.sampled_from(free))
        apart = {pair for pair in self.apart if target in pair}
        merging = [each for each in free if each not in {target, *self.merged.values()} | {x for y in apart for x in y}]
        if merging:
            paper = data.draw(st.sampled_from(merging))
            self.merged[paper] = target
            self.write_key(paper, "same_as", Path(self.kept[target].path).stem)

    @precondition(lambda self: self.merged)
    @rule(data=st.data())
    def undo_merge(self, data):
        paper = data.draw(st.sampled_from(sorted(self.merged)))
        del self.merged[paper]
        self.write_key(paper, "same_as", None)

    @precondition(lambda self: len(self.kept) > 1)
    @rule(data=st.data())
    def tell_apart(self, data):
        one, other = data.draw(st.permutations(sorted(self.kept)))[:2]
        together = self.merged.get(one) == other or self.merged.get(other) == one
        if not together and not any(one == first for first, _ in self.apart):
            self.apart.add((one, other))
            self.write_key(one, "not_same_as", f"[{Path(self.kept[other].path).stem}]")

    @precondition(lambda self: any("hidden" in each.fields for each in self.kept.values()))
    @rule(data=st.data())
    def unhide(self, data):
        paper = data.draw(st.sampled_from(sorted(each for each, kept in self.kept.items() if "hidden" in kept.fields)))
        line = re.search(r"^hidden: .*(# by hand \d+)$", self.project.read(self.kept[paper].path), re.MULTILINE)
        self.kept[paper].texts.discard(line[1])
        del self.kept[paper].fields["hidden"]
        self.write_key(paper, "hidden", None)

    def file_with(self, title):
        found = [
            f"content/papers/{name}"
            for name, data in self.project.files("content/papers").items()
            if re.search(rf"^title: {re.escape(title)}$", data.decode(), re.MULTILINE)
        ]
        assert len(found) == 1, (title, found)
        return found[0]

    def change(self, data, change):
        paper = data.draw(st.sampled_from(sorted(self.kept)))
        kept = self.kept[paper]
        self.project.write(kept.path, change(self.project.read(kept.path), kept))

    @precondition(lambda self: self.kept)
    @rule(data=st.data(), field=st.sampled_from(["title", "published", "tags", "authors", "hidden", "identifiers"]))
    def edit_field(self, data, field):
        number = next(self.counter)
        value = {
            "title": f"My title {number}",
            "published": f"{2000 + number % 100}-05",
            "tags": "[other-tag]",
            "authors": f"[Person {number}]",
            "hidden": "true",
            "identifiers": f"{{arxiv: '2402.{number:05}'}}",
        }[field]

        def change(text, kept):
            kept.fields[field] = value
            line = f"{field}: {value}  # by hand {number}\n"
            kept.texts.add(f"# by hand {number}")
            for old in re.findall(rf"^{field}: .*# by hand (\d+)$", text, re.MULTILINE):
                kept.texts.discard(f"# by hand {old}")
            if re.search(rf"^{field}:", text, re.MULTILINE):
                return re.sub(rf"^{field}:.*\n", lambda _: line, text, count=1, flags=re.MULTILINE)
            return text.replace("imported:", f"{line}imported:", 1)

        self.change(data, change)

    @precondition(lambda self: self.kept)
    @rule(data=st.data())
    def add_note(self, data):
        note = f"A note of mine, number {next(self.counter)}."

        def change(text, kept):
            kept.texts.add(note)
            return f"{text.rstrip()}\n\n{note}\n"

        self.change(data, change)

    @precondition(lambda self: self.kept)
    @rule(data=st.data())
    def rewrite_abstract(self, data):
        words = f"An abstract in my own words, number {next(self.counter)}."

        def change(text, kept):
            header, _, body = text.partition("\n---\n")
            kept.is_rewritten = True
            kept.texts = {each for each in kept.texts if not each.startswith("An abstract in my own words")} | {words}
            _, gap, notes = body.strip().partition("\n\n")
            return f"{header}\n---\n\n{words}{gap}{notes}\n"

        self.change(data, change)

    @precondition(lambda self: self.kept)
    @rule(data=st.data())
    def comment_and_reorder(self, data):
        comment = f"# line {next(self.counter)} of mine"

        def change(text, kept):
            kept.texts.add(comment)
            header, _, body = text.removeprefix("---\n").partition("\n---\n")
            lines = header.split("\n")
            first = next(at for at, line in enumerate(lines) if line.startswith("title:"))
            moved = [*lines[:first], *lines[first + 1 :], lines[first], comment]
            return "---\n" + "\n".join(moved) + f"\n---\n{body}"

        self.change(data, change)

    @precondition(lambda self: self.kept)
    @rule(data=st.data())
    def rename(self, data):
        paper = data.draw(st.sampled_from(sorted(self.kept)))
        kept = self.kept[paper]
        named = {*self.merged.values(), *(other for _, other in self.apart)}
        if paper in named and Path(kept.path).stem not in kept.addresses:
            return  # no import has seen this name, so nothing could lead from it to the next: the import stops there
        path = f"content/papers/renamed-{next(self.counter)}.md"
        self.project.path(kept.path).rename(self.project.path(path))
        kept.path = path
        if self.saved:
            self.import_all()

    @invariant()
    def no_paper_is_there_twice(self):
        assert len(self.project.files("content/papers")) >= len(self.kept)

    def expect_all_kept(self, paper, kept):
        source = self.source(kept.path)
        text = self.project.read(kept.path)
        for name, value in kept.fields.items():
            expected = value.strip("[]")
            stated = source.values[name]
            if isinstance(stated, dict):
                assert stated["arxiv"] in value
                continue
            assert (stated[0] if isinstance(stated, list) else stated) == expected
        for words in kept.texts:
            assert words in text
        assert "title" in kept.fields or source.values["title"] == TITLES[paper]
        assert kept.is_rewritten or abstract(paper) in text
        assert ("same_as" in source.values) == (paper in self.merged)
        aliases = source.values.get("aliases", [])
        assert {Path(kept.path).stem, *aliases} >= kept.addresses

    @precondition(lambda self: self.saved)
    @rule()
    def again(self):
        self.import_all()
        before = self.project.files("content")
        assert " 0 written" in self.project.run("import").out
        assert self.project.files("content") == before
        assert len(self.project.files("content/papers")) == len(self.kept)


class Splitting(RuleBasedStateMachine):
    """Two papers of one title that a person told apart: `saved` are the papers of each seed, by their numbers."""

    TITLES = ("Scaling Laws", "Scaling Laws", "Another", "A Third One")

    def __init__(self):
        super().__init__()
        self.root = Path(tempfile.mkdtemp())
        (self.root / "content").mkdir()
        (self.root / "content/tags.yaml").write_text("pre-training: {label: Pre-training}\n")
        self.project = Project(self.root)
        self.counter = itertools.count(1)
        self.saved = {}
        self.save("seeds/a.txt", (0, 2))
        self.save("seeds/b.txt", (3, 1))
        self.run_import()
        self.files = ["content/papers/scaling-laws.md", "content/papers/scaling-laws-2.md"]
        self.edit(0, "imported:", "not_same_as: ['seeds/b.txt:9']\nimported:")
        self.run_import()

    def teardown(self):
        shutil.rmtree(self.root)

    def save(self, name, papers):
        self.project.write(name, capture(*((self.TITLES[each], abstract(each)) for each in papers)))
        self.saved[name] = papers

    def edit(self, side, old, new):
        self.project.write(self.files[side], self.project.read(self.files[side]).replace(old, new, 1))

    def run_import(self):
        finished = self.project.run("import")
        assert finished.code == 0, finished.err

    @rule(papers=st.permutations(range(4)), most=st.integers(1, 4))
    def add_seed(self, papers, most):
        self.save(f"seeds/day-{next(self.counter)}.txt", tuple(papers[:most]))

    @rule(data=st.data())
    def save_seed_again(self, data):
        name = data.draw(st.sampled_from(sorted(self.saved)))
        self.save(name, tuple(data.draw(st.permutations(self.saved[name]))))

    @rule(data=st.data())
    def rename_seed(self, data):
        self.run_import()
        name = data.draw(st.sampled_from(sorted(self.saved)))
        other = f"seeds/renamed-{next(self.counter)}.txt"
        self.project.path(name).rename(self.project.path(other))
        self.saved[other] = self.saved.pop(name)
        self.run_import()

    @precondition(lambda self: len(self.saved) > 1)
    @rule(data=st.data())
    def remove_seed(self, data):
        name = data.draw(st.sampled_from(sorted(self.saved)))
        self.project.path(name).unlink()
        del self.saved[name]

    @rule(side=st.integers(0, 1))
    def rename_file(self, side):
        other = f"content/papers/file-{next(self.counter)}.md"
        self.project.path(self.files[side]).rename(self.project.path(other))
        self.files[side] = other
        self.run_import()

    @rule(data=st.data(), both=st.booleans())
    def rename_digests(self, data, both):
        self.run_import()
        digests = self.project.path("content/digests")
        names = data.draw(st.permutations(sorted(self.project.files("content/digests"))))
        for name in names[: 2 if both else 1]:
            (digests / name).rename(digests / f"issue-{next(self.counter)}.md")

    @rule()
    def by_slug(self):
        """Name the other paper by its slug instead of its place."""
        self.run_import()
        text = self.project.read(self.files[0])
        line = f"not_same_as: [{Path(self.files[1]).stem}]"
        self.project.write(self.files[0], re.sub(r"^not_same_as: .*$", line, text, flags=re.MULTILINE))

    @rule(side=st.integers(0, 1))
    def add_note(self, side):
        self.edit(side, abstract(side), f"{abstract(side)}\n\nNote {next(self.counter)}.")

    @rule()
    def all_stays(self):
        self.run_import()
        assert " 0 written" in self.project.run("import").out
        digests = {
            re.search(r"^seed: (.*)$", data.decode(), re.MULTILINE)[1]: Path(name).stem
            for name, data in self.project.files("content/digests").items()
        }
        for side, path in enumerate(self.files):
            text = self.project.read(path)
            assert abstract(side) in text
            assert abstract(1 - side) not in text
            assert "\nsame_as:" not in text
            stated = set(re.findall(r"- \{digest: ([\w-]+),", text))
            present = {name: digests[name.removeprefix("seeds/")] for name in self.saved}
            assert stated >= {present[name] for name, papers in self.saved.items() if side in papers}
            assert not stated & {present[name] for name, papers in self.saved.items() if side not in papers}
        titles = [data.count(b"title: Scaling Laws\n") for data in self.project.files("content/papers").values()]
        assert sum(titles) == 2


def playing(examples, steps):
    """Return the settings for so many histories, or as many as BROADSHEET_EXAMPLES says."""
    many = int(os.environ.get("BROADSHEET_EXAMPLES", examples))
    return settings(
        max_examples=many, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck)
    )


Editing.TestCase.settings = playing(120, 40)
Splitting.TestCase.settings = playing(50, 30)
TestEditing = Editing.TestCase
TestSplitting = Splitting.TestCase
