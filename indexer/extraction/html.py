"""A page's tree into blocks, in the order of reading."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from itertools import groupby, islice
from typing import TypeAlias

from lxml import etree

from indexer.extraction.blocks import MAX_BLOCKS, Block, of_text, one_line, unwrapped

Element = etree._Element  # noqa: SLF001 - lxml has no public name for the type of its elements

_OPENINGS = re.compile("<(?=<)")
_DIGITS = re.compile(r"\d{4}$")
_SIZE = re.compile(r"font-size:\s{0,3}(\d{1,3}(?:\.\d{1,3})?)")
_HOME = re.compile(r"/(?:index\.\w{3,5})?|index\.\w{3,5}|\./")
HOME = "home"
"""The role of a link to the site's first page."""
_HIDDEN = re.compile(r"(?i)display\s*:\s*none|visibility\s*:\s*hidden")
_NAME = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d+")
_LAST_LATIN = "\u024f"
_MAX_ELEMENTS = 100_000
"""What follows is not read."""
_PARAGRAPH = 15
"""Words; what has more and is not linked is taken for prose."""
_LINKED = 0.5
_WRAPPED = 3
"""Lines of one element from which on they may be wrapped."""
_APART = 8
_LARGE = 0.4
"""The share of a page's prose above which an element is no furniture, whatever it is called."""
_ADJACENT = frozenset({"tr", "td", "th", "br"})
"""What ends a line and begins no paragraph."""
_PARAGRAPHS = frozenset({"p", "pre", "li", "dd", "dt", "h1", "h2", "h3", "h4", "h5", "h6"})
"""What is one paragraph whatever parts it."""
_TITLE_LEVELS = ("h1", "h2", "h3", "h4", "h5", "h6")


@dataclass(frozen=True, slots=True)
class _Markup:
    """The data of resources/markup.toml."""

    skipped: frozenset[str]
    inline: frozenset[str]
    bold: frozenset[str]
    aside: frozenset[str]
    aside_names: frozenset[str]
    headline: frozenset[str]
    unseen: frozenset[str]
    roles: Mapping[str, str]


def _markup() -> _Markup:
    data = tomllib.loads((resources.files("indexer") / "resources" / "markup.toml").read_text("utf-8"))
    elements, names = data["elements"], data["names"]
    sets = {name: frozenset(elements[name]) for name in ("skipped", "inline", "bold", "aside")}
    more = {name: frozenset(names[name]) for name in ("headline", "unseen")}
    return _Markup(**sets, **more, aside_names=frozenset(names["aside"]), roles=data["roles"])


_MARKUP = _markup()
_Named: TypeAlias = tuple[Block, tuple[tuple[int, str], ...]]
"""A block, and the elements around it that are furniture by their names, outermost first."""


@dataclass(slots=True)
class _Inside:
    """What the walk knows inside of an element."""

    number: int
    tag: str
    within: tuple[int, ...]
    asides: tuple[tuple[int, str], ...] = ()
    linked: bool = False
    bold: bool = False
    moment: str = ""
    role: str = ""
    size: float = 0.0
    verbatim: bool = False


@dataclass(slots=True)
class _Buffer:
    """The text gathered for the next block."""

    parts: list[str] = field(default_factory=list)
    letters: int = 0
    linked: int = 0
    bold: int = 0
    moment: str = ""
    role: str = ""
    size: float = 0.0

    def add(self, text: str, inside: _Inside) -> None:
        letters = sum(map(str.isalpha, text))
        self.parts.append(text)
        self.letters += letters
        self.linked += letters * inside.linked
        self.bold += letters * inside.bold
        if text.strip():
            self.moment = self.moment or inside.moment
            self.role = self.role or inside.role
            self.size = self.size or inside.size


def tree(text: str) -> Element | None:
    """Parse a page as browsers do: nothing is an error. Returns None if there is no element that the parser reaches."""
    # "<<<<" opens no tag, and libxml2 takes the square of their number.
    content = _OPENINGS.sub("", text).encode("utf-8", "replace")
    for huge in (False, True):
        # libxml2 gives nothing at all for a page nested deeper than 256 elements, unless it is told to go on.
        parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_pis=True, huge_tree=huge)
        try:
            root = etree.fromstring(content, parser)
        except etree.ParseError:
            return None
        if root is not None:
            return root
    return None


def blocks(root: Element) -> list[Block]:
    """Return the blocks of a page in the order of reading: what is hidden, scripts and form fields are left out."""
    found = _unwrapped(list(islice(_Walk().blocks(root), MAX_BLOCKS)))
    prose: Counter[int] = Counter()
    for block, asides in found:
        for number, _ in asides:
            prose[number] += block.words if block.words > _PARAGRAPH and block.link < _LINKED else 0
    everything = sum(block.words for block, _ in found if block.words > _PARAGRAPH and block.link < _LINKED)
    _hold(found)
    for block, asides in found:
        # class="print" around a whole page says nothing about its paragraphs.
        block.aside = next((name for number, name in asides if prose[number] <= _LARGE * everything), "")
    return [block for block, _ in found]


def _unwrapped(found: Sequence[_Named]) -> list[_Named]:
    """Return the blocks with the lines joined that line breaks part though they are one paragraph.

    They stand in one element, or in several, the pages of a document.
    """
    times = Counter(block.within for block, _ in found)
    out: list[_Named] = []
    for (parted, *_), run in groupby(found, key=lambda one: (times[one[0].within] > 1, one[0].tag, len(one[0].within))):
        lines = list(run)
        # Programs that make pages of documents may also give each line an element.
        apart = lines[0][0].tag == "div" and all(block.link < _LINKED for block, _ in lines)
        if len(lines) >= (_WRAPPED if parted else _APART) and (parted or apart):
            out += [(block, lines[0][1]) for block in unwrapped([block for block, _ in lines])]
        else:
            out += lines
    return out


def _hold(found: Sequence[_Named]) -> None:
    """Give lines that line breaks part in a cell or box elements of their own, as paragraphs in it have."""
    own = -1
    for at, (block, _) in enumerate(found):
        beside = (found[place][0] for place in (at - 1, at + 1) if 0 <= place < len(found))
        if block.tag not in _PARAGRAPHS and any(_is_of(other, block) for other in beside):
            block.within = (*block.within, own)
            own -= 1


def _is_of(other: Block, block: Block) -> bool:
    """Return whether a block is in the element that another stands in directly."""
    return other.within[: len(block.within)] == block.within


class _Walk:
    """A walk through a page's tree that gives its blocks, each with the elements around it that name it furniture."""

    def __init__(self) -> None:
        self._stack = [_Inside(0, "html", ())]
        self._buffer = _Buffer()
        self._gap = True
        self._elements = 0
        self._lines = 0
        self._skipping: Element | None = None
        self._seam = ""

    def blocks(self, root: Element) -> Iterator[_Named]:
        for event, element in etree.iterwalk(root, events=("start", "end", "comment")):
            if event == "comment" or not isinstance(element.tag, str):
                if self._skipping is None and event == "comment":
                    self._add(element.tail)
                continue
            tag = element.tag.rpartition("}")[2].lower()
            if event == "end":
                yield from self._leave(element, tag)
                self._seam = ""
                if element is not root and self._skipping is None:
                    self._add(element.tail)
                    self._seam = "" if element.tail else tag
            elif self._skipping is None:
                yield from self._enter(element, tag)
            if self._elements > _MAX_ELEMENTS:
                break
        yield from self._flush(self._stack[-1])

    def _enter(self, element: Element, tag: str) -> Iterator[_Named]:
        if tag in _MARKUP.skipped or _is_hidden(element):
            self._skipping = element
            return
        if tag == "br" and self._stack[-1].tag in _TITLE_LEVELS:
            # A headline set in two lines is one headline.
            self._add(" ")
            return
        if tag not in _MARKUP.inline:
            yield from self._flush(self._stack[-1])
            self._gap = self._gap or tag not in _ADJACENT
        if tag != "br":
            self._elements += 1
            self._stack.append(_entered(element, tag, self._elements, self._stack[-1]))
            if element.text:
                self._part(tag, element.text)
            self._add(element.text)

    def _leave(self, element: Element, tag: str) -> Iterator[_Named]:
        if self._skipping is not None:
            if element is self._skipping:
                self._skipping = None
            return
        if tag != "br":
            inside = self._stack.pop()
            if tag not in _MARKUP.inline:
                yield from self._flush(inside)
                self._gap = self._gap or tag not in _ADJACENT

    def _part(self, tag: str, text: str) -> None:
        """Part two elements that only a style sheet parts: links in a row, a day and the number of views."""
        before = self._buffer.parts[-1][-1:] if self._seam and self._buffer.parts else ""
        if not before.isalnum() or not text[0].isalnum():
            return
        # A year may be in two elements, "20" and "24", but no day.
        is_long = text[0].isdigit() and _DIGITS.search("".join(self._buffer.parts[-3:])) is not None
        # "Nation" and "April 30" are two words, what Word has parted within a word goes on with a small letter.
        words = self._seam == tag == "a" or (before.islower() and text[0].isupper())
        # "WhatsApp" and "هم‌رسانی" are in two scripts.
        words = words or (before <= _LAST_LATIN) != (text[0] <= _LAST_LATIN)
        if words or before.isdigit() != text[0].isdigit() or is_long:
            self._add(" ")

    def _add(self, text: str | None) -> None:
        self._seam = ""
        if text:
            self._buffer.add(text, self._stack[-1])

    def _flush(self, inside: _Inside) -> Iterator[_Named]:
        held, self._buffer = self._buffer, _Buffer()
        joined = "".join(held.parts)
        # What is preformatted has lines, wrapped by hand as in a mail.
        pieces = of_text(joined) if inside.verbatim else [Block(one_line(joined), 0, gap=self._gap)]
        share = max(held.letters, 1)
        for piece in pieces:
            if piece.text:
                self._lines += 1
                self._gap = False
                block = Block(
                    piece.text,
                    self._lines,
                    tag=inside.tag,
                    link=held.linked / share,
                    bold=held.bold / share,
                    within=inside.within,
                    gap=piece.gap,
                    moment=held.moment,
                    role=held.role,
                    size=held.size,
                )
                yield block, inside.asides


def _entered(element: Element, tag: str, number: int, above: _Inside) -> _Inside:
    names = _names(element)
    aside = tag if tag in _MARKUP.aside else _MARKUP.roles.get(element.get("role", ""), "")
    if not aside and tag not in {"body", "html", "main", "article"}:
        aside = next((name for name in names if name in _MARKUP.aside_names), "")
    inline = tag in _MARKUP.inline
    home = tag == "a" and _HOME.fullmatch(element.get("href", "")[:200]) is not None
    role = (
        HOME * home
        or element.get("itemprop", "")[:40].lower()
        or ("title" if not _MARKUP.headline.isdisjoint(names) else "")
    )
    return _Inside(
        number,
        above.tag if inline else tag,
        above.within if inline else (*above.within[-60:], number),
        asides=(*above.asides[-20:], (number, aside)) if aside else above.asides,
        linked=above.linked or (tag == "a" and element.get("href") is not None),
        bold=above.bold or tag in _MARKUP.bold,
        moment=above.moment or (element.get("datetime") or "")[:40] * (tag == "time"),
        role=role or above.role,
        size=float(size[1]) if (size := _SIZE.search(element.get("style", "")[:500])) else above.size,
        verbatim=above.verbatim or tag == "pre",
    )


def _names(element: Element) -> list[str]:
    """Return the words of an element's class and id: "entry-content relatedNews" has four."""
    named = f"{element.get('class', '')} {element.get('id', '')}"[:300]
    return [part.lower() for part in _NAME.findall(named)] + named.lower().split()


def _is_hidden(element: Element) -> bool:
    return (
        element.get("hidden") is not None
        or _HIDDEN.search(element.get("style", "")[:500]) is not None
        or not _MARKUP.unseen.isdisjoint(element.get("class", "")[:300].lower().split())
    )


def level(block: Block) -> int:
    """Return the level of a heading, 1 to 6, or 0 for a block that is none."""
    return _TITLE_LEVELS.index(block.tag) + 1 if block.tag in _TITLE_LEVELS else 0
