"""The word that is being typed, as words that releases have: in each language, by what its analyzer makes of the beginning."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import analyzers
from search import keyboards, spellings
from search.beginnings import key, places
from search.bm25 import Term
from search.engines.base import View
from search.keywords import Word
from search.query import Unfinished

SHORTEST = 2
"""Letters from which on a word is completed: one begins a twentieth of all words."""

WORDS_BACK = 5
"""How many of the last words are looked at together: "united nations office on d"."""

_SPELLINGS = 60
"""Spellings of a language that are looked at: of one word there may be ten, in cases and with endings."""

_LAYOUT_LETTERS = 3
"""Letters from which on a word may have been typed on another keyboard layout."""

_UNSETTLED = ("ء", "ئ")
"""Letters at the end of what was typed that become another, or none, when more is typed: قراء of قراءة, مسئ of مسئول."""

Stem = tuple[Word, ...]
Counts = Mapping[str, Mapping[Term, int]]
"""By language, how many releases have a word."""


@dataclass(frozen=True, slots=True)
class Form:
    """A word as releases write it, and what is searched for it; `head` is what of the query stays before it."""

    text: str
    lang: str
    stem: Stem
    releases: int
    head: str


def forms(view: View, typed: Unfinished, langs: Sequence[str]) -> list[Form]:
    """Return words of the releases that begin as the last word, those that most have first."""
    return _forms(view, [typed], langs)[0]


def one_a_stem(of: Iterable[Form]) -> list[Form]:
    """Return the first of each stem of a language: which form is searched makes no difference."""
    first: dict[tuple[str, Stem], Form] = {}
    for form in of:
        first.setdefault((form.lang, form.stem), form)
    return list(first.values())


def meant(view: View, typed: Unfinished, langs: Sequence[str]) -> Unfinished | None:
    """Return what the keys of the last words give on another layout, if releases have words that begin so.

    And one at least of the words before, if there are any.
    """
    words = typed.text.split()[-WORDS_BACK:]
    if typed.text[-1:].isspace() or len(words[-1]) < _LAYOUT_LETTERS:
        return None
    readings = [keyboards.readings(word) for word in words]
    texts = {
        " ".join([*(of[pair][0] for of in readings[:-1]), last])
        for pair in readings[-1]
        if all(pair in of for of in readings)
        for last in readings[-1][pair]
    }
    head = typed.head + typed.text[: places(typed.text)[-len(words)]]
    others = [Unfinished("words", head, text) for text in sorted(texts)]
    before = [words_before(other, langs) for other in others]
    counts = frequencies(view, [item for of in before for item in of.items()])
    best, most = None, (0, 0)
    for other, found, of in zip(others, _forms(view, others, langs), before, strict=True):
        known = max(sum(counts[lang][word] > 0 for word in words) for lang, words in of.items())
        if found and (known or not any(of.values())):
            best, most = max((best, most), (other, (known, found[0].releases)), key=lambda item: item[1])
    return best


def follows(typed: Unfinished) -> bool:
    """Say whether the last word is a stop word behind others ("seizure of"), which is no beginning of its own."""
    *before, last = places(typed.text)
    return bool(before) and not all(stem(lang, typed.text[last:]) for lang in analyzers.LANGUAGES)


def words_before(typed: Unfinished, langs: Iterable[str]) -> dict[str, Stem]:
    """Return by language what is searched for the words before the last."""
    before = typed.text[: places(typed.text)[-1]]
    return {lang: stem(lang, before) for lang in langs}


def stem(lang: str, text: str) -> Stem:
    """Return the words that a language's index is asked for; none for stop words."""
    return tuple(map(Word, analyzers.analyzer(lang).terms(text)))


def frequencies(view: View, asked: Iterable[tuple[str, Stem]]) -> Counts:
    """Return how many releases have each of these words."""
    words: dict[str, set[Term]] = {}
    for lang, of in asked:
        words.setdefault(lang, set()).update(of)
    return view.frequencies(words)


def rarest(counts: Counts, lang: str, words: Stem) -> int:
    """Return how many releases have the rarest of some words: no fewer than have them all."""
    return min((counts[lang][word] for word in words), default=0)


def _forms(view: View, typed: Sequence[Unfinished], langs: Sequence[str]) -> list[list[Form]]:
    """Return what `forms` does for each of several queries."""
    begun = [_last_terms(one, langs) for one in typed]
    asked = {lang: {of[lang][0] for of in begun if lang in of} for lang in langs}
    found = view.completions({lang: beginnings for lang, beginnings in asked.items() if beginnings}, limit=_SPELLINGS)
    out: list[list[Form]] = []
    for one, of in zip(typed, begun, strict=True):
        out.append([])
        for lang, (beginning, place) in of.items():
            written, head = one.text[place:], one.head + one.text[:place]
            for counts in found[lang][beginning].values():
                text = spellings.usual(counts)
                if key(text) != key(written) and _begins(text, written):
                    out[-1].append(Form(text, lang, stem(lang, text), sum(counts.values()), head))
        out[-1].sort(key=lambda form: (-form.releases, form.text))
    return out


def _last_terms(typed: Unfinished, langs: Sequence[str]) -> dict[str, tuple[str, int]]:
    """Return the beginning that languages make of the last word, and where in the text that word begins.

    Those are left out for which nothing is begun: behind a space or a comma.
    """
    # Persian may join it to the word before, of which it is the ending.
    tail, start = places(typed.text)[-2:][0], places(typed.text)[-1]
    if follows(typed):
        return {}
    begun = ((lang, _last_term(typed.text, tail, start, lang)) for lang in langs)
    return {lang: last for lang, last in begun if last is not None}


def _last_term(text: str, tail: int, start: int, lang: str) -> tuple[str, int] | None:
    tokens = analyzers.analyzer(lang, exact=True).tokens(text[tail:])
    if not tokens or tail + tokens[-1].end != len(text):
        return None
    term, place = tokens[-1].term, tail + tokens[-1].start
    if place >= start and (part := spellings.spelling(text[place:], term, lang)):
        # Behind the article of d'op.
        place = max(place, len(text) - len(part))
    if text.endswith(_UNSETTLED):
        term = term[:-1]
    return (term, place) if SHORTEST <= len(term) <= spellings.LONGEST else None


def _begins(text: str, typed: str) -> bool:
    """Say whether a word begins as typed, where the last letter was left out of the beginning that was looked for."""
    return not typed.endswith(_UNSETTLED) or key(text.replace("ئ", "ء")).startswith(key(typed.replace("ئ", "ء")))
