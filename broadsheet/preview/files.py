"""Static files as a host serves them: index pages, `_headers`, `_redirects`, a 404 page, content types."""

from __future__ import annotations

import mimetypes
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
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


@dataclass(frozen=True, slots=True)
class Answer:
    """A response without its transport."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class StaticSite:
    """Answers for the files of a built site; it is read anew for every request, so it is never stale."""

    def __init__(self, folder: Path, base: str = "") -> None:
        self.folder, self.base = folder.resolve(), base

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
        file = self._file(inside)
        if file is None:
            return self._answer(404, self.folder / "404.html", inside)
        if file.is_dir():
            return Answer(301, headers={"Location": f"{address}/"})
        return self._answer(200, file, inside)

    def _file(self, address: str) -> Path | None:
        """Return the file or folder of an address, None when there is none or it lies outside the site."""
        try:
            file = (self.folder / address.lstrip("/")).resolve()
            file.stat()
        except (OSError, ValueError):  # not there, no name for a file (a NUL, a name too long)
            return None
        if not file.is_relative_to(self.folder) or file.name.startswith(".") or file.name in _PRIVATE:
            return None
        if address.endswith("/"):
            file /= "index.html"
        return file if file.exists() else None

    def _answer(self, status: int, file: Path, address: str) -> Answer:
        body = file.read_bytes() if file.exists() else b"Not found"
        kind = _TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        headers = {"Content-Type": kind, "Cache-Control": "no-cache", **self._headers_for(address)}
        return Answer(status, body, headers | {"Cache-Control": "no-cache"})

    def _headers_for(self, address: str) -> dict[str, str]:
        return {
            name: value for pattern, name, value in _header_rules(self._text("_headers")) if pattern.fullmatch(address)
        }

    def _redirects(self) -> dict[str, str]:
        rules = (line.split() for line in self._text("_redirects").splitlines())
        return {rule[0].rstrip("/"): rule[1] for rule in rules if len(rule) > 1}

    def _text(self, name: str) -> str:
        file = self.folder / name
        return file.read_text(encoding="utf-8") if file.exists() else ""


def _header_rules(text: str) -> Iterator[tuple[re.Pattern[str], str, str]]:
    pattern = re.compile("")
    for line in text.splitlines():
        if line and not line[0].isspace():
            pattern = re.compile(".*".join(re.escape(part) for part in line.strip().split("*")))
        elif line.strip():
            name, _, value = line.strip().partition(":")
            yield pattern, name.strip(), value.strip()
