"""The preview's HTTP server: answers as a host gives them, and a stream of events for open pages."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from broadsheet.preview.host import Answer, Host
from broadsheet.problems import Problem

BEAT = 15.0  # seconds between signs of life to an open page
EVENTS, SCRIPT, PROBLEMS = "/__broadsheet/events", "/__broadsheet/reload.js", "/__broadsheet/problems"
_RELOAD_JS = (Path(__file__).parent / "reload.js").read_bytes()
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


class News:
    """Counts changes, so that every open page can wait for the next one."""

    def __init__(self) -> None:
        self.condition = threading.Condition()
        self.count = 0

    def announce(self) -> None:
        """Wake every waiting page."""
        with self.condition:
            self.count += 1
            self.condition.notify_all()

    def wait_beyond(self, count: int) -> int:
        """Wait until there was more than `count` news, or for one beat; return how much there was."""
        with self.condition:
            self.condition.wait_for(lambda: self.count > count, timeout=BEAT)
            return self.count


class PreviewServer(ThreadingHTTPServer):
    """An HTTP server over one site; `problems` tells what its open pages shall show."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], host: Host, problems: Callable[[], list[Problem]] = list) -> None:
        super().__init__(address, PreviewHandler)
        self.host, self.problems = host, problems
        self.news = News()

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a browser that went away in the middle of an answer; anything else is a bug."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class PreviewHandler(BaseHTTPRequestHandler):
    """Answers GET and HEAD; pages get a script that reloads them."""

    server: PreviewServer
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # an answer goes out whole: its head alone would wait for the reader to confirm it
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Answer a request for a file, the reload script, the problems or the stream of events."""
        path = self.path.partition("?")[0]
        if path == EVENTS:
            self._stream()
        elif path == SCRIPT:
            self._send(Answer(200, _RELOAD_JS, {"Content-Type": "text/javascript"}))
        elif path == PROBLEMS:
            told = [{"text": str(each).partition("\n")[0], "hint": each.hint} for each in self.server.problems()]
            self._send(Answer(200, json.dumps(told).encode(), {"Content-Type": "application/json"}))
        else:
            self._send(self.server.host.answer(self.path))

    do_HEAD = do_GET  # noqa: N815

    def _send(self, answer: Answer) -> None:
        body = answer.body
        tag = hashlib.blake2b(body, digest_size=10).hexdigest()
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            script = f'<script type="module" src="{SCRIPT}?page={tag}"></script></head>'
            body = body.replace(b"</head>", script.encode(), 1)
        status, body, headers = self._conditional(answer.status, body, f'"{tag}"')
        self.send_response(status)
        for name, value in {**answer.headers, **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            with contextlib.suppress(ConnectionError):
                self.wfile.write(body)

    def _conditional(self, status: int, body: bytes, tag: str) -> tuple[int, bytes, dict[str, str]]:
        """Answer with less where the request has the page already, or wants a part of it."""
        if status != 200:  # noqa: PLR2004 - a redirect or a page that is missing
            return status, body, {}
        headers = {"ETag": tag, "Accept-Ranges": "bytes"}
        if self.headers.get("If-None-Match") == tag:
            return 304, b"", headers
        wanted = _RANGE.fullmatch(self.headers.get("Range", ""))
        if not wanted or wanted[1] == wanted[2] == "":
            return status, body, headers
        start = int(wanted[1]) if wanted[1] else max(0, len(body) - int(wanted[2]))
        end = min(int(wanted[2]), len(body) - 1) if wanted[1] and wanted[2] else len(body) - 1
        if start > end:
            return 416, b"", headers | {"Content-Range": f"bytes */{len(body)}"}
        return 206, body[start : end + 1], headers | {"Content-Range": f"bytes {start}-{end}/{len(body)}"}

    def _stream(self) -> None:
        """Send an event for all news until the page goes away."""
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-cache")
        self.end_headers()
        if self.command == "HEAD":
            return
        seen = self.server.news.count
        with contextlib.suppress(ConnectionError):
            while True:
                self.wfile.write(b": still here\n\n")
                self.wfile.flush()
                count = self.server.news.wait_beyond(seen)
                if count > seen:
                    seen = count
                    self.wfile.write(b"event: changed\ndata: -\n\n")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
        """Say nothing: the terminal is for problems."""
