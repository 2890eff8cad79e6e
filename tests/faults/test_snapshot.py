"""An index that was destroyed comes back from a snapshot, by the commands that docs/elasticsearch.md prints."""

import os
import re
import subprocess
from pathlib import Path

import numpy as np
import pytest

from indexer import build
from search.errors import NoIndexError
from tests.behaviour.conftest import HashEncoder, entry
from tests.faults.conftest import clear, found, releases

PAGE = (Path(__file__).parents[2] / "docs" / "elasticsearch.md").read_text("utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def block(beginning):
    """The only commands of the page that begin so."""
    (found,) = [text for text in BLOCKS if text.startswith(beginning)]
    return found


@pytest.fixture
def run(urls, node, prefix):
    """Run commands of the page for another prefix and repository, and return what they print."""
    nodes = node.nodes.info(metric="settings")["nodes"].values()
    if not all("repo" in of["settings"]["path"] for of in nodes):
        pytest.skip("the node has no path.repo, which a snapshot on a file system needs")
    function = block("export ES=").replace("export ES=", ": ")

    def run(commands, **variables):
        environment = os.environ | {"ES": urls[0], "ES_USER": "nobody:nothing"} | variables
        text = function + commands.replace("bayan", prefix)
        done = subprocess.run(["bash", "-euc", text], env=environment, capture_output=True, text=True)
        assert not done.returncode, done.stdout + done.stderr
        return done.stdout

    run(block("es PUT /_snapshot/bayan "))
    yield run
    node.snapshot.delete(repository=prefix, snapshot="*")
    node.snapshot.delete_repository(name=prefix)


def snapshot(run):
    """Take a snapshot and return its name, as the page lists it."""
    assert '"state":"SUCCESS"' in run(block('es PUT "/_snapshot/bayan/'))
    name, status, *_ = run(block("es GET '/_cat/snapshots")).splitlines()[-1].split()
    assert status == "SUCCESS"
    return name


def restore(run, name):
    run(block("for index in"), SNAPSHOT=name)


def test_what_was_destroyed_is_restored_with_both_generations_and_the_way_back(run, node, prefix, engine):
    build.index(engine, HashEncoder(), releases(12), command="index")
    build.reindex(engine, HashEncoder(), command="reindex")
    build.index(engine, HashEncoder(), releases(3, first=12), command="index")
    before, stored = engine.status(), {e.release.id: e for e in engine.entries()}
    assert len(stored) == 15
    name = snapshot(run)
    build.index(engine, HashEncoder(), releases(6, "heroin"), command="index")
    clear(node, prefix)
    with pytest.raises(NoIndexError, match="bayan index"):
        engine.view()

    restore(run, name)

    after = engine.status()
    assert (after.generation, after.previous, after.generations, after.runs, after.releases) == (
        before.generation,
        before.previous,
        before.generations,
        before.runs,
        before.releases,
    )
    assert found(engine, "opium") == {f"r{i}" for i in range(15)}
    assert found(engine, "opium", mode="hybrid") == {f"r{i}" for i in range(15)}
    assert found(engine, "heroin") == set()
    for restored in engine.entries():
        assert restored.release == stored[restored.release.id].release
        np.testing.assert_array_equal(restored.vectors, stored[restored.release.id].vectors)
    assert engine.rollback() == before.previous
    assert found(engine, "opium") == {f"r{i}" for i in range(12)}
    assert engine.rollback() == before.generation
    build.index(engine, HashEncoder(), releases(3, first=15), command="index")
    assert found(engine, "opium") == {f"r{i}" for i in range(18)}


def test_a_snapshot_from_the_middle_of_a_reindex_brings_the_old_generation_back_in_place_of_newer_ones(
    run, engine, tmp_path, prefix
):
    build.index(engine, HashEncoder(), releases(6), command="index")
    with engine.rebuilding("reindex") as rebuild:
        rebuild.writer.write([entry(release) for release in releases(6, "heroin")])
        name = snapshot(run)
        rebuild.switch()
    assert found(engine, "opium OR heroin") == found(engine, "heroin") == {f"r{i}" for i in range(6)}
    restore(run, name)
    assert (engine.status().generation, engine.status().generations) == ("000001", ("000001",))
    assert found(engine, "opium OR heroin") == found(engine, "opium") == {f"r{i}" for i in range(6)}
    # All vectors are read back from what was restored, on a machine that has none of them.
    (tmp_path / f"{prefix}.sqlite").unlink()
    counts = build.reindex(engine, HashEncoder(), command="reindex")
    assert (counts.read, counts.embedded) == (6, 0)
    assert engine.status().generations == ("000001", "000002")
    assert found(engine, "opium") == {f"r{i}" for i in range(6)}
