"""The time from writing an edit into a file until a preview server answers with it."""

from __future__ import annotations

import http.client
import socket
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from edits import EditedFile, Target
from generators import Generator
from process_tree import RunError, Server
from rounds import Progress

PAUSE = 0.005  # seconds between two questions
SETTLE = 1.0  # seconds between two edits: some servers go on working after they have answered
PATIENCE = 300.0  # seconds until an edit counts as lost


@dataclass(frozen=True, slots=True)
class Served:
    """Medians in seconds, and bytes of resident memory after the last edit. `title` is the last of three pages."""

    ready: float
    body: float
    title: float
    template: float
    resident: int
    edits: int


def measure_served(generator: Generator, folder: Path, target: Target, edits: int, progress: Progress) -> Served:
    """Start a preview of a site, edit it, ask until the answers show each edit, and stop the preview."""
    generator.clean(folder)
    port = _free_port()
    paper, layout = EditedFile(folder / target.file), EditedFile(folder / generator.template)
    started = time.perf_counter()
    with Server(generator.serve_at(port), folder, generator.environment) as server:
        pages = _Pages(port, server)
        pages.wait_for(target.titled, b"</html>", started)
        ready = time.perf_counter() - started

        def median(name: str, edit: Callable[[str], None], addresses: Sequence[str], file: EditedFile) -> float:
            waits = []
            for number in range(1, edits + 1):
                progress.show(f"{generator.label}, edit {number} of {edits}: {name}")
                mark = f"0 {name} edit {number} seen"
                time.sleep(SETTLE)
                begun = time.perf_counter()
                edit(mark)
                waits.append(pages.wait_for(addresses, mark.encode(), begun))
            file.restore()
            pages.wait_for(addresses, mark.encode(), time.perf_counter(), there=False)
            return statistics.median(waits)

        try:
            body = median("body", paper.change_body, (target.page,), paper)
            title = median("title", paper.change_title, target.titled, paper)
            template = median("template", layout.change_footer, (target.page,), layout)
        finally:
            paper.restore()
            layout.restore()
        return Served(ready, body, title, template, server.resident(), edits)


class _Pages:
    """Asks one server for pages over one connection, as an open browser does."""

    def __init__(self, port: int, server: Server) -> None:
        self.server = server
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)

    def wait_for(self, addresses: Sequence[str], mark: bytes, begun: float, *, there: bool = True) -> float:
        """Ask in turn for pages until each has, or has not, the mark; return the seconds since `begun`."""
        waiting = list(addresses)
        while True:
            self.server.check()
            pages = ((address, self._get(address)) for address in waiting)
            waiting = [address for address, page in pages if not page or (mark in page) != there]
            waited = time.perf_counter() - begun
            if not waiting:
                return waited
            if waited > PATIENCE:
                raise RunError(f"{', '.join(waiting)}: “{mark.decode()}” did not change in {PATIENCE:.0f} s")
            time.sleep(PAUSE)

    def _get(self, address: str) -> bytes:
        """Return a page, nothing while the server cannot give it."""
        try:
            self.connection.request("GET", address)
            response = self.connection.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException):
            self.connection.close()
            return b""
        return body if response.status == http.client.OK else b""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
