"""Routes -> finished files that wait for their place: rendered, compared with the site, their links followed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from operator import itemgetter
from typing import NamedTuple

from broadsheet import disk
from broadsheet.model import Paper
from broadsheet.problems import ContentError, Problem
from broadsheet.processes import cores
from broadsheet.progress import SILENT, Progress
from broadsheet.publishing.checks import Anchored, LinkCheck
from broadsheet.publishing.fragments import Finished
from broadsheet.publishing.render import Renderer
from broadsheet.publishing.routes import Listing, Route
from broadsheet.publishing.staging import Staging
from broadsheet.sharing import Heap, share_out
from broadsheet.snapshots import Signature

MANY = 200  # pages worth a second process
PIECE = 250  # pages that one process makes before it asks whether there is a core more
BATCH = 100  # pages that go through each step together


Numbered = tuple[int, Route]


class Made(NamedTuple):
    """A finished file: the hash of its bytes, and whether it waits, which it does unless the site has it already.

    `key` is what the page depends on, if that was asked for; `signature` that of a file that waits.
    """

    file: str
    digest: bytes
    waiting: bool
    key: bytes = b""
    signature: Signature | None = None
    dead: Sequence[str] = ()
    anchored: Sequence[Anchored] = ()


def no_key(_: Route) -> bytes:
    """Return nothing: the key of a page that is made was found before."""
    return b""


@dataclass(slots=True)
class Production:
    """What was made of some routes, and for each faulty template the number of its first route that failed, and why."""

    made: list[Made] = field(default_factory=list)
    faults: dict[str, tuple[int, Sequence[Problem]]] = field(default_factory=dict)

    def add(self, part: Production) -> None:
        """Add what was made elsewhere; of a template's faults the first one counts, whoever met it."""
        self.made += part.made
        for template, fault in part.faults.items():
            self.faults[template] = min(fault, self.faults.get(template, fault), key=itemgetter(0))

    @property
    def problems(self) -> list[Problem]:
        """Return the faults of templates, of the first route first: of those that look alike only that one is told."""
        faults = sorted(self.faults.values(), key=itemgetter(0))
        return [problem for _, problems in faults for problem in problems]


@dataclass(frozen=True, slots=True)
class Workshop:
    """Makes files out of routes; `written` has the hashes of files that the site surely has.

    `key` finds the key of a route, for when nothing but a key has to be known of it before it is rendered.
    """

    renderer: Renderer
    staging: Staging
    links: LinkCheck
    written: Mapping[str, bytes]
    progress: Progress = SILENT
    key: Callable[[Route], bytes] = no_key

    def produce(self, routes: Sequence[Route], other_work: Callable[[], bool] = lambda: False) -> Production:
        """Make the files of routes, on all cores when there are many.

        `other_work` says whether other work of this build still needs a core: it gets one, and is done the sooner. Once
        it is done, no core has nothing to do.
        """
        whole = Production()
        self.progress.step("Rendering", len(routes), "pages")
        waiting, done = list(enumerate(routes)), 0
        while len(routes) - done >= MANY and cores() > 1 and other_work():
            end = min(len(routes), done + PIECE * (cores() - 1))
            self._make(waiting[done:end], cores() - 1, whole, (done / len(routes), end / len(routes)))
            done = end
        count = cores() if len(routes) - done >= MANY else 1
        self._make(waiting[done:], count, whole, (done / max(1, len(routes)), 1.0))
        return whole

    def _make(self, routes: Sequence[Numbered], count: int, whole: Production, part: tuple[float, float]) -> None:
        """Add what is made of some routes in so many processes; they are a part of the step."""
        if count > 1:
            self._share_entries(routes, count)
        for made in share_out(routes, BATCH, count, partial(self._produce, part=part)):
            whole.add(made)

    def _share_entries(self, routes: Sequence[Numbered], count: int) -> None:
        """Render what lists repeat before the processes part, so that none does it again."""
        listings = [each for _, route in routes if isinstance(each := route.context.get("listing"), Listing)]
        listed = list({paper.slug: paper for each in listings for paper in each.papers}.values())
        for entries in share_out(listed, BATCH, count, self._entries):
            self.renderer.keep_entries(entries)

    def _entries(self, papers: Heap[Paper]) -> dict[str, str]:
        """Return papers as lists show them, by slug."""
        entries = {}
        with suppress(Exception):  # it comes again, with its place, when pages are rendered
            for _, paper in papers.numbered():
                entries[paper.slug] = str(self.renderer.entry(paper))
        return entries

    def _produce(self, routes: Heap[Numbered], part: tuple[float, float]) -> Production:
        done = Production()
        batch: list[tuple[Route, Finished]] = []
        for number, route in self.progress.through(routes.numbered(), len(routes), *part):
            if route.template in done.faults:
                continue
            try:
                batch.append((route, self.renderer.finished(route)))
            except ContentError as fault:
                done.faults[route.template] = (number, fault.problems)
            if len(batch) == BATCH:
                done.made += self._finish(batch)
                batch.clear()
        done.made += self._finish(batch)
        return done

    def _finish(self, batch: Sequence[tuple[Route, Finished]]) -> list[Made]:
        """Leave pages in their places, each step for all of them: so the processor has its code at hand."""
        pages = [(route.file, page) for route, page in batch]
        keys = [self.key(route) for route, _ in batch]
        links = [self.links.dead_links(*each) if each[0].endswith(".html") else ([], []) for each in pages]
        digests = [disk.digest(page.data) for _, page in pages]
        waiting = [not self._is_there(*each, digest) for each, digest in zip(pages, digests, strict=True)]
        new = [(file, page.data) for (file, page), waits in zip(pages, waiting, strict=True) if waits]
        signatures = dict(zip((file for file, _ in new), self.staging.add(new), strict=True))
        return [
            Made(file, digest, waits, key, signatures.get(file), *found)
            for (file, _), digest, waits, key, found in zip(pages, digests, waiting, keys, links, strict=True)
        ]

    def _is_there(self, file: str, page: Finished, digest: bytes) -> bool:
        """Say whether the site has the same file already."""
        if file in self.written:
            return self.written[file] == digest
        return not self.staging.differs(file, page.data)
