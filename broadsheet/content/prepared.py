"""One content file, read and rendered on its own: all that can be said of it without knowing any other file."""

from __future__ import annotations

from dataclasses import dataclass, field

from broadsheet.content.cuts import check_cuts
from broadsheet.content.frontmatter import parse
from broadsheet.content.markup import Body, plain_text, render
from broadsheet.content.links import lines_of_links
from broadsheet.content.proofreading import proofread
from broadsheet.content.repair import changed_words, repair_html, repair_text
from broadsheet.content.schema import digest_from, page_from, paper_from
from broadsheet.model import Digest, Page, Paper, Vocabulary
from broadsheet.problems import Location, Problem, Problems

LOCATED = ("title", "aliases", "same_as", "not_same_as", "identifiers", "appearances")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file's paper, digest or page with its rendered body; `of` is None when the file cannot be read.

    fingerprint  of the file's bytes
    body     as readers see it: what a capture damaged is mended
    title    the same for a paper's title
    abstract the first paragraph as plain text, nothing mended
    damage   for searching: the words of a paper as its source has them where they are shown otherwise
    lines    of the keys that other files may contradict, and by `link:…` of the links to other pages of the site
    """

    path: str
    fingerprint: str
    of: Paper | Digest | Page | None = None
    body: Body = Body("", "")
    title: str = ""
    abstract: str = ""
    damage: str = ""
    lines: dict[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def at(self, key: str) -> Location:
        """Return the place of a key, or of the file's beginning."""
        while key and key not in self.lines:
            key = key.rpartition(".")[0]
        return Location(self.path, self.lines.get(key, 1))


def prepare(text: str, path: str, fingerprint: str, kind: str, vocabulary: Vocabulary) -> Prepared:
    """Read and render one file of content/; `kind` is the folder it stands in: papers, digests or pages."""
    problems = Problems()
    source = parse(text, path, problems)
    if source is None:
        return Prepared(path, fingerprint, problems=tuple(problems))
    lines = {key: line for key, line in source.lines.items() if key.startswith(LOCATED) and key.count(".") <= 1}
    if kind == "papers":
        thing: Paper | Digest | Page = paper_from(source, vocabulary, problems)
    else:
        thing = digest_from(source, problems) if kind == "digests" else page_from(source, problems)
    lines |= lines_of_links(source)
    rendered = render(source.body)
    check_cuts(source, problems)
    proofread(source, rendered, problems)
    body = Body(repair_html(rendered.html), repair_text(rendered.text))
    if not isinstance(thing, Paper):
        return Prepared(path, fingerprint, thing, body, lines=lines, problems=tuple(problems))
    title = repair_text(thing.title)
    damage = changed_words(f"{thing.title} {rendered.text}", f"{title} {plain_text(body.html)}")
    abstract = plain_text(rendered.html.partition("</p>")[0])
    return Prepared(path, fingerprint, thing, body, title, abstract, damage, lines, tuple(problems))
