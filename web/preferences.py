"""How a reader wants the interface: its language, digits, calendar and theme, kept in one cookie."""

from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from babel import Locale, negotiate_locale
from starlette.requests import Request

from search.calendars import CalendarKey
from web.languages import LANGUAGES

COOKIE = "bayan"
"""The cookie's name. Its value is the preferences' own text, `fa.arabext.persian.auto`."""

AGE = 365 * 24 * 3600
"""How long a browser keeps the cookie, in seconds."""

Digits = Literal["latn", "arab", "arabext"]
"""CLDR's names of numbering systems: 123, ١٢٣, ۱۲۳."""

Theme = Literal["auto", "light", "dark"]
"""`auto` follows the reader's system."""

_FALLBACK = "en"


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a reader chose, or what suits the language of the reader's browser. All values are from closed lists."""

    language: str = _FALLBACK
    digits: Digits = "latn"
    calendar: CalendarKey = "gregorian"
    theme: Theme = "auto"

    def __str__(self) -> str:
        return f"{self.language}.{self.digits}.{self.calendar}.{self.theme}"

    def changed(
        self,
        language: str | None = None,
        digits: str | None = None,
        calendar: str | None = None,
        theme: str | None = None,
    ) -> "Preferences":
        """Return these with what is given and known in place of theirs. Another language brings its own digits."""
        out = self
        if language in LANGUAGES and language != self.language:
            out = replace(out, language=language, digits=suited(language).digits)
        for name, value, known in (
            ("digits", digits, get_args(Digits)),
            ("calendar", calendar, get_args(CalendarKey)),
            ("theme", theme, get_args(Theme)),
        ):
            if value in known:
                chosen: Any = {name: value}
                out = replace(out, **chosen)
        return out


def suited(language: str) -> Preferences:
    """Return what suits a language until its reader says otherwise: its digits by CLDR, the Gregorian calendar."""
    native = Locale.parse(language).default_numbering_system
    known: tuple[Digits, ...] = get_args(Digits)
    return Preferences(language, next((digits for digits in known if digits == native), "latn"))


def read(request: Request) -> Preferences:
    """Return the preferences of a request: the cookie's, else what the browser asks for; `hl` names another language.

    What is not known is as if it were not there.
    """
    parts = request.cookies.get(COOKIE, "").split(".")
    stored = dict(zip(("language", "digits", "calendar", "theme"), parts, strict=False))
    language = stored.get("language", "")
    out = suited(language if language in LANGUAGES else _asked(request))
    return out.changed(**stored).changed(language=request.query_params.get("hl"))


def local(address: str, root: str = "") -> str:
    r"""Return an address within Bayan, where a reader goes back to; the first page's for any other.

    A browser takes `//host` and, since it reads a backslash as a slash, `/\host` for other sites.
    """
    inside = address.startswith(f"{root}/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if inside and "\\" not in address.partition("?")[0] else f"{root}/"


def _asked(request: Request) -> str:
    """Return the first of the languages of Accept-Language that the interface speaks."""
    wanted: list[tuple[float, int, str]] = []
    for part in request.headers.get("accept-language", "")[:500].split(","):
        name, _, quality = part.partition(";")
        _, _, value = quality.partition("=")
        try:
            wanted.append((-float(value or 1), len(wanted), name.strip()))
        except ValueError:
            continue
    names = [name for negative, _, name in sorted(wanted) if negative < 0]
    return negotiate_locale(names, list(LANGUAGES), sep="-") or _FALLBACK
