"""Executing a chain over texts, with offsets into the original."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from analyzers import char_filters, filters, tokenizer
from analyzers.chain import Step, Token
from analyzers.settings import filter_name

if TYPE_CHECKING:
    from analyzers.chain import Chain
    from analyzers.offsets import Corrections

_PIECE = re.compile(r"\S+")
_KEPT_PIECES = 200_000
_KEPT_PIECE_LENGTH = 64

_Span = tuple[str | None, int, int]


class Analyzer:
    """A chain, ready to run. Immutable for its users and safe to share among threads.

    No token reaches across white space once the char filters have run, so the results are kept per piece of text between
    spaces; the store is emptied when it is full.
    """

    def __init__(self, lang: str, chain: Chain) -> None:
        self.lang = lang
        self.chain = chain
        self._char_filters = [char_filters.runner(part) for part in chain.char_filters]
        self._filters = [filters.runner(part) for part in chain.filters]
        self._pieces: dict[str, tuple[tuple[str, ...], tuple[_Span, ...]]] = {}

    def terms(self, text: str) -> list[str]:
        """Give the terms of `text` in order: those of `tokens`, faster."""
        for char_filter in self._char_filters:
            text = char_filter.apply(text)
        terms: list[str] = []
        known = self._pieces.get
        for piece in text.split():
            terms += (known(piece) or self._analyse(piece))[0]
        return terms

    def tokens(self, text: str) -> list[Token]:
        """Give the tokens of `text`; a removed one leaves a gap in the positions."""
        corrections: list[Corrections] = []
        for char_filter in self._char_filters:
            text, correction = char_filter.apply_with_corrections(text)
            if correction is not None:
                corrections.append(correction)
        corrections.reverse()
        tokens: list[Token] = []
        position = -1
        known = self._pieces.get
        for match in _PIECE.finditer(text):
            base = match.start()
            for term, start, end in (known(match[0]) or self._analyse(match[0]))[1]:
                position += 1
                if term is not None:
                    tokens.append(Token(term, *_original(base + start, base + end, corrections), position))
        return tokens

    def steps(self, text: str) -> list[Step]:
        """Tell what each part of the chain makes of `text`, in order."""
        steps: list[Step] = []
        corrections: list[Corrections] = []
        for part, char_filter in zip(self.chain.char_filters, self._char_filters, strict=True):
            text, correction = char_filter.apply_with_corrections(text)
            if correction is not None:
                corrections.insert(0, correction)
            steps.append(Step(part.name, text, None))
        places = list(tokenizer.spans(text))
        words: list[filters.Word | None] = [(text[start:end], False) for start, end in places]
        originals = [_original(start, end, corrections) for start, end in places]
        for name, run in [("standard", None), *zip(map(filter_name, self.chain.filters), self._filters, strict=True)]:
            if run is not None:
                words = [word and run(word) for word in words]
            tokens = tuple(
                Token(word[0], *originals[index], index) for index, word in enumerate(words) if word is not None
            )
            steps.append(Step(name, None, tokens))
        return steps

    def _analyse(self, piece: str) -> tuple[tuple[str, ...], tuple[_Span, ...]]:
        spans: list[_Span] = []
        for start, end in tokenizer.spans(piece):
            word: filters.Word | None = piece[start:end], False
            for run in self._filters:
                word = run(word)
                if word is None:
                    break
            spans.append((word and word[0], start, end))
        result = tuple(term for term, _, _ in spans if term is not None), tuple(spans)
        if len(piece) <= _KEPT_PIECE_LENGTH:
            if len(self._pieces) >= _KEPT_PIECES:
                self._pieces.clear()
            self._pieces[piece] = result
        return result


def _original(start: int, end: int, corrections: list[Corrections]) -> tuple[int, int]:
    for correction in corrections:
        start, end = correction.correct(start), correction.correct(end)
    return start, end

