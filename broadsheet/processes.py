"""Work shared out among processes: each piece runs in a child that knows all that the parent knew."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import Generic, TypeVar

T = TypeVar("T")


def cores() -> int:
    """Return how many processes can work at once here; 1 where processes cannot be forked."""
    if not hasattr(os, "fork") or sys.platform == "darwin":  # forking is not safe with the system's libraries there
        return 1
    with contextlib.suppress(AttributeError):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Child(Generic[T]):
    """A piece of work in a process of its own; without processes it is done when its result is asked for."""

    def __init__(self, work: Callable[[], T]) -> None:
        self.work = work
        self.process = None
        if cores() > 1:
            context = multiprocessing.get_context("fork")
            self.receiver, sender = context.Pipe(duplex=False)
            self.process = context.Process(target=_run, args=(work, sender), daemon=True)
            self.process.start()
            sender.close()

    def result(self) -> T:
        """Wait for the result, which is a copy. A bug in the child is raised here with its traceback."""
        if self.process is None:
            return self.work()
        try:
            result, fault = self.receiver.recv()
        except EOFError:
            raise RuntimeError("a process of this build was killed; is the machine out of memory?") from None
        finally:
            self.end()
        if fault:
            raise RuntimeError(fault)
        done: T = result
        return done

    def end(self) -> None:
        """Stop the process, if it still runs."""
        if self.process is not None:
            self.receiver.close()
            self.process.kill()
            self.process.join()


def _run(work: Callable[[], T], sender: Connection) -> None:
    try:
        sender.send((work(), ""))
    except BaseException:  # noqa: BLE001 - it is raised again on the other side
        sender.send((None, traceback.format_exc()))


def in_processes(works: Sequence[Callable[[], T]]) -> list[T]:
    """Do each piece of work in a process, the last one in this; results in order."""
    children = [Child(work) for work in works[:-1]]
    try:
        last = works[-1]()
        return [*(child.result() for child in children), last]
    finally:
        for child in children:
            child.end()


def shares(items: Sequence[T], count: int) -> list[Sequence[T]]:
    """Deal items out so that each share has some of every region of the sequence."""
    return [items[start::count] for start in range(count)]
