"""content/ -> every file read and rendered: what is remembered is taken, the rest is prepared on all cores."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from broadsheet.content.desk import Desk, kind_of, prepare_shards
from broadsheet.content.memory import Memory, load_memory, save_memory
from broadsheet.content.prepared import Prepared
from broadsheet.content.reader import KINDS, check_name, check_stray, read_ledger_of, read_vocabulary_of
from broadsheet.content.schema import slug_of
from broadsheet.content.shapes import shape_of, shape_of_all
from broadsheet.model import Vocabulary
from broadsheet.problems import Problems
from broadsheet.progress import SILENT, Progress
from broadsheet.snapshots import Signature, Snapshot, take

MANY = 200  # files worth a second process


@dataclass(frozen=True, slots=True)
class Contents:
    """The files of content/, each read and rendered, sorted by path; the vocabulary; the published addresses.

    `shape` is that of all of it, empty where nobody asked.
    """

    papers: Sequence[Prepared]
    digests: Sequence[Prepared]
    pages: Sequence[Prepared]
    vocabulary: Vocabulary
    ledger: Mapping[str, int]
    shape: bytes = b""

    def every_file(self) -> Iterator[Prepared]:
        """Return all files."""
        return chain(self.papers, self.digests, self.pages)


def read_contents(
    root: Path,
    program: str,
    problems: Problems,
    cache: Path | None = None,
    there: Snapshot | None = None,
    progress: Progress = SILENT,
) -> Contents:
    """Read and render content/ below the project's root; `there` is what it holds, if that was looked at already.

    `program` is the fingerprint of the program, `cache` the folder in which what was prepared is remembered.
    """
    vocabulary = read_vocabulary_of(root, problems, cache and cache.with_name("vocabulary"), program)
    ledger = read_ledger_of(root, problems)
    former = (f"{old} {new}" for old, new in vocabulary.former().items())
    basis = "\n".join([program, *sorted(vocabulary.tags), "", *sorted(former)])
    memory = load_memory(cache, basis) if cache else Memory(basis)
    there = there or take(root / "content")
    signatures = {f"content/{name}": each for name, each in there.files.items()}
    found: dict[str, list[Prepared]] = {}
    unread: list[str] = []
    for kind in KINDS:
        found[kind] = _known(root, kind, signatures, memory, unread, problems)
    progress.step("Reading", len(unread), "files")
    desk = Desk(root, vocabulary, memory)
    made = prepare_shards(unread, desk, signatures, there.as_of, progress) if len(unread) >= MANY else {}
    read = memory.add(made) if made else desk.read(unread)
    for each in read:
        found[kind_of(each.path)].append(each)
    for files in found.values():
        files.sort(key=lambda each: each.path)
    contents = Contents(found["papers"], found["digests"], found["pages"], vocabulary, ledger)
    if cache:
        if not made:
            memory.remember(read, signatures, there.as_of)
        memory.forget(memory.known.keys() - {each.path for each in contents.every_file()})
        save_memory(cache, memory)
    return replace(contents, shape=_shape_of(contents, program))


def _shape_of(contents: Contents, program: str) -> bytes:
    shapes = [each.shape or shape_of(each.path, each.fingerprint) for each in contents.every_file()]
    return shape_of_all(shapes, contents.vocabulary, contents.ledger, program)


def reread(contents: Contents, root: Path, paths: Sequence[str], problems: Problems) -> Contents | None:
    """Return contents in which some files are read again, or are gone; None when other things than texts changed."""
    found = {kind: {each.path: each for each in getattr(contents, kind)} for kind in KINDS}
    desk = Desk(root, contents.vocabulary)
    for path in paths:
        kind = kind_of(path)
        if kind not in KINDS or not path.endswith(".md"):
            return None
        found[kind].pop(path, None)
    for each in desk.read(path for path in paths if (root / path).exists()):
        found[kind_of(each.path)][each.path] = each
    for files in found.values():
        first_of: dict[str, str] = {}
        for path in paths:
            if path in files:
                check_name(path, first_of, problems)
    papers, digests, pages = ([files[path] for path in sorted(files)] for files in found.values())
    return Contents(papers, digests, pages, contents.vocabulary, contents.ledger)


def exchange(contents: Contents, root: Path, path: str) -> tuple[Contents, Prepared] | None:
    """Read one known paper's file again, as fast as can be; None when that is not enough to follow its change."""
    place = bisect_left(contents.papers, path, key=lambda each: each.path)
    if place == len(contents.papers) or contents.papers[place].path != path:
        return None
    [prepared] = Desk(root, contents.vocabulary).read([path])
    papers = list(contents.papers)
    papers[place] = prepared
    return replace(contents, papers=papers, shape=b""), prepared


def _known(
    root: Path, kind: str, signatures: Mapping[str, Signature], memory: Memory, unread: list[str], problems: Problems
) -> list[Prepared]:
    """Return the files of one folder that surely are as remembered; add the others to `unread`."""
    known = []
    first_of: dict[str, str] = {}
    for path in sorted(path for path in signatures if path.startswith(f"content/{kind}/")):
        if path in memory.known and first_of.setdefault(slug_of(path), path) == path:
            pass  # only files with sound names are remembered
        elif not check_name(path, first_of, problems):
            check_stray(root, path, problems)
            continue
        remembered = memory.recall(path, signatures[path])
        if remembered is None:
            unread.append(path)
        else:
            known.append(remembered)
    return known
