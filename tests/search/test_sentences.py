"""Where sentences begin and end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import sentences


def told(text, lang):
    return [text[start:end] for start, end in sentences.split(text, lang)]


@pytest.mark.parametrize(
    ("lang", "text", "wanted"),
    [
        (
            "en",
            "Officers seized 1.5 tonnes of opium. Mr. Smith was arrested on Monday!",
            ["Officers seized 1.5 tonnes of opium.", "Mr. Smith was arrested on Monday!"],
        ),
        (
            "ru",
            "КАМЕНОГРАД, 8 февраля 2024 г. Задержаны пятеро фигурантов. Следствие продолжается.",
            ["КАМЕНОГРАД, 8 февраля 2024 г. Задержаны пятеро фигурантов.", "Следствие продолжается."],
        ),
        (
            "ar",
            "ضبطت الشرطة كمية من المخدرات في الميناء. هل أوقف المتهمون في القضية؟ نعم، أوقف ثلاثة منهم.",
            [
                "ضبطت الشرطة كمية من المخدرات في الميناء.",
                "هل أوقف المتهمون في القضية؟",
                "نعم، أوقف ثلاثة منهم.",
            ],
        ),
        (
            "fa",
            "پلیس زاهدان\n\nرئیس پلیس گفت: ۲۰ کیلوگرم تریاک کشف شد. تحقیقات ادامه دارد و متهم بازداشت است.",
            [
                "پلیس زاهدان",
                "رئیس پلیس گفت: ۲۰ کیلوگرم تریاک کشف شد.",
                "تحقیقات ادامه دارد و متهم بازداشت است.",
            ],
        ),
    ],
)
def test_sentences_are_those_that_a_reader_sees(lang, text, wanted):
    assert told(text, lang) == wanted


TEXTS = st.text(
    st.sampled_from('aБش۱. \n!؟\u200c\u202e\0(«"é…') | st.characters(exclude_categories=["Cs"]), max_size=80
)


@given(text=TEXTS, lang=st.sampled_from(["ar", "fa", "en", "ru", "fr", "es"]))
def test_sentences_cover_all_but_space_in_order(text, lang):
    at = 0
    for start, end in sentences.split(text, lang):
        assert not text[at:start].strip()
        assert text[start:end] == text[start:end].strip() != ""
        assert "\n" not in text[start:end]
        at = end
    assert not text[at:].strip()


@pytest.mark.parametrize("text", ["a" * 200_000, "А.Б. " * 40_000, ".\u202e" * 100_000, '("' * 100_000, "\0" * 200_000])
def test_no_text_takes_long(text):
    assert sentences.split(text, "ru")
