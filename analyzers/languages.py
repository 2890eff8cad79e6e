"""The chains of the six languages."""

from __future__ import annotations

from functools import cache

from analyzers.chain import Chain, DecimalDigitFilter, LowercaseFilter, LengthFilter
from analyzers.folding import FOLD

LANGUAGES: tuple[str, ...] = ("ar", "fa", "en", "ru", "fr", "es")
"""The languages that have chains."""


@cache
def chains(lang: str) -> tuple[Chain, Chain]:
    """Give a language's chain and its exact chain: folded, unstemmed, without stop words."""
    if lang not in LANGUAGES:
        raise UnknownLanguageError(lang)
    exact = Chain((FOLD,), (LowercaseFilter(), DecimalDigitFilter(), LengthFilter("bayan_empty", 1)))
    return exact, exact


class UnknownLanguageError(KeyError):
    """A language that has no chain."""

    def __init__(self, lang: str) -> None:
        super().__init__(lang)
        self.lang = lang

    def __str__(self) -> str:
        return f"There is no analyzer for the language {self.lang!r}; there are {', '.join(LANGUAGES)}."
