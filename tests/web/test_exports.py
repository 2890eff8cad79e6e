"""What is taken along is read by the libraries that others read it with, and is the whole list."""

import csv
import io
import json

import bibtexparser
import pytest
import rispy

from .conftest import HOSTILE, PLAIN

ASKED = {"q": "captagon smuggling", "size": 3, "page": 2}


@pytest.fixture
def whole(client):
    found = client.get("/api/v1/search", params={"q": "captagon smuggling", "size": 100}).json()
    return found["hits"]


def test_a_table_has_every_result_in_its_order(client, whole):
    answer = client.get("/search.csv", params=ASKED)

    assert answer.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert answer.headers["content-disposition"].startswith('attachment; filename="bayan-20')
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert [row["id"] for row in rows] == [hit["id"] for hit in whole]
    assert [row["rank"] for row in rows] == [str(n) for n in range(1, len(whole) + 1)]
    assert [row["found_by"] for row in rows] == ["meaning" if hit["why"]["related"] else "words" for hit in whole]
    for row, hit in zip(rows, whole, strict=True):
        assert row["title"].removeprefix("'") == hit["title"]
        assert client.get(row["permalink"]).status_code == 200


def test_lines_have_the_whole_release(client, whole):
    answer = client.get("/search.jsonl", params=ASKED)

    told = [json.loads(line) for line in answer.text.splitlines()]
    assert [item["id"] for item in told] == [hit["id"] for hit in whole]
    stored = client.get(f"/api/v1/releases/{whole[0]['id']}").json()
    assert {name: told[0][name] for name in ("title", "body", "published", "source", "lang", "content_hash")} == {
        name: stored[name] for name in ("title", "body", "published", "source", "lang", "content_hash")
    }


def test_bibliographies_have_every_result(client, whole):
    entries = bibtexparser.parse_string(client.get("/search.bib", params=ASKED).text)
    assert not entries.failed_blocks
    assert len({entry.key for entry in entries.entries}) == len(whole)

    records = rispy.loads(client.get("/search.ris", params=ASKED).text)
    assert [record.get("title") or record.get("primary_title") for record in records] == [
        " ".join((hit["title"] or PLAIN.body[:80]).split()) for hit in whole
    ]


def test_a_list_goes_beyond_the_depth_of_the_page(client):
    total = client.get("/api/v1/search", params={"q": "lang:en,fa,ar"}).json()["total"]["words"]
    lines = client.get("/search.jsonl", params={"q": "lang:en,fa,ar"}).text.splitlines()
    assert len(lines) == total > 10


def test_no_cell_is_a_formula(hostile_index):
    text = hostile_index.get("/search.csv", params={"q": "formulae"}).content.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert row["title"] == '\'=HYPERLINK("http://x") formulae'


def test_what_means_harm_comes_whole_and_harmless(client):
    answer = client.get("/search.jsonl", params={"q": "zebracorn"})
    assert HOSTILE.id in {json.loads(line)["id"] for line in answer.text.splitlines()}
    for name in ("csv", "bib", "ris"):
        answer = client.get(f"/search.{name}", params={"q": "zebracorn"})
        assert answer.status_code == 200
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(("asked", "status"), [({"q": 'a "half'}, 400), ({}, 400), ({"q": "x", "lang": "xx"}, 400)])
def test_a_query_that_cannot_be_read_is_a_sentence_and_no_file(client, asked, status):
    answer = client.get("/search.csv", params=asked)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert "content-disposition" not in answer.headers


def test_there_are_no_other_formats(client):
    assert client.get("/search.exe", params={"q": "captagon"}).status_code == 400
