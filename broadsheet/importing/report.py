"""What an import says when it is done."""

from __future__ import annotations

from dataclasses import dataclass

from broadsheet.problems import Location


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which a person's value and the seeds' differ; either is None where it is missing."""

    place: Location
    field: str
    stated: object
    imported: object


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import found, and what it wrote or, when it was only a trial, would write."""

    seeds: int
    records: int
    papers: int
    added: int
    changed: int
    differences: tuple[Difference, ...] = ()

    @property
    def written(self) -> int:
        """Count the files written, digests included."""
        return self.added + self.changed
