"""How problems are printed, and whose severity a project may choose."""

import json
import re
import shutil
import subprocess
import sys

import pytest

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
    old = Problem(Location("a.md"), Severity.ERROR, "bad-value", "##[group]x")
    assert "##[" not in as_json(old)
    assert json.loads(as_json(old))["message"] == "##[group]x"


@pytest.mark.parametrize("form", ["text", "json", "github"])
def test_a_value_with_line_breaks_begins_no_line_of_its_own(small, form):
    small.run("import")
    name = "content/papers/2-olmo-2-furious.md"
    hostile = r'title: "one\n::add-mask::two\r::error::##[group]three\u2028::x"'
    small.write(name, re.sub("^title: .*", hostile.replace("\\", "\\\\"), small.read(name), flags=re.MULTILINE))
    for command in (["import", "--diff"], ["tags", "--why", "2-olmo-2-furious"], ["check"]):
        finished = small.run(*command, "--format", form)
        for line in (finished.out + finished.err).splitlines():
            assert "##[" not in line
            assert "::" not in line or not line.lstrip().startswith(("::add", "::x")), line


def test_json_is_json_where_the_terminal_is_ascii(small):
    small.write("content/papers/a-paper.md", "---\ntitle: É\ntags: [é]\n---\n\nText.\n")
    finished = small.run("build", "--no-search", "--format", "json")
    assert finished.out.isascii()
    assert "“é”" in json.loads(finished.out)["message"]


@pytest.mark.parametrize("command", [["duplicates"], ["tags", "--suggest"]])
def test_a_report_on_files_that_cannot_be_read_fails(small, command):
    small.run("import")
    small.write("content/papers/notes.txt", "Mine.\n")
    assert small.run(*command).code == 0
    assert small.run(*command, "--strict").code == 1
    small.write("content/papers/a-paper.md", "---\ntitle: [\n---\n")
    finished = small.run(*command)
    assert finished.code == 1
    assert "[bad-yaml]" in finished.err


def test_what_import_and_build_both_find_is_told_once(small):
    small.write("content/papers/notes.txt", "Mine.\n")
    assert small.run("--no-search").err.count("[not-read]") == 1


def test_explain_takes_the_name_alone(small):
    assert small.run("import", "--explain", "002_search.txt").out.startswith("seeds/002_search.txt: ")


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


def test_ten_megabytes_of_front_matter_have_a_clear_answer(small):
    small.write(
        "content/papers/huge.md", "---\ntitle: Huge\nauthors:\n" + "  - Somebody Else\n" * 600_000 + "---\n\nText.\n"
    )
    finished = small.run("build", "--no-search")
    assert finished.code == 1
    assert (
        "content/papers/huge.md:1: error: the front matter has more than 200,000 characters [long-front-matter]"
        in finished.err
    )


class TestCheck:
    def test_it_finds_what_import_and_build_find_and_writes_nothing(self, small):
        small.run("--no-search")
        small.write("seeds/more.txt", "Subscribe\n\nA title without an abstract\n")
        small.write(
            "content/digests/003-daily.md", small.read("content/digests/003-daily.md") + "\n[Lost](/papers/lost/)\n"
        )
        before = {folder: small.files(folder) for folder in ("seeds", "content", "site")}
        finished = small.run("check")
        assert finished.code == 1
        assert "seeds/more.txt: error: no title with an abstract was found in this file [no-papers]" in finished.err
        assert "content/digests/003-daily.md:7: error: “/papers/lost/” leads nowhere" in finished.err
        assert {folder: small.files(folder) for folder in ("seeds", "content", "site")} == before

    def test_what_was_not_imported_or_listed(self, small):
        finished = small.run("check", "--strict")
        assert finished.code == 1
        assert "content: warning: seeds and content differ: 14 files would be written [not-imported]" in finished.err
        small.run("--no-search")
        finished = small.run("check", "--strict")
        assert finished.code == 0, finished.err
        assert "0 warnings, 2 notes" in finished.out
        small.write("content/pages/about.md", "---\ntitle: About\n---\n\nUs.\n")
        assert "content/permalinks.txt: note: 1 address is not listed yet [unlisted-address]" in small.run("check").err


class TestNew:
    def test_a_paper_to_fill_in(self, small):
        small.run("--no-search")
        finished = small.run("new", "  On: “Quotes” & a   #hash ")
        assert finished.out.startswith("content/papers/on-quotes-a-hash.md: write the abstract")
        text = small.read("content/papers/on-quotes-a-hash.md")
        assert text.startswith("---\ntitle: 'On: “Quotes” & a #hash'\n# published: 2025-01\n")
        assert small.run("--no-search").code == 0
        assert "On: “Quotes” &amp; a #hash" in small.read("site/papers/on-quotes-a-hash/index.html")
        assert " 0 written" in small.run("import").out

    def test_several_words_need_no_quotes(self, small):
        small.run("import")
        assert small.run("new", "A", "paper", "of", "mine").out.startswith("content/papers/a-paper-of-mine.md: ")

    @pytest.mark.parametrize(
        ("title", "code"),
        [
            ("2 OLMo 2, furious!", "same-title"),
            (" … ", "no-title"),
            ("caf\udce9 x", "unprintable"),
            ("a\ab", "unprintable"),
        ],
    )
    def test_no_second_paper_and_no_empty_title(self, small, title, code):
        small.run("import")
        before = small.files("content")
        finished = small.run("new", title)
        assert finished.code == 2
        assert f"[{code}]" in finished.err
        assert small.files("content") == before

    def test_a_slug_that_was_somebodys_is_not_given_again(self, small):
        small.run("import")
        small.path("content/papers/2-olmo-2-furious.md").rename(small.path("content/papers/olmo.md"))
        small.run("import")
        small.write(
            "content/papers/olmo.md",
            small.read("content/papers/olmo.md").replace("title: 2 OLMo 2 Furious", "title: OLMo"),
        )
        assert "content/papers/2-olmo-2-furious-2.md" in small.run("new", "2 OLMo 2 Furious").out


class TestDoctor:
    def test_it_looks_at_everything(self, small):
        small.run("--no-search")
        finished = small.run("doctor")
        assert finished.code == 0, finished.err
        for what in ("Python", "search program   pagefind 1.", "settings", "content/", "entries in one folder"):
            assert re.search(rf"^(ok|note) +{what}|{what}", finished.out, re.MULTILINE), what
        assert "[local-address]" in finished.err

    def test_what_is_missing(self, small, monkeypatch):
        monkeypatch.setenv("PAGEFIND_BINARY_PATH", "/nowhere/pagefind")
        small.write("content/site.yaml", "titel: A digest\n")
        small.write("requirements.txt", "jinja2==0.1\nno-such-package==1.0\n")
        finished = small.run("doctor")
        assert finished.code == 3
        assert "[pagefind-missing]" in finished.err
        assert "[unknown-key]" in finished.err
        assert re.search(r"^warning +jinja2 +3\.", finished.out, re.MULTILINE)
        assert re.search(r"^warning +no-such-package +not installed", finished.out, re.MULTILINE)

    def test_odd_files_do_not_stop_it(self, small):
        small.run("--no-search")
        small.write("requirements.txt", b"# caf\xe9\njinja2==0.1\n")
        small.path("site/dangling").symlink_to("nowhere")
        finished = small.run("--output", "x/y/z", "doctor")
        assert finished.code == 0, finished.err
        assert "x/y/z/" in finished.out
        assert small.run("doctor").code == 0


def test_a_python_without_the_packages_is_told_what_to_run():
    finished = subprocess.run(
        [sys.executable, "-S", "-E", "build.py"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert finished.returncode == 3
    assert finished.stderr == "This Python lacks the package yaml. Run: make site, then .venv/bin/python build.py\n"


@pytest.mark.parametrize(("more", "end"), [([], "build.py serve "), (["PORT=8131"], "build.py serve --port 8131")])
def test_make_serve_takes_a_port(more, end):
    finished = subprocess.run(
        [shutil.which("make"), "--no-print-directory", "-n", "serve", *more],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.stdout.splitlines()[-1].endswith(end)
