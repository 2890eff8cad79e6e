"""Aliases that are missing or somebody else's, and indices that only look like ours."""

from dataclasses import replace

import pytest

from indexer import build
from search.errors import FingerprintError, NoIndexError, StorageError
from tests.behaviour.conftest import FINGERPRINT, HashEncoder
from tests.faults.conftest import found, names, releases

COUNT = 12
NOT_OURS = "which Bayan did not make: choose another BAYAN_INDEX_PREFIX"


def index(engine, *, count=COUNT, kind="opium"):
    build.index(engine, HashEncoder(), releases(count, kind), command="index")


def reindex(engine):
    build.reindex(engine, HashEncoder(), command="reindex")


def indices(node, name):
    """The indices behind an alias."""
    return sorted(node.indices.get_alias(name=name)) if node.indices.exists_alias(name=name) else []


def stranger(node, name, **body):
    """Make an index that is not Bayan's, with a document in it."""
    node.indices.create(index=name, **body)
    node.index(index=name, id="1", document={"note": "not yours"}, refresh=True)


def unharmed(node, *names):
    return all(node.get(index=name, id="1")["_source"] == {"note": "not yours"} for name in names)


def test_a_missing_alias_is_named_nothing_is_begun_and_rollback_puts_it_back_where_it_was(node, open_engine, prefix):
    engine = open_engine()
    index(engine)
    first = engine.status().generation
    reindex(engine)
    second = engine.status().generation
    index(engine, count=COUNT + 1)

    def lose():
        node.indices.delete_alias(index=f"{prefix}-*", name=prefix)

    def refused():
        before = names(node, prefix)
        for act in (engine.view, lambda: index(engine), lambda: reindex(engine), lambda: found(engine, "opium")):
            with pytest.raises(NoIndexError, match=rf'The alias "{prefix}" is missing .*`bayan rollback` puts it back'):
                act()
        assert engine.status().generation is None
        assert engine.status().generations == (first, second)
        assert names(node, prefix) == before

    lose()
    refused()
    assert engine.rollback() == second
    assert len(found(engine, "opium")) == COUNT + 1
    assert engine.status().previous == first

    # The generation that served is not the newest: it has what was written since.
    assert engine.rollback() == first
    index(engine, count=COUNT + 2)
    lose()
    refused()
    assert engine.rollback() == first
    assert len(found(engine, "opium")) == COUNT + 2
    assert engine.status().previous == second

    # What served was built by another model: the alias comes back nevertheless, or nothing could build it anew.
    lose()
    other = open_engine(replace(FINGERPRINT, model="another@1"))
    assert other.rollback() == first
    with pytest.raises(FingerprintError, match="bayan reindex"):
        other.view()
    with pytest.raises(FingerprintError, match="the embedding model"):
        other.rollback()
    reindex(other)
    assert len(found(other, "opium")) == COUNT + 2


def test_an_index_that_has_the_name_of_our_alias_is_told_and_left_alone(node, engine, prefix):
    stranger(node, prefix)

    for act in (engine.view, engine.status, engine.rollback, lambda: index(engine), lambda: reindex(engine)):
        with pytest.raises(StorageError, match=f'^"{prefix}" at .* names {prefix}, {NOT_OURS}'):
            act()
    engine.destroy()
    assert unharmed(node, prefix)
    assert [name for name in names(node, prefix) if not name.endswith("-catalog")] == [prefix]


@pytest.mark.parametrize("alias", ["", "-previous"])
def test_an_alias_of_our_name_on_indices_of_others_is_told_and_left_alone(node, engine, prefix, alias):
    theirs = [f"{prefix}-notes", f"{prefix}.logs-2024.01.01"]
    for name in theirs:
        stranger(node, name, aliases={prefix + alias: {}})

    for act in (engine.status, engine.rollback, lambda: (index(engine), reindex(engine))):
        with pytest.raises(StorageError, match=f'^"{prefix}{alias}" at .* names {", ".join(theirs)}, {NOT_OURS}'):
            act()
    engine.destroy()
    assert unharmed(node, *theirs)
    assert indices(node, prefix + alias) == theirs


def test_an_index_that_has_the_name_of_our_catalog_is_told_and_left_alone(node, engine, prefix):
    stranger(node, f"{prefix}-catalog")

    for act in (engine.status, engine.rollback, lambda: index(engine)):
        with pytest.raises(StorageError, match=NOT_OURS):
            act()
    with pytest.raises(StorageError, match=NOT_OURS):
        engine.destroy()
    assert unharmed(node, f"{prefix}-catalog")
    assert node.count(index=f"{prefix}-catalog")["count"] == 1
    assert names(node, prefix) == [f"{prefix}-catalog"]


def test_indices_that_only_look_like_ours_and_prefixes_that_begin_with_ours_are_never_touched(
    node, open_engine, prefix
):
    ours = {"prefix": prefix, "generation": "000003", "revision": 1, "ready": True}
    strangers = {
        f"{prefix}-en-000007": {},
        f"{prefix}-ar-000003": {"mappings": {"_meta": {"made_by": "somebody"}}},
        f"{prefix}-fa-000004": {"mappings": {"_meta": {"bayan": ours | {"prefix": f"{prefix}-x"}}}},
        f"{prefix}-xx-000001": {"mappings": {"_meta": {"bayan": ours}}},
        f"{prefix}-en-1": {"mappings": {"_meta": {"bayan": ours}}},
        f"{prefix}x-en-000001": {},
        f"{prefix}-en-000001.bak": {},
    }
    for name, body in strangers.items():
        stranger(node, name, **body)
    node.indices.close(index=f"{prefix}-en-1")
    neighbours = {name: open_engine(name=name) for name in (f"{prefix}-x", f"{prefix}-en")}
    for name, neighbour in neighbours.items():
        index(neighbour, kind=name)
    seen = {name: neighbour.status() for name, neighbour in neighbours.items()}
    kept = names(node, prefix)
    engine = open_engine()

    index(engine)
    reindex(engine)
    reindex(engine)
    assert engine.status().generations == ("000009", "000010")
    engine.rollback()
    assert len(found(engine, "opium")) == COUNT
    engine.destroy()

    node.indices.open(index=f"{prefix}-en-1")
    node.cluster.health(index=f"{prefix}-en-1", wait_for_status="yellow")
    assert unharmed(node, *strangers)
    for name, neighbour in neighbours.items():
        assert replace(neighbour.status(), size_bytes=0) == replace(seen[name], size_bytes=0)
        assert {hit for at in range(COUNT) for hit in found(neighbour, f"token{at}")} == {
            f"r{at}" for at in range(COUNT)
        }
    assert names(node, prefix) == kept
