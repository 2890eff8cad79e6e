"""Addresses: a short one on a page says what the whole one does."""

from urllib.parse import parse_qs, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from web.links import Links
from web.parameters import SearchParameters

text = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


@given(text, text)
def test_any_query_stands_in_a_short_address(query, source):
    asked = SearchParameters(q=query, source=[source], page=3)
    address = Links("/mounted", asked, here="search").search(sort="newest")
    assert address.startswith("?")
    assert not set(address) & set("\"'<> #\u202e\u2066\u200f")
    whole = Links("/mounted", asked).search(sort="newest")
    assert parse_qs(urlsplit(address).query) == parse_qs(urlsplit(whole).query)
    assert parse_qs(urlsplit(address).query) == {"q": [query], "source": [source], "sort": ["newest"]}


def test_letters_stay_as_they_are_on_the_page():
    links = Links("/mounted", SearchParameters(q="قاچاق مواد «x»"), here="search")
    assert links.search() == "?q=قاچاق+مواد+%C2%ABx%C2%BB"
    assert links.why(3) == "?q=قاچاق+مواد+%C2%ABx%C2%BB&why=3#why"
    assert links.at("stories").startswith("/mounted/stories?q=قاچاق")
