"""Dates in a text of any of the six languages, in three calendars, with offsets."""

from search import calendars
from search.dates.dated import Dated, Draft, Precision, Sure, free
from search.dates.named import named
from search.dates.numeric import numeric, years
from search.dates.pairs import paired, shared
from search.folding import Folded, fold

__all__ = ["Dated", "Precision", "Sure", "find"]


def find(text: str, lang: str | None = None) -> list[Dated]:
    """Return the dates of a text in its order, none overlapping.

    `lang` decides the order of 05/12/2024, whether 1445 is a Jalali or a Hijri year where nothing else says so, and which
    months count without a year. What a reader of published dates can rely on:

    - A day exists: 30 February is no date. Years are those of `calendars.YEARS`; bare numbers are never years.
    - Digits of every script, joiners, marks of direction, tatweel and no-break spaces make no difference.
    - A time of day (10:24 م), a relative date ("yesterday", "4 yıl önce") and a weekday alone are not found.
    - The same day in two calendars beside one another is two results, each with the other's day in `beside`. A Hijri day
      may differ by one (the moon is looked for) and is then given the other's day; a year missing on one side is taken
      from the other.
    - Of a range (10-12 May 2024) both ends are results; the first one's text is its own number alone.
    - Nothing is guessed from today's date or from the page: a yearless day stays one, `first` being None.

    Linear in the length of the text.
    """
    folded = fold(text)
    drafts = named(folded.text, lang)
    drafts += free(numeric(folded.text, lang), drafts)
    drafts += free(years(folded.text, lang), drafts)
    drafts.sort(key=lambda draft: draft.start)
    return [_dated(draft, folded, text) for draft in paired(shared(drafts, folded.text), folded.text)]


def _dated(draft: Draft, folded: Folded, text: str) -> Dated:
    start, end = folded.original(draft.start, draft.end)
    first = last = draft.fixed
    if first is None and draft.year is not None:
        first, last = calendars.span(draft.calendar, draft.year, draft.month, draft.number)
    # "May 12" is a month where "may 12" need not be.
    capital = first is None and not draft.conflict and any(map(str.isupper, text[start:end]))
    return Dated(
        start, end, text[start:end], draft.calendar, draft.year, draft.month, draft.number, first, last,
        max(draft.sure, Sure.LIKELY) if capital else draft.sure, draft.other, draft.beside, draft.conflict,
    )  # fmt: skip
