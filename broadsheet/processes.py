"""Work shared out among processes: each piece runs in a child that knows all that the parent knew."""

from __future__ import annotations

import contextlib
import os
import pickle
import select
import signal
import sys
import traceback
from collections.abc import Callable, Iterable, Sequence
from typing import Any, BinaryIO, Generic, NoReturn, TypeAlias, TypeVar

T = TypeVar("T")
Work: TypeAlias = Callable[[Callable[[], Any], Callable[[Any], None]], None]


def cores() -> int:
    """Return how many processes can work at once here; 1 where processes cannot be forked."""
    if not hasattr(os, "fork") or sys.platform == "darwin":  # forking is not safe with the system's libraries there
        return 1
    with contextlib.suppress(AttributeError):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Companion:
    """Does `work` in a process beside this one: it is given a function that waits for a question, and one that answers.

    It may get ready before it is asked anything, and may still work after it has answered. Questions and answers
    are copies. (The library's multiprocessing does the same, but loading it takes longer than a short look takes.)
    """

    def __init__(self, work: Work) -> None:
        from_parent, to_child = os.pipe()
        from_child, to_parent = os.pipe()
        self._questions, self._answers = os.fdopen(to_child, "wb"), os.fdopen(from_child, "rb")
        self.was_asked = self._answered = False
        _running.add(self)
        _flush()  # else both would write what waits there
        # Until the child has begun its own work, an interruption there would be taken for one here.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            self.pid = os.fork()
            if self.pid == 0:
                _work(work, os.fdopen(from_parent, "rb"), os.fdopen(to_parent, "wb"), before)
        except OSError:
            self._close()
            raise
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            os.close(from_parent)
            os.close(to_parent)

    def ask(self, question: object) -> None:
        """Send a question."""
        self.was_asked = True
        with contextlib.suppress(BrokenPipeError):  # whoever waits for the answer is told why
            _send(question, self._questions)

    def answer(self) -> Any:  # noqa: ANN401 - whatever the work answers
        """Wait for the answer. A bug in the process is raised here with its traceback."""
        try:
            answer, fault = pickle.load(self._answers)  # noqa: S301 - from our own child
        except (EOFError, pickle.UnpicklingError):
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
        if self in _running and not self._answered and not self.has_news():
            os.kill(self.pid, signal.SIGKILL)
        self._leave()

    def kill(self) -> None:
        """Stop the process, whatever it is doing."""
        if self in _running:
            os.kill(self.pid, signal.SIGKILL)
        self._leave()

    def _leave(self) -> None:
        if self in _running:
            self._close()
            os.waitpid(self.pid, 0)

    def _close(self) -> None:
        _running.discard(self)
        self._answers.close()
        with contextlib.suppress(BrokenPipeError):
            self._questions.close()

    def has_news(self) -> bool:
        """Say whether an answer waits, or the process has ended."""
        poll = select.poll()
        poll.register(self._answers, select.POLLIN)
        return bool(poll.poll(0))


_running: set[Companion] = set()


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:  # it was closed before the program began
            stream.flush()


class _NobodyAsksError(Exception):
    """The other side is gone."""


def _work(work: Work, questions: BinaryIO, answers: BinaryIO, signals: Iterable[int]) -> NoReturn:
    """Work in the child, and end it: nothing of what the parent would do at its end may be done twice.

    A child holds no ends of other children's pipes, nor the parent's of its own: nobody would notice that the other
    side is gone.
    """

    def question() -> Any:  # noqa: ANN401 - whatever is asked
        try:
            return pickle.load(questions)  # noqa: S301 - from our own parent
        except (EOFError, pickle.UnpicklingError):
            raise _NobodyAsksError from None

    fault = ""
    try:
        signal.pthread_sigmask(signal.SIG_SETMASK, signals)
        for companion in _running:
            companion._answers.close()  # noqa: SLF001 - of this module
            companion._questions.close()  # noqa: SLF001
        _running.clear()
        work(question, lambda answer: _send((answer, ""), answers))
    except (_NobodyAsksError, BrokenPipeError):
        os._exit(0)
    except BaseException:  # noqa: BLE001 - it is raised again on the other side
        fault = traceback.format_exc()
    with contextlib.suppress(BaseException):
        _send((None, fault), answers)
    os._exit(0)


def _send(message: object, pipe: BinaryIO) -> None:
    pickle.dump(message, pipe, pickle.HIGHEST_PROTOCOL)
    pipe.flush()


class Child(Generic[T]):
    """A piece of work in a process of its own; without processes it is done when its result is asked for."""

    def __init__(self, work: Callable[[], T]) -> None:
        self._work = work
        self._companion = Companion(lambda _, answer: answer(work())) if cores() > 1 else None

    def result(self) -> T:
        """Wait for the result, which is a copy. A bug in the child is raised here with its traceback."""
        if self._companion is None:
            return self._work()
        try:
            done: T = self._companion.answer()
        finally:
            self._companion.kill()
        return done

    def end(self) -> None:
        """Stop the process, if it still runs."""
        if self._companion is not None:
            self._companion.kill()


def in_processes(works: Sequence[Callable[[], T]]) -> list[T]:
    """Do each piece of work in a process, the last one in this; results in order."""
    children: list[Child[T]] = []
    try:
        for work in works[:-1]:
            children.append(Child(work))  # noqa: PERF401 - each is known when the next cannot be started
        last = works[-1]()
        return [*(child.result() for child in children), last]
    finally:
        for child in children:
            child.end()


def shares(items: Sequence[T], count: int) -> list[Sequence[T]]:
    """Deal items out so that each share has some of every region of the sequence."""
    return [items[start::count] for start in range(count)]
