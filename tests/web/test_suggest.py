"""Suggestions over the API: the searcher's, whatever is sent."""

import pytest

from search.query import MAX_CHARACTERS


@pytest.mark.parametrize("typed", ["drug traf", "قاچاق مواد مخ", "نيمشه", "нарк", "co", "source:mar", "opium lang:f"])
def test_the_api_gives_what_the_searcher_gives(client, searcher, typed):
    given = client.get("/api/v1/suggest", params={"q": typed, "limit": 20}).json()

    assert given["query"] == typed
    assert given["suggestions"] == [one.as_dict() for one in searcher.suggest(typed, limit=20)]


def test_eight_are_given_and_each_can_be_searched(client):
    given = client.get("/api/v1/suggest", params={"q": "in"}).json()["suggestions"]

    assert len(given) == 8
    for one in given:
        assert client.get("/api/v1/search", params={"q": one["query"], "size": 1}).status_code == 200


@pytest.mark.parametrize(
    "typed", ["", '"open', "-", "OR", "lang:xx", "after:yesterday", "🚓", "\0", "\u202e", "a" * 1000]
)
def test_what_cannot_be_completed_is_no_error(client, typed):
    response = client.get("/api/v1/suggest", params={"q": typed})

    assert (response.status_code, response.json()["suggestions"]) == (200, [])


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"q": "x" * (MAX_CHARACTERS + 1)}, "The query has 1,001 characters; at most 1,000 can be searched for."),
        ({"q": "x", "limit": 21}, 'The parameter "limit" cannot be "21". How many suggestions to give at most'),
        ({"q": "x", "limit": 0}, 'The parameter "limit" cannot be "0".'),
        ({"q": "x", "limit": "many"}, 'The parameter "limit" cannot be "many".'),
        ({"q": "x", "size": 3}, 'There is no parameter "size": there are q, limit.'),
    ],
)
def test_limits_are_told(client, parameters, sentence):
    response = client.get("/api/v1/suggest", params=parameters)

    assert response.status_code == 400
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["detail"].startswith(sentence)


def test_a_hostile_source_is_text_and_is_not_offered_as_a_filter(client):
    given = client.get("/api/v1/suggest", params={"q": "source:<scr", "limit": 20}).json()["suggestions"]

    assert given == []


def test_my_language_first_in_the_api(client):
    asked = {"q": "captagon", "size": 100}
    balanced = client.get("/api/v1/search", params=asked).json()
    given = client.get("/api/v1/search", params=asked | {"prefer": "fa"}).json()

    hits = [hit["id"] for hit in balanced["hits"]]
    langs = {hit["id"]: hit["lang"] for hit in balanced["hits"]}
    assert [hit["id"] for hit in given["hits"]] == sorted(hits, key=lambda identity: langs[identity] != "fa")
    assert given["total"] == balanced["total"]
    assert given["facets"] == balanced["facets"]
    refused = client.get("/api/v1/search", params=asked | {"prefer": "xx"})
    assert refused.status_code == 400
    assert refused.json()["detail"].startswith('"xx" is not one of the languages')
