"""Lucene's StandardTokenizer: the word rules of Unicode's annex 29, without its emoji.

The grammar restates Lucene's StandardTokenizerImpl.jflex. Chains fold emoji away before this, since Lucene's emoji rules
follow Unicode 11 and make words of signs such as ©.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_TOKEN_LENGTH = 255
"""In UTF-16 units. A longer token is cut, and the rest is read anew (Lucene's scanner buffer)."""

_MARKS = r"[\p{WB=Format}\p{WB=Extend}\p{WB=ZWJ}]*+"
_JOINER = rf"(?:\p{{WB=ExtendNumLet}}{_MARKS})"
_LETTER = rf"[\p{{WB=ALetter}}\p{{WB=Hebrew_Letter}}]{_MARKS}"
_HEBREW = rf"\p{{WB=Hebrew_Letter}}{_MARKS}"
_DIGIT = rf"[\p{{WB=Numeric}}\uFF10-\uFF19]{_MARKS}"
_KATAKANA = rf"\p{{WB=Katakana}}{_MARKS}"
_MID_LETTER = rf"[\p{{WB=MidLetter}}\p{{WB=MidNumLet}}']{_MARKS}"
_MID_DIGIT = rf"[\p{{WB=MidNum}}\p{{WB=MidNumLet}}']{_MARKS}"
_RUN = (
    rf"(?:{_KATAKANA}(?:{_JOINER}*+{_KATAKANA})*"
    rf"|(?:{_HEBREW}(?:'{_MARKS}|\"{_MARKS}{_HEBREW})"
    rf"|{_DIGIT}(?:(?:{_JOINER}*+|{_MID_DIGIT}){_DIGIT})*"
    rf"|{_LETTER}(?:(?:{_JOINER}*+|{_MID_LETTER}){_LETTER})*)+)"
)
_TOKEN = regex.compile(
    rf"{_JOINER}*+{_RUN}(?:{_JOINER}++{_RUN})*{_JOINER}*+"
    rf"|(?:\p{{LB=Complex_Context}}{_MARKS})+"
    rf"|[\p{{Script=Han}}\p{{Script=Hiragana}}]{_MARKS}"
)
_CONTENT = regex.compile(
    r"[\p{WB=ALetter}\p{WB=Hebrew_Letter}\p{WB=Numeric}\uFF10-\uFF19\p{WB=Katakana}"
    r"\p{LB=Complex_Context}\p{Script=Han}\p{Script=Hiragana}]"
)
_FIRST_ASTRAL = "\U00010000"
_WINDOW = 2 * (MAX_TOKEN_LENGTH + 1)
"""Code points that are looked at in one go: a run of a million letters is not matched whole to be cut at 255."""


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the tokens of `text` start and end, in code points."""
    place = 0
    while place < len(text):
        stop = place + _WINDOW
        match = _TOKEN.search(text, place, stop)
        if match is None:
            content = _CONTENT.search(text, stop)
            if content is None:
                return
            # Joiners before a letter belong to its token.
            place = max(stop, content.start()) - MAX_TOKEN_LENGTH
            continue
        start, end = match.span()
        if end == stop and (longer := _TOKEN.match(text, start, start + _WINDOW)):
            end = longer.end()
        if end - start > MAX_TOKEN_LENGTH // 2 and (limit := _limit(text, start)) < end:
            cut = _TOKEN.match(text, start, limit)
            if cut is None:
                # Nothing but joiners up to the limit: no token begins here.
                place = start + 1
                continue
            end = cut.end()
        yield start, end
        place = end


def _limit(text: str, start: int) -> int:
    """Give the end of the longest piece of `text` from `start` that has MAX_TOKEN_LENGTH UTF-16 units."""
    units = 0
    for index in range(start, len(text)):
        units += 2 if text[index] >= _FIRST_ASTRAL else 1
        if units > MAX_TOKEN_LENGTH:
            return index
    return len(text)
