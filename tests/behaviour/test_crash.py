"""SIGKILL at random moments: nothing that was committed is lost, and the index always opens."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from search.engines.base import Request
from search.keywords import KeywordQuery
from search.query import Filters
from tests.behaviour.conftest import ENGINES, found, release, write
from tests.behaviour.crash import BATCH

MOMENTS = 20
LONGEST = 0.6
"""Seconds of work before the kill: several batches, or several reindexings, on the slowest machine seen."""


def killed(engine: str, folder: Path, work: str, seconds: float) -> list[str]:
    """Run the process, kill it `seconds` after its first word, and return what it had said."""
    command = [sys.executable, "-m", "tests.behaviour.crash", engine, str(folder), work]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]) as process:
        first = process.stdout.readline()
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        said = process.stdout.read()
    assert process.returncode == -signal.SIGKILL
    return [line for line in (first + said).splitlines() if line]


def test_killed_while_indexing_no_committed_release_is_lost(engine_name, data):
    moments = random.Random(1)
    committed = 0
    for _ in range(MOMENTS // 2):
        said = killed(engine_name, data, "index", moments.uniform(0, LONGEST))
        committed = max(committed, *map(int, said))
        engine = ENGINES[engine_name](data)
        engine.view()
        held = settled(engine, committed)
        # A batch may be committed whose number was not said any more; one that is half committed may not be.
        assert held in (committed, committed + BATCH)
        for number in (0, committed // 2, committed - 1):
            assert found(engine, f"token{number}") == [f"r{number}"]
        assert searched(engine) == held
        committed = held
        engine.close()


def test_killed_while_reindexing_the_index_serves_on(engine_name, data):
    engine = ENGINES[engine_name](data)
    write(engine, *(release(f"r{i}", "en", f"Release token{i}", "opium " * 50) for i in range(300)))
    moments = random.Random(2)
    for _ in range(MOMENTS // 2):
        killed(engine_name, data, "reindex", moments.uniform(0, LONGEST))
        engine.view()
        assert searched(engine) == 300
        assert found(engine, "token299") == ["r299"]
        status = engine.status()
        assert status.generation in status.generations
        assert status.holder is None
    with engine.writing("after") as writer:
        assert len(list(writer.ids())) == 300
    engine.close()


def settled(engine, committed: int) -> int:
    """Count the releases, once what a node had received when its sender died is written and published."""
    for _ in range(100):
        held = sum(engine.status().releases.values())
        if held in (committed, committed + BATCH):
            break
        time.sleep(0.2)
        with engine.writing("after"):
            pass
    return held


def searched(engine) -> int:
    return int(engine.view().candidates(everything()).words)


def everything() -> Request:
    return Request(tuple(KeywordQuery(lang, everything=True) for lang in ("en", "ar", "ru")), None, Filters(), 0, 1, 0)
