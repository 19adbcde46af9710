"""Slugs: the part of an address that names a thing."""

from __future__ import annotations

import re
import unicodedata

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
LONGEST = 80
LONGEST_NAME = 250  # bytes that file systems allow, with room for an ending
RESERVED = frozenset({"index", "page"})  # names that lists and hosts need
_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "œ": "oe", "ı": "i"}
    | dict(
        zip(
            "αβγδεζηθικλμνξοπρστυφχψω",
            [
                "alpha",
                "beta",
                "gamma",
                "delta",
                "epsilon",
                "zeta",
                "eta",
                "theta",
                "iota",
                "kappa",
                "lambda",
                "mu",
                "nu",
                "xi",
                "omicron",
                "pi",
                "rho",
                "sigma",
                "tau",
                "upsilon",
                "phi",
                "chi",
                "psi",
                "omega",
            ],
            strict=True,
        )
    ),
)


def slugify(text: str, *, longest: int = LONGEST) -> str:
    """Fold a text to lower-case ASCII words joined by hyphens, cut at a word; never empty.

    A text without a letter or digit that folds to ASCII becomes the hexadecimal form of its bytes.
    """
    folded = unicodedata.normalize("NFKD", text.casefold())
    spelled = folded.translate(_LETTERS).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", spelled.replace("'", ""))
    slug = ""
    for word in words:
        longer = f"{slug}-{word}" if slug else word[:longest]
        if len(longer) > longest:
            break
        slug = longer
    if slug in RESERVED:
        return f"{slug}-1"
    return slug or "x" + text.encode(errors="replace").hex()[: longest - 1]
