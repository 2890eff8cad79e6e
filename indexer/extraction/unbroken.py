"""A text that lost its line breaks: the headline, the day and the first paragraph stand in one line."""

import re
from collections.abc import Sequence
from dataclasses import replace

from indexer.extraction import dateline, daylines, vocabulary
from indexer.extraction.blocks import Block
from search.dates import find

_HEAD = 400
"""Characters within which the headline and the day end."""
_FEW = 2
"""Lines; a text with more has kept its breaks."""
_LONG = 60
_CELLS = 5
_HEADLINE = range(4, 31)
_STOP = re.compile(r"[.!?؟؛;]\s")
_HOUR = re.compile(r"[\s|,،–—-]*(?:\d{1,2}[:.]\d{2})?[\s|,،–—-]*")


def split(blocks: Sequence[Block], lang: str | None = None) -> list[Block]:
    """Return the lines of a text, the first in three if headline, day and text run into one another in it.

    Where bars part it, each part is a line.
    """
    if not 0 < len(blocks) <= _FEW or blocks[0].words < _LONG:
        return list(blocks)
    text = blocks[0].text
    cells = text.split(" | ")
    if len(cells) >= _CELLS:
        # A page's text, with bars for the ends of lines.
        return [*(replace(blocks[0], text=cell.strip(), gap=True) for cell in cells if cell.strip()), *blocks[1:]]
    for item in find(text[:_HEAD], lang):
        head = text[: item.start].rstrip(" |-–—،,")
        words = head.split()
        while words and not daylines.weekdays().isdisjoint(vocabulary.words(words[-1])):
            words.pop()
        headline = " ".join(words).rstrip(" |-–—،,")
        hour = _HOUR.match(text, item.end)
        rest = hour.end() if hour else item.end
        if _STOP.search(head) or len(words) not in _HEADLINE:
            return list(blocks)
        if item.day and not _goes_on(words[-1], text[rest : rest + 1]):
            parts = (headline, text[len(headline) : rest].strip(" |-–—،,"), text[rest:])
            return [*(replace(blocks[0], text=part, gap=True) for part in parts), *blocks[1:]]
    return list(blocks)


def _goes_on(word: str, letter: str) -> bool:
    """Return whether a sentence goes on over a day: by the word before it, and by a small letter behind it."""
    return word.lower() in dateline.IN_A_SENTENCE or letter.islower() or letter in set(",،.;؛)")
