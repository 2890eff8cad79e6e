"""The page of stories says what the API says: who published what in which language, first of all, and what was added."""

from urllib.parse import urlsplit

import pytest

from search.release import Release
from search.stories import Story, Version
from web import stories

from . import markup
from .conftest import EVENTS

QUERY = "captagon smuggling"


@pytest.fixture(scope="module")
def told(client):
    return client.get("/api/v1/stories", params={"q": QUERY}).json()


def test_every_result_is_in_one_story(client, told):
    hits = client.get("/api/v1/search", params={"q": QUERY, "size": 50}).json()["hits"]
    ranked = {v["rank"]: v["id"] for story in told["stories"] for v in story["versions"] if v["rank"]}
    assert [ranked[rank] for rank in sorted(ranked)] == [hit["id"] for hit in hits]
    ids = [v["id"] for story in told["stories"] for v in story["versions"]]
    assert len(ids) == len(set(ids))
    best = [min(v["rank"] for v in story["versions"] if v["rank"]) for story in told["stories"]]
    assert best == sorted(best)


def test_versions_of_an_event_are_one_story_in_the_order_of_their_days(told):
    story = next(s for s in told["stories"] if any(EVENTS[0] in v["id"] for v in s["versions"]))
    assert len(story["languages"]) >= 4
    days = [v["published"] for v in story["versions"]]
    assert days == sorted(days)
    assert story["first_published"] == days[0]
    assert story["first"] == [v["id"] for v in story["versions"] if v["published"] == days[0]]
    assert story["versions"][0]["added"] == {"stated": [], "names": []}


def test_the_page_shows_the_stories_of_the_api(page, told):
    shown, status = page("/stories", q=QUERY)
    cards = shown.all("article", "story")
    assert status == 200
    assert len(cards) == len(told["stories"])
    for card, story in zip(cards, told["stories"], strict=True):
        if len(story["versions"]) == 1:
            assert not card.all("table")
            continue
        table = card.one("table", "matrix")
        assert len(table.one("thead").all("th")) == 1 + len(story["languages"])
        assert len(table.one("tbody").all("tr")) == len({v["source"] for v in story["versions"]})
        linked = [urlsplit(a.attributes["href"]).path.rpartition("/")[2] for a in table.all("a", "version")]
        assert sorted(linked) == sorted(v["id"] for v in story["versions"])
        assert len(table.all("span", "badge")) == len(story["first"])
        facts = [len(v["added"]["stated"]) + len(v["added"]["names"]) for v in story["versions"]]
        details = card.all("details", "additions")
        assert len(details) == any(facts)
        if details:
            assert len(details[0].all("li")) == sum(map(bool, facts))
            assert all("beside=" in a.attributes["href"] for item in details[0].all("li") for a in item.all("a"))


@pytest.mark.parametrize("language", ["fa", "ru"])
def test_the_title_is_the_reader_s_if_the_story_has_it(client, language):
    fresh = markup.read(client.get("/stories", params={"q": QUERY, "hl": language}).text)
    client.cookies.clear()
    title = fresh.all("article", "story")[0].one("h2", "hit-title")
    assert title.attributes["lang"] == language


def test_a_language_without_a_name_has_its_column_too():
    versions = tuple(
        Version(Release(lang, lang, "t", "b", source="s"), rank) for rank, lang in enumerate(("und", "fa"), 1)
    )
    shown = stories.card(Story(versions), "fa")
    assert shown.langs == ("fa", "und")
    assert [[item.release.id for item in cell] for cell in shown.rows[0].cells] == [["fa"], ["und"]]
    assert shown.told.release.lang == "fa"


def test_filters_and_errors_are_those_of_the_search(client, page):
    told = client.get("/api/v1/stories", params={"q": QUERY, "lang": "fa", "size": 5}).json()
    assert {v["lang"] for s in told["stories"] for v in s["versions"] if v["rank"]} == {"fa"}
    assert client.get("/api/v1/stories", params={"q": '"a'}).status_code == 400
    assert client.get("/api/v1/stories", params={"q": QUERY, "lnag": "fa"}).status_code == 400
    assert page("/stories", q="qqqqzzzz", mode="keyword")[0].one("section", "empty")
    shown, status = page("/stories", q="<script>alert(1)</script> zebracorn")
    assert status == 200
    assert not [node for node in shown.one("main").walk() if node.tag == "script"]


def test_later_pages_go_on_where_the_first_ended(client):
    first, second = (
        client.get("/api/v1/stories", params={"q": QUERY, "size": 4, "page": page}).json() for page in (1, 2)
    )
    ranks = [sorted(v["rank"] for s in told["stories"] for v in s["versions"] if v["rank"]) for told in (first, second)]
    assert ranks == [[1, 2, 3, 4], [5, 6, 7, 8]]
