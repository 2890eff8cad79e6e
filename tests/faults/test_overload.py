"""A node whose queue of writes is full most of the time."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from elasticsearch import Elasticsearch

from indexer import build
from search.errors import StorageError
from tests.behaviour.conftest import HashEncoder
from tests.faults.conftest import found, nodes, opener, releases

INDEXERS = 3
COUNT = 100


@pytest.fixture(scope="module")
def narrow(shared):
    """A node that writes one thing at a time and lets one wait."""
    with nodes(shared, "--set", "thread_pool.write.size=1", "--set", "thread_pool.write.queue_size=1") as started:
        yield started


def rejected(client):
    (pools,) = (of["thread_pool"] for of in client.nodes.stats(metric="thread_pool")["nodes"].values())
    return sum(pool["rejected"] for name, pool in pools.items() if name.startswith("write"))


def test_indexers_that_fill_the_queue_of_writes_together_write_everything_or_say_so(narrow, tmp_path, record_property):
    expected = {f"r{at}" for at in range(COUNT)}

    def run(engine):
        try:
            build.index(engine, HashEncoder(), releases(COUNT), command="index")
        except StorageError as error:
            return str(error)
        return None

    with Elasticsearch(list(narrow.urls)) as client, opener(narrow.urls, "busy", tmp_path) as open_it:
        engines = [open_it(name=f"busy{number}") for number in range(INDEXERS)]
        with ThreadPoolExecutor(INDEXERS) as pool:
            told = list(pool.map(run, engines))
        refusals = rejected(client)
        print(f"\nwrites that the node rejected: {refusals}; runs that failed: {told}")  # noqa: T201 - seen with -s
        record_property("rejected", str(refusals))
        assert refusals > 0
        for engine, sentence in zip(engines, told, strict=True):
            if sentence:
                assert "is overloaded: it refused writes again and again" in sentence
                # What a failed run had to leave out, the same run writes once there is room.
                build.index(engine, HashEncoder(), releases(COUNT), command="index")
            assert {entry.release.id for entry in engine.entries()} == expected
            assert found(engine, "token99") == {"r99"}
