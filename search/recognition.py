"""Which candidates really have a query's names: what engines find by keys, compared with the text."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from search import facets
from search.bm25 import K1
from search.engines.base import Candidates, View
from search.keywords import ALSO, KeywordQuery
from search.name_query import QueryNames, literal
from search.release import Release


@dataclass(frozen=True)
class Recognised:
    """Candidates without those that have no name after all; `share` is parallel to them.

    A share is the part of the query's words, from 0 to 1, that a release has as names in other spellings, each counted
    as alike as it is (`names.occurrences`) and as BM25 would count other words for the same, in a text of average length.
    What it has literally is none of it: that is counted in `bm25`. `part` says how much of the query is a name that some
    release has.
    """

    candidates: Candidates
    share: NDArray[np.float64]
    part: float


def recognise(
    view: View, candidates: Candidates, names: QueryNames, keywords: Mapping[str, KeywordQuery], floor: float | None
) -> Recognised:
    """Read the candidates that were found by name. Those that have it match the words if that is enough of the query.

    What neither has a name nor matches the words nor has a cosine of at least `floor` is dropped; with no floor, what
    does not match is.
    """
    share = np.zeros(len(candidates.ids))
    matched = candidates.matched.copy()
    kept = matched | ~candidates.named
    rows = {candidates.ids[row]: row for row in np.flatnonzero(candidates.named)}
    new: list[Release] = []
    part = 0.0
    for stored in view.fetch(list(rows), None):
        release, row = stored.release, rows[stored.release.id]
        query = keywords.get(release.lang)
        if query is None:  # replaced meanwhile, in a language that is not searched
            continue
        worth, tokens = _seen(names, release)
        share[row] = min(1.0, sum(worth) / max(1, len(query.scored)))
        part = max(part, min(1.0, tokens / max(1, len(query.scored))))
        if tokens and tokens >= query.minimum and not matched[row]:
            matched[row] = True
            new.append(release)
        kept[row] |= bool(tokens)
    if floor is None:
        kept &= matched
    else:
        kept |= candidates.cosine >= floor
    chosen = np.flatnonzero(kept)
    told = ((release.lang, release.source, release.country, release.published) for release in new)
    counted = replace(
        candidates, matched=matched, words=candidates.words + len(new), facets=facets.counted(candidates.facets, told)
    )
    return Recognised(counted.only(chosen), share[chosen], part)


def _seen(names: QueryNames, release: Release) -> tuple[list[float], int]:
    """Return what each word is worth that was found as a name alone, and how many words of names were, literally too.

    Of one name those count that stand together: Jürgen Klopp at the Stock Exchange is one of two.
    """
    text = release.text
    best: dict[str, float] = {}
    often: Counter[str] = Counter()
    literally: set[str] = set()
    together: dict[int, int] = {}
    for sighting in names.sightings(text, release.lang):
        literally |= literal(sighting.tokens, text[sighting.start : sighting.end], release.lang)
        together[sighting.name] = max(together.get(sighting.name, 0), len(sighting.tokens))
        for token in sighting.tokens:
            best[token] = max(best.get(token, 0.0), sighting.score)
            often[token] += 1
    worth = [
        ALSO * score * often[token] / (often[token] + K1) for token, score in best.items() if token not in literally
    ]
    return worth, sum(together.values())
