"""The preview: content in memory, followed as files change, served until it is interrupted."""

from __future__ import annotations

import gc
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from broadsheet.disk import remove_unless_folder
from broadsheet.preview.background import Background
from broadsheet.preview.host import Host
from broadsheet.preview.live import LiveSite
from broadsheet.preview.server import PreviewServer
from broadsheet.preview.watching import Changes, watching
from broadsheet.problems import Problem
from broadsheet.progress import SILENT, Progress
from broadsheet.snapshots import Snapshot
from broadsheet.stamps import cache_folder

TURN = 0.0005  # seconds that an answer waits for a thread that finds related papers
MANY = 50_000  # new objects after which cycles among them are looked for: that holds up answers for 10 to 30 ms
TICK = 1.0  # seconds between looks at whether to go on
PAUSES = (0.1, 0.3, 1.0)  # seconds before files that vanished while they were read are read again
BUILD_PAUSE, IMPORT_PAUSE = 1.5, 0.2  # seconds without a further change


@dataclass(frozen=True, slots=True)
class Commands:
    """The commands that run beside a preview; an empty `build` for one without search."""

    importing: Sequence[str]
    build: Sequence[str]


@dataclass(frozen=True, slots=True)
class Voices:
    """How a preview speaks: plain sentences, problems, and how far the first reading is."""

    say: Callable[[str], None]
    tell: Callable[[Sequence[Problem]], None]
    progress: Progress = SILENT

    def repeat(self, said: str) -> None:
        """Say what a command has printed, line by line."""
        for line in said.rstrip().splitlines():
            self.say(line)


def preview_folder(root: Path) -> Path:
    """Return where a preview's background builds go, with the search index."""
    return cache_folder(root) / "preview"


def preview(
    root: Path, environment: Mapping[str, str], address: tuple[str, int], commands: Commands, voices: Voices
) -> None:
    """Serve until interrupted; nothing is written but what an import of changed seeds writes.

    Raises OSError or OverflowError when the address cannot be listened on.
    """
    _put_answers_first()
    for folder in (cache_folder(root), preview_folder(root)):
        remove_unless_folder(folder)
    site = LiveSite(root, environment, preview_folder(root), voices.progress)
    host = Host(site)
    with PreviewServer(address, host, lambda: site.problems) as server, ExitStack() as ending:
        changes = ending.enter_context(watching(root))

        def show_related() -> None:
            site.show_related()
            server.news.announce()

        site.neighbours.found = show_related
        with kept_for_good():
            _refresh(site, host, set(), voices, changes.known["content"])
        threading.Thread(target=server.serve_forever, daemon=True).start()
        ending.callback(server.shutdown)
        voices.say(f"Preview at http://{address[0]}:{server.server_address[1]}{host.base}/ (Ctrl+C ends it)")
        importing = Background(commands.importing, IMPORT_PAUSE, lambda _, said: voices.repeat(said))
        ending.callback(importing.end)
        importing.want()
        builds = Background(commands.build, BUILD_PAUSE, _teller(voices)) if commands.build else None
        if builds:
            ending.callback(builds.end)
            builds.want()
        _follow(site, server, changes, (importing, builds), voices)


def _put_answers_first() -> None:
    sys.setswitchinterval(TURN)
    gc.set_threshold(MANY)


@contextmanager
def kept_for_good() -> Iterator[None]:
    """Have nothing that is made meanwhile looked through for cycles: it stays, and that would hold up answers."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _follow(
    site: LiveSite,
    server: PreviewServer,
    changes: Changes,
    background: tuple[Background, Background | None],
    voices: Voices,
) -> None:
    """Bring the site up to date for ever."""
    importing, builds = background
    while True:
        changed = changes.wait(TICK)
        if not changed:
            continue
        if any(path.startswith("seeds/") for path in changed):
            importing.want()
        if shown := {path for path in changed if not path.startswith("seeds/")}:
            _refresh(site, server.host, shown, voices)
            server.news.announce()
            if builds:
                builds.want()


def _refresh(site: LiveSite, host: Host, changed: set[str], voices: Voices, there: Snapshot | None = None) -> None:
    before = site.problems
    for pause in PAUSES:
        try:
            site.refresh(changed, there)
            break
        except OSError:  # a checkout in full swing takes files and folders away while they are looked at
            time.sleep(pause)
            there = None
    else:
        site.refresh(changed)
    host.base = site.base
    if site.problems != before:
        voices.tell(site.problems)


def _teller(voices: Voices) -> Callable[[int, str], None]:
    """Pass on what keeps a background build from being done, once."""
    before = ""

    def tell(code: int, said: str) -> None:
        nonlocal before
        if code and said != before:
            voices.repeat(said)
        before = said

    return tell
