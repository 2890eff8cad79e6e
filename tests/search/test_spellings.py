from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

import analyzers
from search import spellings


def kept(text: str, lang: str) -> Sequence[str]:
    keys = spellings.kept(text, analyzers.analyzer(lang, exact=True).tokens(text), lang)
    return [key.partition(spellings.SEPARATOR)[2] for key in keys]


@pytest.mark.parametrize(
    ("lang", "text", "words"),
    [
        ("en", "INTERPOL’s officers seized 4,000 Captagon pills on 12 May", ["INTERPOL", "officers", "seized", "Captagon", "pills", "May"]),
        ("fr", "La saisie d’opium et de l'héroïne", ["saisie", "opium", "héroïne"]),
        ("fa", "پلیس او را دستگیر می‌کند", ["پلیس", "دستگیر"]),
        ("fa", "کتاب‌ها و کتاب‌هـا می‌سوخت", ["کتاب‌ها", "می‌سوخت"]),
        ("ar", "ضبط \u200fالإنتربول\u200f المخدّرات", ["ضبط", "الإنتربول", "المخدّرات"]),
        ("ru", "Изъяты наркотики, ещё №5", ["Изъяты", "наркотики", "ещё"]),
        ("es", "la cocaína de la policía", ["cocaína", "policía"]),
    ],
)  # fmt: skip
def test_words_are_kept_as_they_are_written(lang, text, words):
    assert kept(text, lang) == words


def test_a_word_is_kept_once():
    assert kept("Police police police Police", "en") == ["Police", "police"]


@given(st.text(max_size=200), st.sampled_from(analyzers.LANGUAGES))
def test_what_is_kept_says_its_term_and_nothing_else(text, lang):
    exact = analyzers.analyzer(lang, exact=True)
    for key in spellings.kept(text, exact.tokens(text), lang):
        term, _, spelling = key.partition(spellings.SEPARATOR)
        assert exact.terms(spelling) == [term]


def test_the_usual_spelling_is_the_most_frequent_one_and_of_equals_the_plain_one():
    assert spellings.usual({"Police": 3, "police": 3, "POLICE": 1}) == "police"
    assert spellings.usual({"INTERPOL": 9, "Interpol": 8, "interpol": 1}) == "INTERPOL"
    assert spellings.grouped([("police\tPolice", 2), ("police\tpolice", 3)]) == {"police": {"Police": 2, "police": 3}}
