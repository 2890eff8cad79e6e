"""The pages: they say what the API says, in the right direction, and every link leads to where it says."""

import re
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from fastapi.testclient import TestClient

from . import markup
from .conftest import PLAIN
from .markup import own

QUERIES = ("captagon smuggling", "قاچاق مواد مخدر", "تهريب", '"frozen fish"', "слоновая кость", "zebracorn")


@pytest.mark.parametrize("text", QUERIES)
@pytest.mark.parametrize(
    "extra", [{}, {"mode": "keyword"}, {"sort": "oldest", "size": 3}, {"page": 2, "size": 2, "mode": "semantic"}]
)
def test_a_page_shows_what_the_api_gives(client, page, text, extra):
    response = client.get("/api/v1/search", params={"q": text} | extra)
    shown, status = page("/search", q=text, **extra)

    assert status == response.status_code
    if status != 200:
        return
    given = response.json()
    hits = shown.all("li", "hit")
    assert len(hits) == len(given["hits"])
    for node, hit in zip(hits, given["hits"], strict=True):
        title = node.one("h2", "hit-title")
        assert (title.attributes["lang"], title.attributes["dir"]) == (hit["lang"], hit["dir"])
        link = title.one("a")
        assert urlsplit(link.attributes["href"]).path == f"/releases/{quote(hit['id'], safe='')}"
        if hit["title"] and "Hostile" not in hit["title"]:
            assert link.text == hit["title"]
            assert link.marks() == [tuple(mark) for mark in hit["title_marks"]]
        for snippet, highlight in zip(node.all("p", "snippet"), hit["highlights"], strict=True):
            assert (snippet.attributes["lang"], snippet.attributes["dir"]) == (hit["lang"], hit["dir"])
            if "Zebracorn" not in highlight["text"]:
                lead = 2 if highlight["start"] else 0
                assert snippet.text[lead:].startswith(highlight["text"])
                assert [(s - lead, e - lead) for s, e in snippet.marks()] == [
                    tuple(mark) for mark in highlight["marks"]
                ]
        rank = int(node.attributes["value"])
        told, _ = page(node.one("a", "why").attributes["href"])
        why = told.one("details", "why")
        assert why in told.one("li", "hit", value=str(rank)).all("details")
        assert sorted(typed.text for typed in why.all("bdi", "typed")) == sorted(
            word["query"] for word in hit["why"]["words"]
        )
        assert ("by meaning" in node.one("p", "facts").words) == hit["why"]["related"]
    total = shown.one("p", "total").words
    if extra.get("mode") not in ("keyword", "semantic"):
        assert f"{given['total']['words']} match" in total
        assert re.search(rf"\b{given['total']['meaning']} (is|are) related by meaning", total)
    if hits:
        assert facets(shown, "lang") == {value["value"]: value["count"] for value in given["facets"]["lang"]}


def facets(shown, name):
    section = shown.one("section", "facet", **{"aria-labelledby": f"facet-{name}"})
    links = section.all("a", "choice")
    return {
        parse_qs(urlsplit(link.attributes["href"]).query)[name][-1]: int(link.one("span", "count").text)
        for link in links
    }


def test_every_link_of_a_page_of_results_works_and_keeps_the_search(client, page):
    address = "/search?q=smuggling&lang=fa&lang=en&source=&after=2020&before=2030&sort=newest&size=2&page=2"
    shown, _ = page(address)

    main = shown.one("main")
    links = {node.attributes["href"] for node in main.all("a") if node.attributes["href"].startswith("/search?")}
    assert len(links) > 10
    for link in links:
        asked = parse_qs(urlsplit(link).query)
        assert asked["q"] == ["smuggling"]
        assert asked["size"] == ["2"]
        assert client.get(link).status_code == 200


def test_a_facet_adds_its_filter_and_takes_it_away_again(page):
    shown, _ = page("/search", q="مخدر", mode="keyword", sort="newest")
    (add,) = [link for link in shown.one("aside", "facets").all("a", "choice") if "Persian" in link.words]
    count = int(add.one("span", "count").text)
    narrowed, _ = page(add.attributes["href"])

    assert f"{count} match" in narrowed.one("p", "total").words
    assert {item.attributes["dir"] for item in narrowed.all("li", "hit")} == {"rtl"}
    (remove,) = narrowed.all("a", "choice", **{"aria-current": "true"})
    assert "remove" in remove.words
    again, _ = page(remove.attributes["href"])
    assert again.one("p", "total").words == shown.one("p", "total").words
    chips = narrowed.one("ul", "chips").all("a")
    assert [chip.one("bdi").text for chip in chips[:-1]] == ["Persian"]
    assert [chip.attributes["href"] for chip in chips] == [remove.attributes["href"]] * 2


def test_a_source_and_a_year_are_filters_too(page):
    shown, _ = page("/search", q="captagon")
    for name in ("source", "year"):
        choice = shown.one("section", "facet", **{"aria-labelledby": f"facet-{name}"}).all("a", "choice")[0]
        narrowed, status = page(choice.attributes["href"])
        assert status == 200
        assert len(narrowed.all("li", "hit")) == min(10, int(choice.one("span", "count").text))
        assert narrowed.one("ul", "chips")


def test_paging_names_the_pages_before_and_after(page):
    first, _ = page("/search", q="smuggling", size=3)
    second, _ = page(first.one("link", rel="next").attributes["href"])

    assert first.all("link", rel="prev") == []
    assert second.one("a", "button", rel="prev").attributes["href"] == "/search?q=smuggling&size=3"
    assert second.one("link", rel="prev").attributes["href"] == "/search?q=smuggling&size=3"
    assert second.one("ol", "hits").attributes["start"] == "4"


def test_switches_show_where_one_is(page):
    shown, _ = page("/search", q="smuggling", sort="oldest", mode="keyword")

    switches = shown.one("nav", "switches").all("span", "switch")
    assert {
        switch.attributes["aria-label"]: [link.text for link in switch.all("a", **{"aria-current": "true"})]
        for switch in switches
    } == {"View": ["Results"], "Order": ["Oldest"], "Languages": ["Balanced"], "What is compared": ["Words"]}


def test_ones_own_language_comes_first_or_alone(client):
    def languages(address):
        shown = markup.read(client.get(address, headers={"accept-language": "fa"}).text)
        switch = shown.one("nav", "switches").all("span", "switch")[2].all("a")
        current = [link.attributes.get("aria-current") == "true" for link in switch]
        found = [title.attributes["lang"] for title in shown.all("h2", "hit-title")]
        return [link.attributes["href"] for link in switch], current, found, shown.one("p", "total").words

    links, current, _, total = languages("/search?q=smuggling&size=5")
    assert current == [True, False, False]
    _, current, found, again = languages(links[1])
    assert current == [False, True, False]
    assert found[0] == "fa"
    assert again == total
    back, current, found, _ = languages(links[2])
    assert current == [False, False, True]
    assert set(found) == {"fa"}
    assert back[:2] == links[:2]


def test_why_tells_words_passage_and_shares(page):
    shown, _ = page("/search", q="captagon", size=1, why=1)

    why = shown.one("details", "why")
    assert "captagon as typed:" in why.words
    assert why.one("blockquote").text
    assert re.search(r"Words \d+% \([\d.]+ of [\d.]+ points\) ?Meaning \d+% \(cosine", why.words)
    drawn = [int(rect.attributes["width"]) for rect in why.one("svg", "shares").all("rect")]
    assert drawn == [int(share) for share in re.findall(r"(\d+)%", why.words)]
    assert sum(drawn) == 100


def test_nothing_found_says_what_to_try(page):
    shown, status = page("/search", q='"qqqq zzzz"', lang="fa", mode="keyword")

    assert status == 200
    assert shown.all("ol", "hits") == []
    links = [link.attributes["href"] for link in shown.one("section", "empty").all("a")]
    assert links == [
        "/search?q=%22qqqq+zzzz%22&mode=keyword",
        "/search?q=%22qqqq+zzzz%22&lang=fa",
        "/search?q=qqqq+zzzz&lang=fa&mode=keyword",
    ]


def test_the_first_page_shows_what_there_is(client, page, releases):
    shown, _ = page("/")

    assert shown.one("h2", id="held").text == f"{len(releases)} releases"
    for choice in shown.one("section", "facets").all("a", "choice"):
        there, status = page(choice.attributes["href"])
        assert status == 200
        (shown_total,) = re.findall(r"^\d+", there.one("p", "total").words)
        assert shown_total == choice.one("span", "count").text
    for chip in shown.one("ul", "chips").all("a"):
        assert client.get(chip.attributes["href"]).status_code == 200
    dates = [time.attributes["datetime"] for time in shown.one("ul", "items").all("time")]
    assert dates == sorted(dates, reverse=True)


def test_a_release_is_shown_whole_in_its_own_direction(page, releases):
    for release in releases:
        shown, status = page(f"/releases/{quote(release.id, safe='')}")

        assert status == 200
        text = shown.one("article", "text")
        assert (text.attributes["lang"], text.attributes["dir"]) == (release.lang, release.dir)
        assert ("sample" in shown.one("aside").words) == release.sample
        if "hostile" not in release.id:
            whole = f"{release.title} {' '.join(node.text for node in text.all('p'))}"
            assert whole.split() == release.text.split()
            assert shown.all("mark") == []


def test_the_words_of_a_search_are_marked_in_a_release(client, page):
    identity = "sample-captagon-pomegranates-en"
    shown, _ = page(f"/releases/{identity}", q="captagon")
    hit = next(hit for hit in client.get("/api/v1/search?q=captagon").json()["hits"] if hit["id"] == identity)

    text = shown.one("article", "text")
    assert text.one("h1").marks() == [tuple(mark) for mark in hit["title_marks"]]
    assert {mark.text.casefold() for mark in text.all("mark")} == {"captagon"}
    assert shown.one("p", "back").one("a").attributes["href"] == "/search?q=captagon"
    assert all(link.attributes["href"].endswith("?q=captagon") for link in shown.all("a", "item-title"))


def test_a_search_that_cannot_be_read_hides_no_release(page):
    shown, status = page("/releases/sample-captagon-pomegranates-en", q='"captagon')

    assert status == 200
    assert "The quotation mark at character 1" in shown.all("p", "notice")[0].words
    assert shown.all("mark") == []


def test_a_release_names_the_same_news_in_other_languages(client, page):
    identity = "sample-captagon-pomegranates-ar"
    shown, _ = page(f"/releases/{identity}")
    given = client.get(f"/api/v1/releases/{identity}/related").json()

    same = shown.one("section", **{"aria-labelledby": "same"}).all("a", "item-title")
    near = shown.one("section", **{"aria-labelledby": "near"}).all("a", "item-title")
    assert [link.attributes["href"] for link in same] == [f"/releases/{item['id']}" for item in given["same_news"]]
    told = ["same story" in item.words for item in shown.one("section", **{"aria-labelledby": "same"}).all("li")]
    assert told == [item["linked"] for item in given["same_news"]]
    assert any(told)
    assert [(link.attributes["lang"], link.attributes["dir"]) for link in near] == [
        (i["lang"], i["dir"]) for i in given["near"]
    ]


def test_a_release_without_a_title_can_be_found_and_read(page):
    found, _ = page("/search", q="zebracorn", lang="fa")
    (link,) = found.all("li", "hit")[0].one("h2").all("a")
    shown, _ = page(link.attributes["href"])

    assert link.text.startswith("متن بدون عنوان")
    assert [p.text for p in shown.one("article", "text").all("p")] == PLAIN.body.split("\n")


def test_an_original_is_linked_without_telling_it_anything(page):
    shown, _ = page("/releases/sample-captagon-pomegranates-en")

    (link,) = [node for node in shown.all("a") if node.attributes["href"].startswith("https:")]
    assert link.attributes["rel"] == "noopener noreferrer nofollow"


def test_pages_have_no_script_but_modules_of_their_own_and_no_other_host(page):
    for address in (
        "/",
        "/search?q=captagon",
        "/releases/sample-captagon-pomegranates-en?q=captagon",
        "/analyze?lang=fa&text=captagon",
        "/analyze?lang=all&text=captagon",
        "/status",
        "/docs",
        "/none",
    ):
        shown, _ = page(address)

        assert shown.all("style") == []
        assert all(own(script) for script in shown.all("script"))
        assert len(shown.all("h1")) == 1
        assert shown.one("main").attributes["id"] == "main"
        assert shown.one("a", "skip").attributes["href"] == "#main"
        for node in shown.walk():
            assert not {name for name in node.attributes if name.startswith("on") or name == "style"}
            assert not (node.attributes.get("src") or "").startswith("http")
            if node.tag == "link":
                assert node.attributes["href"].startswith(("/", "http://testserver/"))
            if node.tag == "input" and node.attributes["type"] in ("search", "text"):
                assert node.attributes.get("dir")


def test_the_language_and_direction_of_the_page_are_data(page):
    shown, _ = page("/docs", hl="fa")
    assert shown.one("html").attributes == {"lang": "fa", "dir": "rtl", "data-theme": "auto"}
    shown, _ = page("/docs", hl="en")
    assert shown.one("html").attributes == {"lang": "en", "dir": "ltr", "data-theme": "auto"}


def test_every_address_begins_with_the_path_under_which_bayan_is_mounted(client):
    mounted = TestClient(client.app, root_path="/mounted")

    shown = markup.read(mounted.get("/mounted/search?q=captagon").text, "/mounted/search")

    assert shown.one("form", role="search").attributes["action"] == "/mounted/search"
    for node in shown.walk():
        for name in ("href", "action", "src"):
            address = node.attributes.get(name)
            assert address is None or address.startswith(("/mounted/", "#", "https://")), address


def test_pages_can_be_asked_for_by_head(client):
    for address in ("/", "/search?q=captagon", "/analyze", "/status", "/docs"):
        assert client.head(address).status_code == 200


def test_filters_alone_find_releases_and_need_no_reason(page, releases):
    shown, _ = page("/search", q="lang:fa")

    persian = sum(release.lang == "fa" for release in releases)
    assert shown.one("p", "total").words == f"{persian} releases"
    assert shown.all("a", "why") == []


def test_another_query_is_offered_as_a_link_that_keeps_the_filters(page):
    shown, _ = page("/search", q="smugling lang:en", mode="keyword", sort="newest")
    assert shown.all("li", "hit") == []
    link = shown.one("p", "meant").one("a")
    assert link.text == "smuggling lang:en"
    assert link.one("bdi").text == link.text
    assert parse_qs(urlsplit(link.attributes["href"]).query) == {
        "q": ["smuggling lang:en"],
        "mode": ["keyword"],
        "sort": ["newest"],
    }
    there, _ = page(link.attributes["href"])
    assert there.all("li", "hit")
    assert there.all("p", "meant") == []


def test_a_query_on_another_layout_is_offered(page):
    shown, _ = page("/search", q="rh]hr", mode="keyword")
    assert shown.one("p", "meant").words == "Did you mean قاچاق? (typed on another keyboard layout)"


def test_an_offer_is_text_and_no_markup(page):
    shown, _ = page("/search", q="smugling OR <script>alert(1)</script>", mode="keyword")
    assert shown.one("p", "meant").one("a").text == "smuggling OR <script>alert(1)</script>"
    assert all(own(script) for script in shown.all("script"))
