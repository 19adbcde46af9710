"""Which content file a draft belongs to, whatever a person renamed or edited in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from broadsheet.content.frontmatter import FrontMatter
from broadsheet.content.markup import as_markdown
from broadsheet.importing.identity import title_key
from broadsheet.importing.merge import Draft
from broadsheet.importing.writer import fingerprint
from broadsheet.model import Identifier
from broadsheet.problems import Problems

Key = tuple[str, ...]


class KnownPapers:
    """The papers that content/ has, to be found by place in a seed, identifier, title or abstract."""

    def __init__(self, files: Sequence[FrontMatter]) -> None:
        self.files: dict[Key, FrontMatter] = {}
        self.claimed: dict[str, Draft] = {}
        for source in files:
            for key in _keys_of_file(source):
                self.files.setdefault(key, source)

    def claim(self, draft: Draft, problems: Problems) -> FrontMatter | None:
        """Find the file of a draft; each file belongs to one draft."""
        found: dict[str, FrontMatter] = {}
        for key in _keys_of_draft(draft):
            source = self.files.get(key)
            if source and source.path not in self.claimed:
                found.setdefault(source.path, source)
        if not found:
            return None
        first, *others = found.values()
        for other in others:
            problems.warning(
                other.at(), "two-files-one-paper", f"this file and {first.path} are the same paper by what seeds say",
                "Keep one of them; delete the other, or give it another title and identifier.",
            )  # fmt: skip
        for source in found.values():
            self.claimed[source.path] = draft
        return first


def _keys_of_file(source: FrontMatter) -> Iterator[Key]:
    values = source.values
    appearances = values.get("appearances")
    for item in appearances if isinstance(appearances, list) else ():
        if isinstance(item, dict):
            yield ("place", str(item.get("digest")), str(item.get("rank")))
    identifiers = values.get("identifiers")
    for scheme, value in identifiers.items() if isinstance(identifiers, dict) else ():
        yield ("identifier", str(_identifier(scheme, str(value))))
    imported = values.get("imported")
    if isinstance(imported, dict):
        yield ("title as imported", str(imported.get("title")))
        yield ("body as imported", str(imported.get("body")))
    if isinstance(title := values.get("title"), str):
        yield ("title", title_key(title))


def _identifier(scheme: str, value: str) -> Identifier:
    try:
        return Identifier.parse(scheme, value)
    except ValueError:  # the schema reports it
        return Identifier(scheme, value)


def _keys_of_draft(draft: Draft) -> Iterator[Key]:
    """Yield what a draft can be known by, the surest first."""
    for appearance in draft.appearances:
        yield ("place", appearance.digest, str(appearance.rank))
    for identifier in draft.identifiers:
        yield ("identifier", str(identifier))
    for title in {record.title: None for record in draft.records}:
        yield ("title as imported", fingerprint(title))
        yield ("title", title_key(title))
    if draft.abstract:
        yield ("body as imported", fingerprint(as_markdown(draft.abstract)))
