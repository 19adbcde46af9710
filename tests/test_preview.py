"""The preview: it speaks like the host, and follows changes."""

import gc
import http.client
import os
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import suppress
from types import SimpleNamespace

import pytest

from broadsheet.content.related.papers import documents_of
from broadsheet.preview.host import Folder, Host
from broadsheet.preview.live import LiveSite
from broadsheet.preview.neighbours import Neighbours
from broadsheet.preview.preview import kept_for_good
from broadsheet.preview.server import EVENTS, SCRIPT, PreviewServer
from broadsheet.preview.watching import watching
from broadsheet.publishing.relating import Relating
from broadsheet.snapshots import take
from conftest import ROOT


@pytest.fixture(scope="module")
def server(real):
    with PreviewServer(("127.0.0.1", 0), Host(Folder(real.path("site")))) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.shutdown()


def ask(server, path, method="GET"):
    connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=10)
    try:
        connection.request(method, path)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


def test_pages_come_with_the_headers_of_the_host(server):
    status, headers, body = ask(server, "/")
    assert status == 200
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert SCRIPT.encode() in body
    assert ask(server, "/feed.xml")[1]["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert ask(server, "/search/?q=x")[0] == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/papers", 301),
        ("/arxiv/2412.15115/", 301),
        ("/arxiv/2412.15115", 301),
        ("/nothing/here/", 404),
        ("/../../../etc/passwd", 404),
        ("/%2e%2e/%2e%2e/etc/passwd", 404),
        ("/_headers", 404),
        ("/.broadsheet-site", 404),
        ("/%00", 404),
        ("/%ff", 404),
        ("//evil.example/", 404),
        ("/" + "x" * 5000, 404),
        ("/feed.xml/", 404),
        ("/papers/qwen2-5-technical-report/index.html/", 404),
        ("/" + "a/" * 4000, 404),
    ],
)
def test_odd_requests(server, path, status):
    assert ask(server, path)[0] == status


def test_redirects_lead_inside_the_site(server):
    assert ask(server, "/%2Fpapers")[1]["Location"] == "/papers/"
    assert ask(server, "/papers")[1]["Location"] == "/papers/"
    assert ask(server, "/arxiv/2412.15115/")[1]["Location"] == "/papers/qwen2-5-technical-report/"


def ask_with(server, path, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=10)
    try:
        connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


def test_a_page_that_a_browser_has_is_not_sent_again(server):
    tag = ask(server, "/papers/")[1]["ETag"]
    assert ask_with(server, "/papers/", If_None_Match=tag)[::2] == (304, b"")
    assert ask_with(server, "/papers/", If_None_Match='"other"')[0] == 200


def test_parts_of_a_file(server):
    whole = ask(server, "/feed.xml")[2]
    for wanted, expected in (("bytes=0-9", whole[:10]), ("bytes=-5", whole[-5:]), ("bytes=20-", whole[20:])):
        status, headers, body = ask_with(server, "/feed.xml", Range=wanted)
        assert (status, body) == (206, expected)
        assert headers["Content-Range"].endswith(f"/{len(whole)}")
    assert ask_with(server, "/feed.xml", Range=f"bytes={len(whole)}-")[0] == 416
    assert ask_with(server, "/feed.xml", Range="lines=1-2")[0] == 200


def test_head_has_no_body(server):
    status, headers, body = ask(server, "/", "HEAD")
    assert (status, body) == (200, b"")
    assert int(headers["Content-Length"]) > 1000


def test_open_pages_hear_of_a_rebuild(server):
    with urllib.request.urlopen(f"http://127.0.0.1:{server.server_address[1]}{EVENTS}", timeout=10) as stream:
        assert stream.readline() == b": still here\n"
        server.news.announce()
        assert stream.readline() == b"\n"
        assert stream.readline() == b"event: changed\n"


def wait_for(condition, seconds=30):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.1)
    return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_serve_rebuilds_when_a_file_changes_and_keeps_the_last_good_site(small):
    port = free_port()
    code = f"import sys; from pathlib import Path; from broadsheet.cli import main; sys.exit(main(sys.argv[1:], Path({str(small.root)!r})))"
    command = [sys.executable, "-c", code, "serve", "--no-search", "--port", str(port), "--host", "127.0.0.1"]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    log = small.path("log.txt")
    with log.open("w") as out, subprocess.Popen(command, stdout=out, stderr=out, env=environment) as running:
        try:
            address = f"http://127.0.0.1:{port}/papers/2-olmo-2-furious/"

            def page() -> str:
                try:
                    with urllib.request.urlopen(address, timeout=5) as answer:
                        return answer.read().decode()
                except OSError:
                    return ""

            assert wait_for(page), log.read_text()
            name = "content/papers/2-olmo-2-furious.md"
            small.write(name, small.read(name).replace("title: 2 OLMo 2 Furious", "title: Three OLMo"))
            assert wait_for(lambda: "Three OLMo" in page()), log.read_text()
            small.write(name, "---\ntitle: [broken\n---\n")
            assert wait_for(lambda: "[bad-yaml]" in log.read_text()), log.read_text()
            assert "Three OLMo" in page()
        finally:
            running.terminate()


def test_a_port_that_is_taken_is_a_problem_with_a_hint(small):
    small.run("import")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        finished = small.run("serve", "--no-search", "--host", "127.0.0.1", "--port", str(taken.getsockname()[1]))
    assert finished.code == 2
    assert "[cannot-listen]" in finished.err
    assert "--port" in finished.err


def test_a_browser_that_goes_away_is_not_worth_a_word(server, capsys):
    for fault in (ConnectionResetError("gone"), ValueError("a bug")):
        try:
            raise fault
        except (ConnectionError, ValueError):
            server.handle_error(None, ("127.0.0.1", 1))
    told = capsys.readouterr().err
    assert "a bug" in told
    assert "gone" not in told


def test_a_file_that_changes_while_files_are_looked_at_first_is_told(small, monkeypatch):
    name = "content/papers/new-one.md"
    small.path("content/papers").mkdir()

    def slow(folder, known):
        snapshot = take(folder, known)
        small.write(name, "---\ntitle: A new one\n---\n\nText.\n")
        return snapshot

    monkeypatch.setattr("broadsheet.preview.watching.take", slow)
    with watching(small.root) as changes:
        assert name in changes.wait(10)


def test_related_papers_are_found_by_one_search_at_a_time(tmp_path, monkeypatch):
    """Of two searches at once each wrote a half of what is remembered, and the next one began from scratch."""
    begun, go_on = [], threading.Event()

    class Slow:
        def __init__(self, cache, program):
            pass

        def __enter__(self):
            return self

        def __exit__(self, *fault):
            pass

        def relate(self, documents):
            begun.append(documents[0].slug)
            go_on.wait(10)
            return lambda: {documents[0].slug: []}

    monkeypatch.setattr("broadsheet.preview.neighbours.Relating", Slow)
    neighbours = Neighbours(tmp_path / "related", "program")
    for name in ("first", "second", "third"):
        neighbours.relate([SimpleNamespace(slug=name)])
        assert wait_for(lambda: begun == ["first"])
    time.sleep(0.2)
    assert begun == ["first"]
    go_on.set()
    assert wait_for(lambda: neighbours.lists == {"third": []})
    assert begun == ["first", "third"]


class TestLiveSite:
    """What is edited is what is shown, without a file in site/."""

    NAME = "content/papers/2-olmo-2-furious.md"
    PAGE = "papers/2-olmo-2-furious/index.html"

    @pytest.fixture
    def live(self, small):
        small.run("import")
        site = LiveSite(small.root, {}, small.path("nowhere"))
        site.refresh(set())
        assert site.problems == []
        yield site
        assert not small.path("site").exists()

    def edit(self, small, live, name, old, new):
        text = small.read(name)
        assert old in text
        small.write(name, text.replace(old, new, 1))
        live.refresh({name})

    def test_pages_are_those_of_a_build(self, small, live):
        live.neighbours.lists = Relating(None, "").relate(
            documents_of(live.renderer.catalog.papers, live.renderer.catalog.files)
        )()
        live.show_related()
        small.run("build", "--no-search", "--output", "made")
        made = small.files("made")
        shown = {file: live.read(file) for file in made if not file.startswith(".")}
        assert [file for file, data in shown.items() if data != made[file]] == []

    def test_a_note_a_title_and_a_date(self, small, live):
        small.write(self.NAME, f"{small.read(self.NAME)}\nA note of mine.\n")
        live.refresh({self.NAME})
        assert b"A note of mine." in live.read(self.PAGE)
        self.edit(small, live, self.NAME, "title: 2 OLMo 2 Furious", "title: Three OLMo")
        for page in (self.PAGE, "index.html", "papers/index.html", "tags/open-models/index.html", "feed.xml"):
            assert b"Three OLMo" in live.read(page), page
        self.edit(small, live, self.NAME, "published: 2025-01", "published: 1999-01")
        assert b"Three OLMo" in live.read("dates/1999/01/index.html")

    def test_templates_styles_settings_and_tags(self, small, live):
        self.edit(small, live, "templates/paper.html", "<article>", "<article><!-- mine -->")
        assert b"<!-- mine -->" in live.read(self.PAGE)
        small.write("templates/assets/broadsheet.css", "p { color: teal }")
        live.refresh({"templates/assets/broadsheet.css"})
        address = re.search(rb'/(assets/broadsheet[^"]*css)"', live.read("index.html"))[1].decode()
        assert live.read(address) == b"p { color: teal }"
        small.write("content/site.yaml", "title: The Evening Post\n")
        live.refresh({"content/site.yaml"})
        assert b"The Evening Post" in live.read("index.html")
        self.edit(
            small, live, "content/tags.yaml", "label: Open models and technical reports", "label: Models of language"
        )
        assert b"Models of language" in live.read(self.PAGE)

    def test_a_label_changes_where_lists_show_papers(self, small, live):
        tagged = "tags/open-models/index.html"
        shown = b'href="/tags/open-models/">Models of language</a>'
        assert shown not in live.read(tagged)
        self.edit(
            small, live, "content/tags.yaml", "label: Open models and technical reports", "label: Models of language"
        )
        assert shown in live.read(tagged)

    def test_pages_without_related_papers_stay_when_those_are_found(self, live):
        shown = {page: live.read(page) for page in ("index.html", self.PAGE)}
        slug = "2-olmo-2-furious"
        other = next(paper.slug for paper in live.renderer.catalog.papers if paper.slug != slug)
        live.neighbours.lists = {slug: [other]}
        live.show_related()
        assert live.read("index.html") is shown["index.html"]
        assert f'href="/papers/{other}/"'.encode() in live.read(self.PAGE).partition(b'id="related"')[2]

    def test_files_that_come_go_and_get_other_names(self, small, live):
        small.write("content/papers/new-one.md", "---\ntitle: A new one\n---\n\nText.\n")
        live.refresh({"content/papers/new-one.md"})
        assert b"A new one" in live.read("papers/new-one/index.html")
        small.path("content/papers/new-one.md").rename(small.path("content/papers/newer.md"))
        live.refresh({"content/papers/new-one.md", "content/papers/newer.md"})
        assert live.read("papers/new-one/index.html") is None
        assert b"A new one" in live.read("papers/newer/index.html")
        small.path("content/papers/newer.md").unlink()
        live.refresh({"content/papers/newer.md"})
        assert live.read("papers/newer/index.html") is None

    def test_wherever_a_paper_stands_its_title_changes_in_every_list(self, small, live):
        for number, paper in enumerate(live.renderer.catalog.papers):
            name = paper.place.path
            small.write(
                name, re.sub("^title: .*$", f"title: Title {number}", small.read(name), count=1, flags=re.MULTILINE)
            )
            live.refresh({name})
        anew = LiveSite(small.root, {}, small.path("nowhere"))
        anew.refresh(set())
        assert live.problems == anew.problems == []
        shown, built = live.renderer.catalog, anew.renderer.catalog
        assert {title[:6] for title in built.titles.values()} == {"Title "}
        for part in ("papers", "tagged", "issues", "titles"):
            assert getattr(shown, part) == getattr(built, part), part

    def test_a_look_at_content_counts_for_one_reading(self, small):
        """A preview that began with broken settings took what content/ held at its start for what it held later."""
        there = take(small.path("content"))
        small.write("content/site.yaml", "page_size: nonsense\n")
        site = LiveSite(small.root, {}, small.path("nowhere"))
        site.refresh(set(), there)
        assert site.problems
        small.write("content/papers/new-one.md", "---\ntitle: A new one\n---\n\nText.\n")
        site.refresh({"content/papers/new-one.md"})
        small.path("content/site.yaml").unlink()
        site.refresh({"content/site.yaml"})
        assert not site.problems
        assert b"A new one" in (site.read("papers/new-one/index.html") or b"missing")

    def test_what_changed_after_content_was_looked_at_is_shown_once_it_is_told(self, small, live):
        """The first reading takes the signatures that the watching began with."""
        again = LiveSite(small.root, {}, small.path("nowhere"))
        there = take(small.path("content"))
        other = "content/papers/new-one.md"
        small.write(self.NAME, small.read(self.NAME).replace("2 OLMo 2 Furious", "Three OLMo", 1))
        small.write(other, "---\ntitle: A new one\n---\n\nText.\n")
        again.refresh(set(), there)
        again.refresh({self.NAME, other})
        live.refresh(set())
        assert b"Three OLMo" in again.read(self.PAGE)
        assert b"A new one" in again.read("papers/new-one/index.html")
        for page in ("index.html", "papers/index.html", "tags/open-models/index.html", "feed.xml"):
            assert again.read(page) == (live.read(page) or b"missing"), page

    def test_five_hundred_files_at_once(self, small, live):
        names = {f"content/papers/many-{number}.md" for number in range(500)}
        for name in names:
            small.write(name, f"---\ntitle: Title of {name}\npublished: 2020\n---\n\nText of {name}.\n")
        live.refresh(names)
        assert b"Title of content/papers/many-499.md" in live.read("papers/many-499/index.html")
        for name in names:
            small.path(name).unlink()
        live.refresh(names)
        assert live.read("papers/many-499/index.html") is None

    def test_a_fault_is_told_and_the_last_good_page_stays(self, small, live):
        good = small.read(self.NAME)
        shown = live.read(self.PAGE)
        small.write(self.NAME, "---\ntitle: [broken\n---\n")
        live.refresh({self.NAME})
        assert [problem.code for problem in live.problems] == ["bad-yaml"]
        assert live.read(self.PAGE) == shown
        small.write(self.NAME, good.replace("2 OLMo 2 Furious", "Mended", 1))
        live.refresh({self.NAME})
        assert live.problems == []
        assert b"Mended" in live.read(self.PAGE)

    def test_a_broken_template_is_told_and_the_last_good_page_stays(self, small, live):
        shown = live.read(self.PAGE)
        self.edit(small, live, "templates/paper.html", "<article>", "<article>{{ nothing.here }}")
        assert live.read(self.PAGE) == shown
        assert [problem.code for problem in live.problems] == ["template-error"]
        self.edit(small, live, "templates/paper.html", "{{ nothing.here }}", "")
        assert live.read(self.PAGE) == shown
        assert live.problems == []


def test_a_preview_looks_for_cycles_again_after_its_first_reading():
    assert gc.isenabled()
    for fault in (None, OSError):
        with suppress(OSError), kept_for_good():
            assert not gc.isenabled()
            if fault:
                raise fault
        assert gc.isenabled()
    gc.unfreeze()
