"""The import as a user runs it: facts of the real seeds, identity, merging, and what happens to edits."""

import json
import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_editing import abstract

from broadsheet.content.frontmatter import parse
from broadsheet.content.markup import as_markdown, render
from broadsheet.importing.identity import group_records, title_key
from broadsheet.importing.seeds import read_seeds
from broadsheet.model import Identifier, Record
from broadsheet.problems import Location, Problems

ABSTRACT = "Large models are trained on text that was gathered from the web. " * 5 + "We show how."


def front_matter(project):
    found = {}
    for path in sorted(project.path("content/papers").glob("*.md")):
        source = parse(path.read_text(encoding="utf-8"), path.name, Problems())
        found[path.stem] = source
    return found


@pytest.fixture(scope="module")
def papers(real):
    return front_matter(real)


class TestFactsOfTheRealSeeds:
    def test_papers_and_their_digests(self, papers):
        assert len(papers) == 416
        digests = [{item["digest"] for item in source.values["appearances"]} for source in papers.values()]
        assert Counter(len(each) for each in digests) == {1: 347, 2: 45, 3: 15, 4: 7, 5: 2}
        per_digest = Counter(digest[:3] for each in digests for digest in each)
        assert per_digest == {"000": 83, "001": 89, "002": 221, "003": 40, "004": 87}

    def test_dates(self, papers):
        dates = {slug: source.values.get("published") for slug, source in papers.items()}
        assert sum(date is not None for date in dates.values()) == 309
        in_003 = [
            dates[slug]
            for slug, source in papers.items()
            if any(item["digest"].startswith("003") for item in source.values["appearances"])
        ]
        assert len(in_003) == 40
        assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", date) for date in in_003)

    def test_comments_and_identifiers(self, papers):
        comments = {slug: int(s.values["comments"]["count"]) for slug, s in papers.items() if s.values.get("comments")}
        assert len(comments) == 8
        assert comments["qwen2-5-technical-report"] == 11
        assert sum("arxiv" in (source.values.get("identifiers") or {}) for source in papers.values()) == 203

    def test_capture_dates(self, real):
        dates = {
            path.stem[:3]: parse(path.read_text(), path.name, Problems()).values.get("inferred_date")
            for path in real.path("content/digests").glob("*.md")
        }
        assert dates == {
            "000": "2025-08-20",
            "001": "2025-03-17",
            "002": None,
            "003": "2026-01-07",
            "004": "2025-03-14",
        }

    def test_every_paper_has_one_to_six_tags(self, papers):
        counts = Counter(len(source.values["tags"]) for source in papers.values())
        assert set(counts) <= {1, 2, 3, 4, 5, 6}
        assert not any(source.values["tags"] == ["other"] for source in papers.values())

    def test_abstracts_render_to_exactly_the_text_of_the_seed(self, real, papers):
        sources = {
            title_key(r.title): r.abstract
            for s in read_seeds(real.root, [], Problems())
            for r in s.parsed.records
            if r.abstract
        }
        assert len(sources) == 416
        for source in papers.values():
            rendered = render(source.body)
            assert rendered.text == sources[title_key(source.values["title"])]
            assert rendered.html.count("<p>") == 1

    def test_addresses_in_abstracts_become_links(self, papers):
        body = papers["poa-pre-training-once-for-models-of-all-sizes"]
        assert (
            '<a href="https://github.com/Qichuzyy/POA">https://github.com/Qichuzyy/POA</a>.' in render(body.body).html
        )
        assert body.values["links"] == {"code": "https://github.com/Qichuzyy/POA"}
        linked = sum("links" in source.values for source in papers.values())
        assert linked > 100

    def test_disagreements_are_reported_with_both_places(self, real):
        finished = real.run("import")
        assert "0 written" in finished.out
        notes = re.findall(
            r"^seeds/\S+:\d+: note: .*\[dates-differ\]\n    The other one: seeds/\S+:\d+", finished.err, re.MULTILINE
        )
        assert len(notes) == 3


def test_second_import_writes_nothing(small):
    assert "14 written (14 new" in small.run("import").out
    before = small.files("content")
    assert " 0 written (0 new, 0 changed)" in small.run("import").out
    assert small.files("content") == before


def test_new_seed_writes_only_what_it_adds_or_changes(small):
    small.run("import")
    before = small.files("content")
    title = "Qwen2.5 Technical Report"
    body = render(parse(small.read("content/papers/qwen2-5-technical-report.md"), "x", Problems()).body).text
    small.write("seeds/009_new.txt", f"Subscribe\n\nMar 3\n\n{title}\n\n{body}\n\nBrand New\n\n{ABSTRACT}\n")
    assert "3 written (2 new, 1 changed)" in small.run("import").out
    after = small.files("content")
    assert {name for name in after if after[name] != before.get(name)} == {
        "papers/qwen2-5-technical-report.md",
        "papers/brand-new.md",
        "digests/009-new.md",
    }
    assert "{digest: 009-new, rank: 1, line: 5}" in small.read("content/papers/qwen2-5-technical-report.md")


def test_renamed_seed_order_and_metadata_only_records(small):
    small.write("seeds/extra.jsonl", json.dumps({"title": "Nobody Has My Abstract"}) + "\n")
    finished = small.run("import")
    assert "nobody-has-my-abstract.md" not in small.files("content/papers")
    assert "seeds/extra.jsonl:1: note: “Nobody Has My Abstract” has no abstract in any seed" in finished.err


class TestIdentity:
    def record(self, title, line, abstract="", *identifiers):
        return Record(title, Location("s", line), abstract, identifiers=identifiers)

    def groups(self, *records):
        problems = Problems()
        return [[r.place.line for r in group] for group in group_records(records, problems)], list(problems)

    def test_by_title_whatever_its_spelling(self):
        one = self.record("Pre–training  “GPT-4”: A Survéy", 1)
        two = self.record("pre-training GPT 4 a survey", 2)
        three = self.record("Pre-training GPT-4: Another Survey", 3)
        assert self.groups(one, two, three)[0] == [[1, 2], [3]]

    def test_by_identifier_before_title(self):
        arxiv = Identifier("arxiv", "2501.00001")
        assert self.groups(self.record("A", 1, "", arxiv), self.record("B", 2, "", arxiv))[0] == [[1, 2]]

    def test_by_title_and_abstract_together(self):
        longer = f"{abstract(3)} {abstract(4)}"
        one = self.record("Scaling Laws for Experts, Part I", 1, longer)
        two = self.record("Scaling Laws for Experts, Part 1", 2, longer.replace("corpus", "corpora"))
        three = self.record("A Title of Its Own", 3, longer)
        groups, problems = self.groups(one, two, three)
        assert groups == [[1, 2], [3]]
        assert [(problem.code, problem.location.line) for problem in problems] == [("near-duplicate", 2)]
        assert "titles are equal" in problems[0].message

    def test_identifiers_that_differ_keep_papers_apart(self):
        one = self.record("Same", 1, "", Identifier("arxiv", "2501.00001"))
        two = self.record("Same", 2, "", Identifier("arxiv", "2501.00002"))
        groups, problems = self.groups(one, two)
        assert groups == [[1], [2]]
        assert [(problem.code, problem.location.line) for problem in problems] == [("identifiers-differ", 2)]

    def test_signs_that_tell_names_apart_stay(self):
        assert title_key("C++ for Models") != title_key("C for Models")


class TestEdits:
    """What a person changed stays; what a person left alone follows the seeds."""

    FILE = "content/papers/poa-pre-training-once-for-models-of-all-sizes.md"

    @pytest.fixture
    def edited(self, small):
        small.run("import")
        return small

    def edit(self, project, old, new):
        text = project.read(self.FILE)
        assert re.search(old, text, re.MULTILINE), text
        project.write(self.FILE, re.sub(old, new, text, count=1, flags=re.MULTILINE))

    def metadata(self, project, **facts):
        line = json.dumps({"title": "POA: Pre-training Once for Models of All Sizes", **facts})
        project.write("seeds/more.jsonl", line + "\n")
        return project.run("import")

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            (r"^title: .*", "title: My own title"),
            (r"^published: .*", "published: 2020"),
            (r"^tags: .*", "tags: [robustness]"),
            (r"^published: .*\n", ""),
            (r"^---\ntitle", "---\n# a comment\ntitle"),
            (r"\Z", "\nA note of mine.\n"),
        ],
        ids=["title", "date", "tags", "date-removed", "comment", "note"],
    )
    def test_an_edit_survives_and_the_rest_follows(self, edited, old, new):
        self.edit(edited, old, new)
        before = edited.read(self.FILE)
        assert " 0 written" in edited.run("import").out
        assert edited.read(self.FILE) == before
        assert "1 changed" in self.metadata(edited, arxiv_id="2408.01031").out
        after = edited.read(self.FILE)
        assert "identifiers: {arxiv: '2408.01031'}" in after
        lines = [line for line in before.splitlines() if not line.startswith("imported")]
        assert [line for line in lines if line not in after.splitlines()] == []
        assert " 0 written" in edited.run("import").out

    def test_a_renamed_file_is_found_again(self, edited):
        edited.path(self.FILE).rename(edited.path("content/papers/poa.md"))
        assert "0 new, 1 changed" in edited.run("import").out  # the alias
        assert " 0 written" in edited.run("import").out
        assert "1 changed" in self.metadata(edited, arxiv_id="2408.01031").out
        assert len(edited.files("content/papers")) == 12

    def test_a_hidden_paper_does_not_come_back(self, edited):
        self.edit(edited, r"^imported:", "hidden: true\nimported:")
        assert " 0 written" in edited.run("import").out
        assert edited.run("build", "--no-search").code == 0
        assert "papers/poa-pre-training-once-for-models-of-all-sizes/index.html" not in edited.files("site")

    def test_names_take_the_place_of_a_count(self, edited):
        assert re.search("^author_count: 10$", edited.read(self.FILE), re.MULTILINE)
        self.metadata(edited, authors=[f"Author {number}" for number in range(10)])
        text = edited.read(self.FILE)
        assert "author_count" not in text
        assert "authors: [Author 0, Author 1" in text
        assert " 0 written" in edited.run("import").out

    def test_a_seed_that_went_leaves_the_archive_as_it_was(self, edited):
        before = edited.files("content")
        edited.path("seeds/002_search.txt").unlink()
        assert " 0 written" in edited.run("import").out
        assert edited.files("content") == before

    def test_a_date_that_a_person_gave_a_digest_goes_before_the_inferred_one(self, edited):
        name = "content/digests/002-search.md"
        edited.write(name, edited.read(name).replace("imported:", "date: 2025-02-01\nimported:"))
        assert " 0 written" in edited.run("import").out
        assert edited.run("build", "--no-search").code == 0
        assert "Digest of 1 February 2025" in edited.read("site/digests/002-search/index.html")


def test_two_papers_that_want_one_slug(small):
    long = "A Very Long Title That Goes On and On until It Has Far More than Eighty Characters in Its Slug, Part "
    small.write(
        "seeds/long.jsonl",
        "".join(json.dumps({"title": long + part, "abstract": f"{part} {ABSTRACT}"}) + "\n" for part in ("One", "Two")),
    )
    small.run("import")
    names = [name for name in small.files("content/papers") if name.startswith("a-very-long")]
    assert len(names) == 2
    assert names[0].replace("-2.md", ".md") == names[1]
    assert " 0 written" in small.run("import").out


def test_explain_shows_every_line(small):
    finished = small.run("import", "--explain", "seeds/002_search.txt")
    assert finished.code == 0
    assert finished.out.splitlines()[0] == "seeds/002_search.txt: text capture, lines, 6 records"
    assert "     1  chrome    Get trending papers in your email inbox once a day!" in finished.out
    assert "     3  title     Demons in the Detail" in finished.out
    assert not small.path("content/papers").exists()


@pytest.mark.parametrize(
    "text",
    [
        "N_E sum_{i=1}^{N_E} f_i",
        "a *two-stage* **bold** __x__ _y_",
        "<projektor> &amp; &lt; &#x3c; a<b",
        "``quotes'' `code` ```fence```",
        r"{\it encoding} \alpha \\ \* \[",
        "# not a heading",
        "- not a list",
        "1. not a list",
        "> not a quotation",
        "[x]: http://a.b/c_d_e.",
        "see https://a.b/c_d*e*f), or (https://x.y/z).",
        "![i](j) [k](l)",
        "a | b | c",
        "--- *** ===",
        "2024. A year",
        "https://x.org/&amp;b and https://x.org/?a=1&copy;=2",
        "https://x.org/?q=a&lt;b https://x.org/A&#0;$",
        "https://x.org/[a](b)c see https://x.org/[a](/b) and https://x.org/![a](b)c",
    ],
)
def test_text_survives_markdown(text):
    assert render(as_markdown(text)).text == text


@given(st.text(st.sampled_from("ab1 _*`[]()<>&;#{}|!~^$\\\"'.:/-+=hpst@")))
def test_any_text_survives_markdown(text):
    once = " ".join(text.split())
    assert render(as_markdown(once)).text == once


def capture(*papers, header="Subscribe\n\nAug 20"):
    return "\n\n".join([header, *(f"{title}\n\n{abstract}" for title, abstract in papers)]) + "\n"


def abstract_of(word):
    return f"{word} models are trained on text that was gathered from the web. " * 5 + f"We show how {word}."


class TestACaptureSavedAgain:
    """Another order, or other papers, moves ranks; files, edits and addresses stay with their papers."""

    PAPERS = tuple((f"Paper {word}", abstract_of(word)) for word in ("Alpha", "Beta", "Gamma"))

    @pytest.fixture
    def saved(self, project):
        project.write("seeds/day.txt", capture(*self.PAPERS))
        project.run("import")
        name = "content/papers/paper-alpha.md"
        project.write(name, project.read(name).replace("imported:", "hidden: true\nimported:") + "\nMy note.\n")
        return project

    @pytest.mark.parametrize("order", [(1, 0, 2), (2, 1, 0), (1, 2), (1, 2, 0)])
    def test_papers_keep_their_files(self, saved, order):
        saved.write("seeds/day.txt", capture(*(self.PAPERS[number] for number in order)))
        assert saved.run("import").code == 0
        assert sorted(saved.files("content/papers")) == ["paper-alpha.md", "paper-beta.md", "paper-gamma.md"]
        for number, (title, _) in enumerate(self.PAPERS):
            text = saved.read(f"content/papers/{title.lower().replace(' ', '-')}.md")
            assert f"title: {title}" in text
            if number in order:
                assert f"{{digest: day, rank: {order.index(number) + 1}," in text
            else:
                assert "appearances" not in re.sub("imported:.*", "", text)
        alpha = saved.read("content/papers/paper-alpha.md")
        assert "hidden: true" in alpha
        assert alpha.endswith("My note.\n")
        assert " 0 written" in saved.run("import").out

    def test_a_new_paper_at_the_top_is_one_new_file(self, saved):
        saved.write("seeds/day.txt", capture(("Paper New", abstract_of("New")), *self.PAPERS))
        assert "1 new, 4 changed" in saved.run("import").out
        assert saved.run("build", "--no-search", "--strict").code == 0


def test_one_title_with_two_identifiers_stays_two_files(project):
    """Each import added one more file."""
    lines = [
        {"title": "Foo bar", "abstract": abstract_of("One"), "arxiv_id": "2401.00001"},
        {"title": "Foo bar", "abstract": abstract_of("Two"), "arxiv_id": "2401.00002"},
    ]
    project.write("seeds/a.jsonl", "\n".join(json.dumps(line) for line in lines))
    assert "2 written" in project.run("import").out
    assert " 0 written" in project.run("import").out
    assert sorted(project.files("content/papers")) == ["foo-bar-2.md", "foo-bar.md"]
    assert project.run("build", "--no-search").code == 0


@pytest.mark.parametrize(
    "title", ["Foo bar ---", "--- Foo", "Foo --- bar", "12:30", "no", "1e3", "- x", "a: b #c", "'quoted'"]
)
def test_any_title_survives_its_file(project, title):
    """A title that ended in `---` closed the front matter."""
    project.write("seeds/a.txt", capture((title, abstract_of("One")), ("Another", abstract_of("Two"))))
    assert project.run("import").code == 0
    assert " 0 written" in project.run("import").out
    titles = {source.values["title"] for source in front_matter(project).values()}
    assert titles == {title, "Another"}


def test_a_rule_in_a_comment_does_not_close_the_front_matter(small):
    small.run("import")
    name = "content/papers/2-olmo-2-furious.md"
    small.write(name, small.read(name).replace("imported:", "# ---- mine ----\nimported:"))
    assert " 0 written" in small.run("import").out


def test_front_matter_in_braces_is_updated_whole(project):
    project.write("seeds/a.txt", capture(("T one", abstract_of("One"))))
    project.run("import")
    name = "content/papers/t-one.md"
    fingerprints = re.search("^imported: .*", project.read(name), re.MULTILINE)[0]
    project.write(name, f"---\n{{title: T one, {fingerprints}}}\n---\n\nMine.\n")
    project.write("seeds/b.jsonl", json.dumps({"title": "T one", "arxiv_id": "2401.00001"}))
    assert "1 changed" in project.run("import").out
    source = front_matter(project)["t-one"]
    assert source.values["title"] == "T one"
    assert source.values["identifiers"] == {"arxiv": "2401.00001"}
    assert source.body == "Mine."


def test_the_importer_writes_nothing_that_it_would_refuse(project):
    for name in ("page", "index"):
        project.write(f"seeds/{name}.txt", capture((f"Index {name}", abstract_of(name)), ("Page", abstract_of("Same"))))
    assert project.run("--no-search", "--strict").code == 0
    assert project.run("--no-search", "--strict").code == 0


def test_one_stem_for_a_capture_and_its_metadata(project):
    project.write("seeds/day.txt", capture(("T one", abstract_of("One"))))
    project.write("seeds/day.jsonl", json.dumps({"title": "T one", "published": "2024"}))
    assert project.run("import", "--strict").code == 0


def test_records_alone_make_a_site(project):
    """Every page wanted a newest digest."""
    project.write("seeds/a.jsonl", json.dumps({"title": "T one", "abstract": abstract_of("One")}))
    finished = project.run("--no-search", "--strict")
    assert finished.code == 0, finished.err
    assert "In no digest." in project.read("site/papers/t-one/index.html")


def test_links_are_not_followed(small):
    small.run("import")
    outside = small.write("outside.md", "---\ntitle: Secret\n---\n\nSecret.\n")
    small.path("content/papers/secret.md").symlink_to(outside)
    small.path("seeds/secret.txt").symlink_to(outside)
    finished = small.run("import")
    assert finished.code == 1
    assert "content/papers/secret.md: error: this is a link" in finished.err
    assert "seeds/secret.txt: error: this is a link" in finished.err


def test_files_with_an_upper_case_suffix_are_read(small):
    small.run("import")
    small.path("content/papers/2-olmo-2-furious.md").rename(small.path("content/papers/2-olmo-2-furious.MD"))
    assert " 0 written" in small.run("import").out


def test_a_name_that_cannot_be_printed_is_a_problem(small):
    import os

    with open(os.fsencode(small.path("seeds")) + b"/caf\xe9.txt", "wb") as file:
        file.write(b"x")
    finished = small.run("import")
    assert finished.code == 1
    assert "[bad-name]" in finished.err


def test_a_content_file_whose_name_is_no_text_is_a_problem(small):
    """Its name could not be put into the memory of what was read."""
    import os

    small.run("import")
    with open(os.fsencode(small.path("content/papers")) + b"/caf\xe9.md", "wb") as file:
        file.write(b"---\ntitle: A\n---\n\nText.\n")
    finished = small.run("build", "--no-search")
    assert finished.code == 1
    assert "[bad-name]" in finished.err


def test_a_book_is_no_abstract(project):
    project.write("seeds/a.jsonl", json.dumps({"title": "T one", "abstract": "`" * 20_001}))
    finished = project.run("import")
    assert finished.code == 1
    assert (
        "seeds/a.jsonl:1: error: “T one”: more than 20,000 characters are no abstract [long-abstract]" in finished.err
    )


def test_a_capture_without_any_abstract_is_an_error_and_a_lost_seed_is_told(small):
    small.write("seeds/new.pdf", "x\n")
    finished = small.run("import")
    assert finished.code == 1
    assert "seeds/new.pdf: error: no title with an abstract was found in this file [no-papers]" in finished.err
    small.path("seeds/new.pdf").unlink()
    small.run("import")
    small.path("seeds/002_search.txt").unlink()
    assert "content/digests/002-search.md:2: note: the seed of this digest is gone" in small.run("import").err
