"""What an earlier run made of the files of content/: remembered by their bytes, recognised by their signatures.

A signature (see snapshots.py) only spares the reading: what was written less than a moment before it was remembered is read
again. Remembered things hold for one version of the program and one set of tags; a file that is damaged is forgotten.
"""

from __future__ import annotations

import marshal
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from broadsheet import disk
from broadsheet.content.packing import Packed, pack, unpack
from broadsheet.content.prepared import Prepared
from broadsheet.snapshots import Signature, is_settled


@dataclass(slots=True)
class Memory:
    """Remembered files by path: signature, and the prepared file as tuples. `basis` is what all of it rests on."""

    basis: str
    known: dict[str, tuple[Signature, Packed]] = field(default_factory=dict)
    as_of: int = 0

    def recall(self, path: str, signature: Signature) -> Prepared | None:
        """Return a file that surely has the bytes it had."""
        known = self.known.get(path)
        if known is None or known[0] != signature or not is_settled(signature, self.as_of):
            return None
        return unpack(known[1])

    def recall_by_bytes(self, path: str, fingerprint: str) -> Prepared | None:
        """Return a file whose bytes are the same, whatever its signature."""
        known = self.known.get(path)
        return unpack(known[1]) if known and known[1][1] == fingerprint else None

    def remember(self, found: Iterable[Prepared], signatures: Mapping[str, Signature], as_of: int) -> bool:
        """Replace everything; return whether anything differs."""
        known = {}
        for each in found:
            before = self.known.get(each.path)
            same = before and before[1][1] == each.fingerprint
            known[each.path] = (signatures[each.path], before[1] if before and same else pack(each))
        changed = known != self.known
        self.known, self.as_of = known, as_of
        return changed


def load_memory(path: Path, basis: str) -> Memory:
    """Read what was remembered on the same basis; nothing when it is damaged or rests on another."""
    data = disk.read_checked(path)
    if data is not None:
        try:
            stated, as_of, known = marshal.loads(data)  # noqa: S302 - our own file, and its checksum is right
        except (ValueError, EOFError, TypeError):
            return Memory(basis)
        if stated == basis:
            return Memory(basis, known, as_of)
    return Memory(basis)


def save_memory(path: Path, memory: Memory) -> None:
    """Write what is remembered."""
    disk.write_checked(path, marshal.dumps((memory.basis, memory.as_of, memory.known)))
