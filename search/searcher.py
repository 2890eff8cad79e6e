"""A search from the typed text to a page of results: the same code over every engine."""

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from threading import Lock

import numpy as np
from numpy.typing import NDArray

import analyzers
from search import fusion, graph, highlight, keywords, name_query, query, ranking, spelling, values
from search.centring import Calibration
from search.encoder import Encoder
from search.engines.base import Candidates, Engine, Request, Stored, Vector, View
from search.errors import PageError, QueryError
from search.fusion import Mode, Scores, Sort
from search.history import Group
from search.keywords import Said
from search.lexicon import NOTHING, Lexicon
from search.name_query import QueryNames
from search.query import Clause, Filters, Query
from search.ranking import Asked
from search.release import Release
from search.results import (
    AlsoSearched,
    DidYouMean,
    FacetValue,
    Hit,
    Listed,
    Meaning,
    Publication,
    Related,
    Results,
    Total,
    Why,
)
from search.suggestions import Suggester, Suggestion

WORDS_DEPTH = 1_000
"""How many matching releases are ranked. Later pages than that are refused by name; totals and facets count all."""

MEANING_DEPTH = 200
"""How many releases can be related by meaning: more than anybody reads, and few enough to look at one by one."""

EXPORT_DEPTH = 10_000
"""How many matching releases are ranked for a list that is taken along whole: as many as Elasticsearch gives at once."""

MAX_SIZE = 100
NAMES_DEPTH = 20
"""How many releases of a language, found by the keys of names, are read to see whether they have the name."""

_TRIES = 3
_KEPT_LISTS = 128
_FACETS = ("lang", "source", "year")


@dataclass(frozen=True)
class _List:
    """A fused list with what it was made from."""

    query: Query
    keywords: Mapping[str, keywords.KeywordQuery]
    said: tuple[Said, ...]
    names: QueryNames
    vector: Vector | None
    candidates: Candidates
    scores: Scores
    order: NDArray[np.int64]
    mode: Mode
    did_you_mean: DidYouMean | None = None


class Searcher:
    """Thread-safe. Pages of one query come from one list, made once and kept (the last 128) while the index does not change."""

    def __init__(
        self,
        engine: Engine,
        encoder: Encoder,
        calibration: Calibration,
        lexicon: Lexicon = NOTHING,
        *,
        groups: Callable[[Collection[str]], Sequence[Group]] = lambda _: (),
        links: bool = True,
        names: bool = True,
        values: bool = True,
    ) -> None:
        """Search `engine` with the encoder and calibration that its index was built with (the engine checks).

        `lexicon` says what else to search for, `groups` which releases of these ids are one on several sites. With `links`, results lift those that tell the same story in other
        languages; with `names`, names are also searched in other spellings; with `values`, numbers and dates are also searched as others write them.
        """
        self._named = names
        self._lexicon = lexicon
        self._suggester = Suggester(lexicon)
        self._linked = links
        self._groups = groups
        self._values = values
        self.engine = engine
        self._encoder = encoder
        self._calibration = calibration
        self._encode = lru_cache(maxsize=_KEPT_LISTS)(self._encode_anew)
        self._lists: dict[tuple[object, ...], _List] = {}
        self._lock = Lock()

    def search(
        self,
        text: str,
        filters: Filters | None = None,
        *,
        mode: Mode = "hybrid",
        sort: Sort = "relevance",
        page: int = 1,
        size: int = 10,
        without: Collection[str] = (),
        prefer: str | None = None,
    ) -> Results:
        """Search for what was typed, within `filters`, and return page `page` (from 1) of `size` (1 to 100) hits.

        `without` are ids of concepts that are not searched in other words. With `prefer`, releases in that language
        come before all others, both parts in the order of `sort`: the list has the same releases, totals and facets.

        Raises `QueryError` for what cannot be read, `PageError` for a page beyond the end, `IndexUnavailableError`.
        """
        started = time.perf_counter()
        read = _read(text, filters, prefer)
        if not 1 <= size <= MAX_SIZE or page < 1:
            raise QueryError("A page has 1 to {most} results and pages are counted from 1.", most=MAX_SIZE)
        for _ in range(_TRIES):
            view = self.engine.view()
            fused = self._list(view, read, mode, sort, frozenset(without))
            order = fusion.preferring(fused.order, fused.candidates, prefer)
            places = order[(page - 1) * size : page * size].tolist()
            hits = self._hits(view, fused, places)
            if len(hits) == len(places):
                # Else a release of the list was replaced or removed meanwhile.
                break
        total = _total(fused)
        listed = len(fused.order)
        if page > 1 and (page - 1) * size >= listed:
            raise _beyond(page, size, listed, total)
        return Results(
            query=text,
            parsed=_told(read),
            languages=tuple(read.filters.langs or analyzers.LANGUAGES),
            total=total,
            listed=listed,
            page=page,
            size=size,
            took_ms=round((time.perf_counter() - started) * 1000, 1),
            also_searched=self._also(fused) if mode != "semantic" else (),
            did_you_mean=fused.did_you_mean,
            facets=_facets(fused.candidates),
            hits=hits,
        )

    def whole(
        self,
        text: str,
        filters: Filters | None = None,
        *,
        mode: Mode = "hybrid",
        sort: Sort = "relevance",
        without: Collection[str] = (),
        prefer: str | None = None,
    ) -> Iterator[Listed]:
        """Give every result in its order, as `search` would on all of its pages, but deeper: `EXPORT_DEPTH` by words.

        Raises `QueryError` and `IndexUnavailableError` before anything is given. A release that is removed meanwhile is
        left out.
        """
        read = _read(text, filters, prefer)
        view = self.engine.view()
        fused = self._fused(view, read, mode, sort, frozenset(without), depth=EXPORT_DEPTH)
        return self._given(view, fused, fusion.preferring(fused.order, fused.candidates, prefer))

    def _given(self, view: View, fused: _List, order: NDArray[np.int64]) -> Iterator[Listed]:
        candidates, score = fused.candidates, fused.scores.whole
        for begin in range(0, len(order), MAX_SIZE):
            places = order[begin : begin + MAX_SIZE].tolist()
            found = {item.release.id: item.release for item in view.fetch([candidates.ids[i] for i in places], None)}
            for rank, place in enumerate(places, begin + 1):
                release = found.get(candidates.ids[place])
                if release is not None:
                    yield Listed(rank, release, round(float(score[place]), 6), bool(candidates.matched[place]))

    def ranked(self, read: Query, *, mode: Mode = "hybrid", limit: int) -> list[tuple[str, float]]:
        """Return ids and scores of the first `limit` results alone, for evaluation."""
        fused = self._fused(self.engine.view(), read, mode, "relevance", frozenset())
        score = fused.scores.whole
        return [(fused.candidates.ids[i], float(score[i])) for i in fused.order[:limit]]

    def marks(self, text: str, release: Release) -> list[highlight.Mark]:
        """Find what a query would find in a release: words, and other words for the same. Raises `QueryError`."""
        read = query.parse(text)
        said = self._lexicon.said(read)
        compiled = self._compiled(read, (release.lang,), said)[release.lang]
        return highlight.Marker(read, compiled, self._names(self.engine.view(), read, said)).marks(release.text)

    def suggest(self, text: str, *, limit: int = 8) -> list[Suggestion]:
        """Return what a query that is being typed may become (`search.suggestions`): at most `limit` (1 to 20).

        Raises `QueryError` for another limit or a query that is too long, `IndexUnavailableError`.
        """
        return self._suggester.suggest(self.engine.view(), text, limit)

    def related(self, release_id: str, *, limit: int = 12) -> list[Related]:
        """Return the same story in other languages, then the releases nearest by meaning, each part best first.

        Raises `NotFoundError` for an unknown id.
        """
        view = self.engine.view()
        near = view.near(release_id, limit=limit)
        links = view.links([release_id]) if self._linked else []
        versions = {link.second: link.cosine for link in links if link.weight >= graph.SAME}
        known = {release.id for release, _ in near}
        further = view.fetch([identity for identity in versions if identity not in known], None)
        near += [(stored.release, versions[stored.release.id]) for stored in further]
        related = [Related(release, cosine, release.id in versions) for release, cosine in near]
        return sorted(related, key=lambda item: (not item.linked, -item.cosine, item.release.id))[:limit]

    def _list(self, view: View, read: Query, mode: Mode, sort: Sort, without: frozenset[str]) -> _List:
        key = (view.revision, read, mode, sort, without)
        with self._lock:
            kept = self._lists.get(key)
        if kept is None:
            kept = self._fused(view, read, mode, sort, without)
            if mode != "semantic":
                kept = replace(kept, did_you_mean=self._did_you_mean(view, kept, without))
            with self._lock:
                while len(self._lists) >= _KEPT_LISTS:
                    del self._lists[next(iter(self._lists))]
                self._lists[key] = kept
        return kept

    def asked(
        self,
        view: View,
        read: Query,
        mode: Mode = "hybrid",
        sort: Sort = "relevance",
        without: Collection[str] = frozenset(),
        *,
        depth: int = WORDS_DEPTH,
    ) -> Asked:
        """Return a query in all of its forms: as terms of every language, as names and as a vector."""
        said = self._lexicon.said(read, without)
        langs = read.filters.langs or analyzers.LANGUAGES
        names = self._names(view, read, said) if mode != "semantic" else name_query.NOTHING
        vector = self._encode(read.meaning) if mode != "keyword" and read.meaning.strip() else None
        request = Request(
            keywords=tuple(self._compiled(read, langs, said).values()),
            vector=vector,
            filters=read.filters,
            floor=self._calibration.floor,
            words_depth=depth if mode != "semantic" else 0,
            meaning_depth=MEANING_DEPTH,
            newest={"newest": True, "oldest": False}.get(sort),
            names=tuple(names.compiled(lang) for lang in langs),
            names_depth=NAMES_DEPTH,
        )
        return Asked(read, said, request, names, mode, reach=self._calibration.reach, links=self._linked)

    def _fused(
        self, view: View, read: Query, mode: Mode, sort: Sort, without: frozenset[str], *, depth: int = WORDS_DEPTH
    ) -> _List:
        asked = self.asked(view, read, mode, sort, without, depth=depth)
        candidates, scores = ranking.rank(view, asked)
        compiled = {query.lang: query for query in asked.request.keywords}
        order, vector = fusion.order(candidates, scores, sort), asked.request.vector
        return _List(read, compiled, asked.said, asked.names, vector, candidates, scores, order, mode)

    def _did_you_mean(self, view: View, fused: _List, without: frozenset[str]) -> DidYouMean | None:
        def matching(other: Query) -> int:
            said = self._lexicon.said(other, without)
            asked = self._compiled(other, fused.keywords, said)
            return view.candidates(Request(tuple(asked.values()), None, other.filters, 0.0, 1, 0)).words

        return spelling.suggest(view, fused.query, fused.candidates, matching)

    def _compiled(self, read: Query, langs: Iterable[str], said: Sequence[Said]) -> dict[str, keywords.KeywordQuery]:
        valued = values.said(read) if self._values else {}
        return {lang: keywords.compile_query(read, lang, said, self._lexicon.terms, valued) for lang in langs}

    def _names(self, view: View, read: Query, said: Sequence[Said]) -> QueryNames:
        """Return what may be names in the query, with how many releases have their keys."""
        tokens = name_query.typed(read, said) if self._named else ()
        wanted = QueryNames.keys(tokens)
        if not wanted:
            return name_query.NOTHING
        total, frequency = view.key_frequencies(wanted)
        return QueryNames(tokens, frequency, total)

    def _also(self, fused: _List) -> tuple[AlsoSearched, ...]:
        """Return by what other words each concept was searched, one for each language: the usual ones."""
        out: dict[AlsoSearched, None] = {}
        for said in fused.said:
            concept = self._lexicon.concepts[said.concept]
            for lang in fused.keywords:
                name = concept.name(lang)
                if name and name.casefold() != said.typed.casefold():
                    out[AlsoSearched(name, lang, said.typed, concept.id)] = None
        return tuple(out)

    def _encode_anew(self, text: str) -> Vector:
        vector: Vector = self._calibration.query(self._encoder.encode_queries([text])[0])
        return vector

    def _hits(self, view: View, fused: _List, places: list[int]) -> tuple[Hit, ...]:
        stored = view.fetch([fused.candidates.ids[i] for i in places], fused.vector)
        by_id = {item.release.id: item for item in stored}
        markers: dict[str, highlight.Marker] = {}
        hits = []
        for place in places:
            item = by_id.get(fused.candidates.ids[place])
            if item is not None:
                lang = item.release.lang
                if lang not in markers:
                    markers[lang] = highlight.Marker(fused.query, fused.keywords[lang], fused.names)
                hits.append(_hit(fused, place, item, markers[lang]))
        return self._published(hits)

    def _published(self, hits: Sequence[Hit]) -> tuple[Hit, ...]:
        """Add to each hit where else the same release was published."""
        found = self._groups([hit.release.id for hit in hits])
        groups = {member.id: group for group in found for member in group.members}
        return tuple(_also(hit, groups[hit.release.id]) if hit.release.id in groups else hit for hit in hits)


def _read(text: str, filters: Filters | None, prefer: str | None) -> Query:
    if prefer is not None and prefer not in analyzers.LANGUAGES:
        raise QueryError(
            '"{lang}" is not one of the languages {known}.', lang=prefer, known=", ".join(analyzers.LANGUAGES)
        )
    read = query.parse(text)
    return read.within(filters) if filters else read


def _hit(fused: _List, place: int, item: Stored, marker: highlight.Marker) -> Hit:
    release, candidates = item.release, fused.candidates
    marks = marker.marks(release.text) if fused.mode != "semantic" else []
    meaning = None
    if item.passage is not None:
        start, end = item.passage
        meaning = Meaning(start, end, release.body[start:end], round(item.cosine, 4))
    return Hit(
        release=release,
        score=round(float(fused.scores.whole[place]), 6),
        title=highlight.title(release, marks),
        highlights=highlight.snippets(release, marks, item.passage),
        why=Why(
            words=highlight.matched_words(marks, release.text),
            meaning=meaning,
            bm25=round(float(candidates.bm25[place]), 4),
            attainable=round(float(candidates.attainable[place]), 4),
            keyword=round(float(fused.scores.keyword[place]), 4),
            name=round(float(fused.scores.name[place]), 4),
            cosine=round(float(candidates.cosine[place]), 4),
            lift=round(float(fused.scores.lift[place]), 4),
            related=not bool(candidates.matched[place]),
        ),
    )


def _also(hit: Hit, group: Group) -> Hit:
    also = tuple(
        Publication(member.id, member.title, member.published, member.source, member.url)
        for member in group.members
        if member.id != hit.release.id
    )
    return replace(hit, also=also, first=group.id)


def _total(fused: _List) -> Total:
    return Total(fused.candidates.words, int(np.count_nonzero(~fused.candidates.matched)))


def _facets(candidates: Candidates) -> dict[str, tuple[FacetValue, ...]]:
    """Count the whole list: all that match the words, and those related by meaning alone."""
    counts = {name: Counter(candidates.facets.get(name, {})) for name in _FACETS}
    for i in np.flatnonzero(~candidates.matched):
        counts["lang"][candidates.lang[i]] += 1
        source, published = candidates.source[i], candidates.published[i]
        if source:
            counts["source"][source] += 1
        if published:
            counts["year"][str(published.year)] += 1
    out = {}
    for name, counter in counts.items():
        pairs = sorted(counter.items(), key=lambda item: (-item[1], item[0]))
        if name == "year":
            pairs.sort(key=lambda item: item[0], reverse=True)
        out[name] = tuple(FacetValue(value, count) for value, count in pairs)
    return out


def _beyond(page: int, size: int, listed: int, total: Total) -> PageError:
    if total.all > listed:
        return PageError(
            "Page {page} lies beyond the {listed} results that are listed of {total}: "
            "narrow the search by a filter or more words.",
            page=page,
            listed=listed,
            total=total.all,
        )
    return PageError("Page {page} lies beyond the end: the last page is {last}.", page=page, last=-(-listed // size))


def _clause(clause: Clause) -> str:
    """Return a clause as it would be typed."""
    return {"phrase": f'"{clause.text}"', "prefix": f"{clause.text}*", "words": clause.text}[clause.kind]


def _told(read: Query) -> str:
    """Say how the query was understood."""
    parts = [" OR ".join(map(_clause, group.alternatives)) for group in read.groups]
    parts += [f"-{_clause(clause)}" for clause in read.excluded]
    filters = read.filters
    parts += [f"lang:{','.join(filters.langs)}"] if filters.langs else []
    parts += [f'source:"{source}"' for source in filters.sources]
    parts += [f"after:{filters.after}"] if filters.after else []
    parts += [f"before:{filters.before}"] if filters.before else []
    return " ".join(parts)
