"""Related papers of a preview: the last ones found are shown at once, and found anew in the background."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from broadsheet.content.catalog import Catalog
from broadsheet.content.related.documents import Documents
from broadsheet.content.related.papers import RelatedPapers, documents_of
from broadsheet.content.related.words import Document
from broadsheet.model import Paper
from broadsheet.publishing.relating import Relating

PAUSE = 1.0  # seconds without a further change before they are found anew


class Neighbours:
    """Follows the catalogs that are shown; `found` is called, in a thread of its own, when there is news."""

    def __init__(self, cache: Path, program: str) -> None:
        self.cache, self.program = cache, program
        self.found: Callable[[], None] = lambda: None
        self.lists: Mapping[str, Sequence[str]] = {}
        self._waiting: threading.Timer | None = None
        self._newest = 0
        self._searching = threading.Lock()

    def relate(self, documents: Sequence[Document]) -> Callable[[], Mapping[str, Sequence[str]]]:
        """Answer with the last lists, of papers that are still there, and begin to find new ones."""
        self._begin(lambda: documents)
        there = documents.marks.keys() if isinstance(documents, Documents) else {each.slug for each in documents}
        return lambda: still_there(self.lists, there)

    def follow(self, catalog: Catalog) -> None:
        """Begin to find new lists for a catalog in which texts changed."""
        self._begin(lambda: documents_of(catalog.papers, catalog.files))

    def _begin(self, documents: Callable[[], Sequence[Document]]) -> None:
        self._newest += 1
        number = self._newest
        if self._waiting:
            self._waiting.cancel()
        self._waiting = threading.Timer(PAUSE if self.lists else 0, lambda: self._find(documents(), number))
        self._waiting.daemon = True
        self._waiting.start()

    def of(self, papers: Sequence[Paper]) -> RelatedPapers:
        """Return the related papers that are known now."""
        there = {paper.slug for paper in papers}
        return RelatedPapers(lambda: still_there(self.lists, there), papers)

    def _find(self, documents: Sequence[Document], number: int) -> None:
        with self._searching:  # two at once would each write a half of what is remembered: all is found anew then
            if number != self._newest:
                return
            with Relating(self.cache, self.program) as relating:
                lists = relating.relate(documents)()
        if number == self._newest and lists != self.lists:
            self.lists = lists
            self.found()


def still_there(lists: Mapping[str, Sequence[str]], slugs: Iterable[str]) -> dict[str, Sequence[str]]:
    """Return lists without the papers that are gone."""
    there = set(slugs)
    return {slug: [other for other in others if other in there] for slug, others in lists.items() if slug in there}
