"""What is read of the papers: how often each has which feature, and which words stand in title and abstract.

Nothing here depends on other papers, so a change of one paper changes only what was read of that one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from broadsheet.content.related.occurrences import Occurrences, Part
from broadsheet.content.related.ragged import AT_ONCE, Ragged, numbered, stacked
from broadsheet.content.related.splitting import Splitter
from broadsheet.content.related.words import Document

if TYPE_CHECKING:
    from broadsheet.content.related.ragged import Column, Numbers


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of papers in the order of their slugs.

    names      a number for each feature that a paper has, in order: of words and tags even, of pairs of words odd
    spread     how many papers have each feature
    entries    for each paper: positions in `names`, in order, and how often it has that feature
    titles     a number for each title by its words
    title_words, text_words   what of title and abstract tells duplicates; nothing of a short abstract
    """

    slugs: tuple[str, ...]
    names: Numbers
    spread: Numbers
    entries: Ragged
    titles: Numbers
    title_words: Ragged
    text_words: Ragged

    @classmethod
    def of(cls, documents: Sequence[Document]) -> Reading:
        """Read documents, whatever their order."""
        import numpy as np  # noqa: PLC0415 - only where it is used

        ordered = sorted(documents, key=lambda document: document.slug)
        if len({document.slug for document in ordered}) < len(ordered):
            raise ValueError("two documents have the same slug")
        splitter = Splitter()
        empty = Ragged(np.zeros(1, dtype=np.int64), (np.zeros(0, dtype=np.uint32),))
        titles, title_words, text_words = [np.zeros(0, dtype=np.int64)], [empty], [empty]
        features = [Occurrences.none()]
        for start in range(0, len(ordered), AT_ONCE):
            part = Part.of(ordered[start : start + AT_ONCE], splitter)
            features.append(part.features())
            titles.append(part.titles())
            for words, which in ((title_words, 0), (text_words, 1)):
                words.append(part.words(which))
        slugs = tuple(document.slug for document in ordered)
        names, entries = _joined(features)
        spread = np.bincount(entries.columns[0], minlength=len(names))
        return cls(slugs, names, spread, entries, np.concatenate(titles), stacked(title_words), stacked(text_words))

    def spliced(self, sources: Numbers, other: Reading) -> tuple[Reading, Column]:
        """Return the papers that `sources` names, of both readings, and the new positions of features, or -1."""
        import numpy as np  # noqa: PLC0415 - only where it is used

        gone = np.ones(len(self.slugs), dtype=bool)
        gone[sources[sources < len(gone)]] = False
        lost = self.entries.taken(np.flatnonzero(gone)).columns[0]
        names, spread, features = self._features_after(lost, other)
        others = np.searchsorted(names, other.names).astype(np.int32)
        slugs = self.slugs + other.slugs
        reading = Reading(
            tuple([slugs[source] for source in sources.tolist()]),
            names,
            spread,
            self.entries.renumbered(features).spliced(sources, other.entries.renumbered(others)),
            np.concatenate([self.titles, other.titles])[sources],
            self.title_words.spliced(sources, other.title_words),
            self.text_words.spliced(sources, other.text_words),
        )
        return reading, features

    def _features_after(self, lost: Column, other: Reading) -> tuple[Numbers, Numbers, Column]:
        """Return names and spread of features without `lost` entries and with another reading, and new positions."""
        import numpy as np  # noqa: PLC0415 - only where it is used

        place = np.searchsorted(self.names, other.names)
        known = np.append(self.names, -1)[place] == other.names
        spread = self.spread - np.bincount(lost, minlength=len(self.names))
        spread[place[known]] += other.spread[known]
        alive, new = spread > 0, place[~known]
        place_after = np.append(0, np.cumsum(alive))
        names = np.insert(self.names[alive], place_after[new], other.names[~known])
        ahead = np.cumsum(np.bincount(new, minlength=len(alive) + 1))[:-1]
        features = np.where(alive, place_after[:-1] + ahead, -1).astype(np.int32)
        return names, np.insert(spread[alive], place_after[new], other.spread[~known]), features


def _joined(parts: list[Occurrences]) -> tuple[Numbers, Ragged]:
    """Return the names of all features, and which paper has which of them."""
    import numpy as np  # noqa: PLC0415 - only where it is used

    names, place = numbered(np.concatenate([part.names for part in parts]))
    places = np.split(place, np.cumsum([len(part.names) for part in parts])[:-1])
    position = np.concatenate([place[part.position] for place, part in zip(places, parts, strict=True)])
    lengths = np.concatenate([np.bincount(part.paper, minlength=part.papers) for part in parts])
    count = np.concatenate([part.count for part in parts])
    return names, Ragged(np.append(0, np.cumsum(lengths)), (position, count))
