"""Another query for one that finds nothing or little: words mistyped by a letter, or typed on another keyboard layout.

What is offered consists of words that releases have, and finds more than what was typed. Only whole words are compared,
as they stand in texts: folded, so that a missing accent is no mistake, and never stems.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import analyzers
from search import edits, keyboards, query
from search.engines.base import Candidates, Request, View
from search.errors import QueryError
from search.keywords import Concept, KeywordQuery, Word
from search.query import Filters, Query
from search.results import Change, DidYouMean

LITTLE = 10
"""Less than a page. Where no more is found, words are doubted too that no more releases have: mistakes of theirs."""

CLEARLY = 100
"""How many times as many releases must have a word, to be offered for one that some have.

Edited news has a mistake once in hundreds; right words of which one looks like the other (policy, police) lie nearer.
"""

MOST_WORDS = 16
"""Longer queries are pasted, not typed."""

EVIDENCE = 3
"""Letters of words that releases have, from which on a query may have been typed on another layout."""

_TRIED = 3
_SPELLINGS = 5
_MAX_CHARACTERS = 100_000
_LAST = re.compile(r"[^\s\"'’*]+\Z")
_PIECE = re.compile(r"\S+")

Matching = Callable[[Query], int]
"""Says how many releases match the words of a query."""


@dataclass(frozen=True)
class _Piece:
    """What was typed between two spaces. `frequency` says how many releases have some word of it at least.

    It is None where the piece is nothing but stop words, which say nothing either way.
    """

    text: str
    frequency: int | None


@dataclass(frozen=True)
class _Span:
    """A term of a language's exact chain, where it stands in a clause, and how many releases have it or its stem."""

    start: int
    end: int
    lang: str
    term: str
    frequency: int | None


@dataclass(frozen=True)
class _Typed:
    """A word inside a piece; `terms` is what the exact chains of the languages of its script make of it."""

    piece: str
    start: int
    end: int
    terms: tuple[tuple[str, str], ...]
    frequency: int

    @property
    def text(self) -> str:
        """Return the word as it was typed."""
        return self.piece[self.start : self.end]


def suggest(view: View, read: Query, candidates: Candidates, matching: Matching) -> DidYouMean | None:
    """Return what may have been meant instead of `read`, which found `candidates`; None if it finds no more than that."""
    if len(read.meaning.split()) > MOST_WORDS:
        return None
    pieces, words = _taken_apart(read, candidates)
    unknown = any(piece.frequency == 0 for piece in pieces) or any(word.frequency == 0 for word in words)
    if not pieces or not (unknown or candidates.words <= LITTLE):
        return None
    return _best(read, candidates.words, matching, _other_layouts(view, read, pieces)) or _best(
        read, candidates.words, matching, _other_spellings(view, read, candidates, words)
    )


def _best(read: Query, found: int, matching: Matching, proposals: Iterable[DidYouMean]) -> DidYouMean | None:
    """Return which of the first proposals finds most, if it finds more than was `found`; of equals the first."""
    best = None
    for _, proposal in zip(range(_TRIED), proposals, strict=False):
        try:
            other = query.parse(proposal.text)
        except QueryError:
            continue
        if other.excluded == read.excluded and (count := matching(replace(other, filters=read.filters))) > found:
            best, found = proposal, count
    return best


def _other_layouts(view: View, read: Query, pieces: list[_Piece]) -> Iterator[DidYouMean]:
    """Give what the keys of most of the query's letters give on another layout, if few of them are words as they stand."""
    telling = [piece for piece in pieces if piece.frequency is not None]
    letters = sum(len(piece.text) for piece in telling)
    if 2 * sum(len(piece.text) for piece in telling if piece.frequency) >= letters:
        return
    readings = {piece.text: keyboards.readings(piece.text) for piece in pieces}
    pairs = [pair for pair in readings[pieces[0].text] if all(pair in of for of in readings.values())]
    meant = {text for pair in pairs for of in readings.values() for text in of[pair]}
    frequencies = _frequencies(view, read, meant)
    found = []
    for pair in pairs:
        chosen = {typed: max(of[pair], key=lambda text: frequencies[text] or 0) for typed, of in readings.items()}
        known = sum(len(typed) for typed, text in chosen.items() if frequencies[text])
        of_all = sum(len(typed) for typed, text in chosen.items() if frequencies[text] is not None)
        changes = {typed: text for typed, text in chosen.items() if typed != text}
        if changes and known >= EVIDENCE and 2 * known > of_all:
            found.append((known / of_all, changes))
    found.sort(key=lambda item: -item[0])
    seen = []
    for _, changes in found:
        if changes not in seen:
            seen.append(changes)
            changed = tuple(Change(typed, text) for typed, text in changes.items())
            yield DidYouMean(query.rewritten(read.text, changes), "keyboard", changed)


def _frequencies(view: View, read: Query, texts: Iterable[str]) -> dict[str, int | None]:
    """Return how many releases have each text's rarest word, in the language that has most; None for stop words alone."""
    words: dict[str, dict[str, tuple[Word, ...]]] = {}
    asked: dict[str, set[Word]] = {}
    for text in texts:
        words[text] = {}
        for lang in _languages(read):
            if not set(edits.ALPHABETS.get(lang, "")).isdisjoint(_exact(text, lang)):
                words[text][lang] = tuple(map(Word, analyzers.analyzer(lang).terms(text)))
                asked.setdefault(lang, set()).update(words[text][lang])
    counts = view.frequencies(asked)
    out: dict[str, int | None] = {}
    for text, by_lang in words.items():
        rarest = [min(counts[lang][word] for word in of) for lang, of in by_lang.items() if of]
        only_stop = not any(rarest) and () in by_lang.values()
        out[text] = None if only_stop else max(rarest, default=0)
    return out


def _other_spellings(view: View, read: Query, candidates: Candidates, words: list[_Typed]) -> Iterator[DidYouMean]:
    """Give the query with words that are one edit away and that more releases have, the most frequent first."""
    rare = LITTLE if candidates.words <= LITTLE else 0
    doubted = [word for word in words if word.frequency <= rare]
    asked: dict[str, set[str]] = {}
    for word in doubted:
        for lang, term in word.terms:
            asked.setdefault(lang, set()).add(term)
    near = view.neighbours(asked) if asked else {}
    better = {word: ranked for word in doubted if (ranked := _better(word, near))}
    for rank in range(max(map(len, better.values()), default=0)):
        chosen = {word: ranked[min(rank, len(ranked) - 1)] for word, ranked in better.items()}
        changes: dict[str, str] = {}
        changed: dict[_Typed, Change] = {}
        # From the end, so that what stands before keeps its place in the piece.
        for word, (term, lang) in sorted(chosen.items(), key=lambda item: -item[0].start):
            piece = changes.get(word.piece, word.piece)
            if not piece.startswith(word.piece[: word.end]):
                continue  # languages divide the piece differently, and another part of it has been changed
            meant = _spelling(view, lang, term, word.text)
            changes[word.piece] = piece[: word.start] + meant + piece[word.end :]
            changed[word] = Change(word.text, meant)
        yield DidYouMean(
            query.rewritten(read.text, changes), "spelling", tuple(changed[word] for word in chosen if word in changed)
        )


def _better(word: _Typed, near: Mapping[str, Mapping[str, Mapping[str, int]]]) -> list[tuple[str, str]]:
    """Return the terms near a word that clearly more releases have, most first, each with the language that has most."""
    total: Counter[str] = Counter()
    most: dict[str, tuple[int, str]] = {}
    for lang, term in word.terms:
        for other, count in near[lang][term].items():
            total[other] += count
            most[other] = max(most.get(other, (0, "")), (count, lang), key=lambda item: item[0])
    clear = [other for other, count in total.items() if count >= CLEARLY * word.frequency]
    return [(other, most[other][1]) for other in sorted(clear, key=lambda other: (-total[other], other))]


def _spelling(view: View, lang: str, term: str, typed: str) -> str:
    """Return a term as releases write it: with the accents, the Persian letters, the joiners that folding takes away."""
    wanted = KeywordQuery(lang, must=(Concept((Word(term, exact=True),)),))
    found = view.candidates(Request((wanted,), None, Filters(), 0.0, _SPELLINGS, 0))
    spellings: Counter[str] = Counter()
    for stored in view.fetch(found.ids, None):
        text = stored.release.text[:_MAX_CHARACTERS]
        tokens = analyzers.analyzer(lang, exact=True).tokens(text)
        # Without the article of d'opium, which French drops, and without one of two words that Persian joins.
        written = (_LAST.findall(text[token.start : token.end]) for token in tokens if token.term == term)
        spellings.update(
            last for (last,) in filter(None, written) if analyzers.analyzer(lang, exact=True).terms(last) == [term]
        )
    best = spellings.most_common(1)[0][0] if spellings else term
    return best.lower() if typed.islower() else best


def _taken_apart(read: Query, candidates: Candidates) -> tuple[list[_Piece], list[_Typed]]:
    """Return the pieces that were typed, and the words in them that can be mistyped."""
    pieces: dict[str, _Piece] = {}
    words: dict[_Typed, None] = {}
    for clause in (clause for group in read.groups for clause in group.alternatives if clause.kind != "prefix"):
        spans = [span for lang in _languages(read) for span in _spans(clause.text, lang, candidates)]
        for found in _PIECE.finditer(clause.text):
            piece, first, last = found[0], found.start(), found.end()
            if any(map(str.isdigit, piece)) or not any(map(str.isalpha, piece)):
                continue
            pieces[piece] = _Piece(piece, _frequency(spans, first, last))
            for start, end in dict.fromkeys((span.start, span.end) for span in spans):
                same = [span for span in spans if (span.start, span.end) == (start, end)]
                terms = {span.lang: span.term for span in same if _can_be_mistyped(span)}
                frequency = _frequency(spans, start, end)
                if first <= start and end <= last and terms and frequency is not None:
                    words[_Typed(piece, start - first, end - first, tuple(terms.items()), frequency)] = None
    return list(pieces.values()), list(words)


def _spans(text: str, lang: str, candidates: Candidates) -> list[_Span]:
    frequencies = candidates.frequencies.get(lang, {})
    stems = {token.position: token.term for token in analyzers.analyzer(lang).tokens(text)}
    out = []
    for token in analyzers.analyzer(lang, exact=True).tokens(text):
        stem = stems.get(token.position)
        words = (Word(token.term, exact=True), *([Word(stem)] if stem else []))
        frequency = max(frequencies.get(word, 0) for word in words)
        out.append(_Span(token.start, token.end, lang, token.term, frequency if frequency or stem else None))
    return out


def _frequency(spans: Iterable[_Span], start: int, end: int) -> int | None:
    """Return how many releases have some word of what stands there; None for what is only stop words."""
    counts = [span.frequency for span in spans if span.start < end and span.end > start]
    return max(filter(None, counts), default=None if None in counts else 0)


def _can_be_mistyped(span: _Span) -> bool:
    return edits.doubtful(span.term) and edits.alphabet(span.term) == edits.ALPHABETS.get(span.lang)


def _exact(text: str, lang: str) -> str:
    return "".join(analyzers.analyzer(lang, exact=True).terms(text))


def _languages(read: Query) -> tuple[str, ...]:
    return read.filters.langs or analyzers.CHAINS
