"""The nouns of the program; everything here is frozen and complete when it exists."""

from broadsheet.model.dates import PartialDate
from broadsheet.model.identifiers import Identifier
from broadsheet.model.papers import Appearance, Comments, Digest, Link, Page, Paper
from broadsheet.model.records import CaptureDay, Record
from broadsheet.model.tags import Tag, Vocabulary

__all__ = [
    "Appearance",
    "CaptureDay",
    "Comments",
    "Digest",
    "Identifier",
    "Link",
    "Page",
    "Paper",
    "PartialDate",
    "Record",
    "Tag",
    "Vocabulary",
]
