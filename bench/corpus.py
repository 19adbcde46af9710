"""Reads a corpus of Hugging Face Daily Papers: a tar archive with one JSON answer of the API for each day."""

from __future__ import annotations

import ast
import json
import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class CorpusPaper:
    """One paper as the first day that has it gives it; what the day leaves out is empty."""

    id: str
    day: str  # 2026-01-21
    title: str
    abstract: str
    keywords: tuple[str, ...]
    published: str
    authors: tuple[str, ...]
    repository: str
    project: str
    upvotes: int


@dataclass(frozen=True, slots=True)
class Corpus:
    """Papers by day and identifier, and what could not be read, as “day: why”."""

    papers: tuple[CorpusPaper, ...]
    days: int
    skipped: tuple[str, ...]


def read_papers(path: str) -> list[CorpusPaper]:
    """Return the papers by (day, identifier), each as the first day that has it gives it."""
    return list(read_corpus(path).papers)


def read_corpus(path: str) -> Corpus:
    """Read the whole archive: its papers, and what had to be skipped."""
    papers: dict[str, CorpusPaper] = {}
    skipped: list[str] = []
    days = sorted(_days(path))
    for day, text in days:
        for entry in _entries(day, text, skipped):
            paper = _paper(day, entry)
            if paper:
                papers.setdefault(paper.id, paper)
            else:
                skipped.append(f"{day}: an entry without a paper, an identifier or a title")
    ordered = sorted(papers.values(), key=lambda paper: (paper.day, paper.id))
    return Corpus(tuple(ordered), len(days), tuple(skipped))


def _days(path: str) -> Iterator[tuple[str, str]]:
    with tarfile.open(path) as archive:
        for member in archive:
            file = archive.extractfile(member)
            name = PurePosixPath(member.name)
            if file and name.suffix == ".json":
                yield name.stem, file.read().decode("utf-8", "replace")


def _entries(day: str, text: str, skipped: list[str]) -> Iterator[dict[str, Any]]:
    """Yield the entries of a day; some days are wrapped, and some have each entry as the repr of a Python dict."""
    try:
        answer = json.loads(text)
    except ValueError as error:
        skipped.append(f"{day}: not JSON: {error}")
        return
    if isinstance(answer, dict):
        answer = answer.get("data")
    if not isinstance(answer, list):
        skipped.append(f"{day}: not a list of papers")
        return
    for entry in answer:
        value = _literal(entry) if isinstance(entry, str) else entry
        if isinstance(value, dict):
            yield value
        else:
            skipped.append(f"{day}: an entry that is no object")


def _literal(text: str) -> object:
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None


def _paper(day: str, entry: dict[str, Any]) -> CorpusPaper | None:
    paper = entry.get("paper")
    if not isinstance(paper, dict):
        return None
    identifier, title = _text(paper.get("id")), _text(paper.get("title") or entry.get("title"))
    if not identifier or not title:
        return None
    authors = (_text(author.get("name")) for author in _items(paper.get("authors")) if isinstance(author, dict))
    upvotes = paper.get("upvotes")
    return CorpusPaper(
        id=identifier,
        day=day,
        title=title,
        abstract=_text(paper.get("summary") or entry.get("summary")),
        keywords=tuple(dict.fromkeys(filter(None, map(_text, _items(paper.get("ai_keywords")))))),
        published=_text(paper.get("publishedAt") or entry.get("publishedAt"))[:10],
        authors=tuple(filter(None, authors)),
        repository=_text(paper.get("githubRepo")),
        project=_text(paper.get("projectPage")),
        upvotes=upvotes if isinstance(upvotes, int) else 0,
    )


def _items(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str:
    return _SPACE.sub(" ", value).strip() if isinstance(value, str) else ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One paper as one day gives it, its texts as they are; an entry has a title of its own beside its paper's."""

    day: str
    id: str
    title: str
    summary: str
    outer_title: str


def read_entries(path: str) -> list[Entry]:
    """Return every entry of every day, in order of days."""
    entries = []
    for day, text in sorted(_days(path)):
        for entry in _entries(day, text, []):
            paper = entry.get("paper")
            if isinstance(paper, dict) and paper.get("id") and paper.get("title") and paper.get("summary"):
                entries.append(Entry(day, paper["id"], paper["title"], paper["summary"], str(entry.get("title") or "")))
    return entries
