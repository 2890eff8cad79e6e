"""Feeds as a feed reader sees them, and Bayan as a browser's search engine."""

import json
from urllib.parse import parse_qs, urlsplit

import feedparser
import pytest
from defusedxml import ElementTree
from fastapi.testclient import TestClient

from search.settings import Settings
from web.app import create_app

ATOM = "{http://www.w3.org/2005/Atom}"
OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"


def test_a_feed_has_the_newest_results_first(client):
    answer = client.get("/feed.atom", params={"q": "captagon smuggling", "lang": "en"})

    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    feed = feedparser.parse(answer.content)
    assert not feed.bozo
    found = client.get(
        "/api/v1/search", params={"q": "captagon smuggling", "lang": "en", "sort": "newest", "size": 50}
    ).json()
    assert [entry.title for entry in feed.entries] == [hit["title"] for hit in found["hits"]]
    assert [entry.published[:10] for entry in feed.entries] == [hit["published"] for hit in found["hits"]]
    assert parse_qs(urlsplit(feed.feed.link).query) == {"q": ["captagon smuggling"], "lang": ["en"]}
    for entry in feed.entries:
        (permalink,) = (link.href for link in entry.links if link.rel == "alternate")
        assert client.get(permalink).status_code == 200


def test_each_entry_says_its_language(client):
    root = ElementTree.fromstring(client.get("/feed.atom", params={"q": "captagon"}).content)
    told = {entry.get("{http://www.w3.org/XML/1998/namespace}lang") for entry in root.iter(f"{ATOM}entry")}
    assert {"ar", "fa", "ru"} <= told


def test_a_json_feed_has_the_same(client):
    atom = feedparser.parse(client.get("/feed.atom", params={"q": "captagon"}).content)
    answer = client.get("/feed.json", params={"q": "captagon"})
    feed = answer.json()

    assert answer.headers["content-type"] == "application/feed+json; charset=utf-8"
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert [item["id"] for item in feed["items"]] == [entry.id for entry in atom.entries]
    assert all(item["content_text"] and item["language"] for item in feed["items"])


def test_a_reader_that_has_the_feed_is_told_so(client):
    for path in ("/feed.atom", "/feed.json"):
        first = client.get(path, params={"q": "captagon"})
        again = client.get(path, params={"q": "captagon"}, headers={"if-none-match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        other = client.get(path, params={"q": "opium"}, headers={"if-none-match": first.headers["etag"]})
        assert other.status_code == 200


def test_what_xml_cannot_hold_is_left_out(hostile_index):
    feed = feedparser.parse(hostile_index.get("/feed.atom", params={"q": "formulae"}).content)
    assert not feed.bozo
    assert feed.entries[0].content[0].value.startswith("Formulae bell and text")


def test_the_address_is_the_one_that_readers_know(served, cache):
    settings = Settings(data=served.data, cache=cache, rate_limit="", public_url="https://bayan.example/search-engine/")
    with TestClient(create_app(settings)) as client:
        feed = client.get("/feed.json", params={"q": "captagon"}, headers={"host": "evil.example"}).json()
        assert feed["feed_url"].startswith("https://bayan.example/search-engine/feed.json?")
        assert feed["items"][0]["url"].startswith("https://bayan.example/search-engine/releases/")


@pytest.mark.parametrize("language", ["en", "fa"])
def test_a_browser_can_add_bayan(client, language):
    answer = client.get("/opensearch.xml", headers={"accept-language": language})

    root = ElementTree.fromstring(answer.content)
    templates = {url.get("type"): url.get("template") for url in root.iter(f"{OPENSEARCH}Url")}
    assert set(templates) == {"text/html", "application/x-suggestions+json", "application/atom+xml"}
    for kind, template in templates.items():
        asked = client.get(template.replace("{searchTerms}", "captagon"))
        assert asked.status_code == 200
        assert asked.headers["content-type"].startswith(kind)


def test_browsers_are_given_suggestions(client):
    answer = client.get("/opensearch/suggestions", params={"q": "smugg"})
    typed, completed = json.loads(answer.content)
    assert typed == "smugg"
    assert "smuggling" in completed
