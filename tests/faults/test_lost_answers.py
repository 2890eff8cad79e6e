"""A request that a node has carried out, but whose answer is lost on the way, is asked again: nothing comes of it."""

import re
import threading
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest

from indexer import build
from tests.behaviour.conftest import HashEncoder
from tests.faults.conftest import INDICES, found, names, releases

COUNT = 70
CARRIED = ("content-type", "accept")


class Lossy(ThreadingHTTPServer):
    """Passes requests on to a node, and loses the first answer to each kind of request that changes something."""

    daemon_threads = True

    def __init__(self, node, prefix):
        super().__init__(("127.0.0.1", 0), Passing)
        self.node, self.prefix = node, prefix
        self.lost, self.lock = [], threading.Lock()

    def loses(self, method, path):
        kind = f"{method} {re.sub(rf'{self.prefix}-[^/?]*[0-9]+', 'INDEX', path.partition('?')[0])}"
        with self.lock:
            if method in ("GET", "HEAD") or kind.endswith(("_search", "_msearch", "_mget")) or kind in self.lost:
                return False
            self.lost.append(kind)
            return True


class Passing(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def handle_one(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name: value for name, value in self.headers.items() if name.lower() in CARRIED}
        connection = HTTPConnection(self.server.node, timeout=120)
        try:
            connection.request(self.command, self.path, body, headers)
            answer = connection.getresponse()
            said = answer.read()
        finally:
            connection.close()
        if self.server.loses(self.command, self.path):
            self.close_connection = True
            return
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in {"content-length", "transfer-encoding"}:
                self.send_header(name, value)
        self.send_header("content-length", str(len(said)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(said)

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = handle_one  # noqa: N815 - the names that http.server calls

    def log_message(self, *_):
        pass


@contextmanager
def lossy(url, prefix):
    with Lossy(urlsplit(url).netloc, prefix) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def server(urls, prefix):
    with lossy(urls[0], prefix) as server:
        yield server


def test_no_lost_answer_stops_an_index_or_reindex_or_is_carried_out_twice(server, open_engine, node, prefix):
    engine = open_engine(at=[f"http://127.0.0.1:{server.server_port}"])

    counts = build.index(engine, HashEncoder(), releases(COUNT), command="index")
    assert (counts.new, counts.refused) == (COUNT, [])
    first = engine.status().generation
    assert build.reindex(engine, HashEncoder(), command="reindex").read == COUNT
    second = engine.status().generation
    assert engine.status().generations == (first, second)
    assert engine.rollback() == first
    assert found(engine, "opium", size=100) == {f"r{at}" for at in range(COUNT)}
    assert engine.status().holder is None
    assert len(names(node, prefix)) == 2 * INDICES + 1
    assert {
        f"PUT /{prefix}-catalog",
        f"PUT /{prefix}-catalog/_doc/lease",
        "PUT /INDEX",
        "PUT /_bulk",
        "POST /_aliases",
        "PUT /INDEX/_mapping",
        "PUT /INDEX/_settings",
        "POST /INDEX/_refresh",
        f"DELETE /{prefix}-catalog/_doc/lease",
    } <= set(server.lost)
    node.indices.refresh(index=f"{prefix}-catalog")
    assert [run.command.removeprefix("bayan ") for run in engine.status().runs] == ["rollback", "reindex", "index"]
