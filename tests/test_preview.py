"""The preview: it speaks like the host, and follows changes."""

import http.client
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request

import pytest

from broadsheet.preview.host import Folder, Host
from broadsheet.preview.server import EVENTS, SCRIPT, PreviewServer
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
