"""The papers of a Broadsheet project, as other generators want them: their front matter, their folders."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from broadsheet.content.arrangement import with_implied
from broadsheet.content.reader import read_sources
from broadsheet.content.schema import digest_from, paper_from
from broadsheet.model import Digest, Paper, Tag, Vocabulary
from broadsheet.problems import Problems

LAYOUTS = Path(__file__).resolve().parent / "peers"


@dataclass(frozen=True, slots=True)
class Shelf:
    """What every peer is given: papers, newest first, digests, and the tags that any paper has."""

    papers: Sequence[Paper]
    bodies: Mapping[str, str]  # Markdown, by slug
    digests: Sequence[Digest]
    vocabulary: Vocabulary
    assets: Path
    days: Mapping[str, str]  # of the digests, by id

    def tags_of(self, paper: Paper) -> tuple[str, ...]:
        """Return a paper's own tags, then the broader ones that they imply: its lists have it too."""
        return with_implied(paper, self.vocabulary)

    def used_tags(self) -> list[Tag]:
        used = {tag for paper in self.papers for tag in self.tags_of(paper)}
        return [self.vocabulary[slug] for slug in sorted(used)]


def read_shelf(project: Path) -> Shelf:
    problems = Problems()
    sources = read_sources(project, problems)
    papers = [paper_from(source, sources.vocabulary, problems) for source in sources.papers]
    digests = [digest_from(source, problems) for source in sources.digests]
    days = {digest.id: str(digest.date) for digest in digests}
    bodies = {paper.slug: source.body for paper, source in zip(papers, sources.papers, strict=True)}
    papers.sort(key=lambda paper: paper.slug)
    papers.sort(key=lambda paper: str(paper.published), reverse=True)
    return Shelf(papers, bodies, digests, sources.vocabulary, project / "templates/assets", days)


def make_site(peer: str, shelf: Shelf, folder: Path) -> None:
    """Put a site for a peer into a folder that does not exist yet: its layouts, our assets, the papers."""
    shutil.copytree(LAYOUTS / peer, folder)
    MAKERS[peer](shelf, folder)


def _hugo(shelf: Shelf, folder: Path) -> None:
    shutil.copytree(shelf.assets, folder / "assets")
    content = folder / "content"
    for paper in shelf.papers:
        day = str(paper.published)
        values = _facts(shelf, paper) | {"years": [day[:4]], "months": [day[:7]]}
        if arxiv := paper.identifier("arxiv"):
            values["aliases"] = [f"/arxiv/{arxiv}/"]
        _page(content / f"papers/{paper.slug}.md", values, shelf.bodies[paper.slug])
    _page(content / "papers/_index.md", {"title": "Latest papers"})
    _page(content / "search.md", {"title": "Search"})
    for slug, values in tag_values(shelf).items():
        _page(content / f"tags/{slug}/_index.md", values)
    for digest in shelf.digests:
        _page(content / f"digests/{digest.date}/_index.md", digest_facts(digest))


def _eleventy(shelf: Shelf, folder: Path) -> None:
    shutil.copytree(shelf.assets, folder / "assets")
    for paper in shelf.papers:
        values = _facts(shelf, paper)
        # `tags` and `date` mean something else to Eleventy: a collection for each, and an object of a time zone.
        values["terms"], values["day"] = values.pop("tags"), values.pop("date")
        _page(folder / f"content/papers/{paper.slug}.md", values, shelf.bodies[paper.slug])
    _labels(shelf, folder / "_data/labels.json")


def _pelican(shelf: Shelf, folder: Path) -> None:
    shutil.copytree(shelf.assets, folder / "theme/static")
    for paper in shelf.papers:
        facts = _facts(shelf, paper)
        lines = {
            "Title": paper.title,
            "Slug": paper.slug,
            "Date": facts["date"],
            "Category": shelf.days[paper.appearances[0].digest],
            "Writers": "; ".join(paper.authors),
            "Tags": "; ".join(shelf.tags_of(paper)),
            "Stated": facts["stated"],
            "Rank": facts["rank"],
            "Arxiv": facts["arxiv"],
            "Links": " ; ".join(f"{link.kind.capitalize()} {link.url}" for link in paper.links),
        }
        header = "".join(f"{name}: {value}\n" for name, value in lines.items())
        _write(folder / f"content/papers/{paper.slug}.md", f"{header}\n{shelf.bodies[paper.slug]}\n")
    _labels(shelf, folder / "labels.json")


def _facts(shelf: Shelf, paper: Paper) -> dict[str, object]:
    """Return what every peer's front matter states; `stated` counts the tags that are the paper's own."""
    return {
        "title": paper.title,
        "date": str(paper.published),
        "authors": list(paper.authors),
        "tags": list(shelf.tags_of(paper)),
        "stated": len(paper.tags),
        "digests": [shelf.days[each.digest] for each in paper.appearances],
        "rank": paper.appearances[0].rank,
        "arxiv": paper.identifier("arxiv"),
        "links": [{"kind": link.kind.capitalize(), "url": link.url} for link in paper.links],
    }


def tag_values(shelf: Shelf) -> dict[str, dict[str, object]]:
    used = shelf.used_tags()
    return {
        tag.slug: {
            "title": tag.label,
            "description": tag.description,
            "facet": tag.facet,
            "broader": list(tag.parents),
            "narrower": [each.slug for each in used if tag.slug in each.parents],
        }
        for tag in used
    }


def digest_facts(digest: Digest) -> dict[str, object]:
    words = digest.date.words if digest.date else ""
    return {"title": f"Digest of {words}", "date": str(digest.date), "seed": digest.seed}


def _page(path: Path, values: Mapping[str, object], body: str = "") -> None:
    """Write a page; JSON values are YAML too, and leave nothing to quote."""
    header = "".join(f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in values.items())
    _write(path, f"---\n{header}---\n\n{body}\n")


def _labels(shelf: Shelf, path: Path) -> None:
    _write(path, json.dumps(tag_values(shelf), ensure_ascii=False))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


MAKERS: dict[str, Callable[[Shelf, Path], None]] = {"hugo": _hugo, "eleventy": _eleventy, "pelican": _pelican}
