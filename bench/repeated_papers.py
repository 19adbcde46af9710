"""As many papers as are asked for out of a corpus that has fewer: real ones first, then the same again, years earlier."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus import CorpusPaper


@dataclass(frozen=True, slots=True)
class Listed:
    """A paper as it stands in the list of one day; `seed` names the file of that list."""

    title: str
    abstract: str
    published: str
    authors: tuple[str, ...]
    arxiv: str
    repository: str
    project: str
    day: str
    rank: int

    @property
    def seed(self) -> str:
        """Return the name of the capture, as a person would save it."""
        return f"daily-papers-{self.day}.txt"


def listed_papers(papers: Sequence[CorpusPaper], size: int) -> Iterator[Listed]:
    """Yield so many papers by day; a repeated one has another title and number, and is moved years back.

    Moving whole years keeps the months as full as real ones, however many papers there are.
    """
    if not papers:
        raise SystemExit("The corpus has no papers.")
    years = int(papers[-1].day[:4]) - int(papers[0].day[:4]) + 1
    numbers = {paper.id for paper in papers}
    ranks: Counter[str] = Counter()
    for position in range(size):
        paper, copy = papers[position % len(papers)], position // len(papers)
        day = _moved(paper.day, copy * years)
        ranks[day] += 1
        yield Listed(
            title=f"{paper.title}, part {copy + 1}" if copy else paper.title,
            abstract=paper.abstract,
            published=_moved(paper.published, copy * years),
            authors=paper.authors,
            arxiv=_free_number(paper.id, numbers) if copy else paper.id,
            repository=paper.repository,
            project=paper.project,
            day=day,
            rank=ranks[day],
        )


def _moved(day: str, years: int) -> str:
    """Move an ISO day back; 29 February has no counterpart in most years."""
    if not years or not day:
        return day
    moved = f"{int(day[:4]) - years:04d}{day[4:]}"
    return moved.replace("-02-29", "-02-28")


def _free_number(arxiv: str, taken: set[str]) -> str:
    """Return the next free arXiv number of the same month, because no two papers may share one."""
    month, _, number = arxiv.partition(".")
    while number.isdecimal() and arxiv in taken:
        number = f"{(int(number) + 1) % 100_000:05d}"
        arxiv = f"{month}.{number}"
    taken.add(arxiv)
    return arxiv
