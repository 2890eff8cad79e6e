"""What the words being typed may become: words of the releases, concepts of the lexicon, sources, filters.

A suggestion is a whole query, ready to be searched: it has what was typed, with something else for its last word or its
last few. Nothing is suggested inside a phrase, an exclusion or a prefix, whose writer knows what must stand there.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any, Literal

from babel import Locale

import analyzers
from search import folding, keyboards, query, spellings
from search.bm25 import Term
from search.engines.base import View
from search.errors import QueryError
from search.keywords import Word
from search.lexicon import Lexicon
from search.query import Unfinished

MAX_LIMIT = 20
"""The most suggestions that are given at once."""

SHORTEST = 2
"""Letters from which on a word is completed: one begins a fifth of all words."""

_WORDS_BACK = 5
"""How many of the last words may be one concept or source: "united nations office on d"."""

_SPELLINGS = 60
"""Spellings of a language that are looked at: of one word there may be ten, in cases and with endings."""

_ENTRIES = 4_000
"""Variants and names that are looked at of those that begin as what was typed: two letters begin some 2,000."""

_RANKED = 24
"""Concepts of which the index is asked how frequent their words are."""

_LAYOUT_LETTERS = 3
"""Letters from which on a word may have been typed on another keyboard layout."""

_UNSETTLED = ("ء", "ئ")
"""Letters at the end of what was typed that become another, or none, when more is typed: قراء of قراءة, مسئ of مسئول."""

Kind = Literal["word", "concept", "source", "language"]


@dataclass(frozen=True, slots=True)
class InOther:
    """How another language says a concept."""

    term: str
    lang: str

    def as_dict(self) -> dict[str, str]:
        """Return it as a JSON object."""
        return {"term": self.term, "lang": self.lang}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What to offer, and the `query` to search if it is taken.

    `lang` is None for a source, and for what several languages write alike. `releases` counts those that have the word
    in any of its forms, or are of the source; None where it is not counted. `others` says a concept in other languages.
    """

    text: str
    kind: Kind
    lang: str | None
    releases: int | None
    query: str
    others: tuple[InOther, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the suggestion as a JSON object."""
        return {
            "text": self.text,
            "kind": self.kind,
            "lang": self.lang,
            "releases": self.releases,
            "query": self.query,
            "others": [other.as_dict() for other in self.others],
        }


@dataclass(frozen=True, slots=True)
class _Variant:
    """A variant of a concept; `order` is its place among those of its language, 0 the usual one."""

    key: str
    text: str
    lang: str
    concept: str
    order: int


@dataclass(frozen=True, slots=True)
class _Name:
    """A source from its `word`th word on, 0 the first."""

    key: str
    text: str
    word: int
    releases: int


@dataclass(frozen=True, slots=True)
class _Form:
    """A word of the releases with the stem that is searched; `head` is what of the query stays before it."""

    text: str
    lang: str
    stem: tuple[Word, ...]
    releases: int
    head: str


class Suggester:
    """Thread-safe. The lexicon is prepared at the first suggestion, the sources whenever the index has changed."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._sources: tuple[str, list[_Name]] = "", []

    def suggest(self, view: View, text: str, limit: int) -> list[Suggestion]:
        """Return at most `limit` (1 to 20) suggestions, concepts first, then words, then sources, each best first.

        Raises `QueryError` for another limit, a query that is too long, and what is no character. What cannot be read
        in another way is only not completed: it may be read when more of it has been typed.
        """
        if not 1 <= limit <= MAX_LIMIT:
            raise QueryError(f"Between 1 and {MAX_LIMIT} suggestions can be asked for.")
        typed = query.unfinished(text)
        if typed is None:
            return []
        if typed.kind == "lang":
            return _ready(_languages(typed), text)[:limit]
        if typed.kind == "source":
            return _ready(self._named(view, typed.head, typed.text), text)[:limit]
        try:
            langs = query.parse(typed.head + typed.text).filters.langs or analyzers.LANGUAGES
        except QueryError:
            return []
        found = self._completed(view, typed, langs, limit)
        if not found and (meant := _meant(view, typed, langs)):
            found = self._completed(view, meant, langs, limit)
        return found

    @cached_property
    def variants(self) -> list[_Variant]:
        """The variants that bring a concept to mind, by key: half a second's work at the first suggestion."""
        return sorted(
            (
                _Variant(_key(variant.text), variant.text, lang, concept.id, order)
                for concept in self._lexicon.concepts.values()
                for lang, variants in concept.variants.items()
                for order, variant in enumerate(variants)
                if variant.triggers
            ),
            key=lambda variant: variant.key,
        )

    def _completed(self, view: View, typed: Unfinished, langs: Sequence[str], limit: int) -> list[Suggestion]:
        forms = _forms(view, typed, langs, 2 * limit)
        variants, head = self._concepts(typed, forms)
        counts = _frequencies(view, [*((form.lang, form.stem) for form in forms), *map(_stem_of, variants)])
        concepts = _ready(self._told(variants, head, counts), typed.head + typed.text)
        known = {_key(suggestion.text) for suggestion in concepts}
        words = _ready(_merged(forms, counts), typed.head + typed.text)
        words = [suggestion for suggestion in words if _key(suggestion.text) not in known]
        sources = _ready(self._by_last_words(view, typed), typed.head + typed.text)
        return _divided(concepts, words, sources, limit)

    def _concepts(self, typed: Unfinished, forms: Sequence[_Form]) -> tuple[list[_Variant], str]:
        """Return the variants that the last words begin, the likeliest first, and what of the query stays before them.

        As many words as can be are taken for the beginning of one: "drug traf" rather than "traf".
        """
        frequent = {_key(form.text): form.releases for form in reversed(forms)}
        for head, last in _last_words(typed):
            found = [entry for entry in _beginning(self.variants, _key(last)) if _continues(entry.text, last)]
            if found:
                likely = sorted(
                    found,
                    key=lambda entry: (-frequent.get(_key(entry.text.split()[0]), 0), entry.order > 0, len(entry.key)),
                )
                return likely[:_RANKED], head
        return [], typed.head

    def _told(self, variants: Sequence[_Variant], head: str, counts: "_Counts") -> Iterator[Suggestion]:
        """Give a suggestion for each concept, by its most frequent variant; a concept is as frequent as its rarest word."""
        by_concept: dict[str, list[tuple[int, _Variant]]] = {}
        for variant in variants:
            by_concept.setdefault(variant.concept, []).append((_rarest(counts, *_stem_of(variant)), variant))
        for found in sorted(by_concept.values(), key=lambda found: -max(count for count, _ in found)):
            count, best = max(found, key=lambda item: item[0])
            same = [item for item in found if item[1].text.casefold() == best.text.casefold()]
            langs = {variant.lang for _, variant in same}
            single = len(_stem_of(best)[1]) == 1
            others = self._lexicon.concepts[best.concept]
            yield Suggestion(
                text=best.text,
                kind="concept",
                lang=best.lang if len(langs) == 1 else None,
                releases=(sum(count for count, _ in same) if single else None) if count else 0,
                query=head + best.text,
                others=tuple(
                    InOther(name, lang)
                    for lang in analyzers.LANGUAGES
                    if lang not in langs and (name := others.name(lang)) is not None
                ),
            )

    def _by_last_words(self, view: View, typed: Unfinished) -> list[Suggestion]:
        for head, last in _last_words(typed):
            if found := list(self._named(view, head, last)):
                return found
        return []

    def _named(self, view: View, head: str, beginning: str) -> Iterator[Suggestion]:
        """Give the sources in whose name some word begins so: first those whose first does, then those with most releases."""
        found = _beginning(self._names(view), _key(beginning))
        best: dict[str, _Name] = {}
        for name in sorted(found, key=lambda name: (name.word > 0, -name.releases, name.text)):
            best.setdefault(name.text, name)
        for name in best.values():
            yield Suggestion(name.text, "source", None, name.releases, f'{head}source:"{name.text}"')

    def _names(self, view: View) -> list[_Name]:
        revision, names = self._sources
        if revision != view.revision:
            names = [
                _Name(_key(" ".join(words[at:])), text, at, releases)
                for text, releases in view.sources().items()
                for words in [text.split()]
                for at in range(min(len(words), 2 * _WORDS_BACK))
            ]
            names.sort(key=lambda name: name.key)
            self._sources = view.revision, names
        return names


_Counts = dict[str, dict[Term, int]]


def _ready(suggestions: Iterable[Suggestion], typed: str) -> list[Suggestion]:
    """Return those whose query can be read, and is another than was typed."""
    out = []
    for suggestion in suggestions:
        try:
            read = query.parse(suggestion.query)
        except QueryError:
            continue
        # A name with a quotation mark or a mark of direction in it cannot be written as a filter.
        lost = suggestion.kind == "source" and suggestion.text not in read.filters.sources
        if not lost and _key(suggestion.query) != _key(typed):
            out.append(suggestion)
    return out


def _divided(
    concepts: Sequence[Suggestion], words: Sequence[Suggestion], sources: Sequence[Suggestion], limit: int
) -> list[Suggestion]:
    """Return `limit` of all: sources have a quarter of the places, concepts that releases have the half of the others.

    What one kind leaves, the others take.
    """
    some = [concept for concept in concepts if concept.releases != 0]
    named = sources[: max(limit // 4, limit - len(some) - len(words))]
    first = some[: max((limit - len(named)) // 2, limit - len(named) - len(words))]
    second = words[: limit - len(named) - len(first)]
    last = [concept for concept in concepts if concept.releases == 0]
    return [*first, *second, *named, *last][:limit]


def _forms(view: View, typed: Unfinished, langs: Sequence[str], limit: int) -> list[_Form]:
    """Return words of the releases that begin as the last word, the most frequent first, one of each stem of a language."""
    begun = {lang: last for lang in langs if (last := _last_term(typed, lang)) is not None}
    found = view.completions({lang: [beginning] for lang, (beginning, _) in begun.items()}, limit=_SPELLINGS)
    forms: dict[tuple[str, tuple[Word, ...]], _Form] = {}
    for lang, (beginning, place) in begun.items():
        written = _key(typed.text[place:])
        for term, counts in found[lang][beginning].items():
            text = spellings.usual(counts)
            stem = tuple(map(Word, analyzers.analyzer(lang).terms(text)))
            if typed.text.endswith(_UNSETTLED) and not _key(text).startswith(written):
                continue
            if stem and _key(text) != written and term != beginning:
                form = _Form(text, lang, stem, sum(counts.values()), typed.head + typed.text[:place])
                forms.setdefault((lang, stem), form)
    return sorted(forms.values(), key=lambda form: (-form.releases, form.text))[:limit]


def _last_term(typed: Unfinished, lang: str) -> tuple[str, int] | None:
    """Return the beginning that a language makes of the last word, and where in the text that word begins.

    None where nothing is begun: behind a space or a comma.
    """
    start = _places(typed.text)[-1]
    # Persian may join it to the word before, of which it is the ending.
    tail = _places(typed.text)[-2:][0]
    tokens = analyzers.analyzer(lang, exact=True).tokens(typed.text[tail:])
    if not tokens or tail + tokens[-1].end != len(typed.text):
        return None
    term, place = tokens[-1].term, tail + tokens[-1].start
    if place >= start and (part := spellings.spelling(typed.text[place:], term, lang)):
        place = max(place, len(typed.text) - len(part))
    if term.endswith(_UNSETTLED) or typed.text.endswith(_UNSETTLED):
        term = term[:-1]
    return (term, place) if SHORTEST <= len(term) <= spellings.LONGEST else None


def _merged(forms: Sequence[_Form], counts: _Counts) -> list[Suggestion]:
    """Return a suggestion for each text; what languages write alike is one, counted over all of them."""
    by_text: dict[str, list[tuple[int, _Form]]] = {}
    for form in forms:
        by_text.setdefault(form.text.casefold(), []).append((_rarest(counts, form.lang, form.stem), form))
    out = []
    for found in by_text.values():
        _, best = max(found, key=lambda item: item[0])
        langs = {form.lang for _, form in found}
        total = sum(count for count, _ in found)
        lang = best.lang if len(langs) == 1 else None
        out.append(Suggestion(best.text, "word", lang, total, best.head + best.text))
    return sorted(out, key=lambda suggestion: (-(suggestion.releases or 0), suggestion.text))


def _meant(view: View, typed: Unfinished, langs: Sequence[str]) -> Unfinished | None:
    """Return what the keys of all the words give on another layout, if releases have words that begin so."""
    words = typed.text.split()[-_WORDS_BACK:]
    if typed.text[-1:].isspace() or len(words[-1]) < _LAYOUT_LETTERS:
        return None
    readings = [keyboards.readings(word) for word in words]
    meant = {
        " ".join([*(of[pair][0] for of in readings[:-1]), last])
        for pair in readings[-1]
        if all(pair in of for of in readings)
        for last in readings[-1][pair]
    }
    head = typed.head + typed.text[: _places(typed.text)[-len(words) :][0]]
    best, most = None, 0
    for text in sorted(meant):
        other = Unfinished("words", head, text)
        releases = sum(form.releases for form in _forms(view, other, langs, 1))
        if releases > most:
            best, most = other, releases
    return best


def _languages(typed: Unfinished) -> Iterator[Suggestion]:
    """Give the languages whose code or name, English or their own, begins so."""
    before, comma, last = typed.text.rpartition(",")
    for lang in analyzers.LANGUAGES:
        locale = Locale(lang)
        names = (lang, locale.english_name or "", locale.display_name or "")
        if any(_key(name).startswith(_key(last)) for name in names):
            yield Suggestion(names[2], "language", lang, None, f"{typed.head}lang:{before}{comma}{lang}")


def _last_words(typed: Unfinished) -> Iterator[tuple[str, str]]:
    """Give what stands before the last words, and these: first five, then four, at last one."""
    for place in _places(typed.text)[-_WORDS_BACK:]:
        if len(_key(typed.text[place:])) >= SHORTEST:
            yield typed.head + typed.text[:place], typed.text[place:]


def _places(text: str) -> list[int]:
    """Return where words begin."""
    return [at for at, letter in enumerate(text) if not letter.isspace() and (at == 0 or text[at - 1].isspace())]


def _beginning(entries: Sequence[Entry], key: str) -> list[Entry]:
    """Return the entries, sorted by key, that begin so."""
    first = bisect_left(entries, key, key=lambda entry: entry.key)
    out = []
    for entry in islice(entries, first, first + _ENTRIES):
        if not entry.key.startswith(key):
            break
        out.append(entry)
    return out


def _continues(text: str, typed: str) -> bool:
    """Say whether `text` goes on behind the space that was typed, if one was."""
    return not typed[-1:].isspace() or any(_key(text[:at]) == _key(typed) for at in _places(text)[1:])


def _stem_of(variant: _Variant) -> tuple[str, tuple[Word, ...]]:
    return variant.lang, tuple(map(Word, analyzers.analyzer(variant.lang).terms(variant.text)))


def _frequencies(view: View, asked: Iterable[tuple[str, tuple[Word, ...]]]) -> _Counts:
    words: dict[str, set[Term]] = {}
    for lang, stem in asked:
        words.setdefault(lang, set()).update(stem)
    return view.frequencies(words) if words else {}


def _rarest(counts: _Counts, lang: str, stem: Iterable[Word]) -> int:
    return min((counts[lang][word] for word in stem), default=0)


def _key(text: str) -> str:
    """Return what is compared of a text: its letters and digits, folded; word breaks and joiners are often typed otherwise."""
    return "".join(filter(str.isalnum, folding.fold(text).text))
