"""What a build says when it is done."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Written:
    """What changed in the output folder."""

    files: int
    written: int
    removed: int


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build made; `unlisted` are the published addresses that the ledger lacks."""

    papers: int
    tags: int
    digests: int
    pages: int
    output: Written
    unlisted: frozenset[str]
