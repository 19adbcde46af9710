"""Which drafts make one page, which file it has, and what a person has to decide."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from broadsheet.content.addresses import of_paper
from broadsheet.content.fields import Fields
from broadsheet.content.frontmatter import FrontMatter
from broadsheet.content.merges import check_not_same_as, target_of
from broadsheet.content.schema import PLACE, references_in, slug_of
from broadsheet.importing.matching import Double, Matches, Namesakes, merged_into
from broadsheet.importing.merge import Draft, merge
from broadsheet.importing.separation import Separation
from broadsheet.importing.signs import identifiers_of
from broadsheet.importing.standing import (
    files_by_name,
    imported_of,
    is_hidden,
    is_untouched,
    split_off,
    taken_slugs,
    texts_of,
)
from broadsheet.importing.writer import ContentFile, free_slug, update
from broadsheet.model import Identifier, PartialDate
from broadsheet.problems import Location, Problems


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page that the seeds ask for: what it says, its file where there is one, and its slug.

    The file `is_own` when a draft of its own is in it, and not only those of papers merged into it.
    """

    draft: Draft
    existing: FrontMatter | None
    is_own: bool = True
    slug: str = ""


def with_files(
    drafts: Sequence[Draft],
    matched: Matches,
    files: Sequence[FrontMatter],
    dates: Mapping[str, PartialDate | None],
    problems: Problems,
) -> Iterator[Wanted]:
    """Give each draft its file; drafts whose files a person merged with `same_as` become one.

    The paper that stays keeps its own title and abstract.
    """
    by_name = files_by_name(files)
    targets = {position: merged_into(source, by_name) for position, source in matched.items()}
    together: dict[str, list[int]] = {}
    for position in sorted(targets, key=lambda position: targets[position] is not matched[position]):
        together.setdefault(targets[position].path, []).append(position)
    for position, draft in enumerate(drafts):
        if position not in targets:
            yield Wanted(draft, None)
            continue
        first, *others = together[targets[position].path]
        if position != first:
            continue
        is_own = targets[first] is matched[first]
        if others:
            records = [record for each in (first, *others) for record in drafts[each].records]
            draft = replace(merge(records, dates, problems), title=draft.title, abstract=draft.abstract)  # noqa: PLW2901
        yield Wanted(draft, targets[position], is_own)


def with_slugs(wanted: Iterable[Wanted], files: Sequence[FrontMatter]) -> list[Wanted]:
    """Give each page its slug: its file's, or a free one."""
    taken = taken_slugs(files)
    found = []
    for each in wanted:
        slug = slug_of(each.existing.path) if each.existing else free_slug(each.draft.title, taken)
        taken.add(slug)
        found.append(replace(each, slug=slug))
    return found


def identifiers_elsewhere(wanted: Sequence[Wanted], files: Sequence[FrontMatter], told: Collection[str]) -> set[str]:
    """Return the paths of files with an identifier that came with a paper merged into them and went again with it.

    It is in another paper's file or records and not in the file's own records. Files that a person was `told` of as
    doubles keep what shows it.
    """
    slugs: dict[Identifier, set[str]] = defaultdict(set)
    stated = {each.existing.path: set(each.draft.identifiers) for each in wanted if each.existing}
    for each in wanted:
        for identifier in each.draft.identifiers:
            slugs[identifier].add(each.slug)
    found = set()
    single = [source for source in files if not source.values.get("same_as") and source.path not in told]
    for source in (source for source in single if source.path not in stated):
        for identifier in identifiers_of(source) if not slugs.keys() & set(identifiers_of(source)) else ():
            slugs[identifier].add(slug_of(source.path))
    for source in single:
        foreign = set(identifiers_of(source)) - stated.get(source.path, set())
        if any(slugs[identifier] - {slug_of(source.path)} for identifier in foreign):
            found.add(source.path)
    return found


def splits_by_place(apart: Iterable[Separation], wanted: Sequence[Wanted]) -> dict[str, dict[str, str]]:
    """Return, by path, the slugs of the papers that were split off from a file, by the places that a person named."""
    slug_at = {record.place: each.slug for each in wanted for record in each.draft.records}
    found: dict[str, dict[str, str]] = {}
    for each in apart:
        if PLACE.fullmatch(each.reference):
            known = [slug_of(each.other.path)] if each.other else []
            known += [slug_at[place] for place in sorted(each.there) if place in slug_at]
            known += [split_off(each.owner)[each.reference]] if each.reference in split_off(each.owner) else []
            if known and known[0] != slug_of(each.owner.path):
                found.setdefault(each.owner.path, {})[each.reference] = known[0]
    return found


def settle(
    double: Double, files: Sequence[FrontMatter], apart: Sequence[Separation], problems: Problems
) -> ContentFile | None:
    """Merge a file that nobody edited into the other one; say so when a person has to decide."""
    source, owner = double.source, slug_of(double.owner.path)
    by_name = files_by_name(files)
    targets = [by_name.get(name) for each in files for name in texts_of(each, "same_as")]
    in_doubt = any(each.concerns(source) or each.concerns(double.owner) for each in apart) or source in targets
    in_doubt = in_doubt or not double.by_title
    hidden = is_hidden(source) or is_hidden(double.owner)
    if is_untouched(source) and not hidden and not in_doubt and "same_as" not in imported_of(source):
        message = f"this paper is now known to be “{owner}”, and its address leads there"
        hint = f"If they are two papers, write not_same_as: [{owner}] here instead of same_as."
        problems.note(source.at(), "papers-merged", message, hint)
        return update(source, {"same_as": owner}, taken={slug_of(each.path) for each in files})
    message = f"this file and {double.owner.path} are the same paper by what seeds say"
    hint = f"Write same_as: {owner} here to merge them, or not_same_as: [{owner}] to keep both."
    if hidden:
        message += ", and one of them is hidden"
        hint = f"Write hidden: true into both to hide the paper; or not_same_as: [{owner}] here to keep both."
    if not (is_hidden(source) and is_hidden(double.owner)):
        problems.warning(source.at(), "two-files-one-paper", message, hint)
    return None


def report_new(new: Wanted, ledger: Mapping[str, int], namesakes: Namesakes, problems: Problems) -> None:
    """Report that a deleted file comes back, and that a page is made only because identifiers differ."""
    report_deleted(f"content/papers/{new.slug}.md", of_paper(new.slug), ledger, problems)
    other = namesakes.of(new.draft)
    if other:
        message = (
            f"“{new.draft.title}” has the title of {other.path}, but another identifier: it gets a page of its own"
        )
        hint = f"If they are one paper, write same_as: {slug_of(other.path)} into content/papers/{new.slug}.md."
        problems.warning(new.draft.records[0].place, "identifiers-differ", message, hint)


def report_deleted(path: str, address: str, ledger: Mapping[str, int], problems: Problems) -> None:
    """Say that a page comes back whose file somebody deleted."""
    if address in ledger:
        message = "this file was deleted, and the seeds bring it back"
        problems.note(
            Location(path), "deleted-file", message, "To take the page off the site, write hidden: true into it."
        )


@dataclass(frozen=True, slots=True)
class _Stated:
    """What a file says of other papers."""

    slug: str
    same_as: str
    not_same_as: tuple[str, ...]
    hidden: bool


def check_relations(files: Sequence[FrontMatter], problems: Problems) -> None:
    """Report every `same_as` and `not_same_as` that leads nowhere, in a circle or to the paper itself."""
    stated = {each.path: _stated(each, problems) for each in files}
    by_name = {name: stated[each.path] for name, each in files_by_name(files).items()}
    for each in files:
        paper = stated[each.path]
        if paper.same_as:
            target_of(paper, by_name, each.at("same_as"), problems)
        check_not_same_as(paper, by_name, each.at("not_same_as"), problems)


def _stated(source: FrontMatter, problems: Problems) -> _Stated:
    fields = Fields(source, problems)
    same_as = next(iter(fields.slugs("same_as")), "")
    return _Stated(slug_of(source.path), same_as, references_in(fields), is_hidden(source))
