"""The query syntax, piece by piece, and what is said of what cannot be read."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.errors import QueryError
from search.query import Clause, Filters, Group, parse, rewritten


def units(text: str) -> list[list[tuple[str, str]]]:
    return [[(clause.kind, clause.text) for clause in group.alternatives] for group in parse(text).groups]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("drug seizure", [[("words", "drug seizure")]]),
        ('drug "border guard" seizure', [[("words", "drug")], [("phrase", "border guard")], [("words", "seizure")]]),
        ("“مكافحة المخدرات” دبي", [[("phrase", "مكافحة المخدرات")], [("words", "دبي")]]),
        ("«Калкан» в Тегеране", [[("words", "«Калкан» в Тегеране")]]),
        ("’’ليون فيش‘‘", [[("words", "’’ليون فيش‘‘")]]),
        ("”الإنتربول“", [[("words", "”الإنتربول“")]]),
        ("opium OR heroin", [[("words", "opium"), ("words", "heroin")]]),
        (
            "large opium OR heroin seizure",
            [[("words", "large")], [("words", "opium"), ("words", "heroin")], [("words", "seizure")]],
        ),
        ('"red notice" OR extradition', [[("phrase", "red notice"), ("words", "extradition")]]),
        ("a OR b OR c", [[("words", "a"), ("words", "b"), ("words", "c")]]),
        ("smuggl* route", [[("prefix", "smuggl")], [("words", "route")]]),
        ("or not", [[("words", "or not")]]),
        ("AN0M 17.4 COVID-19", [[("words", "AN0M 17.4 COVID-19")]]),
        ("10:24 http://example.org", [[("words", "10:24 http://example.org")]]),
        ("don't", [[("words", "don't")]]),
    ],
)
def test_reads(text, read):
    assert units(text) == read


def test_exclusions():
    query = parse('opium -police -"border guard" - dash')
    assert query.excluded == (Clause("words", "police"), Clause("phrase", "border guard"))
    assert units("opium -police")[0] == [("words", "opium")]


def test_marks_of_direction_do_not_hide_syntax():
    assert parse("\u200f-شرطة أفيون").excluded == (Clause("words", "شرطة"),)
    assert parse('\u202b"مواد مخدر"\u202c').groups == (Group((Clause("phrase", "مواد مخدر"),)),)


def test_filters():
    query = parse('قاچاق lang:fa source:"Ministry of Interior" after:2020 before:2021-06')
    assert query.filters == Filters(("fa",), ("Ministry of Interior",), date(2020, 1, 1), date(2021, 6, 30))
    assert parse("after:۲۰۲۰-۰۲-۲۹").filters.after == date(2020, 2, 29)
    assert parse("lang:fa,ar").filters.langs == ("fa", "ar")
    assert parse("country:qa,IRN,QA").filters.countries == ("QA", "IR")


def test_filters_are_in_four_dimensions():
    filters = parse("lang:fa source:IRNA country:IR after:2020").filters
    assert filters.active == ("lang", "source", "country", "time")
    for dimension in filters.active:
        assert dimension not in filters.without(dimension).active
        assert filters.without(dimension).merged(filters) == filters
    assert not Filters()
    assert Filters(before=date(2020, 1, 1))
    assert filters.merged(Filters(countries=("IR", "QA"))) == filters
    with pytest.raises(QueryError, match="contradict"):
        filters.merged(Filters(countries=("QA",)))


@pytest.mark.parametrize(
    ("value", "first", "last"),
    [
        ("1403/01/01", date(2024, 3, 20), date(2024, 3, 20)),
        ("۱۴۰۳/۰۱/۰۱", date(2024, 3, 20), date(2024, 3, 20)),
        ("1403-12", date(2025, 2, 19), date(2025, 3, 20)),
        ("1403", date(2024, 3, 20), date(2025, 3, 20)),
        ("1445-09-01h", date(2024, 3, 11), date(2024, 3, 11)),
        ("١٤٤٥/٠٩هـ", date(2024, 3, 11), date(2024, 4, 9)),
        ("1445H", date(2023, 7, 19), date(2024, 7, 6)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
    ],
)
def test_days_of_three_calendars(value, first, last):
    assert parse(f"after:{value}").filters.after == first
    assert parse(f"before:{value}").filters.before == last


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("1404-12-30", "its calendar has no such day"),
        ("1445-13h", "its calendar has no such day"),
        ("1300h", "years go from 1343 to 1500"),
        ("2024h", "years go from 1343 to 1500"),
        ("1600", "years go from 1800 to 2199"),
        ("1445-09-01x", "a Lunar Hijri one as 1445-10-22h"),
    ],
)
def test_what_is_no_day_is_told(value, said):
    with pytest.raises(QueryError, match=said):
        parse(f"after:{value}")


def test_meaning_is_the_text_without_syntax():
    assert parse('drug "border guard" -police smuggl* lang:fa').meaning == "drug border guard smuggl"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ('""', "empty"),
        ("x" * 10_000, "10,000 characters; at most 1,000"),
        ('"red notice', "character 1 has no partner"),
        ('opium "red notice" "x', "character 20 has no partner"),
        ("titel:opium", 'no filter "titel": the filters are lang:, source:, country:, after:, before:.'),
        ("lang:xx opium", '"xx" is not one of the languages ar, fa, en, ru, fr, es'),
        ("country:Qatar opium", '"Qatar" is not the code of a country: write two letters of ISO 3166-1'),
        ("country:QA,,IR", '"" is not the code of a country'),
        ("country:QA country:IR", "contradict"),
        ("after:yesterday", '"yesterday" is not a date: write 2024-05-01'),
        ("after:2024-02-30", '"2024-02-30" is not a date'),
        ("after:2024 before:2023", "No day is both from 2024-01-01 on and until 2023-12-31"),
        ("lang:fa lang:ar", "contradict"),
        ("-lang:fa opium", "leave out the minus before “lang:”"),
        ("OR opium", "OR must stand between"),
        ("opium OR", "OR must stand between"),
        ("opium OR OR heroin", "OR must stand between"),
        ("*", "empty"),
        ("— ... 🚓 ؟", "empty"),
        ("--- -.", "empty"),
        ("lang: fa", "The filter lang: needs its value right after the colon"),
        ("o* opium", "asterisk"),
        ("o*um", "asterisk"),
        ("a " * 100, "more than 64"),
    ],
)
def test_says_what_cannot_be_read(text, said):
    with pytest.raises(QueryError, match=said):
        parse(text)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_with_a_sentence(text):
    refused = None
    try:
        query = parse(text)
    except QueryError as error:
        refused = str(error)
    assert refused.endswith((".", '"', "smuggl*")) if refused is not None else query.text == text


def test_only_words_and_phrases_are_rewritten():
    text = 'opuim  OR "raw opuim" -opuim source:opuim lang:en opuim, opu* (opuim)'
    assert rewritten(text, {"opuim": "opium", "opu*": "opi*"}) == (
        'opium  OR "raw opium" -opuim source:opuim lang:en opuim, opi* (opuim)'
    )


@given(st.text(max_size=200))
def test_what_is_not_changed_is_read_as_before(text):
    try:
        before = parse(text)
    except QueryError:
        return
    after = parse(rewritten(text, {}))
    assert (after.groups, after.excluded, after.filters) == (before.groups, before.excluded, before.filters)
