"""Which parts of two releases say the same, in whatever languages: each is the nearest to the other by meaning.

On news in six languages, translated sentence by sentence (NTREX-6, 25 stories, 15 pairs of languages), 999 of 1,000 pairs
that are found this way are right, and 97 of 100 sentences find their partner; of sentences of two different stories, 3 of
100 find one.
"""

from dataclasses import dataclass
from functools import lru_cache

from search import sentences
from search.centring import Calibration
from search.encoder import Encoder
from search.engines.base import Matrix, View
from search.release import Release

SAME = 0.40
"""The cosine of centred vectors from which two sentences that are nearest to each other count as partners.

Over .35, .40, .45, .50, .55 right pairs are .999 of all; partners found .976, .975, .971, .953, .894, and in different
stories .063, .031, .013, .003 of the sentences find one (benchmarks/alignment.py). Agencies that report the same in words
of their own are further apart than translations: at .45 no sentence of an Arabic report of a seizure had a partner in the
English one, at .40 two.
"""

LONGEST = 600
"""Words of the longest text whose sentences are encoded when they are asked for, about half a second on two cores.

Longer ones are compared by their passages, whose vectors are in the index.
"""

_KEPT = 256


@dataclass(frozen=True, slots=True)
class Pair:
    """The places of two parts that are each other's nearest, and their cosine."""

    first: int
    second: int
    cosine: float


@dataclass(frozen=True, slots=True)
class Side:
    """A release with its parts: offsets into the body, in order, none overlapping."""

    release: Release
    parts: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """Two releases and which of their parts say the same; a part is in one pair at most."""

    first: Side
    second: Side
    pairs: tuple[Pair, ...]


class Aligner:
    """Thread-safe; keeps the vectors of the last 256 releases that were compared."""

    def __init__(self, encoder: Encoder, calibration: Calibration) -> None:
        self._encoder = encoder
        self._calibration = calibration
        self._sentences = lru_cache(maxsize=_KEPT)(self._encoded)

    def beside(self, view: View, first: Release, second: Release) -> Beside:
        """Compare two releases by sentences, or by passages if one of them is long. Raises `ModelError`."""
        if max(len(release.body.split()) for release in (first, second)) > LONGEST:
            stored = view.passages([first.id, second.id])
            if first.id in stored and second.id in stored:
                sides = [(_apart(stored[release.id].spans), stored[release.id].vectors) for release in (first, second)]
                return _beside(first, second, *sides)
        return _beside(first, second, self._sentences(first), self._sentences(second))

    def _encoded(self, release: Release) -> tuple[tuple[tuple[int, int], ...], Matrix]:
        parts = sentences.split(release.body, release.lang)[:LONGEST]
        raw = self._encoder.encode_passages([release.body[start:end] for start, end in parts])
        return tuple(parts), self._calibration.passages(raw, release.lang)


def pairs(first: Matrix, second: Matrix) -> tuple[Pair, ...]:
    """Return which rows of two matrices of unit rows, (n, dims) and (m, dims), are each other's nearest, from `SAME` on."""
    if not len(first) or not len(second):
        return ()
    cosines = first @ second.T
    nearest, back = cosines.argmax(axis=1), cosines.argmax(axis=0)
    return tuple(
        Pair(place, int(other), float(cosines[place, other]))
        for place, other in enumerate(nearest)
        if back[other] == place and cosines[place, other] >= SAME
    )


_Parts = tuple[tuple[tuple[int, int], ...], Matrix]


def _beside(first: Release, second: Release, one: _Parts, other: _Parts) -> Beside:
    return Beside(Side(first, one[0]), Side(second, other[0]), pairs(one[1], other[1]))


def _apart(spans: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    """Let each passage end where the next begins: they share a quarter of their words."""
    ends = [*(start for start, _ in spans[1:]), spans[-1][1]] if spans else []
    return tuple((start, end) for (start, _), end in zip(spans, ends, strict=True))
