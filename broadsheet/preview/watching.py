"""File events -> the paths that changed, as soon as a file is whole; where events were lost, files are compared."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
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

from broadsheet.snapshots import NOTHING, take

WATCHED = ("seeds", "content", "templates")
GATHERING = 0.005  # seconds: what comes together is one change
# Not that a file is opened or read: reading all of content/ would overflow the system's queue of events.
TOLD = [
    *(DirCreatedEvent, DirDeletedEvent, DirMovedEvent),
    *(FileClosedEvent, FileCreatedEvent, FileDeletedEvent, FileModifiedEvent, FileMovedEvent),
]
QUIET = 0.2  # seconds after which a file counts as whole where its closing is not told
WHOLE = {"closed", "moved", "deleted"}
FEW = 20  # files that a person changes at once; of more, all are waited for
LONGEST = 3.0  # seconds that are waited for more of them
MANY = 100  # events of which some may be lost: the system's queue of them has an end


class Changes(FileSystemEventHandler):
    """Collects the paths (from the project's root) that changed; a path that was only begun counts later.

    After many events, and where the library warns of something, the signatures of all files are compared too, with
    those that are `known`.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.known = dict.fromkeys(WATCHED, NOTHING)
        self._events = 0
        self._doubtful = False
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
            self._events += 1
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

    def doubt(self) -> None:
        """Have all files compared when the next events are over, because some may be lost."""
        with self._condition:
            self._doubtful = True

    def wait(self, timeout: float) -> set[str]:
        """Wait for changes and return them; the empty set when none came in time."""
        found = self._told(timeout)
        with self._condition:
            many = self._events > MANY
            look = many or (self._doubtful and not found)
            if many or not found:
                self._events, self._doubtful = 0, many
        return found | self._untold() if look else found

    def look(self) -> None:
        """Know all files as they are now."""
        self.known = {name: take(self.root / name, known) for name, known in self.known.items()}

    def _untold(self) -> set[str]:
        """Return the paths whose files are not as they were when they were last compared."""
        before = self.known
        try:
            self.look()
        except OSError:  # a folder goes away at this very moment
            self.doubt()
            return set()
        return {
            f"{name}/{path}"
            for name, now in self.known.items()
            for path, _ in before[name].files.items() ^ now.files.items()
        }

    def _told(self, timeout: float) -> set[str]:
        with self._condition:
            if not self._whole and not self._begun:
                self._condition.wait(timeout)
            if self._whole:
                self._gather(GATHERING)
            elif self._begun:
                self._gather(QUIET)
                self._whole |= self._begun
                self._begun.clear()
            if len(self._whole) + len(self._begun) > FEW:
                self._calm_down()
            found, self._whole = self._whole, set()
            return found

    def _gather(self, pause: float) -> None:
        """Wait until nothing more comes for a moment."""
        before = -1
        while before != len(self._whole) + len(self._begun):
            before = len(self._whole) + len(self._begun)
            self._condition.wait(pause)

    def _calm_down(self) -> None:
        """Wait until a checkout is over: in the middle of it files are empty and names taken twice."""
        before, end = -1, time.monotonic() + LONGEST
        while before != self._events and time.monotonic() < end:
            before = self._events
            self._condition.wait_for(lambda: False, QUIET)


class _Warnings(logging.Handler):
    """Hears what the library warns of, such as a queue of events that ran over; events for that it does not have."""

    def __init__(self, changes: Changes) -> None:
        super().__init__(logging.WARNING)
        self.changes = changes

    def emit(self, record: logging.LogRecord) -> None:  # noqa: ARG002 - whatever it is, events may be lost
        """Doubt that all events came."""
        self.changes.doubt()


@contextlib.contextmanager
def watching(root: Path) -> Iterator[Changes]:
    """Watch the folders that a site is made of."""
    changes = Changes(root)
    observer, warnings = Observer(), _Warnings(changes)
    for name in WATCHED:
        if (root / name).is_dir():
            observer.schedule(changes, str(root.resolve() / name), recursive=True, event_filter=TOLD)
    logging.getLogger("watchdog").addHandler(warnings)
    observer.start()
    try:
        changes.look()  # from now on whatever differs is told
        yield changes
    finally:
        observer.stop()
        observer.join()
        logging.getLogger("watchdog").removeHandler(warnings)
