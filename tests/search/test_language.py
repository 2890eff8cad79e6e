"""The language of a text: by script, then among the script's languages."""

import json
import tomllib
from importlib import resources

import pytest

from analyzers.folding import fold
from search.errors import InputError
from search.language import detect


def test_every_sample_body_is_told():
    lines = (resources.files("indexer") / "samples" / "releases.jsonl").read_text("utf-8").splitlines()
    wrong = [r["id"] for r in map(json.loads, lines) if detect(r["title"] + "\n" + r["body"]) != r["lang"]]
    assert wrong == []


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
    ],
)
def test_detects(text, lang):
    assert detect(text) == lang


@pytest.mark.parametrize("text", ["", "12345 67", "警察は麻薬を押収した", "🚓"])
def test_refuses_other_scripts(text):
    with pytest.raises(InputError, match="in no script of the six languages"):
        detect(text)


def test_no_word_is_of_both_varieties():
    lists = tomllib.loads((resources.files("search") / "resources" / "languages" / "varieties.toml").read_text("utf-8"))
    assert set(lists) == {"dari", "iranian"}
    dari, iranian = ({fold(word) for word in words} for words in lists.values())
    assert dari
    assert dari.isdisjoint(iranian)
