"""English, Russian, French and Spanish: Snowball, between two lexicons.

Accents are folded before stemming, so that OPERACION and operación meet; where Snowball's rules need an accent it is put
back, whether it was typed or not. Lucene 10 and Python's snowballstemmer 3 differ in some rules for English and French; the
words concerned are rewritten beforehand into ones that both treat alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzers.chain import ElisionFilter, PatternReplaceFilter, SnowballFilter, StemmerOverrideFilter, StopFilter
from analyzers.filters import runner
from analyzers.lexicon import LexiconError, rules, words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analyzers.chain import TokenFilter

_ELISION = ElisionFilter(
    "bayan_fr_elision", ("c", "d", "j", "l", "m", "n", "s", "t", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu")
)

BEFORE: Mapping[str, tuple[TokenFilter, ...]] = {
    "fr": (_ELISION, _ELISION),  # twice, for j'l'ai
}
"""Token filters of both chains, by language: words that are written into the next one."""

_LANGUAGES = {"en": "English", "ru": "Russian", "fr": "French", "es": "Spanish"}

# In snowballstemmer 3, but not in Lucene 10, these beginnings shift where suffixes may start; after a consonant they do not.
_ENGLISH_BEGINNINGS = "inter|organ|univ|emerg|later|past"

_REWRITTEN: Mapping[str, tuple[TokenFilter, ...]] = {
    "en": (
        PatternReplaceFilter("bayan_en_ying", r"^(.)ying$", "$1ie"),
        PatternReplaceFilter("bayan_en_logist", r"logists?$", "logy"),
        PatternReplaceFilter("bayan_en_beginning", rf"^(?={_ENGLISH_BEGINNINGS})", "z"),
    ),
    # Snowball takes the н of Афганистан for a participle's, but not that of Афганистане
    "ru": (PatternReplaceFilter("bayan_ru_stan", r"стан(?:а|ом|е)?$", "стану"),),
    "fr": (
        PatternReplaceFilter("bayan_fr_accent_ee", r"ee(s?)$", "ée$1"),
        PatternReplaceFilter("bayan_fr_accent_ite", r"ite(s?)$", "ité$1"),
        PatternReplaceFilter("bayan_fr_accent_iere", r"iere(s?)$", "ière$1"),
        PatternReplaceFilter("bayan_fr_aise", r"aises?$", "ais"),
        PatternReplaceFilter("bayan_fr_ais", r"(?<=^.al|auv)ais$", "ai"),
        PatternReplaceFilter("bayan_fr_oux", r"(?<=[bhjlnp])oux$", "ou"),
        PatternReplaceFilter("bayan_fr_beginning", r"^(?=ni[aeiouyé])", "z"),
    ),
    "es": (PatternReplaceFilter("bayan_es_accent_ion", r"(?<=[cs])ion$", "ión"),),
}

_RESTORED: Mapping[str, tuple[TokenFilter, ...]] = {
    "en": (PatternReplaceFilter("bayan_en_beginning_restored", rf"^z(?={_ENGLISH_BEGINNINGS})", ""),),
    "ru": (),
    "fr": (
        PatternReplaceFilter("bayan_fr_beginning_restored", r"^z(?=ni)", ""),
        PatternReplaceFilter("bayan_fr_accent_folded", r"[éè]", "e"),
    ),
    "es": (PatternReplaceFilter("bayan_es_accent_folded", r"ó", "o"),),
}


def stop(lang: str) -> StopFilter:
    """Give a language's stop words."""
    return StopFilter(f"bayan_{lang}_stop", frozenset(words(f"{lang}-stop")))


def stemming(lang: str) -> tuple[TokenFilter, ...]:
    """Give a language's stemming: settled words, Snowball, then stems that meet."""
    stem = (
        StemmerOverrideFilter(f"bayan_{lang}_words", rules(f"{lang}-words")),
        *_REWRITTEN[lang],
        SnowballFilter(f"bayan_{lang}_snowball", _LANGUAGES[lang]),
        *_RESTORED[lang],
    )
    return *stem, StemmerOverrideFilter(f"bayan_{lang}_stems", _stems(lang, stem))


def _stems(lang: str, stem: tuple[TokenFilter, ...]) -> dict[str, str]:
    name = f"{lang}-stems"
    stems: dict[str, str] = {}
    for form, target in rules(name).items():
        if form == target:
            continue
        form_stem, target_stem = _run(stem, form), _run(stem, target)
        if form_stem == target_stem:
            raise LexiconError(f"{name}.txt: {form!r} and {target!r} meet without help.")
        if stems.setdefault(form_stem, target_stem) != target_stem:
            raise LexiconError(f"{name}.txt: {form!r} and another form have the stem {form_stem!r}.")
    return stems


def _run(filters: tuple[TokenFilter, ...], term: str) -> str:
    word = term, False
    for part in filters:
        word = runner(part)(word) or ("", False)
    return word[0]
