"""Names across scripts: spellings that must meet, names that must not, and where names stand in texts.

Spellings are of real press releases in six languages.
"""

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzers import LANGUAGES, UnknownLanguageError
from search.names import (
    KEY_VERSION,
    SAME,
    closeness,
    index_keys,
    keys,
    occurrences,
    query_keys,
    runs,
    similarity,
    split,
)
from search.transliteration import MOST_KEYS

SPELLINGS = {
    "INTERPOL": "الإنتربول الانتربول الأنتربول الانتروبول إنتربول انتربول للإنتربول بالإنتربول والإنتربول اینترپل اينترپل "
    "اینترپول Интерпол Интерпола Интерполом INTERPOL Interpol",
    "Stock": "شتوك ستوك استوک اشتاک Шток Штока Штоку Штоком Штоке Stock",
    "Jürgen": "يورغن يورجن یورگن Юрген Юргена Jürgen JÜRGEN Juergen Jurgen",
    "Jürgen as read": "جورجن جورغن Jürgen Jurgen",
    "Raisi": "الريسي ريسي Аль-Раиси ар-Раиси эр-Раиси al-Raisi Al-Raisi ar-Raisi Raisi",
    "Naser": "الناصر ناصر Насер Naser Nasser Nácer",
    "Urquiza": "أوركيزا أوركويزا Уркиса Urquiza",
    "Hongwei": "هونغوي هونغوى هونگوی Хунвэй Хунвэя Хунвэю Hongwei",
    "Yang": "يانج يانغ Янг Yang",
    "Qurayshi": "القرشي القريشي القریشی القُرشی аль-Курейши Курайши Кураши Qurayshi Qurashi Quraishi al-Qurayshi",
    "Rigi": "ريغي ريجي ریگی Риги Rigi",
    "Jundallah": "جندالله جُندالله Джундалла Jundallah Jundollah Jundullah Joundallah",
    "Malik": "المالك مالك Malik Malek al-Malik Малик",
    "Abdulmalik": "عبدالمالك Абдулмалик Абдель-Малик Abdolmalek Abdulmalik Abdelmalek Abd-al-Malik",
    "Fedulov": "فدولف فدولوف Федулов Федулова Федулову Федуловым Fedulov",
    "Fedotov": "فيدوتوف فدوتوف فدتوف Федотов Федотовым Fedotov Fedotow Fedotoff",
    "Fyodorova": "Фёдоров Федоров Фёдорова Федорову Фёдоровой Федоровым Fedorov Fedorova فيودوروف فدوروف",
    "Sharsheev": "شارشیف Шаршеев Шаршеева Sharsheev Sharshiev",
    "Ularbek": "اولاربک Уларбек Ularbek Olarbek",
    "captagon": "كبتاغون كابتاغون كبتاجون كابتاجون کاپتاگون الكبتاغون captagón captagon каптагон",
    "Daesh": "داعش داعـش ДАИШ Daesh",
    "Baluchistan": "بلوشستان وبلوشستان وبلوجستان بلوچستان Белуджистан Baluchestan Balochistan",
    "Saravan": "سراوان سروان Сараван Saravan",
    "Vahdat": "وحدت Вахдат Vahdat Vakhdat Wahdat",
    "Atma": "Атма Атем Atma",
    "Jamal": "جمال Джамал Djamel Jamal Gamal Djamal",
    "Yusuf": "يوسف یوسف Юсуф Youssef Yusuf Yousuf Yussuf Youssouf",
    "Hicham": "هشام Хишам Hicham Hisham Hichem",
    "Khamenei": "خامنه‌ای خامنهای Хаменеи Khamenei Khaménei",
    "Soleimani": "سليماني سلیمانی Сулеймани Солеймани Soleimani Suleimani Souleimani",
    "Guzmán": "غوزمان گوسمان Гусман Guzmán Guzman",
    "Joaquín": "خواكين خواکین Хоакин Joaquín",
    "Akhmedov": "أحمدوف احمدوف Ахмедов Akhmedov Ahmadov Ahmedov",
    "Ghasem": "قاسم Гасем Касем Qasim Ghasem Qassem Kacem",
    "Reza": "رضا Реза Reza Réza",
}
"""Spellings of one name: each two of them share a key, and are close."""

DISTINCT = [
    ("Fedulov", "Fedotov"),
    ("فدولف", "Fedotov"),
    ("فيدوتوف", "Fedulov"),
    ("Федулов", "فيدوتوف"),
    ("Fedulov", "Fedurov"),
    ("Pisani", "كيساني"),
    ("پیسانی", "کیسانی"),
    ("خليل", "Khalid"),
    ("محمد", "Ahmed"),
    ("سليم", "Salman"),
    ("حميد", "Hamdan"),
    ("Hassan", "Hussein"),
    ("حسين", "Hamid"),
    ("بدر", "Peter"),
    ("لبنان", "Alban"),
]


@pytest.mark.parametrize("name", SPELLINGS)
def test_spellings_of_one_name_share_a_key(name):
    pairs = combinations(SPELLINGS[name].split(), 2)
    assert [pair for pair in pairs if keys(pair[0]).isdisjoint(keys(pair[1]))] == []


@pytest.mark.parametrize("name", SPELLINGS)
def test_spellings_of_one_name_are_close(name):
    pairs = combinations(SPELLINGS[name].split(), 2)
    assert [(*pair, closeness(*pair)) for pair in pairs if closeness(*pair) < SAME - 0.05] == []


@pytest.mark.parametrize(("a", "b"), DISTINCT)
def test_names_of_two_people_are_not_the_same(a, b):
    assert closeness(a, b) < SAME


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Jürgen Stock", "يورغن شتوك"),
        ("Jürgen Stock", "يورجن ستوك"),
        ("Jürgen Stock", "جورجن استوک"),
        ("Jürgen Stock", "یورگن اشتایک"),
        ("Jürgen Stock", "Юргена Штока"),
        ("Jürgen Stock", "Türgen Stock"),
        ("Stock Jürgen", "يورغن شتوك"),
        ("Meng Hongwei", "مينغ هونغ وي"),
        ("Meng Hongwei", "مینگ هونگوی"),
        ("Meng Hongwei", "Мэна Хунвэя"),
        ("Kim Jong-yang", "كيم جونج يانج"),
        ("Kim Jong-yang", "كيم غونغ يانغ"),
        ("Kim Jong-yang", "كيم يونغ يانغ"),
        ("Kim Jong-yang", "Ким Чон Ян"),
        ("Kim Jong-yang", "Ким Чен Янг"),
        ("Ahmed Naser Al-Raisi", "احمد الناصر الريسي"),
        ("Ahmed Al Raisi", "احمد الناصر الريسي"),
        ("Abdolmalek Rigi", "عبد المالك ريغي"),
        ("Abdulmalik Rigi", "عبدالملك ريجي"),
        ("Abd al-Malik Rigi", "عبدالمالک ریگی"),
        ("Mohammad Alqasimehr", "محمد القاصي مهر"),
        ("Mohammad Alghasi Mehr", "محمد القسيمهر"),
        ("Mohammad Hossein Rezaei", "محمدحسین رضایی"),
        ("Nour-Eddine Ben Ali", "نور الدين بن علي"),
        ("Noureddine Benali", "نور الدين بن علي"),
        ("Mohammed bin Salman", "محمد سلمان"),
        ("Djamel Haddad", "Jamal Haddad"),
    ],
)
def test_names_meet_whole(a, b):
    assert similarity(split(a), split(b)).score >= SAME
    assert similarity(split(b), split(a)).score == pytest.approx(similarity(split(a), split(b)).score)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Fedulov", "فيدوتوف"),
        ("Ivan Fedulov", "إيفان فيدوتوف"),
        ("Jürgen Stock", "Juergen Inventory"),
        ("Ahmed Al Raisi", "أحمد القريشي"),
        ("Mohammed Hassan", "محمد خليل"),
        ("Stock", "يورغن شتوك المعلم"),
    ],
)
def test_names_that_share_less_do_not(a, b):
    assert similarity(split(a), split(b)).score < SAME


def test_a_match_tells_its_pairs():
    match = similarity(split("Abdolmalek Stock Jürgen"), split("يورغن شتوك عبد المالك"))
    assert {pair[1:] for pair in match.pairs} == {((0, 1), (2, 3)), ((1, 2), (1, 2)), ((2, 3), (0, 1))}
    assert similarity(split("Mohammad Hossein"), split("محمدحسین")).pairs[0][1:] == ((0, 2), (0, 1))


def test_order_and_missing_names_cost_a_little():
    whole = similarity(split("Ahmed Naser Raisi"), split("Ahmed Naser Raisi")).score
    turned = similarity(split("Raisi Ahmed Naser"), split("Ahmed Naser Raisi")).score
    missing = similarity(split("Ahmed Raisi"), split("Ahmed Naser Raisi")).score
    assert whole == 1.0 > turned > missing > SAME


def test_what_is_no_letter_of_the_name_is_passed_over():
    expected = keys("القرشی")
    for spelling in ("القُرشی", "القـــرشی", "\u200fالقرشی\u200f", "ال\u200cقرشی", "القرشي", "ﺍﻟﻘﺮﺷﻲ"):
        assert keys(spelling) == expected
    assert keys("O'Brien") == keys("O’BRIEN") == keys("obrien") == keys("ÓBrién")


def test_articles_are_part_of_no_key():
    for spelling in ("al-Raisi", "Al Raisi", "El-Raisi", "ar-Raisi", "Аль-Раиси", "الريسي", "والريسي", "للريسي"):
        assert keys("Raisi") <= keys(spelling)


def test_names_are_split_where_they_may_be_written_apart():
    assert split("Abd al-Malik al-Rigi") == ("Abd al Malik", "al Rigi")
    assert split("عبد المالك ريگي") == ("عبد المالك", "ريگي")
    assert split("Kim Jong-yang") == ("Kim", "Jong", "yang")
    assert split("Abd ar-Rahman") == ("Abd ar Rahman",)


def test_particles_are_not_looked_up_alone():
    assert index_keys(split("Ben Ali")) == keys("Ali") | keys("Ben Ali")
    assert query_keys(("bin", "Salman")) == [keys("bin Salman"), keys("Salman") | keys("bin Salman")]
    assert not query_keys(split("Benali"))[0].isdisjoint(index_keys(split("بن علي")))
    assert not query_keys(split("Mohammad Hossein"))[1].isdisjoint(index_keys(split("محمدحسین")))


def found(text, lang, **options):
    return [text[name.start : name.end] for name in runs(text, lang, **options)]


@pytest.mark.parametrize(
    ("lang", "text", "names"),
    [
        ("en", "Police arrested Ahmed bin Ali al-Raisi in Dubai.", ["Ahmed bin Ali al-Raisi", "Dubai"]),
        ("en", "Officers said so. Stock said nothing.", []),
        ("en", "Officers said so. Jürgen Stock said nothing.", ["Jürgen Stock"]),
        ("en", "The Minister met J. Stock’s deputy at Tell Sharma", ["Minister", "Stock", "Tell Sharma"]),
        ("en", "INTERPOL and CARICC met the BND", ["INTERPOL", "CARICC"]),
        ("en", "Major Ivan Petrov\nKyiv, 5 May", ["Major Ivan Petrov", "May"]),
        ("fr", "le général d’Algérie, Mohamed Ould Khayar", ["Algérie", "Mohamed Ould Khayar"]),
        ("es", "según Andrés Manuel de la Cruz y Soto, de Madrid", ["Andrés Manuel de la Cruz y Soto", "Madrid"]),
        ("es", "Hoy El galerista fue detenido por Dana al-Murshidi", ["Dana al-Murshidi"]),
        ("ru", "По словам Фёдора Аль-Раиси, МВД и Интерпол", ["Фёдора Аль-Раиси", "Интерпол"]),
        ("ar", "قال عبد المالك ريغي في طهران", ["قال", "عبد المالك", "ريغي", "طهران"]),
        ("ar", "على علي أن", ["علي"]),
        ("fa", "و علی رضایی از تهران", ["علی", "رضایی", "تهران"]),
        ("fa", "باند «IceLatch» (Ice Latch)", ["باند", "IceLatch", "Ice Latch"]),
    ],
)
def test_runs_are_what_may_be_names(lang, text, names):
    assert found(text, lang) == names


def test_queries_are_typed_without_capitals():
    assert found("jürgen stock and المالك", "en", cased=False) == ["jürgen", "stock", "المالك"]


def test_a_title_in_capitals_is_cut():
    names = runs("SEVENTEEN MEN WERE ARRESTED IN BOROVIA OVER PHONE FRAUD AGAINST PENSIONERS THERE LAST WEEK", "en")
    assert max(len(name.tokens) for name in names) <= 8


def test_runs_need_a_known_language():
    with pytest.raises(UnknownLanguageError):
        runs("Jürgen Stock", "de")


TEXT = (
    "وقال الأمين العام للإنتربول يورغن شتوك إن محمد حسن علي أوقف في طهران. "
    "Jürgen Stock said so, Stock said again. Дана бинт Саид аль-Муршиди и дежурный Федотов."
)


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("Juergen Stock", ["يورغن شتوك", "Jürgen Stock"]),
        ("штока юргена", ["يورغن شتوك", "Jürgen Stock"]),
        ("جورجن استوک", ["يورغن شتوك", "Jürgen Stock"]),
        ("Mohammad Hassan", ["محمد حسن"]),
        ("Hassan Mohammad Ali", ["محمد حسن علي"]),
        ("دانة المرشدي", ["Дана бинт Саид аль-Муршиди"]),
        ("Stock", []),
        ("Mohammed Fedotov", []),
        ("Ivan Fedulov", []),
    ],
)
def test_names_are_found_where_two_of_their_words_stand_together(query, places):
    hits = occurrences(split(query), runs(TEXT, "ar"), TEXT)
    assert [TEXT[hit.start : hit.end] for hit in hits] == places


def test_a_rare_word_is_found_alone():
    names = runs(TEXT, "ar")
    hits = occurrences(("Jürgen", "Stock"), names, TEXT, rare={1})
    assert [TEXT[hit.start : hit.end] for hit in hits] == ["يورغن شتوك", "Jürgen Stock", "Stock"]
    assert [hit.found for hit in hits] == [{0, 1}, {0, 1}, {1}]
    assert [TEXT[hit.start : hit.end] for hit in occurrences(("Fedotov",), names, TEXT, rare={0})] == ["Федотов"]
    assert occurrences(("Fedulov",), names, TEXT, rare={0}) == []


def test_names_of_two_lines_are_not_one():
    text = "Release of Hassan\nMohammed Rigi"
    assert occurrences(("Hassan", "Mohammed"), runs(text, "en"), text) == []


words = st.text(
    st.one_of(
        st.sampled_from(
            "abdehijlmnourstyz ابتجحخدذرزسشعغفقكلمنهويپچژگیة абвгдеёжзийклмнор -'’\u200c\u200f\u0301\u064e$^<>"
        ),
        st.characters(),
    ),
    max_size=60,
)


@given(words, words)
def test_closeness_is_symmetric_and_bounded(a, b):
    assert 0.0 <= closeness(a, b) <= 1.0
    assert closeness(a, b) == closeness(b, a)


@given(words)
def test_tokens_have_few_keys(token):
    assert len(keys(token)) <= MOST_KEYS
    assert "" not in keys(token)


@given(words, st.sampled_from(LANGUAGES), st.booleans())
def test_runs_have_the_offsets_of_their_text(text, lang, cased):
    tokens = [token for name in runs(text, lang, cased=cased) for token in name.tokens]
    for token in tokens:
        assert text[token.start : token.end] == token.text or " " in token.text
    assert all(one.end <= other.start for one, other in pairwise(tokens))


@given(st.lists(words, max_size=5), words)
def test_any_query_can_be_asked_of_any_text(query, text):
    for hit in occurrences(query, runs(text, "ru"), text, rare={0}):
        assert 0 <= hit.start < hit.end <= len(text)


@pytest.mark.parametrize(
    "text", ["a" * 10_000, "ا" * 10_000, "а\u0301b" * 5_000, "al-" * 5_000, "عبد " * 5_000, "\u200f" * 9_999]
)
def test_long_texts_of_one_kind_are_read(text):
    assert len(keys(text)) <= MOST_KEYS
    assert closeness(text, text[::-1]) <= 1.0
    assert occurrences(split(text)[:9], runs(text, "ar"), text) is not None


def test_the_version_of_keys_is_a_short_hash():
    assert len(KEY_VERSION) == 16
    assert int(KEY_VERSION, 16)
