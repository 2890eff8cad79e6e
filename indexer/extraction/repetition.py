"""Lines that many pages of one source share: the evidence that they are furniture and no news."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from indexer.extraction import vocabulary

_FILES = 3
"""Pages with the line, each about something else, from which on it is the source's and not a release's."""
_KEPT = 6
_LONG = 12
"""Words; a line of so many that two pages share tells that they may be the same release."""
_ALIKE = 0.5
_MAX_LINES = 500_000


@dataclass(slots=True)
class Repetition:
    """Counts in how many different releases of a source a line stands. An empty one knows of no repetition.

    A release that was published twice is one: pages that share half of their long lines count once.
    """

    _pages: dict[str, dict[int, list[frozenset[int]]]] = field(default_factory=dict)
    _lines: int = 0

    def count(self, source: str, lines: Iterable[str]) -> None:
        """Count the lines of one page of a source (a host, or a folder where no host is known)."""
        texts = {key for line in lines if (key := _key(line))}
        long = frozenset(hash(text) for text in texts if len(text.split()) >= _LONG)
        known = self._pages.setdefault(source, {})
        for text in texts:
            pages = known.setdefault(hash(text), [])
            if len(pages) < _KEPT and self._lines < _MAX_LINES:
                mine = long - {hash(text)}
                if not any(_same(mine, other) for other in pages):
                    pages.append(mine)
                    self._lines += 1

    def of(self, source: str) -> "Repetition":
        """Return the counts of one source alone."""
        return Repetition({source: self._pages.get(source, {})})

    def is_standing(self, line: str) -> bool:
        """Return whether a line stands on so many pages that it is none of any release."""
        key = hash(_key(line)) if self._pages else 0
        return any(len(pages.get(key, ())) >= _FILES for pages in self._pages.values())


def _key(line: str) -> str:
    # Numbers do not make a line another one: "Read 96 times", "Page 3".
    return " ".join("0" if word.isdecimal() else word for word in vocabulary.words(line[:2_000]))


def _same(one: frozenset[int], other: frozenset[int]) -> bool:
    """Return whether two pages tell the same: half of the shorter one's long lines are in the other."""
    return bool(one and other) and len(one & other) >= _ALIKE * min(len(one), len(other))
