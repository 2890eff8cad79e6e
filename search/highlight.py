"""Found words in the original text: which, in which form, and the pieces of text that show them best.

Everything is an offset into the text as it was written, code points, end exclusive. Marking is left to whoever shows
it: escape first, mark second.
"""

import re
from bisect import bisect_left, insort
from collections.abc import Sequence
from dataclasses import dataclass

import analyzers
from analyzers import Token
from search import values
from search.keywords import KeywordQuery, Phrase, Prefix, Value, Word
from search.name_query import NOTHING, QueryNames
from search.query import Query
from search.release import Release
from search.results import MatchedWord, Snippet

SNIPPET_CHARACTERS = 220
"""About two lines of a results page."""

SNIPPETS = 2
_MAX_CHARACTERS = 100_000
"""How much of a text is searched for words to mark; the longest real release seen has 40,000 characters."""

_EDGE = 30
_BREAK = re.compile(r"\s")
_PIECE = re.compile(r"\w")
_LAST = re.compile(r"\w(?=\W*\Z)")


@dataclass(frozen=True, slots=True)
class Mark:
    """A found word: offsets into `Release.text`, its form (exact, stem, phrase, prefix, concept, number or name), its query's words."""

    start: int
    end: int
    form: str
    query: str


class Marker:
    """Finds one query's words in releases of one language."""

    def __init__(self, query: Query, keywords: KeywordQuery, names: QueryNames = NOTHING) -> None:
        """`keywords` is `query` as compiled for the language, `names` are its names."""
        self._lang = keywords.lang
        self._names = names
        self._stem = analyzers.analyzer(keywords.lang)
        self._exact = analyzers.analyzer(keywords.lang, exact=True)
        wanted = [match for concept in keywords.scored for match in concept.alternatives]
        self._stems = {match.term for match in wanted if isinstance(match, Word) and not match.exact}
        self._words = {match.term for match in wanted if isinstance(match, Word) and match.exact}
        self._prefixes = tuple(match.start for match in wanted if isinstance(match, Prefix))
        self._phrases = [match.terms for match in wanted if isinstance(match, Phrase)]
        self._typed: dict[str, str] = {}
        self._also: dict[str, str] = {}
        self._also_phrases: list[tuple[tuple[tuple[int, str], ...], str]] = []
        self._typed_exact: set[str] = set()
        for clause in (clause for group in query.groups for clause in group.alternatives):
            for token in self._stem.tokens(clause.text):
                self._typed.setdefault(token.term, clause.text[token.start : token.end])
            for token in self._exact.tokens(clause.text):
                self._typed.setdefault(token.term, clause.text[token.start : token.end])
                self._typed_exact.add(token.term)
        for concept in keywords.scored:
            typed = next((self._typed.get(m.term, m.term) for m in concept.alternatives if isinstance(m, Word)), "")
            for match in concept.also:
                if isinstance(match, Word):
                    self._also.setdefault(match.term, typed)
                elif isinstance(match, Phrase):
                    self._also_phrases.append((match.terms, typed))
        wanted_keys = {
            match.key for concept in keywords.scored for match in concept.alternatives if isinstance(match, Value)
        }
        self._values = {
            key: clause[value.start : value.end]
            for clause, found in (values.said(query).items() if wanted_keys else ())
            for value in found
            for key in value.keys
            if key in wanted_keys
        }

    def marks(self, text: str) -> list[Mark]:
        """Return the found words in the order of the text; where forms overlap, the more exact one."""
        text = text[:_MAX_CHARACTERS]
        found: dict[tuple[int, int], Mark] = {}
        self._mark_stems(text, found)
        exact = self._exact.tokens(text) if self._words or self._prefixes or self._phrases else []
        for token in exact:
            if token.term in self._words:
                self._add(found, token, "exact", self._typed.get(token.term, token.term))
            elif self._prefixes and token.term.startswith(self._prefixes):
                prefix = next(p for p in self._prefixes if token.term.startswith(p))
                self._add(found, token, "prefix", f"{prefix}*")
        for phrase in self._phrases:
            for run in _runs(exact, phrase):
                for token in run:
                    self._add(found, token, "phrase", " ".join(term for _, term in phrase))
        self._mark_values(text, found)
        self._mark_names(text, found)
        return [found[span] for span in sorted(found)]

    def _mark_stems(self, text: str, found: dict[tuple[int, int], Mark]) -> None:
        if not (self._stems or self._also or self._also_phrases):
            return
        tokens = self._stem.tokens(text)
        for phrase, typed in self._also_phrases:
            for run in _runs(tokens, phrase):
                for token in run:
                    self._add(found, token, "concept", typed)
        for token in tokens:
            if token.term in self._stems:
                terms = self._exact.terms(text[token.start : token.end])
                form = "exact" if self._typed_exact.issuperset(terms) else "stem"
                self._add(found, token, form, self._typed.get(token.term, token.term))
            elif token.term in self._also:
                self._add(found, token, "concept", self._also[token.term])

    def _mark_values(self, text: str, found: dict[tuple[int, int], Mark]) -> None:
        """Mark what is written otherwise, but for the words of it that are marked already."""
        taken = sorted(found) if self._values else []
        for value in values.indexed(text, self._lang) if self._values else ():
            key = next((key for key in value.keys if key in self._values), None)
            for start, end in _uncovered(value.start, value.end, taken) if key else ():
                left, right = _PIECE.search(text, start, end), _LAST.search(text, start, end)
                if key and left and right:
                    span = left.start(), right.end()
                    found[span] = Mark(*span, "number", self._values[key])
                    insort(taken, span)

    def _mark_names(self, text: str, found: dict[tuple[int, int], Mark]) -> None:
        """Mark names in other spellings: each as a whole, or where a part of it is a found word, the other words."""
        taken = bytearray(len(text))
        for start, end in found:
            taken[start:end] = bytes([1]) * (end - start)
        for sighting in self._names.sightings(text, self._lang):
            typed = " ".join(sighting.tokens)
            spans = [(sighting.start, sighting.end)]
            if any(taken[sighting.start : sighting.end]):
                words = self._exact.tokens(text[sighting.start : sighting.end])
                spans = [(sighting.start + token.start, sighting.start + token.end) for token in words]
            for start, end in spans:
                if not any(taken[start:end]):
                    found[start, end] = Mark(start, end, "name", typed)
                    taken[start:end] = bytes([1]) * (end - start)

    def _add(self, found: dict[tuple[int, int], Mark], token: Token, form: str, query: str) -> None:
        found[token.start, token.end] = Mark(token.start, token.end, form, query)


def _uncovered(start: int, end: int, taken: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return what of a range none of the sorted spans covers."""
    out = []
    for first, last in taken[max(0, bisect_left(taken, (start, start)) - 1) :]:
        if first >= end:
            break
        if first > start:
            out.append((start, first))
        start = max(start, last)
    return [*out, (start, end)] if start < end else out


def matched_words(marks: Sequence[Mark], text: str) -> tuple[MatchedWord, ...]:
    """Gather marks into one line for each word of the query and form, with the spellings that were found."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for mark in marks:
        found.setdefault((mark.query, mark.form), {})[text[mark.start : mark.end]] = None
    return tuple(MatchedWord(query, form, tuple(spellings)) for (query, form), spellings in found.items())


def snippets(release: Release, marks: Sequence[Mark], passage: tuple[int, int] | None) -> tuple[Snippet, ...]:
    """Cut the pieces of the body that show the found words best, in the order of the text.

    Where no word was found, the beginning of the best passage, else of the body.
    """
    offset = len(release.title) + 1
    spans = [(mark.start - offset, mark.end - offset) for mark in marks if mark.start >= offset]
    if not spans:
        start = passage[0] if passage else 0
        return (_cut(release.body, start, start + SNIPPET_CHARACTERS, []),) if release.body else ()
    chosen: list[tuple[int, int]] = []
    left = list(spans)
    while left and len(chosen) < SNIPPETS:
        start, end = _densest(left)
        chosen.append((start, end))
        # What is left must give a window of its own, that shares nothing with one already chosen.
        left = [(s, e) for s, e in left if s - _EDGE >= end or s - _EDGE + SNIPPET_CHARACTERS <= start]
    return tuple(_cut(release.body, *window, spans) for window in sorted(chosen))


def title(release: Release, marks: Sequence[Mark]) -> Snippet:
    """Return the whole title with its marks."""
    inside = tuple((mark.start, mark.end) for mark in marks if mark.end <= len(release.title))
    return Snippet(release.title, _joined(inside), "title", 0)


def _densest(spans: list[tuple[int, int]]) -> tuple[int, int]:
    """Return the window with the most marks; of several, the first. It begins a little before its first mark."""
    starts = [start for start, _ in spans]
    best = max(
        range(len(spans)),
        key=lambda i: (bisect_left(starts, starts[i] + SNIPPET_CHARACTERS - 2 * _EDGE) - i, -i),
    )
    start = max(0, starts[best] - _EDGE)
    return start, start + SNIPPET_CHARACTERS


def _cut(body: str, start: int, end: int, spans: Sequence[tuple[int, int]]) -> Snippet:
    """Cut between words where there is a space nearby, so that no word is shown in half."""
    end = min(end, len(body))
    if start > 0 and not body[start - 1].isspace():
        space = _BREAK.search(body, start, min(start + _EDGE, end))
        start = space.end() if space and all(not (s < space.end() and e > start) for s, e in spans) else start
    if end < len(body):
        space_at = max(body.rfind(" ", start, end), body.rfind("\n", start, end))
        end = space_at if space_at > end - 2 * _EDGE and space_at > start else end
    marks = tuple((max(s, start) - start, min(e, end) - start) for s, e in spans if s < end and e > start)
    return Snippet(body[start:end], _joined(marks), "body", start)


def _joined(marks: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Join marks that touch or overlap: a client may mark them one after the other."""
    out: list[tuple[int, int]] = []
    for start, end in sorted(marks):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        elif end > start:
            out.append((start, end))
    return tuple(out)


def _runs(tokens: Sequence[Token], phrase: tuple[tuple[int, str], ...]) -> list[list[Token]]:
    """Return every run of tokens that is the phrase."""
    at = {token.position: token for token in tokens}
    runs = []
    for token in tokens:
        run = [at.get(token.position + offset) for offset, _ in phrase]
        if all(t is not None and t.term == term for t, (_, term) in zip(run, phrase, strict=True)):
            runs.append([t for t in run if t is not None])
    return runs
