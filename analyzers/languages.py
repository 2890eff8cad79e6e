"""The chains of the six languages, and the neutral one of all others."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from analyzers import arabic_script, european
from analyzers.chain import Chain, DecimalDigitFilter, LengthFilter, PatternReplaceCharFilter
from analyzers.folding import CHAR_FILTERS, HAMZA, TERM_FILTERS

if TYPE_CHECKING:
    from analyzers.chain import CharFilter, StopFilter, TokenFilter

LANGUAGES: tuple[str, ...] = ("ar", "fa", "en", "ru", "fr", "es")
"""The languages that have chains of their own."""

UNDETERMINED = "und"
"""The code (ISO 639-2) of whatever is in none of these languages. Its chain folds letters, and neither stems nor knows stop words."""

CHAINS: tuple[str, ...] = (*LANGUAGES, UNDETERMINED)
"""All codes that have a chain, and with it an index."""

_APOSTROPHES = PatternReplaceCharFilter("bayan_apostrophes", r"'(?<=\p{L}')(?=\p{L})", " ", probe=r"\w'\w")
"""Names are found with what is joined to them: Ankara'da, dell'Interno. What is one word with an apostrophe, as Uzbek
o'zbek, is taken apart in texts and queries alike."""

_NOT_EMPTY = LengthFilter("bayan_not_empty", 1)


class UnknownLanguageError(KeyError):
    """A language that has no chain."""

    def __init__(self, lang: str) -> None:
        super().__init__(lang)
        self.lang = lang

    def __str__(self) -> str:
        return f"There is no analyzer for the language {self.lang!r}; there are {', '.join(CHAINS)}."


@cache
def chains(lang: str) -> tuple[Chain, Chain]:
    """Give a language's chain and its exact chain: folded, unstemmed, without stop words.

    Both have the same char filters and, up to the folding of terms, the same token filters, so that positions line up.
    The two of UNDETERMINED are equal. Raises UnknownLanguageError.
    """
    char_filters: tuple[CharFilter, ...] = CHAR_FILTERS
    before: tuple[TokenFilter, ...] = ()
    match lang:
        case "ar":
            char_filters += arabic_script.ARABIC_CHAR_FILTERS
            stemmed = _stemmed(*arabic_script.arabic())
        case "fa":
            char_filters = (*arabic_script.PERSIAN_FIRST, *CHAR_FILTERS, *arabic_script.PERSIAN_CHAR_FILTERS)
            stemmed = _stemmed(*arabic_script.persian())
        case "en" | "ru" | "fr" | "es":
            before = european.BEFORE.get(lang, ())
            stemmed = _stemmed(european.stop(lang), european.stemming(lang))
        case "und":
            char_filters += (_APOSTROPHES,)
            stemmed = (HAMZA,)
        case _:
            raise UnknownLanguageError(lang)
    terms = (*TERM_FILTERS, DecimalDigitFilter(), *before)
    return (
        Chain(char_filters, (*terms, *stemmed, _NOT_EMPTY)),
        Chain(char_filters, (*terms, HAMZA, _NOT_EMPTY)),
    )


def _stemmed(stop: StopFilter, stemming: tuple[TokenFilter, ...]) -> tuple[TokenFilter, ...]:
    return (stop, HAMZA, *stemming)
