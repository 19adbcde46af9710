"""Taking typed values out of front matter; each faulty value is reported at its line and left out."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import TypeVar

from broadsheet.content.flat import Value
from broadsheet.content.frontmatter import FrontMatter
from broadsheet.model.slugs import LONGEST_NAME, SLUG
from broadsheet.problems import Problems, did_you_mean

T = TypeVar("T")
_LISTED = re.compile(r",\s*\S")
_WHOLE = re.compile(r"://|^seeds/")  # an address or a place in a seed, which may hold a comma
_YES, _NO = {"true", "yes", "on"}, {"false", "no", "off"}


def slug_hint(text: str) -> str:
    """Return a hint that names the slug in a file's name, a path or an address; the empty string if there is none."""
    last = re.split(r"[?#]", text)[0].rstrip("/").rpartition("/")[2].removesuffix(".md").lower()
    return f"Write only: {last}" if SLUG.fullmatch(last) and last != text else ""


class Fields:
    """The values of one file (or of one mapping in it) with their lines."""

    def __init__(
        self, source: FrontMatter, problems: Problems, values: Mapping[str, Value] | None = None, prefix: str = ""
    ) -> None:
        self.source, self.problems, self.prefix = source, problems, prefix
        self.values = source.values if values is None else values

    def _key(self, name: str) -> str:
        return f"{self.prefix}.{name}" if self.prefix else name

    def fault(self, name: str, message: str, hint: str = "", code: str = "bad-value") -> None:
        """Report a faulty value at its line."""
        self.problems.error(self.source.at(self._key(name)), code, f"“{self._key(name)}”: {message}", hint)

    def only(self, known: Collection[str]) -> None:
        """Report every key that is not among the known ones."""
        for name in self.values:
            if name not in known:
                self.problems.error(
                    self.source.at(self._key(name)), "unknown-key", f"the key “{self._key(name)}” is not known",
                    did_you_mean(name, known),
                )  # fmt: skip

    def text(self, name: str, default: str = "") -> str:
        """Take a text."""
        value = self.values.get(name)
        if value is None:
            return default
        if not isinstance(value, str):
            self.fault(name, "a text is expected", 'Put it in quotes: "…".')
            return default
        return value.strip()

    def parsed(self, name: str, parse: Callable[[str], T], expected: str) -> T | None:
        """Take a text and parse it; `expected` says in words what would have been right."""
        text = self.text(name)
        try:
            return parse(text) if text else None
        except ValueError:
            self.fault(name, f"“{text}” is not {expected}")
            return None

    def count(self, name: str) -> int | None:
        """Take a whole number from 0."""
        text = self.text(name)
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and len(text) < 10):  # noqa: PLR2004 - a count, not an address
            self.fault(name, f"“{text}” is not a whole number from 0")
            return None
        return int(text)

    def flag(self, name: str) -> bool:
        """Take true or false; false when it is not there."""
        text = self.text(name).lower()
        if text and text not in _YES | _NO:
            self.fault(name, f"“{text}” is neither true nor false")
        return text in _YES

    def texts(self, name: str) -> tuple[str, ...]:
        """Take a list of texts; one text alone is a list of one."""
        value = self.values.get(name)
        if value is None:
            return ()
        if isinstance(value, str) and _LISTED.search(value) and not _WHOLE.search(value):
            hint = f"Write {name}: [{value.strip()}]; or, if it is one: ['{value.strip()}']."
            self.fault(name, "several are a list", hint)
            return tuple(part.strip() for part in value.split(",") if part.strip())
        if isinstance(value, str):
            return (value.strip(),) if value.strip() else ()
        found = [item.strip() for item in value if isinstance(item, str)] if isinstance(value, list) else [""]
        if not all(found) or len(found) != len(value):
            self.fault(name, "a list of texts is expected", f"Write {name}: [one, two].")
            return ()
        return tuple(found)

    def slugs(self, name: str) -> tuple[str, ...]:
        """Take a list of slugs."""
        found = self.texts(name)
        for text in found:
            if not SLUG.fullmatch(text):
                hint = slug_hint(text) or "Lower-case words joined by hyphens, without “/” and “.md”."
                self.fault(name, f"“{text}” cannot be an address", hint, code="bad-slug")
            elif len(text) > LONGEST_NAME:
                hint = f"At most {LONGEST_NAME} characters are the name of a file."
                self.fault(name, f"{len(text):,} characters cannot be an address", hint, code="bad-slug")
        return tuple(dict.fromkeys(text for text in found if SLUG.fullmatch(text) and len(text) <= LONGEST_NAME))

    def mapping(self, name: str) -> Fields:
        """Take a mapping; an empty one when it is not there."""
        value = self.values.get(name)
        if value is not None and not isinstance(value, dict):
            self.fault(name, "keys with values are expected", f"Write {name}: {{key: value}}.")
        found = value if isinstance(value, dict) else {}
        return Fields(self.source, self.problems, found, self._key(name))

    def mappings(self, name: str) -> list[Fields]:
        """Take a list of mappings."""
        value = self.values.get(name)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.fault(name, "a list of {key: value, …} is expected")
            return []
        return [
            Fields(self.source, self.problems, item, f"{self._key(name)}.{position}")
            for position, item in enumerate(value)
            if isinstance(item, dict)
        ]
