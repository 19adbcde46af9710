"""Input formats: text in, records out; the format is told from the text, never from the file's name."""

from __future__ import annotations

import re
from dataclasses import dataclass

from broadsheet.importing.formats.capture import Capture, parse_capture
from broadsheet.importing.formats.jsonlines import parse_json_lines
from broadsheet.importing.formats.lines import Line
from broadsheet.model import CaptureDay, Record
from broadsheet.problems import Location, Problems

__all__ = ["Capture", "Line", "ParsedSeed", "parse_seed"]

_JSON_LINES = re.compile(r"\{\s*[\"}]")
_OTHERS = {
    r"\[\s*[\[{\]\"]": "a JSON list",
    r"<[!?A-Za-z]": "HTML or XML",
    r"@[A-Za-z]+\s*\{": "BibTeX",
    r"%PDF-": "PDF",
}


@dataclass(frozen=True, slots=True)
class ParsedSeed:
    """What one seed says. `digest` is the capture's id, empty for a seed that is no capture."""

    path: str
    format: str
    records: tuple[Record, ...]
    digest: str = ""
    day: CaptureDay | None = None
    lines: tuple[Line, ...] = ()


def parse_seed(data: bytes, path: str, digest: str, problems: Problems) -> ParsedSeed | None:
    """Read one seed of any known format; None, with the reason reported, when it cannot be read."""
    text = _decode(data, path, problems)
    if text is None:
        return None
    start = text.lstrip()
    if not start:
        problems.error(Location(path), "empty-seed", "this file is empty", "Save the page again, or delete the file.")
        return None
    if _JSON_LINES.match(start):
        return ParsedSeed(path, "JSON Lines", tuple(parse_json_lines(text, path, problems)))
    for sign, name in _OTHERS.items():
        if re.match(sign, start):
            problems.error(
                Location(path, 1),
                "unknown-format",
                f"this looks like {name}, which is not read",
                "Save the page as plain text, or write one JSON object a line.",
            )
            return None
    capture = parse_capture(text, path, digest, problems)
    if not any(record.abstract for record in capture.records):
        problems.error(
            Location(path),
            "no-papers",
            "no title with an abstract was found in this file",
            f"See how each line was read: python build.py import --explain {path}",
        )
    return ParsedSeed(
        path,
        f"text capture, {capture.layout}",
        tuple(capture.records),
        digest,
        capture.day,
        tuple(capture.lines),
    )


def _decode(data: bytes, path: str, problems: Problems) -> str | None:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        problems.error(Location(path), "not-utf-8", "this file is UTF-16", "Save it again as UTF-8.")
        return None
    if b"\x00" in data[:65536]:
        problems.error(
            Location(path), "binary-seed", "this is not a text file", "Save the page as plain text in UTF-8."
        )
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        problems.error(
            Location(path, line),
            "not-utf-8",
            f"byte {fault.start} is not UTF-8 (0x{data[fault.start]:02x})",
            "Save the file again as UTF-8; if it was cut off while it was saved, save the page again.",
        )
        return None
