"""The shorter ways give what the longer ones give: the same HTML, values, lines, problems and repairs."""

import json
import os
import re
import sys
import unicodedata
from functools import cache
from html import escape
from pathlib import Path, PurePosixPath
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet import weblinks
from broadsheet.content import frontmatter, markup, prepared, reader
from broadsheet.content.anyyaml import read_any_yaml
from broadsheet.content.converter import render_by_library
from broadsheet.content.flat import flat_mapping
from broadsheet.content.frontmatter import parse
from broadsheet.content.plain import is_bare, plain_paragraphs
from broadsheet.content.prepared import Raw, prepare
from broadsheet.content.reader import read_bytes, read_vocabulary_of
from broadsheet.content.repair import (
    chain,
    changed_words,
    commands,
    lost,
    repair_body,
    repair_html,
    repair_page,
    repair_text,
)
from broadsheet.content.repair.need import needs_repair
from broadsheet.content.repair.rules import Rule
from broadsheet.content.repair.symbols import GREEK, MARKED, any_of
from broadsheet.content.schema import slug_of
from broadsheet.content.unprintable import is_printable
from broadsheet.content.usual import usual_paper
from broadsheet.content.yamltext import dump_key
from broadsheet.model import Tag, Vocabulary
from broadsheet.problems import Problems
from conftest import ROOT

HARD = (Path(__file__).parent / "hard_abstracts.txt").read_text(encoding="utf-8").rstrip("\n").split("\n")
FILES = sorted((ROOT / "content" / "papers").glob("*.md"))
MANY = settings(max_examples=int(os.environ.get("BROADSHEET_EXAMPLES", "1500")), deadline=None)
ODD = ["\x85", "\u2028", "\xa0", "\u2003", "\u200b", "\ufeff", "😀", "\x00", "\x02", "\x03", "\x0c", "\x1c", "\r", "\t"]
# Letters of western Europe, and from elsewhere what is no letter: spaces, figures, marks of format, what is unassigned.
UNUSUAL = [
    *range(0x250),
    *(
        code
        for code in range(0x250, 0x10000)
        if unicodedata.category(chr(code)) in {"Cc", "Cf", "Zs", "Zl", "Zp", "Nd"}
    ),
    *(0x212A, 0xD7FF, 0xD800, 0xDFFF, 0xE000, 0xFDD0, 0xFFFE, 0xFFFF, 0x1F600, 0xF0000, 0x10FFFF),
]


@cache
def corpus() -> tuple[tuple[str, str], ...]:
    """Titles and abstracts of the corpus that BROADSHEET_CORPUS names; without one, those of the real pairs."""
    path = os.environ.get("BROADSHEET_CORPUS")
    if not path:
        pairs = map(json.loads, (ROOT / "tests/pairs/pairs.jsonl").read_text(encoding="utf-8").splitlines())
        texts = [text for pair in pairs for text in (pair["one"], pair["other"])]
        return tuple((" ".join(text["title"].split()), " ".join(text["abstract"].split())) for text in texts)
    sys.path.append(str(ROOT / "bench"))
    from corpus import read_papers

    return tuple((paper.title, paper.abstract) for paper in read_papers(path))


def written_bodies(abstracts):
    """Each abstract as the importer writes it, as it is, and with another one below it."""
    for abstract in abstracts:
        written = markup.as_markdown(abstract)
        yield from (written, abstract, f"{written}\n\n{abstract}", f"{abstract[:80]}\n{written}")


def assert_same_html(body):
    plain = plain_paragraphs(body)
    assert plain is None or plain == render_by_library(body)
    if is_bare(body):
        assert markup.render(body) == markup.Body(render_by_library(body), markup.plain_text(render_by_library(body)))
    return plain is not None


MARKDOWN = [
    *["*", "_", "`", "[", "](", "<", ">", "&", "#", "1.", " 1. ", "- ", "> ", "|", "    ", "  \n", "\n", "\n\n", "\\"],
    *["\\_", "\\*", "\\`", "\\\\", "\\#", "\\&", "\\>", "\\|", "{", "}", "'", '"', "![", "]", "(", ")", ":", "=", "+"],
    *["<https://a.org/x_y>", "<http://a-b.co?q=1>", "https://a.org", "http://", "<https://a.b:99/>", "<https://1.2.3>"],
    *[
        "<mailto:a@b.co>",
        "<b>",
        "<br>",
        "<a@b.co>",
        "---",
        "===",
        "***",
        "~~~",
        "```",
        "|a|",
        "\n|-|",
        "[a]: b",
        "s://",
    ],
    *["&amp;", "&lt;", "&gt;", "&copy", "&copy;", "&#35;", "&#x3c;", "#35;", "lt;", "amp;", "\u017f;", "\u212a;", ";"],
    *["word", "Some text", "AT&T", "klzzwxh:0000", "wzxhzdk:0", " ", "a", "1", "."],
    *ODD,
]
MARKDOWNS = st.lists(st.sampled_from(MARKDOWN), max_size=12).map("".join)


@MANY
@given(st.one_of(MARKDOWNS, MARKDOWNS.map(markup.as_markdown), st.text(max_size=40)))
def test_any_body_has_the_html_of_the_library(body):
    assert_same_html(body)


def test_every_character_has_the_html_of_the_library():
    shapes = ("a{0}b", "{0}ab", "ab{0}", "a {0} b\n\n{0} x", "a\\{0}b", "&{0};", "&l{0};", "<https://a.org/{0}>")
    for code in UNUSUAL:
        for shape in shapes:
            body = shape.format(chr(code))
            if plain_paragraphs(body) is not None or is_bare(body):
                assert_same_html(body)


def test_every_character_is_as_printable_as_it_is():
    for code in range(sys.maxunicode + 1):
        assert is_printable(f"a{chr(code)}z") == chr(code).isprintable()
    assert is_printable("a\nz", besides=b"\n")
    assert not is_printable("a\nz\t", besides=b"\n")


def test_real_bodies_have_the_html_of_the_library():
    bodies = [path.read_text(encoding="utf-8").split("---\n", 2)[2].strip("\n") for path in FILES]
    assert sum(map(assert_same_html, bodies)) > 0.9 * len(bodies)
    assert sum(map(assert_same_html, written_bodies(HARD))) > len(HARD)


def test_a_whole_corpus_has_the_html_of_the_library():
    bodies = [markup.as_markdown(abstract) for _, abstract in corpus()]
    assert sum(map(assert_same_html, bodies)) > 0.98 * len(bodies)
    assert sum(map(is_bare, bodies)) > 0.3 * len(bodies)


@given(st.text(alphabet="a./md", max_size=12))
def test_any_path_has_the_slug_that_it_has_as_a_path(path):
    assert slug_of(path) == PurePosixPath(path).stem


TEX = [
    *MARKED,
    *["mathbb", "boldsymbol", "frac", "left", "right", "(", ")", "[", "]", "|", "begin", "end", "{", "}", "_", "^"],
    *["_{", "^{", "$", "\\(", "\\)", "\\", "``", "''", "'", "`", "~", "--", "---", " -- ", " ", "  ", ".", ",", "1"],
    *["2.5", "10", "100", "a", "x", "N", "KMB", "k", "%", "=", "<", ">", "/", "≤", "°", "β", "α_", "Γ", "×", "times"],
    *[" times ", " approx ", " pm ", " gg ", " ll ", " circ ", "sim!", "sim ", "timessim", "emph{", "textbf{", "\\'"],
    *["\\emph{", '\\"', "{\\it ", "url{", "href{", "footnote{", "https://a.org/x_y", "http://", "Figure~", "et~al"],
    *[
        "models~(",
        "~3",
        "i.e.,~",
        "The word",
        "A sentence. An",
        "{A}",
        "{,}",
        "é",
        "\xa0",
        "\ufdd0",
        "😀",
        "\n",
        '"',
        "*",
    ],
    *["⋆", "-norm", "epsilon-optimal", "left(", "right)", "&lt;", "&amp;"],
    *["\\(alpha\\)", "\\(x\\)", "times", "circ", "https://a.org", "~≤", "alpha~", "alpha ", "/ pi)", "≈", "epsilon)"],
]
TEXS = st.lists(st.sampled_from(TEX), max_size=12).map("".join)
# What asks for a repair, said once more in the plainest way.
HINTS = (
    *["\\", "$", "`", "{", "}", "^", "~", "_", "--", "''", "boldsymbol", "mathbb", "epsilon", " gg ", " ll ", " circ "],
    *["leq", "geq", "neq", "arrow", "infty", "propto", "nabla", "cdot", "ldots", "otimes", "oplus", "odot", "seteq"],
    *[
        "notin",
        "setminus",
        "emptyset",
        "varnothing",
        "Vert",
        "lceil",
        "lfloor",
        "langle",
        "simeq",
        "varphi",
        "vartheta",
    ],
)
PATTERNS = (
    re.compile(r"sim[\d!]|sim \d|approx\d| approx \d| pm \d|pm\d"),
    re.compile(r"(?<=[\d%KMBk])times|\b(?:\d+|[A-Za-z]) times (?:\d+|[A-Za-z])\b|\b[A-Za-z]times\b"),
    re.compile(rf"(?:{any_of(GREEK)}) ?(?:[=<>]|&[lg]t;)|[=<>/;] ?(?:{any_of(GREEK)})\b"),
)


def assert_same_repair(text):
    """Compare with what all rules give when each of them is tried on every text."""
    asked = any(hint in text for hint in HINTS) or any(pattern.search(text) for pattern in PATTERNS[:2])
    signs = any(sign in text for sign in "=&<>")
    assert needs_repair(text) == (asked or (signs and PATTERNS[2].search(text) is not None))
    page = f"<p>{escape(text, quote=False)}</p>"
    short = repair_text(text), repair_html(text), repair_html(page)
    with (
        patch.object(Rule, "may_match", lambda _rule, _text: True),
        patch.object(lost, "may_have_lost", lambda _text: True),
        patch.object(lost, "may_have_equation", lambda _text: True),
        patch.object(chain, "may_change", lambda _text: True),
        patch.object(commands, "signs_after_backslashes", lambda _text: commands.AFTER_TWO),
    ):
        assert short == (repair_text(text), repair_html(text), repair_html(page))


@MANY
@given(st.one_of(TEXS, MARKDOWNS, st.text(max_size=40)))
def test_any_text_is_repaired_as_if_every_rule_were_tried(text):
    assert_same_repair(text)


def test_real_texts_are_repaired_as_if_every_rule_were_tried():
    for text in HARD:
        assert_same_repair(text)


def test_a_whole_corpus_is_repaired_as_if_every_rule_were_tried():
    for title, abstract in corpus():
        assert_same_repair(title)
        assert_same_repair(abstract)


LINKS = [
    '<a href="https://a.org/x_y">https://a.org/x_y</a>',
    '<a href="https://b.co/?a=1&amp;b">https://b.co/?a=1&amp;b</a>',
]
LINKED = st.lists(st.sampled_from([*TEX, *LINKS, " and ", "</p>\n<p>", "<em>x</em>"]), max_size=12).map("".join)


def assert_same_body(page):
    """Compare a body whose HTML and text are repaired together with both repaired one by one."""
    text = markup.plain_text(page)
    assert repair_body(page, text) == (repair_html(page), repair_text(text))


def pages_of(text):
    """Each text as a page, alone and where a sentence begins and ends."""
    written = escape(text, quote=False)
    yield from (f"<p>{inner}</p>" for inner in (written, f"We {written}.", f"A{written} {LINKS[0]}", f"The {written}"))
    yield f"<p>In {LINKS[1]}{written} {LINKS[0]}.</p>"


@MANY
@given(st.one_of(TEXS, MARKDOWNS, st.text(max_size=40)))
def test_any_body_is_repaired_as_its_html_and_its_text_are(text):
    for page in pages_of(text):
        assert_same_body(page)


@MANY
@given(st.one_of(TEXS, MARKDOWNS), st.one_of(TEXS, MARKDOWNS))
def test_any_title_and_body_are_repaired_as_each_alone_is(title, text):
    for page in pages_of(text):
        shown = markup.plain_text(page)
        assert repair_page(title, page, shown) == (repair_text(title), *repair_body(page, shown))


@pytest.mark.parametrize(
    ("title", "note"), [("x_1", "y " * 40_000), ("y " * 40_000, "x_1"), ("y " * 20_000, "x " * 20_000)]
)
def test_a_long_title_or_body_does_not_keep_the_other_from_repair(title, note):
    assert repair_page(title, f"<p>{note}</p>", note) == (repair_text(title), *repair_body(f"<p>{note}</p>", note))


@pytest.mark.parametrize("page", ["<p>x gg </p>", "<p>x gg &nbsp;</p>", "<p> ll x</p>", "<p>&nbsp; ll x</p>"])
def test_space_at_the_ends_of_a_body_is_not_stripped_from_its_html(page):
    assert_same_body(page)


@MANY
@given(LINKED, st.sampled_from(["We ", "A", "", " ", "a "]), st.sampled_from([".", " end.", "", " ", "}", LINKS[0]]))
def test_any_body_with_links_is_repaired_as_its_html_and_its_text_are(inner, start, end):
    assert_same_body(f"<p>{start}{inner}{end}</p>")


def test_real_bodies_are_repaired_as_their_html_and_their_text_are():
    for abstract in [*HARD, *(abstract for _, abstract in corpus())]:
        assert_same_body(markup.render(markup.as_markdown(abstract)).html)
        for page in pages_of(abstract):
            assert_same_body(page)


def words_gone(source, shown):
    """Say of each word by itself whether all its parts are shown."""
    there = set(re.findall(r"\w+", shown))
    gone = [word for word in source.split() if word not in shown.split() and not there >= set(re.findall(r"\w+", word))]
    return " ".join(dict.fromkeys(gone)) if source != shown else ""


@MANY
@given(TEXS, TEXS)
def test_words_that_are_gone_are_those_that_each_by_itself_is_not_shown(source, shown):
    assert changed_words(source, shown) == words_gone(source, shown)


SENTENCES = st.lists(st.sampled_from(["one", "two", "one-two", "``one", ".", ". ", " ", "one."]), max_size=12).map(
    "".join
)


@MANY
@given(SENTENCES, SENTENCES)
def test_words_that_are_gone_from_a_sentence_may_be_in_another(source, shown):
    assert changed_words(source, shown) == words_gone(source, shown)


def test_a_rule_without_clues_would_never_match():
    with pytest.raises(ValueError, match="clue"):
        Rule("x")


# Values of a key, right and wrong, and what may stand inside them.
VALUES = [
    *["[a, b]", "[a, 'b, c', d'e]", "{a: b}", "{a: [x, y], b: 'z'}", "'it''s'", "plain text here", "[]", "{}", "[a,b]"],
    *[
        "[a , b]",
        "[ a, b ]",
        "{a:b}",
        "{a: }",
        "{a}",
        "['']",
        "''",
        "' '",
        "- x",
        "a: b",
        "a #b",
        "a# b",
        "#b",
        "[a: b]",
    ],
    *["[a:b]", "{a: b:c}", "{a: b :c}", "x ", "[a, ]", "{a: b, }", "{a: b, a: c}", "[a, [b]]", "{a: {b: c}}", "~"],
    *["null", "[null]", "'null'", "a -b", "[-1, 2]", "[a -b]", "{a: -1}", "[https://x.y/z, b]", "[https://x.y/z?q, b]"],
    *["{a: 'b'c}", "['a'b]", "'a'b", "'a' ", '"a"', '["a"]', 'a"b', "a'b", "|", "a|b", ">", "x:", "[x:]", "é", "日本"],
    *["a...", "[...]", "---", "--- a", "<<", "=", "<", "[a=b]", "[(a), /b]", "$5", "^a", "~a", ".5", "+1", ";", "[;]"],
    *["\\n", "[a\\b]", "!!str x", "&a x", "*a", "%x", "@x", "`x`", "2401.10020", "12:30", "no", "😀", "[😀]"],
]
INSIDE = [*"ab {}[],:#'!&*%@|>?-~=<\\", ": ", " #", ", ", "''", "null", "https://a.b/c?d#e", "O'Brien", *ODD]
KEYS = ["a", "b", "title", "x_1", "appearances", "e.f", "A", "é", "null", "<<", "a b", ""]
LINES = st.one_of(
    st.builds("{}: {}\n".format, st.sampled_from(KEYS), st.sampled_from(VALUES)),
    st.builds("{}:\n  - {}\n".format, st.sampled_from(KEYS), st.sampled_from(VALUES)),
    st.builds(
        "{}: {}{}{}\n".format,
        st.sampled_from(KEYS),
        st.sampled_from(["", "[", "[a, ", "{a: ", "{a: b, c: ", "'", "['", "{a: ['"]),
        st.lists(st.sampled_from(INSIDE), max_size=5).map("".join),
        st.sampled_from(["", "]", "}", "'", "']", "']}", ", b]", ", d: e}"]),
    ),
    st.sampled_from(["\n", "# a\n", "  - {a: b}\n", "  - a\n", "- {a: b}\n", "a", "...\n", "\ta: b\n", "  a: b\n"]),
)
HEADERS = st.lists(LINES, max_size=4).map("".join)


def assert_same_values(header):
    flat = flat_mapping(header, 2)
    if flat is None:
        return False
    problems = Problems()
    read = read_any_yaml(header, "a.md", problems, first_line=2)
    assert not len(problems)
    assert read == flat
    assert list(read[1]) == list(flat[1])
    return True


@MANY
@given(HEADERS)
def test_any_front_matter_has_the_values_and_lines_of_the_library(header):
    assert_same_values(header)


def test_every_character_has_the_values_of_the_library():
    shapes = (
        "a: {0}b\n",
        "a: x{0}y\n",
        "a: b{0}\n",
        "a: [{0}b]\n",
        "a: [x:{0}y, z {0}#]\n",
        "a: 'x{0}y'\n",
        "a{0}: x\n",
    )
    for code in UNUSUAL:
        for shape in shapes:
            assert_same_values(shape.format(chr(code)))


@pytest.mark.parametrize(
    "header",
    [
        "a: " + "x- " * 600 + "x\n",
        "a: '" + "[" * 600 + "'\n",
        "a: [" + ", ".join(["name"] * 2000) + "]\n",
        "k:\n  - {a: " + "x" * 3000 + ", b: c}\nz: y\n",
        "a: " + "x" * 5000 + "\n",
        "a" * 90 + ": x\n",
        "a" * 2000 + ": x\n",
        "k:\n",
        "k:\na: b\n",
        "",
    ],
)
def test_long_and_short_front_matter_has_the_values_of_the_library(header):
    assert_same_values(header)


def test_real_files_have_the_values_and_lines_of_the_library():
    texts = [path.read_text(encoding="utf-8") for path in FILES]
    short = [parse(text, "a.md", Problems()) for text in texts]
    with patch.object(frontmatter, "flat_mapping", lambda _text, _line: None):
        assert short == [parse(text, "a.md", Problems()) for text in texts]
    assert sum(assert_same_values(source.header) for source in short if source) > 0.9 * len(short)


def test_real_texts_have_the_values_of_the_library():
    for text in HARD:
        assert_same_values(f"title: {text}\n")
        assert_same_values(f"a: [{text}, b]\n")
        words = text.split(" ")
        assert_same_values(dump_key("title", text[:100]) + dump_key("authors", words) + dump_key("k", [{"a": text}]))


def test_a_whole_corpus_has_the_values_of_the_library():
    headers = [dump_key("title", title) + dump_key("tags", ["a", title]) for title, _ in corpus()]
    assert sum(map(assert_same_values, headers)) > 0.9 * len(headers)


VOCABULARY = read_vocabulary_of(ROOT, Problems())


def assert_same_paper(text, vocabulary=VOCABULARY):
    """Compare a file that is read at once with the same file read key by key."""
    usual = usual_paper(text, "content/papers/a.md", vocabulary)
    if usual is None:
        return False
    raw = Raw("content/papers/a.md", "papers", "", text)
    [short] = prepare([raw], vocabulary)
    with patch.object(prepared, "usual_paper", lambda *_: None):
        [exact] = prepare([raw], vocabulary)
    assert short == exact
    assert list(short.lines) == list(exact.lines)
    parts = parse(text, "content/papers/a.md", Problems())
    assert (usual[1].header, usual[1].body, usual[1].body_line) == (parts.header, parts.body, parts.body_line)
    return True


def test_real_files_are_papers_as_key_by_key():
    texts = [path.read_text(encoding="utf-8") for path in FILES]
    assert sum(map(assert_same_paper, texts)) > 0.9 * len(texts)


# What may stand after each key of a usual file: first of all what does, then what nearly does.
USUAL = {
    "title": [
        *[
            "A title",
            "'A title: with ''quotes'''",
            "A title: not quoted",
            "A  title",
            "' '",
            "'null'",
            "null",
            "'It''s'",
        ],
        *[
            "C# and a:b",
            "A #1 title",
            "'A #1 title'",
            "x" * 1200,
            "'" + "[" * 501 + "'",
            "'" + "a: " * 501 + "'",
            "é\xa0b",
        ],
        *["[a]", "", "~", '"a"', "a ", "a\tb", "日本", "Null", "'a'b", "'" + "- " * 400 + "' "],
    ],
    "published": [
        "2025-03-20",
        "2025-03",
        "2025",
        "'2025-03-20'",
        "2025-13-01",
        "2025-02-30",
        "25-1-1",
        "1700",
        "2025-00",
    ],
    "authors": [
        "[A B, C D]",
        "[A]",
        "['A: B', C]",
        "[ A ]",
        "[A, '']",
        "[A, ' ']",
        "[null, A]",
        "A",
        "[A,B]",
        "['A', ' B']",
    ],
    "author_count": ["12", "0", "'12'", "1234567890", "-1", "x"],
    "tags": ["[one, two]", "[one]", "[two, one, two]", "[other]", "[old]", "[none]", "[null]", "['one']", "[]", "one"],
    "identifiers": [
        *[
            "{arxiv: '2503.16422'}",
            "{arxiv: '2512.1642'}",
            "{arxiv: '2513.16422'}",
            "{arxiv: 2503.16422}",
            "{doi: 10.1/x}",
        ],
        *["{arxiv: '2503.16422v1'}", "{arxiv: cs/0101001}", "{}"],
    ],
    "links": [
        *[
            "{code: 'https://a.org/b', project: 'https://c-d.io'}",
            "{project: 'https://a.org', code: 'https://b.org/?x=1#y'}",
        ],
        *["{code: 'https://a.org', code: 'https://b.org'}", "{home: 'https://a.org'}", "{code: 'ftp://a.org'}", "{}"],
        *["{code: ['https://a.org', 'https://b.org']}", "{code: 'https://a.org, b'}", "{code: 'https://u@a.org'}"],
        *["{code: 'https://a.org:99999'}", "{code: ' https://a.org'}", "{code: 'https://a.org/x, https://b.org'}"],
    ],
    "appearances": [
        *[
            "\n  - {digest: d-1, rank: 1, line: 2}",
            "\n  - {digest: d, rank: 1, line: 2}\n  - {digest: e, rank: 20, line: 0}",
        ],
        *[
            "\n  - {digest: d, rank: 0, line: 2}",
            "\n  - {digest: null, rank: 1, line: 2}",
            "\n  - {digest: d, rank: 1}",
            "[]",
        ],
        *["\n  - {digest: 'd', rank: 1, line: 2}", "\n  - {digest: d, rank: 1, line: 1234567890}", "\n  - {rank: 1}"],
    ],
    "imported": [
        *[
            "{slug: a, title: 9d0edf1a, body: '12345678'}",
            "{slug: 'a-1', published: '46192237', tags: f502263c}",
            "{slug: a}",
        ],
        *[
            "{slug: null}",
            "{slug: a, title: xyz}",
            "{slug: a, slug: b}",
            "{slug: a, title: 9d0edf1a",
            "{title: 9d0edf1a}",
        ],
    ],
}
BODIES = [
    *[
        "\nSome text.\n",
        "\n\n\nSome [text](/x/).\n\n",
        "Some text",
        "\n",
        " ",
        "\nA $x_1 is\nnot closed\n",
        "\ntab\t\n",
    ],
    *["\r\ntext", "\nx\x07\n", "\n---\n\nx\n", "\nnull\xa0\u2028\n"],
]
SOME_TAGS = Vocabulary(
    {"one": Tag("one", "One"), "two": Tag("two", "Two", replaces=("old",)), "null": Tag("null", "Null")}
)


@st.composite
def usual_files(draw):
    """Files of which most have what a usual file has after each key, and some something else after one or two."""
    names = draw(st.sets(st.sampled_from(list(USUAL)[1:-1])))
    odd = draw(st.sets(st.sampled_from(list(USUAL)), max_size=2))
    rows = []
    for name, values in USUAL.items():
        if name in {"title", "imported"} | names:
            value = draw(st.sampled_from(values)) if name in odd else values[draw(st.integers(0, 1))]
            rows.append(f"{name}:{value}\n" if value.startswith("\n") else f"{name}: {value}\n")
    if draw(st.integers(0, 9)) == 0:
        rows.insert(draw(st.integers(0, len(rows))), draw(st.sampled_from(["hidden: true\n", "# x\n", "\n", rows[0]])))
    end = draw(st.sampled_from(["\n", "\n", "\n", "", " \n", "-\n"]))
    return f"---\n{''.join(rows)}---{end}{draw(st.sampled_from(BODIES))}"


@MANY
@given(usual_files())
def test_any_file_is_the_paper_that_it_is_key_by_key(text):
    assert_same_paper(text, SOME_TAGS)
    assert_same_paper(text, Vocabulary())


@pytest.mark.parametrize("name", USUAL)
def test_every_value_is_in_a_paper_what_it_is_key_by_key(name):
    usual = {key: values[0] for key, values in USUAL.items()}
    read = 0
    for value in USUAL[name]:
        rows = [
            f"{key}:{each}" if each[:1] == "\n" else f"{key}: {each}" for key, each in {**usual, name: value}.items()
        ]
        read += assert_same_paper("\n".join(["---", *rows, "---", "", "Text."]), SOME_TAGS)
    assert read >= 2 - (name == "links")


ADDRESSES = st.lists(
    st.sampled_from(
        [
            *"aB1-_.:/?#@[]%~ ,é\xa0\u2100",
            *["https://", "http://", "HTTP://", "a.org", "x-y.co", ":80", ":99999", "//", "user@", "a" * 500],
        ]
    ),
    max_size=9,
).map("".join)


@MANY
@given(ADDRESSES)
def test_a_plain_address_is_one_that_may_be_linked(text):
    for address in (text, f"https://a.org/{text}", f"https://{text}"):
        if re.fullmatch(weblinks.PLAIN_ADDRESS, address):
            assert weblinks.is_any_web_address(address)


@pytest.mark.parametrize("size", [0, 1, (1 << 16) - 1, 1 << 16, (1 << 16) + 1, 3 << 16, 1 << 26])
def test_a_file_of_any_size_is_read_whole(tmp_path, size):
    data = os.urandom(size)
    (tmp_path / "a").write_bytes(data)
    assert read_bytes(tmp_path, "a", Problems()) == data


@pytest.mark.parametrize("follow", [getattr(os, "O_NOFOLLOW", 0), 0])
@pytest.mark.parametrize(
    ("name", "code"),
    [("link", "symbolic-link"), ("nowhere", "symbolic-link"), ("folder", "unreadable"), ("none", "unreadable")],
)
def test_what_is_no_file_is_told_as_what_it_is(tmp_path, name, code, follow):
    (tmp_path / "a").write_text("x")
    (tmp_path / "link").symlink_to("a")
    (tmp_path / "nowhere").symlink_to("b")
    (tmp_path / "folder").mkdir()
    problems = Problems()
    with patch.object(reader, "_NOT_FOLLOWED", follow):
        assert read_bytes(tmp_path, name, problems) is None
    assert [each.code for each in problems] == [code]
