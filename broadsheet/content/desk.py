"""Where files of content/ are read and prepared: here, or on all cores, shard by shard of what is remembered."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from broadsheet.content.memory import Known, Memory, entry_of, shard_of
from broadsheet.content.prepared import Prepared, Raw, prepare
from broadsheet.content.reader import read_bytes, to_text
from broadsheet.model import Vocabulary
from broadsheet.problems import Problems
from broadsheet.processes import cores
from broadsheet.progress import SILENT, Progress
from broadsheet.remembered import packed
from broadsheet.sharing import Heap, share_out
from broadsheet.snapshots import Signature

BATCH = 100  # files that are prepared together


@dataclass(frozen=True, slots=True)
class Desk:
    """Where files are read and prepared; what has the bytes that are remembered need not be."""

    root: Path
    vocabulary: Vocabulary
    memory: Memory = field(default_factory=lambda: Memory(""))

    def read(self, paths: Iterable[str]) -> list[Prepared]:
        """Return files, in their order; one that cannot be read has nothing but its problems."""
        looked = [self._look(path) for path in paths]
        made = iter(prepare([each for each in looked if isinstance(each, Raw)], self.vocabulary))
        return [next(made) if isinstance(each, Raw) else each for each in looked]

    def _look(self, path: str) -> Raw | Prepared:
        """Return the text of a file, or all of it, if it need not be prepared or cannot be."""
        problems = Problems()
        data = read_bytes(self.root, path, problems)
        text = None if data is None else to_text(data, path, problems)
        if data is None or text is None:
            reasons = "\n".join(str(each) for each in problems)
            return Prepared(path, f"unread-{fingerprint_of(reasons.encode())}", problems=tuple(problems))
        fingerprint = fingerprint_of(data)
        return self.memory.recall_by_bytes(path, fingerprint) or Raw(path, kind_of(path), fingerprint, text)


def fingerprint_of(data: bytes) -> str:
    """Return sixteen hexadecimal digits that tell files apart."""
    return hashlib.blake2b(data, digest_size=8).hexdigest()


def kind_of(path: str) -> str:
    """Return the folder of content/ that a file stands in."""
    return path.split("/")[1]


def prepare_shards(
    paths: Sequence[str], desk: Desk, signatures: Mapping[str, Signature], as_of: int, progress: Progress = SILENT
) -> dict[int, bytes]:
    """Prepare files on all cores; return the shards that they belong to, with these files alone, as they are kept.

    `signatures` are those of the files, taken after `as_of`.
    """
    shards: dict[int, list[str]] = defaultdict(list)
    for path in paths:
        shards[shard_of(path)].append(path)

    def prepared(heap: Heap[tuple[int, list[str]]]) -> dict[int, bytes]:
        made = {}
        for number, files in progress.through(heap.numbered(), len(heap)):
            entries: dict[str, Known] = {}
            for start in range(0, len(files), BATCH):
                for each in desk.read(files[start : start + BATCH]):
                    entries[each.path] = entry_of(each, signatures[each.path], as_of)
            made[number] = packed(desk.memory.basis, entries)
        return made

    return dict(chain.from_iterable(map(dict.items, share_out(list(shards.items()), 1, cores(), prepared))))
