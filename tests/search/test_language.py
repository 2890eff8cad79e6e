"""The language of a text: by script, then among the script's languages; and when it is none of the six."""

import json
import re
import tomllib
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import analyzers
from analyzers.folding import fold
from search.errors import InputError
from search.language import detect, identify, name, spoken

SAMPLES = [
    json.loads(line)
    for line in (resources.files("indexer") / "samples" / "releases.jsonl").read_text("utf-8").splitlines()
]
OTHERS = [
    json.loads(line) for line in (Path(__file__).with_name("other_languages.jsonl")).read_text("utf-8").splitlines()
]
AS_ARABIC = str.maketrans({"ی": "ي", "ک": "ك", "\u200c": None})


def texts(title, body):
    """Give a release whole, and each of its lines and sentences, since pages are read in parts too."""
    yield f"{title}\n{body}"
    yield title
    yield from re.split(r"\n+|(?<=[.!?؟])\s", body)


def undetermined(records):
    return [text for text in records if any(map(str.isalpha, text)) and identify(text).lang == analyzers.UNDETERMINED]


def test_every_sample_is_told_and_no_part_of_it_is_taken_for_another_language():
    wrong = [r["id"] for r in SAMPLES if identify(r["title"] + "\n" + r["body"]).lang != r["lang"]]
    assert wrong == []
    assert undetermined(text for r in SAMPLES for text in texts(r["title"], r["body"])) == []


def test_persian_printed_in_the_letters_of_arabic_is_persian():
    persian = [f"{r['title']}\n{r['body']}".translate(AS_ARABIC) for r in SAMPLES if r["lang"] == "fa"]
    assert len(persian) > 10
    assert {identify(text).lang for text in persian} == {"fa"}
    assert undetermined(line for text in persian for line in text.split("\n")) == []


@pytest.mark.parametrize("file", ["corpus.jsonl", "queries.jsonl"])
def test_no_news_of_the_six_languages_is_taken_for_another(shared, file):
    lines = (shared / "eval" / "ntrex" / file).read_text("utf-8").splitlines()
    records = [json.loads(line)["text"] for line in lines]
    assert len(records) == 738
    assert undetermined(records) == []
    assert undetermined(line for text in records for line in text.split("\n")) == []


@pytest.mark.parametrize("record", OTHERS, ids=lambda record: f"{record['lang']}: {record['text'][:40]}")
def test_a_release_in_another_language_is_undetermined_and_its_language_is_named(record):
    told = identify(record["text"])
    assert (told.lang, told.other) == (analyzers.UNDETERMINED, record["lang"])
    assert name(told.other).endswith(f" ({record['lang']})")


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("کشف ۵۰۰ کیلوگرم تریاک در مرز", "fa"),
        ("پليس پيگيري مي کند و كيلوگرم ترياك كشف شد", "fa"),
        ("ضبط كمية من المخدرات في الميناء", "ar"),
        ("أعلن الإنتربول INTERPOL عن العملية Operation Lionfish في العاصمة", "ar"),
        ("Полиция изъяла наркотики (Interpol, UNODC, Europol)", "ru"),
        ("Saisie de stupéfiants à la frontière : quatre personnes interpellées", "fr"),
        ("La policía decomisó cocaína en el puerto", "es"),
        ("Police seized drugs at the border", "en"),
        # names, and nothing else that py3langid would go by
        ("Recep Tayyip Erdoğan meets Shavkat Mirziyoyev in Tashkent", "en"),
        ("Ertzaintza detiene a Aitor Etxeberria Goikoetxea en Donostia-San Sebastián", "es"),
        ("Mossos d'Esquadra detenen a tres hombres en L'Hospitalet de Llobregat", "es"),
        ("Gendarmerie : Ploërmel, Plougastel-Daoulas, Guingamp et Locmariaquer", "fr"),
        ("The Bundeskriminalamt, Bundespolizei and Zollfahndungsamt Hamburg arrested Jürgen Müller-Weiß", "en"),
        ("Алматы, Шымкент, Кызылорда, Туркестан, Жамбылская область, Жетысу, Абай, Улытау", "ru"),
        ("Министерство внутренних дел (Ішкі істер министрлігі) Казахстана", "ru"),
        # one word over and over proves nothing
        ("captagon " * 100, "es"),
        ("دیدار قوماندان امنیهٔ ننگرهار با سرپرست ولایت پکتیا و بزرگان ځدراڼ", "fa"),
    ],
)
def test_a_short_text_is_in_the_nearest_of_the_six(text, lang):
    assert detect(text) == identify(text).lang == spoken(text) == lang


def test_a_query_in_another_language_is_none_of_the_six():
    assert spoken("警察は麻薬を押収した") is None
    assert spoken("uyuşturucu operasyonu") in analyzers.LANGUAGES


def test_a_script_that_nobody_knows_is_undetermined_and_has_no_name():
    told = identify("ᏣᎳᎩ ᎦᏬᏂᎯᏍᏗ ᏗᎧᏃᏩᏛᏍᏙᏗ")
    assert (told.lang, told.other) == (analyzers.UNDETERMINED, None)
    assert name(told.other) == "another language"


@pytest.mark.parametrize("text", ["", "12345 67", "🚓", "\0\u202e…"])
def test_a_text_without_letters_is_refused(text):
    for tell in (identify, detect):
        with pytest.raises(InputError, match="no letters"):
            tell(text)


def test_the_nearest_of_the_six_is_refused_in_another_script():
    with pytest.raises(InputError, match="in no script of the six languages"):
        detect("警察は麻薬を押収した")


@given(st.text(max_size=300))
@settings(max_examples=300, deadline=None)
def test_any_text_with_a_letter_has_a_chain(text):
    try:
        told = identify(text)
    except InputError:
        return
    assert told.lang in analyzers.CHAINS
    assert told.other is None or told.lang == analyzers.UNDETERMINED


def test_no_word_is_of_both_varieties():
    lists = tomllib.loads((resources.files("search") / "resources" / "languages" / "varieties.toml").read_text("utf-8"))
    assert set(lists) == {"dari", "iranian"}
    dari, iranian = ({fold(word) for word in words} for words in lists.values())
    assert dari
    assert dari.isdisjoint(iranian)
