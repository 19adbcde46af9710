"""Routes -> finished files that wait for their place: rendered, compared with the site, their links followed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from broadsheet import disk
from broadsheet.problems import ContentError, Problem
from broadsheet.processes import cores, in_processes, shares
from broadsheet.publishing.checks import Anchored, LinkCheck
from broadsheet.publishing.render import Renderer
from broadsheet.publishing.routes import Route
from broadsheet.publishing.staging import Staging

MANY = 200  # pages worth a second process


@dataclass(frozen=True, slots=True)
class Made:
    """A finished file: the hash of its bytes, and its name among the waiting files, empty when the site has it."""

    file: str
    digest: bytes
    waiting: str
    dead: Sequence[str] = ()
    anchored: Sequence[Anchored] = ()


@dataclass(slots=True)
class Production:
    """What was made of some routes, and the faults of their templates."""

    made: list[Made] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Workshop:
    """Makes files out of routes; `written` has the hashes of files that the site surely has."""

    renderer: Renderer
    staging: Staging
    links: LinkCheck
    written: Mapping[str, bytes]

    def produce(self, routes: Sequence[Route], name: str) -> Production:
        """Make the files of routes, on all cores when there are many; `name` sets their waiting files apart."""
        count = cores() if len(routes) >= MANY else 1
        works = [
            partial(self._produce, share, f"{name}-{number}") for number, share in enumerate(shares(routes, count))
        ]
        whole = Production()
        for part in in_processes(works):
            whole.made += part.made
            whole.problems += part.problems
        return whole

    def _produce(self, routes: Sequence[Route], name: str) -> Production:
        done = Production()
        faulty: set[str] = set()
        for number, route in enumerate(routes):
            if route.template in faulty:
                continue
            try:
                data = self.renderer.render(route)
            except ContentError as fault:
                faulty.add(route.template)
                done.problems += fault.problems
                continue
            done.made.append(self._finish(route.file, data, f"{name}-{number}"))
        return done

    def _finish(self, file: str, data: bytes, name: str) -> Made:
        digest = disk.digest(data)
        there = self.written.get(file) == digest or (file not in self.written and not self.staging.differs(file, data))
        if not there:
            self.staging.add(name, data)
        dead, anchored = self.links.dead_links(file, data) if file.endswith(".html") else ([], [])
        return Made(file, digest, "" if there else name, dead, anchored)
