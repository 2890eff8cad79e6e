"""Days shown in three calendars: as the filters of a query take them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import calendars


@pytest.mark.parametrize(
    ("key", "shown"),
    [("gregorian", "2024-05-12"), ("persian", "1403-02-23"), ("islamic", "1445-11-04h")],
)
def test_a_day_in_each_calendar(key, shown):
    assert calendars.shown(date(2024, 5, 12), key) == shown


@given(st.dates(date(1924, 9, 1), date(2076, 1, 1)), st.sampled_from(["gregorian", "persian", "islamic"]))
def test_what_is_shown_can_be_asked_for(day, key):
    assert calendars.day(calendars.shown(day, key) or "") == day


@pytest.mark.parametrize(
    ("day", "key"),
    [
        (date(1, 1, 1), "persian"),
        (date(1, 1, 1), "gregorian"),
        (date(1900, 1, 1), "islamic"),
        (date(9999, 12, 31), "persian"),
        (date(9999, 12, 31), "islamic"),
    ],
)
def test_a_day_beyond_the_tables_is_not_shown(day, key):
    assert calendars.shown(day, key) is None
