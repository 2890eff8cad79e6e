"""Blocks: the lines of a text, or the paragraphs, headings and cells of a page, before anything is judged."""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from indexer.extraction import messages, wrapping
from indexer.extraction.daylines import is_dated
from search.dates import find

MAX_BLOCKS = 6_000
"""What follows is not read. The longest real listing page seen has 3,000 blocks."""

SENDER = "sender"
"""The role of a line that names the sender of a message in a chat; when it was sent stands on the next."""

_SPACES = re.compile(r"[\s\u200e\u200f\u2028\u2029]+")
_UNSEEN = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\ufeff\u200b\u2060]")
_LINK_NUMBER = re.compile(r"\[(\d{1,4})\](?=\S)")
_TABS = re.compile(r"\t+")
_BARS = re.compile(r"\s[|>»›•·]\s")
_ROW = 3
_LINKS = 5
_COUNTED = 0.8
"""The share of numbers in brackets that count on; footnotes may stand among them."""


@dataclass(slots=True)
class Block:
    """One line of a text, or one block of a page.

    `text` is on one line, spaces collapsed. `tag` is the HTML element that it is in ("" in a text). `link` and `bold`
    are the shares of its letters that are linked or emphasised. `within` are the elements around it, outermost first,
    by number. `aside` is the page's own word that it is no content (nav, footer, class="share"), or "". `gap` tells
    whether a paragraph begins. `moment` is a date for machines (`<time datetime>`), `role` what microdata calls it,
    or `SENDER`. `size` is that of its letters where the page's own style says it, in any unit, else 0.
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
    size: float = 0.0
    words: int = field(init=False)

    def __post_init__(self) -> None:
        self.words = sum(1 for word in self.text.split() if any(map(str.isalpha, word)))


def one_line(text: str) -> str:
    """Return a text on one line: spaces collapsed, controls of direction gone, which copying scatters, and empty spaces."""
    return _SPACES.sub(" ", _UNSEEN.sub("", text)).strip()


def _cells(line: str) -> str:
    """Return a line with bars for the tabs of a row of items, which are lost among spaces."""
    return _TABS.sub(" | ", line) if len(_TABS.findall(line.strip())) >= _ROW else line


def of_text(text: str) -> list[Block]:
    """Return the lines of a text that are not empty; lines that a program wrapped are joined to paragraphs."""
    lines = _unnumbered(text.replace("\f", "\n")).split("\n")[: 10 * MAX_BLOCKS]
    return list(_joined([_cells(line) for line in lines]))[:MAX_BLOCKS]


def unwrapped(lines: Sequence[Block]) -> list[Block]:
    """Return lines that line breaks part in one element, joined to paragraphs if a program wrapped them, as a PDF's.

    A line in larger letters than the one above is another paragraph. Where nothing is wrapped the lines are as given.
    """
    texts: list[str] = []
    given: dict[int, Block] = {}
    for at, block in enumerate(lines):
        if at and block.size != lines[at - 1].size:
            texts.append("")
        texts.append(block.text)
        given[len(texts)] = block
    if not wrapping.column(texts):
        return list(lines)
    return [replace(given[block.number], text=block.text, gap=block.gap) for block in _joined(texts)]


def _unnumbered(text: str) -> str:
    """Return a text without the numbers that lynx and w3m give to links: "[12]Home" is Home if they count all links."""
    numbers = [int(match[1]) for match in _LINK_NUMBER.finditer(text)]
    counted = sum(below == above + 1 for above, below in itertools.pairwise(numbers))
    return _LINK_NUMBER.sub("", text) if counted >= _LINKS and counted >= _COUNTED * len(numbers) else text


def _joined(lines: Sequence[str]) -> Iterator[Block]:
    width = wrapping.column(lines)
    goes_on = wrapping.full(lines, width) | wrapping.headlines([one_line(line) for line in lines], width)
    paragraph = _Paragraph()
    for at, raw, heads in _without_heads(lines):
        line = one_line(raw)
        if heads or not line:
            yield from paragraph.ended(gap=True)
        yield from heads
        if not line:
            continue
        # So are a rule of dashes, and a menu.
        is_dateless = not is_dated(line, find(line) if len(line) < width else ())
        is_own = not is_dateless or not any(map(str.isalnum, line)) or len(_BARS.findall(line)) >= _ROW
        if is_own or wrapping.BULLET.match(raw):
            yield from paragraph.ended()
        paragraph.add(at, line)
        # A line that stops well before the margin ends its paragraph.
        if is_own or at not in goes_on:
            yield from paragraph.ended()
    yield from paragraph.ended()


@dataclass(slots=True)
class _Paragraph:
    """The lines of the paragraph that is being read, and whether a gap is above it."""

    held: list[str] = field(default_factory=list)
    number: int = 0
    gap: bool = True

    def add(self, number: int, line: str) -> None:
        self.number = self.number if self.held else number
        self.held.append(line)

    def ended(self, *, gap: bool = False) -> Iterator[Block]:
        if self.held:
            yield Block(" ".join(self.held), self.number, gap=self.gap)
            self.held, self.gap = [], False
        self.gap = self.gap or gap


def _without_heads(lines: Sequence[str]) -> Iterator[tuple[int, str, Sequence[Block]]]:
    """Give each line with its number, without the head of a message, which is given beside it as blocks."""
    said: tuple[str, str] | None = None
    for at, line in enumerate(lines, 1):
        head = messages.read(one_line(line))
        heads: list[Block] = []
        # What one sends at one time is one text, cut because it was long.
        if head is not None and said != (head.stamp, head.sender):
            said = head.stamp, head.sender
            stamp = Block(head.stamp, at, gap=False, moment=head.moment)
            heads = [Block(head.sender, at, role=SENDER), stamp]
        yield at, line if head is None else head.rest, heads
