"""What is offered instead of a query that finds nothing or little, over the sample corpus, by every engine."""

import json
from pathlib import Path

import pytest

from search import release as releases
from search.query import Filters
from tests.behaviour.conftest import release, searcher, write

SAMPLE = Path(__file__).parents[1] / "relevance"

TYPOS = {
    "smuggling": ("smugling", "smugggling", "smuggleng", "smugglnig"),
    "المخدرات": ("المخدرت", "المخددرات", "المخذرات", "المخدارت"),
    "کیلوگرم": ("کیلوگم", "کیلووگرم", "کیلوگزم", "کیلوگمر"),
    "полиция": ("полция", "поллиция", "полицыя", "полциия"),
    "gendarmerie": ("gendarmrie", "gendarmmerie", "gendarmarie", "gendramerie"),
    "contrabando": ("contrbando", "conttrabando", "contrabanbo", "contarbando"),
}

LAYOUTS = {
    "yfhrjnbrb": "наркотики",
    "gjkbwbz": "полиция",
    "штеукзщд": "interpol",
    "сщсфшту": "cocaine",
    "hgav'm": "الشرطة",
    "hglo]vhj": "المخدرات",
    "ؤخؤشهىث": "cocaine",
    "rh]hr l,hn lonv": "قاچاق مواد مخدر",
    "\\gds": "پلیس",
    "mgds": "پلیس",
    "زخزشهدث": "cocaine",
    "ةليس": "پلیس",
    "trqfic": "trafic",
    ",jhm,f c yfhrjnbrfvb": "борьба с наркотиками",
}


@pytest.fixture(scope="module")
def sample(stocked):
    lines = (SAMPLE / "corpus.jsonl").read_text("utf-8").splitlines()
    extra = (
        release("port", "en", "Cocaine smuggling", "Customs officers found cocaine.", published="2021-05-01"),
        release("sûreté", "fr", "Sécurité renforcée au port", "La sûreté de l’aéroport l’est aussi."),
    )
    return searcher(stocked(*(releases.from_mapping(json.loads(line)) for line in lines), *extra))


def offered(sample, text, filters=None, **options):
    return sample.search(text, filters, **{"mode": "keyword"} | options).did_you_mean


@pytest.mark.parametrize(("meant", "typed"), [(meant, typed) for meant, many in TYPOS.items() for typed in many])
def test_a_word_that_is_one_edit_away_is_offered(sample, meant, typed):
    offer = offered(sample, typed)
    assert (offer.text, offer.reason) == (meant, "spelling")
    assert [(change.typed, change.meant) for change in offer.changed] == [(typed, meant)]
    assert sample.search(typed, mode="keyword").total.words == 0, "what is offered is not searched unasked"


@pytest.mark.parametrize(("typed", "meant"), LAYOUTS.items())
def test_words_typed_on_another_layout_are_offered(sample, typed, meant):
    offer = offered(sample, typed)
    assert (offer and (offer.text, offer.reason)) == (meant and (meant, "keyboard"))


@pytest.mark.parametrize("text", ["opum", "أفين", "تریک", "опим", "drgs", "drga"])
def test_words_of_four_letters_are_not_doubted(sample, text):
    assert offered(sample, text) is None


def test_no_query_that_finds_something_is_doubted(sample):
    queries = [json.loads(line)["text"] for line in (SAMPLE / "queries.jsonl").read_text("utf-8").splitlines()]
    found = [results for text in queries if (results := sample.search(text, mode="keyword")).total.words]
    assert len(found) > 20
    assert [results.did_you_mean for results in found if results.did_you_mean] == []


@pytest.mark.parametrize(
    "text", ["cocaína", "cocaina", "COCAINE", "الإنتربول", "الانتربول", "ترياك", "قاچاقچیان", "каптагона"]
)
def test_what_folding_makes_equal_is_no_mistake(sample, text):
    assert offered(sample, text) is None


def test_the_rest_of_the_query_stays_as_typed(sample):
    text = 'lang:en  smugling -ivory "customs officers" OR cocaine after:2020'
    assert offered(sample, text).text == text.replace("smugling", "smuggling")
    assert offered(sample, "“smugling”").text == '"smuggling"'
    assert offered(sample, "(smugling),").text == "(smuggling),"


def test_an_excluded_word_is_not_corrected(sample):
    assert offered(sample, "cocaine -smugling") is None


def test_a_misspelt_word_among_others_that_find_something(sample):
    offer = offered(sample, "drug smugling in the port of San Telmar")
    assert offer.text == "drug smuggling in the port of San Telmar"


def test_several_words_are_corrected_at_once(sample):
    offer = offered(sample, "cocaime smugling")
    assert offer.text == "cocaine smuggling"
    assert [change.meant for change in offer.changed] == ["cocaine", "smuggling"]


def test_what_finds_no_more_is_not_offered(sample):
    assert offered(sample, "smugling lang:ru") is None
    assert offered(sample, "smugling", Filters(langs=("fa",))) is None
    assert offered(sample, "smugling after:2090") is None


def test_a_mistake_of_a_release_is_doubted_where_many_more_have_it_right(engine):
    write(engine, *(release(f"right{i}", "en", "Extradited", "") for i in range(100)))
    write(engine, release("wrong", "en", "Extradicted", ""), release("near", "en", "Policy. Polics.", ""))
    write(engine, *(release(f"police{i}", "en", "Police", "") for i in range(5)))
    library = searcher(engine)
    assert offered(library, "extradicted").text == "extradited"
    assert offered(library, "polics") is None, "five times is not clearly more"


def test_the_case_that_was_typed_is_kept(sample):
    assert offered(sample, "intrepol").text == "interpol"
    assert offered(sample, "Intrepol").text == "INTERPOL"


def test_the_spelling_is_that_of_the_releases(sample):
    assert offered(sample, "securte lang:fr").text == "sécurité lang:fr"
    assert offered(sample, "aeropor").text == "aéroport"
    assert offered(sample, "تریاکک").text == "تریاک"


def test_meaning_alone_knows_no_misspelling(sample):
    assert offered(sample, "smugling", mode="semantic") is None
    assert offered(sample, "smugling", mode="hybrid").text == "smuggling"


@pytest.mark.parametrize(
    "text",
    [
        "q" * 1000,
        "قاچاق" * 200,
        "a\u0301" * 500,
        "smugl123ng",
        "smuglинг",
        "🚓🚓🚓 x",
        "x\0\u202ey\u2066" * 40,
        "';[],./ " * 60 + "x",
        " ".join(f"wrong{chr(97 + i)}word" for i in range(26)),
        "ghwhr lnhvdhj",
        "smugling " * 60,
        '"' + "x y z w " * 120 + '"',
        "smuggl*",
        "lang:en",
        "-smugling",
    ],
)
def test_what_cannot_be_corrected_is_left(sample, text):
    assert offered(sample, text) is None
