"""A look at finished pages: links in them and to them that lead nowhere, and documents that no machine can read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from broadsheet.problems import Problems
from broadsheet.processes import cores
from broadsheet.publishing.checks import Anchored, LinkCheck, anchors_of, report_dead_link
from broadsheet.publishing.documents import check_feed, check_sitemap
from broadsheet.publishing.fragments import Finished
from broadsheet.publishing.production import BATCH, Made
from broadsheet.publishing.routes import SITEMAP, SITEMAP_INDEX
from broadsheet.publishing.source import Source
from broadsheet.publishing.state import Pages
from broadsheet.sharing import Heap, share_out

FEED = "feed.xml"
MANY = 500  # pages worth a second process


@dataclass(frozen=True, slots=True)
class Inspection:
    """Looks at what a build made of `source`; `read` returns the bytes that a page of the site will have."""

    source: Source
    read: Callable[[str], bytes]
    problems: Problems

    def follow_links(
        self, made: Mapping[str, Made], before: Pages, links: LinkCheck
    ) -> tuple[list[str], list[Anchored]]:
        """Report links that lead nowhere; return the pages that have any, and all links to parts of other pages.

        `before` are the pages of an earlier build: those that were not made again may have lost what they lead to.
        """
        routes = self.source.routes
        dead = self._dead_links_to(before.keys.keys() - links.known, made, links)
        anchored = [each for each in before.anchored if each.file in routes and each.file not in made]
        for page in made.values():
            anchored += page.anchored
            if page.dead:
                dead[page.file] = list(page.dead)
        for each in self._without_end([each for each in anchored if each.file in made or each.page in made]):
            dead.setdefault(each.file, []).append(each.link)
        for file, found in dead.items():
            for link in found:
                report_dead_link(link, file, routes[file].origin, self.problems, self.source.catalog, routes)
        return sorted(dead), anchored

    def _dead_links_to(self, lost: Collection[str], made: Collection[str], links: LinkCheck) -> dict[str, list[str]]:
        """Return links to lost pages, by file, in pages that were not made again.

        A link that follows from content changes the key of its page; what is left stands in somebody's template.
        """

        def found(heap: Heap[str]) -> dict[str, list[str]]:
            dead: dict[str, list[str]] = {}
            for _, file in heap.numbered():
                data = self.read(file)
                if here := links.dead_links(file, Finished(data, data))[0]:
                    dead[file] = here
            return dead

        unseen = [file for file in self.source.routes if file.endswith(".html") and file not in made] if lost else []
        count = cores() if len(unseen) >= MANY else 1
        return dict(chain.from_iterable(map(dict.items, share_out(unseen, BATCH, count, found))))

    def _without_end(self, anchored: Sequence[Anchored]) -> list[Anchored]:
        """Return the links to parts that their pages do not have; each page is read once."""
        pages = {each.page for each in anchored} & self.source.routes.keys()
        parts = {page: anchors_of(self.read(page)) for page in pages}
        return [each for each in anchored if each.page in pages and each.anchor not in parts[each.page]]

    def look_at_documents(self, made: Collection[str]) -> None:
        """Report a feed or a sitemap that is none."""
        routes, url = self.source.routes, self.source.config.url
        if FEED in made:
            check_feed(self.read(FEED), FEED, self.problems)
        for file in made:
            if routes[file].template in {SITEMAP, SITEMAP_INDEX}:
                check_sitemap(self.read(file), routes[file], routes, url, self.problems)
