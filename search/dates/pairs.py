"""Dates that stand beside one another: ranges, and the same day in two calendars."""

import re
from dataclasses import replace
from datetime import date
from itertools import pairwise

from search import calendars
from search.dates.dated import NEAR, Draft, Sure, existing
from search.dates.vocabulary import LETTER, WORDS

_RANGE = re.compile(rf"\s{{0,2}}(?:[-,]|{WORDS.pattern('to')})\s{{0,2}}(?:{WORDS.pattern('the')}\s)?")
_SAME = re.compile(
    rf"[\s()\[\],;|/.:=-]{{0,5}}(?:(?<!{LETTER})(?:{WORDS.pattern('same')}|{WORDS.pattern('weekday')})(?!{LETTER})[\s,.:]{{0,3}}){{0,3}}"
    r"[\s(/-]{0,3}"
)


def shared(drafts: list[Draft], text: str) -> list[Draft]:
    """Give the first day of a range the year of the second: 30 April - 2 May 2024."""
    out = list(drafts)
    for place in range(len(out) - 2, -1, -1):
        one, two = out[place], out[place + 1]
        alike = one.calendar == two.calendar and one.year is None and two.year is not None and two.number is not None
        if alike and two.start - one.end <= NEAR and _RANGE.fullmatch(text, one.end, two.start):
            out[place] = next(iter(existing([replace(one, year=two.year)])), one)
    return out


def paired(drafts: list[Draft], text: str) -> list[Draft]:
    """Compare dates of two calendars that stand beside one another."""
    out = list(drafts)
    paired: set[int] = set()
    for place, (one, two) in enumerate(pairwise(drafts)):
        near = one.calendar != two.calendar and 0 <= two.start - one.end <= NEAR and place not in paired
        if near and one.number and two.number and _SAME.fullmatch(text, one.end, two.start):
            out[place], out[place + 1] = _compared(one, two)
            paired |= {place, place + 1} if out[place].beside or out[place + 1].beside else set()
    return out


def _compared(one: Draft, two: Draft) -> tuple[Draft, Draft]:
    if one.day is None and two.day is None:
        return one, two
    if one.day is None:
        two, one = _compared(two, one)
        return one, two
    if two.day is None:
        completed = _completed(two, one.day)
        if completed is None:
            return replace(one, sure=Sure.DOUBTFUL, conflict=True), replace(
                two, sure=Sure.DOUBTFUL, beside=one.day, conflict=True
            )
        two = completed
    for first in _readings(one):
        for second in _readings(two):
            if first.day and second.day and abs((first.day - second.day).days) <= _tolerance(first, second):
                # The moon's day is the other calendar's.
                day = second.day if first.calendar == "hijri" else first.day
                sure = {"sure": Sure.CERTAIN, "other": None, "fixed": day, "beside": day}
                return replace(first, **sure), replace(second, **sure)  # type: ignore[arg-type]
    return (
        replace(one, sure=Sure.DOUBTFUL, beside=two.day, conflict=True),
        replace(two, sure=Sure.DOUBTFUL, beside=one.day, conflict=True),
    )


def _readings(draft: Draft) -> list[Draft]:
    if draft.other is None or draft.year is None:
        return [draft]
    calendar = draft.calendar
    if draft.year in calendars.YEARS["jalali"]:
        calendar = "hijri" if draft.calendar == "jalali" else "jalali"
    _, month, number = calendars.written(draft.other, calendar)
    return [draft, replace(draft, calendar=calendar, month=month, number=number, other=draft.day)]


def _completed(draft: Draft, day: date) -> Draft | None:
    """Return a yearless draft with the year in which it is that day, if there is one."""
    try:
        about = calendars.written(day, draft.calendar)[0]
    except ValueError:
        return None
    for year in (about, about - 1, about + 1):
        for dated in existing([replace(draft, year=year)]):
            if dated.day and abs((dated.day - day).days) <= (draft.calendar == "hijri"):
                return dated
    return None


def _tolerance(one: Draft, two: Draft) -> int:
    return 1 if "hijri" in {one.calendar, two.calendar} else 0
