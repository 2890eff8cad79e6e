"""The pages of a release: two side by side, what it said before, how to cite it."""

import json
from contextlib import closing
from dataclasses import replace
from datetime import date
from urllib.parse import quote

import pytest
import rispy
from fastapi.testclient import TestClient

from indexer import build
from search import installation
from search.history import History
from search.release import from_mapping
from search.settings import Settings
from web import citations
from web.app import create_app

from . import markup
from .conftest import HOSTILE, SCRIPT

EN, FA = "sample-captagon-pomegranates-en", "sample-captagon-pomegranates-fa"


@pytest.fixture(scope="module")
def beside(client):
    return markup.read(client.get(f"/releases/{EN}", params={"beside": FA, "q": "captagon"}).text)


def test_two_releases_stand_side_by_side_in_their_own_directions(beside):
    bodies = [article.all("div")[-1] for article in beside.all("article", "text")]
    assert [(body.attributes["lang"], body.attributes["dir"]) for body in bodies] == [("en", "ltr"), ("fa", "rtl")]
    assert "4,176,500 captagon tablets" in bodies[0].words
    assert "captagon" in {mark.text.lower() for mark in bodies[0].all("mark")}
    assert "۱۷۶ هزار و ۵۰۰" in bodies[1].words


def test_passages_that_say_the_same_lead_to_each_other(beside):
    first, second = beside.all("article", "text")
    ids = {node.attributes["id"] for node in beside.walk() if "id" in node.attributes}
    links = [link.attributes["href"] for link in first.all("a", "partner")]
    assert links == [f"#b{number}" for number in range(1, len(links) + 1)]
    assert len(links) >= 3
    assert {link[1:] for link in links} <= ids
    back = {
        part.attributes["id"]: part.one("a", "partner").attributes["href"]
        for part in second.all("span", "part")
        if "id" in part.attributes
    }
    assert back == {f"b{number}": f"#a{number}" for number in range(1, len(links) + 1)}
    # The container was declared as 22 tonnes of fruit, in both.
    (english,) = [part for part in first.all("span", "part") if "22 tonnes" in part.text]
    (persian,) = [part for part in second.all("span", "part") if "۲۲ تنی" in part.text]
    assert english.attributes["data-pair"] == persian.attributes["data-pair"]
    # Only the English release has its street value.
    (alone,) = [part for part in first.all("span", "part") if "USD 62 million" in part.text]
    assert "alone" in alone.attributes["class"]


def test_whatever_is_beside_it_harms_nothing(client):
    response = client.get(f"/releases/{quote(HOSTILE.id, safe='')}", params={"beside": "no-title"})
    assert response.status_code == 200
    assert SCRIPT not in response.text
    assert "\u202e" not in response.text
    markup.read(response.text)
    assert client.get(f"/releases/{EN}", params={"beside": "unknown"}).status_code == 404


def test_the_same_news_leads_to_both_texts(page):
    shown, _ = page(f"/releases/{EN}")
    links = [link.attributes["href"] for link in shown.all("a", "onward")]
    assert f"/releases/{EN}?beside={FA}" in links


@pytest.mark.parametrize("name", citations.FORMATS)
@pytest.mark.parametrize("identity", [FA, HOSTILE.id])
def test_a_release_is_cited_as_the_page_shows_it(client, page, name, identity):
    shown, _ = page(f"/releases/{quote(identity, safe='')}")
    address = next(
        link.attributes["href"]
        for link in shown.all("link", rel="alternate")
        if link.attributes["href"].startswith(f"/cite/{name}/")
    )
    response = client.get(address)
    assert response.status_code == 200
    assert response.headers["content-type"] == f"{citations.FORMATS[name].media_type}; charset=utf-8"
    ending = citations.FORMATS[name].ending
    assert response.headers["content-disposition"].startswith('attachment; filename="bayan-')
    assert response.headers["content-disposition"].endswith(f'.{ending}"')
    entry = shown.one("pre", id=f"entry-{name}").text
    assert entry.split() == response.text.split()
    if identity == FA:
        assert "کپتاگون" in response.text
    if name == "ris":
        assert len(rispy.loads(response.text)) == 1
    if name == "csl":
        assert len(json.loads(response.text)) == 1


def test_an_unknown_format_is_told_with_those_that_there_are(client):
    response = client.get(f"/cite/endnote/{EN}")
    assert response.status_code == 404
    assert "bibtex, ris, csl" in response.text


NOW = from_mapping(
    {
        "id": "a/b.c",
        "lang": "fa",
        "title": "کشف ۳۲ کیلوگرم تریاک",
        "body": "پلیس گفت سه نفر بازداشت شدند.\nتحقیقات ادامه دارد.",
        "published": "2024-05-01",
        "published_text": "۱۲ اردیبهشت ۱۴۰۳",
        "published_sure": 0.85,
        "source": "پلیس زاهدان",
        "country": "IR",
    }
)
BEFORE = replace(NOW, title=f"کشف ۲۰ کیلوگرم تریاک {SCRIPT}", published=date(2024, 4, 30))
GONE = from_mapping({"id": "gone", "lang": "en", "title": "Gone", "body": "It was here."})


@pytest.fixture(scope="module")
def changed(cache, tmp_path_factory):
    settings = Settings(data=tmp_path_factory.mktemp("changed"), cache=cache)
    with installation.opened(settings) as here, closing(History(settings.data)) as history:
        build.index(here.engine, here.encoder, [NOW], command="test")
        history.keep([BEFORE], "2024-05-02T08:30:00+00:00")
        history.keep([GONE], "2024-05-03T08:30:00+00:00")
    with TestClient(create_app(settings)) as client:
        yield client


def test_the_page_leads_to_what_the_release_said_before(changed):
    shown = markup.read(changed.get("/releases/a%2Fb.c").text)
    (link,) = [a for a in shown.all("a", "onward") if a.attributes["href"].endswith("/versions")]
    assert link.words == "1 earlier text of this release"
    assert changed.get(link.attributes["href"]).status_code == 200
    about = shown.one("aside", "about").words
    assert "read from “۱۲ اردیبهشت ۱۴۰۳”" in about or "read from ۱۲ اردیبهشت ۱۴۰۳" in about
    assert "85% sure" in about
    assert "Iran" in about


def test_what_changed_is_marked_in_the_direction_of_the_text(changed):
    response = changed.get("/releases/a%2Fb.c/versions")
    assert SCRIPT not in response.text
    shown = markup.read(response.text)
    assert shown.one("li", "card").one("time").attributes["datetime"] == "2024-05-02T08:30:00+00:00"
    assert "2 May 2024, 08:30 UTC" in shown.one("li", "card").one("h2").words
    title, day = shown.one("dl", "differences").all("dd")
    assert (title.attributes["lang"], title.attributes["dir"]) == ("fa", "rtl")
    assert title.all("del")[0].text == "۲۰"
    assert [node.text for node in title.all("ins")] == ["۳۲"]
    assert [node.text for node in day.all("ins")] == ["2024-05-01"]
    numbers = [badge.words for badge in shown.one("p", "numbers").all("bdi")]
    assert numbers[0] == "۲۰ ۳۲"
    assert shown.one("li", "card").one("h3").text == BEFORE.title


def test_what_a_release_said_before_outlives_it(changed):
    shown = markup.read(changed.get("/releases/gone/versions").text)
    assert "no longer in the index" in shown.text
    assert "It was here." in shown.text
    assert changed.get("/releases/gone").status_code == 404
    assert changed.get("/releases/never/versions").status_code == 404


def test_the_api_tells_versions_and_changes(changed):
    told = changed.get("/api/v1/releases/a%2Fb.c/versions").json()
    assert told["current"]["content_hash"] == NOW.content_hash
    (version,) = told["versions"]
    assert version["release"]["title"] == BEFORE.title
    assert version["until"] == "2024-05-02T08:30:00+00:00"
    assert [line["field"] for line in version["changes"]] == ["title", "published"]
    assert version["numbers"][0] == {"from": "۲۰", "to": "۳۲"}
    assert changed.get("/api/v1/releases/gone/versions").json()["current"] is None
    problem = changed.get("/api/v1/releases/never/versions")
    assert (problem.status_code, problem.json()["type"]) == (404, "/docs#not-found-error")
