"""The names that TeX gives to characters."""

from __future__ import annotations

import re

_LOWER = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu "
    "nu xi pi rho sigma tau upsilon phi chi psi omega"
)
_UPPER = "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
GREEK = {
    **dict(zip(_LOWER.split(), "αβγδεζηθικλμνξπρστυφχψω", strict=True)),
    **dict(zip(_UPPER.split(), "ΓΔΘΛΞΠΣΥΦΨΩ", strict=True)),
    "varepsilon": "ε",
    "vartheta": "ϑ",
    "varphi": "φ",
    "varrho": "ϱ",
    "varsigma": "ς",
}
GREEK_CHARS = "Α-Ωα-ωϑϱϕϵ"
# No language has these words: they are repaired wherever they stand alone.
CERTAIN = {
    "leq": "≤",
    "geq": "≥",
    "neq": "≠",
    "leqslant": "≤",
    "geqslant": "≥",
    "approxeq": "≊",
    "simeq": "≃",
    "infty": "∞",
    "propto": "∝",
    "nabla": "∇",
    "cdot": "·",
    "cdots": "⋯",
    "ldots": "…",
    "rightarrow": "→",
    "leftarrow": "←",
    "leftrightarrow": "↔",
    "Rightarrow": "⇒",
    "Leftarrow": "⇐",
    "Leftrightarrow": "⇔",
    "longrightarrow": "⟶",
    "uparrow": "↑",
    "downarrow": "↓",
    "otimes": "⊗",
    "oplus": "⊕",
    "odot": "⊙",
    "subseteq": "⊆",
    "supseteq": "⊇",
    "notin": "∉",
    "setminus": "∖",
    "emptyset": "∅",
    "varnothing": "∅",
    "lVert": "‖",
    "rVert": "‖",
    "varepsilon": "ε",
    "varphi": "φ",
    "vartheta": "ϑ",
}
FENCES = {"lceil": "⌈", "lfloor": "⌊", "langle": "⟨", "rceil": "⌉", "rfloor": "⌋", "rangle": "⟩"}
# English has these words, or people write them so: only a backslash or braces show what they are.
MARKED = {
    **GREEK,
    **CERTAIN,
    **FENCES,
    "times": "×",
    "sim": "∼",
    "approx": "≈",
    "pm": "±",
    "mp": "∓",
    "deg": "°",
    "degree": "°",
    "circ": "∘",
    "ell": "ℓ",
    "le": "≤",
    "ge": "≥",
    "ne": "≠",
    "gg": "≫",
    "ll": "≪",
    "in": "∈",
    "to": "→",
    "mapsto": "↦",
    "subset": "⊂",
    "supset": "⊃",
    "cup": "∪",
    "cap": "∩",
    "forall": "∀",
    "exists": "∃",
    "partial": "∂",
    "sum": "∑",
    "prod": "∏",
    "star": "⋆",
    "ast": "*",
    "top": "⊤",
    "bot": "⊥",
    "perp": "⊥",
    "dagger": "†",
    "prime": "′",
    "bullet": "•",
    "dots": "…",
    "mid": "|",
    "equiv": "≡",
    "checkmark": "✓",
    "sqrt": "√",
}
BOARD = dict(zip("CHNPQRZ", "ℂℍℕℙℚℝℤ", strict=True))


def any_of(names: dict[str, str]) -> str:
    """Return a pattern for the names, the longest first."""
    return "|".join(sorted(map(re.escape, names), key=len, reverse=True))
