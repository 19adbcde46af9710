"""Which pages have to be made again, and the keys of all."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from broadsheet.publishing.changes import Changes
from broadsheet.publishing.dependencies import Dependencies
from broadsheet.publishing.routes import Route
from broadsheet.publishing.state import Pages

Planned = tuple[str, Route]  # with its file


@dataclass(frozen=True, slots=True)
class Renewal:
    """What is known of the pages that an earlier build made and that are still there.

    `changes` are those since then, if they are few; `linking` the content files in which a person wrote links into the
    site: what these lead to may be gone, whatever the key of a page says.
    """

    pages: Pages
    dependencies: Dependencies
    changes: Changes | None
    linking: Collection[str]

    def look(self, routes: Sequence[Planned]) -> tuple[dict[str, bytes], list[Route]]:
        """Return the keys of pages by file, and the routes that have to be made again.

        While no page is there, all have to be, and whoever makes one finds its key.
        """
        known, linking, faulty = self.pages.keys, self.linking, set(self.pages.faulty)
        if not known:
            return {}, [route for _, route in routes]
        changes, key_of, is_touched = self.changes, self.dependencies.key, self.dependencies.is_touched
        keys: dict[str, bytes] = {}
        due: list[Route] = []
        for file, route in routes:
            before = keys[file] = known.get(file, b"")
            if not before or changes is None or is_touched(route, changes):
                keys[file] = key_of(route)
            if keys[file] != before or file in faulty or route.origin.path in linking:
                due.append(route)
        return keys, due
