"""How much the words of a query count beside its meaning."""

import pytest

from search import fusion, lexicon, values
from search.keywords import compile_query
from search.query import parse
from search.settings import Settings


@pytest.fixture(scope="module")
def weight():
    settings = Settings()
    known = lexicon.load(settings.lexicon, settings.cache)

    def weight(text: str, names: float = 0.0) -> float:
        read = parse(text)
        said, valued = known.said(read), values.said(read)
        compiled = [
            compile_query(read, lang, said, known.terms, valued) for lang in ("ar", "fa", "en", "ru", "fr", "es")
        ]
        return fusion.weight(compiled, names)

    return weight


@pytest.mark.parametrize("word", ["Yesenkulov", "Шток", "کاپتاگون", "منشآت"])
def test_a_single_word_counts_most(weight, word):
    assert weight(word) == pytest.approx(fusion.MOST)


def test_what_other_languages_can_match_counts_more_than_what_they_cannot(weight):
    headline = "churches in Harlem struggle as their choirs fall silent"
    assert fusion.LEAST <= weight(headline) < weight("police seize cocaine on a lorry, 638 kg of heroin") <= fusion.MOST


def test_names_that_releases_have_add_to_it(weight):
    query = "Willoughby furious after Peter Jones leaves the studio"
    assert weight(query) < weight(query, 0.3) < weight(query, 0.6)
    assert weight(query, 1.0) == pytest.approx(fusion.MOST)


def test_a_number_counts_in_any_digits(weight):
    assert weight("ضبط ۱۴۸۵۰ قطعة من شيء ما") == pytest.approx(weight("ضبط 14850 قطعة من شيء ما"))


def test_a_query_of_filters_alone_has_the_least(weight):
    assert weight("lang:fa") == fusion.LEAST
