"""Web addresses inside running text: where they start, where the sentence goes on, what they point at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

_START = re.compile(r"https?://(?=[A-Za-z0-9])", re.IGNORECASE)
_BODY = re.compile(r"https?://[^\s<>\"{}|\\^`\[\]\u00a0]+", re.IGNORECASE)
# A host of letters, figures and single hyphens is one that every reader of addresses takes as it is.
PLAIN_ADDRESS = (
    r"https?://(?:[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*\.){1,9}[A-Za-z]{2,}"
    r"(?:[/?#][A-Za-z0-9/?#=%+.,:;@!$()*_~'-]{0,1000})?"
)
_PLAIN = re.compile(PLAIN_ADDRESS)
_LONGEST = 2000  # characters that browsers accept
_SENTENCE = ".,;:!?'’”…*"
_PAIRS = {")": "("}
_MODEL_PARTS = 2  # owner and name
_CODE_HOSTS = {"github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "anonymous.4open.science"}
_MODEL_HOSTS = {"huggingface.co", "hf.co", "modelscope.cn"}
_PAPER_HOSTS = {"arxiv.org", "doi.org", "openreview.net", "aclanthology.org", "proceedings.mlr.press"}


@dataclass(frozen=True, slots=True)
class Found:
    """An address in a text: where it starts and ends (characters), and the address."""

    start: int
    end: int
    url: str


def find_web_addresses(text: str) -> Iterator[Found]:
    """Find http and https addresses, each without the full stop, bracket or quote of its sentence."""
    first = text.find("://")
    if first < 0:
        return  # far quicker than a pattern that reads capitals and small letters alike
    end = 0
    for match in _START.finditer(text, max(0, first - len("https"))):  # no address begins before
        if match.start() < end:
            continue
        body = _BODY.match(text, match.start())
        if body is None:
            continue
        url = _without_sentence(body[0])
        if is_web_address(url):
            end = match.start() + len(url)
            yield Found(match.start(), end, url)


def _without_sentence(url: str) -> str:
    """Cut what belongs to the sentence: closing punctuation, and a bracket that was opened outside."""
    while url:
        last = url[-1]
        opened = _PAIRS.get(last)
        if last in _SENTENCE or (opened and url.count(last) > url.count(opened)):
            url = url[:-1]
        else:
            break
    return url


def is_web_address(text: str) -> bool:
    """Say whether a text is one absolute http or https address that is safe to link to."""
    if len(text) > _LONGEST:
        return False
    return _PLAIN.fullmatch(text) is not None or is_any_web_address(text)


def is_any_web_address(text: str) -> bool:
    """Say the same of an address with a host of any kind."""
    if _BODY.fullmatch(text) is None:
        return False
    try:
        parts = urlsplit(text)
        return bool(parts.hostname) and (parts.port or 1) > 0 and not parts.username
    except ValueError:
        return False


def kind_of_link(url: str) -> str:
    """Name what an address found in an abstract points at: code, data, model, paper or project."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    path = [part for part in parts.path.split("/") if part]
    if host in _CODE_HOSTS:
        return "code"
    if host in _MODEL_HOSTS:
        if path[:1] == ["datasets"]:
            return "data"
        return "model" if len(path) >= _MODEL_PARTS and path[0] not in {"spaces", "papers"} else "project"
    return "paper" if host in _PAPER_HOSTS else "project"
