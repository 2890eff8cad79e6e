"""How a text is wrapped: the column at which a program broke its lines, and headlines that were set in several."""

import itertools
import re
import statistics
from collections.abc import Iterator, Sequence

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
_GREEDY = 0.85
"""The share of the long lines of a text that leave no room, from which on a program wrapped it."""
_HEADLINE_WORDS = 3
"""Words of a line of a headline in two; a letterhead has names of one or two."""
_MOST_LINES = 3
"""Lines of a headline."""
_LISTED = re.compile(r"\s*(?:[•●▪◦■*–—-]\s|\[?\d{1,3}[.)\]]|.{0,20}://)")
"""Items of a list, which stand on lines of their own in any text: "* [12]Home", "3. https://…"."""
_NO_HEADLINE = re.compile(r"@|://|www\.|[.:;؛…]$")


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


def full(lines: Sequence[str], width: int) -> frozenset[int]:
    """Return the numbers of the lines that the next goes on from, by their length or the small letter that begins it.

    Where a program wrapped a text, each line took all words that it had room for: one with room left ends its paragraph. A
    person, or letters of several widths, leave room at random. Without a column, a long line is cut in a sentence if a
    small letter follows.
    """
    pairs = [(at, line.rstrip(), below.strip()) for at, (line, below) in enumerate(itertools.pairwise(lines), 1)]
    long = [
        at
        for at, line, below in pairs
        if below and not _is_headed(line, below) and (SHORT * width <= len(line) <= 1.1 * width or _is_cut(line, below))
    ]
    filled = [at for at in long if not _has_room(lines, at, width) or not width]
    return frozenset(filled if is_greedy(lines, width) else long)


def is_greedy(lines: Sequence[str], width: int) -> bool:
    """Return whether a program wrapped a text: hardly a long line had room for the first word of the next."""
    long = [
        at
        for at, line in enumerate(lines[:-1], 1)
        if width and SHORT * width <= len(line.rstrip()) <= 1.1 * width and lines[at].strip()
    ]
    return len(long) >= _FILLED and sum(_has_room(lines, at, width) for at in long) <= (1 - _GREEDY) * len(long)


def _has_room(lines: Sequence[str], at: int, width: int) -> bool:
    return len(lines[at - 1].rstrip()) + 1 + len(lines[at].split()[0]) <= width


def _is_headed(line: str, below: str) -> bool:
    """Return whether a line is set apart by its letters: a headline in capitals."""
    return line.isupper() and not below.isupper() and len(line.split()) >= _HEADLINE_WORDS


def _is_cut(line: str, below: str) -> bool:
    is_item = _LISTED.match(line) or BULLET.match(below) or vocabulary.look(below).label or "://" in line + below
    is_long = len(line.strip()) >= _WRAP.start and below[0].islower() and not _NO_HEADLINE.search(line)
    return is_long and not is_item and not is_dated(below, find(below[: _WRAP.stop]))


def headlines(lines: Sequence[str], width: int) -> frozenset[int]:
    """Return the numbers of the lines of a text that the next line goes on from as a headline in two or three.

    A headline is set between empty lines, in a wrapped text narrower than that; it has no stop, label, date or address. In
    a text that is not wrapped the words tell that a line goes on, or the text that has them together; else it may have a
    subtitle.
    """
    found: set[int] = set()
    group: list[int] = []
    parted = True
    wrapped = full(lines, width)
    greedy = is_greedy(lines, width)
    said = [f" {' '.join(vocabulary.words(line))} " for line in lines if line]
    for at, raw in enumerate([*lines, ""], 1):
        # In a wrapped text without empty lines a headline ends where full lines begin.
        is_full = at in wrapped or len(raw) > 1.1 * (width or len(raw))
        is_line = any(map(str.isalnum, raw)) and not is_dated(raw, find(raw) if len(raw) <= _WRAP.stop else ())
        if is_line and not is_full:
            group.append(at)
            continue
        is_apart = parted and not raw.strip() and bool(width) and not greedy
        found.update(_of_two(group, lines, width, said, parted=is_apart))
        group, parted = [], not raw.strip()
    return frozenset(found)


def _of_two(
    group: Sequence[int], lines: Sequence[str], width: int, said: Sequence[str], *, parted: bool
) -> Iterator[int]:
    """Give the numbers of the lines of a group that are a headline with the next."""
    together = 0
    for at, after in itertools.pairwise(group):
        line, below = lines[at - 1].strip(), lines[after - 1].strip()
        together += 1
        if (
            together >= _MOST_LINES
            or not all(_may_be_headline(text, width or _WRAP.stop) for text in (line, below))
            or len(line.split()) < _HEADLINE_WORDS  # a letterhead has names of one or two
            or line.isupper() != below.isupper()
            or line == below
        ):
            together = 0
        elif (
            (
                len(group) <= _MOST_LINES
                and (parted or _reads_on(line, below, lines) or _stands(line, below, said, whole=False))
            )
            or _stands(line, below, said, whole=True)
            or _is_lowered(lines, at)
        ):
            yield at
        else:
            together = 0


def _is_lowered(lines: Sequence[str], at: int) -> bool:
    """Return whether a small letter begins the line below one with a capital, and no list of such lines follows."""
    first = [line.strip()[:1] for line in lines[at - 1 : at + _MOST_LINES]]
    lowered = [letter.islower() for letter in first]
    return lowered[:2] == [False, True] and first[0].isupper() and not all(lowered[1:])


def _stands(line: str, below: str, said: Sequence[str], *, whole: bool) -> bool:
    """Return whether two lines stand on one elsewhere in a text: as a whole, or the words that their break parts."""
    words, more = vocabulary.words(line), vocabulary.words(below)
    if not words or not more:
        return False
    if not whole and (is_frequent(words[-1]) or is_frequent(more[0])):
        return False
    parted = f" {' '.join(words if whole else words[-1:])} {' '.join(more if whole else more[:1])} "
    return any(parted in one for one in said)


def _reads_on(line: str, below: str, lines: Sequence[str]) -> bool:
    """Return whether two lines are one by their words: a small letter begins the second, "of" ends the first.

    Where the script has no small letters, a word such as "of" ends one or begins the other. One that ends sentences of
    the text may end a headline too: "شد".
    """
    last, first = line.rsplit(maxsplit=1)[-1], below.split(maxsplit=1)[0]
    if len(line.split()) < _HEADLINE_WORDS or (len(below.split()) < _HEADLINE_WORDS and not is_frequent(last)):
        return False
    cased = last[0].isupper() or last[0].islower() or first[0].isupper() or first[0].islower()
    if not cased:
        ended = is_frequent(last) and not any(one.endswith(f" {last}.") for one in lines)
        return ended or is_frequent(first)
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
