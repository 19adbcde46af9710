"""Children and companions: results and faults come back, nothing hangs, nobody is left."""

import os
import signal
import sys
import time

import pytest

from broadsheet import processes
from broadsheet.processes import Companion, cores, in_processes
from broadsheet.sharing import Heap, share_out

pytestmark = pytest.mark.skipif(cores() == 1, reason="everything is done in one process here")
LARGE = b"x" * 1_000_000  # more than a pipe holds


def children() -> bool:
    """Say whether this process has any."""
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


def test_results_come_in_order_and_nothing_stays():
    before = open_files(), children()
    assert in_processes([lambda number=number: (number, LARGE) for number in range(4)]) == [
        (n, LARGE) for n in range(4)
    ]
    assert (open_files(), children()) == before


@pytest.mark.parametrize("fault", [OSError(28, "no space"), KeyboardInterrupt()])
def test_a_fault_here_ends_children_that_wait_with_large_results(fault):
    """Each of two children kept the other's pipe open, and both waited for ever to be read."""
    before = open_files(), children()

    def fail():
        time.sleep(0.3)
        raise fault

    started = time.monotonic()
    with pytest.raises(type(fault)):
        in_processes([lambda: LARGE, lambda: LARGE, lambda: time.sleep(30), fail])
    assert time.monotonic() - started < 10
    assert (open_files(), children()) == before


@pytest.mark.parametrize("end", [Companion.end, Companion.kill])
def test_a_companion_that_nobody_listens_to_ends(end):
    others = [Companion(lambda question, answer: answer(question())) for _ in range(2)]
    companion = Companion(lambda _, answer: answer(LARGE))
    others.append(Companion(lambda question, answer: answer(question())))
    time.sleep(0.2)
    end(companion)
    for other in others:
        other.ask(LARGE)
        assert other.answer() == LARGE
        other.finish()
    end(companion)
    assert not children()


def test_a_fault_in_a_child_is_told():
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        in_processes([lambda: 1 // 0, lambda: 1])
    with pytest.raises(RuntimeError, match=r"PicklingError|AttributeError"):
        in_processes([lambda: lambda: 1, lambda: 1])
    with pytest.raises(RuntimeError, match="was killed"):
        in_processes([lambda: os.kill(os.getpid(), signal.SIGKILL), lambda: time.sleep(0.1)])
    with pytest.raises(RuntimeError, match="SystemExit"):
        in_processes([lambda: sys.exit(3), lambda: 1])


def test_children_that_cannot_all_be_started_are_ended(monkeypatch):
    before, fork = (open_files(), children()), os.fork
    forks = []

    def fail_later():
        forks.append(1)
        if len(forks) > 1:
            raise BlockingIOError(11, "no more processes")
        return fork()

    monkeypatch.setattr(processes.os, "fork", fail_later)
    with pytest.raises(BlockingIOError):
        in_processes([lambda: time.sleep(30)] * 3)
    assert (open_files(), children()) == before


@pytest.mark.parametrize(("count", "size"), [(1, 3), (2, 1), (3, 7), (4, 1000)])
def test_what_is_shared_out_is_done_once_by_whoever_is_free(count, size):
    before = open_files(), children()
    items = [f"item {number}" for number in range(2500)]

    def work(share):
        return os.getpid(), list(share.numbered())

    done = share_out(items, size, count, work)
    assert sorted(each for _, found in done for each in found) == list(enumerate(items))
    assert len({process for process, _ in done}) == count
    assert (open_files(), children()) == before


def test_nobody_waits_for_a_slower_process():
    parent = os.getpid()

    def work(share):
        done = 0
        for _ in share.numbered():
            time.sleep(0.05 if os.getpid() == parent else 0.001)
            done += 1
        return done

    slow, fast = sorted(share_out(range(100), 1, 2, work))
    assert slow + fast == 100
    assert slow < 30


@pytest.mark.parametrize("fails", ["here", "there"])
def test_a_heap_is_closed_after_a_fault(fails):
    before, parent = (open_files(), children()), os.getpid()

    def work(share):
        if (os.getpid() == parent) == (fails == "here"):
            raise ValueError(fails)
        return len(list(share.numbered()))

    with pytest.raises((ValueError, RuntimeError), match=fails):
        share_out(range(5000), 1, 2, work)
    assert (open_files(), children()) == before


def test_there_can_be_more_pieces_than_a_pipe_has_room_for():
    done = share_out(range(200_000), 1, 2, lambda heap: [number for number, _ in heap.numbered()])
    assert sorted(number for found in done for number in found) == list(range(200_000))


def test_a_killed_process_is_told_and_leaves_nothing():
    before, parent = (open_files(), children()), os.getpid()

    def work(heap):
        for _ in heap.numbered():
            if os.getpid() != parent:
                os.kill(os.getpid(), signal.SIGKILL)
            time.sleep(0.001)

    with pytest.raises(RuntimeError, match="killed"):
        share_out(range(1000), 1, 2, work)
    assert (open_files(), children()) == before


def test_a_heap_does_not_wait_for_a_stranger_that_keeps_its_pipe(monkeypatch):
    strangers, write = [], os.fdopen

    def meanwhile(handle, mode):
        if not strangers:  # between the two ends of the pipe
            strangers.append(os.fork())
            if strangers == [0]:
                time.sleep(30)
                os._exit(0)
        return write(handle, mode)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fdopen", meanwhile)
        heap = Heap(range(100), 10, 2)
    try:
        started = time.monotonic()
        assert [item for _, item in heap.numbered()] == list(range(100))
        assert time.monotonic() - started < 20
    finally:
        heap.close()
        os.kill(strangers[0], signal.SIGKILL)
        os.waitpid(strangers[0], 0)
