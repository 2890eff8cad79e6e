"""Dates of digits alone, and years that a word tells from other numbers."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from search import calendars
from search.calendars import Calendar
from search.dates.dated import Draft, Sure, century, existing, free
from search.dates.vocabulary import CLOSE, ERA, WORDS, YEAR
from search.vocabulary import LETTER

_SEPARATED = r"(?P<sep>\s?[/-]\s?|\.\s?)"
_YEAR_FIRST = re.compile(
    rf"(?<!\d)(?<!\d[./,:-])(?P<year>\d{{4}}){_SEPARATED}(?P<a>\d{{1,2}})(?P=sep)(?P<b>\d{{1,2}})(?!\d|[./,]\d){ERA}"
)
_YEAR_LAST = re.compile(
    rf"(?<!\d)(?<!\d[./,:-])(?P<a>\d{{1,2}}){_SEPARATED}(?P<b>\d{{1,2}})(?P=sep)(?P<year>\d{{4}}|\d{{2}})(?!\d|[./,:-]\d){ERA}"
)


def numeric(text: str, lang: str | None) -> list[Draft]:
    """Find dates of digits alone."""
    found = []
    for match in _YEAR_FIRST.finditer(text):
        draft = _reading(match, int(match["b"]), int(match["a"]), lang)
        found += [draft] if draft else []
    last = [match for match in _YEAR_LAST.finditer(text) if match["year"]]
    pairs = {(int(match["a"]), int(match["b"])) for match in last}
    months_first = any(a <= _MONTHS < b for a, b in pairs) and not any(b <= _MONTHS < a for a, b in pairs)
    for match in last:
        draft = _year_last(match, lang, months_first=months_first)
        found += [draft] if draft else []
    return found


_MONTHS = 12
_DAYS = 31
_SHORT = 2
"""Digits of a year without its century."""


def _short_jalali(match: re.Match[str]) -> Draft | None:
    """Read "۹۷/۰۹/۰۸": Persian pages write the year first, or where that cannot be, last."""
    parts = (match["a"], match["b"], match["year"])
    if any(len(part) != _SHORT for part in parts) or "." in match["sep"]:
        return None
    first, month, last = map(int, parts)
    year, day = (last, first) if last > _DAYS else (first, last)
    whole = year + (1400 if year < 50 else 1300)  # noqa: PLR2004 - as of other short years
    drafts = existing([Draft(match.start(), match.end(), "jalali", whole, month, day, Sure.DOUBTFUL)])
    return drafts[0] if drafts else None


def _year_last(match: re.Match[str], lang: str | None, *, months_first: bool) -> Draft | None:
    if lang == "fa" and len(match["year"]) == _SHORT:
        return _short_jalali(match)
    a, b = int(match["a"]), int(match["b"])
    day, month = (b, a) if (months_first and a <= _MONTHS) or b > _MONTHS else (a, b)
    draft = _reading(match, day, month, lang)
    if draft is None:
        return None
    short = len(match["year"]) == _SHORT
    # Where the month comes first, no point is written between them.
    clear = a == b or max(a, b) > _MONTHS or "." in match["sep"]
    if not clear and lang in {"en", None} and not months_first:
        swapped = _reading(match, month, day, lang)
        return replace(draft, sure=Sure.DOUBTFUL, other=swapped.day if swapped else None)
    sure = Sure.DOUBTFUL if short else Sure.CERTAIN if clear else Sure.LIKELY
    return replace(draft, sure=min(draft.sure, sure))


def _reading(match: re.Match[str], day: int, month: int, lang: str | None) -> Draft | None:
    """Read digits in the calendar that the era, the year and the language speak for."""
    year = int(match["year"])
    if len(match["year"]) == _SHORT:
        if len(match["a"]) + len(match["b"]) < len("1212"):
            return None
        year = century(year)
    drafts = existing(
        Draft(match.start(), match.end(), calendar, year, month, day, sure)
        for calendar, sure in _possible(year, match, lang)
    )
    if not drafts:
        return None
    other = drafts[1].day if len(drafts) > 1 else None
    return replace(drafts[0], other=other)


_SOLAR_OR_LUNAR: Mapping[str, Sequence[tuple[Calendar, Sure]]] = {
    "fa": [("jalali", Sure.CERTAIN)],
    "ar": [("hijri", Sure.LIKELY), ("jalali", Sure.DOUBTFUL)],
    "": [("jalali", Sure.DOUBTFUL), ("hijri", Sure.DOUBTFUL)],
}


def _possible(year: int, match: re.Match[str], lang: str | None) -> list[tuple[Calendar, Sure]]:
    """Return the calendars that a year of four digits may be of, the likeliest first."""
    eras: tuple[Calendar, ...] = ("jalali", "hijri", "gregorian")
    for calendar in eras:
        if match[calendar] and year in calendars.YEARS[calendar]:
            return [(calendar, Sure.CERTAIN)]
    if year in calendars.YEARS["gregorian"]:
        return [("gregorian", Sure.CERTAIN)]
    order = _SOLAR_OR_LUNAR.get(lang or "", _SOLAR_OR_LUNAR[""])
    return [(calendar, sure) for calendar, sure in order if year in calendars.YEARS[calendar]]


_CUED = re.compile(rf"(?<!{LETTER}){WORDS.pattern('year.alone')}\s{{1,2}}{YEAR}")
_WITH_ERA = re.compile(
    rf"(?<![\d.,/-])(?P<year>\d{{4}})\s{{0,2}}(?:(?P<jalali>{WORDS.pattern('era.jalali')})"
    rf"|(?P<hijri>{WORDS.pattern('era.hijri')})|(?P<gregorian>{WORDS.pattern('era.gregorian')})){CLOSE}"
)


def years(text: str, lang: str | None) -> list[Draft]:
    """Find years that a word before or after them tells from other numbers."""
    found: list[Draft] = []
    for pattern in (_CUED, _WITH_ERA):
        for match in pattern.finditer(text):
            year = int(match["year"])
            for calendar, sure in _possible(year, match, lang)[:1]:
                if sure > Sure.DOUBTFUL:
                    draft = Draft(match.start("year"), match.end(), calendar, year, None, None, min(sure, Sure.LIKELY))
                    found += free([draft], found)
    return found
