"""Countries by their codes (ISO 3166-1 alpha-2), as CLDR has them."""

from collections.abc import Mapping
from functools import cache

from babel import Locale
from babel.core import get_global

_LETTERS = 2
_NO_COUNTRY = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
"""Codes of CLDR that are groups of countries or stand for none."""


@cache
def names(lang: str) -> Mapping[str, str]:
    """Return the names of all countries in a language, by their codes."""
    territories = Locale(lang).territories
    return {code: territories[code] for code in sorted(codes()) if code in territories}


@cache
def codes() -> frozenset[str]:
    """Return the codes of all countries. Kosovo's is XK, which ISO leaves to its users."""
    territories = map(str, Locale("en").territories)
    return frozenset(code for code in territories if len(code) == _LETTERS and code.isalpha()) - _NO_COUNTRY


def code(text: str) -> str | None:
    """Return the code of a country that is named by a code of ISO 3166-1: qa, QAT and UK are QA, QA and GB; else None."""
    asked = text.strip().upper()
    successors = get_global("territory_aliases").get(asked, [asked])
    # Some codes of the past (SU, YU) are several countries now.
    return successors[0] if len(successors) == 1 and successors[0] in codes() else None
