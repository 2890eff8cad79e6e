"""One generation in Elasticsearch as searches see it."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from search import bm25
from search.bm25 import Term
from search.engines.base import Candidates, Completions, Pieces, Request, Stored, Vector, View
from search.engines.elasticsearch import documents, links, queries
from search.engines.elasticsearch.cluster import Cluster
from search.engines.elasticsearch.generation import Generation
from search.errors import NotFoundError
from search.graph import APART, Link
from search.release import Release

_AT_ONCE = 200
"""Releases whose cosines are asked for in one search: few enough that all their passages are compared."""

_Search = tuple[Mapping[str, Any], Mapping[str, Any]]
_Hit = tuple[str, float, Mapping[str, Any]]
"""A hit with its language, and what the query could score there."""


@dataclass(frozen=True)
class _Found:
    """A candidate while it is gathered; `cosine` is None until it is known."""

    id: str
    lang: str
    source: str | None
    country: str | None
    published: date | None
    bm25: float
    attainable: float
    matched: bool
    cosine: float | None = None
    named: bool = False


class ElasticsearchView(View):
    """Searches go to the exact indices of a generation, never to the alias, which may move between two of them."""

    def __init__(self, cluster: Cluster, generation: Generation) -> None:
        """With more than one shard an index, idf must be gathered from all of them first."""
        self.revision = f"{generation.name}.{generation.revision}"
        self._cluster = cluster
        self._generation = generation
        self._kind = {"search_type": "dfs_query_then_fetch"} if generation.shards > 1 else {}

    def candidates(self, request: Request) -> Candidates:
        """See `View.candidates`: one round trip, and a second for cosines of what words or names found."""
        answers = self._asked(request)
        words: list[_Hit] = []
        near: list[_Hit] = []
        named: list[_Hit] = []
        count = 0
        facets: dict[str, Counter[str]] = {"lang": Counter()}
        frequencies: dict[str, dict[Term, int]] = {}
        for query in request.keywords:
            answer = answers[query.lang]
            attainable = queries.attainable(query, answer.get("frequencies"))
            frequencies[query.lang] = queries.counted(bm25.words(query), answer.get("frequencies"))
            if "words" in answer:
                response = answer["words"]
                total = int(response["hits"]["total"]["value"])
                count += total
                _count(facets, query.lang, total, response["aggregations"])
                words += [(query.lang, attainable, hit) for hit in response["hits"]["hits"]]
            if "meaning" in answer:
                near += [(query.lang, attainable, hit) for hit in answer["meaning"]["hits"]["hits"]]
            if "names" in answer:
                named += [(query.lang, attainable, hit) for hit in answer["names"]["hits"]["hits"]]
        cosines = {hit["fields"]["id"][0]: _cosine(_scores(hit)[queries.MEANING]) for _, _, hit in near}
        found = {item.id: replace(item, cosine=cosines.get(item.id)) for item in map(_by_words, _first(words, request))}
        related = [item for item in near if cosines[item[2]["fields"]["id"][0]] >= request.floor]
        related.sort(key=lambda item: -cosines[item[2]["fields"]["id"][0]])
        for item in map(_by_meaning, related[: request.meaning_depth]):
            found.setdefault(item.id, item)
        for item in map(_by_name, named):
            found[item.id] = replace(found.get(item.id, item), named=True)
        if request.vector is not None:
            self._complete(found, request.vector)
        return _columns(list(found.values()), count, facets, frequencies)

    def frequencies(self, words: Mapping[str, Collection[Term]]) -> dict[str, dict[Term, int]]:
        """See `View.frequencies`."""
        bodies = {lang: body for lang, of in words.items() if (body := queries.frequencies(of))}
        responses = self._by_language(bodies)
        return {lang: queries.counted(of, responses.get(lang)) for lang, of in words.items()}

    def neighbours(self, terms: Mapping[str, Collection[str]]) -> dict[str, dict[str, dict[str, int]]]:
        """See `View.neighbours`."""
        responses = self._by_language({lang: queries.neighbours(of) for lang, of in terms.items() if of})
        return {lang: queries.suggested(of, responses[lang]) if of else {} for lang, of in terms.items()}

    def completions(self, beginnings: Mapping[str, Collection[str]], *, limit: int) -> Completions:
        """See `View.completions`: one round trip."""
        responses = self._by_language({lang: queries.completions(of, limit) for lang, of in beginnings.items() if of})
        return {lang: queries.completed(of, responses[lang]) if of else {} for lang, of in beginnings.items()}

    def sources(self) -> dict[str, int]:
        """See `View.sources`."""
        (response,) = self._cluster.msearch([(self._header(self._generation.names), queries.sources())])
        return {str(b["key"]): int(b["doc_count"]) for b in response["aggregations"]["source"]["buckets"]}

    def judged(self, ids: Sequence[str], request: Request) -> Candidates:
        """See `View.judged`: one round trip, as many searches as `candidates`."""
        searches: list[_Search] = []
        for query in request.keywords:
            header = self._header([self._generation.indices[query.lang]])
            searches.append((header, queries.frequencies(bm25.words(query)) or {"size": 0}))
            searches.append((header, queries.judged(query, request, ids)))
        responses = self._cluster.msearch(searches) if searches else []
        found: dict[str, _Found] = {}
        for query, counts, response in zip(request.keywords, responses[::2], responses[1::2], strict=True):
            attainable = queries.attainable(query, counts)
            for item in (_by_meaning((query.lang, attainable, hit)) for hit in response["hits"]["hits"]):
                found[item.id] = item
        if request.vector is not None:
            self._complete(found, request.vector)
        return _columns(list(found.values()), 0, {}, {})

    def links(self, ids: Sequence[str]) -> list[Link]:
        """See `View.links`: one round trip for the neighbours of these, and those whose neighbours these are."""
        if not ids:
            return []
        lists = links.read(self._cluster, self._generation.links, ids)
        return [
            Link(first, other, cosine)
            for first in ids
            for other, cosine in lists.get(first, {}).items()
            if cosine > APART and first in lists.get(other, {})
        ]

    def key_frequencies(self, keys: Collection[str]) -> tuple[int, dict[str, int]]:
        """See `View.key_frequencies`."""
        searches = [(self._header(self._generation.names), queries.key_frequencies(keys))]
        (response,) = self._cluster.msearch(searches)
        counts = response["aggregations"]["keys"]["buckets"]
        return int(response["hits"]["total"]["value"]), {key: int(counts[key]["doc_count"]) for key in keys}

    def fetch(self, ids: Sequence[str], vector: Vector | None) -> list[Stored]:
        """See `View.fetch`."""
        if not ids:
            return []
        body = queries.whole(ids, vector)
        (response,) = self._cluster.msearch([(self._header(self._generation.names), body)])
        stored = {}
        for hit in response["hits"]["hits"]:
            inner = hit["inner_hits"]["passages"]["hits"]["hits"] if "inner_hits" in hit else []
            passage = (inner[0]["_source"]["start"], inner[0]["_source"]["end"]) if inner else None
            cosine = _cosine(_scores(hit)[queries.MEANING]) if inner else 0.0
            stored[hit["_source"]["id"]] = Stored(documents.release(hit["_source"]), passage, cosine)
        return [stored[identity] for identity in ids if identity in stored]

    def passages(self, ids: Sequence[str]) -> dict[str, Pieces]:
        """See `View.passages`."""
        if not ids:
            return {}
        (response,) = self._cluster.msearch([(self._header(self._generation.names), queries.passages(ids))])
        sources = [hit["_source"] for hit in response["hits"]["hits"]]
        return {source["id"]: documents.pieces(source, self._generation.fingerprint.dims) for source in sources}

    def near(self, release_id: str, *, limit: int) -> list[tuple[Release, float]]:
        """See `View.near`."""
        header = self._header(self._generation.names)
        own = {"query": {"terms": {"id": [release_id]}}, "_source": False, "fields": ["mean"], "size": 1}
        (response,) = self._cluster.msearch([(header, own)])
        if not response["hits"]["hits"]:
            raise NotFoundError('There is no release with the id "{id}".', id=release_id)
        mean = response["hits"]["hits"][0].get("fields", {}).get("mean")
        if not mean:
            return []
        (response,) = self._cluster.msearch([(header, queries.near(mean, limit + 1))])
        found = [
            (documents.release(hit["_source"]), _cosine(hit["_score"]))
            for hit in response["hits"]["hits"]
            if hit["_source"]["id"] != release_id
        ]
        return found[:limit]

    def _asked(self, request: Request) -> dict[str, dict[str, dict[str, Any]]]:
        """Ask all that the first round trip can answer, and return responses by language and kind."""
        names: list[tuple[str, str]] = []
        searches: list[_Search] = []
        by_name = {query.lang: query for query in request.names if query.enough}
        for query in request.keywords:
            bodies: dict[str, Mapping[str, Any] | None] = {"frequencies": queries.frequencies(bm25.words(query))}
            if request.words_depth and (query.scored or query.everything):
                bodies["words"] = queries.by_words(query, request)
            if request.vector is not None and request.meaning_depth:
                bodies["meaning"] = queries.by_meaning(query, request, request.vector)
            if query.lang in by_name:
                bodies["names"] = queries.by_names(by_name[query.lang], query, request)
            for kind, body in bodies.items():
                if body is not None:
                    names.append((query.lang, kind))
                    searches.append((self._header([self._generation.indices[query.lang]]), body))
        out: dict[str, dict[str, dict[str, Any]]] = {query.lang: {} for query in request.keywords}
        responses = self._cluster.msearch(searches) if searches else []
        for (lang, kind), response in zip(names, responses, strict=True):
            out[lang][kind] = response
        return out

    def _complete(self, found: dict[str, _Found], vector: Vector) -> None:
        """Ask for the cosines that are not known yet."""
        at_once = _AT_ONCE
        while lacking := [item for item in found.values() if item.cosine is None]:
            by_lang: dict[str, list[str]] = {}
            for item in lacking:
                by_lang.setdefault(item.lang, []).append(item.id)
            searches = [
                (self._header([self._generation.indices[lang]]), queries.cosines(ids[at : at + at_once], vector))
                for lang, ids in by_lang.items()
                for at in range(0, len(ids), at_once)
            ]
            for response in self._cluster.msearch(searches):
                for hit in response["hits"]["hits"]:
                    identity = hit["fields"]["id"][0]
                    found[identity] = replace(found[identity], cosine=_cosine(_scores(hit)[queries.MEANING]))
            if at_once == 1:
                # Removed meanwhile, or a text without a direction.
                found.update({item.id: replace(item, cosine=item.cosine or 0.0) for item in found.values()})
            at_once = 1

    def _by_language(self, bodies: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
        """Ask each language's index, in one round trip."""
        searches = [(self._header([self._generation.indices[lang]]), body) for lang, body in bodies.items()]
        return dict(zip(bodies, self._cluster.msearch(searches) if searches else [], strict=True))

    def _header(self, names: Sequence[str]) -> dict[str, Any]:
        return {"index": list(names)} | self._kind


def _by_words(item: _Hit) -> _Found:
    _, attainable, hit = item
    return _found(item, min(float(hit["_score"] or 0.0), attainable), matched=True)


def _by_meaning(item: _Hit) -> _Found:
    _, attainable, hit = item
    scores = _scores(hit)
    made = _found(item, min(scores.get(queries.WORDS, 0.0), attainable), matched=queries.MATCHED in scores)
    return replace(made, cosine=_cosine(scores[queries.MEANING])) if queries.MEANING in scores else made


def _by_name(item: _Hit) -> _Found:
    _, attainable, hit = item
    scores = _scores(hit)
    return _found(item, min(scores.get(queries.WORDS, 0.0), attainable), matched=queries.MATCHED in scores)


def _found(item: _Hit, bm25: float, *, matched: bool) -> _Found:
    lang, attainable, hit = item
    fields = hit["fields"]
    published = fields.get("published")
    return _Found(
        id=fields["id"][0],
        lang=lang,
        source=fields.get("source", [None])[0],
        country=fields.get("country", [None])[0],
        published=date.fromisoformat(published[0]) if published else None,
        bm25=bm25,
        attainable=attainable,
        matched=matched,
    )


def _scores(hit: Mapping[str, Any]) -> dict[str, float]:
    return dict(hit.get("matched_queries", {}))


def _cosine(score: float) -> float:
    """Return the cosine that Elasticsearch turned into a score, (1 + cosine) / 2."""
    return 2 * score - 1


def _first(words: list[_Hit], request: Request) -> list[_Hit]:
    """Return the best (or newest, or oldest) of all languages, as many as the request wants."""
    if request.newest is None:
        ordered = sorted(words, key=lambda item: -(item[2]["_score"] or 0.0) / max(item[1], 1e-12))
    else:
        # Days as text, of which a later one is greater; those without a day come last either way.
        dated = [item for item in words if "published" in item[2]["fields"]]
        dated.sort(key=lambda item: item[2]["fields"]["published"][0], reverse=request.newest)
        ordered = dated + [item for item in words if "published" not in item[2]["fields"]]
    return ordered[: request.words_depth]


def _count(facets: dict[str, Counter[str]], lang: str, total: int, aggregations: Mapping[str, Any]) -> None:
    if total:
        facets["lang"][lang] = total
    for name, key in (("source", "key"), ("country", "key"), ("month", "key_as_string")):
        counts = {str(bucket[key]): int(bucket["doc_count"]) for bucket in aggregations[name]["buckets"]}
        facets.setdefault(name, Counter()).update(counts)


def _columns(
    found: list[_Found],
    words: int,
    facets: Mapping[str, Mapping[str, int]],
    frequencies: Mapping[str, Mapping[Term, int]],
) -> Candidates:
    return Candidates(
        ids=[item.id for item in found],
        lang=[item.lang for item in found],
        source=[item.source for item in found],
        country=[item.country for item in found],
        published=[item.published for item in found],
        bm25=np.array([item.bm25 for item in found], np.float64),
        attainable=np.array([item.attainable for item in found], np.float64),
        cosine=np.array([item.cosine or 0.0 for item in found], np.float64),
        matched=np.array([item.matched for item in found], np.bool_),
        named=np.array([item.named for item in found], np.bool_),
        words=words,
        facets=facets,
        frequencies=frequencies,
    )
