"""The fonts: what the pages name is there, has the letters of the six languages, and is small."""

import hashlib
import json
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from fastapi.testclient import TestClient
from fontTools.ttLib import TTFont

import indexer
from web import fonts
from web.interface import LOCALE, SOURCE
from web.languages import LANGUAGES
from web.rendering import STATIC

SHEET = (STATIC / "css" / "fonts.css").read_text("utf-8")
BASE = (STATIC / "css" / "base.css").read_text("utf-8")
SAMPLE = Path(indexer.__file__).parent / "samples" / "releases.jsonl"
LETTERS = {
    "ar": "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي ًٌٍَُِّْٰٱ ٠١٢٣٤٥٦٧٨٩ ،؛؟٪٫٬ ـ \u200c\u200d",
    "fa": "آابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهیئءأؤۀة ًّٔ ۰۱۲۳۴۵۶۷۸۹ ،؛؟٪٫٬ ـ \u200c\u200d",
    "en": "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ 0123456789 ’“”–—… £€",
    "fr": "àâæçéèêëîïôœùûüÿÀÂÆÇÉÈÊËÎÏÔŒÙÛÜŸ «»’ °",
    "es": "áéíñóúüÁÉÍÑÓÚÜ ¿¡ «» ªº",
    "ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюяАБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ № «»—",
}

NAMES = "çÇğĞıİöÖşŞüÜəƏ āĀīĪūŪḥḤṣṢḍḌṭṬẓẒḫḪġĠǧǦʿʾ šŠžŽčČćĆđĐ łŁńŃ ғҒқҚңҢөӨүҮһҺіІәӘ ҷҶҳҲӣӢӯӮ їЇєЄґҐ"
"""Letters of names: of the Turkic languages and Tajik, of transliterated Arabic and Persian, of Europe."""


def faces() -> list[dict[str, str]]:
    """Return the descriptors of each @font-face."""
    return [dict(re.findall(r"([\w-]+): ([^;]+);", body)) for body in re.findall(r"@font-face {([^}]+)}", SHEET)]


def points(ranges: str) -> set[int]:
    bounds = [[int(end, 16) for end in span.removeprefix("U+").split("-")] for span in ranges.split(", ")]
    return {point for pair in bounds for point in range(pair[0], pair[-1] + 1)}


def shown(language: str) -> set[int]:
    """Return the letters that the fonts of a language show, by the stacks of the style sheet."""
    face = {"ar": "arabic", "fa": "persian"}.get(language, "sans")
    (stack,) = re.findall(rf"--{face}: ([^;]+);", BASE)
    return {
        point for face in faces() if face["font-family"] in stack.split(", ") for point in points(face["unicode-range"])
    }


def test_the_sheet_names_every_file_and_promises_what_is_in_it():
    named = {re.findall(r"fonts/([^\"]+)", face["src"])[0]: face for face in faces()}
    assert named.keys() == {path.name for path in fonts.FOLDER.glob("*.woff2")}
    for name, face in named.items():
        file = fonts.FOLDER / name
        assert name.split(".")[1] == hashlib.sha256(file.read_bytes()).hexdigest()[:8]
        font = TTFont(file)
        assert points(face["unicode-range"]) == set(font.getBestCmap())
        assert font["name"].getDebugName(1) == face["font-family"].strip('"')
        (weight,) = font["fvar"].axes
        assert face["font-weight"] == f"{weight.minValue:.0f} {weight.maxValue:.0f}"
        assert face["font-display"] == "swap"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_letters_of_a_language_are_there(language):
    assert {letter for letter in LETTERS[language] if ord(letter) not in shown(language)} == set()
    assert {letter for letter in NAMES if ord(letter) not in shown("en")} == set()
    assert {letter for letter in LANGUAGES[language].native if ord(letter) not in shown("en")} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sample_and_the_interface_are_written_with_them(language):
    releases = [json.loads(line) for line in SAMPLE.read_text("utf-8").splitlines()]
    texts = [release["title"] + release["body"] for release in releases if release["lang"] == language]
    if language != SOURCE:
        with (LOCALE / language / "LC_MESSAGES" / "bayan.po").open("rb") as file:
            texts += [str(message.string) for message in read_po(file)]
    letters = {letter for letter in "".join(texts) if letter.isalnum()}
    assert len(letters) > 30
    assert {letter for letter in letters if ord(letter) not in shown(language)} == set()


@pytest.mark.parametrize("cut", ["arabic", "persian"])
def test_letters_join(cut):
    (file,) = fonts.FOLDER.glob(f"{cut}.*.woff2")
    features = {record.FeatureTag for record in TTFont(file)["GSUB"].table.FeatureList.FeatureRecord}
    assert features >= {"init", "medi", "fina", "rlig", "ccmp"}
    assert "mark" in {record.FeatureTag for record in TTFont(file)["GPOS"].table.FeatureList.FeatureRecord}


def test_a_page_in_all_languages_needs_at_most_120_kb_of_fonts():
    assert sum(path.stat().st_size for path in fonts.FOLDER.glob("*.woff2")) <= 120_000


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_asks_early_for_the_fonts_of_its_language_and_keeps_them(client, language):
    page = TestClient(client.app).get("/docs", params={"hl": language}).text
    early = re.findall(r'<link rel="preload" href="([^"]+)" as="font" type="font/woff2" crossorigin>', page)
    assert len(early) == (2 if language in ("ar", "fa", "ru") else 1)
    for address in early:
        answer = client.get(address)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "font/woff2"
        assert "immutable" in answer.headers["cache-control"]
