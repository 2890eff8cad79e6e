import pytest

from analyzers import analyzer
from tests.analyzers.forms import DIFFERENT, EQUAL, KEPT, MARKED, rows


@pytest.mark.parametrize(
    ("lang", "forms"), rows(EQUAL, "|"), ids=lambda value: value if isinstance(value, str) else value[0]
)
def test_forms_of_one_word_are_one_term(lang, forms):
    terms = {form: analyzer(lang).terms(form) for form in forms}
    first = terms[forms[0]]
    assert {form: found for form, found in terms.items() if found != first} == {}, first


@pytest.mark.parametrize(
    ("lang", "forms"), rows(DIFFERENT, "≠"), ids=lambda value: value if isinstance(value, str) else value[0]
)
def test_words_that_only_look_alike_differ(lang, forms):
    one, other = (analyzer(lang).terms(form) for form in forms)
    assert one != other


@pytest.mark.parametrize(("lang", "word"), [(lang, word) for lang, words in KEPT.items() for word in words.split()])
def test_words_that_matter_are_no_stop_words(lang, word):
    assert len(analyzer(lang).terms(word)) == 1


@pytest.mark.parametrize(("lang", "text"), [(lang, text) for lang, texts in MARKED.items() for text in texts])
@pytest.mark.parametrize("exact", [False, True])
def test_marks_around_a_word_are_no_part_of_it(lang, text, exact):
    name = {"ar": "الإنتربول", "fa": "اینترپل", "ru": "Интерпол"}.get(lang, "Interpol")
    chain = analyzer(lang, exact=exact)
    assert chain.terms(name)[0] in chain.terms(text)
