"""Executing a chain over texts, with offsets into the original."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

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
        terms: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        positions: list[int] = []
        position = -1
        known = self._pieces.get
        for match in _PIECE.finditer(text):
            base = match.start()
            for term, start, end in (known(match[0]) or self._analyse(match[0]))[1]:
                position += 1
                if term is not None:
                    terms.append(term)
                    starts.append(base + start)
                    ends.append(base + end)
                    positions.append(position)
        return list(map(Token, terms, _original(starts, corrections), _original(ends, corrections), positions))

    def steps(self, text: str) -> list[Step]:
        """Tell what each part of the chain makes of `text`, in order."""
        steps: list[Step] = []
        corrections: list[Corrections] = []
        for part, char_filter in zip(self.chain.char_filters, self._char_filters, strict=True):
            before = text
            text, correction = char_filter.apply_with_corrections(before)
            if correction is not None:
                corrections.append(correction)
            steps.append(Step(part.name, text, None, _changed(before, text, correction)))
        places = list(tokenizer.spans(text))
        starts = _original([start for start, _ in places], corrections)
        ends = _original([end for _, end in places], corrections)
        words: list[filters.Word | None] = [(text[start:end], False) for start, end in places]
        steps.append(Step("standard", None, _placed(words, starts, ends)))
        for filter_, run in zip(self.chain.filters, self._filters, strict=True):
            words = [run(word) if word is not None else None for word in words]
            steps.append(Step(filter_name(filter_), None, _placed(words, starts, ends)))
        return steps

    def explain(self, text: str) -> dict[str, Any]:
        """Give as a JSON object the language, the terms with their places, and what each part of the chain makes of `text`."""
        terms = [token._asdict() for token in self.tokens(text)]
        return {"lang": self.lang, "terms": terms, "steps": [step.as_dict() for step in self.steps(text)]}

    def _analyse(self, piece: str) -> tuple[tuple[str, ...], tuple[_Span, ...]]:
        spans: list[_Span] = []
        for start, end in tokenizer.spans(piece):
            spans.append((self._term(piece[start:end]), start, end))
        result = tuple(term for term, _, _ in spans if term is not None), tuple(spans)
        if len(piece) <= _KEPT_PIECE_LENGTH:
            if len(self._pieces) >= _KEPT_PIECES:
                self._pieces.clear()
            self._pieces[piece] = result
        return result

    def _term(self, raw: str) -> str | None:
        word: filters.Word = raw, False
        for run in self._filters:
            filtered = run(word)
            if filtered is None:
                return None
            word = filtered
        return word[0]


def _original(offsets: list[int], corrections: list[Corrections]) -> list[int]:
    for correction in reversed(corrections):
        offsets = correction.correct(offsets)
    return offsets


def _changed(before: str, after: str, correction: Corrections | None) -> tuple[tuple[int, int], ...]:
    """Give where the words of `after` stand that are no words of `before` at the same place."""
    if before == after:
        return ()
    found = [match.span() for match in _PIECE.finditer(after)]
    starts, ends = [start for start, _ in found], [end for _, end in found]
    if correction is not None:
        starts, ends = correction.correct(starts), correction.correct(ends)
    # With a space at both ends, also the first and the last word stand between spaces.
    spaced = f" {before} "
    return tuple(
        (start, end)
        for (start, end), was_start, was_end in zip(found, starts, ends, strict=True)
        if spaced[was_start + 1 : was_end + 1] != after[start:end]
        or not (spaced[was_start].isspace() and spaced[was_end + 1].isspace())
    )


def _placed(words: list[filters.Word | None], starts: list[int], ends: list[int]) -> tuple[Token, ...]:
    return tuple(
        Token(word[0], starts[index], ends[index], index) for index, word in enumerate(words) if word is not None
    )
