"""What a preview leaves to other processes: importing seeds, and whole builds, which make the search index."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable, Sequence


class Background:
    """Runs `command` when it is wanted, once at a time, `pause` seconds after the last wish.

    `done` gets its exit code and what it printed.
    """

    def __init__(self, command: Sequence[str], pause: float, done: Callable[[int, str], None]) -> None:
        self.command, self.pause, self.done = command, pause, done
        self._wanted = threading.Event()
        self._ended = threading.Event()
        self._process: subprocess.Popen[str] | None = None
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def want(self) -> None:
        """Have the command run."""
        self._wanted.set()

    def _work(self) -> None:
        while not self._ended.is_set():
            self._wanted.wait()
            while self._wanted.is_set() and not self._ended.is_set():
                self._wanted.clear()
                self._wanted.wait(self.pause)
            if not self._ended.is_set():
                self._run()

    def _run(self) -> None:
        self._process = subprocess.Popen(
            self.command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
        )
        said, _ = self._process.communicate()
        if not self._ended.is_set():
            self.done(self._process.returncode, said)

    def end(self) -> None:
        """Stop the command if it runs, and run it no more."""
        self._ended.set()
        self._wanted.set()
        if self._process and self._process.poll() is None:
            self._process.terminate()
        self._thread.join(5)
