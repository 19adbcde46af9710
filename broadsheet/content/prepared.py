"""Content files, read and rendered each on its own: all that can be said of one without knowing any other."""

from __future__ import annotations

import marshal
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from types import MappingProxyType
from typing import NamedTuple

from broadsheet.content.cuts import check_cuts
from broadsheet.content.frontmatter import FrontMatter, parse
from broadsheet.content.markup import NO_BODY, Body, plain_text, render
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


class Raw(NamedTuple):
    """A file of content/ as text; `kind` is the folder it stands in: papers, digests or pages."""

    path: str
    kind: str
    fingerprint: str
    text: str


@dataclass(slots=True)
class _Draft:
    """A file that is being prepared; `of` is None when it cannot be read."""

    raw: Raw
    problems: Problems
    of: Paper | Digest | Page | None
    source: FrontMatter
    lines: dict[str, int]
    body: Body = NO_BODY
    title: str = ""
    html: str = ""
    text: str = ""


def prepare(files: Iterable[Raw], vocabulary: Vocabulary) -> list[Prepared]:
    """Read and render files of content/, each step for all of them: so the processor has its code at hand."""
    drafts = [_begun(raw, vocabulary) for raw in files]
    read = [draft for draft in drafts if draft.of is not None]
    for draft in read:
        draft.body = render(draft.source.body)
    for draft in read:
        check_cuts(draft.source, draft.problems)
        proofread(draft.source, draft.body, draft.problems)
    for draft in read:
        title = draft.of.title if isinstance(draft.of, Paper) else ""
        draft.title, draft.html, draft.text = repair_page(title, draft.body.html, draft.body.text)
    return [_finished(draft) for draft in drafts]


def _begun(raw: Raw, vocabulary: Vocabulary) -> _Draft:
    problems = Problems()
    read = _read(raw, vocabulary, problems)
    if read is None:
        return _Draft(raw, problems, None, FrontMatter(raw.path), {})
    thing, source, lines = read
    return _Draft(raw, problems, thing, source, lines | lines_of_links(source))


def _finished(draft: _Draft) -> Prepared:
    path, _, fingerprint, _ = draft.raw
    problems = tuple(draft.problems)
    if draft.of is None:
        return Prepared(path, fingerprint, problems=problems)
    inside = _links_inside(draft.html)
    shape = shape_of(path, fingerprint, draft.of, draft.lines, links_inside=inside)
    texts = pack_texts(_texts_of(draft))
    return Prepared(path, fingerprint, draft.of, draft.title, texts, draft.lines, inside, problems, shape)


def _texts_of(draft: _Draft) -> Texts:
    html, text, body = draft.html, draft.text, draft.body
    if not isinstance(draft.of, Paper):
        return Texts(html, text)
    shown = body.text if html == body.html else plain_text(html)
    damage = changed_words(f"{draft.of.title} {body.text}", f"{draft.title} {shown}")
    first, _, others = body.html.partition("</p>")
    return Texts(html, text, plain_text(first) if others else body.text, damage)


def _read(
    raw: Raw, vocabulary: Vocabulary, problems: Problems
) -> tuple[Paper | Digest | Page, FrontMatter, dict[str, int]] | None:
    """Return what a file is about, its parts, and the lines that other files may contradict."""
    path, kind, _, text = raw
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
