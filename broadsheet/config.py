"""content/site.yaml -> Config, every fault with its line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from broadsheet.content.fields import Fields
from broadsheet.content.frontmatter import FrontMatter, read_yaml
from broadsheet.content.reader import read_text
from broadsheet.problems import ADJUSTABLE, Problems, Severity, UsageError
from broadsheet.weblinks import is_web_address

PATH = "content/site.yaml"
KEYS = ("title", "description", "url", "language", "page_size", "feed_size", "repository", "severity")
LOCAL_URL = "http://localhost:8000"
LARGEST = 1000
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of a site.

    title        what the masthead says
    description  one sentence for the front page, the feed and search engines
    url          the public address, without a slash at the end; absolute addresses in feed and sitemap begin with it
    language     the language of the papers, as in `<html lang>`
    page_size    papers on one page of a list, 1 to 1000
    feed_size    entries in the feed, 1 to 1000
    repository   where the content files can be edited, without a slash at the end; empty for no such links
    severities   the severity of a problem's code where the project chose another, as `severity: {empty-body: error}`
    indexable    whether search engines may list the site; deploy previews may not be listed
    """

    title: str = "Broadsheet"
    description: str = ""
    url: str = LOCAL_URL
    language: str = "en"
    page_size: int = 50
    feed_size: int = 50
    repository: str = ""
    severities: Mapping[str, Severity] = field(default_factory=dict)
    indexable: bool = True

    @property
    def base_path(self) -> str:
        """Return the path below which the site stands: empty, or `/digest`."""
        return urlsplit(self.url).path.rstrip("/")


def read_config(root: Path, environment: Mapping[str, str]) -> Config:
    """Read the settings of the project; without a file the defaults hold.

    Raises UsageError for unknown keys and impossible values.
    """
    problems = Problems()
    source = FrontMatter(PATH)
    if (root / PATH).exists():
        text = read_text(root, PATH, problems)
        if text is not None:
            read_yaml(text, source, problems)
    fields = Fields(source, problems)
    fields.only(KEYS)
    default = Config()
    config = Config(
        title=_title(fields, default.title),
        description=fields.text("description"),
        url=_address(fields, "url") or _host_address(environment),
        language=fields.parsed("language", _language, "a language tag such as en or pt-BR") or default.language,
        page_size=_size(fields, "page_size", default.page_size),
        feed_size=_size(fields, "feed_size", default.feed_size),
        repository=_address(fields, "repository"),
        severities=_severities(fields.mapping("severity")),
        indexable=environment.get("CONTEXT", "production") == "production",
    )
    if len(problems):
        raise UsageError(problems)
    return config


def _title(fields: Fields, default: str) -> str:
    title = " ".join(fields.text("title", default).split())
    if not title:
        fields.fault("title", "a site has a name")
    return title


def _language(text: str) -> str:
    if not _LANGUAGE.fullmatch(text):
        raise ValueError(text)
    return text


def _host_address(environment: Mapping[str, str]) -> str:
    url = environment.get("URL", "")
    return url.rstrip("/") if is_web_address(url) else LOCAL_URL


def _address(fields: Fields, name: str) -> str:
    url = fields.text(name)
    if url and (not is_web_address(url) or urlsplit(url).query or urlsplit(url).fragment):
        fields.fault(name, f"“{url}” is not a web address", "Write it whole: https://digest.example.org/")
        return ""
    return url.rstrip("/")


def _size(fields: Fields, name: str, default: int) -> int:
    size = fields.count(name)
    if size is not None and not 1 <= size <= LARGEST:
        fields.fault(name, f"{size} is not between 1 and {LARGEST}")
    return default if size is None else size


def _severities(fields: Fields) -> dict[str, Severity]:
    fields.only(ADJUSTABLE)
    chosen = {code: fields.parsed(code, Severity, "error, warning or note") for code in fields.values}
    return {code: severity for code, severity in chosen.items() if severity and code in ADJUSTABLE}
