"""A page's tree into blocks, in the order of reading."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from lxml import etree

from indexer.extraction.blocks import MAX_BLOCKS, Block, of_text, one_line

Element = etree._Element  # noqa: SLF001 - lxml has no public name for the type of its elements

_SKIPPED = frozenset(
    "script style noscript template iframe object embed svg math canvas audio video select textarea button input map "
    "datalist dialog head".split()
)
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code dfn em font i img ins kbd label mark nobr q rp rt ruby s samp small span "
    "strike strong sub sup time tt u var wbr del data meter output picture source".split()
)
_ZONES = frozenset({"nav", "footer", "aside", "menu", "figcaption", "caption", "dialog"})
_BOLD = frozenset({"b", "strong", "h1", "h2", "h3", "h4", "big"})
_ROLES = {"navigation": "nav", "contentinfo": "footer", "complementary": "aside", "search": "nav", "banner": "header"}
_OPENINGS = re.compile("<(?=<)")
_HIDDEN = re.compile(r"(?i)display\s*:\s*none|visibility\s*:\s*hidden")
_UNSEEN = frozenset({"sr-only", "visually-hidden", "screen-reader-text", "hidden", "d-none", "element-invisible"})
_NAME = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d+")
_ASIDE = frozenset(
    """nav navbar navigation menu submenu topmenu breadcrumb breadcrumbs crumb crumbs sidebar side rail share sharing
    shares social socials addthis addtoany sharethis follow related relatednews similar recommended recommend
    recommendations more also readmore readalso popular trending most mostread comment comments disqus respond reply
    footer foot colophon copyright widget widgets ticker marquee headlines latest lastnews banner ad ads advert
    advertisement advertising promo sponsor sponsored newsletter subscribe subscription cookie cookies consent gdpr
    tags tag taglist keywords caption credit gallery carousel slider thumbs pagination pager prevnext toolbar tools
    print language languages langs lang switcher weather prayer clock login search skip toc poll rating views counter
    byline author bio codes shortlink currency logo brand branding sitename sitetitle slogan""".split()
)
_HEADLINE = frozenset("title headline heading entrytitle newstitle posttitle headtitle subject titr".split())
_CONTENT = frozenset(
    """article articlebody body content contents entry entrycontent post postbody story storybody text fulltext
    newstext detail details release pressrelease news maintext main""".split()
)
_MAX_ELEMENTS = 100_000
"""What follows is not read."""
_PARAGRAPH = 15
"""Words; what has more and is not linked is taken for prose."""
_LINKED = 0.5
_LARGE = 0.4
"""The share of a page's prose above which an element is no furniture, whatever it is called."""
_TITLE_LEVELS = ("h1", "h2", "h3", "h4", "h5", "h6")


@dataclass(slots=True)
class _Inside:
    """What the walk knows inside of an element."""

    number: int
    tag: str
    within: tuple[int, ...]
    asides: tuple[tuple[int, str], ...] = ()
    content: str = ""
    linked: bool = False
    bold: bool = False
    moment: str = ""
    role: str = ""
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

    def add(self, text: str, inside: _Inside) -> None:
        letters = sum(map(str.isalpha, text))
        self.parts.append(text)
        self.letters += letters
        self.linked += letters * inside.linked
        self.bold += letters * inside.bold
        if text.strip():
            self.moment = self.moment or inside.moment
            self.role = self.role or inside.role


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
    found = list(islice(_walk(root), MAX_BLOCKS))
    prose: Counter[int] = Counter()
    for block, asides in found:
        for number, _ in asides:
            prose[number] += block.words if block.words > _PARAGRAPH and block.link < _LINKED else 0
    everything = sum(block.words for block, _ in found if block.words > _PARAGRAPH and block.link < _LINKED)
    for block, asides in found:
        # class="print" around a whole page says nothing about its paragraphs.
        block.aside = next((name for number, name in asides if prose[number] <= _LARGE * everything), "")
    return [block for block, _ in found]


def _walk(root: Element) -> Iterator[tuple[Block, tuple[tuple[int, str], ...]]]:
    stack = [_Inside(0, "html", ())]
    buffer, gap, numbers, lines = _Buffer(), True, 0, 0

    def flush(inside: _Inside) -> Iterator[tuple[Block, tuple[tuple[int, str], ...]]]:
        nonlocal buffer, gap, lines
        held, buffer = buffer, _Buffer()
        joined = "".join(held.parts)
        # What is preformatted has lines, wrapped by hand as in a mail.
        pieces = of_text(joined) if inside.verbatim else [Block(one_line(joined), 0, gap=gap)]
        for piece in pieces:
            if piece.text:
                lines += 1
                share = max(held.letters, 1)
                block = Block(
                    piece.text,
                    lines,
                    tag=inside.tag,
                    link=held.linked / share,
                    bold=held.bold / share,
                    within=inside.within,
                    content=inside.content,
                    gap=piece.gap,
                    moment=held.moment,
                    role=held.role,
                )
                yield block, inside.asides
                gap = False

    skipping: Element | None = None
    for event, element in etree.iterwalk(root, events=("start", "end", "comment")):
        if event == "comment" or not isinstance(element.tag, str):
            if skipping is None and event == "comment" and element.tail:
                buffer.add(element.tail, stack[-1])
            continue
        tag = element.tag.rpartition("}")[2].lower()
        if event == "start":
            if skipping is not None:
                continue
            if tag in _SKIPPED or _is_hidden(element):
                skipping = element
                continue
            if tag == "br":
                yield from flush(stack[-1])
                continue
            if tag not in _INLINE:
                yield from flush(stack[-1])
                gap = gap or tag not in {"tr", "td", "th"}
            numbers += 1
            if numbers > _MAX_ELEMENTS:
                break
            stack.append(_entered(element, tag, numbers, stack[-1]))
            if element.text:
                buffer.add(element.text, stack[-1])
        else:
            if skipping is not None:
                if element is not skipping:
                    continue
                skipping = None
            elif tag != "br":
                inside = stack.pop()
                if tag not in _INLINE:
                    yield from flush(inside)
                    gap = gap or tag not in {"tr", "td", "th"}
            if element.tail and element is not root:
                buffer.add(element.tail, stack[-1])
    yield from flush(stack[-1])


def _entered(element: Element, tag: str, number: int, above: _Inside) -> _Inside:
    names = _names(element)
    aside = (tag if tag in _ZONES else "") or _ROLES.get(element.get("role", ""), "")
    if not aside and tag not in {"body", "html", "main", "article"}:
        aside = next((name for name in names if name in _ASIDE), "")
    inline = tag in _INLINE
    role = element.get("itemprop", "")[:40].lower() or ("title" if not _HEADLINE.isdisjoint(names) else "")
    return _Inside(
        number,
        above.tag if inline else tag,
        above.within if inline else (*above.within[-60:], number),
        asides=(*above.asides[-20:], (number, aside)) if aside else above.asides,
        content=above.content or next((name for name in names if name in _CONTENT), "") or tag * (tag == "article"),
        linked=above.linked or (tag == "a" and element.get("href") is not None),
        bold=above.bold or tag in _BOLD,
        moment=above.moment or (element.get("datetime") or "")[:40] * (tag == "time"),
        role=role or above.role,
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
        or not _UNSEEN.isdisjoint(element.get("class", "")[:300].lower().split())
    )


def level(block: Block) -> int:
    """Return the level of a heading, 1 to 6, or 0 for a block that is none."""
    return _TITLE_LEVELS.index(block.tag) + 1 if block.tag in _TITLE_LEVELS else 0
