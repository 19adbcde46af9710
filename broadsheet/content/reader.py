"""The reader of content/: every file once, faults reported, nothing interpreted yet."""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass, field
from pathlib import Path

from broadsheet import disk
from broadsheet.content.conflicts import has_conflict
from broadsheet.content.frontmatter import FrontMatter, parse
from broadsheet.content.ledger import PATH as LEDGER
from broadsheet.content.ledger import read_ledger
from broadsheet.content.schema import slug_of
from broadsheet.content.vocabulary import read_vocabulary
from broadsheet.model import Tag, Vocabulary
from broadsheet.model.slugs import LONGEST_NAME, RESERVED, SLUG, slugify
from broadsheet.problems import Location, Problems
from broadsheet.progress import SILENT, Progress
from broadsheet.remembered import keep, kept

KINDS = ("papers", "digests", "pages")
_NOT_FOLLOWED = getattr(os, "O_NOFOLLOW", 0)  # not on every system
_AS_BYTES = getattr(os, "O_BINARY", 0)  # where lines would end otherwise
_MOST_AT_ONCE = 1 << 16
VOCABULARY = "content/tags.yaml"


@dataclass(slots=True)
class Sources:
    """The parsed files of content/, sorted by path, the vocabulary, and the published addresses with their lines."""

    papers: list[FrontMatter] = field(default_factory=list)
    digests: list[FrontMatter] = field(default_factory=list)
    pages: list[FrontMatter] = field(default_factory=list)
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    ledger: dict[str, int] = field(default_factory=dict)


def read_sources(root: Path, problems: Problems, progress: Progress = SILENT) -> Sources:
    """Read content/ below the project's root."""
    paths = [path for kind in KINDS for path in disk.walk(root / "content" / kind)]
    progress.step("Reading", len(paths), "files")
    found: dict[str, list[FrontMatter]] = {kind: [] for kind in KINDS}
    first_of: dict[str, dict[str, str]] = {kind: {} for kind in KINDS}
    for path in progress.through(enumerate(paths), len(paths)):
        name = path.relative_to(root).as_posix()
        kind = name.split("/")[1]
        source = _read_file(root, name, first_of[kind], problems)
        if source:
            found[kind].append(source)
    vocabulary, ledger = read_vocabulary_of(root, problems), read_ledger_of(root, problems)
    return Sources(found["papers"], found["digests"], found["pages"], vocabulary, ledger)


def read_bytes(root: Path, name: str, problems: Problems) -> bytes | None:
    """Read a file, by its path from the project's root; None, with the reason reported, when it cannot or may not be read.

    Links are not followed: a link in a pull request could publish any file of the machine that builds it.
    """
    if not name.isprintable():
        problems.error(Location(ascii(name)), "bad-name", "the file's name cannot be printed", "Rename it.")
        return None
    full = os.path.join(root, name)
    try:
        return _read_whole(full)
    except OSError as fault:
        place = Location(name)
        if os.path.islink(full):
            hint = "Put the file itself here."
            problems.error(place, "symbolic-link", "this is a link, which is not followed", hint)
        else:
            problems.error(place, "unreadable", f"cannot be read: {fault.strerror}", "Look at its permissions.")
    return None


def _read_whole(full: str) -> bytes:
    """Return the bytes of a file with as few calls of the system as can be; OSError for a link, too."""
    if not _NOT_FOLLOWED and os.path.islink(full):
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    handle = os.open(full, os.O_RDONLY | _NOT_FOLLOWED | _AS_BYTES)
    try:
        data = os.read(handle, _MOST_AT_ONCE)
        pieces = [data]
        while data:
            data = os.read(handle, _MOST_AT_ONCE)
            pieces.append(data)
        return b"".join(pieces)
    finally:
        os.close(handle)


def read_text(root: Path, name: str, problems: Problems) -> str | None:
    """Read a UTF-8 file in the same way; None, with the reason reported, when it is something else."""
    data = read_bytes(root, name, problems)
    return None if data is None else to_text(data, name, problems)


def to_text(data: bytes, name: str, problems: Problems) -> str | None:
    """Decode the bytes of a file; None, with the reason reported, when they are not UTF-8 or hold a git conflict."""
    try:
        text = data.decode("utf-8")
        return None if has_conflict(text, name, problems) else text
    except UnicodeDecodeError as fault:
        place = Location(name, data.count(b"\n", 0, fault.start) + 1)
        problems.error(place, "not-utf-8", f"byte {fault.start} is not UTF-8", "Save it as UTF-8.")
    return None


def _read_file(root: Path, name: str, first_of: dict[str, str], problems: Problems) -> FrontMatter | None:
    if not check_name(name, first_of, problems):
        check_stray(root, name, problems)
        return None
    data = read_bytes(root, name, problems)
    text = None if data is None else to_text(data, name, problems)
    return None if text is None else parse(text, name, problems)


def check_name(name: str, first_of: dict[str, str], problems: Problems) -> bool:
    """Say whether a file is one to read, by its ending; report a name that is no slug, or another file's too."""
    if not name.endswith(".md") and not name.lower().endswith(".md"):
        return False
    if name.isprintable():
        _check_slug(name, first_of, problems)
    return True


def has_sound_name(name: str) -> bool:
    """Say whether a content file's name can be its address as it is."""
    slug = slug_of(name)
    return bool(SLUG.fullmatch(slug)) and len(slug) <= LONGEST_NAME and slug not in RESERVED and name.isprintable()


def check_stray(root: Path, name: str, problems: Problems) -> None:
    """Report a file that does not end in .md; one with front matter was surely meant to be read."""
    may_be_read = name.isprintable() and not (root / name).is_symlink()
    data = read_bytes(root, name, problems) if may_be_read else b""
    if data is not None and data.removeprefix(b"\xef\xbb\xbf").startswith(b"---"):
        message = "this file has front matter and does not end in .md, so nobody reads it"
        hint = f"Rename it to {slug_of(name)}.md; to take a page off the site, write hidden: true into its file."
        problems.error(Location(name), "wrong-ending", message, hint)
    elif data is not None:
        hint = "Content files end in .md; keep other files elsewhere."
        problems.warning(Location(name), "not-read", "this file is not read", hint)


def _check_slug(name: str, first_of: dict[str, str], problems: Problems) -> None:
    slug = slug_of(name)
    key = slug if has_sound_name(name) else slugify(slug, longest=LONGEST_NAME)
    if (first := first_of.setdefault(key, name)) != name:
        problems.error(
            Location(name), "same-slug", f"this file and {first} want the same address", "Rename or merge one of them."
        )
    elif key != slug or not SLUG.fullmatch(slug):
        problems.error(
            Location(name), "bad-slug", f"“{slug}” cannot be an address", f"Rename the file, for example to {key}.md."
        )


def _text_if_there(root: Path, name: str, problems: Problems) -> str | None:
    return read_text(root, name, problems) if (root / name).exists() else ""


def read_ledger_of(root: Path, problems: Problems) -> dict[str, int]:
    """Read the published addresses of a project, with their lines."""
    return read_ledger(_text_if_there(root, LEDGER, problems) or "", problems)


def read_vocabulary_of(root: Path, problems: Problems, cache: Path | None = None, program: str = "") -> Vocabulary:
    """Read the vocabulary of a project; one without a fault is remembered in the file `cache` for the same program."""
    text = _text_if_there(root, VOCABULARY, problems)
    if text is None:
        return Vocabulary()
    if cache and (known := kept(cache, (program, text))):
        return Vocabulary({tag[0]: Tag(*tag) for tag in known})
    found = Problems()
    vocabulary = read_vocabulary(text, VOCABULARY, found)
    if not text.strip() or (not vocabulary.tags and not found.fatal(strict=False)):
        hint = "Get it back from git, or write a first tag:  pre-training: {label: Pre-training}"
        found.error(Location(VOCABULARY), "no-vocabulary", "there is no vocabulary of tags", hint)
    if cache and not len(found):
        keep(cache, (program, text), [tuple(tag) for tag in vocabulary.tags.values()])
    problems.add_all(found)
    return vocabulary
