"""Whose page it is, as the page signs itself: in its window's title, its copyright line, its letterhead, a mail's sender."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from indexer.extraction import rights, vocabulary
from indexer.extraction.article import Article, Judged
from indexer.extraction.furniture import ends
from indexer.extraction.html import HOME
from indexer.extraction.metadata import Metadata

_MAX_NAME = 120
_SIGNED = 3
"""Lines at the top of a page among which its name stands."""
_LOGOS = frozenset({"logo", "brand", "branding", "sitename", "sitetitle"})
_SENDER = re.compile(
    r"[^:：<>@\n]{1,30}[:：]\s*[\"«“]?([^<>@\"»”\n]{2,120}?)[\"»”]?\s*[<\[(](?:mailto:)?[^\s<>@]{1,80}@[^\s<>@]{1,120}[>\])]"
)
_OFFICE = re.compile(r"\s+[–—-]\s+")
_PART = re.compile(r"\s+[|–—:»«·•›/-]+\s+|\s*\|\s*")


def windows(chosen: Article, about: Metadata) -> Iterator[tuple[str, str]]:
    """Give what stands beside the headline in the window's title, without the names of sections, and where."""
    headline = chosen.headline.text if chosen.headline is not None else ""
    for claim in about.of("title"):
        if claim.origin == "title" and headline and headline in claim.value:
            rest = claim.value.replace(headline, " ").strip(" |-–—:»«·•›/")
            named = " - ".join(part for part in _PART.split(rest) if not rights.is_furniture(part))
            if 1 < len(named) <= _MAX_NAME:
                yield named, "title"


def lines(chosen: Article) -> Iterator[tuple[str, str]]:
    """Give the short lines in which a page may name itself: its first ones, and those that sign it, and where."""
    signing = (one for one in _short(chosen.judged) if one.sign.furniture in {"copyright", "byline", "source"})
    for one in [*_short(chosen.judged[: chosen.start])[:_SIGNED], *signing]:
        # A headline of another release names agencies too, but says something of them.
        yield one.sign.block.text, f"line {one.sign.block.number}"


def names(chosen: Article) -> Iterator[tuple[str, str]]:
    """Give the names that a page signs with, whoever that is, the surest first, and where."""
    yield from _senders(chosen.judged[: chosen.start + 1])
    around = [one for one in chosen.judged if one.fate == "removed"]
    for one in reversed(around):
        if name := rights.holder(one.sign.block.text):
            yield name, f"line {one.sign.block.number}"
    for one in _short(chosen.judged):
        block = one.sign.block
        if (block.role == HOME or block.aside in _LOGOS) and not rights.is_furniture(block.text):
            yield block.text, f"line {block.number}"
    yield from _repeated(chosen)


def _senders(judged: Sequence[Judged]) -> Iterator[tuple[str, str]]:
    """Give the senders of the mails that a text is of, the first sender of a forwarded one first."""
    for one in reversed(judged):
        if match := _SENDER.match(one.sign.block.text):
            yield _OFFICE.split(match[1].strip())[0], f"line {one.sign.block.number}"


def _repeated(chosen: Article) -> Iterator[tuple[str, str]]:
    """Give the lines of a letterhead that stand once more below the text, and the head of a text that a menu follows."""
    top = chosen.judged[: min(chosen.start, _SIGNED)]
    below = Counter(_key(one) for one in chosen.judged[chosen.end :] if _is_open(one))
    for one in top:
        if _is_open(one) and below[_key(one)]:
            yield one.sign.block.text, f"line {one.sign.block.number}"
    if (
        len(top) > 1
        and not top[0].sign.block.tag
        and _is_open(top[0])
        and not _is_open(top[1])
        and top[1].fate != "title"
    ):
        yield rights.unreserved(top[0].sign.block.text), f"line {top[0].sign.block.number}"


def _short(judged: Sequence[Judged]) -> list[Judged]:
    removed = (one for one in judged if one.fate == "removed")
    return [one for one in removed if one.sign.block.words <= rights.MAX_WORDS and not one.sign.dates]


def _is_open(judged: Judged) -> bool:
    sign = judged.sign
    is_short = 0 < sign.block.words <= rights.MAX_WORDS
    is_short = is_short and not ends(sign.block.text)
    return (
        judged.fate == "removed" and is_short and not sign.furniture and not sign.dates and judged.rule != "title again"
    )


def _key(judged: Judged) -> str:
    return " ".join(vocabulary.words(judged.sign.block.text))
