"""Regular expressions made from word lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def alternation(words: Iterable[str]) -> str:
    """Give a pattern for any of some words of letters, as a prefix tree, so that a place is given up at once.

    The longer of two words that begin alike is tried first. Both java.util.regex and Python read it alike.
    """
    tails: dict[str, set[str]] = {}
    for word in words:
        tails.setdefault(word[:1], set()).add(word[1:])
    ends = "" in tails
    branches = [letter + alternation(rest) for letter, rest in sorted(tails.items()) if letter]
    if not branches:
        return ""
    return f"(?:{'|'.join(branches)}){'?' * ends}" if ends or len(branches) > 1 else branches[0]
