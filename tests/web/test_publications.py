"""One release on several sites: told in the API, once on the page, and never at the cost of the results."""

from contextlib import closing
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from indexer import build, duplicates
from search import installation
from search.history import FILE, History
from search.release import from_mapping
from search.settings import Settings
from web.app import create_app

from . import markup

TEXT = """Сотрудники полиции Хатлонской области задержали на границе двоих жителей района, которые на грузовом
автомобиле пытались провезти в тайнике под сиденьем двенадцать килограммов героина. По данным следствия, партию
наркотиков они получили от неизвестного в соседней стране и должны были доставить заказчику в столице. Возбуждено
уголовное дело, ведётся следствие."""
HARM = "<script>alert(1)</script>"
FIRST, LATER, NAMELESS, OTHER = (
    from_mapping({"lang": "ru", "title": "Пограничники изъяли героин", "body": TEXT} | fields)
    for fields in (
        {"id": "first", "published": "2024-05-11", "source": HARM, "url": "https://a.test/1"},
        {"id": "later", "published": "2024-05-12", "source": "Б", "url": "https://b.test/1"},
        {"id": "nameless", "url": "https://c.test/1", "body": f"{TEXT} Героин, героин, героин."},
        {"id": "other", "published": "2024-05-12", "body": "В порту изъят героин."},
    )
)
RELEASES = [LATER, NAMELESS, FIRST, OTHER]


@pytest.fixture(scope="module")
def settings(cache, tmp_path_factory) -> Settings:
    settings = Settings(data=tmp_path_factory.mktemp("publications"), cache=cache, rate_limit="")
    with installation.opened(settings) as here, closing(History(settings.data)) as history:
        build.index(here.engine, here.encoder, RELEASES, command="test")
        history.see([duplicates.sighting(release) for release in RELEASES])
        duplicates.regroup(history)
    return settings


@pytest.fixture(scope="module")
def client(settings):
    with TestClient(create_app(settings)) as client:
        yield client


def search(client, **more):
    return client.get("/api/v1/search", params={"q": "героин", "mode": "keyword"} | more).json()


def test_each_hit_tells_of_the_other_publications(client):
    given = search(client)
    hits = {hit["id"]: hit for hit in given["hits"]}
    assert given["total"]["words"] == len(hits) == 4
    also = {identity: [other["id"] for other in hit["also"]] for identity, hit in hits.items()}
    assert also == {
        "first": ["later", "nameless"],
        "later": ["first", "nameless"],
        "nameless": ["first", "later"],
        "other": [],
    }
    assert {identity: hit["first"] for identity, hit in hits.items()} == {
        "first": "first",
        "later": "first",
        "nameless": "first",
        "other": None,
    }
    assert hits["later"]["also"][0] == {
        "id": "first",
        "title": FIRST.title,
        "published": "2024-05-11",
        "source": HARM,
        "url": "https://a.test/1",
    }


def test_the_page_shows_a_release_once_and_the_first_of_its_publications(client):
    ranks = {hit["id"]: rank for rank, hit in enumerate(search(client)["hits"], 1)}
    response = client.get("/search", params={"q": "героин", "mode": "keyword"})
    assert HARM not in response.text
    hits = markup.read(response.text).all("li", "hit")
    shown = {hit.one("h2", "hit-title").one("a").attributes["href"].split("?")[0]: hit for hit in hits}
    assert set(shown) == {"/releases/first", "/releases/other"}
    assert shown["/releases/first"].attributes["value"] == str(min(ranks["first"], ranks["later"], ranks["nameless"]))
    told = shown["/releases/first"].one("div", "published")
    assert told.words == "Also published by Б 12 May 2024 c.test"
    assert [link.attributes["href"].split("?")[0] for link in told.all("a")] == [
        "/releases/later",
        "/releases/nameless",
    ]
    assert not shown["/releases/other"].all("div", "published")


def test_a_publication_that_is_alone_on_its_page_says_who_was_first(client):
    response = client.get("/search", params={"q": "героин source:Б", "mode": "keyword"})
    (hit,) = markup.read(response.text).all("li", "hit")
    assert hit.one("div", "published").words.startswith(f"Also published by {HARM} 11 May 2024 first ")


def test_results_do_not_depend_on_the_history(client, settings):
    before = search(client)
    path = Path(settings.data, FILE)
    kept = path.read_bytes()
    path.write_bytes(b"no database" * 1_000)
    try:
        given = search(client)
    finally:
        path.write_bytes(kept)
    assert [hit["id"] for hit in given["hits"]] == [hit["id"] for hit in before["hits"]]
    assert all(hit["also"] == [] for hit in given["hits"])


@pytest.mark.parametrize(
    ("calendar", "day"), [("persian", "1403-02-22"), ("islamic", "1445-11-03h"), ("gregorian", "2024-05-11")]
)
def test_days_in_a_calendar_can_be_asked_for_again(client, calendar, day):
    assert {hit["id"]: hit["published_in"] for hit in search(client, calendar=calendar)["hits"]}["first"] == day
    assert client.get("/api/v1/releases/first", params={"calendar": calendar}).json()["published_in"] == day
    found = search(client, q=f"героин after:{day} before:{day}", calendar=calendar)["hits"]
    assert [(hit["id"], hit["published_in"]) for hit in found] == [("first", day)]


def test_no_calendar_and_an_unknown_one(client):
    assert {hit["published_in"] for hit in search(client)["hits"]} == {None}
    problem = client.get("/api/v1/search", params={"q": "героин", "calendar": "mayan"})
    assert problem.status_code == 400
    assert "calendar" in problem.json()["detail"]
