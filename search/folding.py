"""Text folded for rules that read numbers, dates and the words around them, with the way back to the original.

It is no analysis: nothing is left out but marks that are not seen, and what was written remains in its order.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

_LETTERS = {
    "ى": "ي", "ی": "ي", "ې": "ي", "ک": "ك", "ة": "ه", "ۀ": "ه", "ھ": "ه", "ہ": "ه", "ە": "ه", "،": ",", "؛": ";",
    "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-", "⁄": "/", "∕": "/", "’": "'", "‘": "'", "ʼ": "'",
}  # fmt: skip
_TATWEEL = "\u0640"
_INVISIBLE = "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
# Left out, they would make one number of two: 2010ـ2012.
_BETWEEN_DIGITS = re.compile(rf"(?<=\d)[{_TATWEEL}{_INVISIBLE}]+(?=\d)")


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text; `places` has for each of its characters the place in the `source` that it came from."""

    text: str
    places: Sequence[int]
    source: str

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return where a non-empty range of the folded text stands in the source, with the marks on its last letter."""
        first, last = self.places[start], self.places[end - 1] + 1
        while last < len(self.source) and (self.source[last] == _TATWEEL or unicodedata.combining(self.source[last])):
            last += 1
        return first, last


def fold(text: str) -> Folded:
    """Fold to lower case, ASCII digits, plain spaces, hyphens and commas, and Arabic letters that are written alike to one.

    Accents, vowel signs, hamza, tatweel, joiners and marks of direction go; between two digits they are a space, or a
    hyphen for tatweel. Only decimal digits become digits: ² and ½ stay.
    """
    parted = _BETWEEN_DIGITS.sub(lambda m: ("-" if _TATWEEL in m[0] else " ") * len(m[0]), text)
    pieces = [*map(_folded, parted)]
    folded = "".join(pieces)
    if len(folded) == len(text) and all(pieces):
        return Folded(folded, range(len(text)), text)
    return Folded(folded, [place for place, piece in enumerate(pieces) for _ in piece], text)


@lru_cache(4096)
def _folded(character: str) -> str:
    if character.isdecimal():
        return str(int(character))
    if character == _TATWEEL or unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return ""
    plain = unicodedata.normalize("NFKD", character.casefold())
    if any(map(str.isdigit, plain)):
        return character
    kept = (c for c in plain if unicodedata.category(c) not in {"Mn", "Me", "Cf"} and c != _TATWEEL)
    return "".join(_LETTERS.get(c, c) for c in kept) or " "
