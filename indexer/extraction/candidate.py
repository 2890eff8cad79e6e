"""What a line by itself says for and against being a headline: its form, its tag, what the page calls it."""

import re

from indexer import agencies
from indexer.extraction import dateline
from indexer.extraction.furniture import LONG, Sign, ends
from indexer.extraction.html import HOME, level

MAX_WORDS = 45
TRAIL = "trail"
"""The role of a line that is the end of a breadcrumb trail."""
_CLOCK = re.compile(r"\b\d{1,2}:\d{2}\b")
_ASIDE = re.compile(r"\[[^\[\]]*\]|\([^()]*\)")
_LABEL = re.compile(r"[:：]\s*$")


def may_be(sign: Sign, *, before: bool) -> bool:
    """Return whether a line can be a headline; one inside of the prose must be short."""
    block = sign.block
    if sign.dated or not 1 <= block.words <= MAX_WORDS or dateline.is_place_line(block.text):
        return False
    if _ASIDE.fullmatch(block.text) or any(_LABEL.search(block.text[: item.start]) for item in sign.dates if item.day):
        return False
    if block.role == HOME or agencies.named(block.text) or is_stamped(sign) or sign.found.cover == 1:
        return False
    if sign.sentence and ((block.words > LONG and ends(block.text)) or dateline.read(block.text) is not None):
        return False
    if sign.furniture in {"link", "menu"} and (level(block) or block.role == "title"):
        return block.words > 2  # noqa: PLR2004 - a blog's headline is a link to itself
    return not sign.furniture and (before or block.words <= (LONG if sign.sentence else LONG + 15))


def is_stamped(sign: Sign) -> bool:
    """Return whether a line bears a day and an hour: the head of a printed page, with the window's title."""
    return any(item.day for item in sign.dates) and _CLOCK.search(sign.block.text) is not None


def heading(sign: Sign) -> float:
    """Return what its tag, and what the page calls it, say for a line."""
    score = {1: 2.0, 2: 1.2, 3: 0.8, 4: 0.4}.get(level(sign.block), 0.0)
    return score + {"headline": 1.5, "name": 1.0, "title": 1.0}.get(sign.block.role, 0.0)


def form(sign: Sign) -> float:
    """Return what its words and letters say for a line, less what they say against it."""
    block = sign.block
    score = 0.4 * (block.bold > 0.9) - 0.8 * (block.link > 0.5) - 1.5 * bool(block.aside)  # noqa: PLR2004
    score -= block.role == TRAIL
    if block.words < 4:  # noqa: PLR2004
        score -= (0.0, 2.0, 1.5, 0.7)[block.words]
    if block.words > 30:  # noqa: PLR2004
        score -= 1.5
    if block.text.endswith((".", "؛", ";", "!")):
        score -= 0.7
    if block.text.endswith((":", "،", ",", "…", "...")):
        score -= 1.5
    return score
