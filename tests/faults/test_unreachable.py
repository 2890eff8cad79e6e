"""No server, another one, or one that does not let us in: a sentence, exit code 3 and status 503, and no traceback."""

import re
import shutil
import socket
import ssl
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from fastapi.testclient import TestClient

from search.engines.elasticsearch import cluster
from search.engines.elasticsearch.cluster import Access
from search.engines.elasticsearch.engine import ElasticsearchEngine
from search.errors import UnreachableError
from search.settings import Settings
from tests.behaviour.conftest import CALIBRATION, FINGERPRINT
from tests.faults.conftest import PASSWORD, USER
from tests.indexer.conftest import run
from web.app import create_app

NOTHING = r"^No Elasticsearch answers at .*: start it, or set BAYAN_ELASTICSEARCH_URL\.$"
SILENT = r"^Elasticsearch at .* did not answer in time: is it overloaded\?$"
NOT_ONE = r"^What answers at .* is no Elasticsearch 9: check BAYAN_ELASTICSEARCH_URL\.$"
NOT_IN = (
    r"^Elasticsearch at .* does not accept the credentials: set BAYAN_ELASTICSEARCH_API_KEY, "
    r"or BAYAN_ELASTICSEARCH_USERNAME and BAYAN_ELASTICSEARCH_PASSWORD\.$"
)
NO_TLS = r"^What answers at .* does not speak TLS .*: write http:// in BAYAN_ELASTICSEARCH_URL, or check its port\.$"
NOT_TRUSTED = r"^The certificate of .* is not trusted \(.*\): set BAYAN_ELASTICSEARCH_CA_CERTS\.$"


class Website(BaseHTTPRequestHandler):
    """Answers as its server was told to."""

    def do_GET(self):
        status, kind, body = self.server.answer
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@contextmanager
def website(status=200, kind="text/html", body=b"<h1>It works</h1>", context=None):
    with ThreadingHTTPServer(("127.0.0.1", 0), Website) as server:
        server.answer = status, kind, body
        if context:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def closed():
    """A port on which nothing listens, held so that nothing will."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}"


def refused(tmp_path, url, **credentials):
    access = Access((url,), **credentials)
    engine = ElasticsearchEngine(access, "none", FINGERPRINT, CALIBRATION, vectors=tmp_path / "vectors.sqlite")
    with closing(engine):
        for act in (engine.status, engine.view, lambda: next(engine.entries()), engine.rollback):
            with pytest.raises(UnreachableError) as told:
                act()
    assert len(str(told.value)) < 300
    return str(told.value)


def test_nothing_that_listens_and_no_such_machine(tmp_path, closed):
    assert re.match(NOTHING, refused(tmp_path, closed))
    assert re.match(NOTHING, refused(tmp_path, "http://no-such-machine.invalid:9200"))


def test_a_server_that_takes_connections_and_says_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "FIRST_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        said = refused(tmp_path, f"http://127.0.0.1:{silent.getsockname()[1]}")
    assert re.match(SILENT, said)


@pytest.mark.parametrize(
    "credentials",
    [{}, {"username": USER, "password": "wrong"}, {"username": "nobody"}, {"api_key": "bm9ib2R5Om5vdGhpbmc="}],
    ids=["none", "another password", "another user", "another key"],
)
def test_wrong_credentials_are_told_without_being_shown(tmp_path, secured, credentials):
    said = refused(tmp_path, secured.urls[0], **credentials)
    assert re.match(NOT_IN, said)
    assert "wrong" not in said
    assert PASSWORD not in refused(tmp_path, secured.urls[0].replace("//", f"//{USER}x:{PASSWORD}@"))


@pytest.mark.parametrize(
    ("status", "kind", "body"),
    [
        (200, "text/html", b"<h1>It works</h1>"),
        (200, "application/json", b'{"version": {"number": "9.0.0"}}'),
        (200, "application/json", b"{"),
        (404, "text/html", b"<h1>Not found</h1>"),
        (404, "application/json", b'{"detail": "Not Found"}'),
        (301, "text/html", b""),
        (403, "text/plain", b"no"),
        (500, "text/html", b"<h1>Broken</h1>"),
    ],
)
def test_a_server_that_is_no_elasticsearch_is_not_called_one(tmp_path, status, kind, body):
    with website(status, kind, body) as place:
        assert re.match(NOT_ONE, refused(tmp_path, f"http://{place}"))


def test_https_where_there_is_none(tmp_path, urls):
    assert re.match(NO_TLS, refused(tmp_path, urls[0].replace("http:", "https:")))


def test_a_certificate_that_nobody_vouches_for_and_http_where_there_is_https(tmp_path):
    if not shutil.which("openssl"):
        pytest.skip("openssl, which makes the certificate, is not installed")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1", "-days", "2"]
    subprocess.run([*made, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with website(context=context) as place:
        assert re.match(NOT_TRUSTED, refused(tmp_path, f"https://{place}"))
        assert re.match(NOTHING, refused(tmp_path, f"http://{place}"))


@pytest.fixture(params=["nothing", "credentials", "website", "https"])
def fault(request):
    """An address that cannot be used, with who asks there and what is said about it."""
    if request.param == "nothing":
        yield request.getfixturevalue("closed"), {}, NOTHING
    elif request.param == "credentials":
        (url,) = request.getfixturevalue("secured").urls
        yield url, {"elasticsearch_username": USER, "elasticsearch_password": "wrong"}, NOT_IN
    elif request.param == "https":
        yield request.getfixturevalue("urls")[0].replace("http:", "https:"), {}, NO_TLS
    else:
        with website() as place:
            yield f"http://{place}", {}, NOT_ONE


def test_the_command_line_and_the_web_tell_it_in_one_sentence(fault, tmp_path, cache):
    url, credentials, sentence = fault
    settings = {"engine": "elasticsearch", "elasticsearch_url": url, **credentials}
    environment = {f"BAYAN_{name.upper()}": value for name, value in settings.items()}
    commands = (["status"], ["search", "opium"])
    with ThreadPoolExecutor(len(commands)) as pool:
        all_done = list(pool.map(lambda command: run(tmp_path / "data", *command, **environment), commands))
    for done in all_done:
        assert (done.returncode, done.stdout) == (3, "")
        title, said = re.sub(r"\s+", " ", done.stderr).strip().split(". ", 1)
        assert title == UnreachableError.title
        assert re.match(sentence, said)

    with TestClient(create_app(Settings(data=tmp_path / "data", cache=cache, **settings))) as client:
        assert client.get("/healthz").status_code == 200
        ready = client.get("/readyz")
        assert (ready.status_code, ready.headers["content-type"]) == (503, "application/problem+json")
        assert re.match(sentence, ready.json()["detail"])
        assert ready.json()["type"] == "/docs#unreachable-error"
        assert client.get("/api/v1/search?q=opium").json()["detail"] == ready.json()["detail"]
        page = client.get("/search?q=opium")
        assert (page.status_code, "Traceback" in page.text) == (503, False)
