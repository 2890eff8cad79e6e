"""What the page of results has around its results: the form, the other words, the timeline, the ways to take it along."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from . import markup


@pytest.fixture
def asked(page):
    """The page of a search that has everything."""
    shown, status = page("/search", q="captagon smuggling", mode="hybrid", sort="newest")
    assert status == 200
    return shown


def test_other_words_are_told_by_concept_and_switched_off(client, page, asked):
    given = client.get("/api/v1/search", params={"q": "captagon smuggling"}).json()["also_searched"]
    concepts = asked.one("div", "also").all("li", "concept")
    assert len(concepts) == len({also["concept"] for also in given})
    for concept in concepts:
        (off,) = (link for link in concept.all("a") if link.attributes["title"])
        (without,) = parse_qs(urlsplit(off.attributes["href"]).query)["without"]
        mine = [(also["lang"], also["term"]) for also in given if also["concept"] == without]
        assert [(word.attributes["lang"], word.text) for word in concept.one("dl").all("bdi")] == mine
        fewer, _ = page(off.attributes["href"])
        assert len(fewer.one("div", "also").all("li", "concept")) == len(concepts) - 1
        (again,) = fewer.one("div", "also").all("a", "chip")
        assert parse_qs(urlsplit(again.attributes["href"]).query).get("without") is None


def test_the_bars_of_the_timeline_narrow_the_search_and_lead_out_again(page, asked):
    bars = asked.one("section", "timeline").all("a")
    assert sum(int(re.search(r": (\d+) release", bar.attributes["title"])[1]) for bar in bars) == sum(
        int(choice.one("span", "count").text)
        for choice in asked.one("section", "facet", **{"aria-labelledby": "facet-year"}).all("a", "choice")
    )
    narrowed, status = page(bars[0].attributes["href"])
    assert status == 200
    months = {time.attributes["datetime"][:7] for time in narrowed.one("ol", "hits").all("time")}
    (month,) = parse_qs(urlsplit(bars[0].attributes["href"]).query)["after"]
    assert months == {month}
    out, *_ = narrowed.one("section", "timeline").one("p", "ways").all("a")
    assert out.attributes["href"] == "/search?q=captagon+smuggling&sort=newest"


def test_the_results_can_be_taken_along(client, asked):
    links = [link.attributes["href"] for link in asked.one("details", "take").all("a")]
    assert [urlsplit(link).path for link in links] == [
        *("/search.csv", "/search.jsonl", "/search.bib", "/search.ris", "/feed.atom", "/feed.json"),
    ]
    for link in links:
        assert parse_qs(urlsplit(link).query) == {"q": ["captagon smuggling"], "sort": ["newest"]}
        assert client.get(link).status_code == 200
    alternates = {link.attributes["type"]: link.attributes["href"] for link in asked.all("link", rel="alternate")}
    assert alternates == {"application/atom+xml": links[4], "application/feed+json": links[5]}


def test_the_same_search_can_be_seen_as_stories(client, asked):
    (link,) = asked.all("a", **{"data-key": "s"})
    assert link.attributes["href"] == "/stories?q=captagon+smuggling&sort=newest"
    assert client.get(link.attributes["href"]).status_code == 200


def test_the_form_keeps_what_it_does_not_ask_for(page):
    shown, _ = page("/search", q="smuggling", sort="oldest", size=5, source="x", prefer="fa", country="IR", lang="en")
    form = shown.one("form", role="search")
    kept = [(node.attributes["name"], node.attributes["value"]) for node in form.all("input", type="hidden")]
    assert sorted(kept) == [
        ("country", "IR"),
        ("prefer", "fa"),
        ("size", "5"),
        ("sort", "oldest"),
        ("source", "x"),
    ]
    checked = [node.attributes["value"] for node in form.all("input", type="checkbox") if "checked" in node.attributes]
    assert checked == ["en"]


def test_what_is_written_by_the_reader_is_text_wherever_it_stands(client):
    text = '"><script>alert(1)</script>'
    for address in ("/search", "/search?mode=keyword", "/search?page=9"):
        response = client.get(address, params={"q": text, "source": text})
        shown = markup.read(response.text)
        assert all(markup.own(script) for script in shown.all("script"))


@pytest.mark.parametrize(("hl", "direction"), [("ar", "rtl"), ("fa", "rtl"), ("ru", "ltr")])
def test_a_page_in_another_language_keeps_each_text_in_its_own_direction(client, hl, direction):
    shown = markup.read(client.get("/search?q=smuggling", headers={"accept-language": hl}).text)
    assert shown.one("html").attributes["dir"] == direction
    for hit in shown.all("li", "hit"):
        title = hit.one("h2", "hit-title")
        expected = "rtl" if title.attributes["lang"] in ("ar", "fa") else "ltr"
        assert title.attributes["dir"] == hit.attributes["dir"] == expected
        (why,) = (link.attributes["href"] for link in hit.all("a", "why"))
        told = markup.read(client.get(why, headers={"accept-language": hl}).text)
        assert told.one("dl", "why-body").attributes["dir"] == direction


def test_numbers_are_in_the_digits_of_the_reader(client):
    shown = markup.read(client.get("/search?q=smuggling", headers={"accept-language": "fa"}).text)
    counts = "".join(node.text for node in shown.one("aside", "facets").all("span", "count"))
    assert re.fullmatch("[۰-۹٬]+", counts)
