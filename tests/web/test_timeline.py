"""The timeline: every release of the list stands in it once, and every bar leads to what it counts."""

from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import calendars
from search.results import FacetValue, Results, Total
from web.interface import Interface
from web.links import Links
from web.parameters import SearchParameters
from web.preferences import Preferences
from web.timeline import HEIGHT, timeline


def results(months: dict[str, int]) -> Results:
    facets = {"month": tuple(FacetValue(month, count) for month, count in months.items())}
    return Results("x", "x", ("en",), Total(1, 0), 1, 1, 10, 1.0, (), None, facets, ())


def drawn(months, after=None, before=None, lang="en"):
    links = Links("", SearchParameters(q="x", after=after, before=before))
    return timeline(results(months), links, Interface(Preferences(lang)))


def days(url: str) -> tuple[date, date]:
    asked = parse_qs(urlsplit(url).query)
    return calendars.day(asked["after"][0]), calendars.day(asked["before"][0], end=True)


def test_a_short_time_is_shown_by_month():
    shown = drawn({"2024-03": 4, "2024-01": 1})
    assert [bar and (bar.label, bar.count, bar.height) for bar in shown.bars] == [
        ("January 2024", 1, HEIGHT // 4),
        None,
        ("March 2024", 4, HEIGHT),
    ]
    assert shown.bars[0].url == "/search?q=x&after=2024-01&before=2024-01"
    assert (shown.begin, shown.end, shown.monthly, shown.out) == ("January 2024", "March 2024", True, ())


def test_a_long_time_is_shown_by_year_and_a_longer_one_by_several():
    by_year = drawn({"1990-03": 4, "2020-01": 1, "2020-12": 2})
    assert [(bar.label, bar.count) for bar in by_year.bars if bar] == [("1990", 4), ("2020", 3)]
    by_decade = drawn({"1801-03": 4, "2020-01": 1})
    assert [(bar.label, days(bar.url)) for bar in by_decade.bars if bar] == [
        ("1800–1809", (date(1800, 1, 1), date(1809, 12, 31))),
        ("2020–2029", (date(2020, 1, 1), date(2029, 12, 31))),
    ]


@pytest.mark.parametrize("months", [{}, {"2024-03": 7}])
def test_one_month_is_no_timeline(months):
    assert drawn(months) is None


def test_a_chosen_month_stands_in_its_year_with_ways_out():
    shown = drawn({"2022-03": 1, "2023-02": 1, "2023-05": 3}, after="2023-05", before="2023-05")
    assert len(shown.bars) == 12
    assert [(bar.label, bar.outside) for bar in shown.bars if bar] == [("February 2023", True), ("May 2023", False)]
    assert [(way.label, way.url) for way in shown.out] == [
        ("All dates", "/search?q=x"),
        ("2023", "/search?q=x&after=2023&before=2023"),
    ]


def test_dates_of_other_calendars_limit_it_too():
    shown = drawn({"2024-01": 1, "2024-04": 2, "2024-05": 3}, after="1403-02", before="1403-02")
    assert [(bar.label, bar.outside) for bar in shown.bars if bar] == [
        ("January 2024", True),
        ("April 2024", False),
        ("May 2024", False),
    ]


def test_labels_are_in_the_language_and_the_digits_of_the_reader():
    shown = timeline(
        results({"2024-01": 1, "2024-02": 2}),
        Links("", SearchParameters(q="x")),
        Interface(Preferences("fa", "arabext")),
    )
    assert (shown.begin, shown.end) == ("ژانویه ۲۰۲۴", "فوریه ۲۰۲۴")


month = st.dates(date(1800, 1, 1), date(2199, 12, 31)).map(lambda day: day.isoformat()[:7])


@given(st.dictionaries(month, st.integers(1, 10**6), min_size=2, max_size=60))
def test_each_release_is_counted_once_where_its_bar_leads(months):
    shown = drawn(months)
    bars = [bar for bar in shown.bars if bar]
    assert sum(bar.count for bar in bars) == sum(months.values())
    assert len(shown.bars) <= 40
    assert max(bar.height for bar in bars) == HEIGHT
    for bar in bars:
        after, before = days(bar.url)
        inside = [n for name, n in months.items() if after <= date.fromisoformat(f"{name}-01") <= before]
        assert bar.count == sum(inside)
        assert 0 < bar.height <= HEIGHT


@given(st.dictionaries(month, st.integers(1, 9), max_size=9), month, month)
def test_any_limits_can_be_drawn(months, after, before):
    shown = drawn(months, min(after, before), max(after, before))
    assert shown is None or (len(shown.bars) >= 2 and shown.out)
