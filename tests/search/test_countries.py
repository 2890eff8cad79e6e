"""Countries by their codes."""

import pytest

from search import countries


@pytest.mark.parametrize(
    ("text", "code"),
    [("QA", "QA"), (" qa ", "QA"), ("QAT", "QA"), ("UK", "GB"), ("xk", "XK"), ("BU", "MM")],
)
def test_a_code_of_iso_3166_names_a_country(text, code):
    assert countries.code(text) == code


@pytest.mark.parametrize(
    "text", ["", "Q", "Qatar", "EU", "UN", "ZZ", "XA", "QQ", "SU", "001", "قطر", "Q\0A", "A" * 10_000]
)
def test_what_names_no_country_or_several_is_none(text):
    assert countries.code(text) is None


def test_the_codes_are_those_of_iso_3166_and_what_cldr_adds():
    assert {"QA", "IR", "TJ", "RU", "FR", "ES", "PS", "TW", "SS"} <= countries.codes()
    # 249 of ISO 3166-1, and islands and exclaves that post offices tell apart.
    assert 249 <= len(countries.codes()) <= 260
    assert all(countries.code(code.lower()) == code for code in countries.codes())
