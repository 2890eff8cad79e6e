"""The article on a page: which lines are the release, and why each of the others is not.

The prose is the run of blocks with the greatest sum of evidence (Pasternack and Roth, "Extracting article text from the
web with maximum subsequence segmentation", 2009); the headline is looked for above it, and what stands between, inside
and below is judged line by line.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from indexer.extraction import candidate, context, dateline, headline, stories
from indexer.extraction.blocks import SENDER
from indexer.extraction.furniture import LONG, PROSE_WORDS, Sign
from indexer.extraction.headline import Headline
from indexer.extraction.html import level
from indexer.extraction.metadata import Metadata
from indexer.extraction.repetition import Repetition

Fate = Literal["title", "body", "removed"]

_LEAD_LINES = 4
"""Lines between headline and prose beyond which they are no subtitle but a list."""
_HEADLINE = 4
"""Words of a headline; a heading between paragraphs may have fewer."""
_TAIL = 0.2
"""What follows a line such as "Related" is inside the article if it is a greater share of the prose than this."""
_COMMENTS = 0.4
_FAR = 100
_LINES = 1_000
_NEAR = 3
_CAPTION_WORDS = 40
_HEADED = 12
_BESIDE_DAY = 6
_BARS = re.compile(r"\s*[|·•]\s*|\s+/\s+")


@dataclass(frozen=True, slots=True)
class Judged:
    """A block with its fate and the rule that decided it; `at` is its place among the blocks."""

    sign: Sign
    fate: Fate
    rule: str


@dataclass(frozen=True, slots=True)
class Article:
    """The article: its headline, where its lines begin and end among the blocks, and every block's fate."""

    headline: Headline | None
    start: int
    end: int
    judged: Sequence[Judged]

    @property
    def body(self) -> str:
        """Return the lines of the body; an empty line stands where a paragraph begins."""
        out = ""
        for judged in self.judged:
            if judged.fate == "body":
                out += ("\n\n" if judged.sign.block.gap else "\n") * bool(out) + judged.sign.block.text
        return out


def find(signs: Sequence[Sign], metadata: Metadata, repetition: Repetition) -> Article:
    """Find the article among the blocks of a page."""
    signs = context.judged(signs)
    standing = [repetition.is_standing(sign.block.text) for sign in signs]
    scores = [sign.score for sign in signs]
    start, end = _run(scores)
    if start == end:
        return _without_prose(signs, metadata)
    start = _begun(signs, scores, start, end)
    title = headline.choose(signs, start, end, metadata)
    after = title.at + 1 if title is not None and title.at is not None else start
    start = max(start, after)
    heading = signs[title.at] if title is not None and title.at is not None else None
    end, others = _inside(signs, scores, start, end, heading)
    end = _unstopped(signs, start, end)
    end = _cut(signs, scores, start, end, heading)
    # Only at the end: the first sentences of a release stand on other pages too, which lead to it.
    standing = [
        often and (not signs[at].sentence or _closes(standing, scores, at, end)) for at, often in enumerate(standing)
    ]
    first = min(after, start) if title is not None and title.at is not None else start
    judged = _judged(signs, title, _Found(standing, others, first, start, end), metadata)
    return Article(title, first, end, judged)


def _run(scores: Sequence[float]) -> tuple[int, int]:
    """Return the run with the greatest sum, [start, end)."""
    best, total = 0.0, 0.0
    start = end = begun = 0
    for at, score in enumerate(scores):
        if total <= 0:
            total, begun = 0.0, at
        total += score
        if total > best:
            best, start, end = total, begun, at + 1
    return start, end


def _begun(signs: Sequence[Sign], scores: Sequence[float], start: int, end: int) -> int:
    """Return where the run begins if the paragraphs of its element count that a gallery or a box parts from it."""
    prose = [at for at in range(start, end) if scores[at] > 0]
    main = _main(signs, scores, prose) if prose and signs[prose[0]].block.within else None
    begun = start
    for at in range(start - 1, max(start - _FAR, 0), -1):
        if main is None or (level(signs[at].block) and not signs[at].block.aside):
            break
        if scores[at] > 0 and stories.parent(signs[at]) == main:
            begun = at
    return begun


def _main(signs: Sequence[Sign], scores: Sequence[float], prose: Sequence[int]) -> int:
    """Return the element that the first large part of the prose stands in."""
    held: Counter[int] = Counter()
    for at in prose:
        held[stories.parent(signs[at])] += round(10 * scores[at])
    return next(stories.parent(signs[at]) for at in prose if held[stories.parent(signs[at])] >= max(held.values()) / 2)


def _inside(
    signs: Sequence[Sign], scores: Sequence[float], start: int, end: int, title: Sign | None
) -> tuple[int, frozenset[int]]:
    """Return where the article ends by the page's elements, and the places before that are of other stories.

    The article is the element that the first large part of the prose stands in. Prose elsewhere is another story if the
    headline's and the article's common element does not hold it, or if it is a card: a paragraph under a headline in an
    element of their own.
    """
    prose = [at for at in range(start, end) if scores[at] > 0]
    if not prose or not signs[prose[0]].block.within:
        return end, frozenset()
    main = _main(signs, scores, prose)
    path = next(signs[at].block.within for at in prose if stories.parent(signs[at]) == main)
    common = [one for one, other in zip(path, title.block.within, strict=False) if one == other] if title else []
    others = frozenset(
        at
        for at in range(prose[0], end)
        if main not in signs[at].block.within
        and ((common and common[-1] not in signs[at].block.within) or stories.is_card(signs, scores, at))
    ) | frozenset(
        at for at in range(prose[0] + 1, end) if stories.parent(signs[at]) != main and stories.is_dated_card(signs, at)
    )
    # What the article's element holds beyond the run belongs to it as far as it is prose.
    own = [
        at
        for at in range(start, len(signs))
        if scores[at] > 0
        and at not in others
        and (at < end or (main in signs[at].block.within and not signs[at].block.aside))
    ]
    return own[-1] + 1, others


def _unstopped(signs: Sequence[Sign], start: int, end: int) -> int:
    """Return where an article ends that sets no stops: short paragraphs are known by their element alone."""
    prose = [sign for sign in signs[start:end] if sign.score > 0]
    while (
        prose
        and not stories.sets_stops(prose)
        and end < len(signs)
        and _is_open(signs[end])
        and signs[end].block.words >= PROSE_WORDS - 1
        and not level(signs[end].block)
        and not signs[end].block.aside
        and _is_beside(signs[end], prose)
    ):
        end += 1
    return end


def _is_beside(sign: Sign, prose: Sequence[Sign]) -> bool:
    """Return whether a line stands in a row with paragraphs: between line breaks of their element, or in one like theirs."""
    block, last = sign.block, prose[-1].block
    if len(prose) > 1 and prose[-2].block.within == last.within:
        return block.within == last.within
    return block.tag == last.tag and block.within[:-1] == last.within[:-1] != ()


def _cut(signs: Sequence[Sign], scores: Sequence[float], start: int, end: int, title: Sign | None) -> int:
    """End the article before the next one's headline, comments, related news or a copyright line."""
    total = sum(max(score, 0) for score in scores[start:end])
    before = 0.0
    for at in range(start, min(end, start + _LINES)):
        before += max(scores[at], 0)
        if before and (signs[at].block.role == SENDER or stories.is_next(signs, at, title)):
            return at
        if before >= (1 - _TAIL) * total and dateline.closes(signs[at].block.text):
            return at
        if before >= total / 2 and stories.is_dated_list(signs, scores, at, start, end):
            return at
        if not signs[at].ends or not before or (signs[at].found.label and signs[at].found.rest and signs[at].heads):
            continue
        kind = signs[at].found.label or signs[at].found.kind
        if kind is not None and kind.name == "copyright" and stories.heads_prose(signs, at):
            continue
        if stories.is_parted(signs, scores, at, end):
            continue
        enough = before >= _COMMENTS * total and kind is not None and kind.name == "comments"
        if enough or before >= (1 - _TAIL) * total or not stories.goes_on(signs, scores, at, start, end):
            return at
    return end


def _closes(standing: Sequence[bool], scores: Sequence[float], at: int, end: int) -> bool:
    """Return whether a paragraph is among the last of the article, all of which stand on other pages as well."""
    return at >= end or all(often for often, score in zip(standing[at:end], scores[at:end], strict=True) if score > 0)


@dataclass(frozen=True, slots=True)
class _Found:
    """What is known of the lines of a page: which repeat, which are of other stories, and where the article is.

    Its lines are in [first, end); its prose begins at `start`.
    """

    standing: Sequence[bool]
    others: frozenset[int]
    first: int
    start: int
    end: int


def _judged(signs: Sequence[Sign], title: Headline | None, found: _Found, metadata: Metadata) -> list[Judged]:
    standing, first, start, end = found.standing, found.first, found.start, found.end
    out: list[Judged] = []
    times = Counter(sign.block.text for sign in signs[first:end])
    seen: set[str] = set()
    sites = headline.sites(title, metadata)
    between = [at for at in range(first, start) if _is_open(signs[at])]
    day = max((at for at in range(first, start) if signs[at].dated), default=first)
    headed = False
    for at, sign in enumerate(signs):
        text = sign.block.text
        if title is not None and at == title.at:
            out.append(Judged(sign, "title", title.origin))
            continue
        if at < first or at >= end:
            rule = "standing" if standing[at] else _outside(sign, title, before=at < first)
            out.append(Judged(sign, "removed", rule))
            continue
        rule = _rule(sign, title, times[text], lead=at < start)
        # Some pages have the day below the first paragraph, which is set in bold.
        if (
            not rule
            and first < at <= first + _NEAR
            and not sign.sentence
            and _bears_day(sign)
            and _is_prose(signs, at + 1)
        ):
            rule = "date"
        if not rule and standing[at]:
            rule = "standing"
        if not rule and at in found.others:
            rule = "another story"
        if not rule and at < start:
            rule = "byline" if at < day and sign.block.words <= _HEADLINE else _above_prose(sign, len(between), sites)
        if not rule and text in seen and sign.block.words > 3:  # noqa: PLR2004
            rule = "repeated"
        if not rule and headed and not sign.sentence and sign.block.words > 2 and not level(sign.block):  # noqa: PLR2004
            rule = "related"
        headed = (sign.heads and not sign.found.label) or (headed and rule == "related")
        # A pull quote repeats a paragraph, which is not to go with it.
        seen.update([] if rule else [text])
        out.append(Judged(sign, "removed" if rule else "body", rule or ("prose" if sign.sentence else "within")))
    return out


def _above_prose(sign: Sign, lines: int, sites: frozenset[str]) -> str:
    """Return the rule by which one of the lines between headline and prose is no subtitle, or ""."""
    if _bears_day(sign):
        return "date"
    if headline.is_of(sign.block.text, sites):
        return "the site's name"
    return "before the article" if lines > _LEAD_LINES or sign.block.words < 3 else ""  # noqa: PLR2004


def _bears_day(sign: Sign) -> bool:
    """Return whether a short line is a day among other figures, or among short items between bars.

    "3 May 2024, 1.2K, 2 min read"; "Ali Karimi | Border Monitor | 3 May 2024 | Changed on 5 May 2024".
    """
    if not any(item.day for item in sign.dates):
        return False
    said = sum(len(item.text.split()) for item in sign.dates)
    if len(sign.block.text.split()) - said <= _BESIDE_DAY:
        return True
    parts = _BARS.split(sign.block.text)
    return len(parts) > 1 and all(len(part.split()) <= _BESIDE_DAY + 1 for part in parts)


def _is_prose(signs: Sequence[Sign], at: int) -> bool:
    return at < len(signs) and signs[at].score > 0


def _is_open(sign: Sign) -> bool:
    return not sign.furniture and not sign.dated and not sign.sentence


def _rule(sign: Sign, title: Headline | None, times: int, *, lead: bool) -> str:
    """Return the rule by which a line inside of the article is none of it, or ""."""
    block = sign.block
    if rule := _common(sign, title):
        # A heading between paragraphs may be one word of a menu: "Background", "Justice", "About us".
        heading = rule in {"menu", "copyright"} and not lead and block.words < _HEADLINE and level(block) > 0
        # A careless name around a long paragraph is no caption's.
        prose = bool(block.aside) and rule == _called(sign) and sign.sentence and block.words > _CAPTION_WORDS
        return "" if heading or prose else rule
    if lead and dateline.is_place_line(block.text):
        return "place"
    # interpol.int prints captions twice.
    return "caption twice" if times > 1 and not sign.sentence and block.words >= _HEADLINE else ""


def _common(sign: Sign, title: Headline | None) -> str:
    """Return the rule by which a line is none of a release wherever it stands, or ""."""
    if sign.dated:
        return "date"
    if title is not None and headline.is_again(sign.block.text, title.text, stamped=candidate.is_stamped(sign)):
        return "title again"
    return _called(sign) if sign.block.aside else sign.furniture


def _called(sign: Sign) -> str:
    return f'the page calls it "{sign.block.aside}"'


def _outside(sign: Sign, title: Headline | None, *, before: bool) -> str:
    return _common(sign, title) or ("before the article" if before else "after the article")


def _without_prose(signs: Sequence[Sign], metadata: Metadata) -> Article:
    """Read a page without a sentence: a headline alone, or a list."""
    title = headline.choose(signs, len(signs), len(signs), metadata)
    open_ = [at for at, sign in enumerate(signs) if not sign.dated and not sign.furniture and not sign.block.aside]
    if open_ and (title is None or not metadata.claims):
        text = signs[open_[0]].block.text
        title = Headline(text, open_[0], "first line") if signs[open_[0]].block.words <= 2 * LONG else None
    at = title.at if title is not None and title.at is not None else -1
    judged = [
        Judged(sign, "title", title.origin if title else "")
        if place == at
        else Judged(sign, "body", "no prose")
        if place > at and place in set(open_)
        else Judged(sign, "removed", _outside(sign, title, before=place < at))
        for place, sign in enumerate(signs)
    ]
    return Article(title, at + 1, len(signs), judged)
