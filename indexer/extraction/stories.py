"""Other stories on the page of an article: what gives away that a line is theirs, and where the article goes on below them."""

import itertools
from collections.abc import Sequence

from indexer.extraction import overlap
from indexer.extraction.furniture import Sign, ends
from indexer.extraction.html import level

_HEADLINE = 4
"""Words of a headline; a heading between paragraphs may have fewer."""
_MOSTLY = 0.9
_FAR = 100
_SAME = 0.35
"""The share of a paragraph's words that the article has used from which on it is likely of the same."""


def parent(sign: Sign) -> int:
    """Return the element that a paragraph stands in; lines between line breaks stand in one themselves."""
    return sign.block.within[-2] if len(sign.block.within) > 1 else 0


def is_card(signs: Sequence[Sign], scores: Sequence[float], at: int) -> bool:
    """Return whether a line is a card's: a paragraph under a headline in an element of their own, or that headline."""
    element = parent(signs[at])
    if scores[at] <= 0:
        # The headline of a card goes with its paragraph.
        return at + 1 < len(signs) and scores[at + 1] > 0 and is_card(signs, scores, at + 1)
    above = signs[at - 1] if at else None
    return (
        above is not None
        and scores[at - 1] <= 0
        and element in above.block.within
        and above.block.words >= _HEADLINE
        and (above.block.bold > _MOSTLY or above.block.link > _MOSTLY or level(above.block) > 0)
        and not (at + 1 < len(signs) and scores[at + 1] > 0 and parent(signs[at + 1]) == element)
    )


def is_dated_card(signs: Sequence[Sign], at: int) -> bool:
    """Return whether a paragraph stands below a day in an element of their own, as comments do."""
    above = signs[at - 1]
    return above.dated and bool(above.dates) and signs[at].score > 0 and parent(signs[at]) in above.block.within


def sets_stops(prose: Sequence[Sign]) -> bool:
    """Return whether most paragraphs end as sentences do."""
    return sum(ends(sign.block.text) for sign in prose) > len(prose) / 2


def is_next(signs: Sequence[Sign], at: int, title: Sign | None) -> bool:
    """Return whether a heading is another story's headline: of the title's level, and a link or with a day below."""
    block = signs[at].block
    if title is None or not level(block) or level(block) != level(title.block) or block.words < _HEADLINE:
        return False
    return block.link > _MOSTLY or (at + 1 < len(signs) and signs[at + 1].dated)


def is_dated_list(signs: Sequence[Sign], scores: Sequence[float], at: int, start: int, end: int) -> bool:
    """Return whether other stories begin at a line: it is a day, or a headline above one, with teasers of them below."""
    sign = signs[at]
    heads = at + 1 < end and signs[at + 1].dated and sign.score < 0 and not sign.dated
    day = at + 1 if heads else at
    return (
        any(item.day for item in signs[day].dates)
        and signs[day].dated
        and any(score > 0 for score in scores[day:end])
        and (not goes_on(signs, scores, day, start, end) or (heads and _is_foreign(signs, scores, day, start, end)))
    )


def _is_foreign(signs: Sequence[Sign], scores: Sequence[float], at: int, start: int, end: int) -> bool:
    """Return whether no paragraph below a line speaks of what the article above it does."""
    about = overlap.words_of(sign.block.text for sign in signs[start:at] if sign.score > 0)
    below = (signs[place].block.text for place in range(at + 1, end) if scores[place] > 0)
    return all(overlap.shared(text, about) < _SAME for text in below)


def heads_prose(signs: Sequence[Sign], at: int) -> bool:
    """Return whether "About us" is a heading of the article's own element, with a paragraph of it above and below."""
    if not level(signs[at].block) or not 0 < at < len(signs) - 1:
        return False
    above, below = signs[at - 1], signs[at + 1]
    return above.score > 0 and below.score > 0 and parent(above) == parent(signs[at]) == parent(below)


def is_parted(signs: Sequence[Sign], scores: Sequence[float], at: int, end: int) -> bool:
    """Return whether a box such as "Related" is an element of its own between paragraphs of one element."""
    above = next(signs[place] for place in range(at - 1, -1, -1) if scores[place] > 0)
    if not signs[at].block.aside or not parent(above) or parent(above) == parent(signs[at]):
        return False
    below = (signs[place] for place in range(at + 1, min(end, at + _FAR)) if scores[place] > 0)
    return any(parent(sign) == parent(above) and not sign.block.aside for sign in below)


def goes_on(signs: Sequence[Sign], scores: Sequence[float], at: int, start: int, end: int) -> bool:
    """Return whether the article goes on below a box such as "Related" in its middle.

    Each item of a list has one paragraph under its headline; of the article there are several, or one that speaks of
    the same.
    """
    about = overlap.words_of(sign.block.text for sign in signs[start:at] if sign.score > 0)
    stops = sets_stops([sign for sign in signs[start:at] if sign.score > 0])
    prose = [
        place
        for place in range(at + 1, min(end, at + _FAR))
        if scores[place] > 0 and (not stops or ends(signs[place].block.text))
    ]
    if any(after == place + 1 for place, after in itertools.pairwise(prose)):
        return True
    return len(prose) == 1 and overlap.shared(signs[prose[0]].block.text, about) >= _SAME
