"""Token filters, executed: each is a function of one term, so that results can be kept per word.

A word is (term, settled); settled stands for Lucene's keyword attribute, which keeps a term from stemmers. None means that
the filter removes the token.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING, TypeAlias, assert_never

from snowballstemmer.english_stemmer import EnglishStemmer
from snowballstemmer.french_stemmer import FrenchStemmer
from snowballstemmer.russian_stemmer import RussianStemmer
from snowballstemmer.spanish_stemmer import SpanishStemmer

from analyzers.chain import (
    DecimalDigitFilter,
    ElisionFilter,
    LengthFilter,
    LowercaseFilter,
    PatternReplaceFilter,
    SnowballFilter,
    StemmerOverrideFilter,
    StopFilter,
)
from analyzers.char_filters import compiled, template

if TYPE_CHECKING:
    from analyzers.chain import TokenFilter

Word: TypeAlias = tuple[str, bool]
Runner: TypeAlias = Callable[[Word], Word | None]


def runner(part: TokenFilter) -> Runner:  # noqa: PLR0911 - one line for each kind of filter
    """Give what executes a token filter."""
    match part:
        case LowercaseFilter():
            return lambda word: (lowercase(word[0]), word[1])
        case DecimalDigitFilter():
            return lambda word: (_ascii_digits(word[0]), word[1])
        case ElisionFilter():
            return _elision(frozenset(part.articles))
        case PatternReplaceFilter():
            return _pattern_replace(part)
        case StopFilter():
            return lambda word: None if word[0] in part.words else word
        case StemmerOverrideFilter():
            return _stemmer_override(part)
        case SnowballFilter():
            return _snowball(part.language)
        case LengthFilter():
            return lambda word: word if len(word[0]) >= part.min else None
        case _:
            assert_never(part)


def lowercase(term: str) -> str:
    """Lowercase as Java's Character.toLowerCase does: a code point for a code point, whatever stands beside it."""
    if term.isascii():
        return term.lower()
    return "".join([low if len(low := character.lower()) == 1 else low[0] for character in term])


def _ascii_digits(term: str) -> str:
    if term.isascii():
        return term
    return "".join([str(unicodedata.decimal(character, character)) for character in term])


def _elision(articles: frozenset[str]) -> Runner:
    def run(word: Word) -> Word:
        article, apostrophe, rest = word[0].partition("'")
        return (rest, word[1]) if apostrophe and article in articles else word

    return run


def _pattern_replace(part: PatternReplaceFilter) -> Runner:
    pattern = compiled(part.pattern)
    replacement = template(part.replacement)
    return lambda word: (pattern.sub(replacement, word[0]), word[1])


def _stemmer_override(part: StemmerOverrideFilter) -> Runner:
    rules = part.rules

    def run(word: Word) -> Word:
        if word[1] or (target := rules.get(word[0])) is None:
            return word
        return target, True

    return run


_SNOWBALL = {
    "English": EnglishStemmer,
    "French": FrenchStemmer,
    "Russian": RussianStemmer,
    "Spanish": SpanishStemmer,
}
"""The classes themselves: `snowballstemmer.stemmer` prefers PyStemmer, of another version, where that is installed."""


def _snowball(language: str) -> Runner:
    stemmer = _SNOWBALL[language]()
    lock = Lock()  # a stemmer keeps the word it works on in itself

    def run(word: Word) -> Word:
        if word[1]:
            return word
        with lock:
            return str(stemmer.stemWord(word[0])), False

    return run
