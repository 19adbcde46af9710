"""The time from writing an edit into a file until a preview server answers with it."""

from __future__ import annotations

import http.client
import math
import socket
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from edits import EditedFile, Target
from generators import Generator
from process_tree import Server
from rounds import Progress

PAUSE = 0.005  # seconds between two questions
PATIENCE = 120.0  # seconds until an edit counts as lost


class LostEditError(Exception):
    """An edit was never served; the text says which, and where it was missed."""


@dataclass(frozen=True, slots=True)
class Served:
    """Medians in seconds, infinite where an edit was lost, and bytes of resident memory after the last edit.

    `first` and `again` are the times from a start to the first pages, with nothing and with all that the first start
    remembered; `title` is the time until the last of three pages shows it.
    """

    first: float
    again: float
    body: float
    title: float
    template: float
    resident: int
    edits: int


def measure_served(generator: Generator, folder: Path, target: Target, edits: int, progress: Progress) -> Served:
    """Start a preview of a site twice, edit it, ask until the answers show each edit, and stop the preview."""
    generator.clean(folder)
    port = _free_port()
    paper, layout = EditedFile(folder / target.file), EditedFile(folder / generator.template)
    kinds = {
        "body": (paper, paper.change_body, (target.page,)),
        "title": (paper, paper.change_title, target.titled),
        "template": (layout, layout.change_footer, (target.page,)),
    }
    with Server(generator.serve_at(port), folder, generator.environment) as server:
        first = _Pages(port, server).wait_for(target.titled, b"</html>", server.started)
        server.wait_until_idle()
    with Server(generator.serve_at(port), folder, generator.environment) as server:
        pages = _Pages(port, server)
        again = pages.wait_for(target.titled, b"</html>", server.started)
        medians = {}
        for name, (file, change, addresses) in kinds.items():
            progress.show(f"{generator.label}: {edits} edits of the {name}")
            try:
                waits = _waits(pages, name, change, addresses, edits)
                medians[name] = statistics.median(waits)
            except LostEditError as fault:
                progress.say(f"{generator.label}: {fault}")
                medians[name] = math.inf
            finally:
                file.restore()
        return Served(first, again, **medians, resident=server.resident(), edits=edits)


def _waits(
    pages: _Pages, name: str, change: Callable[[str], None], addresses: Sequence[str], edits: int
) -> Iterator[float]:
    """Yield the seconds that each edit took; the next one waits until the server has nothing to do any more."""
    for number in range(1, edits + 1):
        pages.server.wait_until_idle()
        mark = f"0 {name} edit {number} seen"
        begun = time.perf_counter()
        change(mark)
        yield pages.wait_for(addresses, mark.encode(), begun)


class _Pages:
    """Asks one server for pages over one connection, as an open browser does."""

    def __init__(self, port: int, server: Server) -> None:
        self.server = server
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)

    def wait_for(self, addresses: Sequence[str], mark: bytes, begun: float) -> float:
        """Ask in turn for the pages that lack the mark until none does; return the seconds since `begun`."""
        missing = list(addresses)
        while True:
            self.server.check()
            missing = [address for address in missing if mark not in self._get(address)]
            waited = time.perf_counter() - begun
            if not missing:
                return waited
            if waited > PATIENCE:
                raise LostEditError(f"{', '.join(missing)}: no “{mark.decode()}” within {PATIENCE:.0f} s")
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
