"""Related papers beside a build: whatever is remembered, they are those found from scratch."""

import dataclasses
import os
import random
import signal
import subprocess
import sys

import pytest

pytest.importorskip("numpy")

from broadsheet import disk
from broadsheet.content.prepared import Texts, pack_texts
from broadsheet.content.related.documents import Documents
from broadsheet.content.related.finding import related_papers
from broadsheet.content.related.words import Document
from broadsheet.processes import Companion, cores
from broadsheet.publishing import relating
from broadsheet.publishing.following import Following, key_of
from broadsheet.publishing.relating import Relating
from conftest import ROOT

WORDS = [
    f"{first}{last}" for first in ("graph", "video", "robot", "proof", "audio") for last in ("er", "ine", "oid", "ist")
]
beside = pytest.mark.skipif(cores() == 1, reason="no process beside this one")
NEWEST = (0, 2**62, 2**62, 0)  # the signature of a file that changed after everything else


@pytest.fixture
def documents():
    chance = random.Random(5)  # noqa: S311 - made-up papers, no secret
    return [
        Document(f"p{n:02}", " ".join(chance.choices(WORDS, k=4)), " ".join(chance.choices(WORDS, k=9)))
        for n in range(40)
    ]


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache" / "related"


@pytest.fixture(params=["here", "beside", "early"])
def way(request, monkeypatch):
    """In this process; in another one; in another one that was ready before the documents were known."""
    monkeypatch.setattr(relating, "MANY", 1000 if request.param == "here" else 0)
    return request.param


def find(cache, documents, way, program="program"):
    with Relating(cache, program) as finder:
        if way == "early":
            finder.begin([NEWEST])
        lists = finder.relate(documents)()
    assert list(lists.items()) == list(related_papers(documents).items())
    return lists


def edited(chance, documents):
    """Change, add and remove papers, in another order."""
    there = {each.slug: each for each in documents}
    for slug in chance.sample(sorted(there), chance.choice([1, 1, 2, 4])):
        match chance.randrange(4):
            case 0:
                del there[slug]
            case 1:
                new = f"n{chance.randrange(1000)}"
                there[new] = dataclasses.replace(there[slug], slug=new, title=f"{chance.choice(WORDS)} new")
            case 2:
                there[slug] = dataclasses.replace(there[slug], tags=(chance.choice(WORDS),))
            case _:
                there[slug] = dataclasses.replace(there[slug], text=" ".join(chance.choices(WORDS, k=6)))
    return chance.sample(list(there.values()), len(there))


def test_after_any_edits_it_is_as_from_scratch(documents, cache, way):
    chance = random.Random(7)  # noqa: S311 - made-up changes, no secret
    find(cache, documents, way)
    for _ in range(8):
        documents = edited(chance, documents)
        find(cache, documents, way)
    find(cache, documents[::-1], way)


def test_without_a_cache_nothing_is_written(documents, tmp_path, way):
    find(None, documents, way)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["related", "related-state"])
@pytest.mark.parametrize(
    "damage", [lambda data: data[:-9], lambda data: data[:999] + b"x" + data[1000:], lambda _: None]
)
def test_what_is_damaged_is_not_used(documents, cache, way, name, damage):
    find(cache, documents, way)
    path = cache.with_name(name)
    data = damage(path.read_bytes())
    path.unlink() if data is None else path.write_bytes(data)
    find(cache, documents[1:], way)
    find(cache, documents, way)


def test_a_build_killed_between_both_files_leaves_a_sound_cache(documents, cache, way):
    """The state is of other documents then than the lists, whichever of them is older."""
    find(cache, documents, way)
    old = {name: cache.with_name(name).read_bytes() for name in ("related", "related-state")}
    for name, data in old.items():
        find(cache, documents[3:], way)
        cache.with_name(name).write_bytes(data)
        find(cache, documents[2:], way)
        find(cache, documents, way)


def test_another_program_does_not_use_it(documents, cache, way):
    find(cache, documents, way, "one")
    data = disk.read_checked(cache)
    find(cache, documents, way, "other")
    assert disk.read_checked(cache) != data


def test_a_state_that_is_exchanged_while_it_waits_is_loaded_again(documents, cache, monkeypatch):
    monkeypatch.setattr(relating, "MANY", 0)
    find(cache, documents, "beside")
    with Relating(cache, "program") as finder:
        finder.begin([NEWEST])
        find(cache, documents[4:], "beside")
        assert finder.relate(documents[1:])() == related_papers(documents[1:])


@beside
def test_nothing_to_do_is_found_out_once(documents, cache, monkeypatch):
    """A file that is newer than the lists, but whose document did not change, is not newer the next time."""
    monkeypatch.setattr(relating, "MANY", 0)
    find(cache, documents, "beside")
    before = cache.stat().st_mtime_ns
    ready = []
    monkeypatch.setattr(Following, "get_ready", lambda _: (cache.parent / "ready").touch())
    for expected in (True, False):
        with Relating(cache, "program") as finder:
            finder.begin([(0, before + 1, before + 1, 0)])
            while expected and not (cache.parent / "ready").exists():
                pass
            finder.relate(documents)
            assert finder.companion is None
        ready.append((cache.parent / "ready").exists())
        (cache.parent / "ready").unlink(missing_ok=True)
    assert ready == [True, False]


@beside
def test_a_process_that_is_killed_harms_nothing(documents, cache, monkeypatch):
    monkeypatch.setattr(relating, "MANY", 0)
    find(cache, documents, "beside")
    with Relating(cache, "program") as finder:
        finder.begin([NEWEST])
        os.kill(finder.companion.pid, signal.SIGKILL)
        lists = finder.relate(documents[1:])
        with pytest.raises(RuntimeError, match="killed"):
            lists()
    find(cache, documents[1:], "early")


@beside
@pytest.mark.parametrize("asked", [False, True])
def test_no_process_is_left(documents, cache, monkeypatch, asked):
    monkeypatch.setattr(relating, "MANY", 0)

    def fail(finder):
        finder.begin([NEWEST])
        processes.append(finder.companion.pid)
        if asked:
            finder.relate(documents)
        raise OSError

    processes = []
    with pytest.raises(OSError), Relating(cache, "program") as finder:  # noqa: PT011 - raised here
        fail(finder)
    (process,) = processes
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
    find(cache, documents, "early")


@beside
def test_a_fault_in_the_other_process_is_told(documents, cache, monkeypatch):
    monkeypatch.setattr(relating, "MANY", 0)
    monkeypatch.setattr(Following, "remember", lambda *_: dict.fromkeys([])[1])
    with pytest.raises(RuntimeError, match="KeyError: 1"), Relating(cache, "program") as finder:
        assert finder.relate(documents)() == related_papers(documents)
    monkeypatch.setattr(Following, "follow", lambda *_: dict.fromkeys([])[2])
    with pytest.raises(RuntimeError, match="KeyError: 2"), Relating(cache, "program") as finder:
        finder.relate(documents)()


@beside
def test_the_answer_does_not_wait_for_what_is_done_afterwards(tmp_path):
    def work(question, answer):
        answer(question() + 1)
        while not (tmp_path / "go").exists():
            pass
        (tmp_path / "done").touch()

    companion = Companion(work)
    companion.ask(2)
    assert companion.answer() == 3
    assert not (tmp_path / "done").exists()
    (tmp_path / "go").touch()
    companion.finish()
    assert (tmp_path / "done").exists()


def test_without_a_change_numpy_is_not_imported(documents, cache):
    find(cache, documents, "here")
    told = [(each.slug, each.title, each.text, each.tags) for each in documents]
    code = (
        "import sys; from pathlib import Path; from broadsheet.content.related.words import Document;"
        "from broadsheet.publishing.relating import Relating;"
        f"documents = [Document(*each) for each in {told!r}];"
        f"lists = Relating(Path({str(cache)!r}), 'program').relate(documents)();"
        "assert len(lists) == 40; assert 'numpy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def marked(documents, made, revised=()):
    """The documents as a catalog gives them; whichever is made is noted."""

    def plain(number):
        each = documents[number]
        made.append(each.slug)
        return each.title, pack_texts(Texts(text="shown", abstract=each.text)), each.tags

    return Documents({each.slug: f"{each.slug} {each.slug in revised}" for each in documents}, plain)


def test_a_document_is_made_only_when_its_mark_has_changed(cache, documents, way):
    find(cache, marked(documents, []), way)
    made = []
    with Relating(cache, "program") as finder:
        lists = finder.relate(marked(documents, made))()
    assert (made, lists) == ([], related_papers(documents))
    with Relating(cache, "program") as finder:
        lists = finder.relate(marked(documents, made, revised=["p03"]))()
        assert finder.companion is None  # nothing that is compared has changed
    assert (made, lists) == (["p03"], related_papers(documents))
    other = [dataclasses.replace(each, text="graphine robotist") if each.slug == "p03" else each for each in documents]
    assert find(cache, marked(other, [], revised=["p03"]), way) == related_papers(other)
    with Relating(cache, "program") as finder:
        lists = finder.relate(marked(other, made, revised=["p03"]))()
    assert (made, lists) == (["p03"], related_papers(other))


def test_documents_of_which_nothing_is_remembered_are_not_made_here(cache, documents, monkeypatch):
    monkeypatch.setattr(relating, "MANY", 0)
    assert find(cache, marked(documents, []), "beside", program="another") == related_papers(documents)
    found = Following(cache, "another").recall()
    assert found.marks == marked(documents, []).marks
    assert list(found.keys.items()) == [(each.slug, key_of(each)) for each in documents]
