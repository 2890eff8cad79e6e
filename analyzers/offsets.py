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
        # what stands before the first pair stays
        self._offsets = [-1]
        self._differences = [0]

    def add(self, offset: int, difference: int) -> None:
        """Record that outputs from `offset` on lie `difference` further in the input; a repeated offset overwrites."""
        if self._offsets[-1] == offset:
            self._differences[-1] = difference
        else:
            self._offsets.append(offset)
            self._differences.append(difference)

    @property
    def cumulative(self) -> int:
        """The difference recorded last (Lucene's getLastCumulativeDiff)."""
        return self._differences[-1]

    def correct(self, offsets: list[int]) -> list[int]:
        """Give the input's offsets for some of the output's."""
        recorded, differences = self._offsets, self._differences
        return [offset + differences[bisect_right(recorded, offset) - 1] for offset in offsets]
