"""Which content file a draft belongs to, whatever a person renamed or edited in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from broadsheet.content.frontmatter import FrontMatter
from broadsheet.content.markup import as_markdown
from broadsheet.importing.identity import title_key
from broadsheet.importing.merge import Draft
from broadsheet.importing.writer import fingerprint
from broadsheet.model import Identifier
from broadsheet.problems import Problems

Keys = tuple[Callable[[FrontMatter], Iterator[str]], Callable[[Draft], Iterator[str]]]


def match(drafts: Sequence[Draft], files: Sequence[FrontMatter], problems: Problems) -> dict[int, FrontMatter]:
    """Find the file of each draft (by its position), the surest signs first for all drafts before the next sign.

    The signs: an identifier, the title (as imported, or as it is now), the abstract as imported. A file whose
    identifiers differ from the draft's is never its file. The rank in a capture is no sign: a capture may be saved
    again with other papers in it.
    """
    matched: dict[int, FrontMatter] = {}
    claimed: set[str] = set()
    for of_file, of_draft in SIGNS:
        index: dict[str, list[FrontMatter]] = defaultdict(list)
        for source in files:
            for key in of_file(source):
                index[key].append(source)
        for position, draft in enumerate(drafts):
            candidates = [source for key in of_draft(draft) for source in index.get(key, ())]
            free = [each for each in candidates if each.path not in claimed and _may_be(each, draft)]
            if free and position not in matched:
                matched[position] = free[0]
                claimed.add(free[0].path)
    _report_doubles(drafts, files, matched, problems)
    return matched


def _may_be(source: FrontMatter, draft: Draft) -> bool:
    theirs = {each.scheme: each.value for each in draft.identifiers}
    return all(theirs.get(each.scheme, each.value) == each.value for each in _identifiers(source))


def _report_doubles(
    drafts: Sequence[Draft], files: Sequence[FrontMatter], matched: dict[int, FrontMatter], problems: Problems
) -> None:
    """Report files that nobody claimed although a draft with another file has their identifier or title."""
    claimed = {source.path for source in matched.values()}
    owners = {
        key: matched[at] for at in matched for of_draft in (SIGNS[0][1], SIGNS[1][1]) for key in of_draft(drafts[at])
    }
    for source in files:
        if source.path in claimed:
            continue
        first = next((owners[key] for of_file, _ in SIGNS[:2] for key in of_file(source) if key in owners), None)
        if first and not _identifiers_differ(first, source):
            problems.warning(
                source.at(), "two-files-one-paper", f"this file and {first.path} are the same paper by what seeds say",
                "Keep one of them; delete the other, or give it another title and identifier.",
            )  # fmt: skip


def _identifiers_differ(one: FrontMatter, other: FrontMatter) -> bool:
    known = {each.scheme: each.value for each in _identifiers(one)}
    return any(known.get(each.scheme, each.value) != each.value for each in _identifiers(other))


def _identifiers(source: FrontMatter) -> Iterator[Identifier]:
    identifiers = source.values.get("identifiers")
    for scheme, value in identifiers.items() if isinstance(identifiers, dict) else ():
        try:
            yield Identifier.parse(scheme, str(value))
        except ValueError:  # the schema reports it
            continue


def _imported(source: FrontMatter, name: str) -> Iterator[str]:
    imported = source.values.get("imported")
    if isinstance(imported, dict) and name in imported:
        yield f"imported {imported[name]}"


def _file_identifiers(source: FrontMatter) -> Iterator[str]:
    yield from map(str, _identifiers(source))


def _draft_identifiers(draft: Draft) -> Iterator[str]:
    yield from map(str, draft.identifiers)


def _file_titles(source: FrontMatter) -> Iterator[str]:
    yield from _imported(source, "title")
    if isinstance(title := source.values.get("title"), str):
        yield title_key(title)


def _draft_titles(draft: Draft) -> Iterator[str]:
    for title in {record.title: None for record in draft.records}:
        yield f"imported {fingerprint(title)}"
        yield title_key(title)


def _file_body(source: FrontMatter) -> Iterator[str]:
    yield from _imported(source, "body")


def _draft_body(draft: Draft) -> Iterator[str]:
    if draft.abstract:
        yield f"imported {fingerprint(as_markdown(draft.abstract))}"


SIGNS: tuple[Keys, ...] = (
    (_file_identifiers, _draft_identifiers),
    (_file_titles, _draft_titles),
    (_file_body, _draft_body),
)
