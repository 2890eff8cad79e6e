"""The language of a text: the script first, then `py3langid` among the languages written in it."""

import re
import unicodedata
from collections import Counter

import py3langid

from search.errors import InputError

_BY_SCRIPT = {"ARABIC": ("ar", "fa"), "CYRILLIC": ("ru",), "LATIN": ("en", "fr", "es")}
_SAMPLE = 5_000
"""Characters that are looked at: more never changed an answer on the seeds and samples, and takes longer."""

_PERSIAN = re.compile("[پچژگ]")
_LETTER = re.compile(r"[^\W\d_]")
_ENOUGH = 3


def detect(text: str) -> str:
    """Return the language of `text`, one of `analyzers.LANGUAGES`.

    A language that is not among them but shares a script with one (Urdu, Ukrainian) is taken for that one.
    Raises `InputError` for a text without letters, or in a script of none of them.
    """
    sample = text[:_SAMPLE]
    scripts = Counter(unicodedata.name(letter, "").split(" ", 1)[0] for letter in _LETTER.findall(sample))
    known = {script: count for script, count in scripts.items() if script in _BY_SCRIPT}
    if not known or max(known.values()) * 2 < sum(scripts.values()):
        raise InputError(
            "The text is in no script of the six languages (Arabic, Cyrillic, Latin), or has no letters.", "language"
        )
    script = max(known, key=lambda name: known[name])
    langs = _BY_SCRIPT[script]
    # Four letters that Arabic lacks: surer than statistics on a short text, and a foreign name alone has few of them.
    if (
        script == "ARABIC"
        and len(_PERSIAN.findall(sample)) * 100 >= known[script]
        and len(_PERSIAN.findall(sample)) >= _ENOUGH
    ):
        return "fa"
    if len(langs) == 1:
        return langs[0]
    return next((str(lang) for lang, _ in py3langid.rank(sample) if lang in langs), langs[0])
