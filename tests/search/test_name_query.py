"""What of a query may be a name, when it is worth looking up, and where a text has it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzers import LANGUAGES
from search.keywords import Said
from search.name_query import CHANCE, MOST_TOKENS, QueryNames, index_keys, literal, typed
from search.query import parse, plain
from search.release import Release


def known(*tokens: str, having: int = 1, total: int = 1_000, **common: int) -> QueryNames:
    """Names of one query, whose keys `having` releases have; `common` says otherwise for a token."""
    frequency = dict.fromkeys(QueryNames.keys([tokens]), having)
    for token, count in common.items():
        frequency |= dict.fromkeys(QueryNames.keys([(token,)]), count)
    return QueryNames((tokens,), frequency, total)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("jürgen stock", (("jürgen", "stock"),)),
        ("the chief of Interpol and Jürgen Stock", (("chief",), ("Interpol",), ("Jürgen", "Stock"))),
        ("Hamad ben Soltane al-Jabri", (("Hamad", "ben", "Soltane", "al Jabri"),)),
        ("по словам Юргена Штока", (("словам", "Юргена", "Штока"),)),
        ("محمد بن سلمان", (("محمد", "بن", "سلمان"),)),
        ("بن", ()),
        ("Stock OR Urquiza", (("Stock",), ("Urquiza",))),
        ("Stock, Urquiza", (("Stock",), ("Urquiza",))),
        ('"Jürgen Stock"', ()),
        ("Stock*", ()),
        ("-Stock Urquiza", (("Urquiza",),)),
        ("500 42", ()),
    ],
)
def test_what_may_be_a_name(text, names):
    assert typed(parse(text)) == names


def test_what_says_a_concept_is_none():
    query = parse("شرطة دبي شتوك")
    assert typed(query, [Said("شرطة دبي شتوك", 0, 4, "body.police")]) == (("دبي", "شتوك"),)
    assert typed(query, [Said("شرطة دبي شتوك", 5, 8, "place.dubai")]) == (("شرطة",), ("شتوك",))


def test_a_long_query_is_cut():
    names = typed(plain(" ".join(f"Шток{'а' * (at % 7)} Юрген" for at in range(500))))
    assert sum(map(len, names)) <= MOST_TOKENS


def test_releases_are_found_by_keys_of_names_in_title_and_body():
    keys = index_keys(Release("a", "en", "Stock visits Lyon", "police met Jürgen Stock"))
    assert keys == sorted(set(keys))
    for spelling in ("شتوك", "Юрген"):
        assert not QueryNames.keys([(spelling,)]).isdisjoint(keys)
    assert QueryNames.keys([("police",)]).isdisjoint(keys)


def enough(names: QueryNames) -> list[tuple[tuple[str, ...], ...]]:
    compiled = names.compiled("en")
    return [tuple(tuple(w.term for w in compiled.places[at].words) for at in places) for places in compiled.enough]


def test_one_rare_word_or_two_neighbours_are_enough():
    assert enough(known("Jürgen", "Stock", "Lyon", having=2)) == [
        (("jurgen",),),
        (("stock",),),
        (("lyon",),),
        (("jurgen",), ("stock",)),
        (("jurgen",), ("lyon",)),
        (("stock",), ("lyon",)),
    ]
    assert enough(known("Mohammed", "Rigi", having=100, total=100 * 100 // CHANCE - 1)) == []
    assert len(enough(known("Mohammed", "Hassan", having=100, total=100_000))) == 1


def test_a_word_that_no_release_has_is_not_looked_up():
    assert enough(known("Stock", having=0)) == []
    assert known("Stock", having=0).compiled("en").places == ()


def test_one_consonant_is_no_name_by_itself():
    assert enough(known("Anna", "Stock")) == [(("stock",),), (("anna",), ("stock",))]


@pytest.mark.parametrize(
    ("query", "text", "lang", "seen"),
    [
        ("cake", "عثر على المواد مدفونة في خاك", "ar", []),
        ("knit", "قالت قناة محلية", "ar", []),
        ("торт", "ضُبط ترت من المخدرات", "ar", []),
        ("Rigi", "ریگی بازداشت شد", "fa", ["ریگی"]),
        ("RIGI", "ریگی بازداشت شد", "fa", ["ریگی"]),
        ("ريغي", "ریگی بازداشت شد", "fa", ["ریگی"]),
        ("al-Raisi", "انتخب الريسي رئيسا", "ar", ["الريسي"]),
        ("toksanbayev", "دیدار با توکسان بایف", "fa", ["توکسان بایف"]),
        ("rigi", "Полиция задержала Риги.", "ru", ["Риги"]),
        ("smugling", "He leads the Smuggling Network now.", "en", []),
        ("Yurgen", "He met Jürgen in Lyon.", "en", ["Jürgen"]),
        ("риги", "The police arrested Rigi today.", "en", ["Rigi"]),
        ("cake", "The baker's Cake was seized.", "ar", []),
    ],
)
def test_a_word_in_small_letters_is_a_name_by_itself_where_something_else_says_so(query, text, lang, seen):
    names = known(query)
    assert [text[at.start : at.end] for at in names.sightings(text, lang)] == seen
    if not seen:
        assert names.compiled(lang).enough == ()


def test_two_words_in_small_letters_are_a_name_in_any_script():
    text = "افتتح يورغن شتوك الاجتماع"
    assert [text[at.start : at.end] for at in known("jürgen", "stock").sightings(text, "ar")] == ["يورغن شتوك"]


def test_rare_words_weigh_more():
    places = known("Mohammed", "Stock", having=3, Mohammed=90).compiled("en").places
    weights = {place.words[0].term: place.weight for place in places}
    assert weights["stock"] > weights["moham"]


TEXT = "Шток прибыл в Лион. По словам Юргена Штока, работа продолжится. " + "Слова " * 60 + "Встречу закрыл Юрген Шток."


def test_sightings_have_the_offsets_of_the_whole_text():
    found = known("Jürgen", "Stock").sightings(TEXT, "ru")
    assert [TEXT[sighting.start : sighting.end] for sighting in found] == ["Юргена Штока", "Юрген Шток"]
    assert {sighting.tokens for sighting in found} == {("Jürgen", "Stock")}


@pytest.mark.parametrize(
    ("query", "text", "lang", "seen"),
    [
        (("Abdulmalik", "Rigi"), "أوقف عبد المالك ريغي في المطار", "ar", ["عبد المالك ريغي"]),
        (("Abdul", "Malik", "Rigi"), "عبدالمالک ریگی بازداشت شد", "fa", ["عبدالمالک ریگی"]),
        (("Toksanbayev",), "دیدار با توکسان بایف در پایتخت", "fa", ["توکسان بایف"]),
        (("Raisi", "Ahmed"), "per Ahmed bin Naser al-Raisi, head", "en", ["Ahmed bin Naser al-Raisi"]),
        (("Stock", "Jürgen"), "the stock of d’Jürgen", "en", ["Jürgen"]),
    ],
)
def test_names_are_seen_as_they_are_written_apart_or_together(query, text, lang, seen):
    assert [text[at.start : at.end] for at in known(*query).sightings(text, lang)] == seen


def test_common_words_are_seen_together_alone():
    text = "Mohammed was fined. Ali Hassan was not. Hassan Mohammed left."
    names = known("محمد", "حسن", having=CHANCE + 1, total=100_000)
    assert [text[at.start : at.end] for at in names.sightings(text, "en")] == ["Hassan Mohammed"]


def test_what_is_literal_is_told_by_the_analysis():
    assert literal(("Stock", "Юрген"), "Jürgen STOCK", "en") == {"Stock"}
    assert literal(("Jürgen",), "Юрген", "ru") == frozenset()


marks = st.text(st.sampled_from("Aaабجدкل-'’ \u200c\u200f\u0301\u064e.\nمحمدStock"), max_size=200)


@given(marks, st.sampled_from(LANGUAGES))
def test_any_text_can_be_looked_at(text, lang):
    for at in known("Stock", "محمد").sightings(text, lang):
        assert 0 <= at.start < at.end <= len(text)
        assert text[at.start : at.end].strip() == text[at.start : at.end]


@pytest.mark.parametrize("text", ["S" * 10_000, "م" * 10_000, "St ock " * 2_000, "عبد " * 3_000, "al-" * 5_000])
def test_long_texts_of_one_kind_are_looked_at(text):
    assert known("Stock", "محمد").sightings(text, "ar") is not None
