"""The JSON API over a real index."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from urllib.parse import quote

import pytest

import analyzers
from search.query import Filters
from web.languages import LANGUAGES
from web.service import SAME_NEWS

from .conftest import EVENTS, HOSTILE

QUERIES = (
    "captagon smuggling",
    "قاچاق مواد مخدر",
    "تهريب المخدرات",
    '"frozen fish"',
    "ivory OR слоновой",
    "smuggl* -ivory",
)


def without_time(page):
    return {name: value for name, value in page.items() if name != "took_ms"}


def as_json(value):
    if isinstance(value, dict):
        return {name: as_json(item) for name, item in value.items()}
    return [as_json(item) for item in value] if isinstance(value, list | tuple) else value


@pytest.mark.parametrize("text", QUERIES)
def test_a_search_gives_what_the_searcher_gives(client, searcher, text):
    given = client.get("/api/v1/search", params={"q": text, "size": 5}).json()

    assert without_time(given) == as_json(without_time(searcher.search(text, size=5).as_dict()))
    assert given["took_ms"] >= 0


def test_every_parameter_reaches_the_searcher(client, searcher):
    asked = {"q": "police", "lang": ["fa", "en"], "after": "2023", "before": "2024-12", "sort": "newest"}

    given = client.get("/api/v1/search", params=asked | {"mode": "semantic", "page": 2, "size": 1}).json()

    filters = Filters(("fa", "en"), (), date(2023, 1, 1), date(2024, 12, 31))
    expected = searcher.search("police", filters, mode="semantic", sort="newest", page=2, size=1)
    assert without_time(given) == as_json(without_time(expected.as_dict()))
    assert given["query"]["languages"] == ["fa", "en"]


def test_a_source_is_found_by_its_exact_name(client):
    given = client.get("/api/v1/search", params={"q": "zebracorn", "source": [HOSTILE.source]}).json()

    assert [hit["id"] for hit in given["hits"]] == [HOSTILE.id]


def test_a_country_is_a_filter_by_its_code(client):
    def asked(**more):
        return client.get("/api/v1/search", params={"q": "police"} | more)

    given = asked(country=["qa", "IRN"])
    assert given.json()["query"]["parsed"] == "police country:QA,IR"
    # The releases of the sample corpus are of countries that do not exist.
    assert (given.json()["hits"], given.json()["facets"]["country"]) == ([], [])
    assert asked(country="Qatar").status_code == 400
    assert "ISO 3166-1" in asked(country="Qatar").json()["detail"]


def test_parameters_left_empty_count_as_not_given(client):
    empty = dict.fromkeys(("lang", "source", "after", "before", "mode", "sort", "page", "size"), "")

    given = client.get("/api/v1/search", params={"q": "captagon"} | empty).json()

    assert without_time(given) == without_time(client.get("/api/v1/search", params={"q": "captagon"}).json())


@pytest.mark.parametrize("mode", ["hybrid", "keyword", "semantic"])
def test_totals_and_facets_are_the_same_on_every_page(client, mode):
    asked = {"q": "smuggling drugs", "mode": mode, "size": 2}
    first = client.get("/api/v1/search", params=asked).json()
    pages = [
        client.get("/api/v1/search", params=asked | {"page": number}).json()
        for number in range(1, -(-first["listed"] // 2) + 1)
    ]

    assert len({str((page["total"], page["facets"], page["listed"])) for page in pages}) == 1
    ids = [hit["id"] for page in pages for hit in page["hits"]]
    assert len(ids) == len(set(ids)) == first["listed"] == sum(first["total"].values())
    assert sum(value["count"] for value in first["facets"]["lang"]) == len(ids)


def test_marks_are_offsets_into_the_original_text(client, releases):
    texts = {release.id: release for release in releases}
    hits = client.get("/api/v1/search", params={"q": "captagon", "mode": "keyword"}).json()["hits"]

    found = 0
    for hit in hits:
        for snippet in hit["highlights"]:
            body = texts[hit["id"]].body
            assert body[snippet["start"] :].startswith(snippet["text"])
            for start, end in snippet["marks"]:
                assert 0 <= start < end <= len(snippet["text"])
                found += snippet["text"][start:end].casefold() == "captagon"
    assert found


def test_a_release_comes_whole(client, releases):
    for release in releases:
        given = client.get(f"/api/v1/releases/{quote(release.id, safe='')}")

        assert given.json() == release.as_dict() | {"published_in": None}


def test_related_releases_are_divided_by_language_and_nearness(client, releases):
    for release in releases:
        given = client.get(f"/api/v1/releases/{quote(release.id, safe='')}/related").json()

        langs = [item["lang"] for item in given["same_news"]]
        assert len(langs) == len(set(langs))
        assert release.lang not in langs
        assert all(item["linked"] or item["cosine"] >= SAME_NEWS for item in given["same_news"])
        for items in given.values():
            order = [(item["linked"], item["cosine"]) for item in items]
            assert order == sorted(order, reverse=True)
        assert all(item["lang"] != release.lang for item in given["same_news"] + given["near"] if item["linked"])
        ids = [item["id"] for item in given["same_news"] + given["near"]]
        assert len(ids) == len(set(ids))
        assert release.id not in ids


def test_the_same_news_is_of_the_same_event(client, releases):
    wrong = right = 0
    for release in releases:
        event = next((event for event in EVENTS if event in release.id), None)
        for item in client.get(f"/api/v1/releases/{quote(release.id, safe='')}/related").json()["same_news"]:
            right += event is not None and event in item["id"]
            wrong += event is None or event not in item["id"]

    assert right > 60
    assert wrong <= right / 20


def test_health(client, releases):
    assert client.get("/healthz").json() == {"status": "alive"}
    ready = client.get("/readyz").json()
    assert (ready["status"], ready["engine"]) == ("ready", "local")
    assert ready["generation"]
    assert sum(ready["releases"].values()) == len(releases)


def test_threads_search_at_once(client):
    expected = {text: client.get("/api/v1/search", params={"q": text}).json()["hits"] for text in QUERIES}
    fresh = [f"{text} {number}" for number, text in enumerate(QUERIES)]
    barrier = threading.Barrier(4)

    def search(number):
        barrier.wait()
        got = {text: client.get("/api/v1/search", params={"q": text}).json()["hits"] for text in QUERIES}
        new = [
            client.get("/api/v1/search", params={"q": text}).json()["total"] for text in fresh[:: 1 - 2 * (number % 2)]
        ]
        return got, sorted(map(str, new))

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(search, range(4)))

    assert all(got == expected for got, _ in results)
    assert len({str(new) for _, new in results}) == 1


def test_the_names_of_languages_are_those_that_have_analyzers():
    assert set(LANGUAGES) == set(analyzers.LANGUAGES)
