"""A search from the typed text to a page of results: the same code over every engine."""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

import analyzers
from search import facets, fusion, graph, highlight, hits, keywords, name_query, query, ranking, spelling, values
from search.centring import Calibration
from search.encoder import Encoder
from search.engines.base import Candidates, Engine, Request, Vector, View
from search.errors import PageError, QueryError
from search.fusion import Mode, Scores, Sort
from search.history import Group
from search.kept import Kept
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
    Related,
    Results,
    Total,
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


@dataclass(frozen=True)
class _Search:
    """What a list is made for; `without` are concepts."""

    read: Query
    mode: Mode
    sort: Sort
    without: frozenset[str]

    def of(self, read: Query) -> "_Search":
        """Return the same search for another query."""
        return replace(self, read=read)


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
    lifters: ranking.Lifters
    order: NDArray[np.int64]
    mode: Mode


class Searcher:
    """Thread-safe. Pages of one query come from one list, made once and kept (the last 128) while the index does not change.

    So do the lists that others are narrowed from.
    """

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
        self._lists: Kept[_List] = Kept(_KEPT_LISTS)
        self._suggestions: Kept[DidYouMean | None] = Kept(_KEPT_LISTS)

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
        typed, chosen = query.parse(text), filters or Filters()
        read = _within(typed, chosen, prefer)
        if not 1 <= size <= MAX_SIZE or page < 1:
            raise QueryError("A page has 1 to {most} results and pages are counted from 1.", most=MAX_SIZE)
        asked = _Search(read, mode, sort, frozenset(without))
        for _ in range(_TRIES):
            view = self.engine.view()
            fused = self._list(view, asked)
            order = fusion.preferring(fused.order, fused.candidates, prefer)
            places = order[(page - 1) * size : page * size].tolist()
            shown = self._hits(view, fused, places)
            if len(shown) == len(places):
                # Else a release of the list was replaced or removed meanwhile.
                break
        total = _total(fused)
        listed = len(fused.order)
        if page > 1 and (page - 1) * size >= listed:
            raise _beyond(page, size, listed, total)
        return Results(
            query=text,
            parsed=_told(read),
            languages=tuple(read.filters.langs or analyzers.CHAINS),
            total=total,
            listed=listed,
            page=page,
            size=size,
            took_ms=round((time.perf_counter() - started) * 1000, 1),
            also_searched=self._also(fused) if mode != "semantic" else (),
            did_you_mean=self._did_you_mean(view, asked, fused) if mode != "semantic" else None,
            facets=self._facets(view, asked, fused, typed, chosen),
            hits=shown,
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
        read = _within(query.parse(text), filters or Filters(), prefer)
        view = self.engine.view()
        fused = self._fused(view, _Search(read, mode, sort, frozenset(without)), depth=EXPORT_DEPTH)
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
        fused = self._fused(self.engine.view(), _Search(read, mode, "relevance", frozenset()))
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

    def _list(self, view: View, search: _Search) -> _List:
        # How it was typed makes no difference to a list: a filter may have been typed, or chosen.
        made_for = search.of(replace(search.read, text=""))
        return self._lists.get((view.revision, made_for), lambda: self._fused(view, search))

    def _facets(
        self, view: View, search: _Search, fused: _List, typed: Query, chosen: Filters
    ) -> dict[str, tuple[FacetValue, ...]]:
        """Count the list; where a filter was chosen, what could be chosen beside it. One that was typed holds for both."""
        counts = facets.count(fused.candidates)
        for dimension in chosen.active:
            wider = facets.count(self._list(view, search.of(typed.within(chosen.without(dimension)))).candidates)
            counts |= {name: wider[name] for name in facets.DIMENSIONS[dimension]}
        return {str(name): values for name, values in counts.items()}

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
        langs = read.filters.langs or analyzers.CHAINS
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

    def _fused(self, view: View, search: _Search, *, depth: int = WORDS_DEPTH) -> _List:
        read, mode = search.read, search.mode
        asked = self.asked(view, read, mode, search.sort, search.without, depth=depth)
        vector = asked.request.vector
        whole = (
            self._list(view, search.of(replace(read, filters=Filters()))).lifters
            if read.filters and vector is not None
            else None
        )
        found = ranking.rank(view, asked, whole)
        compiled = {query.lang: query for query in asked.request.keywords}
        order = fusion.order(found.candidates, found.scores, search.sort)
        return _List(
            read, compiled, asked.said, asked.names, vector, found.candidates, found.scores, found.lifters, order, mode
        )

    def _did_you_mean(self, view: View, search: _Search, fused: _List) -> DidYouMean | None:
        def matching(other: Query) -> int:
            said = self._lexicon.said(other, search.without)
            asked = self._compiled(other, fused.keywords, said)
            return view.candidates(Request(tuple(asked.values()), None, other.filters, 0.0, 1, 0)).words

        def suggest() -> DidYouMean | None:
            return spelling.suggest(view, search.read, fused.candidates, matching)

        return self._suggestions.get((view.revision, search), suggest)

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
        shown = []
        for place in places:
            item = by_id.get(fused.candidates.ids[place])
            if item is not None:
                lang = item.release.lang
                if lang not in markers:
                    markers[lang] = highlight.Marker(fused.query, fused.keywords[lang], fused.names)
                marks = markers[lang].marks(item.release.text) if fused.mode != "semantic" else []
                shown.append(hits.hit(item, marks, place, fused.candidates, fused.scores))
        return hits.published(shown, self._groups([one.release.id for one in shown]))


def _within(typed: Query, chosen: Filters, prefer: str | None) -> Query:
    if prefer is not None and prefer not in analyzers.LANGUAGES:
        raise QueryError(
            '"{lang}" is not one of the languages {known}.', lang=prefer, known=", ".join(analyzers.LANGUAGES)
        )
    return typed.within(chosen)


def _total(fused: _List) -> Total:
    return Total(fused.candidates.words, int(np.count_nonzero(~fused.candidates.matched)))


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
    parts += [f"country:{','.join(filters.countries)}"] if filters.countries else []
    parts += [f"after:{filters.after}"] if filters.after else []
    parts += [f"before:{filters.before}"] if filters.before else []
    return " ".join(parts)
