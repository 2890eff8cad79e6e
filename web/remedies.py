"""What a reader can do about a search that found nothing or could not be read: other searches, each one click away."""

import re
from dataclasses import dataclass

from search import query
from search.errors import PageError, QueryError
from web.interface import Interface
from web.links import Links

# What the grammar of queries makes of words, where it cannot be read: marks, asterisks, OR, a minus, the name of a filter.
_MARKS = re.compile(r'["“”„*]')
_SYNTAX = re.compile(r"(?<!\S)(?:OR(?!\S)|-+|[A-Za-z_]{2,}:)")


@dataclass(frozen=True)
class Remedy:
    """What to do, and the address of the search that does it: `label` says it, or it is to search for `text`."""

    label: str
    url: str
    text: str | None = None


def for_nothing(links: Links, interface: Interface) -> tuple[Remedy, ...]:
    """Return searches that are wider than one that found nothing."""
    asked = links.asked
    out = []
    if links.everything() != links.search():
        out.append(Remedy(interface.gettext("Search without the filters"), links.everything()))
    if asked.mode != "hybrid":
        out.append(Remedy(interface.gettext("Search by words and by meaning"), links.search(mode="hybrid")))
    if asked.without:
        out.append(Remedy(interface.gettext("Search by equivalent words again"), links.search(without=[])))
    return (*out, *_plain(links))


def for_mistake(error: QueryError | PageError, links: Links, interface: Interface) -> tuple[Remedy, ...]:
    """Return what can be shown instead of a page that cannot."""
    if isinstance(error, PageError):
        return (Remedy(interface.gettext("Go to the first page"), links.search()),)
    dates = links.search(after=None, before=None)
    undated = (Remedy(interface.gettext("Search without the dates"), dates),) if dates != links.search() else ()
    return (*undated, *_plain(links))


def plain(text: str) -> str | None:
    """Return the words of a query without its syntax; None where that leaves nothing, or the same."""
    try:
        words = query.parse(text).meaning
    except QueryError:
        words = _SYNTAX.sub(" ", _MARKS.sub(" ", text))
    words = " ".join(words.split())
    try:
        query.parse(words)
    except QueryError:
        return None
    return words if words != " ".join(text.split()) else None


def _plain(links: Links) -> tuple[Remedy, ...]:
    text = plain(links.asked.q)
    return (Remedy("", links.search(q=text), text),) if text else ()
