import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search import keyboards
from search.keyboards import Pair

TYPED = {
    ("us", "ru"): {"yfhrjnbrb": "наркотики", "gjkbwbz": "полиция", ",jhm,f": "борьба", "'rcnhflbwbz": "экстрадиция", "Vjcrdf": "Москва"},
    ("ru", "us"): {"штеукзщд": "interpol", "вкгп": "drug", "зщдшсу": "police", "ИЩКВУК": "BORDER", "еуккщкшыь": "terrorism"},
    ("us", "ar"): {"hgav'm": "الشرطة", "hglo]vhj": "المخدرات", "jivdf": "تهريب", "hghvihf": "الارهاب", "fby": "بلاغ", "hglk/lm": "المنظمة"},
    ("ar", "us"): {"حخمهؤث": "police", "يقعل": "drug", "لاخقيثق": "border", "شققثسف": "arrest", "شبلاشى": "afghan"},
    ("us", "fa"): {"rh]hr": "قاچاق", "l,hn": "مواد", "mgds": "پلیس", "jvdh;": "تریاک", "Hlhv": "آمار"},
    ("fa", "us"): {"حخمهزث": "police", "یقعل": "drug", "زخزشهدث": "cocaine", "شققثسف": "arrest"},
    ("us", "fa-windows"): {"\\gds": "پلیس", "rh]hr": "قاچاق", "lsm,g": "مسئول", "'vn": "گرد"},
    ("fa-windows", "us"): {"حخمهزث": "police", "یقعل": "drug", "اثقخهد": "heroin", "ذخقیثق": "border"},
    ("us", "fr"): {"trqfic": "trafic", "enauete": "enquete", ";eurtre": "meurtre", "qr;es": "armes"},
    ("fr", "us"): {"cocqine": "cocaine", "qrrest": "arrest", "zeqpons": "weapons", "s,uggling": "smuggling"},
    ("ar", "fa"): {"ةليس": "پلیس", "كشب": "کشب", "ؤمان": "زمان"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("pair", "typed", "meant"),
    [(Pair(*pair), typed, meant) for pair, words in TYPED.items() for typed, meant in words.items()],
)
def test_the_same_keys_on_another_layout(pair, typed, meant):
    assert meant in keyboards.readings(typed)[pair]


def test_a_key_with_two_letters_is_read_both_ways():
    assert set(keyboards.readings("شبلاشى")[Pair("ar", "us")]) == {"afban", "afghan"}


def test_a_capital_at_the_beginning_is_a_letter_too():
    assert keyboards.readings("Rh]hr")[Pair("us", "fa")] == ("قاچاق",)


@given(st.text(max_size=200))
@example("`")
def test_a_reading_is_a_word_on_the_layout_that_was_meant(text):
    for pair, readings in keyboards.readings(text).items():
        assert pair.typed != pair.meant
        for meant in readings:
            assert any(map(str.isalpha, meant))
            assert set(meant) <= set("".join(keyboards.layouts()[pair.meant].keys.values()))


@pytest.mark.parametrize("letters", ["abcdefghijklmnopqrstuvwxyz", "abcdefghijklmnopqrstuvwxyz".upper()])
@pytest.mark.parametrize("layout", ["us", "fr"])
def test_a_latin_layout_has_every_letter_once(layout, letters):
    keys = list(keyboards.layouts()[layout].keys.values())
    assert [keys.count(letter) for letter in letters] == [1] * 26


def test_other_layouts_have_every_letter_of_their_language():
    for layout, letters in {
        "ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        "ar": "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي",
        "fa": "ءآأؤئابپتثجچحخدذرزژسشصضطظعغفقکگلمنهوی",
        "fa-windows": "ءآأؤئابپتثجچحخدذرزژسشصضطظعغفقکگلمنهوی",
    }.items():
        assert set(letters) <= set(keyboards.layouts()[layout].keys.values()), layout


def test_a_row_that_is_not_whole_is_refused():
    with pytest.raises(ValueError, match="Line 2 of the keyboard layouts is no whole row"):
        keyboards.parse("[xx]\nB a b c\n")
    with pytest.raises(ValueError, match="xx lacks a row"):
        keyboards.parse("[xx]\nE a\n")


def test_long_text_is_read_in_time_that_grows_with_it():
    assert Pair("us", "ru") in keyboards.readings("a" * 10_000)
    assert keyboards.readings("a'" * 5_000 + "\0") == {}
