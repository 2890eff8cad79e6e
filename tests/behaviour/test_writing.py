"""Writing: replace, remove, reindex, rollback, lock, fingerprint."""

from dataclasses import replace

import pytest

from indexer import build
from search.errors import FingerprintError, LockedError, NoIndexError, NotFoundError, VerificationError
from tests.behaviour.conftest import FINGERPRINT, HashEncoder, Open, entry, found, release, remove, write


def test_without_an_index_everything_says_what_to_run(engine):
    with pytest.raises(NoIndexError, match="bayan index"):
        engine.view()
    with pytest.raises(NoIndexError, match="bayan index"):
        found(engine, "word")
    assert engine.status().generation is None


def test_what_is_written_is_found_after_publication_and_after_reopening(open_engine: Open):
    engine = open_engine()
    with engine.writing("test") as writer:
        writer.write([entry(release("a", "en", "first words"))])
        writer.publish()
        assert found(open_engine(), "first") == ["a"]
    assert found(open_engine(), "first") == ["a"]


def test_an_open_engine_sees_what_another_process_publishes(open_engine: Open):
    reader, writer = open_engine(), open_engine()
    write(writer, release("a", "en", "first words"))
    assert found(reader, "words") == ["a"]
    before = reader.view().revision
    write(writer, release("b", "ar", "كلمات أولى"))
    assert found(reader, "كلمات") == ["b"]
    assert reader.view().revision != before


def test_a_changed_release_replaces_the_old_one(engine):
    write(engine, release("a", "en", "old title", "opium"), release("b", "en", "another", "opium"))
    write(engine, release("a", "fr", "nouveau titre", "cocaïne"))
    assert found(engine, "opium") == ["b"]
    assert found(engine, "cocaine") == ["a"]
    assert engine.status().releases == {"en": 1, "fr": 1}


def test_the_same_id_twice_in_a_batch_is_one_release(engine):
    write(engine, release("a", "en", "one"), release("a", "en", "two"))
    assert found(engine, "two") == ["a"]
    assert found(engine, "one") == []


def test_removed_releases_are_gone(engine):
    write(engine, release("a", "en", "words"), release("b", "en", "words"))
    with engine.writing("test") as writer:
        assert writer.remove(["a", "unheard"]) == 1
        assert list(writer.ids()) == ["b"]
    assert found(engine, "words") == ["b"]
    assert engine.view().fetch(["a", "b"], None)[0].release.id == "b"
    with pytest.raises(NotFoundError, match='"a"'):
        engine.view().near("a", limit=3)


def test_a_writer_gives_back_what_it_holds_published_or_not(engine):
    a, b = release("a", "en", "one", place="Kabul"), release("b", "ar", "كلمات أولى")
    write(engine, a)
    with engine.writing("test") as writer:
        writer.write([entry(b)])
        assert writer.held(["a", "b", "unheard"]) == {"a": a, "b": b}
        writer.write([entry(replace(a, lang="fr"))])
        assert writer.held(["a"]) == {"a": replace(a, lang="fr")}


def test_a_keeper_is_told_what_is_replaced_written_and_removed(engine):
    class Keeper:
        def __init__(self):
            self.told = []

        def replaced(self, old):
            self.told.append(("replaced", [item.title for item in old]))

        def written(self, releases):
            self.told.append(("written", [item.title for item in releases]))

        def removed(self, ids):
            self.told.append(("removed", list(ids)))

    def run(*items, prune=False):
        keeper = Keeper()
        counts = build.index(engine, HashEncoder(), items, command="test", prune=prune, keeper=keeper)
        return keeper.told, counts

    a, b = release("a", "en", "one"), release("b", "en", "two")
    run(a, b)
    told, counts = run(replace(a, title="three"), replace(a, title="four"), prune=True)
    assert told == [("replaced", ["one", "three"]), ("written", ["three", "four"]), ("removed", ["b"])]
    assert (counts.changed, counts.removed) == (2, 1)
    held = build.Held({"a": replace(a, title="four").content_hash}, lambda: [a])
    told, counts = run(held, build.Held({"b": b.content_hash}, lambda: [b]))
    assert told == [("replaced", []), ("written", ["two"])]
    assert (counts.unchanged, counts.new, counts.seen) == (1, 1, {"a", "b"})


def test_indexing_is_incremental_and_prunes_only_when_asked(engine):
    def run(*releases, prune=False):
        return build.index(engine, HashEncoder(), releases, command="test", prune=prune)

    a, b = release("a", "en", "one"), release("b", "en", "two")
    assert (run(a, b).new, run(a, b).unchanged) == (2, 2)
    counts = run(a, replace(b, title="three"))
    assert (counts.unchanged, counts.changed, counts.embedded, counts.removed) == (1, 1, 1, 0)
    assert run(a).removed == 0
    assert run(a, prune=True).removed == 1
    assert engine.status().releases == {"en": 1}


def test_a_passage_seen_before_is_not_embedded_again(engine):
    def run(*releases):
        return build.index(engine, HashEncoder(), releases, command="test").embedded

    assert run(release("a", "en", "one", "same text")) == 1
    assert run(release("a", "en", "one", "same text", place="elsewhere")) == 0
    assert build.reindex(engine, HashEncoder(), command="test").embedded == 0


def test_reindex_builds_aside_and_rollback_goes_back(open_engine: Open):
    engine, reader = open_engine(), open_engine()
    write(engine, release("a", "en", "opium seized", "text"), release("b", "ar", "ضبط أفيون", "نص"))
    first = engine.status().generation
    counts = build.reindex(engine, HashEncoder(), command="reindex")
    assert counts.read == 2
    second = engine.status().generation
    assert second != first
    assert engine.status().previous == first
    assert found(reader, "opium") == ["a"]
    write(engine, release("c", "en", "opium again"))
    assert set(found(reader, "opium")) == {"a", "c"}
    assert engine.rollback() == first
    assert found(reader, "opium") == ["a"]
    assert engine.rollback() == second
    assert set(found(reader, "opium")) == {"a", "c"}


def test_only_one_earlier_generation_is_kept(engine):
    write(engine, release("a", "en", "words"))
    names = [engine.status().generation]
    for _ in range(3):
        build.reindex(engine, HashEncoder(), command="reindex")
        names.append(engine.status().generation)
    assert engine.status().generations == tuple(names[-2:])
    assert len(set(names)) == 4


def test_a_failed_rebuild_leaves_everything_as_it_was(engine):
    write(engine, release("a", "en", "words"))
    before = engine.status()
    with pytest.raises(RuntimeError, match="stop"), engine.rebuilding("reindex") as rebuild:
        rebuild.writer.write([entry(release("x", "en", "half"))])
        raise RuntimeError("stop")
    after = engine.status()
    assert (after.generation, after.generations) == (before.generation, before.generations)
    assert found(engine, "words") == ["a"]
    assert after.runs[0].outcome == "RuntimeError"


def test_a_rebuild_that_loses_releases_is_refused(engine, monkeypatch):
    write(engine, release("a", "en", "words"), release("b", "en", "other"))
    before = engine.status().generation
    original = build._write

    def forgetful(writer, encoder, batch, counts):
        original(writer, encoder, batch[:1], counts)
        counts.new = len(batch)

    monkeypatch.setattr(build, "_write", forgetful)
    with pytest.raises(VerificationError, match="1 of 2"):
        build.reindex(engine, HashEncoder(), command="reindex")
    assert engine.status().generation == before
    assert set(found(engine, "words OR other")) == {"a", "b"}


def test_rollback_without_an_earlier_generation(engine):
    write(engine, release("a", "en", "words"))
    with pytest.raises(NoIndexError, match="no earlier generation"):
        engine.rollback()


def test_two_writers_at_once_are_refused_by_name(open_engine: Open):
    engine = open_engine()
    with engine.writing("bayan index somewhere") as writer:
        writer.write([entry(release("a", "en", "words"))])
        with pytest.raises(LockedError, match="bayan index somewhere"), open_engine().writing("second"):
            pass
        assert "bayan index somewhere" in engine.status().holder
    assert engine.status().holder is None
    with open_engine().writing("second"):
        pass


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"model": "another@1"}, "the embedding model"),
        ({"analysis": "0000"}, "the analyzers"),
        ({"names": "0000"}, "the keys of names"),
        ({"passages": "other rule"}, "the passage rule"),
        ({"calibration": "other"}, "the language means"),
        ({"schema": 99}, "the layout of the index"),
    ],
)
def test_an_index_of_another_making_is_refused_and_can_be_built_anew(open_engine: Open, change, told):
    write(open_engine(), release("a", "en", "words"))
    other = open_engine(replace(FINGERPRINT, **change))
    with pytest.raises(FingerprintError, match=told) as refused:
        found(other, "words")
    assert "bayan reindex" in str(refused.value)
    with pytest.raises(FingerprintError, match=told):
        write(other, release("b", "en", "more"))
    build.reindex(other, HashEncoder(), command="reindex")
    assert found(other, "words") == ["a"]
    with pytest.raises(FingerprintError, match=told):
        other.rollback()


def test_an_index_that_is_deleted_and_made_again_is_seen(open_engine: Open, engine_name, data):
    reader = open_engine()
    write(open_engine(), release("a", "en", "words"))
    assert found(reader, "words") == ["a"]
    remove(engine_name, data)
    with pytest.raises(NoIndexError):
        found(reader, "words")
    write(open_engine(), release("b", "en", "words"))
    assert found(reader, "words") == ["b"]


def test_the_audit_log_tells_what_was_run(engine):
    write(engine, release("a", "en", "words"))
    build.reindex(engine, HashEncoder(), command="bayan reindex")
    runs = engine.status().runs
    assert [run.command for run in runs] == ["bayan reindex", "test"]
    assert {run.outcome for run in runs} == {"done"}
