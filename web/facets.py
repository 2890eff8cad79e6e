"""Facets and active filters as links, for the side of a results page."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from search import calendars
from search.errors import QueryError
from search.results import FacetValue, Results
from web.interface import Interface
from web.languages import LANGUAGES
from web.links import Links

SHOWN = 8
"""Values that are seen at once; the others fold out."""

_MOST = 16
_MONTH = re.compile(r"(\d{4})(?:-(\d{2}))?", re.ASCII)


@dataclass(frozen=True)
class Choice:
    """A value that a click adds or, if it is `active`, takes away. `native` is its name in the language `lang`."""

    label: str
    url: str
    count: int = 0
    active: bool = False
    lang: str | None = None
    native: str | None = None


@dataclass(frozen=True)
class Facet:
    """A group of choices: some shown at once, the others folded; `left_out` says how many are in neither."""

    name: str
    title: str
    shown: tuple[Choice, ...]
    folded: tuple[Choice, ...]
    left_out: int


def facets(results: Results, links: Links, interface: Interface) -> tuple[Facet, ...]:
    """Return the facets of a page of results that have anything to choose."""

    def values(name: str) -> Sequence[FacetValue]:
        return results.facets.get(name, ())

    groups = (
        ("lang", interface.gettext("Language"), _languages(values("lang"), links, interface)),
        ("country", interface.gettext("Country"), _choices("country", values("country"), links, interface.country)),
        ("source", interface.gettext("Source"), _choices("source", values("source"), links)),
        ("year", interface.gettext("Year"), _years(values("year"), links, interface)),
    )
    return tuple(
        Facet(name, title, tuple(choices[:SHOWN]), tuple(choices[SHOWN:_MOST]), max(0, len(choices) - _MOST))
        for name, title, choices in groups
        if choices
    )


def active(links: Links, interface: Interface) -> tuple[Choice, ...]:
    """Return the filters that are on, each with the address of the search without it."""
    asked = links.asked
    chosen = [Choice(interface.language(code), links.toggled("lang", code), active=True) for code in asked.lang]
    chosen += [Choice(interface.country(code), links.toggled("country", code), active=True) for code in asked.country]
    chosen += [Choice(source, links.toggled("source", source), active=True) for source in asked.source]
    after, before = (_date(value, interface) for value in (asked.after, asked.before))
    if after and after == before:
        label = interface.gettext("published: %(date)s") % {"date": after}
        return (*chosen, Choice(label, links.search(after=None, before=None), active=True))
    if after:
        label = interface.gettext("published from: %(date)s") % {"date": after}
        chosen.append(Choice(label, links.search(after=None), active=True))
    if before:
        label = interface.gettext("published until: %(date)s") % {"date": before}
        chosen.append(Choice(label, links.search(before=None), active=True))
    return tuple(chosen)


def _date(value: str | None, interface: Interface) -> str | None:
    """Return a date of a filter as the reader would write it; one of another calendar, or none, as it was typed."""
    if not value:
        return None
    try:
        first, last = calendars.day(value), calendars.day(value, end=True)
    except QueryError:
        return value
    if first == last:
        return interface.day(first)
    if (match := _MONTH.fullmatch(value)) and int(match[1]) == first.year:
        return interface.month(first.year, first.month) if match[2] else interface.year(first.year)
    return interface.digits(value)


def _choices(name: str, values: Sequence[FacetValue], links: Links, label: Callable[[str], str] = str) -> list[Choice]:
    """List the values of a filter that takes several, those chosen first."""
    counts = {value.value: value.count for value in values}
    chosen: list[str] = getattr(links.asked, name)
    listed = [*chosen, *(value for value in counts if value not in chosen)]
    return [Choice(label(one), links.toggled(name, one), counts.get(one, 0), one in chosen) for one in listed]


def _languages(values: Sequence[FacetValue], links: Links, interface: Interface) -> list[Choice]:
    """List the languages of the list, each also by its own name."""
    counts = {value.value: value.count for value in values}
    chosen = links.asked.lang
    return [
        Choice(
            interface.language(code),
            links.toggled("lang", code),
            counts.get(code, 0),
            code in chosen,
            code,
            _native(code, interface),
        )
        for code in [*counts, *(code for code in chosen if code not in counts)]
    ]


def _native(code: str, interface: Interface) -> str | None:
    """Return a language's own name where it differs: русский beside Arabic names, not beside Русский."""
    native = LANGUAGES[code].native if code in LANGUAGES else None
    return native if native and native.casefold() != interface.language(code).casefold() else None


def _years(values: Sequence[FacetValue], links: Links, interface: Interface) -> list[Choice]:
    asked = links.asked
    choices = []
    for value in values:
        chosen = asked.after == asked.before == value.value
        year = None if chosen else value.value
        label = interface.year(value.value)
        choices.append(Choice(label, links.search(after=year, before=year), value.count, chosen))
    return choices
