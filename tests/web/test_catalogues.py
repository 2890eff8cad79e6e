"""No text of the interface stands outside of the catalogues, and each catalogue has all of them, whole."""

import re
import shlex
import subprocess
import sys
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from web.interface import LOCALE
from web.languages import LANGUAGES

ROOT = Path(__file__).parents[2]
OTHERS = [code for code in LANGUAGES if code != "en"]


def texts(path: Path) -> dict[tuple[str | None, str | tuple[str, ...]], str | tuple[str, ...]]:
    with path.open("rb") as file:
        return {(message.context, message.id): message.string for message in read_po(file) if message.id}


def catalogue(language):
    return texts(LOCALE / language / "LC_MESSAGES" / "bayan.po")


def forms(value):
    return (value,) if isinstance(value, str) else tuple(value)


def test_the_template_has_what_the_sources_say(tmp_path):
    recipe = subprocess.run(["make", "--dry-run", "messages"], cwd=ROOT, check=True, capture_output=True, text=True)
    (line,) = (line for line in recipe.stdout.replace("\\\n", " ").splitlines() if " extract " in line)
    _, *command = shlex.split(line)
    command[command.index("--output-file") + 1] = str(tmp_path / "bayan.pot")
    subprocess.run([Path(sys.executable).parent / "pybabel", *command], cwd=ROOT, check=True, capture_output=True)
    assert texts(tmp_path / "bayan.pot").keys() == texts(LOCALE / "bayan.pot").keys(), "run `make messages`"


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_is_translated(language):
    told = catalogue(language)
    assert told.keys() == texts(LOCALE / "bayan.pot").keys(), "run `make messages`"
    assert [key for key, value in told.items() if not all(forms(value))] == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_places_and_the_markup_of_its_text(language):
    for (_, text), told in catalogue(language).items():
        known = {name for one in forms(text) for name in places(one)}
        for one in filter(None, forms(told)):
            assert places(one) <= known, one
            assert places(one) or not known or len(forms(told)) > 1, f"{one} lost its values"
            assert sorted(tags(one)) == sorted(tags(forms(text)[-1])), one


@pytest.mark.parametrize("language", OTHERS)
def test_no_translation_could_end_an_attribute(language):
    for (_, text), told in catalogue(language).items():
        if not any('"' in one for one in forms(text)):
            assert not any('"' in one for one in forms(told)), told


@pytest.mark.parametrize("language", ["fa", "ar"])
def test_letters_are_those_of_the_language(language):
    foreign = {"fa": "يكىة", "ar": "یکگپچژ"}[language]
    for told in catalogue(language).values():
        for one in forms(told):
            assert not set(one) & set(foreign), one


def places(text: str) -> set[str]:
    return {*re.findall(r"%\((\w+)\)s", text), *(name for _, name, _, _ in Formatter().parse(text) if name)}


def tags(text: str) -> list[str]:
    return re.findall(r"</?\w+[^>]*>", text)
