"""Entries of bibliographies: what reference managers read back is what the release says."""

import json
from datetime import date

import bibtexparser
import pytest
import rispy
from hypothesis import given
from hypothesis import strategies as st

from search.release import Release
from web import citations

FULL = Release(
    "u-1",
    "fa",
    "کشف ۲۰ کیلوگرم تریاک {در} زاهدان & 100% #1 a_b",
    "متن خبر",
    published=date(2024, 5, 1),
    place="زاهدان",
    source="پلیس مبارزه با مواد مخدر, ناجا",
    url="https://example.org/fa/%D8%AE?a={b}&c=d#e",
    fetched_at="2024-05-02T08:30:00+00:00",
)
BARE = Release("b", "ar", "", "ضبطت الشرطة " * 20, fetched_at="yesterday", url="javascript:alert(1)", sample=True)


def read(text: str):
    library = bibtexparser.parse_string(text)
    assert not library.failed_blocks
    return library.entries


def test_bibtex_says_all_that_is_known():
    (entry,) = read(citations.bibtex(FULL))

    assert (entry.entry_type, entry.key) == ("misc", citations.key(FULL))
    fields = {field.key: field.value for field in entry.fields}
    assert fields == {
        "author": r"{پلیس مبارزه با مواد مخدر, ناجا}",
        "title": r"{کشف ۲۰ کیلوگرم تریاک {\textbraceleft}در{\textbraceright} زاهدان \& 100\% \#1 a\_b}",
        "howpublished": "Press release",
        "date": "2024-05-01",
        "year": "2024",
        "month": "may",
        "address": "زاهدان",
        "language": "Persian",
        "langid": "persian",
        "url": "https://example.org/fa/%D8%AE?a=%7Bb%7D&c=d#e",
        "urldate": "2024-05-02",
    }


def test_ris_says_all_that_is_known():
    text = citations.ris(FULL)

    assert text.startswith("TY  - ELEC\r\n")
    assert text.endswith("ER  - \r\n")
    (record,) = rispy.loads(text)
    assert record == {
        "type_of_reference": "ELEC",
        "id": citations.key(FULL),
        "type_of_work": "Press release",
        "title": FULL.title,
        "authors": [FULL.source],
        "year": "2024",
        "date": "2024/05/01/",
        "place_published": "زاهدان",
        "language": "fa",
        "urls": [FULL.url],
        "access_date": "2024/05/02/",
    }


def test_csl_json_says_all_that_is_known():
    assert citations.csl(FULL) == {
        "id": citations.key(FULL),
        "type": "webpage",
        "genre": "Press release",
        "title": FULL.title,
        "author": [{"literal": FULL.source}],
        "issued": {"date-parts": [[2024, 5, 1]]},
        "publisher-place": "زاهدان",
        "language": "fa",
        "URL": FULL.url,
        "accessed": {"date-parts": [[2024, 5, 2]]},
    }
    assert json.loads(citations.FORMATS["csl"].write(FULL)) == [citations.csl(FULL)]


def test_what_is_not_known_is_not_told_and_only_web_addresses_are_links():
    told = citations.csl(BARE)

    assert set(told) == {"id", "type", "genre", "title", "language", "note"}
    assert told["type"] == "report"
    assert told["title"] == f"{BARE.body[:80]}…"
    assert rispy.loads(citations.ris(BARE))[0]["type_of_reference"] == "RPRT"
    (entry,) = read(citations.bibtex(BARE))
    assert {field.key for field in entry.fields} == {"title", "howpublished", "language", "langid", "note"}


@pytest.mark.parametrize("other", [{"title": "x"}, {"published": None}, {"source": "y"}])
def test_a_key_stays_when_the_release_is_corrected(other):
    fields = {name: getattr(FULL, name) for name in ("id", "lang", "title", "body", "published", "source")}
    assert citations.key(Release(**fields | other)) == citations.key(FULL)
    assert citations.key(BARE) != citations.key(FULL)


TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1) | st.sampled_from(
    ["}", "{", "\\", "\\}", "@misc{x,", "a\r\nER  - \r\nTY  - JOUR", 'a" # "b', "%", "\u202e", "می‌کند"]
)


@given(title=TEXT, source=TEXT, place=TEXT)
def test_no_text_gets_out_of_its_field(title, source, place):
    release = Release("a", "en", title, "body", source=source, place=place, url="https://example.org/")

    (entry,) = read(citations.bibtex(release))
    assert entry.fields_dict["url"].value == "https://example.org/"
    lines = citations.ris(release).split("\r\n")
    tags = [line[:6] for line in lines if line]
    assert len(tags) == len(set(tags))
    assert set(tags) <= {f"{tag}  - " for tag in ("TY", "ID", "M3", "TI", "AU", "CY", "LA", "UR", "ER")}
    assert "می‌کند" not in title or "می‌کند" in citations.csl(release)["title"]
