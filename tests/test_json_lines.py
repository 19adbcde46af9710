"""Reading JSON Lines of records."""

import pytest

from broadsheet.importing.formats.jsonlines import parse_json_lines
from broadsheet.model import Identifier, Link, PartialDate
from broadsheet.problems import Location, Problems


def parse(text):
    problems = Problems()
    return parse_json_lines(text, "seeds/x.jsonl", problems), list(problems)


def test_a_full_record():
    records, problems = parse(
        '{"title": " A  Title ", "abstract": "One.\\nTwo.", "published": "2025-01", "authors": ["Ada", "Bob"], '
        '"author_count": 2, "comments": 3, "arxiv_id": "https://arxiv.org/abs/2501.00656v2", "doi": "10.1000/XY", '
        '"url": "https://a.b/c", "code": "https://github.com/a/b", "tags": ["x"]}\n'
    )
    assert problems == []
    record = records[0]
    assert record.title == "A  Title"
    assert record.abstract == "One. Two."
    assert record.published == PartialDate(2025, 1)
    assert record.identifiers == (Identifier("arxiv", "2501.00656"), Identifier("doi", "10.1000/xy"))
    assert record.links == (Link("code", "https://github.com/a/b"), Link("paper", "https://a.b/c"))
    assert record.place == Location("seeds/x.jsonl", 1)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('{"title": "x",}', "bad-json"),
        ("[1]", "bad-json"),
        ('{"a": ' * 5000, "bad-json"),
        ('{"title": ""}', "no-title"),
        ('{"abstract": "x"}', "no-title"),
        ('{"title": 3}', "bad-value"),
        ('{"title": "x", "published": "2025-13"}', "bad-value"),
        ('{"title": "x", "authors": "Ada"}', "bad-value"),
        ('{"title": "x", "comments": -1}', "bad-value"),
        ('{"title": "x", "comments": true}', "bad-value"),
        ('{"title": "x", "comments": 12345678901}', "bad-value"),
        ('{"title": "x", "authors": ["A", "\\u200b"]}', "bad-value"),
        ('{"title": "x", "comments": ' + "1" * 5000 + "}", "bad-json"),
        ('{"title": "x", "arxiv_id": "none"}', "bad-value"),
        ('{"title": "x", "url": "javascript:alert(1)"}', "bad-value"),
        ('{"title": "x", "title": "y"}', "repeated-key"),
    ],
)
def test_faults_are_errors_at_their_line(line, code):
    _, problems = parse(f'{{"title": "fine"}}\n\n{line}\n')
    assert code in [problem.code for problem in problems]
    assert {problem.location.line for problem in problems} == {3}
    assert {problem.severity for problem in problems} == {"error"}


def test_unknown_field_is_named_with_the_nearest_known_one():
    records, problems = parse('{"title": "x", "autors": ["Ada"]}')
    assert len(records) == 1
    assert [(problem.code, problem.severity) for problem in problems] == [("unknown-field", "warning")]
    assert "authors" in problems[0].hint


def test_half_a_surrogate_pair_is_dropped():
    records, problems = parse('{"title": "Foo \\ud800 x"}')
    assert records[0].title == "Foo  x"
    assert problems == []
