"""What goes wrong is a sentence with the right status: problem details for programs, a page for people."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient

from indexer import build
from search import compatibility, installation
from search.settings import Settings
from web import security
from web.app import create_app

from . import markup

BAD = [
    ({}, 400, "The query is empty: type some words, a name or a phrase to look for."),
    ({"q": ""}, 400, "The query is empty: type some words, a name or a phrase to look for."),
    ({"q": "", "lang": "fa"}, 400, "The query is empty: type some words, a name or a phrase to look for."),
    ({"q": "a" * 10_000}, 400, "The query has 10,000 characters; at most 1,000 can be searched for."),
    ({"q": "x " * 65}, 400, "The query has more than 64 words, phrases and filters: shorten it."),
    ({"q": 'an "unbalanced phrase'}, 400, "The quotation mark at character 4 has no partner"),
    ({"q": "colour:red"}, 400, 'There is no filter "colour"'),
    ({"q": "OR x"}, 400, "OR must stand between two words or phrases."),
    ({"q": "opium", "page": 999}, 404, "Page 999 lies beyond the end"),
    (
        {"q": "opium", "page": 0},
        400,
        'The parameter "page" cannot be "0". Which page, a whole number from 1 to 1,000,000.',
    ),
    ({"q": "opium", "page": "two"}, 400, 'The parameter "page" cannot be "two".'),
    ({"q": "opium", "page": "9" * 5_000}, 400, f'The parameter "page" cannot be "{"9" * 40}…".'),
    (
        {"q": "opium", "size": 0},
        400,
        'The parameter "size" cannot be "0". How many results a page has, a whole number from 1 to 100.',
    ),
    ({"q": "opium", "size": 101}, 400, 'The parameter "size" cannot be "101".'),
    ({"q": "opium", "size": -1, "page": "x"}, 400, 'The parameter "page" cannot be "x".'),
    (
        {"q": "opium", "mode": "magic"},
        400,
        'The parameter "mode" cannot be "magic". How to search: hybrid (words and meaning)',
    ),
    (
        {"q": "opium", "sort": "best"},
        400,
        'The parameter "sort" cannot be "best". The order: relevance, newest or oldest.',
    ),
    ({"q": "opium", "after": "May 2024"}, 400, '"May 2024" is not a date: write 2024-05-01, 2024-05 or 2024'),
    ({"q": "opium", "before": "2024-02-31"}, 400, '"2024-02-31" is not a date'),
    ({"q": "opium", "after": "1" * 21}, 400, 'The parameter "after" cannot be'),
    ({"q": "opium", "after": "2024", "before": "2023"}, 400, "No day is both from 2024-01-01 on and until 2023-12-31."),
    ({"q": "opium", "lang": "de"}, 400, '"de" is not one of the languages ar, fa, en, ru, fr, es, und.'),
    ({"q": "lang:fa opium", "lang": "en"}, 400, "The filters contradict each other"),
    ({"q": "opium", "lang": ["fa"] * 65}, 400, 'The parameter "lang" cannot be'),
    ({"q": "opium", "source": ["x"] * 65}, 400, 'The parameter "source" cannot be'),
    ({"q": "opium", "source": "x" * 301}, 400, 'The parameter "source" cannot be'),
]


@pytest.mark.parametrize(("parameters", "status", "sentence"), BAD)
def test_a_bad_search_is_told_alike_to_programs_and_people(client, page, parameters, status, sentence):
    response = client.get("/api/v1/search", params=parameters)
    shown, shown_status = page("/search", **parameters)

    problem = response.json()
    assert response.status_code == problem["status"] == shown_status == status
    assert response.headers["content-type"] == "application/problem+json"
    assert set(problem) == {"type", "title", "status", "detail", "instance"}
    assert problem["detail"].startswith(sentence)
    assert len(problem["detail"]) < 1_000
    assert problem["instance"] == "/api/v1/search"
    # A program is also told what the parameter may be.
    sentences = shown.one("p", "sentence").text.split(". ")
    assert all(part.removesuffix(".") in problem["detail"] for part in sentences)
    assert shown.one("h1").text == problem["title"]


def test_the_form_keeps_what_was_typed_beside_the_sentence(page):
    shown, _ = page(
        "/search", q='a "phrase', lang=["fa", "ar"], source="X & Y", after="yesterday", size=0, mode="keyword"
    )

    fields = [node.attributes for node in shown.one("form", role="search").walk() if node.tag == "input"]
    values = {(field["name"], field["value"]) for field in fields if field["type"] != "checkbox" or "checked" in field}
    assert values == {
        ("q", 'a "phrase'), ("lang", "fa"), ("lang", "ar"), ("source", "X & Y"), ("after", "yesterday"), ("before", ""), ("mode", "keyword"),
    }  # fmt: skip


def test_a_misspelt_parameter_is_refused_by_the_api_and_passed_over_by_the_page(client, page):
    problem = client.get("/api/v1/search", params={"q": "opium", "langs": "fa"}).json()

    assert problem["detail"] == (
        'There is no parameter "langs": '
        "there are q, lang, source, country, after, before, mode, without, prefer, sort, page, size, calendar."
    )
    assert page("/search", q="opium", utm_source="newsletter")[1] == 200


@pytest.mark.parametrize("address", ["/api/v1/releases/none", "/api/v1/releases/none/related", "/releases/none"])
def test_an_unknown_release_is_not_found(client, address):
    response = client.get(address)

    assert response.status_code == 404
    assert "There is no release with the id" in response.text


def test_an_endless_id_is_refused_by_name(client):
    response = client.get("/api/v1/releases/" + "x" * 3_000)

    assert (response.status_code, response.json()["detail"]) == (400, "An id has at most 2,000 characters.")


@pytest.mark.parametrize(
    "address", ["/api", "/api/v2/search", "/healthz/x", "/nothing", "/static/nothing.css", "/apiary"]
)
def test_an_unknown_address_is_told_in_the_form_of_its_place(client, address):
    response = client.get(address)

    assert response.status_code == 404
    kind = (
        "application/problem+json"
        if address.startswith(("/api/", "/healthz")) or address == "/api"
        else "text/html; charset=utf-8"
    )
    assert response.headers["content-type"] == kind
    assert "There is nothing at this address." in response.text


def test_only_reading_is_possible(client):
    response = client.post("/api/v1/search", params={"q": "x"})

    assert (response.status_code, response.headers["allow"]) == (405, "GET")
    assert response.json()["detail"] == "POST is not possible here: everything is read with GET."


class Broken:
    """A service with a fault that nobody thought of."""

    def search(self, _asked):
        raise RuntimeError("secret path /etc/passwd")


@pytest.mark.parametrize("address", ["/api/v1/search?q=x", "/search?q=x"])
def test_an_unexpected_fault_tells_nothing_but_is_logged(served, caplog, address):
    app = create_app(served)
    app.state.service = Broken()
    client = TestClient(app, raise_server_exceptions=False)

    response = client.get(address)

    assert response.status_code == 500
    assert "The log of the server says what." in response.text
    assert "secret" not in response.text
    assert {name: response.headers[name] for name in security.HEADERS} == security.HEADERS
    assert "GET" in caplog.text


class Blocked:
    """A service whose searches never end."""

    def __init__(self):
        self.going_on = threading.Semaphore(0)
        self.end = threading.Event()

    def search(self, _asked):
        self.going_on.release()
        self.end.wait(30)
        raise RuntimeError


def test_searches_that_hang_do_not_hold_up_the_health_check(served):
    app = create_app(served)
    app.state.service = blocked = Blocked()
    client = TestClient(app, raise_server_exceptions=False)
    with client, ThreadPoolExecutor(50) as pool:
        app.state.service = blocked
        waiting = [pool.submit(client.get, "/api/v1/search?q=x") for _ in range(50)]
        for _ in range(30):
            assert blocked.going_on.acquire(timeout=20)

        assert client.get("/healthz").status_code == 200
        assert not any(call.done() for call in waiting)
        blocked.end.set()


def unready(settings, sentence):
    with TestClient(create_app(settings)) as client:
        assert client.get("/healthz").status_code == 200
        ready = client.get("/readyz")
        assert (ready.status_code, ready.headers["content-type"]) == (503, "application/problem+json")
        assert ready.json()["instance"] == "/readyz"
        assert sentence in ready.json()["detail"]
        for address in ("/", "/search?q=opium", "/releases/x"):
            response = client.get(address)
            shown = markup.read(response.text)
            assert response.status_code == 503
            assert shown.one("p", "sentence").text == ready.json()["detail"]
            assert shown.one("form", role="search")
        assert client.get("/api/v1/search?q=opium").json()["detail"] == ready.json()["detail"]
        assert client.get("/docs").status_code == 200
        return ready.json()


def test_without_an_index_it_says_what_to_run(tmp_path, cache):
    problem = unready(Settings(data=tmp_path, cache=cache, rate_limit=""), "run `bayan index PATH…`")

    assert (problem["type"], problem["title"]) == ("/docs#no-index-error", "The index cannot serve")


def test_an_index_of_another_kind_is_refused(served, monkeypatch):
    monkeypatch.setattr(compatibility, "SCHEMA", 99)

    problem = unready(served, "Run `bayan reindex`")

    assert problem["type"] == "/docs#fingerprint-error"


def test_without_a_model_it_says_so(tmp_path, served):
    problem = unready(Settings(data=served.data, cache=tmp_path, model=str(tmp_path / "missing")), "missing")

    assert problem["type"] == "/docs#model-error"


def test_an_index_that_comes_later_is_served_without_a_restart(tmp_path, cache, releases):
    settings = Settings(data=tmp_path, cache=cache, rate_limit="")
    with TestClient(create_app(settings)) as client:
        assert client.get("/readyz").status_code == 503
        with installation.opened(settings) as here:
            build.index(here.engine, here.encoder, releases[:1], command="test")

        assert client.get("/readyz").json()["releases"] == {releases[0].lang: 1}
        assert client.get("/").status_code == 200


def test_every_problem_type_leads_to_its_description(client, page):
    shown, _ = page("/docs")

    ids = [node.attributes["id"] for node in shown.walk() if "id" in node.attributes]
    assert len(ids) == len(set(ids))
    for address in (
        "/api/v1/search",
        "/api/v1/search?q=x&size=0",
        "/api/v1/releases/none",
        "/api/v1/search?q=x&page=99",
    ):
        kind = client.get(address).json()["type"]
        assert kind.removeprefix("/docs#") in ids


def test_problems_are_json_as_openapi_says(client):
    spec = client.get("/openapi.json").json()

    assert "422" not in json.dumps(list(spec["paths"].values()))
    assert set(spec["components"]["schemas"]["Problem"]["properties"]) == {
        "type",
        "title",
        "status",
        "detail",
        "instance",
    }
