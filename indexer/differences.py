"""What has changed between two texts of a release, word by word, as a person reads it."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

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


def differences(old: Release, new: Release) -> list[Line]:
    """Return the lines that are not the same in both, those of the old text before those of the new in their place."""
    found = []
    for name in FIELDS:
        before, after = (str(getattr(release, name) or "") for release in (old, new))
        if before != after:
            found += [Line(name, pieces) for pieces in _lines(before.split("\n"), after.split("\n"))]
    return found


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
