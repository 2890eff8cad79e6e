"""Releases in languages that have no chain of their own: an index like any other, in every engine."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from analyzers import UNDETERMINED
from indexer import build
from search import passages
from search.engines.base import Request
from search.errors import FingerprintError
from search.keywords import Concept, KeywordQuery, Word
from search.query import Filters
from tests.behaviour.conftest import FINGERPRINT, HashEncoder, Open, found, release, searcher, write

TEXTS = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "search" / "other_languages.jsonl").read_text("utf-8").splitlines()
]


def other(identity, title, body="", **fields):
    return release(identity, UNDETERMINED, title, body, **fields)


@pytest.fixture(scope="module")
def library(stocked):
    releases = [
        other(f"{record['lang']}-{number}", *record["text"].split("\n", 1), source=record["lang"])
        for number, record in enumerate(TEXTS)
    ]
    known = [
        release("en", "en", "Heroin seized in Van", "Officers arrested three suspects.", source="en"),
        release("ru", "ru", "Изъят героин", "Сотрудники полиции задержали троих.", source="ru"),
    ]
    return stocked(*releases, *known)


@pytest.mark.parametrize(
    ("typed", "source"),
    [
        ("jandarmadan", "tr"),
        ("JANDARMADAN göçmen", "tr"),
        ("duzensiz gocmen", "tr"),
        ("İSTANBUL'DA yakalandı", "tr"),
        ("Istanbul", "tr"),
        ("'ndrangheta", "it"),
        ("oʻgʻirlagan", "uz"),
        ("o'g'irlagan", "uz"),
        ("Zollfahndungsamtes", "de"),
        ("Thuringen", "de"),
        ('"bir ton yüz kilogram"', "tr"),
        ("jandarma*", "tr"),
        ("Bojxona qoʻmitasi", "uz"),
        ("мусодира шуд", "tg"),
        ("كراچى", "ur"),
        ("۲۱۰ کلوگرام", "ur"),
        ("210 کلوگرام", "ur"),
        ("ننګرهار", "ps"),
        ("ننگرهار", "ps"),
        ("贩毒案", "zh"),
        ("ტრეფიკინგის", "ka"),
        ("Кіберполіція", "uk"),
        ("тәркіленді", "kk"),
        ("przemyt haszyszu", "pl"),
        ("foragido interpol", "pt"),
        ("हेरोइन", "hi"),
    ],
)
def test_words_phrases_and_prefixes_are_found_as_they_stand(library, typed, source):
    hits = searcher(library).search(typed, mode="keyword").hits
    assert {hit.release.source for hit in hits} == {source}
    assert {hit.release.lang for hit in hits} == {UNDETERMINED}
    assert all(any(snippet.marks for snippet in (hit.title, *hit.highlights)) for hit in hits)


def test_forms_are_not_brought_together(library):
    assert found(library, "Festnahmen") == ["de-7"]
    assert found(library, "Festnahme") == []


def test_a_filter_takes_them_or_leaves_them(library):
    assert len(found(library, "interpol", Filters(langs=(UNDETERMINED,)))) == len(found(library, "interpol")) > 0
    assert found(library, "heroin van lang:en") == ["en"]
    assert "en" not in found(library, "heroin van lang:und")
    listed = searcher(library).search("lang:und", size=100)
    assert listed.total.words == len(TEXTS)
    assert {hit.release.lang for hit in listed.hits} == {UNDETERMINED}


def test_they_are_counted_as_one_more_language(library):
    results = searcher(library).search("lang:und,ru,en")
    assert {value.value: value.count for value in results.facets["lang"]} == {
        UNDETERMINED: len(TEXTS), "en": 1, "ru": 1,
    }  # fmt: skip
    assert library.status().releases == {UNDETERMINED: len(TEXTS), "en": 1, "ru": 1}
    assert UNDETERMINED in searcher(library).search("heroin").languages


def test_of_several_scripts_each_is_enough(library):
    assert set(found(library, "jandarmadan ტრეფიკინგის тәркіленді", size=100)) == {"tr-2", "ka-36", "kk-45"}


def test_an_exclusion_holds_for_them(library):
    left = found(library, "interpol -yakalandı lang:und", size=100)
    assert left
    assert set(found(library, "interpol lang:und", size=100)) - set(left) == {"tr-1"}


def test_they_are_found_by_meaning(library):
    (turkish,) = (stored.release for stored in library.view().fetch(["tr-0"], None))
    vector = HashEncoder().encode_passages([passages.split(turkish)[0].text])[0]
    unheard = KeywordQuery(UNDETERMINED, should=(Concept((Word("unheard"),)),), minimum=1)
    near = library.view().candidates(Request((unheard,), vector, Filters(), 0.9, 10, 10))
    assert (near.ids, near.matched.tolist()) == (["tr-0"], [False])
    assert near.cosine == pytest.approx([1.0], abs=0.01)


def test_a_word_that_only_they_have_is_no_mistake(library):
    # "heroim" is a letter from Portuguese "heroína" and English "heroin"; "eroin" is how Turkish writes it.
    results = searcher(library).search("eroin", mode="keyword")
    assert results.total.words > 0
    assert results.did_you_mean is None
    assert searcher(library).search("jandarmadam", mode="keyword").did_you_mean is None


def test_a_name_is_found_in_them_in_another_script(open_engine: Open):
    engine = open_engine()
    write(
        engine,
        other("tr", "Ular Sharshiev Ankara'da", "Genel Sekreter Jürgen Shtok da toplantıya katıldı."),
        other("uk", "Юрген Шток відвідав Київ"),
        other("ur", "یورگن اشٹوک کا دورہ"),
        release("en", "en", "Visit", "Nobody came."),
    )
    assert found(engine, "Юрген Шток", mode="hybrid")[0] == "uk"
    assert set(found(engine, "Юрген Шток", mode="hybrid")) >= {"tr", "uk"}


def test_a_reindex_keeps_them_and_finds_them_by_their_titles(open_engine: Open):
    engine = open_engine()
    write(
        engine, other("tr", "Van'da eroin ele geçirildi"), other("zh", "云南警方破获贩毒案"), release("a", "ar", "ضبط")
    )
    build.reindex(engine, HashEncoder(), command="reindex")
    assert found(engine, "geçirildi") == ["tr"]
    assert found(engine, "云南") == ["zh"]
    assert engine.status().releases == {UNDETERMINED: 2, "ar": 1}
    assert [entry.release.lang for entry in engine.entries()].count(UNDETERMINED) == 2


def test_a_release_moves_between_a_language_and_the_others(engine):
    write(engine, release("a", "ru", "Служба безпеки"))
    write(engine, other("a", "Служба безпеки України"))
    assert engine.status().releases == {UNDETERMINED: 1}
    assert found(engine, "безпеки", Filters(langs=("ru",))) == []
    assert found(engine, "безпеки") == ["a"]


def test_they_are_linked_to_releases_in_languages_and_not_to_each_other(engine):
    text = "the same text"
    write(engine, other("x", text), other("y", text), release("en", "en", text), release("ru", "ru", text))
    links = {(link.first, link.second) for link in engine.view().links(["x", "y", "en", "ru"])}
    assert {("x", "en"), ("en", "x"), ("x", "ru"), ("y", "ru")} <= links
    assert not {("x", "y"), ("y", "x")} & links


def without_others(engine, engine_name, data):
    """Take away what an index from before there was one for other languages lacks."""
    if engine_name == "local":
        (words,) = data.glob(f"**/words/{UNDETERMINED}")
        shutil.rmtree(words)
    else:
        catalog = engine._catalog
        catalog.cluster.client.indices.delete(index=catalog.current().indices[UNDETERMINED])


def test_an_index_without_a_place_for_them_says_to_reindex(open_engine: Open, engine_name, data):
    old = open_engine(replace(FINGERPRINT, schema=3))
    write(old, release("a", "en", "opium seized"), release("b", "fa", "کشف تریاک"))
    without_others(old, engine_name, data)
    old.close()
    engine = open_engine()
    for act in (engine.view, lambda: write(engine, other("c", "eroin"))):
        with pytest.raises(FingerprintError, match=r"the layout of the index .*bayan reindex"):
            act()
    build.reindex(engine, HashEncoder(), command="reindex")
    write(engine, other("c", "eroin"))
    assert [found(engine, word) for word in ("opium", "تریاک", "eroin")] == [["a"], ["b"], ["c"]]
    everything = Request((KeywordQuery(UNDETERMINED, everything=True),), None, Filters(), 0.0, 10, 0)
    assert engine.view().candidates(everything).ids == ["c"]
