"""What an earlier run made of the files of content/: remembered by their bytes, recognised by their signatures.

A signature (see snapshots.py) only spares the reading: what was written less than a moment before it was remembered is
read again. Remembered things hold for one version of the program and one set of tags. They are kept in shards, so that
little is written when little has changed; a shard that is damaged is forgotten.
"""

from __future__ import annotations

import os
import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from broadsheet.content.packing import Packed, pack, unpack
from broadsheet.content.prepared import Prepared
from broadsheet.content.reader import has_sound_name
from broadsheet.remembered import keep, keep_packed, kept, unpacked
from broadsheet.snapshots import Signature, is_settled

SHARDS = 64
Known = tuple[Signature, bool, Packed]


@dataclass(slots=True)
class Memory:
    """Remembered files by path: signature, whether it proves anything, and the prepared file as tuples.

    `basis` is what all of it rests on. A file whose name is no address is not remembered: names are checked once.
    `differ` are the numbers of shards in which anything is new; `made` are whole shards, as they are kept.
    """

    basis: str
    known: dict[str, Known] = field(default_factory=dict)
    differ: set[int] = field(default_factory=set)
    made: dict[int, bytes] = field(default_factory=dict)

    def recall(self, path: str, signature: Signature) -> Prepared | None:
        """Return a file that surely has the bytes it had."""
        known = self.known.get(path)
        return unpack(known[2]) if known and known[0] == signature and known[1] else None

    def recall_by_bytes(self, path: str, fingerprint: str) -> Prepared | None:
        """Return a file whose bytes are the same, whatever its signature."""
        known = self.known.get(path)
        return unpack(known[2]) if known and known[2][1] == fingerprint else None

    def add(self, shards: Mapping[int, bytes]) -> list[Prepared]:
        """Take up files that were prepared elsewhere, as they are kept; return them."""
        found: list[Prepared] = []
        if self.known:
            self.differ |= shards.keys()  # which have other files too
        else:
            self.made = dict(shards)
        for data in shards.values():
            entries: dict[str, Known] = unpacked(data, self.basis) or {}
            found += [unpack(each[2]) for each in entries.values()]
            self.known |= entries
            self.forget(path for path in entries if not has_sound_name(path))
        return found

    def remember(self, read: Iterable[Prepared], signatures: Mapping[str, Signature], as_of: int) -> None:
        """Take up files that were read; the signatures were taken after `as_of`."""
        for each in read:
            path, signature = each.path, signatures[each.path]
            if not has_sound_name(path):
                continue
            before = self.known.get(path)
            same = before is not None and before[2][1] == each.fingerprint
            if before and same and before[0] == signature and (before[1] or not is_settled(signature, as_of)):
                continue
            self.known[path] = (signature, is_settled(signature, as_of), before[2] if before and same else pack(each))
            self.differ.add(shard_of(path))

    def forget(self, paths: Iterable[str]) -> None:
        """Forget some files."""
        for path in paths:
            del self.known[path]
            self.differ.add(shard_of(path))


def entry_of(prepared: Prepared, signature: Signature, as_of: int) -> Known:
    """Return what is remembered of a file whose signature was taken after `as_of`."""
    return signature, is_settled(signature, as_of), pack(prepared)


def shard_of(path: str) -> int:
    """Return the number of the shard that a file is remembered in."""
    return zlib.crc32(os.fsencode(path)) % SHARDS


def load_memory(folder: Path, basis: str) -> Memory:
    """Read what was remembered on the same basis; nothing of a shard that is damaged or rests on another."""
    known: dict[str, Known] = {}
    for number in range(SHARDS):
        known |= kept(folder / f"{number:02}", basis) or {}
    return Memory(basis, known)


def save_memory(folder: Path, memory: Memory) -> None:
    """Write the shards in which anything is new."""
    for number in memory.made.keys() - memory.differ:
        keep_packed(folder / f"{number:02}", memory.made[number])
    shards: dict[int, dict[str, Known]] = defaultdict(dict)
    for path, known in memory.known.items():
        if (number := shard_of(path)) in memory.differ:
            shards[number][path] = known
    for number in memory.differ:
        keep(folder / f"{number:02}", memory.basis, shards[number])
