"""One content file, read and rendered on its own: all that can be said of it without knowing any other file."""

from __future__ import annotations

import marshal
from collections.abc import Mapping
from html import escape
from types import MappingProxyType
from typing import NamedTuple

from broadsheet.content.cuts import check_cuts
from broadsheet.content.frontmatter import FrontMatter, parse
from broadsheet.content.markup import plain_text, render
from broadsheet.content.links import lines_of_links
from broadsheet.content.proofreading import proofread
from broadsheet.content.repair import changed_words, repair_page
from broadsheet.content.schema import digest_from, page_from, paper_from
from broadsheet.content.shapes import shape_of
from broadsheet.content.usual import usual_paper
from broadsheet.model import Digest, Page, Paper, Vocabulary
from broadsheet.problems import Location, Problem, Problems

LOCATED = ("title", "aliases", "same_as", "not_same_as", "identifiers", "appearances")


class Texts(NamedTuple):
    """The long texts of a file.

    html, text  the body as readers see it: what a capture damaged is mended
    abstract    the first paragraph as plain text, nothing mended
    damage      for searching: the words of a paper as its source has them where they are shown otherwise
    """

    html: str = ""
    text: str = ""
    abstract: str = ""
    damage: str = ""


def pack_texts(texts: Texts) -> bytes:
    """Return texts in little room: mostly the abstract is the text, and the HTML is the text in a paragraph."""
    html = None if texts.html == _paragraph(texts.text) else texts.html
    abstract = None if texts.abstract == texts.text else texts.abstract
    return marshal.dumps((texts.text, html, abstract, texts.damage))


def abstract_of(packed: bytes) -> str:
    """Return the abstract alone out of packed texts."""
    text: str
    abstract: str | None
    text, _, abstract, _ = marshal.loads(packed)  # noqa: S302 - made by pack_texts()
    return text if abstract is None else abstract


def _paragraph(text: str) -> str:
    return f"<p>{escape(text, quote=False)}</p>"


NO_TEXTS = pack_texts(Texts("", "", "", ""))


class Prepared(NamedTuple):
    """A file's paper, digest or page with its texts; `of` is None when the file cannot be read.

    fingerprint  of the file's bytes
    title    of a paper as readers see it: what a capture damaged is mended
    packed   the long texts, unpacked when they are asked for: of most papers a build never needs them
    lines    of the keys that other files may contradict, and by `link:…` of the links to other pages of the site
    links_inside  whether the body links to other pages of the site
    shape    what is left when only texts of a paper change
    """

    path: str
    fingerprint: str
    of: Paper | Digest | Page | None = None
    title: str = ""
    packed: bytes = NO_TEXTS
    lines: Mapping[str, int] = MappingProxyType({})
    links_inside: bool = False
    problems: tuple[Problem, ...] = ()
    shape: bytes = b""

    @property
    def texts(self) -> Texts:
        """Return the long texts."""
        text, html, abstract, damage = marshal.loads(self.packed)  # noqa: S302 - made by pack_texts()
        return Texts(_paragraph(text) if html is None else html, text, text if abstract is None else abstract, damage)

    def at(self, key: str) -> Location:
        """Return the place of a key, or of the file's beginning."""
        while key and key not in self.lines:
            key = key.rpartition(".")[0]
        return Location(self.path, self.lines.get(key, 1))


def prepare(text: str, path: str, fingerprint: str, kind: str, vocabulary: Vocabulary) -> Prepared:
    """Read and render one file of content/; `kind` is the folder it stands in: papers, digests or pages."""
    problems = Problems()
    read = _read(text, path, kind, vocabulary, problems)
    if read is None:
        return Prepared(path, fingerprint, problems=tuple(problems))
    thing, source, lines = read
    lines |= lines_of_links(source)
    rendered = render(source.body)
    check_cuts(source, problems)
    proofread(source, rendered, problems)
    written = thing.title if isinstance(thing, Paper) else ""
    title, html, text = repair_page(written, rendered.html, rendered.text)
    inside = _links_inside(html)
    shape = shape_of(path, fingerprint, thing, lines, links_inside=inside)
    if not isinstance(thing, Paper):
        texts = pack_texts(Texts(html, text))
        return Prepared(path, fingerprint, thing, title, texts, lines, inside, tuple(problems), shape)
    shown = rendered.text if html == rendered.html else plain_text(html)
    damage = changed_words(f"{written} {rendered.text}", f"{title} {shown}")
    first, _, others = rendered.html.partition("</p>")
    texts = pack_texts(Texts(html, text, plain_text(first) if others else rendered.text, damage))
    return Prepared(path, fingerprint, thing, title, texts, lines, inside, tuple(problems), shape)


def _read(
    text: str, path: str, kind: str, vocabulary: Vocabulary, problems: Problems
) -> tuple[Paper | Digest | Page, FrontMatter, dict[str, int]] | None:
    """Return what a file is about, its parts, and the lines that other files may contradict."""
    if kind == "papers" and (usual := usual_paper(text, path, vocabulary)):
        paper, source = usual
        return paper, source, source.lines
    parsed = parse(text, path, problems)
    if parsed is None:
        return None
    lines = {key: line for key, line in parsed.lines.items() if key.startswith(LOCATED) and key.count(".") <= 1}
    if kind == "papers":
        return paper_from(parsed, vocabulary, problems), parsed, lines
    return (digest_from if kind == "digests" else page_from)(parsed, problems), parsed, lines


def _links_inside(html: str) -> bool:
    """Say whether a body has a link that is not to another host."""
    return ' href="' in html and html.count(' href="') > html.count(' href="http') + html.count(' href="mailto:')
