"""Whether both engines give the same first ten results.

    python -m benchmarks.agreement SET [SET...] [--queries 200]

Indexes all sets (BEIR layout) into both engines, asks the sets' queries as they stand, and pieces of query syntax made
of their words, and prints how many have the same first ten. Ties aside: results of equal score may change places.
Each difference is put down to its cause.
"""

import argparse
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from indexer import build
from indexer.bench import unquoted
from search import evaluation, installation
from search.evaluation import EvaluationSet
from search.results import Hit
from search.searcher import Searcher
from search.settings import Settings

TOP = 10
TIE = 1e-5
"""Scores that differ by less are equal: engines add the same numbers in another order."""

_SYNTAX = (
    '"{0} {1}"',
    "{0} -{1}",
    "{0} OR {2}",
    "{0}*",
    "{0} {1} lang:{lang}",
    "{0} {1} {2}",
    '{2} "{0}"',
    "{1}* -{2}",
)

_WORDS = 3
_SHORTEST = 4


@dataclass(frozen=True)
class Difference:
    """A query whose first ten differ, and why."""

    text: str
    cause: str


def asked(data: Sequence[EvaluationSet], count: int) -> list[str]:
    """Return `count` queries: three in four are the sets' own in equal parts, the rest are syntax made of their words."""
    choice = random.Random(4)
    own = count * 3 // 4
    texts: list[str] = []
    for at, each in enumerate(data):
        share = own // len(data) + (at < own % len(data))
        texts += [unquoted(query.text) for query in choice.sample(each.queries, min(share, len(each.queries)))]
    while len(texts) < count:
        query = choice.choice(choice.choice(data).queries)
        words = [word for word in unquoted(query.text).split() if word.isalpha() and len(word) >= _SHORTEST]
        if len(words) >= _WORDS:
            texts.append(choice.choice(_SYNTAX).format(*choice.sample(words, _WORDS), lang=query.lang))
    return texts


def differences(one: Searcher, other: Searcher, texts: Sequence[str]) -> Iterator[Difference]:
    """Give the queries whose first ten differ."""
    for text in texts:
        here, there = (searcher.search(text, size=TOP).hits for searcher in (one, other))
        if not _same(here, there):
            yield Difference(text, _cause(here, there))


def _same(here: Sequence[Hit], there: Sequence[Hit]) -> bool:
    """Say whether the lists are equal; at the same place, another release with the same score is a tie."""
    return len(here) == len(there) and all(
        a.release.id == b.release.id or abs(a.score - b.score) < TIE for a, b in zip(here, there, strict=True)
    )


def _cause(here: Sequence[Hit], there: Sequence[Hit]) -> str:
    found = {hit.release.id: hit for hit in there}
    both = [(hit, found[hit.release.id]) for hit in here if hit.release.id in found]
    if any(abs(a.why.bm25 - b.why.bm25) > TIE * max(a.why.attainable, 1) for a, b in both):
        return "BM25"
    if any(abs(a.why.cosine - b.why.cosine) > TIE for a, b in both):
        return "the best passage was chosen by 8-bit vectors"
    return "a neighbour was not found, or found instead of another"


def main() -> None:
    """Index, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", type=Path, nargs="+")
    parser.add_argument("--queries", type=int, default=200)
    chosen = parser.parse_args()
    data = [evaluation.read(folder) for folder in chosen.sets]
    settings = Settings()
    with ExitStack() as stack:
        searchers = []
        for name in ("local", "elasticsearch"):
            here = stack.enter_context(installation.scratch(settings, name))  # type: ignore[arg-type]
            releases = [release for each in data for release in each.releases]
            build.index(here.engine, here.encoder, releases, command="agreement")
            searchers.append(here.searcher())
        texts = asked(data, chosen.queries)
        found = list(differences(*searchers, texts))
    print(f"{len(texts)} queries, the same first ten: {1 - len(found) / len(texts):.1%}")
    for cause, count in Counter(difference.cause for difference in found).items():
        print(f"{count:>4}  {cause}")
    for difference in found:
        print(f"      {difference.cause}: {difference.text}")


if __name__ == "__main__":
    main()
