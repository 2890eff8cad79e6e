"""Terms as an engine counts them, and those one edit away."""

import pytest

from search.keywords import Word
from tests.behaviour.conftest import release


@pytest.fixture(scope="module")
def library(stocked):
    return stocked(
        release("opium", "en", "Opium seizure", "Police seized opium. Traffickers were arrested."),
        release("opium2", "en", "Opium seizure again", "More opium."),
        release("petition", "en", "Petition", "A petition about opinions."),
        release("taryak", "fa", "کشف تریاک در مرز", "پلیس ۵۰۰ کیلوگرم تریاک کشف کرد."),
        release("opiy", "ru", "На границе изъят опиум", "Полиция изъяла опиум, контрабандисты задержаны."),
    )


def test_neighbours_are_the_exact_terms_one_edit_away(library):
    found = library.view().neighbours(
        {"en": ["opuim", "opium", "traffickerz", "qqqqqq"], "fa": ["ترياق"], "ru": ["полицыя"], "ar": ["قاچاق"]}
    )
    assert found == {
        "en": {"opuim": {"opium": 2}, "opium": {}, "traffickerz": {"traffickers": 1}, "qqqqqq": {}},
        "fa": {"ترياق": {"ترياك": 1}},
        "ru": {"полицыя": {"полиция": 1}},
        "ar": {"قاچاق": {}},
    }


def test_frequencies_are_of_each_language_and_form(library):
    words = [Word("opium"), Word("opium", exact=True), Word("arrest"), Word("arrested", exact=True), Word("absent")]
    assert library.view().frequencies({"en": words, "fr": words[:1]}) == {
        "en": {words[0]: 2, words[1]: 2, words[2]: 1, words[3]: 1, words[4]: 0},
        "fr": {words[0]: 0},
    }
