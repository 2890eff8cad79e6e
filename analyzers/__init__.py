"""Text into terms, for Arabic, Persian, English, Russian, French and Spanish, and plainly for any other language.

A chain is declared once per language, as data. `analyzer(lang)` executes it, with offsets into the original text;
`settings(lang)` renders it for an Elasticsearch 9 index. Both give the same terms, positions and offsets.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import Any

from analyzers.analyzer import Analyzer
from analyzers.chain import Chain, Step, Token
from analyzers.languages import CHAINS, LANGUAGES, UNDETERMINED, UnknownLanguageError, chains
from analyzers.settings import render

__all__ = [
    "ANALYZER_VERSION",
    "CHAINS",
    "LANGUAGES",
    "UNDETERMINED",
    "Analyzer",
    "Chain",
    "Step",
    "Token",
    "UnknownLanguageError",
    "analyzer",
    "fingerprint",
    "settings",
]

ANALYZER_VERSION = "1"
"""Raised by hand when the code that executes chains changes what it gives; data changes show in `fingerprint()`."""


def analyzer(lang: str, *, exact: bool = False) -> Analyzer:
    """Give the analyzer of a language, one object per process.

    With `exact` it folds letters but neither stems nor removes stop words; positions line up with the other's.
    Raises UnknownLanguageError.
    """
    return _analyzer(lang, exact)


@cache
def _analyzer(lang: str, exact: bool) -> Analyzer:
    return Analyzer(lang, chains(lang)[exact])


def settings(lang: str) -> dict[str, Any]:
    """Give the index settings of a language: `{"analysis": …}` with the analyzers bayan_<lang> and bayan_<lang>_exact."""
    chain, exact = chains(lang)
    return render({f"bayan_{lang}": chain, f"bayan_{lang}_exact": exact})


@cache
def fingerprint() -> str:
    """Give a short hash that changes with the version and with anything in any chain, lexicons included."""
    data = [ANALYZER_VERSION, *(settings(lang) for lang in CHAINS)]
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:16]
