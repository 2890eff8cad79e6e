import json
import re
import threading
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import analyzers
from analyzers import Token, UnknownLanguageError, analyzer
from analyzers.analyzer import Analyzer
from analyzers.folding import fold

LETTERS = (
    "اأإآبتثجحخدذرزسشصضطظعغفقكلمنهويىةئؤءکگچپژیۀ\u0640\u064b\u0651\u0654\u0670\u200c\u200d\u200f\u202b\ufeff٠٣۵ﻻﷲ،؛؟٬٫"
    "abcEISTééñÇœßİı\u0301\u0308абвёйІ\u0306κο0123456789..,,::'’_-/#@«»\"()   \u00a0\u202f\n😀©漢カ한ไ"
)
TEXTS = st.one_of(st.text(), st.text(alphabet=LETTERS, max_size=60))
CHAINS = st.sampled_from([(lang, exact) for lang in analyzers.CHAINS for exact in (False, True)])


@given(CHAINS, TEXTS)
@settings(max_examples=600, deadline=None)
def test_tokens_lie_in_the_text_and_in_order(chain, text):
    tokens = analyzer(chain[0], exact=chain[1]).tokens(text)
    assert all(0 <= token.start < token.end <= len(text) for token in tokens)
    assert all(one.start <= other.start for one, other in pairwise(tokens))
    assert all(one.position < other.position for one, other in pairwise(tokens))
    assert all(token.term for token in tokens)


@given(CHAINS, TEXTS)
@settings(max_examples=600, deadline=None)
def test_terms_are_the_tokens_terms(chain, text):
    chosen = analyzer(chain[0], exact=chain[1])
    assert chosen.terms(text) == [token.term for token in chosen.tokens(text)]


@given(CHAINS, TEXTS)
@settings(max_examples=300, deadline=None)
def test_the_last_step_gives_the_tokens(chain, text):
    chosen = analyzer(chain[0], exact=chain[1])
    assert list(chosen.steps(text)[-1].tokens or ()) == chosen.tokens(text)


@given(st.sampled_from(analyzers.CHAINS), TEXTS)
@settings(max_examples=300, deadline=None)
def test_positions_of_both_chains_line_up(lang, text):
    exact = {token.position: token for token in analyzer(lang, exact=True).tokens(text)}
    for token in analyzer(lang).tokens(text):
        assert (token.start, token.end) == (exact[token.position].start, exact[token.position].end)


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


WORDS = [
    "الإنتربول",
    "لمكافحة",
    "المخدّرات",
    "سـازمان",
    "کتاب\u200cها",
    "می\u200cکند",
    "بین\u200cالملل",
    "Jürgen",
    "l’arrestation",
    "SÉCURITÉ",
    "Интерпола",
    "ещё",
    "11,432",
    "١١٬٤٣٢",
]


@given(CHAINS, st.lists(st.sampled_from(WORDS), min_size=1, max_size=8))
@settings(max_examples=300, deadline=None)
def test_a_plain_word_alone_has_the_same_term(chain, words):
    chosen = analyzer(chain[0], exact=chain[1])
    text = " ، ".join(words)
    for token in chosen.tokens(text):
        assert token.term in chosen.terms(text[token.start : token.end])


@pytest.mark.parametrize(
    ("lang", "text", "word", "marked"),
    [
        ("ar", "زعيمُ داعـشٍ قال", "داعش", "داعـشٍ"),
        ("fa", "این کتاب ها را", "کتاب", "کتاب ها"),
        ("fa", "این کتاب‌های خوب", "کتاب", "کتاب‌های"),
        ("fa", "قاچاق موادمخدر در", "مخدر", "مخدر"),
        ("fa", "قاچاق موادمخدر در", "مواد", "مواد"),
        ("ar", "مقر الأممالمتحدة في", "المتحدة", "المتحدة"),
        ("ar", "(«الإنتربول»)", "إنتربول", "الإنتربول"),
        ("ar", "\u200fالإنتر\u200fبول\u200e", "إنتربول", "الإنتر\u200fبول\u200e"),
        ("en", "😀 Ju\u0308rgen’s 𝗜𝗡𝗧𝗘𝗥𝗣𝗢𝗟", "interpol", "𝗜𝗡𝗧𝗘𝗥𝗣𝗢𝗟"),
        ("en", "😀 Ju\u0308rgen’s", "Jurgen", "Ju\u0308rgen’s"),
        ("ar", "ﷺ والإنتربول", "إنتربول", "والإنتربول"),
        ("ru", "в ещё более", "еще", "ещё"),
        ("fr", "dans l’opération", "operation", "l’opération"),
    ],
)
def test_marks_fall_on_the_words_as_printed(lang, text, word, marked):
    chain = analyzer(lang)
    wanted = chain.terms(word)
    assert [text[token.start : token.end] for token in chain.tokens(text) if [token.term] == wanted] == [marked]


def test_a_stop_word_leaves_a_gap_in_the_positions():
    assert analyzer("en").tokens("The arrest of a smuggler") == [
        Token("arrest", 4, 10, 1),
        Token("smuggl", 16, 24, 4),
    ]
    assert analyzer("en", exact=True).terms("The arrests") == ["the", "arrests"]


def test_a_word_longer_than_lucene_takes_is_cut():
    assert [len(term) for term in analyzer("en", exact=True).terms("a" * 600)] == [255, 255, 90]


def test_an_unknown_language_is_told_in_a_sentence():
    with pytest.raises(UnknownLanguageError, match="no analyzer for the language 'de'; there are ar, fa") as caught:
        analyzer("de")
    assert isinstance(caught.value, KeyError)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("İSTANBUL'DA DÜZENLENEN OPERASYONDA", "istanbul da duzenlenen operasyonda"),
        ("dell’Interno", "dell interno"),
        ("Oʻzbekiston O'zbekiston", "o zbekiston o zbekiston"),
        ("Straßenkontrollen", "strassenkontrollen"),
        ("کراچی کراچي كراچى", "كراچي كراچي كراچي"),
        ("د افغانستان په ننګرهار کې ۴۱۲ کسان", "د افغانستان په ننكرهار كي 412 كسان"),
        ("the police in der Nähe", "the police in der nahe"),
        ("云南警方", "云 南 警 方"),
        ("ტრეფიკინგი 12,5", "ტრეფიკინგი 12.5"),
    ],
)
def test_the_neutral_chain_folds_and_leaves_words_as_they_are(text, terms):
    assert analyzer(analyzers.UNDETERMINED).terms(text) == terms.split()
    assert analyzer(analyzers.UNDETERMINED, exact=True).tokens(text) == analyzer(analyzers.UNDETERMINED).tokens(text)


def test_an_analyzer_is_made_once():
    assert analyzer("ar") is analyzer("ar")
    assert analyzer("ar") is not analyzer("ar", exact=True)


def test_threads_share_an_analyzer():
    chain = Analyzer("en", analyzer("en").chain)
    text = " ".join(f"smuggling{number} organizations arrested" for number in range(300))
    expected = analyzer("en").terms(text)
    found: list[list[str]] = []
    threads = [threading.Thread(target=lambda: found.append(chain.terms(text))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 8


def test_the_fingerprint_is_short_and_stands_still():
    assert re.fullmatch("[0-9a-f]{16}", analyzers.fingerprint())
    assert analyzers.fingerprint() == analyzers.fingerprint()


def test_the_fingerprint_follows_the_lexicons(monkeypatch):
    before = analyzers.fingerprint()
    changed = analyzers.settings("ar")
    changed["analysis"]["filter"]["bayan_ar_stop"]["stopwords"].append("كلمة")
    monkeypatch.setattr(analyzers, "settings", lambda lang: changed if lang == "ar" else {})
    analyzers.fingerprint.cache_clear()
    after = analyzers.fingerprint()
    analyzers.fingerprint.cache_clear()
    assert before != after


@pytest.mark.parametrize("lang", analyzers.CHAINS)
def test_settings_are_json_of_a_size_that_a_node_takes(lang):
    rendered = analyzers.settings(lang)
    assert len(json.dumps(rendered).encode()) < 600_000
    assert set(rendered["analysis"]["analyzer"]) == {f"bayan_{lang}", f"bayan_{lang}_exact"}
    for chain in rendered["analysis"]["analyzer"].values():
        assert set(chain["char_filter"]) <= set(rendered["analysis"]["char_filter"])
        assert set(chain["filter"]) <= set(rendered["analysis"]["filter"]) | {"lowercase", "decimal_digit"}
        assert chain["tokenizer"] == "standard"


@pytest.mark.parametrize(
    "word", ["إيران", "ایرانی", "آمریکا", "أميركا", "إنتربول", "اینترپل", "سورية", "تاجیکستان", "کابل", "طالبان"]
)
def test_a_name_is_one_term_in_both_languages_of_the_script(word):
    assert analyzer("ar").terms(word) == analyzer("fa").terms(word)


@pytest.mark.parametrize("unit", ["a", "_", "1,", "a'", "a_", "م", "\u0640"])
def test_a_run_of_a_million_letters_is_read_in_pieces(unit: str) -> None:
    # A base64 image or a line of underscores; read as one match, this would take hours.
    tokens = analyzer("en", exact=True).tokens(unit * 500_000)
    assert all(token.end - token.start <= 255 for token in tokens)
