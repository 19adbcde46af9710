"""seeds/ -> parsed seeds, each capture under the id of its digest."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from broadsheet import disk
from broadsheet.content.frontmatter import FrontMatter
from broadsheet.content.reader import read_bytes
from broadsheet.content.schema import slug_of
from broadsheet.importing.formats import ParsedSeed, parse_seed
from broadsheet.importing.standing import imported_of, is_copy, taken_slugs
from broadsheet.importing.writer import free_slug
from broadsheet.model.slugs import slugify
from broadsheet.problems import Location, Problems

FOLDER = "seeds/"
_SUFFIX = re.compile(r"\.[A-Za-z]{1,8}$")


@dataclass(frozen=True, slots=True)
class Seed:
    """A seed with the fingerprint of its bytes, by which it is known again under another name."""

    parsed: ParsedSeed
    content: str

    @property
    def name(self) -> str:
        """Return the path below seeds/."""
        return self.parsed.path.removeprefix(FOLDER)


def digest_id(name: str) -> str:
    """Return the id of the digest that a seed (by its path from the project's root) makes."""
    return slugify(_SUFFIX.sub("", name.removeprefix(FOLDER)))


def read_seeds(root: Path, digests: Sequence[FrontMatter], problems: Problems) -> list[Seed]:
    """Read and parse every file in seeds/, sorted by path; a README is not a seed. `digests` are the digests' files."""
    paths = [path for path in disk.walk(root / FOLDER) if path.stem.upper() != "README"]
    if not paths:
        hint = "Save a Daily Papers page as text into seeds/."
        problems.error(Location("seeds"), "no-seeds", "there is nothing to import", hint)
    read = {name: read_bytes(root, name, problems) for name in (path.relative_to(root).as_posix() for path in paths)}
    found = {name: data for name, data in read.items() if data is not None}
    ids = _digest_ids(found, digests)
    seeds = []
    first_of: dict[str, str] = {}
    for name, data in found.items():
        parsed = parse_seed(data, name, ids[name], problems)
        if parsed:
            seeds.append(Seed(parsed, fingerprint_of(data)))
        if parsed and parsed.digest and first_of.setdefault(parsed.digest, name) != name:
            message = f"this seed and {first_of[parsed.digest]} want the same address"
            problems.error(Location(name), "same-digest", message, "Rename one.")
    return seeds


def fingerprint_of(data: bytes) -> str:
    """Return eight hexadecimal digits that tell files apart."""
    return hashlib.blake2b(data, digest_size=4).hexdigest()


def _digest_ids(seeds: Mapping[str, bytes], digests: Sequence[FrontMatter]) -> dict[str, str]:
    """Give each seed the id of the digest that was made from it, wherever seed or digest were renamed since.

    What is in a seed goes before its name: a name may be used again for another capture, and names may be swapped.
    """
    prints = {name: fingerprint_of(data) for name, data in seeds.items()}
    stated = [(each, f"{FOLDER}{each.values.get('seed')}", imported_of(each).get("content")) for each in digests]
    ids: dict[str, str] = {}
    free = {slug_of(source.path) for source in digests if not is_copy(source)}
    for by_content, by_name in ((True, True), (True, False), (False, True)):
        for name, content in prints.items():
            for source, seed, known in stated if name not in ids else ():
                same = (content == known or not by_content) and (name == seed or not by_name)
                if same and slug_of(source.path) in free:
                    ids[name] = slug_of(source.path)
                    free.remove(ids[name])
                    break
    taken = taken_slugs(digests) - {digest_id(name) for name, known in ids.items() if known == digest_id(name)}
    for name in prints:
        if name not in ids:  # a name whose digest is of another capture now gets a number
            ids[name] = free_slug(digest_id(name), taken)
    return ids
