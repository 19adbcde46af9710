"""Reading text captures: layouts, small print, chrome, and what fits no rule."""

import pytest

from broadsheet.importing.formats import parse_seed
from broadsheet.importing.formats.lines import Role
from broadsheet.model import CaptureDay, PartialDate
from broadsheet.problems import Problems
from conftest import ROOT

SEEDS = sorted((ROOT / "seeds").glob("*.txt"))
PAPERS = {"000": 83, "001": 89, "002": 221, "003": 40, "004": 87}
ABSTRACT = "Large models are trained on text that was gathered from the web. " * 5 + "We show how."
ABSTRACT_2 = "Small models are trained on text that somebody chose with care. " * 5 + "We show why."
HEADER = "new\n\nGet trending papers in your email inbox!\n\nSubscribe\n\nDaily Papers\n\nbyAK and the research community\n\n"


def parse(text, name="seeds/capture.txt"):
    problems = Problems()
    seed = parse_seed(text if isinstance(text, bytes) else text.encode(), name, "capture", problems)
    return seed, list(problems)


def facts(seed):
    return [(r.title, r.abstract, r.rank, r.published, r.author_count, r.comments) for r in seed.records]


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem[:3])
def test_every_line_of_a_real_seed_has_its_place(path):
    seed, problems = parse(path.read_bytes())
    assert problems == []
    assert len(seed.records) == PAPERS[path.stem[:3]]
    roles = [line.role for line in seed.lines]
    assert roles.count(Role.UNPLACED) == 0
    assert roles.count(Role.TITLE) == roles.count(Role.ABSTRACT) == len(seed.records)
    assert len({record.title for record in seed.records}) == len(seed.records)


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem[:3])
@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.replace(b"\n", b"\r\n"),
        lambda data: data.replace(b"\n", b"\r"),
        lambda data: b"\xef\xbb\xbf" + data,
        lambda data: data.replace(b" ", "\u00a0".encode()),
        lambda data: data.replace(b"\n", b" \t \n"),
        lambda data: data.replace(b"\n", b"\n  "),
        lambda data: data + b"\n\n\n",
        lambda data: b"\n\n" + data,
    ],
    ids=["windows", "old-mac", "bom", "no-break-spaces", "trailing-blanks", "indented", "blank-end", "blank-start"],
)
def test_spelling_of_white_space_makes_no_difference(path, change):
    plain, _ = parse(path.read_bytes())
    changed, problems = parse(change(path.read_bytes()))
    assert problems == []
    assert facts(changed) == facts(plain)
    assert changed.day == plain.day


def test_layout_is_told_from_the_text_not_the_name():
    data = (ROOT / "seeds/002_d335c10af34d70b2.txt").read_bytes()
    seed, _ = parse(data, "seeds/anything.md")
    assert seed.format == "text capture, lines"
    spread, problems = parse(data.replace(b"\n", b"\n\n"))
    assert spread.format == "text capture, paragraphs"
    assert facts(spread) == facts(seed)
    assert problems == []


def test_blank_lines_taken_out_of_a_paragraph_layout_change_nothing():
    path = next(path for path in SEEDS if path.stem.startswith("003"))
    tight = b"\n".join(line for line in path.read_bytes().split(b"\n") if line.strip())
    seed, problems = parse(tight)
    assert problems == []
    assert facts(seed) == facts(parse(path.read_bytes())[0])


def test_title_glued_to_the_button():
    seed, problems = parse(f"Get trending papers in your email inbox!\nSubscribeDemons in the Detail\n{ABSTRACT}\n")
    assert seed.records[0].title == "Demons in the Detail"
    assert problems == []
    seed, _ = parse(f"{HEADER}Subscribers and Their Habits\n\n{ABSTRACT}")
    assert seed.records[0].title == "Subscribers and Their Habits"


def test_header_variants_and_capture_day():
    assert parse(f"{HEADER}Aug 20\n\nA Title\n\n{ABSTRACT}")[0].day == CaptureDay(8, 20)
    assert parse(f"{HEADER}A Title\n\n{ABSTRACT}")[0].day is None
    assert parse(f"{HEADER}Oct 3, 2025\n\nA Title\n\n{ABSTRACT}")[0].day == CaptureDay(10, 3, 2025)
    assert parse(f"{HEADER}Feb 29\n\nA Title\n\n{ABSTRACT}")[0].day == CaptureDay(2, 29)


@pytest.mark.parametrize(
    ("small_print", "expected"),
    [
        ("  • 5 authors\n·\nAug 6, 2024", (PartialDate(2024, 8, 6), 5, None)),
        ("  • 1 authors\n·\nSep 19, 2024 4", (PartialDate(2024, 9, 19), 1, 4)),
        ("• 7 authors · Dec 19, 2024 [11]", (PartialDate(2024, 12, 19), 7, 11)),
        ("·\nMay 31, 2025", (PartialDate(2025, 5, 31), None, None)),
    ],
)
def test_small_print(small_print, expected):
    seed, problems = parse(f"{HEADER}A Title\n\n{ABSTRACT}\n\n{small_print}\n\nAnother\n\n{ABSTRACT_2}")
    record = seed.records[0]
    assert (record.published, record.author_count, record.comments) == expected
    assert len(seed.records) == 2
    assert problems == []


def test_wrapped_paragraphs_are_joined():
    words = ABSTRACT.split()
    wrapped = "\n".join(" ".join(words[i : i + 10]) for i in range(0, len(words), 10))
    seed, problems = parse(f"{HEADER}A Title: from\n  End to End\n\n{wrapped}\n\nAnother\n\n{wrapped}\n")
    assert [record.title for record in seed.records] == ["A Title: from End to End", "Another"]
    assert seed.records[0].abstract == ABSTRACT
    assert problems == []


def test_short_abstracts_are_not_dropped():
    seed, problems = parse("First\nOne sentence says it.\nSecond\nAnother says more.\n")
    assert [(r.title, r.abstract) for r in seed.records] == [
        ("First", "One sentence says it."),
        ("Second", "Another says more."),
    ]
    assert problems == []


def test_abstract_without_title_is_reported_with_its_line():
    seed, problems = parse(f"{HEADER}A Title\n\n{ABSTRACT}\n\n{ABSTRACT_2}\n")
    assert len(seed.records) == 1
    assert [(str(p.location), p.code, p.severity) for p in problems] == [
        ("seeds/capture.txt:15", "unplaced-line", "warning")
    ]


def test_title_without_abstract_is_reported_and_kept_as_a_record():
    seed, problems = parse(f"{HEADER}A Title\n\nAnother\n\n{ABSTRACT}\n\nThird\n\n{ABSTRACT_2}")
    assert [(r.title, bool(r.abstract)) for r in seed.records] == [
        ("A Title", False),
        ("Another", True),
        ("Third", True),
    ]
    assert [(p.location.line, p.code) for p in problems] == [(11, "no-abstract")]


@pytest.mark.parametrize(("end", "line"), [("\n\nLast Title", 15), ("\n\nLast Title\n\n" + ABSTRACT[:300], 17)])
def test_capture_cut_in_the_middle(end, line):
    seed, problems = parse(f"{HEADER}A Title\n\n{ABSTRACT}{end}")
    assert [(p.location.line, p.code) for p in problems] == [(line, "cut-capture")]
    assert seed.records[0].abstract == ABSTRACT


def test_impossible_date_is_reported():
    seed, problems = parse(f"{HEADER}A Title\n\n{ABSTRACT}\n\n• 3 authors\n·\nFeb 30, 2024\n")
    assert seed.records[0].published is None
    assert {(p.location.line, p.code) for p in problems} == {(17, "impossible-date"), (17, "unplaced-line")}


def test_line_numbers_are_those_of_an_editor():
    seed, _ = parse(f"{HEADER}A Title\n\n{ABSTRACT}\u2028more\n\nAnother\n\n{ABSTRACT_2}")
    assert [record.place.line for record in seed.records] == [11, 15]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty-seed"),
        (b" \n\n", "empty-seed"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00", "binary-seed"),
        ("Ünïcode".encode("utf-16"), "not-utf-8"),
        (b"caf\xe9 au lait", "not-utf-8"),
        (b"<html><body>x</body></html>", "unknown-format"),
        (b'[{"title": "x"}]', "unknown-format"),
        (b"new\n\nSubscribe\n", "no-papers"),
    ],
)
def test_what_is_no_capture_is_an_error(data, code):
    _, problems = parse(data)
    assert [(p.code, p.severity) for p in problems] == [(code, "error")]
    assert problems[0].hint


def test_a_list_of_titles_alone_makes_no_abstracts():
    """Titles were taken for the abstracts of the titles before them."""
    seed, problems = parse(f"{HEADER}Bravo one\n\nBravo two\n\nBravo three\n\n{ABSTRACT}")
    assert [(r.title, bool(r.abstract)) for r in seed.records] == [
        ("Bravo one", False),
        ("Bravo two", False),
        ("Bravo three", True),
    ]
    assert [problem.code for problem in problems] == ["no-abstract", "no-abstract"]


@pytest.mark.parametrize("width", [60, 80, 240])
def test_a_wrapped_capture_is_read_as_if_it_were_not(width):
    import textwrap

    path = next(path for path in SEEDS if path.stem.startswith("000"))
    text = path.read_text()
    wrapped = "\n".join(
        "\n".join(textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False))
        for line in text.split("\n")
    )
    seed, _ = parse(wrapped)
    assert [record.title for record in seed.records] == [record.title for record in parse(text)[0].records]


def test_a_month_and_year_are_not_a_day():
    """`August 2025` was read as the 20th of August with 25 comments."""
    seed, problems = parse(f"{HEADER}August 2025\n\nA Title\n\n{ABSTRACT}")
    assert seed.day is None
    assert [problem.code for problem in problems] == ["unplaced-line"]
    seed, problems = parse(f"{HEADER}A Title\n\n{ABSTRACT}\n\nMar 2024")
    assert seed.records[0].published == PartialDate(2024, 3)
    assert problems == []


@pytest.mark.parametrize("mark", ["\u200e", "\u2003", "\u00ad", "\u2060"])
def test_what_cannot_be_seen_makes_no_difference(mark):
    path = next(path for path in SEEDS if path.stem.startswith("003"))
    text = path.read_text(encoding="utf-8")
    changed, problems = parse(text.replace("\n", f"{mark}\n"))
    assert problems == []
    assert facts(changed) == facts(parse(text)[0])


def test_characters_that_no_feed_can_hold_are_dropped_and_line_ends_are_spaces():
    seed, _ = parse(f"{HEADER}A\u0085Title\ufffe\x07\n\n{ABSTRACT}")
    assert seed.records[0].title == "A Title"


@pytest.mark.parametrize("title", ["Models", "[Re] Reproducing a Result", "{Mixed} Precision", "@ Home with Agents"])
def test_titles_that_look_like_something_else(title):
    seed, problems = parse(f"{title}\n\n{ABSTRACT}\n\nAnother\n\n{ABSTRACT_2}")
    assert [record.title for record in seed.records] == [title, "Another"]
    assert problems == []


def test_many_short_entries_are_read_in_linear_time():
    from time import process_time

    def seconds(entries):
        text = "\n\n".join(f"Title {number}\n\nA short abstract, number {number}." for number in range(entries))
        start = process_time()
        assert len(parse(text)[0].records) == entries
        return process_time() - start

    seconds(500)
    assert seconds(8000) < 40 * seconds(1000) + 1
