"""Tags out of the vocabulary, each with the phrases that gave it."""

from broadsheet.importing.tagging.tagger import Evidence, Tagger

__all__ = ["Evidence", "Tagger"]
