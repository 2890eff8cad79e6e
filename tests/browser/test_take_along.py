"""What is taken along from a page of results, read by the programs' own readers."""

import csv
import io
import json

import bibtexparser
import feedparser
import pytest
import rispy

QUERY = "captagon smuggling"


@pytest.fixture
def offered(browse):
    """Open the menu of a search and return, by what it is called, the text behind each of its links; and the hits."""
    browser = browse()
    page = browser.at("/search", q=QUERY, size="100")
    page.locator("details.take > summary").click()
    links = page.locator("details.take a")
    texts = {}
    for index in range(links.count()):
        address = links.nth(index).get_attribute("href")
        answer = page.request.get(f"{browser.site}{address}")
        assert answer.status == 200
        texts[links.nth(index).inner_text()] = answer.text()
    titles = [title.strip() for title in page.locator(".hit .hit-title").all_inner_texts()]
    return texts, titles


def test_files_have_all_results_and_feeds_have_them_too(offered, releases):
    texts, titles = offered
    known = {release.id: release for release in releases}
    assert set(texts) == {"CSV", "JSON Lines", "BibTeX", "RIS", "Atom", "JSON Feed"}

    rows = list(csv.DictReader(io.StringIO(texts["CSV"].removeprefix("\ufeff"))))
    lines = [json.loads(line) for line in texts["JSON Lines"].splitlines()]
    assert len(rows) == len(lines) >= len(titles) > 10
    assert [row["id"] for row in rows] == [line["id"] for line in lines]
    shown = [line["title"] for line in lines if not line["id"].startswith(("hostile", "long"))]
    assert [title for title in titles if title in shown]
    assert all(line["body"] == known[line["id"]].body for line in lines)

    bibliography = bibtexparser.parse_string(texts["BibTeX"])
    assert bibliography.failed_blocks == []
    assert len(bibliography.entries) == len(rows)
    assert len(rispy.loads(texts["RIS"])) == len(rows)

    feed = feedparser.parse(texts["Atom"])
    assert not feed.bozo
    items = json.loads(texts["JSON Feed"])["items"]
    assert len(feed.entries) == len(items) > 10
    days = [entry.published for entry in feed.entries if "published" in entry]
    assert days == sorted(days, reverse=True)


def test_a_reader_of_feeds_finds_the_feed_of_a_search(browse):
    browser = browse()
    page = browser.at("/search", q=QUERY, lang="fa")
    for link in page.locator("link[rel=alternate]").all():
        answer = page.request.get(f"{browser.site}{link.get_attribute('href')}")
        assert answer.headers["content-type"].startswith(link.get_attribute("type"))
        if "atom" in link.get_attribute("type"):
            feed = feedparser.parse(answer.text())
            assert not feed.bozo
            assert feed.entries


def test_a_browser_finds_the_search(browse):
    browser = browse()
    page = browser.at("/")
    link = page.locator("link[rel=search]")
    answer = page.request.get(f"{browser.site}{link.get_attribute('href')}")
    assert answer.headers["content-type"].startswith(link.get_attribute("type"))
    assert f"{browser.site}/search?q={{searchTerms}}" in answer.text()


def test_a_citation_is_a_file_and_can_be_copied(browse, expect):
    browser = browse(permissions=["clipboard-read", "clipboard-write"])
    page = browser.at("/releases/sample-captagon-pomegranates-en")
    page.locator("details.cite > summary").click()
    entry = page.locator("#entry-bibtex").inner_text()
    button = page.locator("[data-copies=entry-bibtex]")
    button.click()
    expect(page.locator("[data-copied]")).not_to_be_empty()
    assert page.evaluate("navigator.clipboard.readText()").strip() == entry.strip()
    with page.expect_download() as download:
        page.locator("#cite-bibtex ~ a[download]").click()
    (cited,) = bibtexparser.parse_string(download.value.path().read_text("utf-8")).entries
    assert cited.fields_dict["url"].value == "https://example.org/captagon-pomegranates/en"
