"""The language of a text: the script first, then its most frequent words, then `py3langid` among the script's languages.

What `py3langid` has to say of languages that are none of the six is heard only of enough words that are no names: they
are what a headline consists of, and INTERPOL's chiefs and the provinces of Uzbekistan make no English text Turkish.
"""

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

import py3langid
from babel import Locale

from analyzers import LANGUAGES, UNDETERMINED, char_filters
from analyzers.folding import FOLD
from search.errors import InputError

Variety = Literal["Dari", "Iranian Persian"]

_BY_SCRIPT = {"ARABIC": ("ar", "fa"), "CYRILLIC": ("ru",), "LATIN": ("en", "fr", "es")}
_SAMPLE = 5_000
"""Characters that are looked at: more never changed an answer on the seeds and samples, and takes longer."""

_PERSIAN = re.compile("[پچژگ]")
_NEITHER = re.compile("[ٹڈڑںےټډړږښځڅڼۍګڕڵۆێڭۇۈۋ]")
"""Letters of Urdu, Pashto, Kurdish and Uyghur; not ہ, ھ, ې and the like, which stand for Persian ones on some pages.

Without any of these no text is in another language: Persian in the letters of Arabic is Pashto to py3langid."""
_LETTER = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"[^\W\d_]+")
_WRITTEN = re.compile("[^\\W\\d_](?:[^\\W\\d_]|['\u2018\u2019\u02bb\u02bc\u200c\u0300-\u036f\u064b-\u065f\u0670])*")
_ENOUGH = 3
_TWICE = 2
_LETTERS = 40
"""Letters of words that are no names, from which on another language than the six is believed at all, ..."""
_MARGIN = 30.0
"""... and how much more likely it must be (in natural logarithms). The most among 14,445 texts, headlines and sentences
of the six in NTREX and the samples is 8.9; of 58 releases in 18 other languages of their scripts, the least is 70.3."""

_PART_OF = {
    "ary": "ar", "arz": "ar", "ext": "es", "pcm": "en", "sdh": "ku", "uzs": "uz", "wuu": "zh", "yue": "zh", "zxx": "",
}  # fmt: skip
"""What py3langid tells from a larger language that it is taken for; zxx is no language at all."""


@dataclass(frozen=True, slots=True)
class Language:
    """The language of a text.

    `lang` is the code of the chain that reads it, one of `analyzers.CHAINS`. `other` is the language (ISO 639) that an
    undetermined text seems to be in, if that can be told. `variety` tells Dari from Iranian Persian where the words do;
    both are "fa". `clear` says that no other language comes near.
    """

    lang: str
    other: str | None = None
    variety: Variety | None = None
    clear: bool = True


def spoken(text: str) -> str | None:
    """Return the language that a query is typed in, as well as it can be told; None where nothing tells it."""
    try:
        return detect(text)
    except InputError:
        return None


def name(code: str | None) -> str:
    """Return what people call a language of which `Language.other` is the code, in English: "Turkish (tr)"."""
    called = _NAMES.get(code) if code and code != UNDETERMINED else None
    return f"{called} ({code})" if called else "another language"


def detect(text: str) -> str:
    """Return the language of `text`, one of `analyzers.LANGUAGES`.

    A language that is not among them but shares a script with one (Urdu, Ukrainian) is taken for that one: see
    `identify`. Raises `InputError` for a text without letters, or in a script of none of them.
    """
    sample = text[:_SAMPLE]
    script, letters = _script(sample)
    if script not in _BY_SCRIPT:
        raise InputError("The text is in no script of the six languages (Arabic, Cyrillic, Latin).", "language")
    return _nearest(sample, script, letters)


def identify(text: str) -> Language:
    """Return the language of a text with what is to be said of it.

    A text is undetermined if it is in a script of none of the six, or is clearly in another language than these; with
    less evidence it is taken for the nearest of them. Raises `InputError` for a text without letters.
    """
    sample = text[:_SAMPLE]
    script, letters = _script(sample)
    if script not in _BY_SCRIPT:
        return Language(UNDETERMINED, _likeliest(sample))
    other, margin = _rival(_without_names(sample, script), _BY_SCRIPT[script])
    if margin > _MARGIN and (script != "ARABIC" or _many(_NEITHER, sample, letters)):
        return Language(UNDETERMINED, other)
    lang = _nearest(sample, script, letters)
    return Language(lang, variety=_variety(text) if lang == "fa" else None, clear=margin < -_MARGIN)


def _nearest(sample: str, script: str, letters: int) -> str:
    """Return which of the six languages that are written in a script is the likeliest."""
    langs = _BY_SCRIPT[script]
    if script == "ARABIC":
        # Function words are surer than letters: Mehr and YJC print Persian with the letters of Arabic.
        counts = _function_words(sample)
        for lang, other in (langs, langs[::-1]):
            if counts[lang] >= _ENOUGH and counts[lang] >= _TWICE * counts[other]:
                return lang
        # Four letters that Arabic lacks; a foreign name alone has few of them.
        if _many(_PERSIAN, sample, letters):
            return "fa"
    if len(langs) == 1:
        return langs[0]
    return next((lang for lang, _ in _ranked(sample) if lang in langs), langs[0])


def _rival(sample: str, known: Collection[str]) -> tuple[str | None, float]:
    """Return the likeliest language that is none of the six, and how much likelier it is than all `known` ones.

    0 where there are too few words to tell.
    """
    if sum(map(len, _WORD.findall(sample))) < _LETTERS:
        return None, 0.0
    ranked = _ranked(sample)
    other, most = next((code, weight) for code, weight in ranked if code and code not in LANGUAGES)
    return other, most - next(weight for code, weight in ranked if code in known)


def _likeliest(sample: str) -> str | None:
    """Return the language of a text in another script, if that is clear: `py3langid` does not know every script."""
    ranked = _ranked(sample)
    first, most = ranked[0]
    second = next(weight for code, weight in ranked if code != first)
    return first if first and first not in LANGUAGES and most - second > _MARGIN else None


def _ranked(sample: str) -> list[tuple[str, float]]:
    """Return languages and their log-probabilities, the likeliest first; those that are parts of one, under its code."""
    return [(_PART_OF.get(str(code), str(code)), float(weight)) for code, weight in py3langid.rank(sample)]


def _without_names(sample: str, script: str) -> str:
    """Return the words of a script that do not begin with a capital, each once: repeating one proves nothing."""
    words = dict.fromkeys(_WRITTEN.findall(sample))
    return " ".join(word for word in words if not word[0].isupper() and _is(script, word[0]))


def _many(letters: re.Pattern[str], sample: str, count: int) -> bool:
    """Say whether one in a hundred of `count` letters is one of these, and more than a foreign name has."""
    found = len(letters.findall(sample))
    return found * 100 >= count and found >= _ENOUGH


def _variety(text: str) -> Variety | None:
    words = Counter(_words(text[: 4 * _SAMPLE]))
    dari, iranian = (sum(words[word] for word in _varieties()[name]) for name in ("dari", "iranian"))
    if max(dari, iranian) < _TWICE or dari == iranian:
        return None
    return "Dari" if dari > iranian else "Iranian Persian"


def _script(sample: str) -> tuple[str, int]:
    """Return the script of the six languages that most letters are in, and how many are.

    The script is empty where most are in none of these. Raises `InputError` for a text without letters.
    """
    letters = Counter(_LETTER.findall(sample))
    if not letters:
        raise InputError("The text has no letters, so that its language cannot be told.", "language")
    counts = {script: sum(count for letter, count in letters.items() if _is(script, letter)) for script in _BY_SCRIPT}
    script = max(counts, key=lambda name: counts[name])
    return (script, counts[script]) if counts[script] * 2 >= letters.total() else ("", 0)


def _is(script: str, letter: str) -> bool:
    return unicodedata.name(letter, "").startswith(f"{script} ")


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
_NAMES: Mapping[str, str] = Locale("en").languages
