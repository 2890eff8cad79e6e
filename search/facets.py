"""Facets: by what a list can be narrowed, and how many of its releases have each value.

Filters act in four dimensions. A year, a month and a span of days narrow the same one, that of time.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Literal

import numpy as np

from search.engines.base import Candidates
from search.query import Dimension
from search.results import FacetValue

Facet = Literal["lang", "source", "country", "year", "month"]

DIMENSIONS: Mapping[Dimension, tuple[Facet, ...]] = {
    "lang": ("lang",),
    "source": ("source",),
    "country": ("country",),
    "time": ("year", "month"),
}
"""What counts the values of each dimension."""

Counts = Mapping[str, Mapping[str, int]]
"""How many releases have each value of a facet: of lang, source, country and month, from which the years follow."""

_YEAR, _MONTH = len("2024"), len("2024-05")


def counted(counts: Counts, releases: Iterable[tuple[str, str | None, str | None, date | None]]) -> Counts:
    """Return the counts with those of further releases, each a language, a source, a country and a day."""
    out = {name: Counter(values) for name, values in counts.items()}
    for lang, source, country, day in releases:
        month = day.isoformat()[:_MONTH] if day else None
        for name, value in (("lang", lang), ("source", source), ("country", country), ("month", month)):
            if value:
                out.setdefault(name, Counter())[value] += 1
    return out


def count(candidates: Candidates) -> dict[Facet, tuple[FacetValue, ...]]:
    """Count a whole list: all that match the words, and those that are related by meaning alone."""
    related = np.flatnonzero(~candidates.matched)
    columns = (candidates.lang, candidates.source, candidates.country, candidates.published)
    counts = counted(candidates.facets, zip(*([column[i] for i in related] for column in columns), strict=True))
    years: Counter[str] = Counter()
    for month, number in counts.get("month", {}).items():
        years[month[:_YEAR]] += number
    counts = {**counts, "year": years}
    return {name: tuple(_values(name, counts.get(name, {}))) for names in DIMENSIONS.values() for name in names}


def _values(name: Facet, counts: Mapping[str, int]) -> Iterator[FacetValue]:
    """Give the values, the most frequent first; of time, the latest."""
    in_time = name in DIMENSIONS["time"]
    pairs = (
        sorted(counts.items(), reverse=True)
        if in_time
        else sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    )
    for value, number in pairs:
        yield FacetValue(value, number)
