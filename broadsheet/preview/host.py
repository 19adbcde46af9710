"""Files as a host serves them: index pages, `_headers`, `_redirects`, a 404 page, content types."""

from __future__ import annotations

import mimetypes
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".xml": "application/xml; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".pagefind": "application/wasm",
}
_PRIVATE = {"_headers", "_redirects"}


class Files(Protocol):
    """The files of a site, wherever they come from."""

    def read(self, file: str) -> bytes | None:
        """Return the bytes of a file by its path below the site, None when there is none."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A response without its transport."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Folder:
    """The files below a folder; it is read anew for every request, so it is never stale."""

    folder: Path

    def read(self, file: str) -> bytes | None:
        """Return the bytes of a file; None also for one that lies outside, or whose name begins with a dot."""
        root = self.folder.resolve()
        try:
            path = (root / file).resolve()
            inside = path.is_relative_to(root) and not path.name.startswith(".")
            return path.read_bytes() if inside and path.is_file() else None
        except (OSError, ValueError):  # no name for a file: a NUL, a name too long
            return None


@dataclass(slots=True)
class Host:
    """Answers for the files of a site that stands below a base path."""

    files: Files
    base: str = ""
    _rules: tuple[bytes, dict[str, str]] = (b"", {})

    def answer(self, target: str) -> Answer:
        """Answer a request for a path (query and all)."""
        raw = unquote(target.partition("?")[0].partition("#")[0])
        path = posixpath.normpath(raw.strip("/") or ".").lstrip("/")
        address = "/" if path == "." else f"/{path}/" if raw.endswith("/") else f"/{path}"
        if self.base and not address.startswith(f"{self.base}/"):
            return Answer(302, headers={"Location": f"{self.base}/"})
        inside = address.removeprefix(self.base)
        if to := self._redirects().get(address.rstrip("/")):
            return Answer(301, headers={"Location": to})
        file = inside[1:] + ("index.html" if inside.endswith("/") else "")
        body = None if file in _PRIVATE or ".." in file.split("/") else self.files.read(file)
        if body is not None:
            return Answer(200, body, self._headers_for(inside, file))
        if not inside.endswith("/") and self.files.read(f"{inside[1:]}/index.html") is not None:
            return Answer(301, headers={"Location": f"{address}/"})
        return Answer(404, self.files.read("404.html") or b"Not found", self._headers_for(inside, "404.html"))

    def _headers_for(self, address: str, file: str) -> dict[str, str]:
        kind = _TYPES.get(posixpath.splitext(file)[1]) or mimetypes.guess_type(file)[0] or "application/octet-stream"
        rules = _header_rules(self._text("_headers"))
        stated = {name: value for pattern, name, value in rules if pattern.fullmatch(address)}
        return {"Content-Type": kind, **stated, "Cache-Control": "no-cache"}

    def _redirects(self) -> dict[str, str]:
        text = self.files.read("_redirects") or b""
        if text is not self._rules[0]:
            rules = (line.split() for line in text.decode().splitlines())
            self._rules = (text, {rule[0].rstrip("/"): rule[1] for rule in rules if len(rule) > 1})
        return self._rules[1]

    def _text(self, name: str) -> str:
        return (self.files.read(name) or b"").decode()


@lru_cache(maxsize=1)
def _header_rules(text: str) -> list[tuple[re.Pattern[str], str, str]]:
    rules = []
    pattern = re.compile("")
    for line in text.splitlines():
        if line and not line[0].isspace():
            pattern = re.compile(".*".join(re.escape(part) for part in line.strip().split("*")))
        elif line.strip():
            name, _, value = line.strip().partition(":")
            rules.append((pattern, name.strip(), value.strip()))
    return rules
