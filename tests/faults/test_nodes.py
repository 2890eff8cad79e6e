"""Three nodes, of which one is killed: searches go on, and a build ends in one piece or not at all."""

import logging

import pytest
from elasticsearch import Elasticsearch

from indexer import build
from search.engines.elasticsearch import cluster as connection
from search.errors import StorageError
from tests.behaviour.conftest import HashEncoder
from tests.faults.conftest import INDICES, PATIENCE, Searching, found, names, nodes, opener, releases, search, until

THREADS, COUNT, PREFIX = 8, 200, "nodes"
PAUSE = 0.25
"""Seconds between searches that only look on: a node that starts needs the processor more."""


class Warnings(logging.Handler):
    """Counts what is said while a node is away."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.counts = {"bayan.elasticsearch": 0, "elastic_transport": 0}

    def emit(self, record):
        for name in self.counts:
            if record.name.startswith(name):
                self.counts[name] += 1

    def __enter__(self):
        for name in self.counts:
            logging.getLogger(name).addHandler(self)
        return self

    def __exit__(self, *_):
        for name in self.counts:
            logging.getLogger(name).removeHandler(self)


@pytest.fixture(scope="module")
def three(shared):
    with nodes(shared, count=3) as started:
        yield started


@pytest.fixture(scope="module")
def client(three):
    with Elasticsearch(list(three.urls)) as client:
        yield client


@pytest.fixture(scope="module")
def engine(three, tmp_path_factory):
    """An engine that knows all three nodes."""
    with opener(three.urls, PREFIX, tmp_path_factory.mktemp("nodes")) as open_it:
        engine = open_it()
        build.index(engine, HashEncoder(), releases(COUNT), command="index")
        yield engine


@pytest.fixture(autouse=True)
def _whole(three, client):
    """Begin with all nodes: a test before may have left one dead."""
    there = {node["name"] for node in client.nodes.info(metric="http")["nodes"].values()}
    for node in range(three.count):
        if f"node-{node}" not in there:
            three.rejoin(node)
    three.whole(client)


def master(client) -> int:
    return int(client.cat.master(format="json")[0]["node"].removeprefix("node-"))


def alive(client) -> int:
    return client.cluster.health()["number_of_nodes"]


def asking(engine):
    """Ask for one release by its word, and now and then for all of them; return what is wrong with the answer."""

    def ask(number):
        one = number % COUNT
        if number % 3:
            hits, wanted = found(engine, f"token{one}"), {f"r{one}"}
            return None if hits == wanted else f"token{one} found {hits}"
        answer = search(engine, "opium", mode="hybrid")
        return None if answer.total.words == COUNT and len(answer.hits) == 100 else f"opium found {answer.total}"

    return ask


def newest(client) -> str:
    return max(name for name in names(client, f"{PREFIX}-en-"))


def copies(client, name: str) -> str:
    (found,) = client.indices.get_settings(index=name, flat_settings=True).values()
    return found["settings"]["index.number_of_replicas"]


def doomed(client) -> int:
    """The node that has the index of English of the generation that is being built."""
    (shard,) = client.cat.shards(index=newest(client), format="json")
    return int(shard["node"].removeprefix("node-"))


def left(client, engine, previous):
    """Check that there are two whole generations and the catalog, and nothing else."""
    status = engine.status()
    assert (status.previous, status.generations) == (previous, (previous, status.generation))
    assert sum(status.releases.values()) == COUNT
    assert status.holder is None
    assert len(names(client, PREFIX)) == 2 * INDICES + 1


def test_a_node_that_dies_in_the_middle_of_a_search_load_fails_no_search(three, client, engine, record_property):
    dead = master(client)
    with Warnings() as said, Searching(asking(engine), THREADS) as load:
        load.more(50)
        three.kill(dead)
        load.more(50)
        until(lambda: client.cluster.health()["number_of_nodes"] == 2, "a cluster of two nodes")
        load.more(50)
    with said, Searching(asking(engine), 2, pause=PAUSE) as later:
        three.rejoin(dead)
        three.whole(client)
        later.more(20)
    told = {"searches": load.done + later.done, "failed": len(load.wrong + later.wrong), **said.counts}
    print(f"\nthe master of three nodes was killed: {told}")  # noqa: T201 - seen with -s
    for name, value in told.items():
        record_property(name, str(value))
    assert load.wrong + later.wrong == []
    assert said.counts["elastic_transport"] > 0


def test_a_reindex_waits_for_a_node_that_comes_back_and_makes_replicas_at_its_end(three, client, engine, monkeypatch):
    monkeypatch.setattr(connection, "PATIENCE_SECONDS", PATIENCE)
    before, dead, seen = engine.status().generation, [], []

    def restart(_):
        if not dead:
            dead.append(doomed(client))
            three.kill(dead[0])
            three.rejoin(dead[0])
            seen.append(copies(client, newest(client)))

    with Searching(asking(engine), 1, pause=PAUSE) as load:
        counts = build.reindex(engine, HashEncoder(), command="reindex", progress=restart)
        load.more(10)
    assert (counts.read, load.wrong) == (COUNT, [])
    assert (seen, copies(client, newest(client))) == (["0"], "1")
    left(client, engine, before)


def test_a_reindex_that_loses_a_node_fails_with_a_sentence_and_what_serves_stays(three, client, engine, monkeypatch):
    monkeypatch.setattr(connection, "PATIENCE_SECONDS", 3)
    before, there, dead = engine.status(), names(client, PREFIX), []

    def kill(_):
        if not dead:
            dead.append(doomed(client))
            three.kill(dead[0])

    with Searching(asking(engine), 1, pause=PAUSE) as load:
        load.more(5)
        with pytest.raises(StorageError, match=r"cannot (write|answer just now) \(.+\)"):
            build.reindex(engine, HashEncoder(), command="reindex", progress=kill)
        after = engine.status()
        assert (after.generation, after.releases, after.holder) == (before.generation, before.releases, None)
        assert after.generations == before.generations
        assert names(client, PREFIX) == there
        build.reindex(engine, HashEncoder(), command="reindex")
        load.more(10)
    assert load.wrong == []
    left(client, engine, before.generation)
