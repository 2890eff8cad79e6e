"""Neutral requests as bodies of searches. Everything is a term that Python has analysed; nothing is parsed here."""

import re
from collections.abc import Collection, Mapping, Sequence
from itertools import chain
from typing import Any

from search import bm25, edits, spellings
from search.bm25 import Term
from search.engines.base import Request, Vector
from search.keywords import ALSO, Concept, KeywordQuery, Match, Phrase, Prefix, Value, Word
from search.name_query import NameQuery
from search.query import Filters

MEANING, WORDS, MATCHED = "meaning", "words", "matched"
"""Names of clauses, by which a hit tells the score of each."""

OVERSAMPLE = 2.0
"""Neighbours found by 8-bit vectors, for each that is kept when the exact ones are compared."""

MAX_CANDIDATES = 10_000
"""The most that Elasticsearch takes as num_candidates."""

_NEIGHBOURS = 100
"""More terms than are one edit from any word of real text."""

_ANY_FREQUENCY = 2**31
_SOURCES = 10_000
_COUNTRIES = 300
_COLUMNS: dict[str, Any] = {
    # Doc values alone: reading stored fields of a thousand hits would cost more than finding them.
    "_source": False,
    "stored_fields": "_none_",
    "docvalue_fields": ["id", "source", "country", "published"],
}


def by_words(query: KeywordQuery, request: Request) -> dict[str, Any]:
    """Return the keyword leg in one language: hits best (or by day) first, and counts over all that match."""
    body: dict[str, Any] = _COLUMNS | {
        "query": _matching(query, request.filters),
        "size": request.words_depth,
        "track_total_hits": True,
        "aggs": {
            "source": {"terms": {"field": "source", "size": _SOURCES}},
            "country": {"terms": {"field": "country", "size": _COUNTRIES}},
            "month": {
                "date_histogram": {
                    "field": "published",
                    "calendar_interval": "month",
                    "format": "yyyy-MM",
                    "min_doc_count": 1,
                }
            },
        },
    }
    if request.newest is not None:
        order = "desc" if request.newest else "asc"
        body |= {"sort": [{"published": {"order": order, "missing": "_last"}}], "track_scores": True}
    return body


def frequencies(words: Collection[Term]) -> dict[str, Any] | None:
    """Return the search that counts how many releases have each of these words, or None if there are none."""
    counts = {_key(word): {"filter": _match(word)} for word in words}
    return {"size": 0, "track_total_hits": True, "aggs": counts} if counts else None


def counted(words: Collection[Term], response: Mapping[str, Any] | None) -> dict[Term, int]:
    """Return what `frequencies` found of each word; without words, whatever was asked in its place."""
    return {word: int(response["aggregations"][_key(word)]["doc_count"]) for word in words} if response else {}


def neighbours(terms: Collection[str]) -> dict[str, Any]:
    """Return the search for the exact terms that are one edit from each of these."""
    term = {
        "field": "text.exact",
        "analyzer": "keyword",
        "size": _NEIGHBOURS,
        "shard_size": _NEIGHBOURS,
        "sort": "frequency",
        "suggest_mode": "always",
        "max_edits": 1,
        "prefix_length": 0,
        "min_word_length": edits.SHORTEST,
        # A count and not a share: a word may stand in every release and still be asked about.
        "max_term_freq": _ANY_FREQUENCY,
    }
    return {"size": 0, "suggest": {_key(Word(text, exact=True)): {"text": text, "term": term} for text in terms}}


def suggested(terms: Collection[str], response: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """Return what `neighbours` found of each term."""
    out = {}
    for text in terms:
        (entry,) = response["suggest"][_key(Word(text, exact=True))]
        near = edits.neighbours(text)
        out[text] = {option["text"]: int(option["freq"]) for option in entry["options"] if option["text"] in near}
    return out


def completions(beginnings: Collection[str], limit: int) -> dict[str, Any]:
    """Return the search for the words that begin so, as releases write them."""
    counts = {
        f"b-{text.encode().hex()}": {
            "filter": {"prefix": {"spelt": text}},
            "aggs": {"spelt": {"terms": {"field": "spelt", "include": _beginning(text), "size": limit}}},
        }
        for text in beginnings
    }
    return {"size": 0, "track_total_hits": False, "aggs": counts}


def completed(beginnings: Collection[str], response: Mapping[str, Any]) -> dict[str, dict[str, dict[str, int]]]:
    """Return what `completions` found for each beginning."""
    out = {}
    for text in beginnings:
        buckets = response["aggregations"][f"b-{text.encode().hex()}"]["spelt"]["buckets"]
        out[text] = spellings.grouped((str(bucket["key"]), int(bucket["doc_count"])) for bucket in buckets)
    return out


def sources() -> dict[str, Any]:
    """Return the search that counts the releases of every source."""
    counts = {"source": {"terms": {"field": "source", "size": _SOURCES}}}
    return {"size": 0, "track_total_hits": False, "aggs": counts}


def _beginning(text: str) -> str:
    """Return the pattern, in Lucene's syntax, of what begins with a text."""
    return re.sub(r"([^\w])", r"\\\1", text) + ".*"


def by_meaning(query: KeywordQuery, request: Request, vector: Vector) -> dict[str, Any]:
    """Return the leg of meaning in one language; each hit also tells its score by words, and whether it matches."""
    depth = request.meaning_depth
    filters = _limits(request.filters) + [_concept(concept) for concept in query.must]
    limit = _bool(filter=filters, must_not=[_match(match) for match in query.excluded])
    return _COLUMNS | {
        "size": depth,
        "track_total_hits": False,
        "query": {"bool": {"must": [_nearest(vector, depth, limit)], "should": _told(query, request)}},
    }


def _told(query: KeywordQuery, request: Request) -> list[dict[str, Any]]:
    """Return clauses by which each hit tells its score by words, and whether it matches."""
    also = []
    if query.scored:
        also.append({"bool": {"should": [_concept(c) for c in query.scored], "_name": WORDS}})
    if request.words_depth and (query.scored or query.everything):
        also.append(_matching(query, request.filters, name=MATCHED))
    return also


def judged(query: KeywordQuery, request: Request, ids: Sequence[str]) -> dict[str, Any]:
    """Return the search for those of some releases that the filters let through; it tells what `by_meaning` does."""
    filters = [{"terms": {"id": list(ids)}}, *_limits(request.filters), *map(_concept, query.must)]
    should = _told(query, request)
    if request.vector is not None:
        should.append(_nearest(request.vector, len(ids), _bool(filter=filters), candidates=MAX_CANDIDATES))
    return _COLUMNS | {
        "size": len(ids),
        "track_total_hits": False,
        "query": _bool(filter=filters, must_not=[_match(match) for match in query.excluded], should=should),
    }


def nearest(mean: Sequence[float], count: int) -> dict[str, Any]:
    """Return the search for the releases whose mean vector is nearest: ids and scores alone."""
    return _COLUMNS | {
        "docvalue_fields": ["id"],
        "size": count,
        "track_total_hits": False,
        "query": _by_mean(mean, count),
    }


def by_names(names: NameQuery, query: KeywordQuery, request: Request) -> dict[str, Any]:
    """Return the names leg in one language; the words that match add to the score, and each hit tells how much."""
    having = [{"terms": {"names": list(place.keys)}} for place in names.places]
    enough = [
        _bool(filter=[having[place] for place in places], must_not=_literally(names, places)) for places in names.enough
    ]
    limits = [*_limits(request.filters), *map(_concept, query.must), _bool(should=enough)]
    weighed = [
        {"constant_score": {"filter": has, "boost": place.weight}}
        for has, place in zip(having, names.places, strict=True)
    ]
    return _COLUMNS | {
        "size": request.names_depth,
        "track_total_hits": False,
        "query": _bool(
            filter=limits,
            must_not=[_match(match) for match in query.excluded],
            should=weighed + _told(query, request),
        ),
    }


def key_frequencies(keys: Collection[str]) -> dict[str, Any]:
    """Return the search that counts releases, and those that have each key."""
    counts = {"filters": {"filters": {key: {"term": {"names": key}} for key in sorted(keys)}}}
    return {"size": 0, "track_total_hits": True, "aggs": {"keys": counts}}


def cosines(ids: Sequence[str], vector: Vector) -> dict[str, Any]:
    """Return the search that gives each of these releases its best passage's cosine."""
    limit = {"terms": {"id": list(ids)}}
    return _COLUMNS | {
        "size": len(ids),
        "track_total_hits": False,
        "query": {"bool": {"must": [_nearest(vector, len(ids), limit, candidates=MAX_CANDIDATES)]}},
    }


def whole(ids: Sequence[str], vector: Vector | None) -> dict[str, Any]:
    """Return the search that gives these releases, each with its best passage if there is a vector."""
    limit = {"terms": {"id": list(ids)}}
    body: dict[str, Any] = {
        "size": len(ids),
        "track_total_hits": False,
        "_source": {"excludes": ["passages", "mean", "values"]},
        "query": {"bool": {"filter": [limit]}},
    }
    if vector is not None:
        nearest = _nearest(vector, len(ids), limit, candidates=MAX_CANDIDATES)
        nearest["nested"]["inner_hits"] = {"size": 1, "_source": ["passages.start", "passages.end"]}
        body["query"]["bool"]["should"] = [nearest]
    return body


def passages(ids: Sequence[str]) -> dict[str, Any]:
    """Return the search that gives the passages of these releases with their vectors."""
    fields = ["id", "passages.start", "passages.end", "passages.vector"]
    return {
        "size": len(ids),
        "track_total_hits": False,
        # Since 9.2 vectors are left out unless asked for.
        "_source": {"includes": fields, "exclude_vectors": False},
        "query": {"bool": {"filter": [{"terms": {"id": list(ids)}}]}},
    }


def near(mean: Sequence[float], limit: int) -> dict[str, Any]:
    """Return the search for the releases whose mean vector is nearest."""
    return {
        "size": limit,
        "track_total_hits": False,
        "_source": {"excludes": ["passages", "mean", "values"]},
        "query": _by_mean(mean, limit),
    }


def _by_mean(mean: Sequence[float], count: int) -> dict[str, Any]:
    knn = {
        "field": "mean",
        "query_vector": list(mean),
        "k": count,
        "num_candidates": _candidates(count),
        "rescore_vector": {"oversample": OVERSAMPLE},
    }
    return {"knn": knn}


def attainable(query: KeywordQuery, response: Mapping[str, Any] | None) -> float:
    """Return the most that any text could score (see `search.bm25`), from what `frequencies` found."""
    total = int(response["hits"]["total"]["value"]) if response else 0
    return bm25.attainable(query, counted(bm25.words(query), response).__getitem__, total)


def _literally(names: NameQuery, places: Sequence[int]) -> list[dict[str, Any]]:
    """Keep out who has the words of all these places."""
    words = [names.places[place].words for place in places]
    return [_bool(filter=[_match(word) for word in chain.from_iterable(words)])] if all(words) else []


def _nearest(
    vector: Vector, k: int, limit: Mapping[str, Any] | None, *, candidates: int | None = None
) -> dict[str, Any]:
    knn: dict[str, Any] = {
        "field": "passages.vector",
        "query_vector": vector.tolist(),
        "k": k,
        "num_candidates": candidates or _candidates(k),
        "rescore_vector": {"oversample": OVERSAMPLE},
    }
    if limit:
        knn["filter"] = limit
    return {"nested": {"path": "passages", "score_mode": "max", "query": {"knn": knn}, "_name": MEANING}}


def _candidates(k: int) -> int:
    return min(MAX_CANDIDATES, max(2 * k, 100))


def _matching(query: KeywordQuery, filters: Filters, name: str | None = None) -> dict[str, Any]:
    must = [_concept(concept) for concept in query.must]
    if query.should:
        should = [_concept(concept) for concept in query.should]
        must.append({"bool": {"should": should, "minimum_should_match": query.minimum}})
    if query.everything:
        must.append({"match_all": {"boost": 0}})
    out = _bool(must=must, filter=_limits(filters), must_not=[_match(match) for match in query.excluded])
    if name:
        # Only whether it matches is asked for: its score must not move the hit.
        return {"bool": {"filter": [out], "_name": name}}
    return out


def _limits(filters: Filters) -> list[dict[str, Any]]:
    limits: list[dict[str, Any]] = []
    if filters.sources:
        limits.append({"terms": {"source": list(filters.sources)}})
    if filters.countries:
        limits.append({"terms": {"country": list(filters.countries)}})
    if filters.after or filters.before:
        bounds = {"gte": filters.after, "lte": filters.before}
        limits.append({"range": {"published": {key: str(day) for key, day in bounds.items() if day}}})
    return limits


def _concept(concept: Concept) -> dict[str, Any]:
    queries = [_match(match) for match in concept.alternatives]
    queries += [{"bool": {"must": [_match(match)], "boost": ALSO}} for match in concept.also]
    return queries[0] if len(queries) == 1 else {"dis_max": {"queries": queries}}


def _match(match: Match) -> dict[str, Any]:
    if isinstance(match, Word):
        return {"term": {_field(match): {"value": match.term}}}
    if isinstance(match, Value):
        return {"term": {"values": {"value": match.key}}}
    if isinstance(match, Prefix):
        found = {"prefix": {"text.exact": {"value": match.start}}}
        return {"constant_score": {"filter": found, "boost": 1}}
    clauses: list[dict[str, Any]] = []
    place = 0
    for at, term in match.terms:
        if at > place:
            clauses.append({"span_gap": {_field(match): at - place}})
        clauses.append({"span_term": {_field(match): {"value": term}}})
        place = at + 1
    return {"span_near": {"clauses": clauses, "slop": 0, "in_order": True}}


def _field(match: Word | Phrase) -> str:
    return "text.exact" if match.exact else "text"


def _key(term: Term) -> str:
    """Return a name for an aggregation, which may not have brackets or > in it."""
    if isinstance(term, Value):
        return f"v-{term.key}"
    return ("e-" if term.exact else "s-") + term.term.encode().hex()


def _bool(**clauses: list[dict[str, Any]]) -> dict[str, Any]:
    return {"bool": {name: queries for name, queries in clauses.items() if queries}}
