"""The interface as one reader sees it: its texts, numbers, days and names of languages and countries."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations

from search import calendars
from search.errors import BayanError
from search.release import direction
from web.languages import LANGUAGES
from web.preferences import Digits, Preferences

LOCALE = Path(__file__).parent / "locale"
"""The catalogues: `<language>/LC_MESSAGES/bayan.po`, and `bayan.pot`, which `make messages` extracts."""

SOURCE = "en"
"""The language that the texts are written in where they stand."""

DIGITS: Mapping[Digits, str] = {"latn": "0123456789", "arab": "٠١٢٣٤٥٦٧٨٩", "arabext": "۰۱۲۳۴۵۶۷۸۹"}

# Arabic digits have separators of their own: ١٢٬٣٤٥٫٦.
_LATIN, _ARABIC = {"group": ",", "decimal": "."}, {"group": "٬", "decimal": "٫"}


@dataclass(frozen=True)
class Interface:
    """How the page speaks to a reader. Texts of releases are never changed by it.

    Its gettext methods take the English text; a plural takes `n` as a number and shows it by a placeholder that the
    caller fills with `number(n)`.
    """

    preferences: Preferences = field(default_factory=Preferences)

    @property
    def lang(self) -> str:
        """Return the language of the interface."""
        return self.preferences.language

    @property
    def dir(self) -> str:
        """Return "rtl" or "ltr"."""
        return direction(self.lang)

    def gettext(self, text: str) -> str:
        """Return a text of the interface in its language."""
        return str(catalogue(self.lang).gettext(text))

    def ngettext(self, one: str, many: str, n: int) -> str:
        """Return the form of a text that stands beside `n` in this language."""
        return str(catalogue(self.lang).ngettext(one, many, n))

    def pgettext(self, context: str, text: str) -> str:
        """Return a text that means something else in another context."""
        return str(catalogue(self.lang).pgettext(context, text))

    def sentence(self, error: BayanError) -> str:
        """Return what an error says, in the language of the interface where the catalogue has it."""
        values = {name: self.number(v) if isinstance(v, int) else v for name, v in error.values.items()}
        return self.gettext(error.sentence).format(**values) if values else self.gettext(error.sentence)

    def number(self, value: float, places: int = 0) -> str:
        """Return a number as this language writes it, in the reader's digits, rounded to `places`."""
        pattern = "#,##0" + ("." + "0" * places if places else "")
        if self.preferences.digits == "latn":
            return format_decimal(value, pattern, locale=self.lang, numbering_system="latn")
        plain = format_decimal(value, pattern, locale="en", numbering_system="latn")
        separators = {ord(_LATIN[name]): _ARABIC[name] for name in _LATIN}
        return self.digits(plain.translate(separators))

    def digits(self, text: str) -> str:
        """Return a text of the interface with its digits as the reader wants them."""
        return text.translate(
            {ord(digit): to for digit, to in zip(DIGITS["latn"], DIGITS[self.preferences.digits], strict=True)}
        )

    def day(self, value: date) -> str:
        """Return a day in the reader's calendar; in the Gregorian one where that has no table for it."""
        key = self.preferences.calendar
        if key != "gregorian" and (written := calendars.parts(value, key)):
            year, month, number = written
            names = _months()[key][self.lang]
            return self.digits(names["written"].format(day=number, month=names["months"][month - 1], year=year))
        # English is read all over the world: 3 May 2024 instead of May 3, 2024.
        pattern = "d MMMM y" if self.lang == "en" else "long"
        return self.digits(format_date(value, pattern, locale=self.lang))

    def month(self, year: int, month: int) -> str:
        """Return a Gregorian month with its year."""
        return self.digits(format_date(date(year, month, 1), "LLLL y", locale=self.lang))

    def year(self, value: int | str) -> str:
        """Return a year, which has no separators, in the reader's digits."""
        return self.digits(str(value))

    def language(self, code: str) -> str:
        """Return what a language is called in this one, as it stands alone on a badge."""
        if code not in LANGUAGES:
            return self.gettext("Other languages")
        name = str(_locale(self.lang).languages.get(code, LANGUAGES[code].name))
        return name[:1].upper() + name[1:]

    def country(self, code: str) -> str:
        """Return what the country of an ISO 3166-1 code is called."""
        return str(_locale(self.lang).territories.get(code, code))


@cache
def catalogue(language: str) -> NullTranslations:
    """Return the catalogue of a language, read from its text: there is nothing to compile. English is the texts' own."""
    if language == SOURCE:
        return NullTranslations()
    path = LOCALE / language / "LC_MESSAGES" / "bayan.po"
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return Translations(compiled, domain="bayan")


@cache
def _months() -> dict[str, dict[str, dict[str, Any]]]:
    path = Path(__file__).parent / "resources" / "months.toml"
    return tomllib.loads(path.read_text("utf-8"))


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(language)
