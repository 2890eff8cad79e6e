"""Numbers, masses and dates are found however a release writes them."""

from dataclasses import replace
from math import log

import numpy as np
import pytest

from search import bm25, values
from search.engines.base import Request
from search.errors import FingerprintError
from search.keywords import compile_query
from search.query import Filters, parse
from search.searcher import Searcher
from tests.behaviour.conftest import CALIBRATION, FINGERPRINT, HashEncoder, found, release, searcher, write


@pytest.fixture(scope="module")
def library(stocked):
    return stocked(
        release("ar", "ar", "ضبط شحنة في الميناء", "ضبطت الجمارك ٥٬٥٠٠ كيلوغرام من الحشيش."),
        release("fa", "fa", "کشف محموله", "پلیس در ۲۳ اردیبهشت ۱۴۰۳ پنج بسته را کشف کرد."),
        release("ru", "ru", "Изъятие в порту", "Изъято 5,5 тысяч таблеток."),
        release("es", "es", "Decomiso en el puerto", "Se decomisaron 26.400 kilogramos de acetona."),
        release("reversed", "ar", "الإنتربول", "أوقف 500 5 شخص في العملية."),
        release("en", "en", "Arrests", "Twelve people were arrested."),
    )


@pytest.mark.parametrize(
    ("typed", "ids"),
    [
        ("5500 kg", {"ar"}),
        ("5,500", {"ar", "ru"}),
        ("5.5 tonnes", {"ar"}),
        ("۵٫۵ هزار", {"ar", "ru"}),
        ("26.4 tonnes", {"es"}),
        ("۲۶۴۰۰ کیلوگرم", {"es"}),
        ("12 May 2024", {"fa"}),
        ("12.05.2024", {"fa"}),
        ("4 ذو القعدة 1445هـ", {"fa"}),
        ("mai 2024", {"fa"}),
        ("13 May 2024", set()),
    ],
)
def test_a_number_is_found_as_others_write_it(library, typed, ids):
    assert set(found(library, typed)) == ids


def test_a_number_printed_backwards_is_not_corrected(library):
    assert "reversed" not in found(library, "5500")
    assert found(library, "500 شخص") == ["reversed"]


def test_quoted_text_and_a_search_without_values_want_the_digits_themselves(library):
    assert found(library, '"5500"') == ["ar"]  # its analysis makes 5500 of ٥٬٥٠٠
    without = Searcher(library, HashEncoder(), CALIBRATION, values=False)
    assert without.search("5.5 tonnes", mode="keyword").hits == ()


def test_the_result_says_why(library):
    (hit,) = searcher(library).search("12 May 2024", mode="keyword").hits
    assert [(word.query, word.form, word.found) for word in hit.why.words] == [
        ("12 May 2024", "number", ("۲۳ اردیبهشت ۱۴۰۳",))
    ]


def test_scores_are_those_of_bm25(open_engine):
    engine = open_engine()
    write(engine, release("a", body="It was 5,500."), release("b", body="It was 6,000."), release("c", body="It was."))
    query = parse("5500")
    compiled = compile_query(query, "en", valued=values.said(query))
    candidates = engine.view().candidates(Request((compiled,), None, Filters(), 0.5, 10, 0))
    idf = log(1 + (3 - 1 + 0.5) / (1 + 0.5))
    length = 2 / ((2 + 2 + 1) / 3)
    score = idf * (bm25.K1 + 1) / (1 + bm25.K1 * (1 - bm25.B + bm25.B * length))
    assert candidates.ids == ["a"]
    assert np.allclose(candidates.bm25, score, rtol=1e-5)
    assert candidates.attainable[0] >= candidates.bm25[0]


def test_another_reading_of_numbers_is_refused(open_engine):

    write(open_engine(), release("a", body="It was 5,500."))
    other = open_engine(replace(FINGERPRINT, values="0-other"))
    with pytest.raises(FingerprintError, match="the reading of numbers and dates"):
        other.view()
