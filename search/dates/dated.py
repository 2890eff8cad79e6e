"""What a date is, and how it is gathered."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Literal

from search import calendars
from search.calendars import Calendar

Precision = Literal["day", "month", "year", "yearless"]

NEAR = 40
"""Characters that are looked at on each side of a month's name, and between two dates that belong together."""


class Sure(IntEnum):
    """How sure a reading is.

    `DOUBTFUL`: another reading is as good (05/12/2024 in English, a year of two digits), the name of the month is a common
    word, or two calendars contradict each other. `LIKELY`: the language's habit decides the order, or the year is not
    written. `CERTAIN`: it can hardly be read otherwise.
    """

    DOUBTFUL = 1
    LIKELY = 2
    CERTAIN = 3


@dataclass(frozen=True, slots=True)
class Dated:
    """A date as it stands in a text.

    `start` and `end` are code points of the original text, end exclusive, and `text` is what stands there. `calendar`,
    `year`, `month` and `number` (day of the month) are as written. `first` and `last` are Gregorian: the same for a day,
    the ends of a month or a year, None where no year is known. `other` is the day that the same digits may also be.
    `beside` is the day that stands next to it in another calendar, `conflict` says that the two are not the same day.
    """

    start: int
    end: int
    text: str
    calendar: Calendar
    year: int | None
    month: int | None
    number: int | None
    first: date | None
    last: date | None
    sure: Sure
    other: date | None = None
    beside: date | None = None
    conflict: bool = False

    @property
    def precision(self) -> Precision:
        """Return what is known: a day, a month, a year, or a day and month without a year."""
        if self.first is None:
            return "yearless"
        if self.number is not None:
            return "day"
        return "year" if self.month is None else "month"

    @property
    def day(self) -> date | None:
        """Return the Gregorian day, if it is one."""
        return self.first if self.precision == "day" else None


@dataclass(frozen=True, slots=True)
class Draft:
    """A date with offsets in the folded text."""

    start: int
    end: int
    calendar: Calendar
    year: int | None
    month: int | None
    number: int | None
    sure: Sure
    other: date | None = None
    fixed: date | None = None
    beside: date | None = None
    conflict: bool = False

    @property
    def day(self) -> date | None:
        """Return the Gregorian day, if it is one."""
        if self.fixed or self.year is None or self.number is None:
            return self.fixed
        return calendars.span(self.calendar, self.year, self.month, self.number)[0]


def existing(drafts: Iterable[Draft]) -> list[Draft]:
    """Leave out days that there are not; without a year, those that there are in no year."""
    out = []
    for draft in drafts:
        year = draft.year or {"gregorian": 2024, "jalali": 1403, "hijri": None}[draft.calendar]
        try:
            if year is None:
                if not 1 <= (draft.number or 1) <= _HIJRI_DAYS:
                    continue
            else:
                calendars.span(draft.calendar, year, draft.month, draft.number)
        except ValueError:
            continue
        out.append(draft)
    return out


_HIJRI_DAYS = 30


def year_of(match: re.Match[str] | None, calendar: Calendar) -> int | None:
    """Return the year of a match if it is one of the calendar."""
    if not match or not match["year"] or int(match["year"]) not in calendars.YEARS[calendar]:
        return None
    return int(match["year"])


def century(year: int) -> int:
    """Return the year that two digits mean."""
    return year + (2000 if year < 50 else 1900)  # noqa: PLR2004 - as POSIX has it, about


def free(drafts: Iterable[Draft], taken: list[Draft]) -> list[Draft]:
    """Return the drafts that overlap none before them."""
    out: list[Draft] = []
    covered = {place for draft in taken for place in range(draft.start, draft.end)}
    for draft in drafts:
        if covered.isdisjoint(range(draft.start, draft.end)):
            out.append(draft)
            covered.update(range(draft.start, draft.end))
    return out
