"""What is offered instead of a search that finds nothing or cannot be read: searches that can, and that are wider."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import query
from web import remedies
from web.interface import Interface
from web.links import Links
from web.parameters import SearchParameters


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ('"frozen fish', "frozen fish"),
        ("OR heroin", "heroin"),
        ("heroin OR", "heroin"),
        ("ab*cd", "ab cd"),
        ("colour:red seizure", "red seizure"),
        ('"frozen fish" -tuna lang:en', "frozen fish"),
        ("«کشف مواد» OR", "«کشف مواد»"),
        ("heroin", None),
        ("lang:xx", "xx"),
        ("lang:fa", None),
        ('"', None),
        ("", None),
    ],
)
def test_the_words_of_a_query_without_its_syntax(typed, words):
    assert remedies.plain(typed) == words


@given(st.text(st.sampled_from('ab "*-:OR langsource\u202e\0«»“”ضб,()'), max_size=40))
def test_what_is_offered_can_be_read_and_is_another_query(typed):
    words = remedies.plain(typed)
    if words is not None:
        assert query.parse(words).meaning
        assert words != typed


def test_each_thing_that_narrows_a_search_can_be_taken_away():
    asked = SearchParameters(q='"a b" c', lang=["fa"], country=["IR"], mode="keyword", without=["drug.heroin"])
    offered = remedies.for_nothing(Links("", asked), Interface())
    assert [remedy.url for remedy in offered] == [
        "/search?q=%22a+b%22+c&mode=keyword&without=drug.heroin",
        "/search?q=%22a+b%22+c&lang=fa&country=IR&without=drug.heroin",
        "/search?q=%22a+b%22+c&lang=fa&country=IR&mode=keyword",
        "/search?q=a+b+c&lang=fa&country=IR&mode=keyword&without=drug.heroin",
    ]


def test_a_search_that_nothing_narrows_has_no_remedy():
    assert remedies.for_nothing(Links("", SearchParameters(q="heroin")), Interface()) == ()


@pytest.mark.parametrize(
    ("address", "status", "sentence", "offered"),
    [
        ("/search?q=%22captagon", 400, "The quotation mark at character 1", ["/search?q=captagon"]),
        (
            "/search?q=captagon&after=2024-44&lang=en",
            400,
            '"2024-44" is not a date',
            ["/search?q=captagon&lang=en"],
        ),
        ("/search?q=captagon&mode=keyword&page=90", 404, "Page 90 lies beyond", ["/search?q=captagon&mode=keyword"]),
    ],
)
def test_a_mistake_is_told_beside_searches_that_work(page, address, status, sentence, offered):
    shown, given_status = page(address)
    told = shown.one("section", "error")
    assert given_status == status
    assert sentence in told.one("p", "sentence").words
    assert [link.attributes["href"] for link in told.all("a")] == offered
    assert [page(link)[1] for link in offered] == [200] * len(offered)
