"""The right to write: one holder at a time, and one that has lost it writes nothing more."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from indexer import build
from search.engines.elasticsearch.catalog import Catalog
from search.errors import LockedError
from tests.behaviour.conftest import HashEncoder, entry
from tests.faults.conftest import PATIENCE, clear, found, names, opener, releases

WRITERS = 6
LOST = "did not renew its right to write in time"
STOCK = releases(6)


@pytest.fixture(scope="module")
def stock(urls, node, tmp_path_factory):
    """A prefix of this module, with an engine over it that has written `STOCK`."""
    prefix = f"fault-lease-{os.getpid()}"
    with opener(urls, prefix, tmp_path_factory.mktemp("lease")) as open_it:
        engine = open_it()
        build.index(engine, HashEncoder(), STOCK, command="index")
        yield prefix, engine
    clear(node, prefix)


@pytest.fixture
def lose(node, stock):
    """Take the lease from its holder as an operator would, or as a writer would that has taken it over."""
    catalog = f"{stock[0]}-catalog"

    def lose_it(how):
        if how == "deleted":
            node.delete(index=catalog, id="lease")
        else:
            document = node.get(index=catalog, id="lease")["_source"]
            document["holder"] |= {"token": "another", "host": "another-machine", "command": "bayan index elsewhere"}
            node.index(index=catalog, id="lease", document=document)

    yield lose_it
    node.options(ignore_status=404).delete(index=catalog, id="lease")


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
def test_a_writer_that_has_lost_the_lease_writes_and_publishes_nothing_more(stock, lose, how):
    _, engine = stock
    with pytest.raises(LockedError, match=LOST), engine.writing("bayan index") as writer:
        writer.write([entry(release) for release in releases(1, "cocaine", first=20)])
        before = engine.view().revision
        lose(how)
        writer.write([entry(release) for release in releases(6, "heroin", first=30)])

    assert engine.view().revision == before
    assert found(engine, "opium") == {release.id for release in STOCK}
    assert found(engine, "cocaine OR heroin") == set()
    assert ("bayan index elsewhere" in (engine.status().holder or "")) == (how == "taken over")


def test_a_reindex_that_has_lost_the_lease_does_not_switch_and_its_successor_clears_up(node, stock, lose, monkeypatch):
    prefix, engine = stock
    before = engine.status()
    there, lost = names(node, prefix), []

    def once(*_):
        if not lost:
            lost.append(lose("taken over"))

    with pytest.raises(LockedError, match=LOST):
        build.reindex(engine, HashEncoder(), command="reindex", progress=once)
    node.delete(index=f"{prefix}-catalog", id="lease")
    replicate = Catalog.replicate
    monkeypatch.setattr(Catalog, "replicate", lambda *of: (replicate(*of), lose("taken over")))
    # Waiting for replicas is the last that it does before the switch, and may take long.
    with pytest.raises(LockedError, match=LOST):
        build.reindex(engine, HashEncoder(), command="reindex")
    node.delete(index=f"{prefix}-catalog", id="lease")

    assert (engine.status().generation, engine.status().previous) == (before.generation, None)
    # Whoever has lost the lease deletes nothing: what it left may be its successor's.
    # The catalog is one for both generations.
    assert len(names(node, prefix)) == 2 * len(there) - 1
    assert found(engine, "opium") == {release.id for release in STOCK}
    build.index(engine, HashEncoder(), releases(1, first=40), command="index")
    assert names(node, prefix) == there
    assert found(engine, "opium") == {release.id for release in STOCK} | {"r40"}
