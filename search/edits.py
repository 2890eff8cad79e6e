"""Words that are one edit of letters apart: a letter too many, too few, another, or two neighbours changed round.

Damerau's measure (A technique for computer detection and correction of spelling errors, 1964), over folded terms as the
exact chains give them. Letters are code points; Elasticsearch's `term` suggester counts the same.
"""

from itertools import pairwise

SHORTEST = 5
"""Letters of the shortest word that is doubted: of four, too many other words are one edit away."""

LONGEST = 40
"""Letters of the longest: no word of the six languages' news is longer, and edits grow with length."""

_LATIN = "abcdefghijklmnopqrstuvwxyz"
_CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
_ARABIC = "ابتثجحخدذرزسشصضطظعغفقكلمنهويپچژگ"

ALPHABETS = {"ar": _ARABIC, "fa": _ARABIC, "en": _LATIN, "ru": _CYRILLIC, "fr": _LATIN, "es": _LATIN}
"""The letters of each language's script that are left when texts are folded; Arabic and Persian share theirs."""


def alphabet(term: str) -> str | None:
    """Return the alphabet that a term is written in; None for one with digits, signs or letters of two scripts."""
    return next((letters for letters in ALPHABETS.values() if term and set(term) <= set(letters)), None)


def doubtful(term: str) -> bool:
    """Say whether a term can be mistyped at all, as far as edits tell: letters of one script, neither few nor many."""
    return SHORTEST <= len(term) <= LONGEST and alphabet(term) is not None


def neighbours(term: str) -> set[str]:
    """Return all that is one edit from a term, in its alphabet; nothing for a term that is not `doubtful`."""
    letters = alphabet(term)
    if not doubtful(term) or letters is None:
        return set()
    cuts = [(term[:i], term[i:]) for i in range(len(term) + 1)]
    out = {head + tail[1:] for head, tail in cuts if tail}
    out |= {term[:i] + b + a + term[i + 2 :] for i, (a, b) in enumerate(pairwise(term))}
    out |= {head + letter + tail[1:] for head, tail in cuts if tail for letter in letters}
    out |= {head + letter + tail for head, tail in cuts for letter in letters}
    return out - {term}
