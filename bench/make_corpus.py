"""Makes a Broadsheet project of so many papers out of a corpus: python bench/make_corpus.py CORPUS SIZE FOLDER.

The files of content/ are those that an import of the corpus would write: the importer's own functions merge, tag and
write them. Each day of the corpus is a digest. What is made is kept in bench/.corpus/, so that it is made once.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from corpus import read_papers  # noqa: E402
from repeated_papers import Listed, listed_papers  # noqa: E402

from broadsheet.content.reader import read_sources  # noqa: E402
from broadsheet.importing.merge import merge  # noqa: E402
from broadsheet.importing.seeds import digest_id  # noqa: E402
from broadsheet.importing.tagging import Tagger  # noqa: E402
from broadsheet.importing.writer import ContentFile, digest_values, paper_values, write_new  # noqa: E402
from broadsheet.model import Identifier, Link, PartialDate, Record  # noqa: E402
from broadsheet.model.slugs import slugify  # noqa: E402
from broadsheet.problems import Location, Problems  # noqa: E402
from broadsheet.weblinks import is_web_address  # noqa: E402

KEPT = ROOT / "bench/.corpus"
# What decides the bytes of a content file; a change of any makes the kept projects stale.
MAKERS = ("bench/corpus.py", "bench/make_corpus.py", "bench/repeated_papers.py", "content/tags.yaml")
MAKING_ROOMS = ("broadsheet/model", "broadsheet/importing", "broadsheet/content")
# A preview imports before it builds, and an import without a seed is a fault. This one changes no file.
SEED = '{"title": "A record without an abstract, which makes no page"}\n'
SITE = """\
title: Broadsheet
description: Papers on training and pre-training, from captured lists, with tags, dates and full-text search.
url: https://digest.example.org/
language: en
page_size: 50
feed_size: 50
"""


def make_project(archive: Path, size: int, folder: Path, kept: Path = KEPT) -> None:
    """Put a project of so many papers into a folder: content/ from what is kept, the rest from the repository.

    The program itself is linked, so that `python build.py` in the folder runs the code of this checkout.
    """
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(kept_content(archive, size, kept), folder / "content")
    shutil.copytree(ROOT / "templates", folder / "templates")
    (folder / "seeds").mkdir()
    (folder / "seeds/record.jsonl").write_text(SEED, encoding="utf-8")
    shutil.copy(ROOT / "build.py", folder / "build.py")
    (folder / "broadsheet").symlink_to(ROOT / "broadsheet")


def kept_content(archive: Path, size: int, kept: Path = KEPT) -> Path:
    """Return the kept content/ of this size, made first when it is missing or stale."""
    folder = kept / f"{size}-{_fingerprint(archive)}"
    if not folder.exists():
        for stale in kept.glob(f"{size}-*"):
            shutil.rmtree(stale)
        unfinished = kept / f".{folder.name}"
        shutil.rmtree(unfinished, ignore_errors=True)
        _write(content_files(listed_papers(read_papers(str(archive)), size)), unfinished)
        unfinished.rename(folder)
    return folder


def _fingerprint(archive: Path) -> str:
    sources = [archive, *(ROOT / name for name in MAKERS)]
    sources += sorted(path for room in MAKING_ROOMS for path in (ROOT / room).rglob("*.py"))
    hashed = hashlib.blake2b(digest_size=6)
    for path in sources:
        hashed.update(path.read_bytes())
    return hashed.hexdigest()


def _write(files: Iterable[ContentFile], folder: Path) -> None:
    for name in ("papers", "digests"):
        (folder / name).mkdir(parents=True)
    for file in files:
        (folder / file.path.removeprefix("content/")).write_text(file.text, encoding="utf-8")
    shutil.copy(ROOT / "content/tags.yaml", folder / "tags.yaml")
    (folder / "site.yaml").write_text(SITE, encoding="utf-8")


def content_files(papers: Iterable[Listed]) -> Iterator[ContentFile]:
    """Make the files of the papers and of the digests that they appeared in, as the importer would."""
    problems = Problems()
    tagger = Tagger(read_sources(ROOT, problems).vocabulary)
    days: dict[str, PartialDate] = {}
    slugs: set[str] = set()
    for paper in papers:
        record = record_of(paper)
        days[paper.seed] = PartialDate.parse(paper.day)
        draft = merge([record], {record.digest: days[paper.seed]}, problems)
        values = paper_values(draft, tagger.tags_for(draft.title, draft.abstract, draft.tags, ()))
        yield write_new(f"content/papers/{_free_slug(draft.title, slugs)}.md", values, draft.abstract)
    for seed, day in sorted(days.items()):
        values = digest_values(seed, day, inferred=False)
        yield write_new(f"content/digests/{digest_id(f'seeds/{seed}')}.md", values, "")


def record_of(paper: Listed) -> Record:
    """State a paper as the parsed capture of its day would; a title stands on every fourth line of one."""
    links = [("code", paper.repository), ("project", paper.project)]
    return Record(
        title=paper.title,
        place=Location(f"seeds/{paper.seed}", 4 * paper.rank),
        abstract=paper.abstract,
        digest=digest_id(f"seeds/{paper.seed}"),
        rank=paper.rank,
        published=PartialDate.parse(paper.published) if paper.published else None,
        authors=paper.authors,
        identifiers=tuple(_identifiers(paper.arxiv)),
        links=tuple(Link(kind, url) for kind, url in links if is_web_address(url)),
    )


def _identifiers(arxiv: str) -> Iterator[Identifier]:
    try:
        yield Identifier.parse("arxiv", arxiv)
    except ValueError:  # some lists name what is on no archive
        return


def _free_slug(title: str, taken: set[str]) -> str:
    slug = free = slugify(title)
    number = 1
    while free in taken:
        number += 1
        free = f"{slug}-{number}"
    taken.add(free)
    return free


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path, help="tar archive of Hugging Face Daily Papers")
    parser.add_argument("size", type=int, help="number of papers")
    parser.add_argument("folder", type=Path, help="where the project is put; must not exist")
    options = parser.parse_args()
    if options.folder.exists():
        parser.error(f"{options.folder} is there already")
    make_project(options.corpus, options.size, options.folder)
    print(f"A project of {options.size:,} papers is in {options.folder}")


if __name__ == "__main__":
    main()
