"""Measuring a model's language means and its floor of relatedness on parallel texts.

Thirty texts a language are enough for the means; more make the floor surer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

import analyzers
from search import bm25, passages
from search.bm25 import Term
from search.centring import Calibration, Vectors
from search.encoder import Encoder
from search.errors import InputError
from search.evaluation import EvaluationSet, known_item
from search.keywords import Word, compile_query
from search.query import plain
from search.ranking import KNOWN

KEPT = 0.99
"""The share of relevant texts that must stay above the floor."""

REACHED = 0.99
"""The share of queries, each about one text of the collection, that must have the reach."""

_FEWEST = 10
_DRAWN = 0


def calibrate(encoder: Encoder, model: str, data: EvaluationSet, strength: float = 1.0) -> Calibration:
    """Return the means over all passages of each language and over all queries, and the floor.

    The floor is the cosine that `KEPT` of the relevant (query, document) pairs have; the reach what
    `REACHED` of the queries have where one text of each story is left, in another language than theirs. One floor for each pair of languages has been tried: it keeps less at
    the same strictness (docs/ranking.md). Raises `InputError` for fewer than ten documents in a language.
    """
    pieces = [(release, passage) for release in data.releases for passage in passages.split(release)]
    raw = encoder.encode_passages([passage.text for _, passage in pieces])
    langs = np.array([release.lang for release, _ in pieces])
    means: dict[str, Vectors] = {}
    for lang in sorted(set(langs.tolist())):
        if sum(release.lang == lang for release in data.releases) < _FEWEST:
            raise InputError(f"There are fewer than {_FEWEST} documents in {lang}: its mean would be of little use.")
        means[lang] = raw[langs == lang].mean(axis=0)
    queries = encoder.encode_queries([query.text for query in data.queries])
    found = Calibration(model, queries.mean(axis=0), means, -1.0, strength)
    centred = np.concatenate([found.passages(row[np.newaxis], lang) for row, lang in zip(raw, langs, strict=True)])
    cosines = _cosines(found.query(queries), centred, [release.id for release, _ in pieces])
    relevant = [
        float(cosines[document][at])
        for at, query in enumerate(data.queries)
        for document, grade in data.judgments[query.id].items()
        if grade > 0 and document in cosines
    ]
    if not relevant:
        raise InputError("No query has a relevant document in the corpus: the floor cannot be measured.")
    floor, reach = np.quantile(relevant, 1 - KEPT), np.quantile(_about(data, cosines), 1 - REACHED)
    return replace(found, floor=round(float(floor), 3), reach=round(float(reach), 3))


def _about(data: EvaluationSet, cosines: Mapping[str, Vectors]) -> list[float]:
    """Return what `search.ranking.about` gives for each query of a set in which a story has one text."""
    left = known_item(data, _DRAWN)
    best = dict(zip((q.id for q in data.queries), np.max([cosines[r.id] for r in left.releases], axis=0), strict=True))
    terms = {lang: set[str]() for lang in analyzers.CHAINS}
    for release in left.releases:
        terms[release.lang].update(analyzers.analyzer(release.lang).terms(release.text))
    out = []
    for query in left.queries:
        shares = [bm25.known(compile_query(plain(query.text), lang), partial(_count, terms[lang])) for lang in terms]
        out.append(float(best[query.id]) + KNOWN * max(shares))
    return out


def _count(terms: set[str], term: Term) -> int:
    return int(isinstance(term, Word) and term.term in terms)


def _cosines(queries: Vectors, centred: Vectors, ids: Sequence[str]) -> dict[str, Vectors]:
    """Return each document's best passage's cosine for every query: (queries,)."""
    rows: dict[str, list[int]] = {}
    for row, identity in enumerate(ids):
        rows.setdefault(identity, []).append(row)
    return {identity: (centred[places] @ queries.T).max(axis=0) for identity, places in rows.items()}
