"""Random sequences of imports, seeds that come and go, and edits, against a simple model of what must stay."""

import itertools
import re
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, precondition, rule
from test_editing import abstract, capture

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
    texts: set = field(default_factory=set)


class Editing(RuleBasedStateMachine):
    """`kept` maps the number of a paper to what a person did to its file."""

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
        self.counter = itertools.count(1)

    def teardown(self):
        shutil.rmtree(self.root)

    def source(self, path):
        problems = Problems()
        source = parse(self.project.read(path), path, problems)
        assert source, list(problems)
        return source

    @rule(papers=st.permutations(range(len(PAPERS))), most=st.integers(1, 4), with_date=st.booleans())
    def add_seed(self, papers, most, with_date):
        name = f"seeds/day-{next(self.counter)}.txt"
        chosen = tuple(papers[:most])
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
        for kept in self.kept.values():
            self.expect_all_kept(kept)

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
    @rule(data=st.data(), field=st.sampled_from(["title", "published", "tags", "authors", "hidden"]))
    def edit_field(self, data, field):
        number = next(self.counter)
        value = {
            "title": f"My title {number}",
            "published": f"{2000 + number % 100}-05",
            "tags": "[other-tag]",
            "authors": f"[Person {number}]",
            "hidden": "true",
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
        path = f"content/papers/renamed-{next(self.counter)}.md"
        self.project.path(kept.path).rename(self.project.path(path))
        kept.path = path
        if self.saved:
            self.import_all()  # what was never imported under a name was never published under it
            kept.addresses.add(Path(path).stem)

    @invariant()
    def no_paper_is_there_twice(self):
        assert len(self.project.files("content/papers")) >= len(self.kept)

    def expect_all_kept(self, kept):
        source = self.source(kept.path)
        text = self.project.read(kept.path)
        for name, value in kept.fields.items():
            expected = value.strip("[]")
            stated = source.values[name]
            assert (stated[0] if isinstance(stated, list) else stated) == expected
        for words in kept.texts:
            assert words in text
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


Editing.TestCase.settings = settings(
    max_examples=150, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
TestEditing = Editing.TestCase
