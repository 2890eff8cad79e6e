"""Searches to click: by them the first page shows what can be found, and the help on queries what can be written."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from web.interface import Interface


@dataclass(frozen=True)
class Examples:
    """The searches of one language: `searches` in plain words, the others each with one piece of the syntax."""

    searches: tuple[str, ...]
    phrase: str
    without: str
    either: str
    beginning: str


@dataclass(frozen=True)
class Rule:
    """A piece of the syntax: what it does, and queries that have it."""

    label: str
    queries: tuple[str, ...]


@cache
def examples() -> Mapping[str, Examples]:
    """Return the examples of each language."""
    path = Path(__file__).parent / "resources" / "examples.toml"
    read = tomllib.loads(path.read_text("utf-8"))
    return {lang: Examples(**(fields | {"searches": tuple(fields["searches"])})) for lang, fields in read.items()}


def rules(interface: Interface) -> tuple[Rule, ...]:
    """Return what can be written in a query, in the words of the reader's language."""
    here = examples()[interface.lang]
    return (
        Rule(interface.gettext("these words in this order"), (here.phrase,)),
        Rule(interface.gettext("the first without the second"), (here.without,)),
        Rule(interface.gettext("one of the two"), (here.either,)),
        Rule(interface.gettext("words that begin so"), (here.beginning,)),
        Rule(interface.gettext("in these languages"), ("lang:fa,ar",)),
        Rule(interface.gettext("from this agency"), ('source:"INTERPOL"',)),
        Rule(interface.gettext("from agencies of these countries"), ("country:IR,QA",)),
        Rule(interface.gettext("published from this day, month or year on"), ("after:2024-05",)),
        Rule(interface.gettext("published until the end of this day, month or year"), ("before:2024",)),
        Rule(
            interface.gettext("in the Solar Hijri calendar, and in the lunar one, with an h behind"),
            ("after:1403-02", "after:1445-10h"),
        ),
    )
