"""Retrieval quality on a set in BEIR layout: `corpus.jsonl`, `queries.jsonl`, `qrels/test.tsv`.

`metadata.lang` (or `lang`) names the language of a document or query. Measures come from `ir_measures`.
"""

import json
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean
from typing import Any, Literal

import ir_measures
from ir_measures import R, nDCG

from search.errors import InputError
from search.fusion import Mode
from search.query import plain
from search.release import Release, from_mapping
from search.searcher import Searcher

DEPTH = 100
"""How many results of a query are looked at."""

LEGS: tuple[Mode, ...] = ("hybrid", "keyword", "semantic")
_OTHER_DEPTH = 20
_TOP = 10
_DIGITS = 4


@dataclass(frozen=True)
class EvaluationQuery:
    """A query with its language and, where the set names one, its kind."""

    id: str
    text: str
    lang: str
    kind: str | None = None


@dataclass(frozen=True)
class EvaluationSet:
    """Documents as releases, queries, and graded judgments: query id -> document id -> grade."""

    releases: tuple[Release, ...]
    queries: tuple[EvaluationQuery, ...]
    judgments: Mapping[str, Mapping[str, int]]


Measure = Literal["ndcg@10", "other_recall@20", "own_first"]
"""What runs are compared by, query by query."""


@dataclass(frozen=True)
class QueryScores:
    """What one query got. A measure is None where it says nothing: no relevant document is in (another) language.

    `shown` are the languages of the first ten results.
    """

    ndcg: float
    recall: float
    other_recall: float | None
    own_first: float | None
    shown: tuple[str, ...] = ()

    def measures(self) -> dict[Measure, float | None]:
        """Return what runs are compared by."""
        return {"ndcg@10": self.ndcg, "other_recall@20": self.other_recall, "own_first": self.own_first}


Queries = Mapping[str, QueryScores]
"""Scores by query id."""


@dataclass(frozen=True)
class Scores:
    """Means over queries.

    `other_recall` is recall@20 of relevant documents that are not in the query's language; `own_first` is the share of queries with a relevant document in their own language that have such a one first.
    """

    queries: int
    ndcg: float
    recall: float
    other_recall: float | None
    own_first: float | None
    languages: Mapping[str, float] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return the scores by the names of docs/evaluation.md."""
        return {
            "queries": self.queries,
            "ndcg@10": self.ndcg,
            "recall@10": self.recall,
            "other_recall@20": self.other_recall,
            "own_first": self.own_first,
            "language_share@10": dict(self.languages),
        }


@dataclass(frozen=True)
class DocumentScores:
    """Means over the queries that have a relevant document in a language, with only its documents as relevant ones.

    `recall` is of the first ten results, in whatever language; `ndcg` of the results in this language alone.
    """

    queries: int
    ndcg: float
    recall: float

    def as_dict(self) -> dict[str, Any]:
        """Return the scores by the names of docs/evaluation.md."""
        return {"queries": self.queries, "ndcg@10": self.ndcg, "recall@10": self.recall}


@dataclass(frozen=True)
class Report:
    """Scores of the whole set by leg; of the first leg also by language and kind, and query by query.

    `without` names what was left out (search/ablation.py).
    """

    legs: Mapping[str, Scores]
    by_query_language: Mapping[str, Scores]
    by_document_language: Mapping[str, DocumentScores]
    by_kind: Mapping[str, Scores]
    queries: Queries
    without: tuple[str, ...] = ()

    @property
    def whole(self) -> Scores:
        """The scores of the first leg."""
        return next(iter(self.legs.values()))

    def as_dict(self) -> dict[str, Any]:
        """Return the report as one JSON object: the scores of the first leg first, the rest beside them."""
        return self.whole.as_dict() | {
            "without": list(self.without),
            "by_query_language": {lang: scores.as_dict() for lang, scores in self.by_query_language.items()},
            "by_document_language": {lang: scores.as_dict() for lang, scores in self.by_document_language.items()},
            "by_kind": {kind: scores.as_dict() for kind, scores in self.by_kind.items()},
            "legs": {leg: scores.as_dict() for leg, scores in self.legs.items()},
        }


def read(folder: Path) -> EvaluationSet:
    """Read a set. Raises `InputError` that names the file and line at fault."""
    documents = [_release(fields, where) for where, fields in _objects(folder / "corpus.jsonl")]
    queries = [_query(fields, where) for where, fields in _objects(folder / "queries.jsonl")]
    judgments: dict[str, dict[str, int]] = {}
    for where, line in _lines(folder / "qrels" / "test.tsv"):
        parts = line.split("\t")
        if parts[0] == "query-id":
            continue
        try:
            judgments.setdefault(parts[0], {})[parts[1]] = int(parts[2])
        except (IndexError, ValueError):
            raise InputError(f"{where}: a judgment is query-id, corpus-id and score, parted by tabs.") from None
    judged = tuple(query for query in queries if judgments.get(query.id))
    if not judged:
        raise InputError(f"No query of {folder} has a judgment: the ids in queries.jsonl and qrels/test.tsv differ.")
    return EvaluationSet(tuple(documents), judged, judgments)


def known_item(data: EvaluationSet, seed: int) -> EvaluationSet:
    """Return a set in which each story exists once: one document of each query's relevant ones, drawn by `seed`.

    Documents that are relevant to the same queries are one story. Only queries whose story is left in another
    language than theirs stay: what an analyst meets whose language has no version of it.
    """
    stories: dict[frozenset[str], set[str]] = {}
    for query in data.queries:
        relevant = {doc for doc, grade in data.judgments[query.id].items() if grade > 0}
        stories.setdefault(frozenset(relevant), set()).add(query.id)
    drawn = random.Random(seed)  # noqa: S311 - no secret
    kept: dict[str, set[str]] = {}
    for documents in sorted(stories, key=sorted):
        if documents:
            kept.setdefault(drawn.choice(sorted(documents)), set()).update(stories[documents])
    langs = {release.id: release.lang for release in data.releases}
    known = {query: doc for doc, queries in kept.items() for query in queries}
    told = {doc for documents in stories for doc in documents}
    return EvaluationSet(
        tuple(release for release in data.releases if release.id in kept or release.id not in told),
        tuple(query for query in data.queries if query.id in known and langs.get(known[query.id]) != query.lang),
        {query: {doc: 1} for query, doc in known.items()},
    )


def evaluate(
    searcher: Searcher, data: EvaluationSet, legs: Sequence[Mode] = LEGS, without: Iterable[str] = ()
) -> Report:
    """Run every query through every leg of a searcher whose index holds the set's releases.

    What is not by leg is of the first of `legs`. `without` is only told on.
    """
    langs = {release.id: release.lang for release in data.releases}
    runs = {leg: _run(searcher, data.queries, leg) for leg in legs}
    by_leg = {leg: _by_query(data, run, langs) for leg, run in runs.items()}
    first = by_leg[legs[0]]
    return Report(
        legs={leg: _mean(queries.values()) for leg, queries in by_leg.items()},
        by_query_language={
            lang: _mean(first[q.id] for q in data.queries if q.lang == lang)
            for lang in sorted({q.lang for q in data.queries})
        },
        by_document_language=_by_document_language(data, runs[legs[0]], langs),
        by_kind={
            kind: _mean(first[q.id] for q in data.queries if q.kind == kind)
            for kind in sorted({q.kind for q in data.queries if q.kind})
        },
        queries=first,
        without=tuple(without),
    )


Run = Mapping[str, list[str]]
"""Ids of documents by query id, best first."""


def scores(data: EvaluationSet, run: Run) -> Scores:
    """Return the means over the queries of a set of what was ranked for each, in whatever way."""
    return _mean(_by_query(data, run, {release.id: release.lang for release in data.releases}).values())


_Judged = Mapping[str, Mapping[str, int]]


def _run(searcher: Searcher, queries: Iterable[EvaluationQuery], leg: Mode) -> Run:
    # Quotation marks and colons of a headline are no syntax: the set's queries are plain text.
    return {q.id: [doc for doc, _ in searcher.ranked(plain(q.text), mode=leg, limit=DEPTH)] for q in queries}


def _measured(measure: Any, judged: _Judged, run: Run) -> dict[str, float]:
    """Return a measure of each judged query."""
    qrels = [ir_measures.Qrel(query, doc, grade) for query, docs in judged.items() for doc, grade in docs.items()]
    # A rank as score: ir_measures sorts by score, and equal scores must keep the order of the list.
    found = [ir_measures.ScoredDoc(query, doc, -rank) for query in judged for rank, doc in enumerate(run[query])]
    # A query that found nothing may not come back.
    out = dict.fromkeys(judged, 0.0)
    if found:
        out |= {metric.query_id: metric.value for metric in ir_measures.iter_calc([measure], qrels, found)}
    return out


def _by_query(data: EvaluationSet, run: Run, langs: Mapping[str, str]) -> Queries:
    judged = {query.id: data.judgments[query.id] for query in data.queries}
    ndcg, recall = _measured(nDCG @ _TOP, judged, run), _measured(R @ _TOP, judged, run)
    out = {}
    for query in data.queries:
        relevant = {doc for doc, grade in judged[query.id].items() if grade > 0}
        ranked = run[query.id]
        elsewhere = {doc for doc in relevant if langs.get(doc) != query.lang}
        own = relevant - elsewhere
        out[query.id] = QueryScores(
            ndcg=ndcg[query.id],
            recall=recall[query.id],
            other_recall=len(elsewhere.intersection(ranked[:_OTHER_DEPTH])) / len(elsewhere) if elsewhere else None,
            own_first=float(not own.isdisjoint(ranked[:1])) if own else None,
            shown=tuple(langs[doc] for doc in ranked[:_TOP] if doc in langs),
        )
    return out


def _by_document_language(data: EvaluationSet, run: Run, langs: Mapping[str, str]) -> dict[str, DocumentScores]:
    out = {}
    for lang in sorted(set(langs.values())):
        restricted = {
            query.id: {doc: grade for doc, grade in data.judgments[query.id].items() if langs.get(doc) == lang}
            for query in data.queries
        }
        judged = {query: docs for query, docs in restricted.items() if any(grade > 0 for grade in docs.values())}
        if judged:
            alone = {query: [doc for doc in run[query] if langs.get(doc) == lang] for query in judged}
            ndcg, recall = _measured(nDCG @ _TOP, judged, alone), _measured(R @ _TOP, judged, run)
            out[lang] = DocumentScores(
                len(judged), round(fmean(ndcg.values()), _DIGITS), round(fmean(recall.values()), _DIGITS)
            )
    return out


def _mean(queries: Iterable[QueryScores]) -> Scores:
    of = list(queries)
    others = [query.other_recall for query in of if query.other_recall is not None]
    own = [query.own_first for query in of if query.own_first is not None]
    shares = Counter(lang for query in of for lang in query.shown)
    return Scores(
        queries=len(of),
        ndcg=round(fmean(query.ndcg for query in of), _DIGITS),
        recall=round(fmean(query.recall for query in of), _DIGITS),
        other_recall=round(fmean(others), _DIGITS) if others else None,
        own_first=round(fmean(own), _DIGITS) if own else None,
        languages={lang: round(count / shares.total(), 3) for lang, count in sorted(shares.items())},
    )


def _release(fields: Mapping[str, Any], where: str) -> Release:
    """Read a document: BEIR's names (_id, title, text, metadata.lang) or a release's own."""
    named = dict(fields)
    named["id"] = named.pop("_id", named.get("id"))
    named["body"] = named.pop("text", named.get("body"))
    try:
        return from_mapping(named, lang=_lang(fields))
    except InputError as error:
        raise InputError(f"{where}: {error}") from None


def _query(fields: Mapping[str, Any], where: str) -> EvaluationQuery:
    try:
        lang = _lang(fields)
        if lang is None:
            raise KeyError("lang")
        return EvaluationQuery(str(fields["_id"]), str(fields["text"]), lang, _metadata(fields).get("kind"))
    except KeyError as error:
        raise InputError(f"{where}: the query has no {error}.") from None


def _lang(fields: Mapping[str, Any]) -> str | None:
    return _metadata(fields).get("lang") or fields.get("lang")


def _metadata(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    metadata = fields.get("metadata")
    return metadata if isinstance(metadata, dict) else {}


def _objects(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for where, line in _lines(path):
        try:
            fields = json.loads(line)
        except ValueError as error:
            raise InputError(f"{where}: this is no JSON ({error}).") from None
        if not isinstance(fields, dict):
            raise InputError(f"{where}: a line must be one JSON object.")
        yield where, fields


def _lines(path: Path) -> Iterator[tuple[str, str]]:
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield f"{path}:{number}", line.rstrip("\n")
    except OSError as error:
        raise InputError(
            f"{path} cannot be read ({error.strerror}): an evaluation set has corpus.jsonl, queries.jsonl and qrels/test.tsv."
        ) from None
    except UnicodeDecodeError:
        raise InputError(f"{path} is not UTF-8.") from None
