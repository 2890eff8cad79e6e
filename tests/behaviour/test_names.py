"""Names are found in other spellings and scripts: what an engine finds by keys, and what of it is shown."""

import pytest

from search.engines.base import Request
from search.keywords import compile_query
from search.name_query import QueryNames
from search.query import Filters, parse, plain
from search.searcher import Searcher
from tests.behaviour.conftest import CALIBRATION, HashEncoder, found, release, searcher, write

NAMESAKES = 30
"""Releases about some Mohammed: more than a name may have that is found alone."""


@pytest.fixture(scope="module")
def library(stocked):
    return stocked(
        release(
            "stock-en",
            "en",
            "INTERPOL chief visits Lyon",
            "Secretary General Jürgen Stock opened the meeting. Stock said the work would go on.",
            published="2023-05-01",
            source="INTERPOL",
        ),
        release(
            "stock-ru",
            "ru",
            "Генсек Интерпола в Лионе",
            "Встречу открыл Юрген Шток. О сроках не сообщается.",
            published="2021-05-01",
        ),
        release("stock-ar", "ar", "اجتماع ليون", "افتتح يورغن شتوك الاجتماع في ليون.", published="2023-05-02"),
        release("shares", "en", "Shares fall", "The Stock Exchange fell on Monday. Yurgen Klopp was not there."),
        release("fedulov", "ru", "Задержан подозреваемый", "По делу задержан Иван Федулов, житель Твери."),
        release("fedotov", "en", "Officer honoured", "Colonel Ivan Fedotov was honoured on Monday."),
        release("abdulmalik", "fa", "بازداشت", "عبدالمالک ریگی در پرواز بازداشت شد."),
        release("raisi", "en", "President elected", "Major General Ahmed Naser Al-Raisi was elected president."),
        *(
            release(f"mohammed-{at}", "en", f"Case {at}", f"The driver, Mohammed Dr{at}, was fined.")
            for at in range(NAMESAKES)
        ),
    )


@pytest.mark.parametrize("mode", ["keyword", "hybrid"])
@pytest.mark.parametrize(
    ("typed", "ids"),
    [
        ("يورغن شتوك", {"stock-ar", "stock-en", "stock-ru"}),
        ("یورگن اشتوک", {"stock-ar", "stock-en", "stock-ru"}),
        ("Юргена Штока", {"stock-ar", "stock-en", "stock-ru"}),
        ("juergen stock", {"stock-ar", "stock-en", "stock-ru"}),
        ("Stock Jürgen", {"stock-ar", "stock-en", "stock-ru"}),
        ("Abdul Malik Rigi", {"abdulmalik"}),
        ("عبد المالك ريغي", {"abdulmalik"}),
        ("أحمد الريسي", {"raisi"}),
        ("Иван Федотов", {"fedotov"}),
        ("إيفان فدولوف", {"fedulov"}),
    ],
)
def test_a_name_is_found_in_every_script(library, typed, ids, mode):
    hits = searcher(library).search(typed, mode=mode).hits
    assert {hit.release.id for hit in hits if not hit.why.related} == ids


def test_a_rare_word_is_enough_and_a_common_one_is_not(library):
    assert found(library, "ريغي") == ["abdulmalik"]
    assert found(library, "محمد") == []
    hits = searcher(library).search("محمد الريسي").hits
    assert [hit.release.id for hit in hits if hit.why.name] == ["raisi"]


def test_names_found_count_as_matches(library):
    results = searcher(library).search("يورغن شتوك", mode="keyword")
    assert (results.total.words, results.total.meaning) == (3, 0)
    assert {value.value: value.count for value in results.facets["lang"]} == {"ar": 1, "en": 1, "ru": 1}
    assert {value.value: value.count for value in results.facets["year"]} == {"2023": 2, "2021": 1}


def test_what_is_written_as_typed_comes_first(library):
    assert found(library, "يورغن شتوك")[0] == "stock-ar"
    assert found(library, "Юрген Шток")[0] == "stock-ru"


def test_why_and_marks_show_the_name(library):
    hits = {hit.release.id: hit for hit in searcher(library).search("يورغن شتوك", mode="keyword").hits}
    english, arabic = hits["stock-en"], hits["stock-ar"]
    assert [(word.query, word.form, word.found) for word in english.why.words] == [
        ("يورغن شتوك", "name", ("Jürgen Stock",)),
    ]
    marked = [snippet.text[start:end] for snippet in english.highlights for start, end in snippet.marks]
    assert marked == ["Jürgen Stock"]
    assert english.score == pytest.approx(english.why.keyword + english.why.name, abs=1e-3)
    assert english.why.name > 0 == english.why.keyword
    assert arabic.why.keyword > 0 == arabic.why.name
    assert {word.form for word in arabic.why.words} == {"exact"}


def test_a_part_of_a_query_that_is_a_name_makes_related_what_has_it(library):
    hits = searcher(library).search("كلمة ألقاها يورغن شتوك أمام مؤتمر الشرطة الدولي").hits
    related = {hit.release.id for hit in hits if hit.why.related and hit.why.name}
    assert {"stock-en", "stock-ru"} <= related
    assert "stock-en" not in found(library, "كلمة ألقاها يورغن شتوك أمام مؤتمر الشرطة الدولي")


def test_filters_and_exclusions_hold_for_names(library):
    assert set(found(library, "يورغن شتوك lang:en,fa")) == {"stock-en"}
    assert set(found(library, "يورغن شتوك before:2022")) == {"stock-ru"}
    assert set(found(library, "يورغن شتوك source:INTERPOL")) == {"stock-en"}
    assert set(found(library, "يورغن شتوك -Лионе")) == {"stock-ar", "stock-en"}
    assert set(found(library, 'يورغن شتوك "Secretary General"')) == {"stock-en"}
    assert found(library, '"يورغن شتوك"') == ["stock-ar"]


def test_names_can_be_left_out(library):
    without = Searcher(library, HashEncoder(), CALIBRATION, names=False)
    assert [hit.release.id for hit in without.search("يورغن شتوك", mode="keyword").hits] == ["stock-ar"]


def test_meaning_alone_asks_for_no_names(library):
    hits = searcher(library).search("يورغن شتوك", mode="semantic").hits
    assert all(not hit.why.name for hit in hits)


def test_an_engine_gives_what_has_the_keys_but_not_the_words(library):
    view = library.view()
    tokens = (("يورغن", "شتوك"),)
    total, frequency = view.key_frequencies(QueryNames.keys(tokens))
    assert total == 8 + NAMESAKES
    assert max(frequency.values()) >= 3
    names = QueryNames(tokens, frequency, total)
    query = parse("يورغن شتوك")
    keywords = tuple(compile_query(query, lang) for lang in ("ar", "en"))
    asked = tuple(names.compiled(lang) for lang in ("ar", "en"))

    def named(depth: int) -> set[str]:
        candidates = view.candidates(Request(keywords, None, Filters(), 1.0, 10, 0, None, asked, depth))
        assert candidates.matched[candidates.ids.index("stock-ar")]
        return {identity for identity, by_name in zip(candidates.ids, candidates.named, strict=True) if by_name}

    assert {"stock-en"} <= named(20) <= {"stock-en", "shares"}
    assert named(1) == {"stock-en"}


def test_a_replaced_release_is_found_by_its_new_name(engine):
    write(engine, release("one", "en", "Chief", "It was said by Jürgen Stock today."))
    assert found(engine, "يورغن شتوك") == ["one"]
    write(engine, release("one", "en", "Chief", "It was said by Meng Hongwei today."))
    assert found(engine, "يورغن شتوك") == []
    assert found(engine, "مينغ هونغوي") == ["one"]


@pytest.mark.parametrize(
    "typed",
    [
        "🚓 Stock 🚓 يورغن",
        "ش" * 900,
        "يو\u200fرغن\u200f شتوك",
        "al-" * 200 + "Raisi",
        "a\u0301" * 300,
        "Stock' ’’ -- ’Шток’ 'ов",
        "عبد " * 60,
        "Jürgen\0Stock",
        "<names> names:* Stock".replace(":", " "),
    ],
)
def test_anything_can_be_asked(library, typed):
    assert searcher(library).search(typed, mode="keyword").took_ms >= 0


def test_a_pasted_text_is_asked_like_any_other(library):
    text = " ".join(f"слово{at} يورغن{at} Stock{at}" for at in range(170))
    ids = [identity for identity, _ in searcher(library).ranked(plain(text), mode="keyword", limit=10)]
    assert len(ids) <= 10
