"""What BM25 could give at most: the measure by which the keyword legs of different languages are compared."""

from collections.abc import Callable
from math import log

from search.keywords import Concept, KeywordQuery, Match, Prefix, Value, Word

K1, B = 1.2, 0.75
"""Of BM25; both engines score with k1 = 1.2, b = 0.75 and the factor (k1 + 1)."""


Term = Word | Value
"""What an engine counts releases of."""


def attainable(query: KeywordQuery, frequency: Callable[[Term], int], total: int) -> float:
    """Return the most that any text could score: the sum over concepts of the idf x (k1 + 1) of their best alternative.

    `frequency` says how many of the language's `total` releases have a term. A word that none has (most words of an
    Arabic query, in English releases) counts as the average of those that some have: its own idf would be the highest
    of all, and what the lexicon has translated would be worth nothing beside it.
    """
    known: list[float] = []
    for concept in query.scored:
        most = [_most(match, frequency, total) for match in _had(concept, frequency)]
        if most:
            known.append(max(most))
    if not known:
        return sum(max(_most(match, frequency, total) for match in concept.alternatives) for concept in query.scored)
    return sum(known) * len(query.scored) / len(known)


def words(query: KeywordQuery) -> list[Term]:
    """Return the terms whose frequencies `attainable` asks for, each once."""
    return list(dict.fromkeys(term for match in query.matches for term in parts(match)))


def known(query: KeywordQuery, frequency: Callable[[Term], int]) -> float:
    """Return the share of the query's words, from 0 to 1, that some release has as they were typed."""
    had = [any(all(map(frequency, parts(match))) for match in concept.alternatives) for concept in query.scored]
    return sum(had) / len(had) if had else 0.0


def _had(concept: Concept, frequency: Callable[[Term], int]) -> list[Match]:
    """Return what some release may have."""
    return [match for match in concept.alternatives + concept.also if all(map(frequency, parts(match)))]


def _most(match: Match, frequency: Callable[[Term], int], total: int) -> float:
    if isinstance(match, Prefix):
        return 1.0
    # A release has a value once or not at all, so that its idf is all but the shortness of the release can add to.
    most = (K1 + 1) / (1 + K1 * (1 - B)) if isinstance(match, Value) else K1 + 1
    return sum(_idf(frequency(term), total) for term in parts(match)) * most


def _idf(frequency: int, total: int) -> float:
    # Removed releases may still be counted in one of the two numbers.
    return log(1 + (max(total, frequency) - frequency + 0.5) / (frequency + 0.5))


def parts(match: Match) -> tuple[Term, ...]:
    """Return the terms of a match; a prefix has none that can be named."""
    if isinstance(match, Word | Value):
        return (match,)
    return () if isinstance(match, Prefix) else tuple(Word(term, match.exact) for _, term in match.terms)
