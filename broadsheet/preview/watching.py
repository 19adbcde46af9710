"""File events -> the paths that changed, as soon as a file is whole."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer

WATCHED = ("seeds", "content", "templates")
GATHERING = 0.005  # seconds: what comes together is one change
# Not that a file is opened or read: reading all of content/ would overflow the system's queue of events.
TOLD = [
    *(DirCreatedEvent, DirDeletedEvent, DirMovedEvent),
    *(FileClosedEvent, FileCreatedEvent, FileDeletedEvent, FileModifiedEvent, FileMovedEvent),
]
QUIET = 0.2  # seconds after which a file counts as whole where its closing is not told
WHOLE = {"closed", "moved", "deleted"}


class Changes(FileSystemEventHandler):
    """Collects the paths (from the project's root) that changed; a path that was only begun counts later."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self._condition = threading.Condition()
        self._whole: set[str] = set()
        self._begun: set[str] = set()

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Remember what changed; temporary files (their names begin with a dot) are no change."""
        if event.is_directory and event.event_type == "modified":
            return
        names = [self._name(str(path)) for path in (event.src_path, event.dest_path) if path]
        changed = {name for name in names if name and not Path(name).name.startswith(".")}
        with self._condition:
            if event.event_type in WHOLE or event.is_directory:
                self._whole |= changed
                self._begun -= changed
            else:
                self._begun |= changed
            if changed:
                self._condition.notify_all()

    def _name(self, path: str) -> str:
        try:
            return Path(path).relative_to(self.root).as_posix()
        except ValueError:
            return ""

    def wait(self, timeout: float) -> set[str]:
        """Wait for changes and return them; the empty set when none came in time."""
        with self._condition:
            if not self._whole and not self._begun:
                self._condition.wait(timeout)
            if self._whole:
                self._gather(GATHERING)
            elif self._begun:
                self._gather(QUIET)
                self._whole |= self._begun
                self._begun.clear()
            found, self._whole = self._whole, set()
            return found

    def _gather(self, pause: float) -> None:
        """Wait until nothing more comes for a moment."""
        before = -1
        while before != len(self._whole) + len(self._begun):
            before = len(self._whole) + len(self._begun)
            self._condition.wait(pause)


@contextlib.contextmanager
def watching(root: Path) -> Iterator[Changes]:
    """Watch the folders that a site is made of."""
    changes = Changes(root)
    observer = Observer()
    for name in WATCHED:
        if (root / name).is_dir():
            observer.schedule(changes, str(root.resolve() / name), recursive=True, event_filter=TOLD)
    observer.start()
    try:
        yield changes
    finally:
        observer.stop()
        observer.join()
