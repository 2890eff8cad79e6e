"""The words of dates in six languages, read from resources/dates, as patterns over folded text.

A file is a list of sections, [gregorian.5] or [year], of lines: a language, a colon, names parted by bars.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import resources

from analyzers.patterns import alternation
from search.calendars import Calendar
from search.folding import fold

_SECTION = re.compile(r"\[([a-z]+(?:\.[a-z0-9]+)?)\]")
_LINE = re.compile(r"([a-z]{2})\s*:\s*(.+)")
_CALENDARS: tuple[Calendar, ...] = ("gregorian", "jalali", "hijri")


@dataclass(frozen=True, slots=True)
class Month:
    """What a name can mean: a month of a calendar, and the languages in which it is no other word as well."""

    calendar: Calendar
    number: int
    langs: frozenset[str]
    common: frozenset[str]


class Words:
    """Patterns of the words, and what months and numbers they name. Words in patterns are folded."""

    def __init__(self, sections: dict[str, list[tuple[str, str, bool]]]) -> None:
        """`sections` has for each name the words: language, text, whether it is another word as well."""
        self._sections = sections
        names: dict[str, list[tuple[Calendar, int, str, bool]]] = {}
        self.days: dict[str, int] = {}
        for section, words in sections.items():
            kind, _, number = section.partition(".")
            for lang, text, common in words:
                if kind in _CALENDARS:
                    names.setdefault(key(text), []).append((kind, int(number), lang, common))
                elif kind == "day":
                    self.days[key(text)] = int(number)
        self.months = {
            name: Month(
                meant[0][0],
                meant[0][1],
                frozenset(lang for _, _, lang, _ in meant),
                frozenset(lang for _, _, lang, common in meant if common),
            )
            for name, meant in names.items()
        }
        self.month = self.pattern(*(f"{calendar}.{n}" for calendar in _CALENDARS for n in range(1, 13)))
        self.day = self.pattern(*(f"day.{n}" for n in range(1, 32)))

    def pattern(self, *sections: str) -> str:
        """Return a pattern for any word of these sections, the longest of those that begin alike first."""
        words = {_folded(text) for section in sections for _, text, _ in self._sections.get(section, ())}
        return "(?:" + alternation(words).replace(" ", r"\s{0,2}").replace(".", r"[.\s]{0,2}") + ")"

    def names(self, section: str) -> list[tuple[str, str]]:
        """Return languages and words of a section, as they are in the file."""
        return [(lang, text) for lang, text, _ in self._sections.get(section, ())]


def key(name: str) -> str:
    """Return what names are looked up by: folded, without spaces."""
    return re.sub(r"\s", "", _folded(name))


def _shipped() -> Words:
    sections: dict[str, list[tuple[str, str, bool]]] = {}
    folder = resources.files("search") / "resources" / "dates"
    for name in ("months.txt", "words.txt"):
        for section, lang, text, common in parse((folder / name).read_text("utf-8").splitlines(), name):
            sections.setdefault(section, []).append((lang, text, common))
    return Words(sections)


def parse(lines: Iterable[str], origin: str) -> Iterator[tuple[str, str, str, bool]]:
    """Read section, language, word and whether it has ~ from a file's lines. Raises `ValueError` that names the line."""
    section = ""
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        if match := _SECTION.fullmatch(text):
            section = match[1]
        elif section and (match := _LINE.fullmatch(text)):
            for word in match[2].split("|"):
                yield section, match[1], word.strip().removeprefix("~"), word.strip().startswith("~")
        else:
            raise ValueError(f"{origin}:{number}: neither a section like [jalali.1] nor a line like: fa: فروردین | حمل")


def _folded(name: str) -> str:
    return fold(name).text


WORDS = _shipped()
LETTER = r"[^\W\d_]"
CLOSE = rf"(?!{LETTER})"
ERA = (
    rf"(?:\s{{0,2}}(?:(?P<jalali>{WORDS.pattern('era.jalali')})|(?P<hijri>{WORDS.pattern('era.hijri')})"
    rf"|(?P<gregorian>{WORDS.pattern('era.gregorian')})){CLOSE})?"
)
"""An era, in a group with its calendar's name, if there is one."""
YEAR = rf"(?P<year>\d{{4}})(?!\d|[.,٬٫]\d){ERA}"
"""A year of four digits with its era."""
