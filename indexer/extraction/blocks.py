"""Blocks: the lines of a text, or the paragraphs, headings and cells of a page, before anything is judged."""

import itertools
import re
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from indexer.extraction import messages, vocabulary
from indexer.extraction.daylines import is_dated
from search.dates import find

MAX_BLOCKS = 6_000
"""What follows is not read. The longest real listing page seen has 3,000 blocks."""

SENDER = "sender"
"""The role of a line that names the sender of a message in a chat; when it was sent stands on the next."""

_SPACES = re.compile(r"[\s\u200e\u200f\u2028\u2029]+")
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\ufeff]")
_WRAP = range(50, 121)
"""Columns at which programs wrap a text by hand."""
_WRAPPED_LINES = 5
_LISTED = re.compile(r"\s*(?:[•●▪◦■*–—-]\s|\[?\d{1,3}[.)\]]|.{0,20}://)")
"""Items of a list, which stand on lines of their own in any text: "* [12]Home", "3. https://…"."""
_NO_HEADLINE = re.compile(r"@|://|[.:;؛…]$")
_BULLET = re.compile(r"\s*(?:[•●▪◦■*–—-]|\d{1,2}[.)])\s")


@dataclass(slots=True)
class Block:
    """One line of a text, or one block of a page.

    `text` is on one line, spaces collapsed. `tag` is the HTML element that it is in ("" in a text). `link` and `bold`
    are the shares of its letters that are linked or emphasised. `within` are the elements around it, outermost first,
    by number. `aside` is the page's own word that it is no content (nav, footer, class="share"), or "". `gap` tells
    whether a paragraph begins. `moment` is a date for machines (`<time datetime>`), `role` what microdata calls it,
    or `SENDER`.
    """

    text: str
    number: int
    tag: str = ""
    link: float = 0.0
    bold: float = 0.0
    within: tuple[int, ...] = ()
    aside: str = ""
    gap: bool = True
    moment: str = ""
    role: str = ""
    words: int = field(init=False)

    def __post_init__(self) -> None:
        self.words = sum(1 for word in self.text.split() if any(map(str.isalpha, word)))


def one_line(text: str) -> str:
    """Return a text on one line: spaces collapsed, and the controls of direction gone, which copying scatters."""
    return _SPACES.sub(" ", _BIDI.sub("", text)).strip()


def of_text(text: str) -> list[Block]:
    """Return the lines of a text that are not empty; lines that a program wrapped are joined to paragraphs."""
    lines = text.replace("\f", "\n").split("\n")[: 10 * MAX_BLOCKS]
    return list(_joined(lines))[:MAX_BLOCKS]


def _joined(lines: Sequence[str]) -> Iterator[Block]:
    width = _wrapped_at(lines)
    held: list[str] = []
    number, gap = 0, True
    headlines = _headlines(lines, width) if width else frozenset()
    said: tuple[str, str] | None = None
    for at, raw in enumerate(lines, 1):
        line = one_line(raw)
        if head := messages.read(line):
            if held:
                yield Block(" ".join(held), number, gap=gap)
                held = []
            if said != (head.stamp, head.sender):
                yield Block(head.sender, at, role=SENDER)
                yield Block(head.stamp, at, gap=False)
            # What one sends at one time is one text, cut because it was long.
            said, gap, line, raw = (head.stamp, head.sender), True, head.rest, head.rest
        if not line:
            if held:
                yield Block(" ".join(held), number, gap=gap)
                held = []
            gap = True
            continue
        if held and (_BULLET.match(raw) or is_dated(line, find(line) if len(line) < width else ())):
            yield Block(" ".join(held), number, gap=gap)
            held, gap = [], False
        if not held:
            number = at
        held.append(line)
        if at in headlines:
            continue
        # A line that stops well before the margin ends its paragraph.
        if not width or not 0.72 * width <= len(raw.rstrip()) <= 1.1 * width or is_dated(line, find(line)):
            yield Block(" ".join(held), number, gap=gap)
            held, gap = [], False
    if held:
        yield Block(" ".join(held), number, gap=gap)


def _headlines(lines: Sequence[str], width: int) -> frozenset[int]:
    """Return the numbers of the lines of a wrapped text that the next line goes on from as a headline in two or three.

    A headline is set narrower than the text, between empty lines; it has no stop, label, date or address.
    """
    found: set[int] = set()
    group: list[int] = []
    for at, raw in enumerate([*lines, ""], 1):
        if raw.strip():
            group.append(at)
            continue
        texts = [one_line(lines[number - 1]) for number in group]
        if len(texts) in {2, 3} and all(_may_be_headline(text, width) for text in texts):
            capitals = {text.isupper() for text in texts if any(map(str.isalpha, text))}
            if len(capitals) == 1 and len(texts[0].split()) > 2:  # noqa: PLR2004 - a letterhead has names of one or two
                found.update(group[:-1])
        group = []
    return frozenset(found)


def _may_be_headline(text: str, width: int) -> bool:
    return (
        len(text) <= width
        and not _NO_HEADLINE.search(text)
        and not _BULLET.match(text)
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


def _wrapped_at(lines: Sequence[str]) -> int:
    """Return the column at which the text is wrapped, or 0.

    In a wrapped text the lines that another line follows are nearly of one length, and sentences run over their ends.
    """
    inner = [
        len(line.rstrip())
        for line, below in itertools.pairwise(lines)
        if line.strip() and below.strip() and len(line.strip()) > _WRAP.start // 2 and not _LISTED.match(line)
    ]
    if len(inner) < _WRAPPED_LINES and not _runs_on(lines):
        return 0
    # Not the longest: a headline is often longer than the text's lines.
    width = sorted(inner)[int(0.9 * (len(inner) - 1))]
    full = [line.rstrip() for line in lines if 0.8 * width <= len(line.rstrip()) <= width]
    beyond = sum(len(line) for line in lines if len(line) > 1.3 * width)
    if beyond > 0.2 * sum(map(len, lines)):
        # Paragraphs on one line each; what is of one length are headlines.
        return 0
    stopped = sum(line.endswith((".", "!", "?", "؟", ".»", '."', "…")) for line in full)
    return width if width in _WRAP and statistics.median(inner) > 0.8 * width and stopped < 0.4 * len(full) else 0
