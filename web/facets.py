"""Facets and active filters as links, for the side of a results page."""

from dataclasses import dataclass

from search import countries
from search.release import direction
from search.results import FacetValue, Results
from web.languages import LANGUAGES
from web.links import Links

SHOWN = 8
"""Values that are seen at once; the others fold out."""

_MOST = 60


@dataclass(frozen=True)
class Choice:
    """A value that a click adds or, if it is `active`, takes away. `count` is None where it is not known."""

    label: str
    url: str
    count: int | None = None
    active: bool = False
    lang: str | None = None
    native: str | None = None

    @property
    def dir(self) -> str:
        """Return the direction of the label's language; "auto" if that is not known."""
        return direction(self.lang) if self.lang else "auto"


@dataclass(frozen=True)
class Facet:
    """A group of choices: some shown at once, the others folded; `left_out` says how many are in neither."""

    name: str
    title: str
    shown: tuple[Choice, ...]
    folded: tuple[Choice, ...]
    left_out: int


def facets(results: Results, links: Links) -> tuple[Facet, ...]:
    """Return the facets of a page of results."""
    return (
        _facet("lang", "Language", _languages(results.facets.get("lang", ()), links)),
        _facet("source", "Source", _sources(results.facets.get("source", ()), links)),
        _facet("country", "Country", _countries(results.facets.get("country", ()), links)),
        _facet("year", "Year", _years(results.facets.get("year", ()), links)),
    )


def active(links: Links) -> tuple[Choice, ...]:
    """Return the filters that are on, each with the address of the search without it."""
    asked = links.asked
    chosen = [
        Choice(LANGUAGES[code].name if code in LANGUAGES else code, links.toggled("lang", code), active=True)
        for code in asked.lang
    ]
    chosen += [Choice(source, links.toggled("source", source), active=True) for source in asked.source]
    chosen += [Choice(_country(code), links.toggled("country", code), active=True) for code in asked.country]
    if asked.after and asked.after == asked.before:
        chosen.append(Choice(f"in {asked.after}", links.search(after=None, before=None), active=True))
    else:
        chosen += [Choice(f"from {asked.after}", links.search(after=None), active=True)] if asked.after else []
        chosen += [Choice(f"until {asked.before}", links.search(before=None), active=True)] if asked.before else []
    return tuple(chosen)


def _facet(name: str, title: str, choices: list[Choice]) -> Facet:
    return Facet(name, title, tuple(choices[:SHOWN]), tuple(choices[SHOWN:_MOST]), max(0, len(choices) - _MOST))


def _languages(values: tuple[FacetValue, ...], links: Links) -> list[Choice]:
    counts = {value.value: value.count for value in values}
    chosen = links.asked.lang
    codes = [*counts, *(code for code in chosen if code not in counts)]
    return [
        Choice(
            LANGUAGES[code].name,
            links.toggled("lang", code),
            counts.get(code, 0),
            code in chosen,
            code,
            LANGUAGES[code].native,
        )
        for code in codes
        if code in LANGUAGES
    ]


def _sources(values: tuple[FacetValue, ...], links: Links) -> list[Choice]:
    counts = {value.value: value.count for value in values}
    chosen = links.asked.source
    names = [*chosen, *(name for name in counts if name not in chosen)]
    return [Choice(name, links.toggled("source", name), counts.get(name, 0), name in chosen) for name in names]


def _countries(values: tuple[FacetValue, ...], links: Links) -> list[Choice]:
    counts = {value.value: value.count for value in values}
    chosen = links.asked.country
    codes = [*chosen, *(code for code in counts if code not in chosen)]
    return [
        Choice(_country(code), links.toggled("country", code), counts.get(code, 0), code in chosen) for code in codes
    ]


def _country(code: str) -> str:
    return countries.names("en").get(code, code)


def _years(values: tuple[FacetValue, ...], links: Links) -> list[Choice]:
    asked = links.asked
    choices = []
    for value in values:
        chosen = asked.after == asked.before == value.value
        year = None if chosen else value.value
        choices.append(Choice(value.value, links.search(after=year, before=year), value.count, chosen))
    return choices
