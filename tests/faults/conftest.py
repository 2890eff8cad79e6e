"""Faults of real Elasticsearch nodes: what dies, fills up, refuses, or is not there.

Tests that only need a node use the one at BAYAN_ELASTICSEARCH_URL and leave it as it was. Those that kill nodes or
change a cluster start one of their own, by BAYAN_SHARED/elasticsearch/start, and end it.
"""

import os
import random
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

import pytest
from elasticsearch import Elasticsearch

import analyzers
from search.compatibility import Fingerprint
from search.engines.base import Engine
from search.engines.elasticsearch.cluster import Access
from search.engines.elasticsearch.engine import ElasticsearchEngine
from search.engines.elasticsearch.mapping import LAYOUT, Layout
from search.release import Release
from search.searcher import Searcher
from tests.behaviour.conftest import CALIBRATION, FINGERPRINT, URL, HashEncoder, release

FIRST_PORT = 9311
PORTS = 45
"""For each process that tests: two that look for a free one at once may find the same."""

INDICES = 8
"""Of a generation: one a language, and that of the links."""

HEAP = "512m\n-XX:TieredStopAtLevel=1"
"""With one more line of the file that it is written to: a node that lives for a minute starts in half the time so."""

USER, PASSWORD = "bayan", "bayan-dev"
PATIENCE = 180
"""Seconds in which a slow machine elects a master, starts a node or fills a replica."""

Open = Callable[..., ElasticsearchEngine]


def until(condition: Callable[[], Any], what: str, *, patience: float = PATIENCE) -> Any:
    """Wait for a condition and return what it gave; an answer that does not come yet is none."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        with suppress(Exception):
            if found := condition():
                return found
        time.sleep(0.1)
    pytest.fail(f"{what} did not come about in {patience} s")


@dataclass(frozen=True)
class Nodes:
    """A cluster that was started for a test module."""

    script: Path
    port: int
    count: int

    @property
    def urls(self) -> tuple[str, ...]:
        return tuple(f"http://127.0.0.1:{self.port + n}" for n in range(self.count))

    def kill(self, node: int) -> None:
        subprocess.run([self.script / "stop", "--port", str(self.port), "--node", str(node)], check=True)

    def rejoin(self, node: int) -> None:
        command = [self.script / "start", "--port", str(self.port), "--rejoin", str(node)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    def whole(self, client: Elasticsearch) -> None:
        """Wait until every node is there and every shard has its copies."""
        until(
            lambda: client.cluster.health(wait_for_nodes=str(self.count), wait_for_status="green", timeout="5s"),
            f"a green cluster of {self.count} nodes",
        )


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder from which nodes can be started."""
    folder = Path(os.environ.get("BAYAN_SHARED") or "/nowhere")
    if not (folder / "elasticsearch" / "start").exists():
        pytest.skip("BAYAN_SHARED names no folder with elasticsearch/start, by which these tests start nodes to kill")
    return folder


@contextmanager
def nodes(shared: Path, *options: str, count: int = 1) -> Iterator[Nodes]:
    script = shared / "elasticsearch"
    port = _free(count)
    command = [script / "start", "--port", str(port), "--nodes", str(count), "--heap", HEAP, *options]
    try:
        started = subprocess.run(command, capture_output=True, text=True)
        made = Nodes(script, port, count)
        if started.returncode and not ("did not come up" in started.stderr and _late(made)):
            pytest.skip(f"no node could be started, which needs a JDK 21 or newer: {started.stderr[-500:]}")
        yield made
    finally:
        subprocess.run([script / "stop", "--port", str(port)], check=True)


def _late(made: Nodes) -> bool:
    """Wait longer than the script does, as on a machine that has much else to do."""
    with Elasticsearch(list(made.urls), basic_auth=(USER, PASSWORD)) as client, suppress(pytest.fail.Exception):
        made.whole(client)
        return True
    return False


def _free(count: int) -> int:
    """Return a port from which on as many are free, and those 100 above, which the nodes use among themselves."""
    # Not the first one: another run may be starting a node there that does not answer yet.
    first = FIRST_PORT + PORTS * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    ports = range(first, first + PORTS, count)
    for first in random.sample(ports, len(ports)):
        if not any(_taken(port + above) for port in range(first, first + count) for above in (0, 100)):
            return first
    pytest.fail("no ports are free for an Elasticsearch of this test's own")


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="session")
def secured(shared: Path) -> Iterator[Nodes]:
    """A node with users, whose disk may be called full, and which makes no index unasked."""
    settings = ("action.auto_create_index=false", "cluster.info.update.interval=10s")
    with nodes(shared, "--security", *(word for setting in settings for word in ("--set", setting))) as started:
        yield started


@pytest.fixture(scope="session")
def urls() -> tuple[str, ...]:
    """The node that other tests use too."""
    named = os.environ.get(URL)
    if not named:
        pytest.skip(f"{URL} names no Elasticsearch 9: `docker compose up elasticsearch`, or any node, gives one")
    return tuple(named.split(","))


@pytest.fixture(scope="session")
def node(urls: tuple[str, ...]) -> Iterator[Elasticsearch]:
    """A client of that node for what an operator, or a stranger, does there."""
    with Elasticsearch(list(urls)) as client:
        yield client


@pytest.fixture
def prefix(request: pytest.FixtureRequest, node: Elasticsearch) -> Iterator[str]:
    """A prefix of this test's own; everything that begins with it is deleted at the end."""
    name = f"fault-{sha256(f'{request.node.nodeid} {os.getpid()}'.encode()).hexdigest()[:12]}"
    yield name
    clear(node, name)


def clear(client: Elasticsearch, prefix: str) -> None:
    for name in names(client, prefix):
        client.indices.delete(index=name)


def names(client: Elasticsearch, prefix: str) -> list[str]:
    """The names of all indices that begin so, open, closed or hidden."""
    found = client.indices.get(index=f"{prefix}*", expand_wildcards=["all"], features=["aliases"])
    return sorted(found)


@pytest.fixture
def open_engine(urls: tuple[str, ...], prefix: str, tmp_path: Path) -> Iterator[Open]:
    """Open an engine over this test's own prefix; each call gives another one."""
    with opener(urls, prefix, tmp_path) as open_it:
        yield open_it


@pytest.fixture
def engine(open_engine: Open) -> ElasticsearchEngine:
    return open_engine()


@contextmanager
def opener(urls: Sequence[str], prefix: str, folder: Path, **credentials: str) -> Iterator[Open]:
    opened: list[Engine] = []

    def open_it(
        fingerprint: Fingerprint = FINGERPRINT,
        *,
        name: str = prefix,
        at: Sequence[str] = urls,
        layout: Layout = LAYOUT,
    ) -> ElasticsearchEngine:
        vectors = folder / f"{name}.sqlite"
        access = Access(tuple(at), **credentials)
        opened.append(ElasticsearchEngine(access, name, fingerprint, CALIBRATION, vectors=vectors, layout=layout))
        return opened[-1]

    try:
        yield open_it
    finally:
        for engine in opened:
            engine.close()


def releases(count: int, kind: str = "opium", *, first: int = 0) -> list[Release]:
    """Releases in all languages; each is found by its own word, all by the word of their kind."""
    return [
        release(f"r{i}", analyzers.LANGUAGES[i % 6], f"Release token{i}", f"{kind} " * 20, source=kind)
        for i in range(first, first + count)
    ]


def ids(found: Sequence[Release]) -> set[str]:
    return {item.id for item in found}


def search(engine: Engine, text: str, **options: Any) -> Any:
    """Search without any list that is kept from an earlier search."""
    return Searcher(engine, HashEncoder(), CALIBRATION).search(text, **{"mode": "keyword", "size": 100} | options)


def found(engine: Engine, text: str, **options: Any) -> set[str]:
    return {hit.release.id for hit in search(engine, text, **options).hits}


class Searching:
    """Threads that search until the block ends; `wrong` has what failed or was not as it should be."""

    def __init__(self, ask: Callable[[int], Any], threads: int, *, pause: float = 0) -> None:
        self._ask = ask
        self._pause = pause
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._run, args=(n, threads)) for n in range(threads)]
        self.done = 0
        self.wrong: list[str] = []

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def more(self, count: int) -> None:
        """Wait until so many more searches have been answered."""
        goal = self.done + count
        until(lambda: self.done >= goal or self.wrong, f"{count} searches")

    def _run(self, number: int, step: int) -> None:
        while not self._stop.wait(self._pause):
            try:
                said = self._ask(number)
            except Exception as error:  # noqa: BLE001 - whatever it was, it is what is tested
                said = repr(error)
            with self._lock:
                self.done += 1
                if said:
                    self.wrong.append(str(said))
            number += step
