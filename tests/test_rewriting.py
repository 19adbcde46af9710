"""Files that people laid out in every way YAML allows: an update changes the values it means to, and nothing else."""

import json
import re

import pytest

from broadsheet.content.frontmatter import parse
from broadsheet.content.yamllines import comments
from broadsheet.content.yamltext import replace_keys
from broadsheet.problems import Problems

FILE = "content/papers/a-paper.md"
CAPTURE = "Subscribe\n\nAug 20\n\nA paper\n\nWe train a model on tokens and measure how the loss falls with its size.\n"


def read(text):
    problems = Problems()
    source = parse(text, FILE, problems)
    assert source, list(map(str, problems))
    return source


def replaced(header, changes):
    """Change a header; whatever it looks like, its values are those that were meant and no comment is lost."""
    source = read(f"---\n{header}---\n")
    after = replace_keys(source, changes)
    wanted = {**source.values, **changes}
    wanted = {name: value for name, value in wanted.items() if value is not None or name not in changes}
    assert read(f"---\n{after}---\n").values == wanted, after
    assert sorted(comments(after).values()) == sorted(comments(header).values()), after
    return after


@pytest.fixture
def imported(project):
    project.write("seeds/a.txt", CAPTURE)
    assert project.run("import").code == 0
    return project


def add_facts(project, **facts):
    project.write("seeds/facts.jsonl", json.dumps({"title": "A paper", **facts}))
    finished = project.run("import")
    assert finished.code == 0, finished.err
    return finished


ODD_HEADERS = {
    "all keys indented": "  title: A\n  tags: [a]\n  # why\n  imported: {slug: a}\n",
    "braces below a comment": "# mine\n{title: A, tags: [a]}\n",
    "braces with an anchor": "&x {title: A, tags: [a]}\n",
    "anchor above the keys": "&x\ntitle: A\ntags: [a]\n",
    "end of document": "title: A\ntags: [a]\n...\n# after the end\n",
    "braces with comments": "{ # one\n  title: A, # two\n  tags: [a]} # three\n",
    "braces with a number sign in quotes": "{title: 'A # b', tags: [a]}\n",
    "explicit keys": "? title\n: A # why\n? tags\n: [a]\n",
    "quoted keys": "\"title\": A\n'tags': [a] # why\n",
    "nothing but a comment": "# to do\n",
    "nothing at all": "",
    "tabs between values": "title:\tA\ntags:\t[a, b]\t# x\n",
    "an unusual line end": 'title: "A\u2028B"\ntags: [a] # one\u2028\n',
    "a document's beginning": "--- # mine\ntitle: A\ntags: [a]\n",
    "a comment behind a block's sign": "title: >- # why\n  A long\n  title\ntags: [a]\n",
    "two comments of one text": "title: A # checked\ntags: # checked\n  - a # checked\n  - b # checked\n",
    "a block's last line like a comment": "title: |-\n  A\n  # B\ntags: [a]\n",
    "comments further left": "  title: A\n# left\n  tags:\n# left\n  - a\n",
    "a key of several lines": "title:\n  A\n\n  B # c\ntags:\n\n- a\n\n# d\n- b\n",
    "items of several lines": "tags:\n  -\n    a # one\n  - >- # two\n    b\n    c\n",
}


@pytest.mark.parametrize("header", ODD_HEADERS.values(), ids=ODD_HEADERS)
class TestHeaders:
    def test_a_value_changes(self, header):
        replaced(header, {"title": "Another"})
        replaced(header, {"tags": ["x", "a", "y"], "imported": {"slug": "b"}})

    def test_a_value_comes(self, header):
        replaced(header, {"identifiers": {"arxiv": "2501.00001"}, "imported": {"slug": "b", "title": "0123"}})

    def test_a_value_goes(self, header):
        replaced(header, {"title": None})
        replaced(header, {"tags": None, "title": "Z"})

    def test_a_long_value_comes(self, header):
        replaced(header, {"title": "A: “b” # c\n d", "tags": ["a # b", "- c", "{d}", "a"]})


def test_indented_keys_stay_where_they_are():
    assert replaced("  title: A\n  tags: [a]\n", {"tags": ["b"], "imported": {"slug": "a"}}) == (
        "  title: A\n  tags: [b]\n  imported: {slug: a}\n"
    )


def test_a_comment_above_an_item_stays_with_it():
    header = "tags:\n  # the main one\n  - a\n  # a second\n  - b # why\n"
    assert replaced(header, {"tags": ["x", "a", "y", "b"]}) == (
        "tags:\n  - x\n  # the main one\n  - a\n  - y\n  # a second\n  - b # why\n"
    )
    assert replaced(header, {"tags": ["b"]}) == "# the main one\ntags:\n  # a second\n  - b # why\n"
    assert replaced(header, {"tags": ["a", "c"]}) == "tags:\n  # the main one\n  - a\n  # a second\n  - c # why\n"


def test_a_line_of_a_block_is_no_comment():
    header = "title: |-\n  A\n  # B\ntags: [a]\n"
    assert replaced(header, {"title": "C"}) == "title: |-\n  C\ntags: [a]\n"


@pytest.mark.parametrize(
    "lay_out",
    [
        lambda header: re.sub("^", "  ", header, flags=re.MULTILINE).rstrip(" "),
        lambda header: header + "...\n",
        lambda header: f"# mine\n{json.dumps(read(f'---{chr(10)}{header}---').values)}\n",
        lambda header: header.replace("tags: ", "tags:\t").replace("]\n", "]\t# x\n"),
        lambda header: re.sub("^title: (.*)", r"title: >- # why\n  \1", header, flags=re.MULTILINE),
    ],
    ids=["indented", "ended", "braces", "tabs", "block"],
)
def test_an_import_into_a_file_laid_out_anew(imported, lay_out):
    _, header, body = imported.read(FILE).split("---\n")
    imported.write(FILE, f"---\n{lay_out(header)}---\n{body}")
    before = comments(lay_out(header))
    add_facts(imported, arxiv_id="2501.00001", tags=["robustness"])
    after = read(imported.read(FILE))
    assert after.values["identifiers"] == {"arxiv": "2501.00001"}
    assert "robustness" in after.values["tags"]
    assert after.values["title"] == "A paper"
    assert sorted(comments(after.header).values()) == sorted(before.values())
    assert " 0 written" in imported.run("import").out


@pytest.mark.parametrize("item", ["{rank: 1}", "{a: b}", "{digest: a}", f"{{digest: b, rank: 1, line: {'9' * 5000}}}"])
def test_a_faulty_appearance_is_told_by_the_build(imported, item):
    text = imported.read(FILE)
    imported.write(FILE, re.sub(r"^appearances:\n.*\n", f"appearances: [{item}]\n", text, flags=re.MULTILINE))
    finished = imported.run("--no-search")
    assert finished.code == 1
    assert f"{FILE}:4: error: “appearances.0" in finished.err


def test_spaces_at_the_end_of_notes_stay(imported):
    imported.write(FILE, imported.read(FILE) + "\nA note with a line  \n")
    add_facts(imported, arxiv_id="2501.00001")
    assert imported.read(FILE).endswith("\nA note with a line  \n")
