"""An indexer on another machine is killed: its lease runs out, and the next one clears up after it."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from indexer import build
from search.errors import LockedError
from tests.behaviour.conftest import HashEncoder
from tests.faults.conftest import INDICES, PATIENCE, found, names, releases
from tests.faults.indexer import HOST

ROOT = Path(__file__).parents[2]
COUNT = 100
MOMENT = 3
"""Seconds within which a run asks for the lease: the only time that is tested here, and only if there is as much."""


@pytest.fixture
def kill(urls, prefix, tmp_path):
    def kill_at(moment):
        command = [sys.executable, "-m", "tests.faults.indexer", ",".join(urls), prefix, str(tmp_path), moment]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
            said = process.stdout.readline()
            process.send_signal(signal.SIGKILL)
        assert (said, process.returncode) == ("here\n", -signal.SIGKILL)

    return kill_at


def retried(run, engine):
    """Run, again and again, until the lease of the other machine has run out; return what it was told before."""
    holder, refusals = engine._catalog.registry._held()[0], []
    assert holder.host == HOST
    lives = holder.expires > time.time() + MOMENT
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            run()
        except LockedError as error:
            refusals.append(str(error))
            time.sleep(0.2)
        else:
            assert time.time() > holder.expires
            assert refusals or not lives
            assert all(f"`bayan reindex` (process {holder.pid} on {HOST}, since" in told for told in refusals)
            return
    pytest.fail("the lease never ran out")


def test_a_reindex_killed_on_another_machine_is_cleared_up_once_its_lease_has_run_out(node, engine, prefix, kill):
    build.index(engine, HashEncoder(), releases(COUNT), command="index")
    first = engine.status().generation

    kill("writing")
    assert len(names(node, prefix)) == 2 * INDICES + 1
    assert engine.status().generation == first
    retried(lambda: build.reindex(engine, HashEncoder(), command="next"), engine)
    second = engine.status().generation
    assert engine.status().generations == (first, second)
    assert len(names(node, prefix)) == 2 * INDICES + 1

    kill("switched")
    third = engine.status().generation
    assert len(names(node, prefix)) == 3 * INDICES + 1
    retried(lambda: build.index(engine, HashEncoder(), releases(1, first=COUNT), command="next"), engine)
    status = engine.status()
    assert (status.previous, status.generation, status.generations) == (second, third, (second, third))
    assert len(names(node, prefix)) == 2 * INDICES + 1
    assert sum(status.releases.values()) == COUNT + 1
    assert all(found(engine, f"token{at}") == {f"r{at}"} for at in (0, 63, 64, COUNT - 1, COUNT))
    assert status.runs[0].command == "next"
