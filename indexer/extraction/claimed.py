"""The headline that metadata claims: what it may say beside it, and how much of it names a line."""

import re
from collections.abc import Sequence

from indexer.extraction import overlap
from indexer.extraction.furniture import Sign
from indexer.extraction.metadata import Claim

SEPARATOR = re.compile(r"\s+[|–—:»«·•›/-]+\s+|\s*\|\s*|\s*::\s*")
"""What parts a headline from a site's name."""
_TRUST = (
    ("JSON-LD", 3.0),
    ("og:", 2.5),
    ("dc", 2.0),
    ("headline", 2.5),
    ("citation", 2.0),
    ("twitter:", 1.5),
    ("title", 2.0),
)
_LONGEST = 600
"""Characters of a line that are compared; no headline has as many."""


def support(sign: Sign, claims: Sequence[Claim]) -> tuple[float, list[str]]:
    """Return how much of the page's metadata names this line as the headline, and which."""
    mine = overlap.key(sign.block.text)
    total, origins = 0.0, []
    for claim in claims:
        keys = [overlap.key(form) for form in forms(claim.value)]
        whole = overlap.key(claim.value)
        cut = whole.removesuffix("…").removesuffix("...").strip()
        if mine in keys or (len(cut) > 25 and mine.startswith(cut)) or (len(mine) > 25 and whole.startswith(mine)):  # noqa: PLR2004
            total += next((weight for name, weight in _TRUST if claim.origin.startswith(name)), 1.0)
            origins.append(claim.origin)
    return min(total, 6.0), origins


def forms(value: str) -> list[str]:
    """Return what a head's title may say: all of it, or without the site's name before or behind."""
    value = value[:_LONGEST]
    parts = list(SEPARATOR.finditer(value))[:8]
    return [value, *(value[: part.start()] for part in parts), *(value[part.end() :] for part in parts)]


def named(line: str) -> set[str]:
    """Return the headlines that a line may name beside something else."""
    return {overlap.key(form) for form in forms(line)[1:]} - {overlap.key(line)}
