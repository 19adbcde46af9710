"""content/ -> every file read and rendered: what is remembered is taken, the rest is prepared on all cores."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from bisect import bisect_left
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path

from broadsheet.content.memory import Memory, load_memory, save_memory
from broadsheet.content.packing import Packed, pack, unpack
from broadsheet.content.prepared import Prepared, prepare
from broadsheet.content.reader import KINDS, check_name, check_stray, read_bytes, read_ledger_of, read_vocabulary_of, to_text
from broadsheet.model import Vocabulary
from broadsheet.problems import Problems
from broadsheet.processes import cores, in_processes, shares
from broadsheet.snapshots import Signature, Snapshot, take

MANY = 200  # files worth a second process


@dataclass(frozen=True, slots=True)
class Contents:
    """The files of content/, each read and rendered, sorted by path; the vocabulary; the published addresses."""

    papers: Sequence[Prepared]
    digests: Sequence[Prepared]
    pages: Sequence[Prepared]
    vocabulary: Vocabulary
    ledger: Mapping[str, int]

    def every_file(self) -> Iterator[Prepared]:
        """Return all files."""
        return chain(self.papers, self.digests, self.pages)


@dataclass(frozen=True, slots=True)
class Unread:
    """A file whose bytes are new: its path, text, their fingerprint, and the folder it stands in."""

    path: str
    text: str
    fingerprint: str
    kind: str


def read_contents(
    root: Path, program: str, problems: Problems, cache: Path | None = None, there: Snapshot | None = None
) -> Contents:
    """Read and render content/ below the project's root; `there` is what it holds, if that was looked at already.

    `program` is the fingerprint of the program, `cache` the folder in which what was prepared is remembered.
    """
    vocabulary = read_vocabulary_of(root, problems)
    ledger = read_ledger_of(root, problems)
    former = (f"{old} {new}" for old, new in vocabulary.former().items())
    basis = "\n".join([program, *sorted(vocabulary.tags), "", *sorted(former)])
    memory = load_memory(cache, basis) if cache else Memory(basis)
    there = there or take(root / "content")
    signatures = {f"content/{name}": each for name, each in there.files.items()}
    found: dict[str, list[Prepared]] = {}
    unread: list[Unread] = []
    for kind in KINDS:
        found[kind] = _known(root, kind, signatures, memory, unread, problems)
    for each in prepare_all(unread, vocabulary):
        found[each.path.split("/")[1]].append(each)
    for files in found.values():
        files.sort(key=lambda each: each.path)
    contents = Contents(found["papers"], found["digests"], found["pages"], vocabulary, ledger)
    if cache:
        save_memory(cache, memory, memory.remember(contents.every_file(), signatures, there.as_of))
    return contents


def reread(contents: Contents, root: Path, paths: Sequence[str], problems: Problems) -> Contents | None:
    """Return contents in which some files are read again, or are gone; None when other things than texts changed."""
    found = {kind: {each.path: each for each in getattr(contents, kind)} for kind in KINDS}
    for path in paths:
        kind = path.split("/")[1]
        if kind not in KINDS or not path.endswith(".md"):
            return None
        found[kind].pop(path, None)
        if not (root / path).exists():
            continue
        data = read_bytes(root / path, root, problems)
        text = None if data is None else to_text(data, path, problems)
        if data is not None and text is not None:
            found[kind][path] = _prepare(Unread(path, text, fingerprint_of(data), kind), contents.vocabulary)
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
    problems = Problems()
    data = read_bytes(root / path, root, problems)
    text = None if data is None else to_text(data, path, problems)
    if data is None or text is None:
        return None
    prepared = _prepare(Unread(path, text, fingerprint_of(data), "papers"), contents.vocabulary)
    papers = [*contents.papers[:place], prepared, *contents.papers[place + 1 :]]
    return replace(contents, papers=papers), prepared


def _known(
    root: Path, kind: str, signatures: Mapping[str, Signature], memory: Memory, unread: list[Unread], problems: Problems
) -> list[Prepared]:
    """Return the files of one folder that are remembered; add the others to `unread`."""
    known = []
    first_of: dict[str, str] = {}
    for path in sorted(path for path in signatures if path.startswith(f"content/{kind}/")):
        if not check_name(path, first_of, problems):
            check_stray(root / path, root, problems)
            continue
        remembered = memory.recall(path, signatures[path])
        if remembered is None:
            data = read_bytes(root / path, root, problems)
            text = None if data is None else to_text(data, path, problems)
            if data is None or text is None:
                continue
            fingerprint = fingerprint_of(data)
            remembered = memory.recall_by_bytes(path, fingerprint)
            if remembered is None:
                unread.append(Unread(path, text, fingerprint, kind))
        if remembered is not None:
            known.append(remembered)
    return known


def fingerprint_of(data: bytes) -> str:
    """Return sixteen hexadecimal digits that tell files apart."""
    return hashlib.blake2b(data, digest_size=8).hexdigest()


def prepare_all(files: Sequence[Unread], vocabulary: Vocabulary) -> Iterator[Prepared]:
    """Prepare files, on all cores when there are many."""
    if len(files) < MANY or cores() == 1:
        return (_prepare(each, vocabulary) for each in files)
    works = [partial(_prepare_share, share, vocabulary) for share in shares(files, cores())]
    return (unpack(packed) for packed in chain.from_iterable(in_processes(works)))


def _prepare(file: Unread, vocabulary: Vocabulary) -> Prepared:
    return prepare(file.text, file.path, file.fingerprint, file.kind, vocabulary)


def _prepare_share(files: Sequence[Unread], vocabulary: Vocabulary) -> list[Packed]:
    return [pack(_prepare(each, vocabulary)) for each in files]
