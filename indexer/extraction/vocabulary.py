"""The words of page furniture in six languages (resources/furniture.toml), found in a line."""

import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib import resources

from analyzers import char_filters
from analyzers.folding import FOLD

_WORD = re.compile(r"[^\W_]+")
_MAX_WORDS = 40
"""A line with more words is prose, whatever words it has."""
_LONGEST = 1_000
_LABEL_WORDS = 5
_LABEL_END = 80
"""Characters within which a label ends."""
_LABEL = re.compile(r"^[\W_]*([^:：|\n]{1,60}?)\s*(?<!\d)[:：]")
_CELL = re.compile(r"^[\W_]*([^:：|\n]{1,60}?)\s+\|\s+")
"""A label in a table that was saved as text: "Source | Border Guard"."""
_OF_CELLS = frozenset(
    {"published", "created", "updated", "printed", "source", "byline", "url", "code", "place", "views"}
)
"""Kinds of labels that a bar may follow; sections stand before bars too: "News | Two held"."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of furniture; the flags are told in the data file."""

    name: str
    ends: bool
    heads: bool
    loose: bool
    whole: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What kinds of furniture a line has words of.

    `cover` is the share of its words, numbers aside, that are furniture; `kind` the one most of them are of; `label`
    the kind of its beginning if that ends with a colon, with what follows in `rest`.
    """

    cover: float
    kind: Kind | None
    kinds: frozenset[str]
    label: Kind | None = None
    rest: str = ""

    def __bool__(self) -> bool:
        return self.kind is not None


_NOTHING = Found(0.0, None, frozenset())


def folded(text: str) -> str:
    """Fold a line as the analyzers do: one spelling for ي and ی, no harakat, no ZWNJ, small letters, ASCII digits."""
    return _FOLD.apply(text).lower()


def words(text: str) -> list[str]:
    """Return the folded words of a text."""
    return _WORD.findall(folded(text))


def look(text: str) -> Found:
    """Return what furniture a line is made of."""
    if len(text) > _LONGEST:
        return _NOTHING
    label, rest = _label(text)
    tokens = words(text)
    named = [word for word in tokens if not word.isdecimal()]
    if not named or len(tokens) > _MAX_WORDS:
        return Found(0.0, None, frozenset(), label, rest)
    phrases, longest = _phrases()
    covered, counts, at = 0, Counter[str](), 0
    while at < len(tokens):
        for length in range(min(longest, len(tokens) - at), 0, -1):
            kinds = phrases.get(tuple(tokens[at : at + length]))
            # Words that prose has too count as a whole line only.
            meant = {name for name in kinds or () if not kind(name).whole or length == len(named)}
            if meant:
                numbers = sum(word.isdecimal() for word in tokens[at : at + length])
                covered += length - numbers
                # Several words that stand together mean one thing; "on" and "to" are of many kinds.
                counts.update(dict.fromkeys(meant, length * length))
                at += length
                break
        else:
            at += 1
    if not covered:
        return Found(0.0, None, frozenset(), label, rest)
    order = list(_table())
    name = max(counts, key=lambda one: (counts[one], -order.index(one)))
    return Found(covered / len(named), kind(name), frozenset(counts), label, rest)


def is_one(tokens: list[str], name: str) -> bool:
    """Return whether folded words are together one entry of a kind."""
    return name in _phrases()[0].get(tuple(tokens), ())


def label_of(text: str, name: str) -> str | None:
    """Return what follows the label of a kind ("Source: QNA" gives "QNA" for source), or None."""
    for pattern in (_LABEL, _CELL) if name in _OF_CELLS else (_LABEL,):
        match = pattern.match(text, 0, _LABEL_END)
        if match and kind(name).name in _kinds_of(match[1]):
            return text[match.end() :].strip()
    return None


@cache
def kind(name: str) -> Kind:
    """Return a kind of furniture by its name."""
    table = _table()[name]
    return Kind(name, *(bool(table.get(flag)) for flag in ("ends", "heads", "loose", "whole")))


def _label(text: str) -> tuple[Kind | None, str]:
    match = _LABEL.match(text, 0, _LABEL_END)
    kinds = _kinds_of(match[1]) if match else frozenset()
    if not kinds and (match := _CELL.match(text, 0, _LABEL_END)):
        kinds = _kinds_of(match[1]) & _OF_CELLS
    if not match or not kinds:
        return None, ""
    return kind(min(kinds, key=_order().__getitem__)), text[match.end() :].strip()


def _kinds_of(text: str) -> frozenset[str]:
    """Return the kinds that a label is of: the whole of it, or its beginning ("Photo AFP")."""
    tokens = tuple(word for word in words(text) if not word.isdecimal())
    phrases, _ = _phrases()
    if len(tokens) > _LABEL_WORDS or not tokens:
        return frozenset()
    return phrases.get(tokens) or frozenset(k for k in phrases.get(tokens[:1], ()) if kind(k).loose)


@cache
def _phrases() -> tuple[dict[tuple[str, ...], frozenset[str]], int]:
    found: dict[tuple[str, ...], frozenset[str]] = {}
    for name, table in _table().items():
        for entries in table.values():
            for entry in entries if isinstance(entries, list) else ():
                # ZWNJ is kept, lost or a space: one word in three forms.
                for form in {entry, entry.replace("\u200c", " ")}:
                    key = tuple(words(form))
                    found[key] = found.get(key, frozenset()) | {name}
    found.pop((), None)
    return found, max(map(len, found))


@cache
def _order() -> dict[str, int]:
    return {name: at for at, name in enumerate(_LABEL_ORDER)} | {
        name: 100 + at for at, name in enumerate(_table()) if name not in _LABEL_ORDER
    }


_LABEL_ORDER = ("published", "created", "updated", "printed", "source", "byline", "url", "code", "title", "place")
"""Which kind a label is of that several have: "link" is that of the page before it is a button of sharing."""


@cache
def _table() -> dict[str, dict[str, list[str] | bool]]:
    return tomllib.loads((resources.files("indexer") / "resources" / "furniture.toml").read_text("utf-8"))


_FOLD = char_filters.runner(FOLD)
