"""The share of the keyword leg by kind of query: what `search.fusion.weight` rests on.

    python -m benchmarks.fusion SET [--every 3] [--known-item 1] [--kinds "one word" …] [--weights .05 .10 …]

Makes queries of each kind of a set in BEIR layout, finds the candidates of each once, and scores them with every weight
and with the one that a search would take ("own"). Prints nDCG@10 and how often the own-language version stands first, with links and without.

    sentence      the set's queries as they stand
    one word      their rarest word that a relevant text in their own language has too
    two, three    words: the rarest of these, in the order of the query
    name, number  queries that the set calls so; number also those with a digit
    quoted        three consecutive words of that text in quotation marks
    word quoted   the query, with that rarest word in quotation marks
    one language  the query, in its own language alone

What is quoted or of one language can be found in that language alone, so only its texts count as relevant there.
"""

import argparse
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import analyzers
from analyzers import Token
from indexer import build
from search import evaluation, fusion, installation, ranking
from search.evaluation import EvaluationQuery, EvaluationSet, Run
from search.query import Clause, Filters, Group, Query, plain
from search.release import Release
from search.searcher import Searcher
from search.settings import Settings

WEIGHTS = (0.05, 0.10, 0.15, 0.20, 0.30, 0.40, 0.50)
PHRASE = 3

Runs = dict[tuple[bool, int], list[str]]
"""Ids of documents, best first, by whether results lift others and by the place of the weight."""


@dataclass(frozen=True)
class Derived:
    """A query of some kind, made of one of the set's; `own` says that only texts in its language are relevant."""

    kind: str
    of: EvaluationQuery
    read: Query
    own: bool = False


class Deriving:
    """Makes queries of every kind of a set's queries."""

    def __init__(self, data: EvaluationSet) -> None:
        self._releases = {release.id: release for release in data.releases}
        self._judgments = data.judgments

    @cached_property
    def _having(self) -> Mapping[str, Counter[str]]:
        """How many releases of each language have a term."""
        out = {lang: Counter[str]() for lang in analyzers.LANGUAGES}
        for release in self._releases.values():
            out[release.lang].update(set(analyzers.analyzer(release.lang).terms(release.text)))
        return out

    def all(self, query: EvaluationQuery) -> Iterator[Derived]:
        """Give one of each kind that can be made of a query."""
        read = plain(query.text)
        yield Derived("sentence", query, read)
        if query.kind == "name":
            yield Derived("name", query, read)
        if query.kind == "number" or any(character.isdecimal() for character in query.text):
            yield Derived("number", query, read)
        version = self._version(query)
        if version is None:
            return
        yield Derived("one language", query, read.within(Filters(langs=(query.lang,))), own=True)
        phrase = _phrase(version)
        if phrase:
            yield Derived("quoted", query, Query(f'"{phrase}"', (Group((Clause("phrase", phrase),)),)), own=True)
        shared = self._shared(query, version)
        for number, kind in enumerate(("one word", "two words", "three words"), 1):
            if len(shared) >= number:
                chosen = sorted(shared[:number], key=lambda token: token.start)
                yield Derived(kind, query, plain(" ".join(query.text[token.start : token.end] for token in chosen)))
        if shared:
            start, end = shared[0].start, shared[0].end
            word, around = query.text[start:end], (query.text[:start], query.text[end:])
            groups = [Group((Clause("words", text),)) for text in around if text.strip()]
            yield Derived(
                "word quoted", query, Query(query.text, (Group((Clause("phrase", word),)), *groups)), own=True
            )

    def _version(self, query: EvaluationQuery) -> Release | None:
        """Return the most relevant text in the query's own language."""
        grades = self._judgments[query.id]
        own = [doc for doc, grade in grades.items() if grade > 0 and self._releases[doc].lang == query.lang]
        return self._releases[min(own, key=lambda doc: (-grades[doc], doc))] if own else None

    def _shared(self, query: EvaluationQuery, version: Release) -> list[Token]:
        """Return the words of a query that a text has too, each once, the rarest first."""
        analyzer, having = analyzers.analyzer(query.lang), self._having[query.lang]
        terms = set(analyzer.terms(version.body))
        shared = {token.term: token for token in reversed(analyzer.tokens(query.text)) if token.term in terms}
        return sorted(shared.values(), key=lambda token: (having[token.term], token.start))


def _phrase(release: Release) -> str | None:
    """Return the first three words of the body that follow each other with no stop word between them."""
    tokens = analyzers.analyzer(release.lang).tokens(release.body)
    for first, last in zip(tokens, tokens[PHRASE - 1 :], strict=False):
        if last.position - first.position == PHRASE - 1:
            return release.body[first.start : last.end]
    return None


def runs(searcher: Searcher, read: Query, weights: Sequence[float]) -> Runs:
    """Return what is found, by whether results lift others and by weight: last the one that a search would take."""
    view = searcher.engine.view()
    whole = searcher.asked(view, replace(read, filters=Filters()))
    everything = ranking.find(view, whole)
    tried = [*weights, fusion.weight(whole.request.keywords, everything.part)]
    lifters = {
        (linked, place): ranking.lifters(view, replace(whole, links=linked), everything, weight)
        for place, weight in enumerate(tried)
        for linked in (True, False)
    }
    asked = searcher.asked(view, read)
    found = ranking.find(view, asked, lifters[True, 0]) if read.filters else everything
    out = {}
    for key, by in lifters.items():
        candidates, scores = ranking.score(view, asked, found, by)
        order = fusion.order(candidates, scores, "relevance")
        out[key] = [candidates.ids[row] for row in order[: evaluation.DEPTH]]
    return out


def judged(data: EvaluationSet, queries: list[Derived]) -> EvaluationSet:
    """Return the set with these queries alone."""
    langs = {release.id: release.lang for release in data.releases}
    judgments = {
        derived.of.id: {
            doc: grade
            for doc, grade in data.judgments[derived.of.id].items()
            if not derived.own or langs[doc] == derived.of.lang
        }
        for derived in queries
    }
    return EvaluationSet(data.releases, tuple(derived.of for derived in queries), judgments)


def main() -> None:
    """Index once, find once, and score with each weight."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("set", type=Path)
    parser.add_argument("--every", type=int, default=1, metavar="N", help="Take every Nth query of the set.")
    parser.add_argument(
        "--known-item", type=int, metavar="SEED", help="Keep one version of each story, as bayan evaluate."
    )
    parser.add_argument("--kinds", nargs="+", metavar="KIND", help="Make only queries of these kinds.")
    parser.add_argument("--weights", type=float, nargs="+", default=WEIGHTS)
    chosen = parser.parse_args()
    data, weights = evaluation.read(chosen.set), tuple(chosen.weights)
    if chosen.known_item is not None:
        data = evaluation.known_item(data, chosen.known_item)
    deriving = Deriving(data)
    kinds: dict[str, list[Derived]] = {}
    for query in data.queries[:: chosen.every]:
        for derived in deriving.all(query):
            if not chosen.kinds or derived.kind in chosen.kinds:
                kinds.setdefault(derived.kind, []).append(derived)
    with installation.scratch(Settings()) as here:
        build.index(here.engine, here.encoder, data.releases, command="benchmark")
        searcher = here.searcher()
        for kind, queries in kinds.items():
            ranked = {derived.of.id: runs(searcher, derived.read, weights) for derived in queries}
            print(f"\n{kind}: {len(queries)} queries")
            print(" " * 24 + "".join(f"{weight:8.2f}" for weight in weights) + "     own")
            for linked in (True, False):
                _print(judged(data, queries), ranked, linked, len(weights) + 1)


def _print(data: EvaluationSet, ranked: Mapping[str, Runs], linked: bool, columns: int) -> None:
    by_weight: list[Run] = [{query: of[linked, place] for query, of in ranked.items()} for place in range(columns)]
    scores = [evaluation.scores(data, run) for run in by_weight]
    print(f"{'links' if linked else 'no links':10} {'nDCG@10':12} " + "".join(f"{of.ndcg:8.4f}" for of in scores))
    own = [of.own_first for of in scores]
    print(f"{'':10} {'own first':12} " + "".join("       -" if of is None else f"{of:8.4f}" for of in own), flush=True)


if __name__ == "__main__":
    main()
