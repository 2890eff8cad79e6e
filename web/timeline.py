"""When the releases of a list were published: bars by month, or by years where the time is long, each a link into it.

Months are Gregorian in every calendar of the interface, since they are what the index counts.
"""

from dataclasses import dataclass
from datetime import date

from search import calendars
from search.errors import QueryError
from search.results import Results
from web.interface import Interface
from web.links import Links

HEIGHT = 56
"""The height of the highest bar, in pixels."""

_MOST = 36
_UNITS = (1, 12, 60, 120)  # months: a month, a year, five, ten
_YEAR = 12
_LEAST = 2  # pixels, so that one release among thousands is still seen


@dataclass(frozen=True)
class Bar:
    """What was published in one stretch of time: `height` in pixels draws it, `url` limits the search to it.

    `outside` says that the search is limited to another time.
    """

    label: str
    url: str
    count: int
    height: int
    outside: bool


@dataclass(frozen=True)
class Way:
    """A link to a longer time."""

    label: str
    url: str


@dataclass(frozen=True)
class Timeline:
    """The bars in the order of time, None where nothing was published; `begin` and `end` say where they begin and end.

    `out` leads from the time that the search is limited to back to longer ones, `monthly` says what a bar stands for.
    """

    bars: tuple[Bar | None, ...]
    begin: str
    end: str
    monthly: bool
    out: tuple[Way, ...]


def timeline(results: Results, links: Links, interface: Interface) -> Timeline | None:
    """Return the timeline of a list; None where all of it was published in one month, or no day is known."""
    counts = _counts(results)
    first, last = _asked(links)
    if not counts or (len(counts) == 1 and first is None and last is None):
        return None
    low, high = _window(first, last, min(counts), max(counts))
    unit = next((unit for unit in _UNITS if high // unit - low // unit < _MOST), _UNITS[-1])
    buckets: dict[int, int] = {}
    for month, count in counts.items():
        if low <= month <= high:
            buckets[month // unit] = buckets.get(month // unit, 0) + count
    highest = max(buckets.values(), default=1)

    def bar(bucket: int, count: int) -> Bar:
        begin, end = bucket * unit, bucket * unit + unit - 1
        after, before = _parameters(begin, end)
        outside = (first is not None and end < first) or (last is not None and begin > last)
        height = max(_LEAST, round(HEIGHT * count / highest))
        return Bar(_label(begin, end, interface), links.search(after=after, before=before), count, height, outside)

    places = range(low // unit, high // unit + 1)
    return Timeline(
        tuple(bar(place, buckets[place]) if place in buckets else None for place in places),
        _edge(places[0] * unit, unit, interface),
        _edge(places[-1] * unit + unit - 1, unit, interface),
        unit == 1,
        _out(first, last, links, interface),
    )


def _counts(results: Results) -> dict[int, int]:
    """Return how many releases each month has, months counted from the year 0."""
    counts = {}
    for value in results.facets.get("month", ()):
        year, month = (int(part) for part in value.value.split("-"))
        # A filter takes no other year.
        if year in calendars.YEARS["gregorian"]:
            counts[year * _YEAR + month - 1] = value.count
    return counts


def _asked(links: Links) -> tuple[int | None, int | None]:
    """Return the months between which the parameters limit the search."""
    return _month(links.asked.after), _month(links.asked.before, end=True)


def _month(value: str | None, *, end: bool = False) -> int | None:
    try:
        day = calendars.day(value.strip(), end=end) if value and value.strip() else None
    except QueryError:
        return None
    return _index(day) if day else None


def _index(day: date) -> int:
    return day.year * _YEAR + day.month - 1


def _window(first: int | None, last: int | None, low: int, high: int) -> tuple[int, int]:
    """Return the months to draw: those asked for, but never less than whole years, so that the way on is seen."""
    if first is None and last is None:
        return low, high
    low, high = (low if first is None else first), (high if last is None else last)
    if high - low < _YEAR:
        low, high = low - low % _YEAR, high - high % _YEAR + _YEAR - 1
    return low, max(low, high)


def _parameters(begin: int, end: int) -> tuple[str, str]:
    if begin == end:
        month = f"{begin // _YEAR:04}-{begin % _YEAR + 1:02}"
        return month, month
    return f"{begin // _YEAR:04}", f"{end // _YEAR:04}"


def _label(begin: int, end: int, interface: Interface) -> str:
    if begin == end:
        return interface.month(begin // _YEAR, begin % _YEAR + 1)
    first, last = interface.year(begin // _YEAR), interface.year(end // _YEAR)
    return first if first == last else f"{first}–{last}"


def _edge(month: int, unit: int, interface: Interface) -> str:
    return interface.month(month // _YEAR, month % _YEAR + 1) if unit == 1 else interface.year(month // _YEAR)


def _out(first: int | None, last: int | None, links: Links, interface: Interface) -> tuple[Way, ...]:
    if first is None and last is None:
        return ()
    ways = [Way(interface.gettext("All dates"), links.search(after=None, before=None))]
    if first is not None and last is not None and first // _YEAR == last // _YEAR and last - first < _YEAR - 1:
        year = first // _YEAR
        ways.append(Way(interface.year(year), links.search(after=f"{year:04}", before=f"{year:04}")))
    return tuple(ways)
