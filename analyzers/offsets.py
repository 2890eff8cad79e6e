"""From offsets in a filtered text back to the original, as Lucene corrects them.

Lucene's BaseCharFilter keeps pairs (offset in the output, difference to the input); an offset is corrected by the last
pair at or before it. Every char filter has its own pairs, and the last filter's are applied first.
"""

from __future__ import annotations

from bisect import bisect_right


class Corrections:
    """Lucene's BaseCharFilter.addOffCorrectMap and correct."""

    __slots__ = ("_differences", "_offsets")

    def __init__(self) -> None:
        self._offsets: list[int] = []
        self._differences: list[int] = []

    def add(self, offset: int, difference: int) -> None:
        """Record that outputs from `offset` on lie `difference` further in the input; a repeated offset overwrites."""
        if self._offsets and self._offsets[-1] == offset:
            self._differences[-1] = difference
        else:
            self._offsets.append(offset)
            self._differences.append(difference)

    @property
    def cumulative(self) -> int:
        """The difference recorded last (Lucene's getLastCumulativeDiff)."""
        return self._differences[-1] if self._differences else 0

    def correct(self, offset: int) -> int:
        """Give the input's offset for an output's."""
        index = bisect_right(self._offsets, offset) - 1
        return offset if index < 0 else offset + self._differences[index]
