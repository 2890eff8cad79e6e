"""The nearest releases of each in other languages: brought up to date whenever something is published."""

import numpy as np
from numpy.typing import NDArray

import analyzers
from search.engines.base import Matrix
from search.engines.local.matrix import MatrixFile
from search.engines.local.store import NEAREST, Store
from search.graph import APART, KEPT

_BLOCK = 64
"""New releases that are compared with all at a time: 25 MB of cosines where there are 100,000, and as much four times over
while the best are chosen."""

_NOBODY = np.float32(-2.0)


class Neighbours:
    """For the holder of the lock. Keeps the mean of every release in memory: 150 MB for 100,000 releases."""

    def __init__(self, store: Store, matrix: MatrixFile) -> None:
        """Read nothing yet."""
        self._store = store
        self._matrix = matrix
        self._numbers = np.empty(0, np.int64)
        self._langs = np.empty(0, np.int8)
        self._means = np.empty((0, matrix.dims), np.float32)
        self._nearest = np.empty((0, KEPT), NEAREST)
        self._loaded = False

    def update(self) -> None:
        """Write down the neighbours of releases that have none yet, and put these among the neighbours of the others.

        All or nothing: after a crash it is done again. Removed releases make room in the lists of others, which are
        written down when they change again: whoever reads them passes over who is not there.
        """
        columns = self._store.columns(self._matrix.rows(), unlinked=self._loaded)
        if not self._loaded:
            numbers, nearest = self._store.nearest()
            nearest = _without(nearest, np.setdiff1d(nearest["number"], columns.number))
            nearest = nearest[np.isin(numbers, columns.number)]
            known = np.isin(columns.number, numbers)
            self._loaded = True
        else:
            known, nearest = np.zeros(len(columns.number), np.bool_), self._nearest[:0]
            alive = np.isin(self._numbers, self._store.numbers())
            gone = self._numbers[~alive]
            self._numbers, self._langs = self._numbers[alive], self._langs[alive]
            self._means, self._nearest = self._means[alive], _without(self._nearest[alive], gone)
        langs = np.array([analyzers.CHAINS.index(lang) for lang in columns.lang], np.int8)
        means = self._mean(columns.first, columns.rows)
        # The others first, so that those that are new lie together at the end.
        order = np.concatenate([np.flatnonzero(known), np.flatnonzero(~known)])
        fresh = np.zeros((int(np.count_nonzero(~known)), KEPT), NEAREST)
        fresh["cosine"] = _NOBODY
        self._numbers = np.concatenate([self._numbers, columns.number[order]])
        self._langs = np.concatenate([self._langs, langs[order]])
        self._means = np.concatenate([self._means, means[order]])
        self._nearest = np.concatenate([self._nearest, nearest, fresh])
        if len(fresh):
            self._link(len(self._numbers) - len(fresh))

    def _link(self, first: int) -> None:
        """Compare all from place `first` on with everybody."""
        changed = set(range(first, len(self._numbers)))
        for start in range(first, len(self._numbers), _BLOCK):
            block = slice(start, min(start + _BLOCK, len(self._numbers)))
            cosines = self._means[block] @ self._means.T
            cosines[self._langs[block][:, np.newaxis] == self._langs] = _NOBODY
            self._nearest[block] = self._best(cosines)
            changed |= self._tell(cosines[:, :first], self._numbers[block])
        self._store.set_nearest({int(self._numbers[place]): self._nearest[place] for place in changed})

    def _best(self, cosines: Matrix) -> NDArray[np.void]:
        """Return the nearest of each row, nearest first: `NEAREST` (n, KEPT)."""
        count = min(KEPT, cosines.shape[1])
        chosen = np.argpartition(-cosines, count - 1, axis=1)[:, :count]
        values = np.take_along_axis(cosines, chosen, 1)
        order = np.lexsort((self._numbers[chosen], -values), axis=1)
        out = np.zeros((len(cosines), KEPT), NEAREST)
        out["cosine"] = _NOBODY
        out["cosine"][:, :count] = np.take_along_axis(values, order, 1)
        out["number"][:, :count] = self._numbers[np.take_along_axis(chosen, order, 1)]
        out["number"][out["cosine"] == _NOBODY] = 0
        return out

    def _tell(self, cosines: Matrix, numbers: NDArray[np.int64]) -> set[int]:
        """Put new releases (rows) among the neighbours of old ones (columns) to which they are near enough."""
        rows, places = np.nonzero(cosines > np.maximum(self._nearest["cosine"][: cosines.shape[1], -1], APART))
        order = np.argsort(places, kind="stable")
        rows, places = rows[order], places[order]
        told = np.unique(places)
        bounds = np.append(np.searchsorted(places, told), len(places))
        for place, start, stop in zip(told.tolist(), bounds[:-1], bounds[1:], strict=True):
            news = np.zeros(stop - start, NEAREST)
            news["number"], news["cosine"] = numbers[rows[start:stop]], cosines[rows[start:stop], place]
            both = np.concatenate([self._nearest[place], news])
            self._nearest[place] = both[np.lexsort((both["number"], -both["cosine"]))][:KEPT]
        return set(told.tolist())

    def _mean(self, first: NDArray[np.int64], rows: NDArray[np.int64]) -> Matrix:
        """Return the mean of each release's passages, of unit length: (n, dims)."""
        matrix = self._matrix.map(self._matrix.rows())
        means = np.empty((len(first), self._matrix.dims), np.float32)
        for place, (start, count) in enumerate(zip(first.tolist(), rows.tolist(), strict=True)):
            means[place] = matrix[start : start + count].mean(axis=0)
        means /= np.maximum(np.linalg.norm(means, axis=1, keepdims=True), np.float32(1e-12))
        return means


def _without(nearest: NDArray[np.void], gone: NDArray[np.int64]) -> NDArray[np.void]:
    """Return the lists without those that are gone; those behind them move up: `NEAREST` (n, KEPT)."""
    lost = np.isin(nearest["number"], gone)
    if not lost.any():
        return nearest
    order = np.argsort(lost, axis=1, kind="stable")
    out = np.take_along_axis(nearest, order, 1)
    lost = np.take_along_axis(lost, order, 1)
    out["number"][lost], out["cosine"][lost] = 0, _NOBODY
    return out
