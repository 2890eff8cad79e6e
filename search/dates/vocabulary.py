"""The words of dates: names of months, and patterns of what stands around them."""

from dataclasses import dataclass

from search.calendars import Calendar
from search.vocabulary import LETTER, key, shipped

WORDS = shipped("dates")
CALENDARS: tuple[Calendar, ...] = ("gregorian", "jalali", "hijri")


@dataclass(frozen=True, slots=True)
class Month:
    """What a name means: a month of a calendar, the languages that have the name, those where it is another word too."""

    calendar: Calendar
    number: int
    langs: frozenset[str]
    common: frozenset[str]


def _months() -> dict[str, Month]:
    names: dict[tuple[str, Calendar, int], tuple[set[str], set[str]]] = {}
    for calendar in CALENDARS:
        for number in range(1, 13):
            for word in WORDS.section(f"{calendar}.{number}"):
                langs, common = names.setdefault((key(word.text), calendar, number), (set(), set()))
                langs.add(word.lang)
                common.update({word.lang} if word.common else ())
    return {
        name: Month(calendar, number, frozenset(langs), frozenset(common))
        for (name, calendar, number), (langs, common) in names.items()
    }


MONTHS = _months()
"""Months by the `key` of their names."""

DAYS = WORDS.numbers("day")
"""Days of the month by the `key` of their words."""

MONTH = WORDS.pattern(*(f"{calendar}.{number}" for calendar in CALENDARS for number in range(1, 13)))
DAY = WORDS.pattern(*(f"day.{number}" for number in range(1, 32)))
CLOSE = rf"(?!{LETTER})"
ERA = (
    rf"(?:\s{{0,2}}(?:(?P<jalali>{WORDS.pattern('era.jalali')})|(?P<hijri>{WORDS.pattern('era.hijri')})"
    rf"|(?P<gregorian>{WORDS.pattern('era.gregorian')})){CLOSE})?"
)
"""An era, in a group with its calendar's name, if there is one."""
YEAR = rf"(?P<year>\d{{4}})(?!\d|[.,٬٫]\d){ERA}"
"""A year of four digits with its era."""
