"""The pages to read agree with what is said of them to be golden."""

import html
import json
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from analyzers import LANGUAGES
from indexer.agencies import by_name
from indexer.language import detect
from search.release import from_mapping

FOLDER = Path(__file__).parent / "pages"
GOLDEN = [json.loads(line) for line in (FOLDER / "golden.jsonl").read_text("utf-8").splitlines()]
ENCODINGS = {
    "charset-ar-1.html": "cp1256",
    "charset-fa-1.html": "utf-16",
    "charset-fr-1.html": "cp1252",
    "charset-ru-1.html": "cp1251",
}


def squeezed(text):
    return " ".join(text.split())


def shown(golden):
    text = (FOLDER / golden["file"]).read_bytes().decode(ENCODINGS.get(golden["file"], "utf-8"))
    if golden["file"].endswith(".html"):
        text = html.unescape(re.sub(r"<[^>]*>", " ", text))
    return squeezed(text)


def test_every_page_is_told_once():
    files = sorted(path.name for path in FOLDER.iterdir() if path.suffix in {".html", ".txt"})
    assert [golden["file"] for golden in GOLDEN] == files


def test_the_set_is_broad():
    assert Counter(golden["lang"] for golden in GOLDEN) == dict.fromkeys(LANGUAGES, 12)
    assert len({golden["file"].split("-")[0] for golden in GOLDEN}) >= 14
    assert len({golden["body"] for golden in GOLDEN}) == len(GOLDEN)


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda golden: golden["file"])
def test_the_page_has_what_is_golden_and_more(golden):
    page = shown(golden)
    paragraphs = [squeezed(paragraph) for paragraph in golden["body"].split("\n\n")]
    places = [page.find(paragraph) for paragraph in paragraphs]
    assert -1 not in places
    assert places == sorted(places)
    assert page.index(squeezed(golden["title"])) < places[0]
    assert 80 <= len(golden["body"].split()) <= 350
    assert len(page) > len(golden["title"]) + len(golden["body"])
    if golden["place"]:
        assert golden["place"] in page


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda golden: golden["file"])
def test_what_is_golden_is_a_release(golden):
    release = from_mapping(
        {name: golden[name] for name in ("lang", "title", "body", "published", "place", "source", "url")}
    )
    assert detect(release.text) == golden["lang"] == golden["file"].split("-")[1]
    if golden["published"]:
        assert date(2000, 1, 1) < release.published < date(2024, 11, 19)  # the day of the pages' clocks
    named = by_name(golden["source"] or "")
    assert named is None or golden["source"] == named.name(golden["lang"])
