"""Queries that nobody planned for: a sentence that says why not, or sensible results; from every engine the same."""

import pytest

from search.errors import QueryError
from search.searcher import WORDS_DEPTH
from tests.behaviour.conftest import found, release, searcher, write

MODES = ("keyword", "hybrid", "semantic")


@pytest.fixture(scope="module")
def library(stocked):
    return stocked(
        release(
            "arms",
            "en",
            "Police seize 500 rifles",
            "The police of the port seized 500 rifles in 2019. INTERPOL was told.",
        ),
        release("pills", "ar", "ضبط ٥٠٠ كيلوغرام", "ضبطت الشرطة ٥٠٠ كيلوغرام من المخدرات في المطار، وأبلغت الإنتربول."),
        release("opium", "fa", "کشف تریاک", "پلیس در سال ۱۴۰۳ در مرز تریاک کشف کرد. احمد ریگی بازداشت شد."),
        release("border", "ru", "Изъято 500 кг", "На границе изъято 500 килограммов опия. Об этом сообщил Интерпол."),
    )


@pytest.mark.parametrize(
    ("typed", "ids"),
    [
        # Stop words alone are searched as they stand.
        ("the of", {"arms"}),
        ("في من", {"pills"}),
        ("и в на", set()),
        ("-the", {"arms", "pills", "opium", "border"}),
        ("the -police", set()),
        # Digits of any writing.
        ("2019", {"arms"}),
        ("500", {"arms", "pills", "border"}),
        ("٥٠٠", {"arms", "pills", "border"}),
        ("۱۴۰۳", {"opium"}),
        ("9" * 900, set()),
        # Letters of two scripts in one word, as a slip of the keyboard or to deceive.
        ("Интерпoл", {"arms", "pills", "border"}),
        ("INTERPОL", {"arms", "pills", "border"}),
        ("captaгон", set()),
        # A name the other way round, with a comma or without.
        ("Rigi Ahmad", {"opium"}),
        ("ريغي أحمد", {"opium"}),
        ("Rigi, Ahmad", {"opium"}),
        # Marks of direction, as pasted text has them: around, within and between what counts.
        ("\u200fالشرطة\u200f", {"pills"}),
        ("ال\u200fشرطة", {"pills"}),
        ("\u202eالشرطة\u202c", {"pills"}),
        ('\u200f"الشرطة"\u200f', {"pills"}),
        ("rifles \u2067-الشرطة\u2069", {"arms"}),
        ("500 \u200f-rifles", {"pills", "border"}),
        # What is invisible, doubled, or breaks words.
        ("police\0rifles", {"arms"}),
        ("po\u00adlice", {"arms"}),
        ("الشـــــرطة", {"pills"}),
        ("🚓 police 🚓", {"arms"}),
    ],
)
def test_what_is_odd_is_searched_for_what_it_says(library, typed, ids):
    assert set(found(library, typed)) == ids


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("🚓", "empty"),
        ("🚓🚨 👮‍♀️", "empty"),
        ("\u200f\u202e", "empty"),
        ("«»", "empty"),
        ("\u064b\u064c", "empty"),
        ("OR", "OR must stand between"),
        (" ".join(f'"phrase{at}"' for at in range(65)), "more than 64"),
        ("police \udcff", "character 8"),
        ("م" * 1_001, "1,001 characters"),
    ],
)
def test_what_says_nothing_is_refused_with_a_sentence(library, typed, told, mode):
    with pytest.raises(QueryError, match=told) as refusal:
        searcher(library).search(typed, mode=mode)
    assert str(refusal.value)[-1] in ".…*)"


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "typed",
    [
        " ".join(f'"phrase {at}"' for at in range(30)),
        " OR ".join(f'"seized {at}"' for at in range(30)),
        " ".join(f"-word{at}" for at in range(60)),
        " ".join(f"пoлuция{at}ب" for at in range(60)),
        "ا" * 900,
        "ab* " * 60,
        "NOT AND ( ) [ ] { } ^ ~ ? \\ / + && || !",
        "{'query': {'match_all': {}}} lang",
        "a\u0301" * 300,
        "\u202e" + "ab\u202c " * 60,
        "½ ⅓ ² ① ﷺ ℃",
        "ـــ",
    ],
)
def test_whatever_is_typed_is_answered(library, typed, mode):
    results = searcher(library).search(typed, mode=mode)
    assert 0 <= len(results.hits) <= results.total.all <= WORDS_DEPTH
    assert sum(value.count for value in results.facets["lang"]) == results.total.all


def test_thirty_phrases_must_all_stand_in_a_text(engine):
    phrases = [f"officer {at} reported" for at in range(30)]
    write(
        engine,
        release("all", "en", "Report", ". ".join(phrases)),
        release("most", "en", "Report", ". ".join(phrases[:29])),
    )
    assert found(engine, " ".join(f'"{phrase}"' for phrase in phrases)) == ["all"]
