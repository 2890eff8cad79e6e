"""The other words that were searched for as well, by the concept that brought them in."""

from collections.abc import Sequence
from dataclasses import dataclass

from search.results import AlsoSearched
from web.interface import Interface
from web.links import Links

SHOWN = 2
"""Words of a concept that are seen at once; all of them fold out."""


@dataclass(frozen=True)
class Word:
    """What a concept is called in a language."""

    text: str
    lang: str
    language: str


@dataclass(frozen=True)
class Expansion:
    """A concept of the query: what was `typed` for it, what else was searched, and the search without that."""

    typed: tuple[str, ...]
    words: tuple[Word, ...]
    off: str

    @property
    def shown(self) -> tuple[Word, ...]:
        """Return the words that are seen at once."""
        return self.words[:SHOWN]

    @property
    def more(self) -> int:
        """Return how many words are not."""
        return max(0, len(self.words) - SHOWN)


def expansions(found: Sequence[AlsoSearched], links: Links, interface: Interface) -> tuple[Expansion, ...]:
    """Return the concepts of a search in their order, each with its words in all languages."""
    typed: dict[str, dict[str, None]] = {}
    words: dict[str, dict[Word, None]] = {}
    for also in found:
        typed.setdefault(also.concept, {})[also.typed] = None
        word = Word(also.term, also.lang, interface.language(also.lang))
        words.setdefault(also.concept, {})[word] = None
    return tuple(
        Expansion(tuple(typed[concept]), tuple(words[concept]), links.toggled("without", concept)) for concept in typed
    )
