"""Lines that are a date: with its label, hour and weekday, and little else."""

import re
from collections.abc import Sequence
from functools import cache

from babel import Locale

from indexer.extraction import vocabulary
from search.dates import Dated

_TIME = re.compile(r"\b\d{1,2}\s?[:：.h]\s?\d{2}(?:\s?[:：]\s?\d{2})?\b")
_CLOCK = re.compile(r"\b\d{1,2}:\d{2}\b")
_MADE_OF = 0.6
_KINDS = frozenset({"published", "created", "updated", "printed", "clock", "views", "code"})


def is_dated(text: str, dates: Sequence[Dated]) -> bool:
    """Return whether a line is a date with its label, hour and weekday, and little else."""
    if not dates and not _CLOCK.search(text):
        return False
    rest = _without(text, dates)
    left = [word for word in vocabulary.words(_TIME.sub(" ", rest)) if not word.isdecimal()]
    left = [word for word in left if word not in weekdays()]
    if not left:
        return True
    found = vocabulary.look(" ".join(left))
    return (found.cover >= _MADE_OF and bool(found.kinds & _KINDS)) or (bool(dates) and len(left) == 1)


def _without(text: str, dates: Sequence[Dated]) -> str:
    out, at = [], 0
    for item in dates:
        out.append(text[at : item.start])
        at = item.end
    return " ".join([*out, text[at:]])


@cache
def weekdays() -> frozenset[str]:
    """Return the names of the days of the week in the six languages, folded, and the words of two-word names."""
    names = (
        name
        for lang in ("ar", "fa", "en", "ru", "fr", "es")
        for form in ("wide", "abbreviated")
        for name in Locale(lang).days["format"][form].values()
    )
    return frozenset(
        word for name in names for form in (name, name.replace("\u200c", " ")) for word in vocabulary.words(form)
    )
