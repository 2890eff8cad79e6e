"""What a query that is being typed may become: words of the releases, concepts of the lexicon, sources, filters.

A suggestion is a whole query, ready to be searched: it has what was typed, with something else for its last word or its
last few. Nothing is suggested inside a phrase, an exclusion or a prefix, whose writer knows what must stand there.
"""

import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any, Literal

from babel import Locale

import analyzers
from search import completion, query
from search.beginnings import Beginnings, key, places
from search.completion import Counts, Form, Stem, rarest
from search.engines.base import View
from search.errors import QueryError
from search.lexicon import Lexicon
from search.query import Unfinished

MAX_LIMIT = 20
"""The most suggestions that are given at once."""

_RANKED = 24
"""Concepts of which the index is asked how frequent their words are."""

_INSIDE = 3
"""Letters from which on a word inside a source's name is completed: "de" is in half of the names."""

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
    in any of its forms, or are of the source; it is None where it is not counted: a concept of several words of which
    each is in some release. `others` say a concept in other languages.
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
    """A variant of a concept; `usual` says that it is the first of its language, `word` is the key of its first word."""

    text: str
    lang: str
    concept: str
    usual: bool
    word: str

    @property
    def stem(self) -> Stem:
        return completion.stem(self.lang, self.text)


@dataclass(frozen=True, slots=True)
class _Source:
    """A source, found by its name from the `word`th word on; 0 is the first."""

    name: str
    word: int
    releases: int


class Suggester:
    """Thread-safe. The lexicon is prepared at the first suggestion, the sources whenever the index has changed."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._sources: tuple[str, Beginnings[_Source]] = "", Beginnings(())

    def suggest(self, view: View, text: str, limit: int) -> list[Suggestion]:
        """Return at most `limit` (1 to 20) suggestions, concepts first, then words, then sources, each best first.

        Concepts that no release says come last, unless several of their words have been typed: releases in other
        languages may say them.
        Raises `QueryError` for another limit, a query that is too long, and what is no character. What else cannot be
        read is not completed: it may be read when more of it has been typed.
        """
        if not 1 <= limit <= MAX_LIMIT:
            raise QueryError("The number of suggestions is from 1 to {most}.", most=MAX_LIMIT)
        typed = query.unfinished(text)
        if typed is None or _ended(typed.text):
            return []
        if typed.kind == "lang":
            return _ready(_languages(typed), typed)[:limit]
        if typed.kind == "source":
            return _ready(self._named(view, typed.head, typed.text), typed)[:limit]
        try:
            langs = query.parse(typed.head + typed.text).filters.langs or analyzers.CHAINS
        except QueryError:
            return []
        found, strange = self._completed(view, typed, langs, limit)
        if (strange or not found) and (other := completion.meant(view, typed, langs)):
            found, _ = self._completed(view, other, langs, limit)
        return found

    @cached_property
    def _variants(self) -> Beginnings[_Variant]:
        return Beginnings(
            (variant.text, _Variant(variant.text, lang, concept.id, variant is variants[0], _first_word(variant.text)))
            for concept in self._lexicon.concepts.values()
            for lang, variants in concept.variants.items()
            for variant in variants
            if variant.triggers
        )

    def _completed(
        self, view: View, typed: Unfinished, langs: Sequence[str], limit: int
    ) -> tuple[list[Suggestion], bool]:
        """Return suggestions, and whether no language has the words before the last."""
        forms = completion.forms(view, typed, langs)
        chosen = completion.one_a_stem(forms)[: 2 * limit]
        variants, head = self._beginning(typed, forms)
        before = completion.words_before(typed, analyzers.CHAINS)
        asked = [(form.lang, form.stem) for form in chosen] + [(variant.lang, variant.stem) for variant in variants]
        counts = completion.frequencies(view, [*asked, *before.items()])
        strangers = {lang for lang, words in before.items() if words and not rarest(counts, lang, words)}
        concepts = _ready(self._told(variants, head, counts, strangers if head != typed.head else ()), typed)
        sources = _ready(self._by_last_words(view, typed), typed)
        # Who has typed the beginning of several words means them, whether a release has them or not.
        several = len(places((typed.head + typed.text)[len(head) :])) > 1
        # Of what is not a source, half is left to words that are no concepts.
        first = [concept for concept in concepts if several or concept.releases != 0][: (limit - limit // 4) // 2]
        shown = {concept.text for concept in first}
        said = {(variant.lang, variant.stem) for variant in variants if variant.text in shown}
        words = _merged([form for form in chosen if (form.lang, form.stem) not in said], counts, strangers)
        rest = [concept for concept in concepts if concept not in first]
        return _divided(first, rest, _ready(words, typed), sources, limit), len(strangers) == len(before)

    def _beginning(self, typed: Unfinished, forms: Sequence[Form]) -> tuple[list[_Variant], str]:
        """Return the variants that the last words begin, the likeliest first, and what of the query stays before them.

        As many words as can be are taken for the beginning of one: "drug traf" rather than "traf".
        """
        frequent = {key(form.text): form.releases for form in reversed(forms)}

        def unlikely(variant: _Variant) -> tuple[int, bool, int]:
            return -frequent.get(variant.word, 0), not variant.usual, len(variant.text)

        for head, last in _last_words(typed):
            found = [variant for variant in self._variants.of(last) if _continues(variant.text, last)]
            if found:
                return sorted(found, key=unlikely)[:_RANKED], head
        return [], typed.head

    def _told(
        self, variants: Sequence[_Variant], head: str, counts: Counts, strangers: Collection[str]
    ) -> list[Suggestion]:
        """Return a suggestion for each concept and each way to say it, of a language only the likeliest.

        A concept is as frequent as the rarest of its words; those of `strangers` come last.
        """
        best: dict[tuple[str, str], tuple[int, _Variant]] = {}
        for variant in variants:
            count = rarest(counts, variant.lang, variant.stem)
            if count > best.get((variant.concept, variant.lang), (-1, variant))[0]:
                best[variant.concept, variant.lang] = count, variant
        same: dict[tuple[str, str], list[tuple[int, _Variant]]] = {}
        for count, variant in best.values():
            same.setdefault((variant.concept, variant.text.casefold()), []).append((count, variant))
        out = []
        for found in same.values():
            total, variant = sum(count for count, _ in found), found[0][1]
            langs = [variant.lang for _, variant in found]
            suggestion = Suggestion(
                text=variant.text,
                kind="concept",
                lang=langs[0] if len(langs) == 1 else None,
                releases=None if total and len(variant.stem) > 1 else total,
                query=head + variant.text,
                others=tuple(self._others(variant.concept, langs)),
            )
            out.append(((set(langs) <= set(strangers), -total), suggestion))
        return [suggestion for _, suggestion in sorted(out, key=lambda item: item[0])]

    def _others(self, concept: str, langs: Collection[str]) -> Iterator[InOther]:
        for lang in analyzers.LANGUAGES:
            name = self._lexicon.concepts[concept].name(lang)
            if name is not None and lang not in langs:
                yield InOther(name, lang)

    def _by_last_words(self, view: View, typed: Unfinished) -> list[Suggestion]:
        for head, last in _last_words(typed):
            if found := list(self._named(view, head, last)):
                return found
        return []

    def _named(self, view: View, head: str, beginning: str) -> Iterator[Suggestion]:
        """Give the sources in whose name a word begins so: first those whose first does, then those with most releases."""
        letters = len(key(beginning))
        found = (source for source in self._named_of(view).of(beginning) if not source.word or letters >= _INSIDE)
        best: dict[str, _Source] = {}
        for source in sorted(found, key=lambda source: (source.word > 0, -source.releases, source.name)):
            best.setdefault(source.name, source)
        for source in islice(best.values(), 2 * MAX_LIMIT):
            yield Suggestion(source.name, "source", None, source.releases, f'{head}source:"{source.name}"')

    def _named_of(self, view: View) -> Beginnings[_Source]:
        revision, sources = self._sources
        if revision != view.revision:
            sources = Beginnings(
                (name[place:], _Source(name, word, releases))
                for name, releases in view.sources().items()
                for word, place in enumerate(places(name))
            )
            self._sources = view.revision, sources
        return sources


def _ready(suggestions: Iterable[Suggestion], typed: Unfinished) -> list[Suggestion]:
    """Return those whose query can be read, and is another than was typed."""
    out = []
    for suggestion in suggestions:
        try:
            read = query.parse(suggestion.query)
        except QueryError:
            continue
        # A name with a quotation mark or a mark of direction in it cannot be written as a filter.
        lost = suggestion.kind == "source" and suggestion.text not in read.filters.sources
        if not lost and key(suggestion.query) != key(typed.head + typed.text):
            out.append(suggestion)
    return out


def _divided(
    first: Sequence[Suggestion],
    concepts: Sequence[Suggestion],
    words: Sequence[Suggestion],
    sources: Sequence[Suggestion],
    limit: int,
) -> list[Suggestion]:
    """Return `limit` of all: a quarter are sources; concepts but for the `first` take what words leave, the rarest last."""
    written = {key(suggestion.text) for suggestion in words}
    more = [concept for concept in concepts if key(concept.text) not in written]
    named = sources[: max(limit // 4, limit - len(first) - len(words) - len(more))]
    words = words[: limit - len(named) - len(first)]
    more = more[: limit - len(named) - len(first) - len(words)]
    unsaid = [concept for concept in more if concept.releases == 0]
    return [*first, *(concept for concept in more if concept not in unsaid), *words, *named, *unsaid]


def _merged(forms: Sequence[Form], counts: Counts, strangers: Collection[str]) -> list[Suggestion]:
    """Return a suggestion for each text; what languages write alike is one, counted over all of them.

    Words of `strangers`, languages that lack the words before, come last.
    """
    by_text: dict[str, list[tuple[int, Form]]] = {}
    for form in forms:
        by_text.setdefault(form.text.casefold(), []).append((rarest(counts, form.lang, form.stem), form))
    out = []
    for found in by_text.values():
        _, best = max(found, key=lambda item: item[0])
        total = sum(count for count, _ in found)
        langs = {form.lang for _, form in found}
        lang = best.lang if len(langs) == 1 else None
        suggestion = Suggestion(best.text, "word", lang, total, best.head + best.text)
        out.append(((langs <= set(strangers), -total, best.text), suggestion))
    return [suggestion for _, suggestion in sorted(out, key=lambda item: item[0])]


def _languages(typed: Unfinished) -> Iterator[Suggestion]:
    """Give the languages whose code or name, English or their own, begins so."""
    before, comma, last = typed.text.rpartition(",")
    for lang in analyzers.LANGUAGES:
        locale = Locale(lang)
        names = (lang, locale.english_name or "", locale.display_name or "")
        if any(key(name).startswith(key(last)) for name in names):
            yield Suggestion(names[2], "language", lang, None, f"{typed.head}lang:{before}{comma}{lang}")


def _last_words(typed: Unfinished) -> Iterator[tuple[str, str]]:
    """Give what stands before the last words, and these: first five, then four, at last one."""
    found = places(typed.text)[-completion.WORDS_BACK :]
    for place in found[:-1] if completion.follows(typed) else found:
        if len(key(typed.text[place:])) >= completion.SHORTEST:
            yield typed.head + typed.text[:place], typed.text[place:]


def _ended(text: str) -> bool:
    """Say whether a comma or another mark, and a space, end what was typed."""
    return text[-1:].isspace() and not text.isspace() and unicodedata.category(text.rstrip()[-1])[0] == "P"


def _first_word(text: str) -> str:
    return key(text.split(maxsplit=1)[0])


def _continues(text: str, typed: str) -> bool:
    """Say whether `text` goes on behind the space that was typed, if one was."""
    return not typed[-1:].isspace() or any(key(text[:place]) == key(typed) for place in places(text)[1:])
