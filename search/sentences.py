"""Sentences of a text as offsets: what readers compare when they compare two texts."""

import re

import sentencex

SHORTEST = 20
"""A piece of fewer characters is no sentence: "г.", "M. Dupont." or a number; it belongs to what stands before it."""

_LINE = re.compile(r"\S[^\n]*")


def split(text: str, lang: str) -> list[tuple[int, int]]:
    """Return the sentences of a text: code-point offsets, end exclusive, in order, without the space around them.

    No sentence goes beyond its line. Linear in the length of the text.
    """
    found: list[tuple[int, int]] = []
    for line in _LINE.finditer(text):
        begun = len(found)
        for piece in sentencex.get_sentence_boundaries(lang, line[0]):
            start, end = _trimmed(text, line.start() + piece["start_index"], line.start() + piece["end_index"])
            if start == end:
                continue
            last = len(found) - 1
            if last >= begun and (end - start < SHORTEST or found[last][1] - found[last][0] < SHORTEST):
                found[last] = found[last][0], end
            else:
                found.append((start, end))
    return found


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    return start + left, max(start + left, start + len(piece.rstrip()))
