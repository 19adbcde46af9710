"""The search index: Pagefind reads the paper pages, the finished bundle comes back as bytes.

Pagefind is driven through its service protocol (base64 of JSON and a comma, both ways) for two reasons: pages are
numbered in the order in which they are sent, so that index chunks do not depend on the order of a directory; and the
bundle is returned instead of written, so that it is planned, compared and pruned like every other file.
"""

from __future__ import annotations

import base64
import json
import os
import queue
import re
import subprocess
import threading
from collections.abc import Callable, Collection, Mapping
from typing import Any, NoReturn

from broadsheet.problems import Location, Problem, Severity, ToolError
from broadsheet.progress import SILENT, Progress

FOLDER = "pagefind"
TIMEOUT = 600  # seconds for one answer; 10,000 papers take about 15
_UNUSED = re.compile(r"pagefind-(?:ui|modular-ui|component-ui|highlight)\.")
_WORD = re.compile(r"[A-Za-z0-9]+(?:[-.][A-Za-z0-9]+)*")
_DIGIT = re.compile(r"[0-9]")
_NAME_AND_NUMBER = re.compile(r"([A-Za-z]+?)(v?\d.*)", re.IGNORECASE)
HERE = Location("pagefind")


def search_alias(title: str) -> str:
    """Return the model names of a title in pieces, for searching: `gpt 4` for GPT-4, `mobilenet v3` for MobileNetV3."""
    found: list[str] = []
    if not _DIGIT.search(title):
        return ""
    for word in _WORD.findall(title):
        if not _DIGIT.search(word):
            continue
        pieces: list[str] = []
        for part in word.split("-"):
            split = _NAME_AND_NUMBER.fullmatch(part)
            pieces += [part, *split.groups()] if split else [part]
        if len(pieces) > 1:
            found += pieces
    return " ".join(dict.fromkeys(piece.lower() for piece in found))


def build_index(
    pages: Collection[str], read: Callable[[str], bytes], language: str, progress: Progress = SILENT
) -> dict[str, bytes]:
    """Index pages (named by their files below the site) and return the bundle's files by path below the site.

    Raises ToolError when Pagefind is missing, fails, or did not index every page.
    """
    progress.step("Indexing for search")
    service = _Service()
    try:
        config = {"force_language": language, "include_characters": "#+@"}
        index = service.call({"type": "NewIndex", "config": config})["index_id"]
        for file in progress.through(enumerate(sorted(pages)), len(pages)):
            contents = read(file).decode()
            service.post({"type": "AddFile", "index_id": index, "file_path": file, "file_contents": contents})
        answer = service.call({"type": "GetFiles", "index_id": index})
    finally:
        service.close()
    bundle = {
        f"{FOLDER}/{file['path']}": base64.b64decode(file["content"])
        for file in answer["files"]
        if not _UNUSED.match(file["path"])
    }
    indexed = _page_count(bundle)
    if indexed != len(pages):
        _fail("pagefind-incomplete", f"Pagefind indexed {indexed} of {len(pages)} pages", "Is a page not whole HTML?")
    return bundle


def _page_count(bundle: Mapping[str, bytes]) -> int:
    entry = json.loads(bundle.get(f"{FOLDER}/pagefind-entry.json", b"{}"))
    return sum(int(language["page_count"]) for language in entry.get("languages", {}).values())


def find_binary() -> str:
    """Return the path of Pagefind's program; raise ToolError when there is none."""
    named = os.environ.get("PAGEFIND_BINARY_PATH")
    if named and os.access(named, os.X_OK):
        return named
    try:
        from pagefind_bin import get_executable  # noqa: PLC0415 - may be missing

        found = str(get_executable())
    except (ImportError, FileNotFoundError):
        found = ""
    if named or not os.access(found, os.X_OK):
        place = f" at {named} (PAGEFIND_BINARY_PATH)" if named else ""
        _fail(
            "pagefind-missing",
            f"Pagefind, which makes the search index, was not found{place}",
            "Install it: pip install -r requirements.txt; or build without search: python build.py build --no-search",
        )
    return found


def _fail(code: str, message: str, hint: str) -> NoReturn:
    raise ToolError([Problem(HERE, Severity.ERROR, code, message, hint)])


class _Service:
    """A running `pagefind --service`; answers are read in a thread, so that neither side waits for the other."""

    def __init__(self) -> None:
        try:
            self.process = subprocess.Popen([find_binary(), "--service"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        except OSError as fault:
            _fail("pagefind-failed", f"Pagefind did not start: {fault.strerror}", "Install it again.")
        self.sent = 0
        self.answers: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None  # noqa: S101 - it is a pipe
        begun: list[bytes] = []  # of a message: the bundle is one, and comes in thousands of pieces
        while chunk := self.process.stdout.read1(1 << 20):  # type: ignore[attr-defined]
            first, *others = chunk.split(b",")
            begun.append(first)
            for piece in others:
                self.answers.put(json.loads(base64.b64decode(b"".join(begun))))
                begun = [piece]
        self.answers.put(None)

    def post(self, payload: Mapping[str, object]) -> int:
        """Send a message without waiting for its answer; return its number."""
        assert self.process.stdin is not None  # noqa: S101 - it is a pipe
        self.sent += 1
        message = json.dumps({"message_id": self.sent, "payload": payload}).encode()
        try:
            self.process.stdin.write(base64.b64encode(message) + b",")
            self.process.stdin.flush()
        except OSError:
            self._stopped()
        return self.sent

    def call(self, payload: Mapping[str, object]) -> dict[str, Any]:
        """Send a message and wait for its answer; an error reported on the way is raised."""
        number = self.post(payload)
        while True:
            try:
                answer = self.answers.get(timeout=TIMEOUT)
            except queue.Empty:
                _fail("pagefind-failed", f"Pagefind did not answer for {TIMEOUT} s", "Is the machine out of memory?")
            if answer is None:
                self._stopped()
            if answer["payload"].get("type") == "Error":
                _fail("pagefind-failed", f"Pagefind: {answer['payload'].get('message')}", "")
            if answer.get("message_id") == number:
                return dict(answer["payload"])

    def _stopped(self) -> NoReturn:
        code = self.process.wait(30)
        _fail("pagefind-failed", f"Pagefind stopped with exit code {code}", "Is the machine out of memory?")

    def close(self) -> None:
        """End the program; it stops when its input ends."""
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is self.process.stdout:
                self.reader.join(5)
            if pipe:
                try:
                    pipe.close()
                except OSError:  # it has gone already
                    continue
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
