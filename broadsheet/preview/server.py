"""The preview: serve site/, watch what it is made of, rebuild, and tell open pages to reload."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from broadsheet.preview.files import Answer, StaticSite

WATCHED = ("seeds", "content", "templates")
QUIET = 0.2  # seconds without a further change before a rebuild
BEAT = 15.0  # seconds between signs of life to an open page
EVENTS, SCRIPT = "/__broadsheet/events", "/__broadsheet/reload.js"
_RELOAD_JS = f"""\
new EventSource('{EVENTS}').addEventListener('rebuilt', () => location.reload())
""".encode()


class Changes(FileSystemEventHandler):
    """Collects file events until there have been none for a moment."""

    def __init__(self) -> None:
        self.seen = threading.Event()

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Remember that something changed; reading and our own temporary files are no change."""
        names = (str(event.src_path), str(event.dest_path))
        if event.event_type in {"opened", "closed_no_write"} or event.is_directory:
            return
        if not all(Path(name).name.startswith(".") for name in names if name):
            self.seen.set()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for a change and for the quiet after it; False when none came in time."""
        if not self.seen.wait(timeout):
            return False
        while self.seen.is_set():
            self.seen.clear()
            self.seen.wait(QUIET)
        return True


class Rebuilds:
    """Counts rebuilds, so that every open page can wait for the next one."""

    def __init__(self) -> None:
        self.condition = threading.Condition()
        self.count = 0

    def announce(self) -> None:
        """Wake every waiting page."""
        with self.condition:
            self.count += 1
            self.condition.notify_all()

    def wait_beyond(self, count: int) -> int:
        """Wait until there were more than `count` rebuilds, or for one beat; return how many there were."""
        with self.condition:
            self.condition.wait_for(lambda: self.count > count, timeout=BEAT)
            return self.count


class PreviewServer(ThreadingHTTPServer):
    """An HTTP server over one built site."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], site: StaticSite) -> None:
        super().__init__(address, PreviewHandler)
        self.site = site
        self.rebuilds = Rebuilds()


class PreviewHandler(BaseHTTPRequestHandler):
    """Answers GET and HEAD; pages get a script that reloads them."""

    server: PreviewServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer a request for a file, the reload script or the stream of events."""
        if self.path == EVENTS:
            self._stream()
        elif self.path == SCRIPT:
            self._send(Answer(200, _RELOAD_JS, {"Content-Type": "text/javascript"}))
        else:
            self._send(self.server.site.answer(self.path))

    do_HEAD = do_GET  # noqa: N815

    def _send(self, answer: Answer) -> None:
        body = answer.body
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            body = body.replace(b"</head>", f'<script type="module" src="{SCRIPT}"></script></head>'.encode(), 1)
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            with contextlib.suppress(ConnectionError):
                self.wfile.write(body)

    def _stream(self) -> None:
        """Send an event for every rebuild until the page goes away."""
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-cache")
        self.end_headers()
        if self.command == "HEAD":
            return
        seen = self.server.rebuilds.count
        with contextlib.suppress(ConnectionError):
            while True:
                self.wfile.write(b": still here\n\n")
                self.wfile.flush()
                count = self.server.rebuilds.wait_beyond(seen)
                if count > seen:
                    seen = count
                    self.wfile.write(b"event: rebuilt\ndata: -\n\n")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
        """Say nothing: the terminal is for problems."""


@contextlib.contextmanager
def watching(root: Path) -> Iterator[Changes]:
    """Watch the folders that a site is made of."""
    changes = Changes()
    observer = Observer()
    for name in WATCHED:
        if (root / name).is_dir():
            observer.schedule(changes, str(root / name), recursive=True)
    observer.start()
    try:
        yield changes
    finally:
        observer.stop()
        observer.join()


def preview(
    site: StaticSite, root: Path, address: tuple[str, int], rebuild: Callable[[], bool], say: Callable[[str], None]
) -> None:
    """Serve until interrupted; a rebuild that fails leaves the last good site in place."""
    with PreviewServer(address, site) as server, watching(root) as changes:
        rebuild()
        threading.Thread(target=server.serve_forever, daemon=True).start()
        say(f"Preview at http://{address[0]}:{server.server_address[1]}{site.base}/ (Ctrl+C ends it)")
        try:
            while True:
                if changes.wait(timeout=1.0) and rebuild():
                    server.rebuilds.announce()
        finally:
            server.shutdown()
