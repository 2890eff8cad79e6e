"""The right to write: one holder at a time, and one that has lost it writes nothing more."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from indexer import build
from search.engines.elasticsearch.catalog import Catalog
from search.errors import LockedError
from tests.behaviour.conftest import HashEncoder, entry
from tests.faults.conftest import PATIENCE, found, names, releases

WRITERS = 6
LOST = "did not renew its right to write in time"


@pytest.fixture
def lose(node, prefix):
    """Take the lease from its holder as an operator would, or as a writer would that has taken it over."""

    def lose_it(how):
        catalog = f"{prefix}-catalog"
        if how == "deleted":
            node.delete(index=catalog, id="lease")
        else:
            document = node.get(index=catalog, id="lease")["_source"]
            document["holder"] |= {"token": "another", "host": "another-machine", "command": "bayan index elsewhere"}
            node.index(index=catalog, id="lease", document=document)

    return lose_it


def test_of_indexers_that_begin_at_once_one_writes_and_the_others_are_refused_by_its_name(open_engine):
    engines = [open_engine() for _ in range(WRITERS)]
    together, told = threading.Barrier(WRITERS, timeout=PATIENCE), []

    def run(number):
        together.wait()
        try:
            with engines[number].writing(f"bayan index {number}") as writer:
                writer.write([entry(release) for release in releases(1, first=number)])
                # Nobody lets go before everybody was told.
                together.wait()
        except LockedError as error:
            told.append(str(error))
            together.wait()
        else:
            return number
        return None

    with ThreadPoolExecutor(WRITERS) as pool:
        winners = [number for number in pool.map(run, range(WRITERS)) if number is not None]

    assert len(winners) == 1
    assert len(told) == WRITERS - 1
    assert all(text.startswith(f"`bayan index {winners[0]}` (process ") for text in told)
    assert found(engines[0], "opium") == {f"r{winners[0]}"}
    assert engines[0].status().holder is None


@pytest.mark.parametrize("how", ["deleted", "taken over"])
def test_a_writer_that_has_lost_the_lease_writes_and_publishes_nothing_more(node, engine, prefix, lose, how):
    first, second = releases(6), releases(6, first=6)
    with pytest.raises(LockedError, match=LOST), engine.writing("bayan index") as writer:
        writer.write([entry(release) for release in first])
        writer.publish()
        before = engine.view().revision
        writer.write([entry(release) for release in releases(1, "cocaine", first=20)])
        lose(how)
        writer.write([entry(release) for release in second])
    assert engine.view().revision == before
    assert found(engine, "opium") == {release.id for release in first}
    assert found(engine, "cocaine") == set()
    if how == "taken over":
        assert "bayan index elsewhere" in engine.status().holder
        node.delete(index=f"{prefix}-catalog", id="lease")

    lost = threading.Event()

    def at_the_first_batch(_):
        if not lost.is_set():
            lost.set()
            lose(how)

    generations = engine.status().generations
    # The releases are all in the new generation; it is the switch that must not happen any more.
    with pytest.raises(LockedError, match=LOST):
        build.reindex(engine, HashEncoder(), command="bayan reindex", progress=at_the_first_batch)
    assert lost.is_set()
    assert (engine.status().generation, engine.status().generations) == (generations[0], generations)
    # What it left is its successor's to delete.
    assert len(names(node, prefix)) == 2 * 6 + 1
    if how == "taken over":
        node.delete(index=f"{prefix}-catalog", id="lease")
    build.index(engine, HashEncoder(), second, command="bayan index")
    assert len(names(node, prefix)) == 6 + 1
    assert found(engine, "opium") == {release.id for release in first + second}


def test_a_reindex_that_loses_the_lease_while_it_waits_for_replicas_does_not_switch(engine, lose, monkeypatch):
    build.index(engine, HashEncoder(), releases(6), command="index")
    before = engine.status().generation
    replicate = Catalog.replicate
    monkeypatch.setattr(Catalog, "replicate", lambda *of: (replicate(*of), lose("taken over")))
    with pytest.raises(LockedError, match=LOST):
        build.reindex(engine, HashEncoder(), command="reindex")
    assert engine.status().generation == before
    assert found(engine, "opium") == {f"r{at}" for at in range(6)}
