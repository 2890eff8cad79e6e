"""One score from all legs: `cosine + b * (bm25 / attainable + names)`.

`attainable` is the most that the query could score in the release's language, so that a release with two words of
eight gets little, and languages can be compared. Ranks are not used: reciprocal ranks lift whatever is first in a
language, relevant or not (docs/evaluation.md has the figures).
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from search.engines.base import Candidates
from search.query import Query

Mode = Literal["hybrid", "keyword", "semantic"]
Sort = Literal["relevance", "newest", "oldest"]

WEIGHTS = {
    "general": 0.15,
    "number": 0.30,
    "quoted": 0.30,
    "one language": 0.30,
    "name": 0.50,
}
"""b by kind of query, the largest that applies; that of a name is for a query which is nothing else.

docs/evaluation.md has what was measured beside each.
"""


@dataclass(frozen=True)
class Ranking:
    """The fused list: places in the candidates' columns, best first, with the parts of each score (parallel to those).

    `keyword` is the part of words, `name` that of names in other spellings.
    """

    order: NDArray[np.int64]
    score: NDArray[np.float64]
    keyword: NDArray[np.float64]
    name: NDArray[np.float64]


def weight(query: Query, name: float = 0.0) -> float:
    """Return b for this query; `name` is the part of it that is a name, as far as it is known."""
    kinds = ["general"]
    if any(character.isdecimal() for character in query.meaning):
        kinds.append("number")
    if query.quoted:
        kinds.append("quoted")
    if len(query.filters.langs) == 1:
        kinds.append("one language")
    return max(WEIGHTS["name"] * name, *(WEIGHTS[kind] for kind in kinds))


def fuse(candidates: Candidates, mode: Mode, sort: Sort, b: float, names: NDArray[np.float64]) -> Ranking:
    """Rank the candidates; `names` has what `search.recognition` calls the share.

    Equal scores keep an order that depends on nothing but the releases (their ids).
    """
    share = candidates.bm25 / np.maximum(candidates.attainable, 1e-12)
    if mode == "keyword":
        keyword, name = share, names
        score = keyword + name
    elif mode == "semantic":
        keyword = name = np.zeros_like(share)
        score = candidates.cosine
    else:
        keyword = b * share
        name = b * names
        score = candidates.cosine + keyword + name
    # Last key first: by date if asked (unknown days last), then by score, then by id.
    keys = [np.array(candidates.ids), -score]
    if sort != "relevance":
        day = np.array([published.toordinal() if published else 0 for published in candidates.published], np.float64)
        keys.append(np.where(day == 0, np.inf, -day if sort == "newest" else day))
    return Ranking(np.lexsort(keys).astype(np.int64), score, keyword, name)
