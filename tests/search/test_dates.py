"""Dates in six languages and three calendars."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import calendars
from search.dates import Dated, Sure, find
from search.dates.vocabulary import WORDS
from search.vocabulary import key

TABLE = [
    tuple(line.split("\t"))
    for line in (Path(__file__).parent / "dates.tsv").read_text("utf-8").splitlines()
    if not line.startswith("#")
]
DIGITS = ["0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹"]


def told(dated: Dated) -> str:
    if dated.day:
        return dated.day.isoformat()
    calendar = "" if dated.calendar == "gregorian" else dated.calendar
    month = f"-{dated.month:02}" if dated.month else ""
    return f"{calendar}{dated.year or '-'}{month}" + (f"-{dated.number:02}" if dated.number else "")


@pytest.mark.parametrize(("lang", "text", "expected"), TABLE)
def test_table(lang, text, expected):
    assert [told(dated) for dated in find(text, lang)] == ([] if expected == "-" else expected.split())


@pytest.mark.parametrize(("lang", "text"), [row[:2] for row in TABLE if row[2] != "-"])
def test_a_sentence_around_it_and_other_digits_change_nothing(lang, text):
    found = find(text, lang)
    for digits in DIGITS:
        other = text.translate({ord(c): str(int(c)) for c in text if c.isdecimal()})
        other = other.translate({ord(c): digits[int(c)] for c in "0123456789"})
        moved = find(f"({other}).", lang)
        assert [told(dated) for dated in moved] == [told(dated) for dated in found]
        assert [(dated.start, dated.end) for dated in moved] == [(dated.start + 1, dated.end + 1) for dated in found]


def test_both_days_of_a_pair_say_the_same():
    hijri, gregorian = find("يوم 25 محرم 1433 هـ الموافق 20 ديسمبر 2011 م", "ar")
    assert (hijri.calendar, hijri.text, hijri.sure) == ("hijri", "25 محرم 1433 هـ", Sure.CERTAIN)
    assert hijri.beside == gregorian.beside == gregorian.day == date(2011, 12, 20)
    assert not hijri.conflict


def test_a_moon_seen_a_day_later_gives_the_other_calendars_day():
    hijri, _ = find("1 رمضان 1445هـ الموافق 12 مارس 2024م", "ar")
    assert hijri.day == date(2024, 3, 12)
    assert hijri.sure is Sure.CERTAIN


def test_a_contradiction_is_told_and_nothing_is_corrected():
    for text in ("25 محرم 1433 هـ الموافق 25 ديسمبر 2011 م", "25 محرم 1433 (25 ديسمبر 2011)"):
        hijri, gregorian = find(text, "ar")
        assert (hijri.day, gregorian.day) == (date(2011, 12, 20), date(2011, 12, 25))
        assert hijri.conflict
        assert gregorian.conflict
        assert gregorian.sure is Sure.DOUBTFUL
    (double,) = find("3 أيار/يونيو 2020", "ar")
    assert double.conflict


def test_an_ambiguous_order_gives_both_days():
    (dated,) = find("05/12/2024", "en")
    assert (dated.day, dated.other, dated.sure) == (date(2024, 12, 5), date(2024, 5, 12), Sure.DOUBTFUL)
    (dated,) = find("05/12/2024", "fr")
    assert (dated.day, dated.other, dated.sure) == (date(2024, 12, 5), None, Sure.LIKELY)


def test_an_ambiguous_year_gives_both_days():
    (dated,) = find("1403/01/01")
    assert (dated.day, dated.sure) == (date(2024, 3, 20), Sure.DOUBTFUL)
    assert dated.other == calendars.span("hijri", 1403, 1, 1)[0]


@pytest.mark.parametrize(
    ("text", "lang", "sure"),
    [
        ("15 تیر", "fa", Sure.DOUBTFUL),  # or 15 bullets
        ("۱۵ خرداد", "fa", Sure.LIKELY),
        ("20 آب", "ar", Sure.LIKELY),
        ("20 آب", "fa", Sure.DOUBTFUL),  # water
        ("May 12", "en", Sure.LIKELY),
        ("12/05/24", "fr", Sure.DOUBTFUL),
        ("12-May-24", "en", Sure.LIKELY),
        ("12.05.2024", "ru", Sure.CERTAIN),
        ("2024-05-12", None, Sure.CERTAIN),
    ],
)
def test_how_sure(text, lang, sure):
    (dated,) = find(text, lang)
    assert dated.sure is sure


@given(
    st.dates(date(1924, 9, 1), date(2076, 1, 1)),
    st.sampled_from(["gregorian", "jalali", "hijri"]),
    st.sampled_from(DIGITS),
)
def test_a_day_written_in_any_calendar_is_that_day(day, calendar, digits):
    year, month, number = calendars.written(day, calendar)
    era = {"gregorian": " م", "jalali": " ه.ش", "hijri": " هـ"}[calendar]
    text = f"{year:04}/{month:02}/{number:02}".translate({ord(c): digits[int(c)] for c in "0123456789"})
    (dated,) = find(f"في {text}{era} قال", "ar")
    assert dated.day == day
    assert dated.calendar == calendar
    assert calendars.span(calendar, year, month, number) == (day, day)


PIECES = ["12", "١٢", "2024", "۱۴۰۳", "مايو", "تیر", "May", "мая", "de", "/", "-", ".", " ", "،", "هـ", "م", "الموافق", "(",
          ")", "\u200f", "\u200c", "\u0640", "\0", "é", "e\u0301", "²", "و", "ﻣﺎﻳﻮ", "\n", "𝟙", "👍"]  # fmt: skip


@given(
    st.lists(st.sampled_from(PIECES), max_size=40).map("".join),
    st.sampled_from(["ar", "fa", "en", "ru", "fr", "es", None]),
)
def test_offsets_hold_in_any_text(text, lang):
    end = 0
    for dated in find(text, lang):
        assert end <= dated.start < dated.end <= len(text)
        assert text[dated.start : dated.end] == dated.text
        assert (dated.first is None) == (dated.last is None)
        end = dated.end


@given(st.text(max_size=200))
def test_whatever_is_read_stands_in_the_text(text):
    assert all(text[dated.start : dated.end] == dated.text for dated in find(text))


@pytest.mark.parametrize("unit", ["ا", "12/", "1 ", "مايو ", "12 May ", "و", "12, ", "\u200f", "2024"])
def test_long_runs_are_read(unit):
    text = unit * 10_000
    assert all(text[dated.start : dated.end] == dated.text for dated in find(text, "ar"))


def test_every_name_of_a_month_in_the_files_is_read_with_a_day_and_a_year():
    for calendar, year in (("gregorian", 2023), ("jalali", 1402), ("hijri", 1445)):
        for number in range(1, 13):
            names = WORDS.section(f"{calendar}.{number}")
            assert {"ar", "fa", "en", "ru", "fr", "es"} <= {word.lang for word in names} or calendar != "gregorian"
            for _, lang, name, _ in names:
                (dated,) = find(f"7 {name} {year}", lang)
                assert (dated.calendar, dated.year, dated.month, dated.number) == (calendar, year, number, 7), name


def test_no_name_means_two_months():
    seen = {}
    for calendar in ("gregorian", "jalali", "hijri"):
        for number in range(1, 13):
            for _, _, name, _ in WORDS.section(f"{calendar}.{number}"):
                assert seen.setdefault(key(name), (calendar, number)) == (calendar, number), name
