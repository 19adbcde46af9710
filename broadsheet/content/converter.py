"""Markdown of any kind -> safe HTML, by the library: slow to load, so only where plain paragraphs will not do."""

from __future__ import annotations

import re
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import markdown
import nh3
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from broadsheet.weblinks import find_web_addresses, is_web_address

_ALLOWED_TAGS = frozenset(
    "p h2 h3 h4 h5 h6 ul ol li blockquote pre code em strong a hr br table thead tbody tr th td sub sup del".split()
)
_ALLOWED_ATTRIBUTES = {"a": {"href", "title"}, "th": {"align"}, "td": {"align"}, "ol": {"start"}}


class _BareAddress(InlineProcessor):
    """Links a web address that stands in the text as it is."""

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Element | None, int | None, int | None]:  # type: ignore[override]  # noqa: N802
        """Link the address without the punctuation of its sentence."""
        found = next(find_web_addresses(data[m.start() :]), None)
        if found is None or found.start:
            return None, None, None
        link = Element("a", href=found.url)
        link.text = AtomicString(found.url)
        return link, m.start(), m.start() + found.end


class _WithinThePage(Treeprocessor):
    """Fits a body into its page: the page's title is the one h1, and a picture becomes a link to it."""

    def run(self, root: Element) -> None:
        """Change the tree in place."""
        for element in root.iter():
            if element.tag == "h1":
                element.tag = "h2"
            elif element.tag == "img":
                element.tag, source = "a", element.get("src", "")
                element.text = AtomicString(element.get("alt") or source)
                element.attrib.clear()
                element.set("href", source)


def _markdown() -> markdown.Markdown:
    """Make a converter that knows no raw HTML: what looks like a tag is text."""
    converter = markdown.Markdown(extensions=["fenced_code", "sane_lists", "tables"])
    converter.preprocessors.deregister("html_block")
    converter.inlinePatterns.deregister("html")
    converter.inlinePatterns.deregister("automail")
    converter.inlinePatterns.register(_BareAddress(r"https?://", converter), "bare_address", 115)
    converter.treeprocessors.register(_WithinThePage(converter), "within_the_page", 5)
    return converter


_CONVERTER = _markdown()


def render_by_library(body: str) -> str:
    """Render Markdown of any kind to safe HTML."""
    raw = _CONVERTER.reset().convert(body)
    return nh3.clean(
        raw,
        tags=set(_ALLOWED_TAGS),
        attributes={tag: set(names) for tag, names in _ALLOWED_ATTRIBUTES.items()},
        url_schemes={"http", "https", "mailto"},
        attribute_filter=_safe_attribute,
        link_rel=None,
    )


def _safe_attribute(tag: str, name: str, value: str) -> str | None:
    if (tag, name) != ("a", "href"):
        return value
    try:
        parts = urlsplit(value)
    except ValueError:
        return None
    inside = not parts.scheme and not parts.netloc
    return value if inside or parts.scheme == "mailto" or is_web_address(value) else None
