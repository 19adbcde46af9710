"""Routes -> finished files that wait for their place: rendered, compared with the site, their links followed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from broadsheet import disk
from broadsheet.model import Paper
from broadsheet.problems import ContentError, Problem
from broadsheet.processes import cores, in_processes, shares
from broadsheet.progress import SILENT, Progress
from broadsheet.publishing.checks import Anchored, LinkCheck
from broadsheet.publishing.render import Renderer
from broadsheet.publishing.routes import Listing, Route
from broadsheet.publishing.staging import Staging

MANY = 200  # pages worth a second process


class Made(NamedTuple):
    """A finished file: the hash of its bytes, and whether it waits, which it does unless the site has it already.

    `key` is what the page depends on, if that was asked for.
    """

    file: str
    digest: bytes
    waiting: bool
    key: bytes = b""
    dead: Sequence[str] = ()
    anchored: Sequence[Anchored] = ()


def no_key(_: Route) -> bytes:
    """Return nothing: the key of a page that is made was found before."""
    return b""


@dataclass(slots=True)
class Production:
    """What was made of some routes, and the faults of their templates."""

    made: list[Made] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


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

    def produce(self, routes: Sequence[Route]) -> Production:
        """Make the files of routes, on all cores when there are many."""
        count = cores() if len(routes) >= MANY else 1
        if count > 1:
            self._share_entries(routes, count)
        works = [partial(self._produce, share) for share in shares(routes, count)]
        whole = Production()
        self.progress.step("Rendering", len(routes), "pages")
        for part in in_processes(works):
            whole.made += part.made
            whole.problems += part.problems
        return whole

    def _share_entries(self, routes: Sequence[Route], count: int) -> None:
        """Render what lists repeat before the processes part, so that none does it again."""
        listings = [each for route in routes if isinstance(each := route.context.get("listing"), Listing)]
        listed = shares(list({paper.slug: paper for each in listings for paper in each.papers}.values()), count)
        for papers, texts in zip(listed, in_processes([partial(self._entries, each) for each in listed]), strict=True):
            self.renderer.keep_entries(papers, texts)

    def _entries(self, papers: Sequence[Paper]) -> list[str]:
        try:
            return [self.renderer.entry(paper) for paper in papers]
        except Exception:  # noqa: BLE001 - it comes again, with its place, when pages are rendered
            return []

    def _produce(self, routes: Sequence[Route]) -> Production:
        done = Production()
        faulty: set[str] = set()
        for route in self.progress.through(routes):
            if route.template in faulty:
                continue
            try:
                data = self.renderer.render(route)
            except ContentError as fault:
                faulty.add(route.template)
                done.problems += fault.problems
                continue
            done.made.append(self._finish(route.file, data, self.key(route)))
        return done

    def _finish(self, file: str, data: bytes, key: bytes) -> Made:
        digest = disk.digest(data)
        there = self.written.get(file) == digest or (file not in self.written and not self.staging.differs(file, data))
        if not there:
            self.staging.add(file, data)
        dead, anchored = self.links.dead_links(file, data) if file.endswith(".html") else ([], [])
        return Made(file, digest, not there, key, dead, anchored)
