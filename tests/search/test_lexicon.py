"""The lexicon: how files are read, what a query's words say, and the data that comes along."""

from collections import defaultdict
from pathlib import Path

import pytest

import analyzers
from search import lexicon
from search.errors import SettingsError
from search.lexicon import Lexicon, parse
from search.query import parse as read

FOLDER = Path(lexicon.__file__).parent / "resources" / "lexicon"
FILES = sorted(FOLDER.glob("*.txt"))

SMALL = """
# a comment
[drug.captagon]
ar: كبتاغون | حبوب الكبتاغون
fa: کاپتاگون
en: captagon | ~pills | captagon pill
ru: каптагон
fr: captagon
es: captagón

[crime.smuggling]
ar: تهريب
fa: قاچاق
en: smuggling | smuggle
ru: контрабанда
fr: contrebande
es: contrabando | tráfico ilícito de drogas
"""


@pytest.fixture(scope="module")
def concepts():
    return {concept.id: concept for path in FILES for concept in parse(path.read_text("utf-8").splitlines(), path.name)}


@pytest.fixture(scope="module")
def small():
    return Lexicon({concept.id: concept for concept in parse(SMALL.splitlines(), "small")})


@pytest.fixture(scope="module")
def whole(cache):
    return lexicon.load(None, cache)


def said(lexicon, text, without=()):
    return [(one.typed, one.concept) for one in lexicon.said(read(text), without)]


def test_words_of_every_language_say_their_concept(small):
    for text in ("كبتاغون", "الكبتاغون", "کاپتاگون", "captagon", "каптагона", "captagón"):
        assert said(small, text) == [(text, "drug.captagon")]


def test_the_longest_variant_is_found_and_nothing_twice(small):
    assert said(small, "seized captagon pills") == [("captagon pills", "drug.captagon")]
    assert said(small, "captagon smuggled pills") == [("captagon", "drug.captagon"), ("smuggled", "crime.smuggling")]


def test_a_marked_variant_does_not_say_its_concept_but_is_looked_for(small):
    assert said(small, "pills") == []
    assert ((0, "pill"),) in small.terms("drug.captagon", "en")


def test_places_of_words_that_are_left_out_are_kept(small):
    assert ((0, "trafic"), (1, "ilicit"), (3, "drog")) in small.terms("crime.smuggling", "es")


def test_quoted_words_and_prefixes_are_taken_as_typed(small):
    assert said(small, '"captagon" smuggl*') == []


def test_a_concept_can_be_left_out(small):
    assert said(small, "captagon smuggling", {"drug.captagon"}) == [("smuggling", "crime.smuggling")]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("en: word", "own.txt:1"),
        ("[drug.x]\nnonsense", "own.txt:2"),
        ("[drug.x]\nen: a | | b", "own.txt:2: between the bars"),
        ("[drug.x]\nen: a\nen: b", "own.txt:3"),
        ("[Drug X]\nen: a", "own.txt:1"),
        ("[drug.x]\nde: Wort", "own.txt:2"),
        ("[drug.x]\nen: " + " | ".join(f"w{i}" for i in range(50)), "1 to 40"),
    ],
)
def test_a_broken_line_is_named(tmp_path, cache, text, told):
    path = tmp_path / "own.txt"
    path.write_text(text, "utf-8")
    with pytest.raises(SettingsError, match=told):
        lexicon.load(path, cache)


def test_a_file_that_cannot_be_read_is_named(tmp_path, cache):
    with pytest.raises(SettingsError, match="BAYAN_LEXICON"):
        lexicon.load(tmp_path / "none.txt", cache)


def test_a_file_of_ones_own_is_read_over_the_one_that_comes_along(tmp_path, cache):
    path = tmp_path / "own.txt"
    path.write_text(
        "[operation.ramadan]\nen: Operation Blue Heron\nru: операция «Цапля»\n\n[drug.captagon]\nen: abu hilal\n",
        "utf-8",
    )
    loaded = lexicon.load(path, cache)
    assert said(loaded, "operation blue heron")[0] == ("operation blue heron", "operation.ramadan")
    assert ("abu hilal", "drug.captagon") in said(loaded, "abu hilal")
    assert loaded.concepts["drug.captagon"].name("ru") == "каптагон"


def test_what_was_analysed_once_is_kept(tmp_path):
    first = lexicon.load(None, tmp_path)
    (folder,) = [path for path in (tmp_path / "lexicon").iterdir() if path.is_dir()]
    made = next(folder.glob("*.json")).stat().st_mtime_ns
    again = lexicon.load(None, tmp_path)
    assert next(folder.glob("*.json")).stat().st_mtime_ns == made
    assert again.terms("agency.interpol", "ru") == first.terms("agency.interpol", "ru") != ()


def test_without_a_cache_it_is_analysed_each_time(tmp_path):
    (tmp_path / "file").write_text("in the way")
    assert said(lexicon.load(None, tmp_path / "file"), "Интерпол") == [("Интерпол", "agency.interpol")]


def test_there_are_enough_concepts_each_in_six_languages(concepts):
    assert len(concepts) >= 2_500
    lacking = [concept.id for concept in concepts.values() if set(concept.variants) != set(analyzers.LANGUAGES)]
    assert lacking == []


def test_no_id_stands_twice():
    ids = [line.strip() for path in FILES for line in path.read_text("utf-8").splitlines() if line.startswith("[")]
    assert len(ids) == len(set(ids))


def test_no_variant_says_two_concepts_unless_it_is_marked(concepts):
    of = defaultdict(set)
    for concept in concepts.values():
        for lang, variants in concept.variants.items():
            for variant in variants:
                if variant.triggers:
                    of[lang, variant.text.casefold()].add(concept.id)
    assert {key: ids for key, ids in of.items() if len(ids) > 1} == {}


def test_persian_is_written_with_persian_letters(concepts):
    wrong = [v.text for concept in concepts.values() for v in concept.variants["fa"] if set(v.text) & set("يك")]
    assert wrong == []


def test_every_variant_leaves_a_term_and_is_found_by_itself(concepts, whole):
    for lang in analyzers.LANGUAGES:
        analyzer = analyzers.analyzer(lang)
        for concept in concepts.values():
            for variant in concept.variants[lang]:
                terms = analyzer.terms(variant.text)
                assert terms, variant.text
                if variant.triggers:
                    assert any(concept.id in found.concepts for found in whole.find(terms, lang)), variant.text


@pytest.mark.parametrize("text", ["Norway", "النرويج", "نروژ", "Норвегия", "Норвегии", "Norvège", "Noruega"])
def test_names_of_countries_come_from_cldr(whole, text):
    assert "country.no" in [one.concept for one in whole.said(read(text))]


def test_a_name_that_means_something_else_too_says_no_country(whole):
    (name, *_) = whole.concepts["country.ml"].variants["ar"]
    assert (name.text, name.triggers) == ("مالي", False)  # also: financial


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("مكتب الأمم المتحدة المعني بالمخدرات والجريمة", "agency.unodc"),
        ("دفتر مقابله با مواد مخدر و جرم", "agency.unodc"),
        ("ЮНОДК", "agency.unodc"),
        ("ONUDC", "agency.unodc"),
        ("ЦАРИКЦ", "agency.caricc"),
        ("النشرة الحمراء", "document.red-notice"),
        ("اعلان قرمز", "document.red-notice"),
        ("красное уведомление", "document.red-notice"),
        ("داعش", "terror.islamic-state"),
        ("ИГИЛ", "terror.islamic-state"),
    ],
)
def test_what_the_field_calls_its_things(whole, text, concept):
    assert concept in [one.concept for one in whole.said(read(text))]
