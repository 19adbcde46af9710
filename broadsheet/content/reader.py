"""The reader of content/: every file once, faults reported, nothing interpreted yet."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from broadsheet import disk
from broadsheet.content.frontmatter import FrontMatter, parse
from broadsheet.content.schema import slug_of
from broadsheet.content.vocabulary import read_vocabulary
from broadsheet.model import Vocabulary
from broadsheet.model.slugs import SLUG, slugify
from broadsheet.problems import Location, Problems

KINDS = ("papers", "digests", "pages")


@dataclass(slots=True)
class Sources:
    """The parsed files of content/, sorted by path, and the vocabulary."""

    papers: list[FrontMatter] = field(default_factory=list)
    digests: list[FrontMatter] = field(default_factory=list)
    pages: list[FrontMatter] = field(default_factory=list)
    vocabulary: Vocabulary = field(default_factory=Vocabulary)


def read_sources(root: Path, problems: Problems) -> Sources:
    """Read content/ below the project's root."""
    found = {kind: _read_folder(root, f"content/{kind}", problems) for kind in KINDS}
    return Sources(found["papers"], found["digests"], found["pages"], _read_vocabulary(root, problems))


def read_text(path: Path, name: str, problems: Problems) -> str | None:
    """Read a UTF-8 file; None, with the reason reported, when it is something else or cannot be read."""
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as fault:
        line = fault.object.count(b"\n", 0, fault.start) + 1
        problems.error(Location(name, line), "not-utf-8", f"byte {fault.start} is not UTF-8", "Save it as UTF-8.")
    except OSError as fault:
        problems.error(Location(name), "unreadable", f"cannot be read: {fault.strerror}")
    return None


def _read_folder(root: Path, folder: str, problems: Problems) -> list[FrontMatter]:
    found = []
    first_of: dict[str, str] = {}
    for path in disk.walk(root / folder, ".md"):
        name = path.relative_to(root).as_posix()
        _check_slug(name, first_of, problems)
        text = read_text(path, name, problems)
        source = parse(text, name, problems) if text is not None else None
        if source:
            found.append(source)
    return found


def _check_slug(name: str, first_of: dict[str, str], problems: Problems) -> None:
    """Report a file whose name is no slug, or whose slug another file has already."""
    slug = slug_of(name)
    key = slugify(slug, longest=250)
    if first := first_of.get(key):
        problems.error(
            Location(name), "same-slug", f"this file and {first} want the same address", "Rename or merge one of them."
        )
    elif not SLUG.fullmatch(slug) or re.fullmatch(r"index|page", slug):
        problems.error(
            Location(name), "bad-slug", f"“{slug}” cannot be an address", f"Rename the file, for example to {key}.md."
        )
    first_of.setdefault(key, name)


def _read_vocabulary(root: Path, problems: Problems) -> Vocabulary:
    name = "content/tags.yaml"
    path = root / name
    if not path.exists():
        problems.warning(Location(name), "no-vocabulary", "there is no vocabulary of tags", "Every paper is “Other”.")
        return Vocabulary()
    text = read_text(path, name, problems)
    return read_vocabulary(text, name, problems) if text is not None else Vocabulary()
