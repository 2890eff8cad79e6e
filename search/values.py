"""Numbers, masses and dates of a text as keys that are the same however they are written.

5,500, ٥٬٥٠٠, 5 500 and ۵ هزار و ۵۰۰ have the key 5500, "1.5 tonnes" and ۱۵۰۰ کیلوگرم the key 1500000g, and a day has one in
all three calendars. A number that can be read in two ways has both keys; one that a page printed backwards (500 5) is read
as it stands.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from search import calendars, vocabulary
from search.dates import Dated
from search.dates import find as dates
from search.folding import fold
from search.query import Query
from search.vocabulary import LETTER

_VERSION = 1

PLAIN = 1000
"""Whole numbers below it have no key of their own: written in digits, they are the same word everywhere."""

NONE = "-"
"""A term that every release has: Lucene counts only releases that have something in a field, tantivy counts all."""

_MARKS: dict[calendars.Calendar, str] = {"gregorian": "", "jalali": "j", "hijri": "h"}


@dataclass(frozen=True, slots=True)
class Valued:
    """A number, a mass or a date: code points of the text, end exclusive, and every key that it may have."""

    start: int
    end: int
    keys: tuple[str, ...]


def rule() -> str:
    """Return what keys depend on, for the fingerprint of an index."""
    return f"{_VERSION}-{vocabulary.digest('values')}-{vocabulary.digest('dates')}"


def find(text: str, lang: str | None = None) -> list[Valued]:
    """Return what a text of a language says, or a text of any; a mass overlaps its number (6.8 tonnes).

    A date has the key of what it says: a day, a month, or a day without a year. Linear in the length of the text.
    """
    return _found(text, lang, indexed=False)


def indexed(text: str, lang: str) -> list[Valued]:
    """Return what `find` does with all keys that find it: a day also has its months and itself without a year."""
    return _found(text, lang, indexed=True)


def terms(text: str, lang: str) -> list[str]:
    """Return the terms of a release for the index, each once: how often a number is repeated says nothing of it."""
    return list(dict.fromkeys([NONE, *(key for value in indexed(text, lang) for key in value.keys)]))


def said(query: Query) -> dict[str, list[Valued]]:
    """Return what the words of a query say, by a clause's text; quoted text means what it says."""
    clauses = (clause for group in query.groups for clause in group.alternatives if clause.kind == "words")
    return {clause.text: found for clause in clauses if (found := find(clause.text))}


def _found(text: str, lang: str | None, *, indexed: bool) -> list[Valued]:
    folded, dated = fold(text), dates(text, lang)
    found = [Valued(date.start, date.end, keys) for date in dated if (keys := _date_keys(date, indexed=indexed))]
    taken = {place for date in dated if date.first and date.number for place in range(date.start, date.end)}
    for start, end, keys in _amounts(folded.text, lang):
        if keys:
            first, last = folded.original(start, end)
            found += [Valued(first, last, keys)] if taken.isdisjoint(range(first, last)) else []
    return sorted(found, key=lambda value: (value.start, -value.end))


def _date_keys(date: Dated, *, indexed: bool) -> tuple[str, ...]:
    """Return the keys of a date; `indexed`, of all that one may ask for to find it."""
    mark = _MARKS[date.calendar]
    if date.precision == "yearless":
        return (f"--{date.month:02}-{date.number:02}{mark}",)
    if date.precision == "month":
        return (f"{date.year}-{date.month:02}{mark}",)
    if date.precision == "year":
        return ()
    keys: list[str] = []
    for day in filter(None, (date.day, date.other)):
        keys.append(day.isoformat())
        for calendar, sign in _MARKS.items() if indexed else ():
            try:
                year, month, number = calendars.written(day, calendar)
            except ValueError:
                continue
            keys += [f"{year}-{month:02}{sign}", f"--{month:02}-{number:02}{sign}"]
    return tuple(dict.fromkeys(keys))


_WORDS = vocabulary.shipped("values")
_TIMES = _WORDS.numbers("times")
_TWICE = _WORDS.numbers("twice")
_GRAMS = _WORDS.numbers("gram")


def _words(kind: str, numbers: dict[str, int]) -> str:
    sections = dict.fromkeys(f"{kind}.{number}" for number in numbers.values())
    return _WORDS.pattern(*sections)


_CLOSE = rf"(?!{LETTER})"
# Arabic writes "and" and "in" with the number: و260, بـ500
_OPEN = r"(?:(?<![^\W_])|(?<=(?<![^\W_])[وبلكف]))"
_NUMBER = re.compile(
    rf"{_OPEN}(?<!\d[.,'٬٫])(?:"
    r"(?P<whole>[1-9]\d{0,2}(?P<sep>[.,'٬ ])\d{3}(?:(?P=sep)\d{3}){0,4})(?:(?!(?P=sep))[.,٫](?P<rest>\d{1,6}))?"
    r"|(?P<plain>\d{1,15})(?:[.,٫](?P<decimals>\d{1,6}))?"
    r")(?!\d|[.,'٬٫]\d)"
)
_SCALE = re.compile(rf"\s{{0,2}}-?(?P<word>{_words('times', _TIMES)}){_CLOSE}")
_MASS = re.compile(rf"\s{{0,2}}-?(?P<word>{_words('gram', _GRAMS)}){_CLOSE}(?!\s?{_WORDS.pattern('not')})")
_BOTH = re.compile(rf"(?<!{LETTER})(?P<word>{_words('twice', _TWICE)}){_CLOSE}")
_AND = re.compile(rf"\s{{1,2}}(?:{_WORDS.pattern('and')}\s{{0,2}})?")
# "mil 300", "طن و902 كيلوغرام": a unit that stands for one of it
_ONE = re.compile(rf"(?<!{LETTER})(?:{_words('times', _TIMES)}|{_words('gram', _GRAMS)})(?={_AND.pattern}\d)")

_Reading = tuple[int, int, tuple[Decimal, ...]]
"""Where a number stands in the folded text, and what it may be."""


def _amounts(text: str, lang: str | None) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Yield numbers and masses of a folded text with their keys."""
    heavy: tuple[int, int, tuple[Decimal, ...], int] | None = None
    for start, end, values in _numbers(text, lang):
        if heavy and start < heavy[1]:
            continue  # the unit of a mass, which stands for no other
        yield start, end, tuple(_key(value) for value in values if value >= PLAIN or value % 1)
        unit = _MASS.match(text, end)
        if unit is None:
            continue
        grams = _GRAMS[vocabulary.key(unit["word"])]
        masses = tuple(value * grams for value in values)
        yield start, unit.end(), tuple(f"{_key(mass)}g" for mass in masses)
        if heavy and heavy[3] > grams and _AND.fullmatch(text, heavy[1], start):
            # "7 tonnes and 491 kilograms" are one mass
            sums = tuple(one + two for one in heavy[2] for two in masses if two < heavy[3])
            yield heavy[0], unit.end(), tuple(f"{_key(mass)}g" for mass in sums)
        heavy = start, unit.end(), masses, grams


def _numbers(text: str, lang: str | None) -> Iterator[_Reading]:
    """Yield the numbers of a text with the words that multiply them, and those of several parts (۵ هزار و ۵۰۰) as one."""
    read = {match.start(): (match.end(), _readings(match, lang)) for match in _NUMBER.finditer(text)}
    ones = {match.start(): (match.start(), (Decimal(1),)) for match in _ONE.finditer(text)}
    done = 0
    for start, (stop, values) in sorted((ones | read).items()):
        if start < done:
            continue
        done, scaled, scale = _scaled(text, stop, values)
        while scale > 1 and (link := _AND.match(text, done)) and link.end() in read:
            end, parts, smaller = _scaled(text, *read[link.end()])
            if smaller >= scale or not parts or max(parts) >= scale or any(part % 1 for part in parts):
                break
            scaled = tuple(value + part for value in scaled for part in parts)
            done, scale = end, smaller
        yield start, done, scaled
    for match in _BOTH.finditer(text):
        yield match.start(), match.end(), (Decimal(2 * _TWICE[vocabulary.key(match["word"])]),)


def _scaled(text: str, end: int, values: tuple[Decimal, ...]) -> tuple[int, tuple[Decimal, ...], int]:
    """Return where a number ends with the word that multiplies it, its values, and by how much."""
    if word := _SCALE.match(text, end):
        scale = _TIMES[vocabulary.key(word["word"])]
        return word.end(), tuple(value * scale for value in values), scale
    return end, values, 1


# Where a mark before three digits is thousands, and where it is decimals; elsewhere it may be both.
_THOUSANDS = {("en", ","), ("ar", ","), ("fa", ",")}
_DECIMALS = {("en", ".")}


def _readings(match: re.Match[str], lang: str | None) -> tuple[Decimal, ...]:
    """Return what digits and marks may say in a language, or in any."""
    if match["plain"]:
        return (Decimal(f"{match['plain']}.{match['decimals'] or 0}"),)
    mark, groups = match["sep"], match["whole"].split(match["sep"])
    whole = Decimal("".join(groups))
    if match["rest"]:
        return (whole + Decimal(f"0.{match['rest']}"),)
    if mark not in ".," or len(groups) > 2 or (lang, mark) in _THOUSANDS:  # noqa: PLR2004 - more than one mark
        return (whole,)
    decimal = Decimal(".".join(groups))
    return (decimal,) if (lang, mark) in _DECIMALS else (whole, decimal)


def _key(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
