"""Finished files wait beside the site until all of them are right; then each takes its place in one step."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from broadsheet.processes import cores, in_processes, shares

FOLDER = ".staging"
MANY = 500  # files worth a second process


class Staging:
    """The waiting files of one build into `output`."""

    def __init__(self, output: Path) -> None:
        self.output, self.folder = output, output / FOLDER

    def __enter__(self) -> Self:
        """Make an empty folder; what an interrupted build left there goes."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove the folder and what is left in it."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def differs(self, file: str, data: bytes) -> bool:
        """Say whether the site has other bytes, or none, for a file."""
        try:
            with open(os.path.join(self.output, file), "rb") as there:
                return there.read() != data
        except OSError:
            return True

    def add(self, name: str, data: bytes) -> None:
        """Write a waiting file; each process has names of its own."""
        with open(os.path.join(self.folder, name), "xb") as file:
            file.write(data)

    def read(self, file: str, waiting: Mapping[str, str]) -> bytes:
        """Return the bytes that a file will have; `waiting` has the names of waiting files."""
        path = self.folder / waiting[file] if file in waiting else self.output / file
        return path.read_bytes()

    def commit(self, waiting: Mapping[str, str]) -> None:
        """Put every waiting file in its place; pages go last, so that none is served before what it needs."""
        order = sorted(waiting, key=lambda file: (file.endswith(".html"), file))
        pages = next((at for at, file in enumerate(order) if file.endswith(".html")), len(order))
        for part in (order[:pages], order[pages:]):
            count = cores() if len(part) >= MANY else 1
            in_processes([partial(self._place, share, waiting) for share in shares(part, count)])

    def _place(self, files: Sequence[str], waiting: Mapping[str, str]) -> None:
        made = set()
        for file in files:
            target = os.path.join(self.output, file)
            folder = os.path.dirname(target)
            if folder not in made:
                os.makedirs(folder, exist_ok=True)
                made.add(folder)
            os.replace(os.path.join(self.folder, waiting[file]), target)
