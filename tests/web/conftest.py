"""A small index for the web: five events of the sample corpus in six languages, and releases that mean harm.

It is built once a run with the real model. What the web shows is compared with a searcher over the same index, or with
what is known about these releases; no ranking is tested here.
"""

from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from indexer import build, reading
from search import installation
from search.release import Release, from_mapping
from search.settings import Settings
from web.app import create_app

from . import markup
from .markup import Node

EVENTS = ("captagon-pomegranates", "opium-meth-nimshahr", "tamsilt-arms", "ndoura-ivory", "cocaine-frozen-fish")

SCRIPT = "<script>alert('x')</script>"
QUOTES = '" onmouseover="alert(1)" x=\''
OVERRIDE = "\u202egpj.exe\u2066"

HOSTILE = from_mapping(
    {
        "id": f"hostile/{SCRIPT}{QUOTES}?a=b&c#d+100%",
        "lang": "en",
        "title": f"Hostile {SCRIPT} {QUOTES} {OVERRIDE} zebracorn",
        "body": f"Zebracorn {SCRIPT} & <b>bold</b> {QUOTES}\n\n<img src=x onerror=alert(1)> {OVERRIDE}\n\n{{{{ 7*7 }}}} {{% raw %}}",
        "published": "2024-02-03",
        "published_text": f"{SCRIPT}{QUOTES}",
        "place": f"{SCRIPT}{QUOTES}{OVERRIDE}",
        "source": f"{SCRIPT}{QUOTES}{OVERRIDE}",
        "url": "javascript:alert(document.domain)//",
        "fetched_at": f"{SCRIPT}{QUOTES}",
    }
)
PLAIN = from_mapping({"id": "no-title", "lang": "fa", "body": "متن بدون عنوان دربارهٔ zebracorn و کشف.\nسطر دوم"})


@pytest.fixture(scope="session")
def releases() -> list[Release]:
    path = Path(str(resources.files("indexer"))) / "samples" / "releases.jsonl"
    found = [item for item in reading.read([path]) if isinstance(item, Release)]
    return [item for item in found if any(event in item.id for event in EVENTS)] + [HOSTILE, PLAIN]


@pytest.fixture(scope="session")
def served(releases, cache, tmp_path_factory) -> Settings:
    settings = Settings(data=tmp_path_factory.mktemp("web"), cache=cache, rate_limit="")
    with installation.opened(settings) as here:
        build.index(here.engine, here.encoder, releases, command="test")
    return settings


@pytest.fixture(scope="session")
def client(served) -> Iterator[TestClient]:
    with TestClient(create_app(served)) as client:
        yield client


@pytest.fixture(autouse=True)
def without_cookies(request):
    """Let no test know what language another has chosen."""
    yield
    if "client" in request.fixturenames:
        request.getfixturevalue("client").cookies.clear()


@pytest.fixture(scope="session")
def hostile_index(cache, tmp_path_factory) -> Iterator[TestClient]:
    """Serve one release with what a spreadsheet would run and what XML cannot hold."""
    fields = {
        "id": "formula",
        "lang": "en",
        "title": '=HYPERLINK("http://x") formulae',
        "body": "Formulae bell\x07 and \ufffftext",
    }
    settings = Settings(data=tmp_path_factory.mktemp("hostile"), cache=cache, rate_limit="")
    with installation.opened(settings) as here:
        build.index(here.engine, here.encoder, [from_mapping(fields)], command="test")
    with TestClient(create_app(settings)) as client:
        yield client


@pytest.fixture(scope="session")
def searcher(served):
    with installation.opened(served) as here:
        yield here.searcher()


@pytest.fixture
def page(client):
    """Get a page as a tree, and its status."""

    def get(address: str, **parameters) -> tuple[Node, int]:
        response = client.get(address, params=parameters or None)
        assert response.headers["content-type"] == "text/html; charset=utf-8"
        return markup.read(response.text, response.url.path), response.status_code

    return get
