"""What matches by words, in each language and by each piece of syntax."""

import pytest

from search.engines.base import Request
from search.errors import QueryError
from search.keywords import compile_query
from search.lexicon import Lexicon
from search.lexicon import parse as parse_lexicon
from search.query import Filters, parse
from search.searcher import Searcher
from tests.behaviour.conftest import CALIBRATION, HashEncoder, found, release, searcher, write


@pytest.fixture(scope="module")
def library(stocked):
    return stocked(
        release(
            "opium",
            "en",
            "Opium seized at the border",
            "Police seized 500 kg of opium. Two smugglers were arrested.",
            published="2024-03-01",
            source="Border Guard",
        ),
        release(
            "port",
            "en",
            "Cocaine in the port",
            "Customs officers found cocaine in a container of bananas.",
            published="2023-07-15",
            source="Customs",
        ),
        release(
            "pact",
            "en",
            "Agreement on border control",
            "Ministers signed an agreement. Police will train at the border.",
            published="2022-01-10",
            source="Ministry",
        ),
        release(
            "afyun",
            "ar",
            "ضبط أفيون على الحدود",
            "ضبطت الشرطة خمسمئة كيلوغرام من الأفيون وأوقفت مهربين.",
            published="2024-03-02",
            source="Border Guard",
        ),
        release(
            "taryak",
            "fa",
            "کشف تریاک در مرز",
            "پلیس ۵۰۰ کیلوگرم تریاک کشف کرد و قاچاقچیان را دستگیر می‌کند.",
            published="2024-03-02",
        ),
        release(
            "opiy",
            "ru",
            "На границе изъят опий",
            "Полиция изъяла опий, двое контрабандистов задержаны.",
            published="2024-03-03",
        ),
        release("undated", "en", "Opium without a date", "An opium report without any date."),
    )


def test_all_of_two_words_must_match(library):
    assert set(found(library, "opium border")) == {"opium"}
    assert set(found(library, "border")) == {"opium", "pact"}


def test_most_of_many_words_must_match(library):
    assert found(library, "police seized opium helicopter") == ["opium"]
    assert found(library, "police flew a helicopter yesterday") == []


def test_words_match_by_stem_in_every_language(library):
    assert found(library, "smuggler arrests") == ["opium"]
    assert found(library, "الشرطة والأفيون") == ["afyun"]
    assert found(library, "قاچاقچی تریاک") == ["taryak"]
    assert found(library, "контрабандист опий") == ["opiy"]


def test_each_language_is_asked_for_the_words_that_it_could_have(library):
    assert set(found(library, "opium تریاک опий")) == {"opium", "undated", "taryak", "opiy"}


def test_a_name_or_number_in_another_script_is_no_query_of_its_own(library):
    assert found(library, "ضبطت الشرطة الأفيون cocaine") == ["afyun"]
    assert found(library, "تقرير عن انفجار مرفأ 500") == []


def test_a_phrase_stands_word_for_word(library):
    assert found(library, '"border control"') == ["pact"]
    assert found(library, '"control border"') == []
    assert set(found(library, '"the border"')) == {"opium", "pact"}


def test_a_phrase_binds_the_leg_of_meaning_too(library):
    hits = searcher(library).search('"border control"', mode="hybrid")
    assert [hit.release.id for hit in hits.hits] == ["pact"]


def test_exclusion(library):
    assert set(found(library, "opium -police")) == {"undated"}
    assert set(found(library, 'border -"border control"')) == {"opium"}


def test_exclusion_holds_for_the_leg_of_meaning(library):
    text = "Opium without a date\nAn opium report without any date."
    vector = HashEncoder().encode_queries([text])[0]

    def near(typed: str) -> list[str]:
        return (
            library.view().candidates(Request((compile_query(parse(typed), "en"),), vector, Filters(), 0.9, 0, 10)).ids
        )

    assert near("opium") == ["undated"]
    assert near("opium -report") == []


def test_alternatives(library):
    assert set(found(library, "cocaine OR opium")) == {"port", "opium", "undated"}
    assert set(found(library, "seized cocaine OR opium")) == {"opium"}


def test_prefix(library):
    assert set(found(library, "smugg*")) == {"opium"}
    assert found(library, "zzz*") == []


def test_a_prefix_of_thousands_of_words_finds_them_all(engine):
    words = [f"no{a}{b}{c}" for a in "abcdefghijklmno" for b in "abcdefghijklmno" for c in "abcdefghijklmno"]
    write(
        engine, *(release(f"r{i}", "en", "", " ".join(words[i::50])) for i in range(50)), release("other", "en", "nay")
    )
    results = searcher(engine).search("no*", mode="keyword")
    assert results.total.words == 50
    assert {hit.why.bm25 for hit in results.hits} == {1.0}
    assert found(engine, "noabc*") == [f"r{words.index('noabc') % 50}"]


def test_a_prefix_is_no_pattern(engine):
    write(engine, release("point", "en", "", "3.744 kg"), release("none", "en", "", "31744 kg"))
    assert found(engine, "3.7*") == ["point"]
    assert found(engine, "3.[7]*") == found(engine, "(3.7|x)*") == []


def test_a_prefix_that_the_analysis_splits_keeps_its_head(library):
    assert found(library, "opium-smugg*") == ["opium"]
    assert found(library, "heroin-smugg*") == []


def test_filters_inside_the_query_and_beside_it(library):
    assert set(found(library, "lang:ar")) == {"afyun"}
    assert set(found(library, "opium lang:en,ru")) == {"opium", "undated"}
    assert set(found(library, 'source:"Border Guard"')) == {"opium", "afyun"}
    assert set(found(library, "border after:2023")) == {"opium"}
    assert set(found(library, "border before:2022-12")) == {"pact"}
    assert set(found(library, "border", Filters(langs=("en",), sources=("Ministry",)))) == {"pact"}


def test_filters_that_contradict_each_other(library):
    with pytest.raises(QueryError, match="contradict"):
        found(library, "opium lang:fa", Filters(langs=("en",)))


def test_a_day_limit_lets_no_undated_release_through(library):
    assert set(found(library, "opium after:1900")) == {"opium"}
    assert set(found(library, "opium before:2100")) == {"opium"}


def test_only_filters_list_everything_newest_first(library):
    assert found(library, "lang:en", sort="newest") == ["opium", "port", "pact", "undated"]
    assert found(library, "lang:en", sort="oldest") == ["pact", "port", "opium", "undated"]


def test_a_list_without_words_has_no_score(library):
    hits = searcher(library).search("lang:en", mode="keyword").hits
    assert {(hit.score, hit.why.bm25) for hit in hits} == {(0.0, 0.0)}


def test_sorting_by_date_keeps_the_matches(library):
    assert found(library, "border", sort="oldest") == ["pact", "opium"]


def test_only_stop_words_are_words(library):
    assert set(found(library, "without a")) >= {"undated"}


@pytest.mark.parametrize("text", ["🚓🚓", "؟؟", "—", "...", '"!"'])
def test_a_query_without_letters_is_refused(library, text):
    with pytest.raises(QueryError, match="empty"):
        found(library, text)


def test_arabic_script_folds_in_queries_and_texts(library):
    assert found(library, "افيون") == found(library, "أفيون") == ["afyun"]
    assert found(library, "ترياك") == ["taryak"]
    assert found(library, "قاچاقچیان را دستگیر میکند") == found(library, "قاچاقچیان را دستگیر می کند") == ["taryak"]


def test_digits_of_any_script_match(library):
    assert {"taryak", "opium"} <= set(found(library, "500")) == set(found(library, "۵۰۰"))


@pytest.fixture(scope="module")
def lexicon():
    text = """
[drug.opium]
ar: أفيون
fa: تریاک
en: opium
ru: опий
fr: opium
es: opio

[body.border-police]
ar: شرطة الحدود | حرس الحدود
fa: پلیس مرزی
en: border police
ru: пограничная полиция
fr: police aux frontières
es: policía de fronteras
"""
    return Lexicon({concept.id: concept for concept in parse_lexicon(text.splitlines(), "test")})


def found_with(lexicon, engine, text, **options):
    return Searcher(engine, HashEncoder(), CALIBRATION, lexicon).search(text, mode="keyword", **options)


def test_a_concept_is_searched_in_the_other_languages_too(library, lexicon):
    results = found_with(lexicon, library, "opium")
    assert {hit.release.id for hit in results.hits} == {"opium", "undated", "afyun", "taryak", "opiy"}
    assert results.total.words == 5
    assert {(also.term, also.lang) for also in results.also_searched} >= {("أفيون", "ar"), ("опий", "ru")}
    hit = next(hit for hit in results.hits if hit.release.id == "opiy")
    assert [(word.query, word.form) for word in hit.why.words] == [("opium", "concept")]
    assert [hit.title.text[start:end] for start, end in hit.title.marks] == ["опий"]


def test_a_concept_that_is_switched_off_is_searched_as_typed(library, lexicon):
    results = found_with(lexicon, library, "opium", without=["drug.opium"])
    assert {hit.release.id for hit in results.hits} == {"opium", "undated"}
    assert results.also_searched == ()


def test_other_words_for_the_same_count_less_than_those_typed(engine, lexicon):
    write(
        engine,
        *(release(f"typed{i}", "ar", "شرطة الحدود", "نص") for i in range(3)),
        *(release(f"other{i}", "ar", "حرس الحدود", "نص") for i in range(3)),
        release("far", "ar", "حرس المدينة على الحدود", "نص"),
        release("russian", "ru", "Пограничной полицией", "задержаны двое"),
    )
    results = found_with(lexicon, engine, "شرطة الحدود", filters=Filters(langs=("ar", "ru")))
    ids = [hit.release.id for hit in results.hits]
    assert set(ids[:3]) == {"typed0", "typed1", "typed2"}
    assert {"other0", "other1", "other2", "russian"} <= set(ids)
    assert "far" not in ids


def test_variants_of_a_concept_do_not_add_up(engine, lexicon):
    write(
        engine,
        *(release(f"one{i}", "ar", "", "حرس الحدود وغيرهم في المدينة") for i in range(2)),
        *(release(f"other{i}", "ar", "", "شرطة الحدود وغيرهم في المدينة") for i in range(2)),
        release("both", "ar", "", "شرطة الحدود وحرس الحدود في المدينة"),
    )
    bm25 = {hit.release.id: hit.why.bm25 for hit in found_with(lexicon, engine, "border police").hits}
    assert bm25["both"] < 1.2 * max(bm25["one0"], bm25["other0"])
