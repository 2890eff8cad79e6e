"""What is suggested while somebody types, over the sample corpus, by every engine."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search import lexicon, query
from search import release as releases
from search.errors import QueryError
from search.query import MAX_CHARACTERS
from search.searcher import Searcher
from search.suggestions import MAX_LIMIT
from tests.behaviour.conftest import CALIBRATION, HashEncoder, release, searcher, write

SAMPLE = Path(__file__).parents[1] / "relevance"


@pytest.fixture(scope="module")
def sample(stocked, cache):
    lines = (SAMPLE / "corpus.jsonl").read_text("utf-8").splitlines()
    extra = (
        release("sûreté", "fr", "Sécurité au port", "La sûreté de l’aéroport l’est aussi. Les sûretés.", source="Sûreté"),
        release("fruit", "en", "Pomegranates", "Pomegranates in a port; pomegranates, again."),
        release("quoted", "en", "Odd", "Odd names of sources.", source='The "Odd" Agency'),
    )  # fmt: skip
    engine = stocked(*(releases.from_mapping(json.loads(line)) for line in lines), *extra)
    return Searcher(engine, HashEncoder(), CALIBRATION, lexicon.load(None, cache))


def offered(sample, text, kind=None, limit=8):
    return [one for one in sample.suggest(text, limit=limit) if kind in (None, one.kind)]


def queries(sample, text, kind=None, limit=8):
    return [one.query for one in offered(sample, text, kind, limit)]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("нарколаборат", "нарколаборатория"),
        ("pomeg", "pomegranates"),
        ("POMEG", "pomegranates"),
        ("port pomeg", "port pomegranates"),
        ("sure", "sûreté"),
        ("l'aero", "l'aéroport"),
        ("مسئولا", "مسئولان"),
        ("مسئ", "مسئولان"),
        ("مخفي", "مخفیگاه"),
        ("مخفیگ", "مخفیگاه"),
        ("كیلوغ", "كيلوغرام"),
        ("lang:fr sure", "lang:fr sûreté"),
        ('"drug squad" pomeg', '"drug squad" pomegranates'),
        ("-ivory pomeg", "-ivory pomegranates"),
        ("opium OR pomeg", "opium OR pomegranates"),
    ],
)
def test_a_word_is_completed_as_releases_write_it(sample, typed, expected):
    assert expected in queries(sample, typed, limit=20)


def test_of_a_stem_one_form_is_suggested(sample):
    suggested = [one.text for one in offered(sample, "sure", "word", 20)]
    assert "sûreté" in suggested
    assert "sûretés" not in suggested


def test_the_count_is_of_releases_that_have_the_word_in_any_form(sample):
    (one,) = (one for one in offered(sample, "pomeg", "word") if one.text == "pomegranates")
    assert one.lang == "en"
    found = sample.search("pomegranates lang:en", mode="keyword").total.words
    assert one.releases == found > 0


def test_a_word_that_languages_write_alike_is_one_suggestion(sample):
    (one,) = (one for one in offered(sample, "interio", "word", 20) if one.text.casefold() == "interior")
    assert one.lang is None


def test_words_are_of_the_languages_that_are_searched(sample):
    assert {one.lang for one in offered(sample, "lang:es con", "word", 20)} == {"es"}


def test_words_of_the_language_of_the_words_before_come_first(sample):
    words = offered(sample, "pomegranates cont", "word", 20)
    langs = [one.lang for one in words if one.lang is not None]
    assert langs[: langs.count("en")] == ["en"] * langs.count("en") != langs


@pytest.mark.parametrize(
    ("typed", "text", "others"),
    [
        ("drug traf", "drug trafficking", {"fa": "قاچاق مواد مخدر", "fr": "trafic de stupéfiants"}),
        ("DRUG-TRAF", "drug trafficking", {"ar": "الاتجار بالمخدرات"}),
        ("قاچاق مواد مخ", "قاچاق مواد مخدر", {"en": "drug trafficking"}),
        ("قاچاق\u200cمواد\u200cمخ", "قاچاق مواد مخدر", {"en": "drug trafficking"}),
        ("قاچاق مواد م lang:fa", None, {}),
        ("الاتجار بالمخد", "الاتجار بالمخدرات", {"en": "drug trafficking"}),
        ("незаконный обор", "незаконный оборот наркотиков", {"en": "drug trafficking"}),
        ("trafic de stup", "trafic de stupéfiants", {"en": "drug trafficking"}),
        ("united nations office on d", "United Nations Office on Drugs and Crime", {}),
    ],
)
def test_a_concept_is_completed_from_its_last_words(sample, typed, text, others):
    concepts = {one.text: one for one in offered(sample, typed, "concept")}
    assert (text in concepts) is (text is not None)
    if text:
        assert concepts[text].query == text
        assert others.items() <= {one.lang: one.term for one in concepts[text].others}.items()
        assert concepts[text].lang not in {one.lang for one in concepts[text].others}


def test_a_concept_of_which_several_words_are_typed_comes_first_even_if_no_release_says_it(sample):
    first = offered(sample, "nerve ag", limit=20)[0]
    assert (first.text, first.kind, first.releases) == ("nerve agent", "concept", 0)


def test_what_stands_before_a_concept_stays(sample):
    assert "seized drug trafficking" in queries(sample, "seized drug traf", "concept")
    assert "lang:en seized drug trafficking" in queries(sample, "lang:en seized drug traf", "concept")


def test_behind_a_space_a_concept_goes_on(sample):
    suggested = [one.text for one in offered(sample, "drug ")]
    assert "drug trafficking" in suggested
    assert not [text for text in suggested if text.startswith("drugs")]


def test_concepts_that_releases_say_come_first_and_those_that_none_says_last(sample):
    suggested = offered(sample, "smuggl", limit=20)
    kinds = [one.kind if one.releases != 0 else "unsaid" for one in suggested]
    assert kinds == sorted(kinds, key=["concept", "word", "source", "unsaid"].index)
    assert suggested[0].text == "smuggling"
    assert suggested[0].releases > 0


def test_a_concept_hides_the_same_word(sample):
    texts = [one.text.casefold() for one in offered(sample, "interp", limit=20)]
    assert texts.count("interpol") == 1


def test_a_source_is_completed_by_any_word_of_its_name(sample):
    name = "Marzoun General Customs Authority"
    for typed in ("marzoun gen", "general customs", "cocaine customs au", "مرزون ", "المخدرات مرز"):
        sources = offered(sample, typed, "source", 20)
        assert all(query.parse(one.query).filters.sources == (one.text,) for one in sources)
        assert name in {one.text for one in sources} or not typed.isascii()
    assert f'cocaine source:"{name}"' in queries(sample, "cocaine customs au", "source")
    assert f'source:"{name}"' in queries(sample, "source:marzoun", "source")
    assert f'opium source:"{name}"' in queries(sample, 'opium source:"General Cus', "source")
    (one,) = offered(sample, 'source:"Marzoun General Cus')
    assert one.releases == sample.engine.view().sources()[name]


def test_a_source_that_no_filter_can_name_is_not_suggested(sample):
    assert 'The "Odd" Agency' in sample.engine.view().sources()
    assert queries(sample, "the od", "source", 20) == []
    assert not [one for one in offered(sample, "source:the", limit=20) if "Odd" in one.text]


def test_in_the_filter_of_languages_languages_are_suggested(sample):
    assert queries(sample, "opium lang:f") == ["opium lang:fa", "opium lang:fr"]
    assert queries(sample, "lang:ar,pers") == ["lang:ar,fa"]
    assert [one.text for one in offered(sample, "lang:فا")] == ["فارسی"]
    assert len(offered(sample, "lang:")) == 6
    assert all(one.kind == "language" for one in offered(sample, "lang:"))


@pytest.mark.parametrize(
    "typed",
    ["", " ", "p", "م", '"drug traf', '"drug traf"', "-smugg", "smugg*", "after:20", "before:", "opium OR", "-lang:f",
     "🚓", "2024", "opium in", "drug, ", "xx:dru", "xyzzyx"],
)  # fmt: skip
def test_here_nothing_is_suggested(sample, typed):
    assert offered(sample, typed) == []


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("yfhrjnb", "наркотик"), ("gjvtu", None), ("hglo]v", "المخدرات"), ("rh]hr l,hn lon", "قاچاق مواد مخدر"), ("штеукз", "INTERPOL")],
)  # fmt: skip
def test_what_was_typed_on_another_layout_is_completed(sample, typed, expected):
    found = queries(sample, typed, limit=20)
    assert found == [] if expected is None else any(one.startswith(expected) for one in found)


def test_the_limit_is_kept(sample):
    assert [len(offered(sample, "in", limit=limit)) for limit in (1, 8, MAX_LIMIT)] == [1, 8, MAX_LIMIT]
    for limit in (0, MAX_LIMIT + 1):
        with pytest.raises(QueryError):
            sample.suggest("in", limit=limit)
    with pytest.raises(QueryError):
        sample.suggest("x" * (MAX_CHARACTERS + 1))
    with pytest.raises(QueryError):
        sample.suggest("opium \ud800")


HOSTILE = [
    "q" * MAX_CHARACTERS,
    "قاچاق" * 200,
    "a\u0301" * 500,
    "source:" * 142,
    'source:"' * 125,
    "lang:" * 200,
    "x " * 500,
    "smugl\0ing\u202e\u2066",
    "[a-z].*|(b+)+$ \\",
    "co.*",
    "co|",
    "<co>&~#@",
    "';[],./ " * 100 + "hglo",
    "е" * 900,
    "OR OR OR co",
    "\t\n co",
]


@pytest.mark.parametrize("typed", HOSTILE)
def test_hostile_text_is_text(sample, typed):
    suggested = sample.suggest(typed, limit=MAX_LIMIT)
    assert all(query.parse(one.query).text == one.query for one in suggested)


PIECES = st.sampled_from(
    ["co", "drug", "traf", "مخد", "قاچاق", "مواد", "нарк", "d'op", '"', "-", "OR", "lang:", "source:", "fa", "mar", ",", "*", " ", "  ", "\u200c", "ء", "INTERP", "ئ", "20"]
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(PIECES, max_size=8).map("".join) | st.text(max_size=30))
def test_every_suggestion_can_be_searched(sample, typed):
    try:
        suggested = sample.suggest(typed, limit=MAX_LIMIT)
    except QueryError:
        return
    for one in suggested:
        read = query.parse(one.query)
        assert one.kind != "source" or one.text in read.filters.sources
        assert one.kind != "language" or one.lang in read.filters.langs
        assert one.query != typed
    assert len({one.query for one in suggested}) == len(suggested)


def test_words_of_removed_releases_are_forgotten(engine):
    write(engine, release("stays", "en", "Zebrafish", "", source="Aquarium"))
    write(engine, release("goes", "en", "Zebracorn", "", source="Stable"))
    library = searcher(engine)
    assert {one.text for one in library.suggest("zebr")} == {"Zebrafish", "Zebracorn"}
    with engine.writing("test") as writer:
        writer.remove(["goes"])
    assert [one.text for one in library.suggest("zebr")] == ["Zebrafish"]
    assert [one.text for one in library.suggest("source:")] == ["Aquarium"]


def test_words_of_other_languages_are_completed(engine):
    write(engine, release("turkish", "und", "Uyuşturucu operasyonu", ""))
    (one,) = searcher(engine).suggest("uyustu")
    assert (one.text, one.lang, one.releases) == ("Uyuşturucu", "und", 1)


def test_engines_without_releases_suggest_nothing_but_concepts(engine):
    write(engine, release("one", "en", "Zebrafish", ""))
    assert searcher(engine).suggest("drug traf") == []
    assert searcher(engine).suggest("source:") == []


def test_completions_are_by_beginning_term_and_spelling(sample):
    view = sample.engine.view()
    found = view.completions({"en": ["pomeg", "zzz"], "fr": ["suret"], "ru": []}, limit=10)
    assert set(found["en"]["pomeg"]) == {"pomegranate", "pomegranates"}
    assert found["en"]["zzz"] == {}
    assert found["fr"]["suret"]["surete"]["sûreté"] >= 1
    assert found["ru"] == {}
    few = view.completions({"en": ["co"]}, limit=3)["en"]["co"]
    assert sum(map(len, few.values())) == 3


def test_a_sign_in_a_beginning_is_a_sign(sample):
    assert sample.engine.view().completions({"en": [".*", "po(", "[a-z]", "po|co"]}, limit=5) == {
        "en": {".*": {}, "po(": {}, "[a-z]": {}, "po|co": {}}
    }
