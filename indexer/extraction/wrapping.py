"""How a text is wrapped: the column at which a program broke its lines, and headlines that were set in several."""

import itertools
import re
import statistics
from collections.abc import Sequence

from indexer.extraction import vocabulary
from indexer.extraction.daylines import is_dated
from indexer.extraction.page import is_frequent
from search.dates import find

BULLET = re.compile(r"\s*(?:[•●▪◦■*–—-]|\d{1,2}[.)])\s")
"""The beginning of an item of a list."""
_WRAP = range(50, 121)
"""Columns at which programs wrap a text by hand."""
_WRAPPED_LINES = 5
_FILLED = 3
SHORT = 0.72
"""The share of the column below which a line ends its paragraph."""
_NARROW = 36
"""The column of a narrower text, such as a page of two columns; its lines must all be full, and more of them."""
_NARROW_LINES = 10
_HEADLINE_WORDS = 3
"""Words of a line of a headline in two; a letterhead has names of one or two."""
_LISTED = re.compile(r"\s*(?:[•●▪◦■*–—-]\s|\[?\d{1,3}[.)\]]|.{0,20}://)")
"""Items of a list, which stand on lines of their own in any text: "* [12]Home", "3. https://…"."""
_NO_HEADLINE = re.compile(r"@|://|[.:;؛…]$")


def column(lines: Sequence[str]) -> int:
    """Return the column at which the text is wrapped, or 0.

    In a wrapped text the lines that another line follows are nearly of one length, and sentences run over their ends.
    """
    inner = [
        len(line.rstrip())
        for line, below in itertools.pairwise(lines)
        if line.strip() and below.strip() and len(line.strip()) > _WRAP.start // 2 and not _LISTED.match(line)
    ]
    filled = _is_filled(lines)
    if len(inner) < _WRAPPED_LINES and not _runs_on(lines) and not filled:
        return 0
    # Not the longest: a headline is often longer than the text's lines.
    width = sorted(inner)[int(0.9 * (len(inner) - 1))]
    full = [line.rstrip() for line in lines if 0.8 * width <= len(line.rstrip()) <= width]
    beyond = sum(len(line) for line in lines if len(line) > 1.3 * width)
    if beyond > 0.2 * sum(map(len, lines)):
        # Paragraphs on one line each; what is of one length are headlines.
        return 0
    stopped = sum(line.endswith((".", "!", "?", "؟", ".»", '."', "…")) for line in full)
    wrapped = statistics.median(inner) > 0.8 * width and (filled or stopped < 0.4 * len(full))
    narrow = _NARROW <= width < _WRAP.start and _is_filled(lines, _NARROW // 2, 0.9)
    return width if wrapped and (width in _WRAP or narrow) else 0


def headlines(lines: Sequence[str], width: int) -> frozenset[int]:
    """Return the numbers of the lines of a text that the next line goes on from as a headline in two or three.

    A headline is set between empty lines, in a wrapped text narrower than that; it has no stop, label, date or address. In
    a text that is not wrapped the words tell that a line goes on, else it may have a subtitle.
    """
    found: set[int] = set()
    group: list[int] = []
    parted = True
    for at, raw in enumerate([*lines, ""], 1):
        # In a wrapped text without empty lines a headline ends where full lines begin.
        is_full = bool(width) and len(raw) >= SHORT * width
        if raw.strip() and not is_full and not (width and is_dated(raw, find(raw))):
            group.append(at)
            continue
        parted = parted and not raw.strip()
        texts = [lines[number - 1].strip() for number in group]
        if (
            len(texts) in {2, 3}
            and all(_may_be_headline(text, width or _WRAP.stop) for text in texts)
            and ((width and parted) or all(itertools.starmap(_reads_on, itertools.pairwise(texts))))
        ):
            capitals = {text.isupper() for text in texts if any(map(str.isalpha, text))}
            if len(capitals) == 1 and len(texts[0].split()) > 2:  # noqa: PLR2004 - a letterhead has names of one or two
                found.update(group[:-1])
        group, parted = [], not raw.strip()
    return frozenset(found)


def _reads_on(line: str, below: str) -> bool:
    """Return whether two lines are one by their words: a small letter begins the second, "of" ends the first.

    Where the script has no small letters, a word such as "of" ends one or begins the other.
    """
    last, first = line.rsplit(maxsplit=1)[-1], below.split(maxsplit=1)[0]
    if min(len(line.split()), len(below.split())) < _HEADLINE_WORDS:
        return False
    cased = last[0].isupper() or last[0].islower() or first[0].isupper() or first[0].islower()
    if not cased:
        return is_frequent(last) or is_frequent(first)
    return first[0].islower() or (last.islower() and is_frequent(last)) or (line.isupper() and below.isupper())


def _may_be_headline(text: str, width: int) -> bool:
    return (
        len(text) <= width
        and not _NO_HEADLINE.search(text)
        and not BULLET.match(text)
        and vocabulary.look(text).label is None
        and not is_dated(text, find(text))
    )


def _runs_on(lines: Sequence[str]) -> bool:
    """Return whether the few long lines that another follows are all cut in a sentence: a small letter begins the next."""
    cut = [
        below.strip()[0].islower()
        for line, below in itertools.pairwise(lines)
        if below.strip() and len(line.strip()) >= _WRAP.start and not _LISTED.match(line)
    ]
    return len(cut) > 1 and all(cut)


def _is_filled(lines: Sequence[str], least: int = _WRAP.start, share: float = 1.0) -> bool:
    """Return whether each of the few long lines that another follows is so full that the other's first word had no room.

    Short lines that stand together are a list, an address, a menu.
    """
    pairs = [
        (len(line.rstrip()), len(below.split()[0]))
        for line, below in itertools.pairwise(lines)
        if below.strip() and len(line.strip()) >= least and not _LISTED.match(line)
    ]
    width = max((length for length, _ in pairs), default=0)
    few = _FILLED if least == _WRAP.start else _NARROW_LINES
    return len(pairs) >= few and sum(length + 1 + word > width for length, word in pairs) >= share * len(pairs)
