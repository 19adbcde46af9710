"""How problems are printed, and whose severity a project may choose."""

import json
import re

from broadsheet.cli.printing import as_json, as_workflow_command
from broadsheet.problems import ADJUSTABLE, Location, Problem, Severity
from conftest import ROOT

BAD_DATE = "---\ntitle: A paper\npublished: 2024-13-45\n---\n\nText.\n"
NO_BODY = "---\ntitle: A paper\n---\n"


def test_text_goes_to_standard_error_with_place_code_and_hint(small):
    small.write("content/papers/a-paper.md", "---\ntitle: A paper\ntags: [qest]\n---\n\nText.\n")
    finished = small.run("build", "--no-search")
    assert finished.out == ""
    assert finished.err.startswith(
        "content/papers/a-paper.md:3: error: “tags”: “qest” is not in content/tags.yaml [unknown-tag]\n    "
    )


def test_json_is_one_object_a_line_and_nothing_else(small):
    small.write("content/papers/a-paper.md", BAD_DATE)
    finished = small.run("build", "--no-search", "--format", "json")
    found = [json.loads(line) for line in finished.out.splitlines()]
    assert found == [
        {
            "path": "content/papers/a-paper.md",
            "line": 3,
            "severity": "error",
            "code": "bad-value",
            "message": "“published”: “2024-13-45” is not a date such as 2023, 2023-05 or 2023-05-31",
            "hint": "",
        }
    ]
    assert finished.code == 1


def test_json_of_a_sound_project_is_empty(small):
    finished = small.run("--format", "json", "--no-search")
    assert (finished.code, finished.out) == (0, "")
    assert "Imported 3 seeds" in finished.err


def test_github_marks_the_line(small):
    small.write("content/papers/a-paper.md", BAD_DATE)
    finished = small.run("build", "--no-search", "--format", "github")
    assert finished.out.startswith("::error file=content/papers/a-paper.md,line=3,title=bad-value::“published”")


def test_a_text_cannot_write_a_workflow_command_of_its_own():
    hostile = Problem(
        Location("a,b:c\n::error::x.md", 2), Severity.WARNING, "bad-name", "100 %\n::set-env::", "hint\r\n::stop"
    )
    line = as_workflow_command(hostile)
    assert "\n" not in line
    assert "\r" not in line
    assert line == (
        "::warning file=a%2Cb%3Ac%0A%3A%3Aerror%3A%3Ax.md,line=2,title=bad-name::100 %25%0A::set-env::%0Ahint%0D%0A::stop"
    )
    assert "\n" not in as_json(hostile)


def test_a_project_chooses_the_severity_of_a_code(small):
    small.write("content/papers/a-paper.md", NO_BODY)
    assert small.run("build", "--no-search").code == 0
    small.write("content/site.yaml", "severity: {empty-body: error}\n")
    finished = small.run("build", "--no-search")
    assert finished.code == 1
    assert "a-paper.md:2: error: this paper has no abstract [empty-body]" in finished.err
    small.write("content/site.yaml", "severity: {empty-body: note}\n")
    assert small.run("build", "--no-search", "--strict").code == 0


def test_what_would_break_the_site_stays_an_error(small):
    small.write("content/site.yaml", "severity:\n  bad-yaml: note\n  empty-body: fatal\n")
    finished = small.run("build", "--no-search")
    assert finished.code == 2
    assert "content/site.yaml:2: error: the key “severity.bad-yaml” is not known [unknown-key]" in finished.err
    assert (
        "content/site.yaml:3: error: “severity.empty-body”: “fatal” is not error, warning or note [bad-value]"
        in finished.err
    )


def test_every_warning_and_note_is_adjustable():
    rows = re.findall(
        r"^\| `([a-z0-9-]+)` \| (\w+) \|", (ROOT / "docs/problems.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    soft = {code for code, severity in rows if severity in {"warning", "note"}}
    assert soft <= ADJUSTABLE
    assert {code for code, _ in rows} >= ADJUSTABLE
