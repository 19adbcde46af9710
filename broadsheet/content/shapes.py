"""The shape of a content file: what is left of it when its texts are taken away.

Everything that one paper means to others but its texts follows from the shapes of all files: their order, their tags
and digests, which address leads where, and what is wrong with any of that.
"""

from __future__ import annotations

import hashlib
import marshal
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from broadsheet.model import Digest, Page, Paper, Vocabulary

TEXTS = ("title", "authors", "author_count", "links")  # of a paper


def shape_of(
    path: str,
    fingerprint: str,
    of: Paper | Digest | Page | None = None,
    lines: Mapping[str, int] = MappingProxyType({}),
    *,
    links_inside: bool = False,
) -> bytes:
    """Return the shape of a file; only a paper that has a page has texts that its shape does not cover."""
    if not isinstance(of, Paper) or not of.published_here:
        return _digest((path, fingerprint))
    slug, _, place, published, _, _, tags, identifiers, _, comments, appearances, *rest = of  # all fields but TEXTS
    counted = comments and (comments.count, comments.digest)
    named = (tuple(map(tuple, identifiers)), tuple(map(tuple, appearances)), tuple(place))
    return _digest((path, slug, str(published), tags, counted, *named, tuple(rest), dict(lines), links_inside))


def shape_of_all(shapes: Iterable[bytes], vocabulary: Vocabulary, ledger: Mapping[str, int], program: str) -> bytes:
    """Return the shape of all content for one program: that of its files in order, the vocabulary and the ledger."""
    tags = [tuple(tag) for tag in vocabulary.tags.values()]
    return _digest((program, b"".join(shapes), tags, list(ledger.items())))


def _digest(values: Any) -> bytes:  # noqa: ANN401 - what marshal takes
    """Return twelve bytes; the format of marshal is one that writes equal values alike, whoever else holds them."""
    return hashlib.blake2b(marshal.dumps(values, 2), digest_size=12).digest()
