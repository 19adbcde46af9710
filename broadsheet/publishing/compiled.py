"""Templates compiled by an earlier run, and what they use: kept as long as neither they nor the program change."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import jinja2
from jinja2.bccache import Bucket

from broadsheet import disk
from broadsheet.publishing.usage import catalog_usage
from broadsheet.remembered import keep, kept


class CompiledTemplates(jinja2.BytecodeCache):
    """Keeps compiled templates in files of a folder; one that is damaged is compiled anew."""

    def __init__(self, folder: Path, program: str) -> None:
        self.folder, self.program = folder, program.encode()

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill a bucket, if its template was compiled by this program."""
        data = disk.read_checked(self.folder / bucket.key)
        size = len(self.program)
        if data and data[:size] == self.program:
            bucket.bytecode_from_string(bytes(data[size:]))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        disk.write_checked(self.folder / bucket.key, self.program + bucket.bytecode_to_string())

    def usage(self, templates: Mapping[str, str]) -> dict[str, frozenset[str]]:
        """Return what each template uses, as catalog_usage() finds it."""
        of = (self.program, sorted(templates.items()))
        known: dict[str, frozenset[str]] | None = kept(self.folder / "usage", of)
        if known is None:
            known = catalog_usage(templates)
            keep(self.folder / "usage", of, known)
        return known
