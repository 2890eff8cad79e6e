"""The three calendars of this field: days, months and years of them as proleptic Gregorian days.

Jalali is the solar Hijri calendar of Iran and Afghanistan, by jdatetime; Hijri is the lunar one by the tables of Umm
al-Qura, by hijridate. Where the moon is looked for, a Hijri day may be one off.
"""

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from typing import Literal

import jdatetime
from hijridate import Gregorian, Hijri

from search.errors import QueryError, translatable

Calendar = Literal["gregorian", "jalali", "hijri"]

CalendarKey = Literal["gregorian", "persian", "islamic"]
"""What a reader asks for days in: the keys of Unicode CLDR, shortened."""

_KEYS: Mapping[CalendarKey, Calendar] = {"gregorian": "gregorian", "persian": "jalali", "islamic": "hijri"}

YEARS: Mapping[Calendar, range] = {
    "gregorian": range(1800, 2200),
    "jalali": range(1250, 1501),
    "hijri": range(1343, 1501),
}
"""The years that a release may speak of; Umm al-Qura has tables for these."""

_DAY = re.compile(r"(\d{4})(?:[-/.](\d{1,2}))?(?:[-/.](\d{1,2}))?\s?(h|هـ|ه)?", re.IGNORECASE)
_FORMS = translatable(
    '"{value}" is not a date: write 2024-05-01, 2024-05 or 2024, a Solar Hijri day as 1403-02-12, a Lunar Hijri one as 1445-10-22h.'
)

_MONTHS = 12
_LONG_MONTHS = 6  # of the Jalali year have 31 days


def span(calendar: Calendar, year: int, month: int | None = None, day: int | None = None) -> tuple[date, date]:
    """Return the first and the last day of a year, of a month, or of a day, where both are the same.

    Raises `ValueError` for a year outside of `YEARS`, a month or a day that there is not.
    """
    if year not in YEARS[calendar]:
        raise ValueError(f"{calendar} years are known from {YEARS[calendar][0]} to {YEARS[calendar][-1]}")
    if day is not None:
        if month is None:
            raise ValueError("a day needs its month")
        one = _day(calendar, year, month, day)
        return one, one
    first, last = (month, month) if month is not None else (1, _MONTHS)
    return _day(calendar, year, first, 1), _day(calendar, year, last, _length(calendar, year, last))


def written(day: date, calendar: Calendar) -> tuple[int, int, int]:
    """Return year, month and day of the month in a calendar. Raises `ValueError` outside of what its tables know."""
    if calendar == "jalali":
        jalali = jdatetime.date.fromgregorian(date=day)
        return jalali.year, jalali.month, jalali.day
    if calendar == "hijri":
        try:
            hijri = Gregorian.fromdate(day).to_hijri()
        except OverflowError as error:
            raise ValueError(str(error)) from error
        return hijri.year, hijri.month, hijri.day
    return day.year, day.month, day.day


def parts(day: date, key: CalendarKey) -> tuple[int, int, int] | None:
    """Return year, month and day of the month in a reader's calendar; None for a day that its tables do not know."""
    calendar = _KEYS[key]
    try:
        found = written(day, calendar)
    except ValueError:
        return None
    return found if found[0] in YEARS[calendar] else None


def shown(day: date, key: CalendarKey) -> str | None:
    """Return a day as the filters of a query take it: 2024-05-12, 1403-02-23, 1445-11-04h.

    None for a day that the calendar's tables do not know.
    """
    found = parts(day, key)
    if found is None:
        return None
    year, month, number = found
    return f"{year:04}-{month:02}-{number:02}" + ("h" if key == "islamic" else "")


def day(value: str, *, end: bool = False) -> date:
    """Read a day, month or year (2024-05-01, 2024-05, 2024; any digits) as its first day, or its last if `end`.

    Years from 1250 to 1500 are Jalali (1403-02-12), or Hijri with an h behind (1445-11-04h, 1445h).
    Raises `QueryError` for anything else.
    """
    match = _DAY.fullmatch(value)
    if not match:
        raise QueryError(_FORMS, value=value)
    year, month, number = (int(part) if part else None for part in match.groups()[:3])
    hijri, jalali = bool(match[4]), year in YEARS["jalali"]
    calendar: Calendar = "hijri" if hijri else "jalali" if jalali else "gregorian"
    if year is None or year not in YEARS[calendar]:
        known = YEARS[calendar]
        raise QueryError(
            '"{value}" is not a date that is known: years go from {first} to {last} in this calendar.',
            value=value,
            first=str(known[0]),
            last=str(known[-1]),
        )
    try:
        return span(calendar, year, month, number)[end]
    except ValueError:
        raise QueryError('"{value}" is not a date: its calendar has no such day.', value=value) from None


def _day(calendar: Calendar, year: int, month: int, day: int) -> date:
    if calendar == "jalali":
        gregorian: date = jdatetime.date(year, month, day).togregorian()
        return gregorian
    if calendar == "hijri":
        try:
            return date.fromordinal(Hijri(year, month, day).to_gregorian().toordinal())
        except OverflowError as error:
            raise ValueError(str(error)) from error
    return date(year, month, day)


def _length(calendar: Calendar, year: int, month: int) -> int:
    if calendar == "hijri":
        return int(Hijri(year, month, 1).month_length())
    if calendar == "gregorian":
        return monthrange(year, month)[1]
    if month <= _LONG_MONTHS:
        return 31
    return 30 if month < _MONTHS or jdatetime.date(year, 1, 1).isleap() else 29
