"""One generation as a search sees it: columns of all releases, the matrix, and the words, opened together."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

import analyzers
from search import bm25
from search.bm25 import Term
from search.engines.base import Candidates, Completions, Pieces, Request, Stored, Vector, View
from search.engines.local.generation import Generation
from search.engines.local.words import NONE, Found, Words
from search.errors import NotFoundError
from search.graph import APART, NEIGHBOURS, Link
from search.kept import Kept
from search.keywords import Concept, KeywordQuery
from search.query import Filters
from search.release import Release

_NEVER = np.float32(-2.0)
"""Below every cosine: the score of a release that the filters keep out."""


_COMPARED = 8
"""Queries of which the cosines of all releases are kept: the same one asks again with other filters."""


@dataclass(frozen=True)
class _Leg:
    """A language's part of the keyword leg."""

    words: Words
    query: KeywordQuery
    found: Found
    frequencies: dict[Term, int]
    attainable: float


class _Coded:
    """A column of few values that repeat, as numbers."""

    def __init__(self, column: Sequence[str | None]) -> None:
        self._code = {value: code for code, value in enumerate(dict.fromkeys(column))}
        self._codes = np.array([self._code[value] for value in column], np.int32)

    def among(self, values: Iterable[str]) -> NDArray[np.bool_]:
        """Return which rows have one of these values."""
        return np.isin(self._codes, [self._code[value] for value in values if value in self._code])


class Snapshot(View):
    """Immutable: a later publication is seen by a new snapshot only."""

    def __init__(self, generation: Generation) -> None:
        """Read the columns (about a second for 100,000 releases) and map the matrix."""
        self.generation = generation
        self.published = generation.published
        self.revision = f"{generation.path.name}.{self.published}"
        store = generation.store
        self._columns = store.columns(generation.matrix_rows)
        self._matrix = generation.matrix.map(generation.matrix_rows)
        columns = self._columns
        self._place = {identity: i for i, identity in enumerate(columns.ids)}
        self._langs = np.array([analyzers.CHAINS.index(lang) for lang in columns.lang], np.int8)
        self._sources = _Coded(columns.source)
        self._countries = _Coded(columns.country)
        # Rows of removed releases lie between the live ones: [start, stop, start, stop, …], of which every other counts.
        self._bounds = np.stack([columns.first, columns.first + columns.rows], axis=1).ravel()
        self._nearest, self._near = self._linked()
        self._compared: Kept[NDArray[np.float32]] = Kept(_COMPARED)
        self._words = {
            lang: Words(path, lang) for lang in analyzers.CHAINS if (path := generation.words_path(lang)).exists()
        }

    def candidates(self, request: Request) -> Candidates:
        """See `View.candidates`."""
        cosines = self._cosines(request.vector)
        legs = [
            _leg(words, query, words.find(query, request.filters, request.words_depth, newest=request.newest))
            for query in request.keywords
            if (words := self._words.get(query.lang)) is not None
        ]
        by_words = self._best_by_words(legs, request)
        by_meaning = self._best_by_meaning(request, cosines, legs)
        by_names = self._best_by_names(legs, request)
        places = np.concatenate([by_words, np.setdiff1d(by_meaning, by_words, assume_unique=True)])
        places = np.concatenate([places, np.setdiff1d(by_names, places, assume_unique=True)])
        return self._collect(places, by_names, legs, cosines, request)

    def key_frequencies(self, keys: Collection[str]) -> tuple[int, dict[str, int]]:
        """See `View.key_frequencies`."""
        total, counts = 0, Counter(dict.fromkeys(keys, 0))
        for words in self._words.values():
            releases, having = words.key_frequencies(keys)
            total += releases
            counts.update(having)
        return total, dict(counts)

    def judged(self, ids: Sequence[str], request: Request) -> Candidates:
        """See `View.judged`."""
        legs = [
            _leg(words, query, NONE) for query in request.keywords if (words := self._words.get(query.lang)) is not None
        ]
        places = np.array([self._place[identity] for identity in ids if identity in self._place], np.int64)
        places = places[self._allowed(request.filters, legs)[places]]
        cosines = np.zeros(len(self._langs), np.float32)
        if request.vector is not None:
            cosines[places] = [np.max(self._rows(place) @ request.vector, initial=_NEVER) for place in places.tolist()]
        return self._collect(places, places[:0], legs, cosines, request)

    def links(self, ids: Sequence[str]) -> list[Link]:
        """See `View.links`."""
        found = []
        for first in ids:
            place = self._place.get(first, -1)
            for other, cosine in zip(self._nearest[place].tolist(), self._near[place].tolist(), strict=True):
                if place >= 0 <= other and cosine > APART and place in self._nearest[other]:
                    found.append(Link(first, self._columns.ids[other], cosine))
        return found

    def frequencies(self, words: Mapping[str, Collection[Term]]) -> dict[str, dict[Term, int]]:
        """See `View.frequencies`."""
        nobody = {lang: dict.fromkeys(of, 0) for lang, of in words.items() if lang not in self._words}
        return nobody | {lang: self._words[lang].frequencies(of) for lang, of in words.items() if lang in self._words}

    def neighbours(self, terms: Mapping[str, Collection[str]]) -> dict[str, dict[str, dict[str, int]]]:
        """See `View.neighbours`."""
        return {
            lang: {term: self._words[lang].neighbours(term) if lang in self._words else {} for term in of}
            for lang, of in terms.items()
        }

    def completions(self, beginnings: Mapping[str, Collection[str]], *, limit: int) -> Completions:
        """See `View.completions`."""
        return {
            lang: {text: self._words[lang].completions(text, limit) if lang in self._words else {} for text in of}
            for lang, of in beginnings.items()
        }

    def sources(self) -> dict[str, int]:
        """See `View.sources`."""
        return dict(Counter(source for source in self._columns.source if source is not None))

    def fetch(self, ids: Sequence[str], vector: Vector | None) -> list[Stored]:
        """See `View.fetch`."""
        stored = self.generation.store.releases(ids)
        out = []
        for identity in ids:
            place = self._place.get(identity)
            if identity not in stored or place is None:
                continue
            number, release = stored[identity]
            if number != self._columns.number[place]:
                continue
            if vector is None:
                out.append(Stored(release))
                continue
            scores = self._rows(place) @ vector
            best = int(np.argmax(scores))
            passages = self.generation.store.passages(int(self._columns.number[place]))
            # A release that was replaced a moment ago may have fewer passages than the snapshot's rows.
            passage = passages[best] if best < len(passages) else None
            out.append(Stored(release, passage, float(scores[best])))
        return out

    def passages(self, ids: Sequence[str]) -> dict[str, Pieces]:
        """See `View.passages`."""
        found = {}
        for identity in ids:
            place = self._place.get(identity, -1)
            spans = self.generation.store.passages(int(self._columns.number[place])) if place >= 0 else []
            # One that was replaced a moment ago has other passages by now than the snapshot has rows.
            if place >= 0 and len(spans) == self._columns.rows[place]:
                found[identity] = Pieces(tuple(spans), np.array(self._rows(place)))
        return found

    def near(self, release_id: str, *, limit: int) -> list[tuple[Release, float]]:
        """See `View.near`."""
        place = self._place.get(release_id)
        if place is None:
            raise NotFoundError('There is no release with the id "{id}".', id=release_id)
        columns = self._columns
        own = self._rows(place).mean(axis=0)
        own = own / max(float(np.linalg.norm(own)), 1e-12)
        sums = np.add.reduceat(np.append(self._matrix @ own, np.float32(0)), self._bounds)[::2]
        cosines = (sums / (columns.rows * np.maximum(columns.norm, 1e-12))).astype(np.float32)
        cosines[place] = _NEVER
        best = _top(cosines, limit, np.float32(-1.0))
        releases = self.generation.store.releases([columns.ids[i] for i in best])
        return [(releases[columns.ids[i]][1], float(cosines[i])) for i in best if columns.ids[i] in releases]

    def _linked(self) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the places of each release's nearest ones that are still there (-1: nobody), and their cosines."""
        count = len(self._columns.number)
        nearest, cosines = np.full((count + 1, NEIGHBOURS), -1, np.int64), np.zeros((count + 1, NEIGHBOURS), np.float32)
        numbers, stored = self.generation.store.nearest()
        at = self._places(numbers)
        places = self._places(stored["number"].ravel()).reshape(stored.shape)
        # Those that are gone fall behind the others, which keep their order.
        order = np.argsort(places < 0, axis=1, kind="stable")[:, :NEIGHBOURS]
        nearest[at[at >= 0]] = np.take_along_axis(places, order, 1)[at >= 0]
        cosines[at[at >= 0]] = np.take_along_axis(stored["cosine"], order, 1)[at >= 0]
        return nearest, cosines

    def _rows(self, place: int) -> NDArray[np.float32]:
        first = int(self._columns.first[place])
        return self._matrix[first : first + int(self._columns.rows[place])]

    def _cosines(self, vector: Vector | None) -> NDArray[np.float32]:
        """Return each release's best passage's cosine: float32 (releases,)."""
        if vector is None or not len(self._columns.ids):
            return np.zeros(len(self._columns.ids), np.float32)
        return self._compared.get(vector.tobytes(), lambda: self._compare(vector))

    def _compare(self, vector: Vector) -> NDArray[np.float32]:
        # One value more than there are rows, since the last stop may lie just behind them.
        scores = np.append(self._matrix @ vector, _NEVER)
        out: NDArray[np.float32] = np.maximum.reduceat(scores, self._bounds)[::2]
        return out

    def _allowed(self, filters: Filters, legs: list[_Leg]) -> NDArray[np.bool_]:
        """Return which releases the filters let through, and what must or must not stand in the text."""
        columns = self._columns
        allowed = np.isin(self._langs, [analyzers.CHAINS.index(leg.query.lang) for leg in legs])
        if filters.sources:
            allowed &= self._sources.among(filters.sources)
        if filters.countries:
            allowed &= self._countries.among(filters.countries)
        if filters.after:
            allowed &= columns.day >= filters.after.toordinal()
        if filters.before:
            allowed &= (columns.day > 0) & (columns.day <= filters.before.toordinal())
        for leg in legs:
            if leg.query.must:
                others = self._langs != analyzers.CHAINS.index(leg.query.lang)
                allowed &= others | self._having(leg, leg.query.must, filters)
            if leg.query.excluded:
                allowed &= ~self._having(leg, (Concept(leg.query.excluded),), filters)
        return allowed

    def _best_by_words(self, legs: list[_Leg], request: Request) -> NDArray[np.int64]:
        if not legs:
            return np.empty(0, np.int64)
        places = [self._places(leg.found.number) for leg in legs]
        if request.newest is None:
            key = np.concatenate([leg.found.bm25 / max(leg.attainable, 1e-12) for leg in legs])
        else:
            day = np.concatenate([self._columns.day[np.maximum(place, 0)] for place in places]).astype(np.float64)
            key = np.where(day == 0, -np.inf, day if request.newest else -day)
        whole = np.concatenate(places)
        # A release removed after this snapshot's words were opened has no place any more.
        order = np.argsort(-key, kind="stable")
        ranked = whole[order]
        return ranked[ranked >= 0][: request.words_depth]

    def _best_by_meaning(self, request: Request, cosines: NDArray[np.float32], legs: list[_Leg]) -> NDArray[np.int64]:
        if request.vector is None:
            return np.empty(0, np.int64)
        allowed = self._allowed(request.filters, legs)
        scores = np.where(allowed, cosines, _NEVER)
        return _top(scores, request.meaning_depth, np.float32(request.floor))

    def _best_by_names(self, legs: list[_Leg], request: Request) -> NDArray[np.int64]:
        asked = {query.lang: query for query in request.names if query.enough}
        found = [
            leg.words.named(asked[leg.query.lang], leg.query, request.filters, request.names_depth)
            for leg in legs
            if leg.query.lang in asked
        ]
        if not found:
            return np.empty(0, np.int64)
        places = self._places(np.concatenate(found))
        return places[places >= 0]

    def _having(self, leg: _Leg, must: tuple[Concept, ...], filters: Filters) -> NDArray[np.bool_]:
        places = self._places(leg.words.matching(KeywordQuery(leg.query.lang, must=must), filters, None))
        out = np.zeros(len(self._langs), np.bool_)
        out[places[places >= 0]] = True
        return out

    def _collect(
        self,
        places: NDArray[np.int64],
        by_names: NDArray[np.int64],
        legs: list[_Leg],
        cosines: NDArray[np.float32],
        request: Request,
    ) -> Candidates:
        columns = self._columns
        bm25, attainable = np.zeros(len(places)), np.zeros(len(places))
        matched = np.zeros(len(places), np.bool_)
        facets: dict[str, Counter[str]] = {"lang": Counter()}
        for leg in legs:
            mine = np.flatnonzero(self._langs[places] == analyzers.CHAINS.index(leg.query.lang))
            bm25[mine], matched[mine] = _judged(leg, columns.number[places[mine]], request)
            attainable[mine] = leg.attainable
            if leg.found.count:
                facets["lang"][leg.query.lang] = leg.found.count
            for name, counts in leg.found.facets.items():
                facets.setdefault(name, Counter()).update(counts)
        return Candidates(
            ids=[columns.ids[i] for i in places],
            lang=[columns.lang[i] for i in places],
            source=[columns.source[i] for i in places],
            country=[columns.country[i] for i in places],
            published=[date.fromordinal(day) if day else None for day in columns.day[places].tolist()],
            # tantivy's idf counts removed releases until their segment is merged, which `attainable` cannot know.
            bm25=np.minimum(bm25, attainable),
            attainable=attainable,
            cosine=cosines[places].astype(np.float64),
            matched=matched,
            named=np.isin(places, by_names),
            words=sum(leg.found.count for leg in legs),
            facets=facets,
            frequencies={leg.query.lang: leg.frequencies for leg in legs},
        )

    def _places(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return where in the columns these releases are; -1 for one that is not there."""
        known = self._columns.number
        if not len(known):
            return np.full(len(numbers), -1, np.int64)
        at = np.minimum(np.searchsorted(known, numbers), len(known) - 1)
        return np.where(known[at] == numbers, at, -1)


def _leg(words: Words, query: KeywordQuery, found: Found) -> _Leg:
    frequencies = words.frequencies(bm25.words(query))
    return _Leg(words, query, found, frequencies, words.attainable(query, frequencies))


def _judged(leg: _Leg, numbers: NDArray[np.int64], request: Request) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the BM25 of these releases, and whether each matches the words, asking only for what is not known yet."""
    order = np.argsort(leg.found.number)
    known = leg.found.number[order]
    at = np.minimum(np.searchsorted(known, numbers), max(len(known) - 1, 0))
    matched = known[at] == numbers if len(known) else np.zeros(len(numbers), np.bool_)
    score = np.zeros(len(numbers))
    score[matched] = leg.found.bm25[order][at[matched]]
    rest = np.flatnonzero(~matched)
    score[rest] = leg.words.scores(leg.query, numbers[rest])
    if (leg.found is NONE or leg.found.count > len(known)) and request.words_depth:
        # Nothing was looked for, or the leg was cut at its depth: some of the rest match the words too.
        matched[rest] = np.isin(numbers[rest], leg.words.matching(leg.query, request.filters, numbers[rest]))
    return score, matched


def _top(scores: NDArray[np.float32], count: int, floor: np.float32) -> NDArray[np.int64]:
    """Return the places of the best `count` scores of at least `floor`, best first, ties in the order of the index."""
    # Of equal scores at the border argpartition takes any; the stable sort below makes the rest repeatable.
    some = len(scores) > count
    chosen = np.sort(np.argpartition(-scores, count)[:count]) if some else np.arange(len(scores))
    chosen = chosen[scores[chosen] >= floor]
    return chosen[np.argsort(-scores[chosen], kind="stable")].astype(np.int64)
