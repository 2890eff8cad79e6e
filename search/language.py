"""The language of a text: the script first, then its most frequent words, then `py3langid` among the script's languages."""

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

import py3langid

from analyzers import char_filters
from analyzers.folding import FOLD
from search.errors import InputError

Variety = Literal["Dari", "Iranian Persian"]

_BY_SCRIPT = {"ARABIC": ("ar", "fa"), "CYRILLIC": ("ru",), "LATIN": ("en", "fr", "es")}
_SAMPLE = 5_000
"""Characters that are looked at: more never changed an answer on the seeds and samples, and takes longer."""

_PERSIAN = re.compile("[پچژگ]")
_LETTER = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"[^\W\d_]+")
_ENOUGH = 3
_TWICE = 2
_LONG = 200
"""Characters from which on statistics tell related languages apart; shorter texts are taken for one of the six."""
_MARGIN = 20.0
"""The difference in log-probability from which on a language that is none of the six is believed."""


@dataclass(frozen=True, slots=True)
class Language:
    """The language of a text.

    `lang` is that of the six whose chain is used. `other` is the language (ISO 639-1) that the text seems to be in if it
    is none of the six. `variety` tells Dari from Iranian Persian where the words do; both are "fa".
    """

    lang: str
    other: str | None = None
    variety: Variety | None = None


def spoken(text: str) -> str | None:
    """Return the language that a query is typed in, as well as it can be told; None where nothing tells it."""
    try:
        return detect(text)
    except InputError:
        return None


def detect(text: str) -> str:
    """Return the language of `text`, one of `analyzers.LANGUAGES`.

    A language that is not among them but shares a script with one (Urdu, Ukrainian) is taken for that one: see
    `identify`. Raises `InputError` for a text without letters, or in a script of none of them.
    """
    sample = text[:_SAMPLE]
    script, letters = _script(sample)
    langs = _BY_SCRIPT[script]
    if script == "ARABIC":
        # Function words are surer than letters: Mehr and YJC print Persian with the letters of Arabic.
        counts = _function_words(sample)
        for lang, other in (langs, langs[::-1]):
            if counts[lang] >= _ENOUGH and counts[lang] >= _TWICE * counts[other]:
                return lang
        # Four letters that Arabic lacks; a foreign name alone has few of them.
        persian = len(_PERSIAN.findall(sample))
        if persian * 100 >= letters and persian >= _ENOUGH:
            return "fa"
    if len(langs) == 1:
        return langs[0]
    return next((str(lang) for lang, _ in py3langid.rank(sample) if lang in langs), langs[0])


def identify(text: str) -> Language:
    """Return the language of a text with what is to be said of it. Raises `InputError` as `detect` does."""
    lang = detect(text)
    variety: Variety | None = None
    if lang == "fa":
        words = Counter(_words(text[: 4 * _SAMPLE]))
        dari, iranian = (sum(words[word] for word in _varieties()[name]) for name in ("dari", "iranian"))
        if max(dari, iranian) >= _TWICE and dari != iranian:
            variety = "Dari" if dari > iranian else "Iranian Persian"
    other = None
    if len(text) >= _LONG:
        ranked = [(str(code), float(weight)) for code, weight in py3langid.rank(text[:_SAMPLE])]
        first, weight = ranked[0]
        known = dict(ranked).get(lang, weight)
        if first not in {"ar", "fa", "en", "ru", "fr", "es"} and weight - known > _MARGIN and variety is None:
            other = first
    return Language(lang, other, variety)


def _script(sample: str) -> tuple[str, int]:
    """Return the script that most letters are in, and how many are."""
    scripts = Counter(unicodedata.name(letter, "").split(" ", 1)[0] for letter in _LETTER.findall(sample))
    known = {script: count for script, count in scripts.items() if script in _BY_SCRIPT}
    if not known or max(known.values()) * 2 < sum(scripts.values()):
        raise InputError(
            "The text is in no script of the six languages (Arabic, Cyrillic, Latin), or has no letters.", "language"
        )
    script = max(known, key=lambda name: known[name])
    return script, known[script]


def _function_words(text: str) -> Mapping[str, int]:
    """Return how many words of a text only Arabic has, and only Persian."""
    words = Counter(_words(text))
    return {lang: sum(words[word] for word in own) for lang, own in _own().items()}


@cache
def _own() -> Mapping[str, frozenset[str]]:
    folder = resources.files("analyzers") / "resources"
    lists = {}
    for lang in _BY_SCRIPT["ARABIC"]:
        lines = (folder / f"{lang}-stop.txt").read_text("utf-8").splitlines()
        lists[lang] = {word for line in lines for word in _words(line.split("#")[0])}
    return {"ar": frozenset(lists["ar"] - lists["fa"]), "fa": frozenset(lists["fa"] - lists["ar"])}


@cache
def _varieties() -> Mapping[str, frozenset[str]]:
    """Return the words of resources/languages/varieties.toml, folded."""
    lists = tomllib.loads((resources.files("search") / "resources" / "languages" / "varieties.toml").read_text("utf-8"))
    return {name: frozenset(word for entry in entries for word in _words(entry)) for name, entries in lists.items()}


def _words(text: str) -> list[str]:
    return _WORD.findall(_FOLD.apply(text).lower())


_FOLD = char_filters.runner(FOLD)
