"""What lines are by those beside them: the value of a label, the running head of a printed page, a picture's caption."""

from collections.abc import Sequence
from dataclasses import replace

from indexer.extraction import vocabulary
from indexer.extraction.furniture import Sign
from indexer.extraction.html import level

_NAMING = frozenset({"source", "byline", "place", "code", "views"})
_PHRASES = frozenset({"copyright", "cookies"})
_VALUE = 12
"""Words of the value of a label; a headline may have more."""
_RUNNING = 2
"""Lines around the number of a page in which its running head or foot stands."""
_TOP = 10


def judged(signs: Sequence[Sign]) -> list[Sign]:
    """Return the signs of a page, with the furniture that only its neighbours give away."""
    out = list(signs)
    for at, sign in enumerate(signs):
        if _is_value(signs, at):
            out[at] = replace(sign, furniture=signs[at - 1].furniture, score=min(sign.score, signs[at - 1].score))
        elif _is_running_head(signs, at):
            out[at] = replace(sign, furniture="page", score=0.0)
        elif _is_prose(signs, at):
            out[at] = replace(sign, furniture="", score=sign.block.words / 10)
        elif _is_caption(signs, at):
            out[at] = replace(sign, furniture="caption", score=signs[at + 1].score)
    return out


def _is_prose(signs: Sequence[Sign], at: int) -> bool:
    """Return whether a sentence with a phrase of copyright lines is between two of prose, in one element: "moral rights"."""
    sign = signs[at]
    if not sign.sentence or sign.furniture not in _PHRASES or not 0 < at < len(signs) - 1:
        return False
    beside = signs[at - 1], signs[at + 1]
    return all(one.score > 0 and one.block.within[:-1] == sign.block.within[:-1] for one in beside)


def _is_value(signs: Sequence[Sign], at: int) -> bool:
    """Return whether the line above is a label that this one is the value of: "Source:" above "Ministry of Justice"."""
    sign, above = signs[at], signs[at - 1] if at else None
    if above is None or above.furniture not in _NAMING or not _is_open(sign) or sign.block.words > _VALUE:
        return False
    is_cell = (above.block.tag, sign.block.tag) == ("dt", "dd")
    return is_cell or (above.found.label is not None and not above.found.rest and not level(sign.block))


def _is_running_head(signs: Sequence[Sign], at: int) -> bool:
    """Return whether a line beside the number of a page says what one of the first lines said."""
    sign = signs[at]
    if (
        sign.sentence
        or sign.dated
        or not any(_is_page(one) for one in signs[max(at - _RUNNING, 0) : at + _RUNNING + 1])
    ):
        return False
    mine = " ".join(vocabulary.words(sign.block.text))
    heads = (" ".join(vocabulary.words(one.block.text)) for one in signs[: min(_TOP, at)] if not one.sentence)
    return any(head and head in mine for head in heads)


def _is_page(sign: Sign) -> bool:
    return sign.furniture == "page"


def _is_caption(signs: Sequence[Sign], at: int) -> bool:
    """Return whether a line stands between furniture and the credit of a picture.

    Right below the headline it may be a subtitle above a picture without a caption.
    """
    if not 0 < at < len(signs) - 1 or signs[at + 1].furniture != "caption" or signs[at + 1].found.cover <= 0:
        return False
    above = signs[at - 1]
    return _is_open(signs[at]) and not level(signs[at].block) and bool(above.furniture) and above.furniture != "menu"


def _is_open(sign: Sign) -> bool:
    return not sign.furniture and not sign.dated and not sign.sentence
