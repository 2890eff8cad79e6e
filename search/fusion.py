"""One score from all legs: `cosine + b * (bm25 / attainable + names) + lift`.

`attainable` is the most that the query could score in the release's language, so that a release with two words of
eight gets little, and languages can be compared. Ranks are not used: reciprocal ranks lift whatever is first in a
language, relevant or not. What linked releases give each other is told in `search.graph`. docs/ranking.md has the
figures.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from search import graph
from search.engines.base import Candidates
from search.graph import Link
from search.keywords import Concept, KeywordQuery, Value, Word

Mode = Literal["hybrid", "keyword", "semantic"]
Sort = Literal["relevance", "newest", "oldest"]

LEAST = 0.20
"""b of a sentence that nothing but its own language can match by words."""

MOST = 0.50
"""b of a single word, and of a query all of which other languages can match too. docs/ranking.md has what was measured."""


@dataclass(frozen=True)
class Scores:
    """The score of each candidate and the parts of it, parallel to the candidates' columns.

    `keyword` is the part of words, `name` of names in other spellings, `cosine` of meaning, `lift` of linked results.
    """

    keyword: NDArray[np.float64]
    name: NDArray[np.float64]
    cosine: NDArray[np.float64]
    lift: NDArray[np.float64]

    @property
    def whole(self) -> NDArray[np.float64]:
        """Return the sum of the parts."""
        return self.keyword + self.name + self.cosine + self.lift

    def only(self, rows: NDArray[np.int64]) -> "Scores":
        """Return those of some candidates."""
        return Scores(self.keyword[rows], self.name[rows], self.cosine[rows], self.lift[rows])


def weight(queries: Iterable[KeywordQuery], names: float = 0.0) -> float:
    """Return b, `LEAST` to `MOST`, for a query as compiled for each language; `names` is the part of it that is a name.

    It grows with the part of the query that is found in other languages too (numbers, concepts, names), since the words
    of "638 kg of mephedrone" find what is meant wherever it is, those of a headline only what is in its own language. And
    with the shortness of the query: a model knows little of a word that stands alone.
    """
    part = 0.0
    for scored in (query.scored for query in queries if query.scored):
        shared = names + sum(map(_shared, scored)) / len(scored)
        part = max(part, min(1.0, shared), 1 / len(scored))
    return LEAST + (MOST - LEAST) * part


def _shared(concept: Concept) -> bool:
    """Say whether other languages can match a word: digits, another writing of a number, or other words for it."""
    return bool(concept.also) or any(
        isinstance(match, Value) or (isinstance(match, Word) and match.term.isdecimal())
        for match in concept.alternatives
    )


def fuse(candidates: Candidates, mode: Mode, b: float, names: NDArray[np.float64]) -> Scores:
    """Score the candidates, each by itself; `names` has what `search.recognition` calls the share."""
    share = candidates.bm25 / np.maximum(candidates.attainable, 1e-12)
    none = np.zeros_like(share)
    if mode == "keyword":
        return Scores(share, names, none, none)
    if mode == "semantic":
        return Scores(none, none, candidates.cosine, none)
    return Scores(b * share, b * names, candidates.cosine, none)


def lifted(candidates: Candidates, scores: Scores, links: Sequence[Link], lang: str | None) -> Scores:
    """Let the first lift the others, and put the best one's version in `lang`, the query's language, before it."""
    place = {identity: at for at, identity in enumerate(candidates.ids)}
    between = [
        (place[link.first], place[link.second], link.weight)
        for link in links
        if link.first in place and link.second in place
    ]
    lift = graph.lift(scores.whole, between)
    whole = scores.whole + lift
    own = graph.own_version(whole, between, np.array([of == lang for of in candidates.lang], np.bool_))
    if own is not None:
        lift[own] += np.nextafter(whole.max(), np.inf) - whole[own]
    return replace(scores, lift=lift)


def preferring(order: NDArray[np.int64], candidates: Candidates, lang: str | None) -> NDArray[np.int64]:
    """Return the same places, those of candidates in `lang` first; among each other they stay as they were."""
    if lang is None:
        return order
    return order[np.argsort([candidates.lang[place] != lang for place in order.tolist()], kind="stable")]


def order(candidates: Candidates, scores: Scores, sort: Sort) -> NDArray[np.int64]:
    """Return the candidates' places, best first. Equal scores keep an order that depends on nothing but their ids."""
    # Last key first: by date if asked (unknown days last), then by score, then by id.
    keys = [np.array(candidates.ids), -scores.whole]
    if sort != "relevance":
        day = np.array([published.toordinal() if published else 0 for published in candidates.published], np.float64)
        keys.append(np.where(day == 0, np.inf, -day if sort == "newest" else day))
    return np.lexsort(keys).astype(np.int64)
