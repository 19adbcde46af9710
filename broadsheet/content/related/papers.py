"""The related papers of a catalog, and the documents that are compared to find them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial

from broadsheet.content.prepared import Prepared
from broadsheet.content.related.documents import Documents, Plain
from broadsheet.content.related.words import Document
from broadsheet.model import Paper

Relate = Callable[[Sequence[Document]], Callable[[], Mapping[str, Sequence[str]]]]


class RelatedPapers(Mapping[str, tuple[Paper, ...]]):
    """The related papers of each paper by slug; they are found when they are first asked for."""

    def __init__(self, find: Callable[[], Mapping[str, Sequence[str]]], papers: Iterable[Paper]) -> None:
        self._find, self._papers = find, {paper.slug: paper for paper in papers}
        self._slugs: Mapping[str, Sequence[str]] | None = None

    def with_paper(self, paper: Paper) -> RelatedPapers:
        """Return the same lists with one paper in the place of its former self."""
        changed = RelatedPapers(lambda: self.slugs, ())
        changed._papers = {**self._papers, paper.slug: paper}  # noqa: SLF001 - of its own class
        return changed

    @property
    def slugs(self) -> Mapping[str, Sequence[str]]:
        """Return the slugs of related papers by slug; waits until they are found."""
        if self._slugs is None:
            self._slugs = self._find()
        return self._slugs

    def __getitem__(self, slug: str) -> tuple[Paper, ...]:
        return tuple(map(self._papers.__getitem__, self.slugs[slug]))

    def __repr__(self) -> str:
        return repr(dict(self))  # what a template shows of them must not be a place in memory

    def __iter__(self) -> Iterator[str]:
        return iter(self.slugs)

    def __len__(self) -> int:
        return len(self.slugs)


def documents_of(papers: Sequence[Paper], files: Mapping[str, Prepared]) -> Documents:
    """Return what is compared to find related papers; a person's notes below the abstract play no part."""
    marks = {each.slug: f"{files[each.place.path].fingerprint} {' '.join(each.tags)}" for each in papers}

    def plain(number: int) -> Plain:
        paper = papers[number]
        return paper.title, files[paper.place.path].packed, paper.tags

    return Documents(marks, plain)


def find_at_once(documents: Sequence[Document]) -> Callable[[], Mapping[str, Sequence[str]]]:
    """Find related papers in this process."""
    from broadsheet.content.related.finding import related_papers  # noqa: PLC0415 - only where it is used

    return partial(related_papers, documents)
