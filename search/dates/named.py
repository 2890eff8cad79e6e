"""Dates with a month's name."""

import re
from dataclasses import replace

from search.dates.dated import NEAR, Draft, Sure, century, existing, year_of
from search.dates.vocabulary import LETTER, WORDS, YEAR, Month, key

_DAY = rf"(?:(?<![\d.,:/'])(?P<day>\d{{1,2}})|(?<!{LETTER})(?P<word>{WORDS.day}))"
_ORDINAL = rf"(?:-?{WORDS.pattern('ordinal')}(?!{LETTER}))?"
_OF = rf"(?:(?:{WORDS.pattern('of')}|d')\s{{0,2}})?"
# Arabic writes "and" and "in" with the word: وأكتوبر, بمايو. The Persian word for month may be joined: مهرماه.
_JOINED = re.compile(rf"(?<!{LETTER})[وبل]?(?P<name>{WORDS.month})(?:\s?{WORDS.pattern('month')})?(?!{LETTER})")
# "(19 و 20) تیر" has its days in brackets
_LEFT = re.compile(rf"{_DAY}{_ORDINAL}[\s.,/)-]{{0,3}}{_OF}\Z")
_LEFT_YEAR = re.compile(r"(?<!\d)(?P<year>\d{4})[\s,/-]{0,2}\Z")
_BEFORE = re.compile(
    rf"{_DAY}{_ORDINAL}\s{{0,2}}(?:[-,/]|(?<!{LETTER}){WORDS.pattern('to')}(?!{LETTER}))\s{{0,2}}"
    rf"(?:{WORDS.pattern('the')}\s)?\Z"
)
_RIGHT_YEAR = re.compile(rf"\.?[\s,/-]{{0,3}}(?:{WORDS.pattern('year')}\s{{1,2}})?{YEAR}")
_SHORT_YEAR = re.compile(r"(?:-|\.?\s?')(?P<year>\d{2})(?!\d|[.,:/-]\d)")
_RIGHT = re.compile(
    rf"\.?[\s/-]{{0,2}}(?P<day>\d{{1,2}})(?!\d|[.:]\d){_ORDINAL}(?:[\s,/-]{{1,3}}(?:{WORDS.pattern('year')}\s)?{YEAR})?"
)
_DOUBLE = re.compile(r"\s?[/(]\s?")


def named(text: str, lang: str | None) -> list[Draft]:
    """Find dates with a month's name."""
    found: list[Draft] = []
    free = at = 0
    while hit := _JOINED.search(text, at):
        end, agreed = _doubled(text, hit)
        at = end
        drafts = _around(text, hit, end, free, lang)
        if drafts:
            found += drafts if agreed else [replace(draft, sure=Sure.DOUBTFUL, conflict=True) for draft in drafts]
            free = at = max(end, drafts[-1].end)
    return found


def _doubled(text: str, hit: re.Match[str]) -> tuple[int, bool]:
    """Return where a month's names end (أبريل/نيسان has two), and whether they agree."""
    month, end = WORDS.months[key(hit["name"])], hit.end()
    gap = _DOUBLE.match(text, end)
    second = gap and _JOINED.match(text, gap.end())
    if gap and second:
        again = WORDS.months[key(second["name"])]
        closed = second.end() + text[second.end() : second.end() + 2].strip().startswith(")")
        if again.calendar == month.calendar:
            return closed if "(" in gap[0] else second.end(), again.number == month.number
    return end, True


def _around(text: str, hit: re.Match[str], end: int, free: int, lang: str | None) -> list[Draft]:
    """Read what stands around a month's name, whose last form ends at `end`, but nothing before `free`."""
    month, start = WORDS.months[key(hit["name"])], hit.start()
    base = max(free, start - NEAR)
    left, before = _LEFT.search(text, base, start), _LEFT_YEAR.search(text, base, start)
    after, right = _RIGHT_YEAR.match(text, end), _RIGHT.match(text, end)
    short = _SHORT_YEAR.match(text, end) if left and month.calendar == "gregorian" else None
    bare = Draft(start, end, month.calendar, None, month.number, None, Sure.CERTAIN)
    found: list[Draft] = []
    if after and (year := year_of(after, month.calendar)):
        whole = replace(bare, end=after.end(), year=year)
        found = _days(text, free, left, whole) if left else [whole]
    elif left and short:
        whole = replace(bare, end=short.end(), year=century(int(short["year"])), sure=Sure.LIKELY)
        found = _days(text, free, left, whole)
    elif right and before and not right["year"] and (year := year_of(before, month.calendar)):
        found = [replace(bare, start=before.start(), end=right.end(), year=year, number=int(right["day"]))]
    elif right and not left and (year := year_of(right, month.calendar)):
        found = [replace(bare, end=right.end(), year=year, number=int(right["day"]))]
    elif left:
        found = _days(text, free, left, replace(bare, sure=_without_year(month, lang)))
    elif right and lang in {"en", None} and "en" in month.langs and text[start].isascii():
        # "mai 12 personnes": only English puts the day behind a month that has no year.
        found = [replace(bare, end=right.end(), number=int(right["day"]), sure=_without_year(month, lang))]
    return existing(found)


def _without_year(month: Month, lang: str | None) -> Sure:
    own = lang is None or lang in month.langs
    common = bool(month.common) if lang is None else lang in month.common
    return Sure.LIKELY if own and not common else Sure.DOUBTFUL


def _days(text: str, free: int, left: re.Match[str], draft: Draft) -> list[Draft]:
    """Return the draft with its day, after the other days that it shares month and year with: 10, 11 et 12 mai."""
    start = left.start()
    number = _number(left)
    out = [replace(draft, start=start, number=number)]
    while len(out) < _LISTED and (other := _BEFORE.search(text, max(free, start - NEAR), start)):
        earlier = _number(other)
        if earlier >= number:
            break
        kind = "day" if other["day"] else "word"
        number, start = earlier, other.start(kind)
        out.insert(0, replace(draft, start=start, end=other.end(kind), number=number))
    return out


_LISTED = 5


def _number(match: re.Match[str]) -> int:
    return int(match["day"]) if match["day"] else WORDS.days[key(match["word"])]
