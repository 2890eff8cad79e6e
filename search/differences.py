"""What has changed between two texts of a release, word by word, as a person reads it."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise, zip_longest
from typing import Literal

from search.history import Version
from search.release import Release

Change = Literal["same", "removed", "added"]

FIELDS = ("title", "published", "place", "source", "country", "url", "lang", "body")
"""The fields that are compared, in the order in which they are shown."""

_MAX_WORDS = 4_000
"""A paragraph of more words, or a text of more lines, is shown as replaced whole: comparing takes the square of them."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a line, and what became of them."""

    change: Change
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a field that has changed."""

    field: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """What a release was until `until`, an ISO 8601 instant, and what then changed: nothing where it was removed."""

    release: Release
    until: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Renumbered:
    """A number that changed, as it is written: None where there was none before, or is none any more."""

    before: str | None
    after: str | None


def steps(versions: Sequence[Version], current: Release | None) -> tuple[Step, ...]:
    """Return the texts that a release had, in the order of `versions`, each with what changed after it.

    `current` is what it is now, None if it was removed. A text that is the current one again, of a page that went to
    and fro, is left out.
    """
    kept = [version for version in versions if version.release != current]
    texts = [version.release for version in kept] + ([current] if current else [])
    changes = [tuple(differences(old, new)) for old, new in pairwise(texts)]
    return tuple(
        Step(version.release, version.until, lines)
        for version, lines in zip_longest(kept, changes, fillvalue=())
        if isinstance(version, Version)
    )


def renumbered(lines: Sequence[Line]) -> tuple[Renumbered, ...]:
    """Return the numbers in digits that changed, each change once; one that is in digits of another script has not."""
    found = []
    for line in lines:
        pieces = line.pieces
        for at, piece in enumerate(pieces):
            if piece.change == "removed":
                follows = pieces[at + 1] if at + 1 < len(pieces) and pieces[at + 1].change == "added" else None
                found += _renumbered(piece.text, follows.text if follows else "")
            elif piece.change == "added" and (at == 0 or pieces[at - 1].change != "removed"):
                found += _renumbered("", piece.text)
    return tuple(dict.fromkeys(found))


def differences(old: Release, new: Release) -> list[Line]:
    """Return the lines that are not the same in both, those of the old text before those of the new in their place."""
    found = []
    for name in FIELDS:
        before, after = (str(getattr(release, name) or "") for release in (old, new))
        if before != after:
            found += [Line(name, pieces) for pieces in _lines(before.split("\n"), after.split("\n"))]
    return found


_NUMBER = re.compile(r"\d+(?:[.,:/٫٬-]\d+)*")


def _renumbered(before: str, after: str) -> list[Renumbered]:
    old, new = (_NUMBER.findall(text) for text in (before, after))
    both = Counter(map(_value, old)) & Counter(map(_value, new))
    left, right = _without(old, both.copy()), _without(new, both.copy())
    return [Renumbered(one, other) for one, other in zip_longest(left, right)]


def _without(numbers: Sequence[str], others: Counter[str]) -> list[str]:
    """Return the numbers without as many of each value as `others` counts."""
    out = []
    for number in numbers:
        value = _value(number)
        if others[value] > 0:
            others[value] -= 1
        else:
            out.append(number)
    return out


def _value(number: str) -> str:
    return "".join(str(unicodedata.digit(char)) if char.isdigit() else char for char in number)


def _lines(old: Sequence[str], new: Sequence[str]) -> list[tuple[Piece, ...]]:
    found: list[tuple[Piece, ...]] = []
    if max(len(old), len(new)) > _MAX_WORDS:
        return [(Piece("removed", "\n".join(old)),), (Piece("added", "\n".join(new)),)]
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        # Lines that stand in each other's place are compared by their words; what is over is new or gone as a whole.
        both = min(j - i, m - k)
        found += [_words(before, after) for before, after in zip(old[i : i + both], new[k : k + both], strict=True)]
        found += [(Piece("removed", line),) for line in old[i + both : j] if line]
        found += [(Piece("added", line),) for line in new[k + both : m] if line]
    return found


def _words(before: str, after: str) -> tuple[Piece, ...]:
    old, new = before.split(), after.split()
    if max(len(old), len(new)) > _MAX_WORDS:
        return (Piece("removed", before), Piece("added", after))
    pieces: list[Piece] = []
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", " ".join(old[i:j])))
            continue
        if i < j:
            pieces.append(Piece("removed", " ".join(old[i:j])))
        if k < m:
            pieces.append(Piece("added", " ".join(new[k:m])))
    return tuple(pieces)
