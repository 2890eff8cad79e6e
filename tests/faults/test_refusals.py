"""Writes that Elasticsearch refuses: all of them, on a full disk or without an index, or a single release."""

import pytest
from elasticsearch import Elasticsearch

from indexer import build
from search.engines.elasticsearch import writer as writing
from search.errors import StorageError
from tests.behaviour.conftest import HashEncoder, entry, release
from tests.faults.conftest import PASSWORD, USER, found, opener, releases, until

FULL = r"takes no writes .*Usually a disk is fuller than its flood-stage watermark: make room, .*Nothing is lost\."
MORE_THAN_ANY_DISK = "1000000gb"
COUNT = 20


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(writing, "BULK_RETRIES", 1)
    monkeypatch.setattr(writing, "_FIRST_WAIT", 0.1)


@pytest.fixture(scope="module")
def admin(secured):
    with Elasticsearch(list(secured.urls), basic_auth=(USER, PASSWORD)) as client:
        yield client


@pytest.fixture(scope="module")
def guarded(secured, tmp_path_factory):
    """An engine on the node with users."""
    with opener(secured.urls, "full", tmp_path_factory.mktemp("full"), username=USER, password=PASSWORD) as open_it:
        engine = open_it()
        build.index(engine, HashEncoder(), releases(COUNT), command="index")
        yield engine
        engine.destroy()


@pytest.fixture
def watermarks(admin):
    """Say how much of a disk must stay free."""
    names = [f"cluster.routing.allocation.disk.watermark.{stage}" for stage in ("low", "high", "flood_stage")]

    def set_to(free):
        settings = dict.fromkeys(names, free)
        settings["cluster.routing.allocation.disk.threshold_enabled"] = free and True
        admin.cluster.put_settings(persistent=settings)

    yield set_to
    set_to(None)


def blocked(client, engine):
    settings = client.indices.get_settings(index=engine._catalog.current().names, flat_settings=True)
    return [of["settings"].get("index.blocks.read_only_allow_delete") == "true" for of in settings.values()]


def test_beyond_the_flood_stage_writers_get_a_sentence_and_searches_go_on(admin, guarded, watermarks):
    before = guarded.status()
    more = releases(COUNT + 5)
    watermarks(MORE_THAN_ANY_DISK)
    until(lambda: all(blocked(admin, guarded)), "the block of a full disk")

    with pytest.raises(StorageError, match=FULL):
        build.index(guarded, HashEncoder(), more, command="index")
    with pytest.raises(StorageError, match=FULL):
        build.reindex(guarded, HashEncoder(), command="reindex")
    assert len(found(guarded, "opium")) == COUNT
    assert len(found(guarded, "opium", mode="hybrid")) == COUNT
    during = guarded.status()
    assert (during.generations, during.releases, during.holder) == (before.generations, before.releases, None)

    watermarks("1b")
    until(lambda: not any(blocked(admin, guarded)), "a disk with room")
    counts = build.index(guarded, HashEncoder(), more, command="index")
    assert (counts.new, counts.unchanged) == (5, COUNT)
    assert len(found(guarded, "opium")) == COUNT + 5


@pytest.mark.usefixtures("impatient")
def test_an_index_that_is_gone_is_told_and_its_releases_are_not_counted_as_written(admin, guarded):
    """On this node writing makes no index; on others it would make one without a mapping."""
    lost = guarded._catalog.current().indices["en"]
    gone = rf"no such index \[{lost}\]"
    with pytest.raises(StorageError, match=gone), guarded.writing("index") as writer:
        admin.indices.delete(index=lost)
        with pytest.raises(StorageError, match=gone):
            writer.write([entry(release("x", "en", "x"))])
        # As if it had been deleted a moment later.
        with pytest.raises(StorageError, match=gone):
            writer._bulk([{"_index": lost, "_id": "x", "_source": {"id": "x"}}])
    with pytest.raises(StorageError, match="is not one whole generation"):
        guarded.view()
    assert not admin.indices.exists(index=lost)


@pytest.mark.usefixtures("impatient")
def test_a_block_in_the_middle_of_a_run_stops_it_and_the_same_run_goes_on_later(node, engine):
    build.index(engine, HashEncoder(), releases(1), command="index")
    names = engine._catalog.current().names

    def block(_, *, on=True):
        node.indices.put_settings(index=names, settings={"index.blocks.read_only_allow_delete": on or None})

    many = releases(2 * build.BATCH + 10)
    with pytest.raises(StorageError, match=FULL):
        build.index(engine, HashEncoder(), many, command="index", progress=block)
    assert engine.status().holder is None
    assert engine.status().runs[0].outcome.startswith("Elasticsearch at ")
    assert found(engine, "token0") == {"r0"}

    block(None, on=False)
    counts = build.index(engine, HashEncoder(), many, command="index")
    assert (counts.unchanged, counts.new) == (build.BATCH, build.BATCH + 10)
    assert sum(engine.status().releases.values()) == len(many)


def test_a_release_that_is_refused_is_returned_with_its_reason_and_the_others_are_stored(node, engine):
    build.index(engine, HashEncoder(), releases(1), command="index")
    node.indices.put_settings(index=engine._catalog.current().names, settings={"index.mapping.nested_objects.limit": 3})
    long = release("long", "en", "A long report", "opium " * 1000)
    assert len(entry(long).passages) > 3
    with engine.writing("index") as writer:
        (refused,) = writer.write([entry(one) for one in (*releases(6), long, release("after", "fr", "fin", "opium"))])
        assert writer.known(["long", "after"]).keys() == {"after"}
    assert refused.id == "long"
    assert refused.reason.startswith("Elasticsearch refused it: ")
    assert "nested documents has exceeded the allowed limit of [3]" in refused.reason
    assert found(engine, "opium") == {*(f"r{at}" for at in range(6)), "after"}
    assert engine.status().runs[0].written == 7

    # One that is there already stays as it was when its new text is refused, also in another language.
    with engine.writing("index") as writer:
        assert [of.id for of in writer.write([entry(release("after", "en", "end", "opium " * 1000))])] == ["after"]
    assert found(engine, "fin") == {"after"}
