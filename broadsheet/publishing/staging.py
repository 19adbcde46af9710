"""Finished files wait beside the site until all of them are right; then each takes its place in one step."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Sequence
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from broadsheet.processes import cores, in_processes, shares
from broadsheet.snapshots import Signature, parents, signature

FOLDER = ".staging"
MANY = 500  # files worth a second process
_BINARY = getattr(os, "O_BINARY", 0)  # where the system would change line ends


class Staging:
    """The waiting files of one build into `output`, each under the path that it will have there.

    `links` are those in the output folder, which are removed: whatever is seen through them is not there.
    """

    def __init__(self, output: Path) -> None:
        self.output, self.folder = output, output / FOLDER
        self.links: frozenset[str] = frozenset()
        self._waiting = str(self.folder)
        self._there: frozenset[str] = frozenset()  # what stands in the top folder of the site

    def __enter__(self) -> Self:
        """Make an empty folder; what an interrupted build left there goes."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self._there = frozenset(os.listdir(self.output))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove the folder and what is left in it."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def differs(self, file: str, data: bytes) -> bool:
        """Say whether the site has other bytes, or none, for a file."""
        if file.partition("/")[0] not in self._there or not self.links.isdisjoint((file, *parents(file))):
            return True
        try:
            with open(os.path.join(self.output, file), "rb") as there:
                return there.read() != data
        except OSError:
            return True

    def add(self, files: Sequence[tuple[str, bytes]]) -> list[Signature]:
        """Write waiting files; return their signatures. First come all folders, which most pages have of their own."""
        paths = [f"{self._waiting}/{file}" for file, _ in files]
        for folder in dict.fromkeys([path.rpartition("/")[0] for path in paths]):
            try:
                os.mkdir(folder)
            except FileExistsError:
                pass
            except FileNotFoundError:
                os.makedirs(folder, exist_ok=True)
        return [_written(path, data) for path, (_, data) in zip(paths, files, strict=True)]

    def read(self, file: str, waiting: Collection[str]) -> bytes:
        """Return the bytes that a file will have; `waiting` are the files that wait."""
        return ((self.folder if file in waiting else self.output) / file).read_bytes()

    def commit(self, waiting: Collection[str]) -> set[str]:
        """Put every waiting file in its place; pages go last, so that none is served before what it needs.

        Return the folders that were moved whole, because nothing of their name was there.
        """
        self._place([file for file in waiting if not file.endswith(".html")])
        pages = sorted(file for file in waiting if file.endswith(".html"))
        new = {
            section for section in {file.partition("/")[0] for file in pages} if not (self.output / section).exists()
        }
        for section in sorted(new):
            os.rename(self.folder / section, self.output / section)
        rest = [file for file in pages if file.partition("/")[0] not in new]
        count = cores() if len(rest) >= MANY else 1
        in_processes([partial(self._place, share) for share in shares(rest, count)])
        return {section for section in new if section not in pages}

    def _place(self, files: Sequence[str]) -> None:
        for file in files:
            target = os.path.join(self.output, file)
            try:
                os.replace(os.path.join(self.folder, file), target)
            except FileNotFoundError:
                os.makedirs(os.path.dirname(target), exist_ok=True)
                os.replace(os.path.join(self.folder, file), target)


def _written(path: str, data: bytes) -> Signature:
    """Write a new file; return its signature."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o666)
    try:
        written = os.write(handle, data)
        while written < len(data):
            written += os.write(handle, data[written:])
        return signature(os.fstat(handle))
    finally:
        os.close(handle)
