"""Char filters, executed: text in, text and offset corrections out.

Each agrees with Lucene's filter of the same name, for text and for offsets. `apply` leaves the offsets out and is faster.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

import regex

from analyzers.chain import MappingCharFilter, PatternReplaceCharFilter
from analyzers.offsets import Corrections

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analyzers.chain import CharFilter


class Runner(Protocol):
    """A char filter that can be run."""

    def apply(self, text: str) -> str:
        """Give the filtered text."""

    def apply_with_corrections(self, text: str) -> tuple[str, Corrections | None]:
        """Give the filtered text and its corrections, or None where every offset stays."""


class Mapper:
    """Lucene's MappingCharFilter: at each place the longest key wins, and what it gives is not read again.

    Keys of one character go through `str.translate`, which is fast. Longer ones are found first; since no output of theirs
    may contain a key (checked), the order makes no difference.
    """

    def __init__(self, mappings: Mapping[str, str]) -> None:
        self._mappings = dict(mappings)
        self._table = str.maketrans({key: value for key, value in mappings.items() if len(key) == 1})
        longer = sorted((key for key in mappings if len(key) > 1), key=lambda key: (-len(key), key))
        for key in longer:
            if mappings[key].translate(self._table) != mappings[key]:
                raise ValueError(
                    f"The mapping {key!r} => {mappings[key]!r} gives text that another mapping would change."
                )
        self._longer = _literals(longer)
        self._ascii = re.compile(f"[{''.join(re.escape(key) for key in mappings if key.isascii())}]").search
        # what may move offsets: the longer keys, and those of one character that give none or several
        uneven = longer + sorted(key for key, value in mappings.items() if len(key) == 1 and len(value) != 1)
        self._uneven = _literals(uneven)

    def apply(self, text: str) -> str:
        """Give the filtered text."""
        if text.isascii() and not self._ascii(text):
            return text
        if self._longer is not None:
            text = self._longer.sub(lambda match: self._mappings[match[0]], text)
        return text.translate(self._table)

    def apply_with_corrections(self, text: str) -> tuple[str, Corrections | None]:
        """Give the filtered text and its corrections, or None where every offset stays."""
        if self._uneven is None or self._uneven.search(text) is None:
            return self.apply(text), None
        corrections = Corrections()
        parts: list[str] = []
        last = 0
        for match in self._uneven.finditer(text):
            value = self._mappings[match[0]]
            parts += text[last : match.start()].translate(self._table), value
            last = match.end()
            shorter = len(match[0]) - len(value)
            cumulative = corrections.cumulative
            if shorter > 0:
                corrections.add(last - shorter - cumulative, cumulative + shorter)
            for extra in range(-shorter):
                corrections.add(last - cumulative + extra, cumulative - extra - 1)
        parts.append(text[last:].translate(self._table))
        return "".join(parts), corrections


class Replacer:
    """Lucene's PatternReplaceCharFilter."""

    def __init__(self, part: PatternReplaceCharFilter) -> None:
        self._pattern = compiled(part.pattern)
        self._template = template(part.replacement)
        self._probe = re.compile(part.probe).search if part.probe else None

    def apply(self, text: str) -> str:
        """Give the filtered text."""
        if self._probe is not None and self._probe(text) is None:
            return text
        return self._pattern.sub(self._template, text)

    def apply_with_corrections(self, text: str) -> tuple[str, Corrections | None]:
        """Give the filtered text and its corrections, or None where every offset stays."""
        if self._probe is not None and self._probe(text) is None:
            return text, None
        corrections = Corrections()
        parts: list[str] = []
        last = written = cumulative = 0
        for match in self._pattern.finditer(text):
            value = match.expand(self._template)
            parts += text[last : match.start()], value
            written += match.start() - last
            last = match.end()
            size = match.end() - match.start()
            if len(value) < size:
                cumulative += size - len(value)
                corrections.add(written + len(value), cumulative)
            for extra in range(size, len(value)):
                cumulative -= 1
                corrections.add(written + extra, cumulative)
            written += len(value)
        if not parts:
            return text, None
        parts.append(text[last:])
        return "".join(parts), corrections


def template(replacement: str) -> str:
    r"""Turn java.util.regex's `$1` into Python's `\g<1>`."""
    return re.sub(r"\$(\d)", r"\\g<\1>", replacement)


def compiled(pattern: str) -> re.Pattern[str] | regex.Pattern[str]:
    """Compile a pattern: with `re`, which is faster, unless it needs what only `regex` knows."""
    if r"\p{" not in pattern:
        try:
            return re.compile(pattern)
        except re.error:
            pass
    return regex.compile(pattern)


def runner(part: CharFilter) -> Runner:
    """Give what executes a char filter."""
    return Mapper(part.mappings) if isinstance(part, MappingCharFilter) else Replacer(part)


def _literals(keys: list[str]) -> re.Pattern[str] | None:
    """Compile an alternation of strings; those of one character, which come last, as one class."""
    longer = [re.escape(key) for key in keys if len(key) > 1]
    singles = "".join(re.escape(key) for key in keys if len(key) == 1)
    return re.compile("|".join([*longer, *([f"[{singles}]"] if singles else [])])) if keys else None
