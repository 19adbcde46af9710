"""Identifiers of papers: parsed once, version split off."""

from __future__ import annotations

import re
from typing import NamedTuple

_NEW_ARXIV = r"\d{4}\.\d{4,5}"
_OLD_ARXIV = r"[a-z][a-z-]*(?:\.[A-Z]{2})?/\d{7}"
_ARXIV = re.compile(rf"(?:arxiv:\s*)?({_NEW_ARXIV}|{_OLD_ARXIV})(v\d+)?", re.IGNORECASE | re.ASCII)
_ARXIV_URL = re.compile(
    r"https?://(?:www\.|export\.)?(?:arxiv\.org/(?:abs|pdf|html)|(?:huggingface\.co|hf\.co)/papers)/(.+?)(?:\.pdf)?/?",
    re.IGNORECASE,
)
_DOI = re.compile(r"(?:doi:\s*|https?://(?:dx\.)?doi\.org/)?(10\.\d{4,9}/[^\s\"<>\\^`{|}]+)", re.IGNORECASE | re.ASCII)

SCHEMES = ("arxiv", "doi")


class Identifier(NamedTuple):
    """A scheme and a value in one spelling: `arxiv` 2501.00656 (no version), `doi` 10.1000/xyz (lower case)."""

    scheme: str
    value: str

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value}"

    @classmethod
    def parse(cls, scheme: str, text: str) -> Identifier:
        """Read a value of a scheme in any of its usual forms, web addresses included.

        Raises ValueError when the text is no such identifier or the scheme is not known.
        """
        if scheme == "arxiv":
            return cls("arxiv", _parse_arxiv(text.strip()))
        if scheme == "doi" and (match := _DOI.fullmatch(text.strip())):
            return cls("doi", match[1].lower())
        raise ValueError(f"not a {scheme} identifier: {text!r}")


def _parse_arxiv(text: str) -> str:
    if in_url := _ARXIV_URL.fullmatch(text):
        text = in_url[1]
    match = _ARXIV.fullmatch(text)
    if not match:
        raise ValueError(f"not an arXiv identifier: {text!r}")
    value = match[1]
    if "/" not in value:
        if not 1 <= int(value[2:4]) <= 12:  # noqa: PLR2004 - months
            raise ValueError(f"no such month in the arXiv identifier {text!r}")
        return value
    archive, number = value.lower().split("/")
    return f"{archive.partition('.')[0]}/{number}"
