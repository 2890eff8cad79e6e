"""Passages: the pieces of a release that are compared by meaning.

A passage is about 120 words of the body with the title before it, so that each says what it is about. Neighbours
overlap by a quarter: a sentence on a border is whole in one of them. A release scores as its best passage (MaxP).
"""

import hashlib
import re
from dataclasses import dataclass

from search.release import Release

RULE = "title+120w/30-v1"
"""Part of the index fingerprint: change it with any change of the rule."""

WORDS = 120
OVERLAP = 30
_TAIL = 40
"""A last passage with fewer new words than this is joined to the one before it."""

_MAX_WORD = 100
_WORD = re.compile(rf"\S{{1,{_MAX_WORD}}}")
"""A word as white space has it; a run of letters without any (a base64 image, Thai) is cut every hundred characters."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a release's body: code-point offsets `start` to `end` (exclusive), both 0 where there is no body."""

    start: int
    end: int
    text: str

    @property
    def hash(self) -> str:
        """Return the key under which the passage's vector is cached."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def passage(release: Release, start: int, end: int) -> Passage:
    """Return the passage of these offsets into the body."""
    if not end:
        return Passage(0, 0, release.title)
    text = release.body[start:end]
    return Passage(start, end, f"{release.title}\n{text}" if release.title else text)


def split(release: Release) -> list[Passage]:
    """Cut a release into passages, at least one, in the order of the text."""
    words = [match.span() for match in _WORD.finditer(release.body)]
    if not words:
        return [passage(release, 0, 0)]
    passages = []
    first = 0
    while True:
        last = first + WORDS
        if last + _TAIL >= len(words):
            last = len(words)
        passages.append(passage(release, words[first][0], words[last - 1][1]))
        if last == len(words):
            return passages
        first = last - OVERLAP
