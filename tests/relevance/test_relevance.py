"""Retrieval quality on the sample corpus and, where they are at hand, on five real releases.

The floors are a little below what was measured when they were set, so that a change that costs quality fails.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from statistics import fmean

import pytest

from indexer import build, reading
from search import evaluation, installation
from search.evaluation import Report
from search.installation import Installation
from search.query import plain
from search.release import Release
from search.settings import Settings

HERE = Path(__file__).parent
FIRST = 3
LISTED = 0.97
"""The share of relevant releases that are anywhere in a query's list: the price of telling nonsense to be nonsense."""


@pytest.fixture(scope="module")
def data() -> evaluation.EvaluationSet:
    return evaluation.read(HERE)


@pytest.fixture(scope="module")
def installed(data) -> Iterator[Installation]:
    with installation.scratch(Settings(), "local") as here:
        build.index(here.engine, here.encoder, data.releases, command="test")
        yield here


@pytest.fixture(scope="module")
def report(installed, data) -> Report:
    return evaluation.evaluate(installed.searcher(), data)


def test_the_set_is_whole(data):
    assert len(data.queries) == 48
    assert {query.kind for query in data.queries} == {"name", "topic", "event", "number"}
    ids = {release.id for release in data.releases}
    assert all(document in ids for judged in data.judgments.values() for document in judged)


@pytest.mark.parametrize(("kind", "floor"), [("name", 0.87), ("topic", 0.80), ("event", 0.91), ("number", 0.76)])
def test_quality_by_kind_of_query(report, kind, floor):
    assert report.by_kind[kind].ndcg >= floor


@pytest.mark.parametrize("lang", ["ar", "fa", "en", "ru", "fr", "es"])
def test_no_language_of_query_falls_behind(report, lang):
    assert report.by_query_language[lang].ndcg >= 0.69


def test_both_legs_together_are_better_than_either(report):
    legs = report.legs
    assert legs["hybrid"].ndcg > max(legs["keyword"].ndcg, legs["semantic"].ndcg)


def test_nonsense_finds_nothing(installed):
    lines = (HERE / "nonsense.txt").read_text("utf-8").splitlines()
    queries = [line for line in lines if line and not line.startswith("#")]
    searcher = installed.searcher()
    silent = [query for query in queries if not searcher.search(query, size=1).total.meaning]
    assert len(queries) == 40
    assert len(silent) >= 0.9 * len(queries)


def test_what_is_relevant_is_listed(installed, data):
    searcher = installed.searcher()
    listed = []
    for query in data.queries:
        found = {doc for doc, _ in searcher.ranked(plain(query.text), limit=len(data.releases))}
        listed += [doc in found for doc, grade in data.judgments[query.id].items() if grade > 0]
    assert fmean(listed) >= LISTED


def seeds() -> list[dict[str, str]]:
    with (HERE / "seeds.tsv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t"))


@pytest.fixture(scope="module")
def with_seeds(installed, shared) -> dict[str, str]:
    """The ids of the real releases, indexed beside the samples, by the first three digits of their file names."""
    paths = sorted((shared / "seeds").glob("*.txt"))
    read = [item for item in reading.read(paths) if isinstance(item, Release)]
    assert len(read) == 5
    build.index(installed.engine, installed.encoder, read, command="test")
    return {path.name[:3]: release.id for path, release in zip(paths, read, strict=True)}


@pytest.mark.parametrize("row", seeds(), ids=lambda row: f"{row['seed']}-{row['lang']}")
def test_a_real_release_is_found_in_any_language(installed, with_seeds, row):
    hits = installed.searcher().search(row["query"], size=FIRST).hits
    assert with_seeds[row["seed"]] in [hit.release.id for hit in hits]
