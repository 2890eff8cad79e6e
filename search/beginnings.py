"""Texts that are found by how they begin: variants of concepts, names of sources."""

from bisect import bisect_left
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice
from typing import Generic, TypeVar

from search import folding

_MOST = 4_000
"""Texts that are looked at of those that begin so: two letters begin some 2,000 of the lexicon's."""

_T = TypeVar("_T")


class Beginnings(Generic[_T]):
    """What belongs to texts, by their keys. Immutable."""

    def __init__(self, texts: Iterable[tuple[str, _T]]) -> None:
        keyed = sorted(((key(text), of) for text, of in texts), key=lambda item: item[0])
        self._keys = [begun for begun, _ in keyed]
        self._of = [of for _, of in keyed]

    def of(self, text: str) -> list[_T]:
        """Return what belongs to texts that begin so, in the order of their keys."""
        begun = key(text)
        first = bisect_left(self._keys, begun)
        keys = islice(self._keys, first, first + _MOST)
        count = next((at for at, found in enumerate(keys) if not found.startswith(begun)), _MOST)
        return self._of[first : first + count]


@lru_cache(10_000)
def key(text: str) -> str:
    """Return what is compared of a text: its letters and digits, folded; spaces, hyphens and joiners are often typed otherwise."""
    return "".join(filter(str.isalnum, folding.fold(text).text))


def places(text: str) -> list[int]:
    """Return where the words of a text begin, as spaces part them."""
    return [at for at, letter in enumerate(text) if not letter.isspace() and (at == 0 or text[at - 1].isspace())]
