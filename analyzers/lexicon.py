"""The word lists in `resources/`, read and checked.

A line is `word` or `form, form => target`, with a reason after `#`; a line that is only a comment gives the reason for the
lines below it, up to the next empty line. Entries are in natural spelling and are folded here.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from analyzers.folding import fold


class LexiconError(ValueError):
    """A line of a lexicon that cannot be used, told by file and line."""


class Entry(NamedTuple):
    """A line: the folded forms and what they become, themselves where nothing is said; with the line's number."""

    forms: tuple[str, ...]
    target: str
    line: int


@cache
def words(name: str) -> tuple[str, ...]:
    """Give the folded words of a list."""
    entries = _entries(name)
    for entry in entries:
        if entry.forms != (entry.target,):
            raise LexiconError(f"{name}:{entry.line}: this list holds words, not replacements.")
    return tuple(entry.target for entry in entries)


@cache
def pairs(name: str) -> tuple[tuple[str, str], ...]:
    """Give the folded words of a list of two words each."""
    split = [(entry.line, entry.target.split()) for entry in _entries(name)]
    for line, parts in split:
        if len(parts) != 2:  # noqa: PLR2004 - a pair
            raise LexiconError(f"{name}:{line}: this list holds two words in each line.")
    return tuple((parts[0], parts[1]) for _, parts in split)


@cache
def rules(*names: str) -> dict[str, str]:
    """Give what becomes of each folded form in some lexicons taken together; every target stands for itself too."""
    targets: dict[str, str] = {}
    for name in names:
        for entry in _entries(name):
            for form in entry.forms:
                if form in targets:
                    raise LexiconError(f"{name}:{entry.line}: {form!r} stands here for the second time.")
                targets[form] = entry.target
    for form, target in list(targets.items()):
        if targets.setdefault(target, target) != target:
            raise LexiconError(f"{', '.join(names)}: {form!r} becomes {target!r}, which becomes {targets[target]!r}.")
    return targets


def parse(name: str, text: str) -> list[Entry]:
    """Read a lexicon's text. Raises LexiconError."""
    entries: list[Entry] = []
    reason = False
    seen: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        content, mark, comment = (part.strip() for part in line.partition("#"))
        if not content:
            reason = bool(mark and comment)
            continue
        if not (reason or comment):
            raise LexiconError(f"{name}:{number}: {content!r} has no reason, neither here nor above.")
        left, arrow, right = (part.strip() for part in content.partition("=>"))
        forms = [_folded(name, number, form) for form in re.split(r"\s*,\s*", left)]
        target = _folded(name, number, right) if arrow else forms[0]
        if arrow and target in forms:
            raise LexiconError(f"{name}:{number}: {target!r} becomes itself once letters are folded.")
        if not arrow and len(forms) > 1:
            raise LexiconError(f"{name}:{number}: several forms need a target.")
        for form in forms:
            if form in seen:
                raise LexiconError(f"{name}:{number}: {form!r} stands already in line {seen[form]}.")
            seen[form] = number
        entries.append(Entry(tuple(forms), target, number))
    return entries


def _folded(name: str, number: int, form: str) -> str:
    folded = fold(form)
    if not folded:
        raise LexiconError(f"{name}:{number}: nothing is left of {form!r} once it is folded.")
    return folded


@cache
def _entries(name: str) -> tuple[Entry, ...]:
    text = (files("analyzers") / "resources" / f"{name}.txt").read_text(encoding="utf-8")
    return tuple(parse(f"{name}.txt", text))
