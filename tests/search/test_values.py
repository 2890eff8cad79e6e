"""Numbers, masses and dates as keys."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import calendars, query, values

TABLE = [
    tuple(line.split("\t"))
    for line in (Path(__file__).parent / "values.tsv").read_text("utf-8").splitlines()
    if not line.startswith("#")
]
DIGITS = ["0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹"]
LANGS = ["ar", "fa", "en", "ru", "fr", "es"]


def keys(text, lang=None):
    return [key for value in values.find(text, lang) for key in value.keys]


@pytest.mark.parametrize(("lang", "text", "expected"), TABLE)
def test_table(lang, text, expected):
    assert keys(text, lang) == ([] if expected == "-" else expected.split())


@pytest.mark.parametrize(("lang", "text"), [row[:2] for row in TABLE if row[2] != "-"])
def test_a_query_of_no_language_has_every_key_of_the_text(lang, text):
    assert set(keys(text, lang)) <= set(keys(text))


@given(
    st.integers(values.PLAIN, 10**12),
    st.sampled_from(DIGITS),
    st.sampled_from(["", " ", "\u00a0", "\u202f", "٬", "'"]),
    st.sampled_from(LANGS),
)
def test_a_whole_number_has_its_key_in_every_script(number, digits, mark, lang):
    written = f"{number:,}".replace(",", mark).translate({ord(c): digits[int(c)] for c in "0123456789"})
    (value,) = values.find(f"({written}).", lang)
    assert value.keys == (str(number),)
    assert (value.start, value.end) == (1, 1 + len(written))


@given(st.decimals(0, 10**6, places=2), st.sampled_from(DIGITS), st.sampled_from(".,٫"), st.sampled_from(LANGS))
def test_a_decimal_has_its_key_in_every_script(number, digits, mark, lang):
    written = f"{number:f}".replace(".", mark).translate({ord(c): digits[int(c)] for c in "0123456789"})
    whole = number == int(number)
    expected = [str(int(number))] if whole else [f"{number:f}".rstrip("0")]
    assert keys(written, lang) == ([] if whole and number < values.PLAIN else expected)


@given(st.dates(date(1930, 1, 1), date(2070, 1, 1)), st.sampled_from(["jalali", "hijri"]))
def test_a_day_of_any_calendar_finds_the_release_of_another(day, calendar):
    year, month, number = calendars.written(day, calendar)
    typed = f"{year}/{month:02}/{number:02}" + {"jalali": " ه.ش", "hijri": " هـ"}[calendar]
    assert set(keys(typed)) <= set(values.terms(f"on {day.day} {day:%B} {day.year}.", "en"))


def test_a_month_finds_its_days_and_a_day_does_not_find_its_month():
    release = values.terms("در ۲۳ اردیبهشت ۱۴۰۳", "fa")
    assert set(keys("May 2024")) & set(release)
    assert not set(keys("12 May 2024")) & set(values.terms("May 2024", "en"))
    assert set(keys("12 May")) <= set(release)


def test_every_release_has_a_term():
    assert values.terms("", "en") == [values.NONE]
    assert not any(term != term.strip() or " " in term for term in values.terms("5 500 kg, 12 May 2024", "en"))


def test_quoted_text_means_what_it_says():
    assert values.said(query.parse('"5,500 kg"')) == {}
    assert [value.keys for value in values.said(query.parse("5500 OR 6,000"))["6,000"]] == [("6000",)]


PIECES = ["5", "٥", "500", "۵۰۰", ".", ",", "٬", "٫", "،", " ", "\u00a0", "\u200f", "\u0640", "'", "هزار", "و", "mil", "kg",
          "طن", "тыс.", "million", "-", "\0", "é", "e\u0301", "²", "½", "12 May 2024", "(", "\n", "مليوني", "𝟙"]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join), st.sampled_from([*LANGS, None]))
def test_offsets_hold_in_any_text(text, lang):
    for value in values.find(text, lang):
        assert 0 <= value.start < value.end <= len(text)
        assert value.keys
        assert text[value.start : value.end].strip()


@given(st.text(max_size=200))
def test_terms_can_be_parted_by_spaces(text):
    assert all(term.split() == [term] for term in values.terms(text, "fa"))


@pytest.mark.parametrize("unit", ["1", "1 000 ", "5,", "۵ هزار و ", "mil ", "طن و902 كيلوغرام ", "2.", "\u200f5"])
def test_long_runs_are_read(unit):
    text = unit * 5_000
    assert all(0 <= value.start < value.end <= len(text) for value in values.find(text))
