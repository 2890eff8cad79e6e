"""The words of page furniture, as data, and what they make of a line."""

import tomllib
from importlib import resources

import pytest

from analyzers import LANGUAGES
from indexer.extraction import vocabulary

TABLE = tomllib.loads((resources.files("indexer") / "resources" / "furniture.toml").read_text("utf-8"))
FLAGS = {"ends", "heads", "loose", "whole"}


@pytest.mark.parametrize("kind", TABLE)
def test_each_kind_has_words_in_all_six_languages(kind):
    assert set(TABLE[kind]) - FLAGS == set(LANGUAGES)
    for lang in LANGUAGES:
        entries = TABLE[kind][lang]
        assert len(set(entries)) == len(entries), lang
        assert all(vocabulary.words(entry) for entry in entries), lang


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("شارك هذا الخبر عبر واتساب", "share"),
        ("دیدگاهتان را بنویسید", "comments"),
        ("نوشتههای مشابه", "related"),
        ("Версия для печати", "print"),
        ("Mots-clés", "tags"),
        ("Todos los derechos reservados", "copyright"),
        ("Read 96 times", "views"),
        ("کد خبر: ۱۲۳۴۵", "code"),
        ("أوقات الصلاة: الفجر 03:10 الظهر 11:30", "prayer"),
    ],
)
def test_a_line_of_furniture_is_told(line, kind):
    found = vocabulary.look(line)
    assert found.kind.name == kind
    assert found.cover >= 0.6


@pytest.mark.parametrize(
    "line",
    [
        "ضبط كمية من المخدرات في ميناء حمد",
        "کشف ۵۰۰ کیلوگرم تریاک در مرز شرقی",
        "Police share information on smugglers of migrants",
        "Полиция изъяла партию героина на границе",
        "La police saisit deux tonnes de cocaïne au port",
        "La Policía decomisa dos toneladas de cocaína en el puerto",
    ],
)
def test_a_headline_is_not_furniture(line):
    found = vocabulary.look(line)
    assert found.cover < 0.6
    assert found.label is None
