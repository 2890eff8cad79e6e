"""The corpus graph: news comes as stories, the same announcement in several languages and what follows it.

Two releases in different languages are linked if each is among the nearest `NEIGHBOURS` of the other in all languages
but its own, by the cosine of the means of their centred passages. A good result lifts those it is linked to. Neighbours
are kept when a release is written (`Neighbours`), so that a new release costs one search for its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

NEIGHBOURS = 8
KEPT = 16
"""Neighbours that are written down: as nearer ones are removed, those behind them move up."""

APART = 0.25
"""The cosine at which a link weighs nothing: that of two releases about one subject."""

FIRST = 50
"""How many of the best results lift others."""

SAME = 0.5
"""The weight from which two releases count as one story; docs/ranking.md says how often rightly."""

RULE = sha256(f"mutual {NEIGHBOURS} of {KEPT} in other languages".encode()).hexdigest()[:12]
"""What the fingerprint records of what is written down."""


class Neighbour(NamedTuple):
    """A release, by whatever the engine knows it by, and its cosine."""

    key: int | str
    cosine: float


@dataclass(frozen=True, slots=True)
class Link:
    """A link between two releases, by their ids, and the cosine of their means."""

    first: str
    second: str
    cosine: float

    @property
    def weight(self) -> float:
        """Return what share of the difference a result gives on: 0 (`APART`) to 1 (the same text)."""
        return float(weights(np.array([self.cosine]))[0])


def weights(cosines: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return what links of these cosines weigh: from 0 to 1, the same shape."""
    out: NDArray[np.float64] = np.clip((cosines.astype(np.float64) - APART) / (1 - APART), 0.0, 1.0)
    return out


def merged(old: Sequence[Neighbour], new: Sequence[Neighbour]) -> tuple[Neighbour, ...]:
    """Return the nearest `KEPT` of both lists, nearest first, each once; equal cosines in the order of their keys."""
    best = {neighbour.key: neighbour for neighbour in (*old, *new)}
    return tuple(sorted(best.values(), key=lambda neighbour: (-neighbour.cosine, str(neighbour.key)))[:KEPT])


def lift(score: NDArray[np.float64], links: Sequence[tuple[int, int, float]]) -> NDArray[np.float64]:
    """Return what each result gains: the most that a better one of the first gives it, w x the difference.

    `score` has shape (n,); `links` are (place of one of the first, place of a result linked to it, weight). Nothing is
    ever pushed down, and sharing scores among all neighbours has been tried: then clusters in one language rise
    above the one right release elsewhere.
    """
    gain = np.zeros_like(score)
    for better, other, weight in links:
        gain[other] = max(gain[other], weight * (score[better] - score[other]))
    return gain


def own_version(
    score: NDArray[np.float64], links: Sequence[tuple[int, int, float]], own: NDArray[np.bool_]
) -> int | None:
    """Return the place of the best result's version in the query's own language, if there is one and it is not first.

    `own` says of each result whether it is in that language. Whoever asks in Russian reads the Russian version of the
    best story first; that costs the other versions nothing.
    """
    if not len(score):
        return None
    best = int(np.argmax(score))
    if own[best]:
        return None
    versions = [other for better, other, weight in links if better == best and weight >= SAME and own[other]]
    return max(versions, key=lambda place: (score[place], -place), default=None)
