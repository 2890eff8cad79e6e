"""Words as releases write them, under their folded terms: what a word that is being typed can become.

A term of the exact chains is no spelling: it has lost its capitals, accents, joiners and the letters of its language
(می‌کند is ميكند, INTERPOL is interpol). So both engines keep, for each release, its words as `term`, `SEPARATOR` and the
spelling, which the beginning of the term finds.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache

import analyzers
from analyzers import Token

SEPARATOR = "\t"
"""Stands in no term and in no spelling."""

SHORTEST = 3
"""Letters of the shortest word that is kept: one of two is typed before it is offered."""

LONGEST = 40
"""Letters of the longest, as in `search.edits`: what is longer is no word of the six languages' news."""

# Marks of direction, soft hyphens and tatweel are how a page was made, and no part of a word; the joiner of Persian is.
_NOT_WRITTEN = dict.fromkeys(
    [*range(0x200E, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x061C, 0xFEFF, 0x00AD, 0x0640]
)
_APOSTROPHE = re.compile("['’‘ʼ`´]")


def kept(text: str, tokens: Iterable[Token], lang: str) -> list[str]:
    """Return what an index keeps of a text, each once; `tokens` are those of its language's exact chain.

    Stop words, numbers, and words that are too short or too long are left out.
    """
    found = dict.fromkeys((text[token.start : token.end], token.term) for token in tokens)
    keys = ((term, spelling(written, term, lang)) for written, term in found)
    return list(dict.fromkeys(f"{term}{SEPARATOR}{spelt}" for term, spelt in keys if spelt))


def grouped(found: Iterable[tuple[str, int]]) -> dict[str, dict[str, int]]:
    """Return by term and spelling what an index has kept, each with how many releases have it."""
    out: dict[str, dict[str, int]] = {}
    for key, count in found:
        term, _, spelt = key.partition(SEPARATOR)
        out.setdefault(term, {})[spelt] = count
    return out


def usual(counts: Mapping[str, int]) -> str:
    """Return the spelling that most releases have; of equals, one without capitals."""
    return min(counts, key=lambda spelt: (-counts[spelt], spelt != spelt.lower(), spelt))


@lru_cache(100_000)
def spelling(written: str, term: str, lang: str) -> str | None:
    """Return the part of what stands in a text that says `term` by itself, without an article or possessive.

    None for what is not kept.
    """
    if not SHORTEST <= len(term) <= LONGEST or len(written) > 2 * LONGEST or not any(map(str.isalpha, term)):
        return None
    plain = unicodedata.normalize("NFC", written.translate(_NOT_WRITTEN)).strip("\u200c\u200d")
    for part in (*_APOSTROPHE.split(plain), plain):
        if SEPARATOR not in part and analyzers.analyzer(lang, exact=True).terms(part) == [term]:
            return part if analyzers.analyzer(lang).terms(part) else None
    return None
