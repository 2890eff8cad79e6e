"""Retrieval quality on a set in BEIR layout: `corpus.jsonl`, `queries.jsonl`, `qrels/test.tsv`.

`metadata.lang` (or `lang`) names the language of a document or query. Measures come from `ir_measures`.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean
from typing import Any

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
class Report:
    """Scores of the whole set by leg, and of the hybrid leg by query language and by kind of query."""

    legs: Mapping[str, Scores]
    by_query_language: Mapping[str, Scores]
    by_kind: Mapping[str, Scores]

    def as_dict(self) -> dict[str, Any]:
        """Return the report as one JSON object: the hybrid scores first, the rest beside them."""
        return self.legs["hybrid"].as_dict() | {
            "by_query_language": {lang: scores.as_dict() for lang, scores in self.by_query_language.items()},
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


def evaluate(searcher: Searcher, data: EvaluationSet, legs: Sequence[Mode] = LEGS) -> Report:
    """Run every query through every leg of a searcher whose index holds the set's releases."""
    langs = {release.id: release.lang for release in data.releases}
    runs = {leg: _run(searcher, data.queries, leg) for leg in legs}
    hybrid = runs["hybrid"]
    kinds = {query.kind for query in data.queries if query.kind}
    return Report(
        legs={leg: _scores(data.queries, run, data.judgments, langs) for leg, run in runs.items()},
        by_query_language={
            lang: _scores([q for q in data.queries if q.lang == lang], hybrid, data.judgments, langs)
            for lang in sorted({q.lang for q in data.queries})
        },
        by_kind={
            kind: _scores([q for q in data.queries if q.kind == kind], hybrid, data.judgments, langs)
            for kind in sorted(kinds)
        },
    )


_Run = Mapping[str, list[tuple[str, float]]]


def _run(searcher: Searcher, queries: Iterable[EvaluationQuery], leg: Mode) -> _Run:
    # Quotation marks and colons of a headline are no syntax: the set's queries are plain text.
    return {query.id: searcher.ranked(plain(query.text), mode=leg, limit=DEPTH) for query in queries}


def _scores(
    queries: Sequence[EvaluationQuery], run: _Run, judgments: Mapping[str, Mapping[str, int]], langs: Mapping[str, str]
) -> Scores:
    qrels = [ir_measures.Qrel(q.id, doc, grade) for q in queries for doc, grade in judgments[q.id].items()]
    # A rank as score: ir_measures sorts by score, and equal scores must keep the order of the list.
    found = [ir_measures.ScoredDoc(q.id, doc, -rank) for q in queries for rank, (doc, _) in enumerate(run[q.id])]
    found = found or [ir_measures.ScoredDoc(queries[0].id, "", 0.0)]
    measured = ir_measures.calc_aggregate([nDCG @ _TOP, R @ _TOP], qrels, found)
    others, own, shares = [], [], Counter[str]()
    for query in queries:
        relevant = {doc for doc, grade in judgments[query.id].items() if grade > 0}
        ranked = [doc for doc, _ in run[query.id]]
        elsewhere = {doc for doc in relevant if langs.get(doc) != query.lang}
        if elsewhere:
            others.append(len(elsewhere.intersection(ranked[:_OTHER_DEPTH])) / len(elsewhere))
        if relevant - elsewhere:
            own.append(bool(ranked) and ranked[0] in relevant - elsewhere)
        shares.update(langs[doc] for doc in ranked[:_TOP] if doc in langs)
    shown = sum(shares.values()) or 1
    return Scores(
        queries=len(queries),
        ndcg=round(measured[nDCG @ _TOP], 4),
        recall=round(measured[R @ _TOP], 4),
        other_recall=round(fmean(others), 4) if others else None,
        own_first=round(fmean(own), 4) if own else None,
        languages={lang: round(count / shown, 3) for lang, count in sorted(shares.items())},
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
