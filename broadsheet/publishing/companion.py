"""A process beside this one that gets ready before it is asked anything, and may still work after it has answered."""

from __future__ import annotations

import contextlib
import multiprocessing
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, TypeAlias

Work: TypeAlias = Callable[[Callable[[], Any], Callable[[Any], None]], None]


class Companion:
    """Does `work` in a process of its own: it is given a function that waits for a question, and one that answers."""

    def __init__(self, work: Work) -> None:
        context = multiprocessing.get_context("fork")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_run, args=(work, theirs, self._pipe), daemon=True)
        self._process.start()
        theirs.close()
        self._answered = False

    def ask(self, question: object) -> None:
        """Send a question."""
        with contextlib.suppress(BrokenPipeError):  # whoever waits for the answer is told why
            self._pipe.send(question)

    def answer(self) -> Any:  # noqa: ANN401 - whatever the work answers
        """Wait for the answer. A bug in the process is raised here with its traceback."""
        try:
            answer, fault = self._pipe.recv()
        except (EOFError, ConnectionError):
            raise RuntimeError("a process of this build was killed; is the machine out of memory?") from None
        if fault:
            raise RuntimeError(fault)
        self._answered = True
        return answer

    def finish(self) -> None:
        """Wait until what is done after the answer is done, too."""
        try:
            if self._answered:
                self.answer()
        finally:
            self.end()

    def end(self) -> None:
        """Stop the process, unless it has answered: then it may be writing, and is waited for."""
        if not self._answered and not self._pipe.poll():
            self._process.kill()
        self._pipe.close()
        self._process.join()


class _NobodyAsksError(Exception):
    """The other side is gone."""


def _run(work: Work, pipe: Connection, theirs: Connection) -> None:
    theirs.close()  # else the other side's end would not show

    def question() -> Any:  # noqa: ANN401 - whatever is asked
        try:
            return pipe.recv()
        except (EOFError, ConnectionError):
            raise _NobodyAsksError from None

    fault = ""
    try:
        work(question, lambda answer: pipe.send((answer, "")))
    except (_NobodyAsksError, BrokenPipeError):
        return
    except BaseException:  # noqa: BLE001 - it is raised again on the other side
        fault = traceback.format_exc()
    with contextlib.suppress(ConnectionError):
        pipe.send((None, fault))
