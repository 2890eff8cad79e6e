"""A query as terms of one language: what an engine's keyword leg is given.

Every query is analysed by every language's chain and put to every language's index. No language has to be detected,
and words that languages share (INTERPOL, captagon, many words of Arabic and Persian) are found in all of them.
"""

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import analyzers
from search.query import Clause, Query
from search.values import Valued


@dataclass(frozen=True, slots=True)
class Word:
    """A stemmed term; `exact` says that it is the folded, unstemmed form instead."""

    term: str
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """Terms in this order, at these relative positions (the first is 0): exact ones, or stemmed."""

    terms: tuple[tuple[int, str], ...]
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Prefix:
    """The beginning of an exact term."""

    start: str


@dataclass(frozen=True, slots=True)
class Value:
    """The key of a number, a mass or a date (search/values.py), however it is written."""

    key: str


Match = Word | Phrase | Prefix | Value


@dataclass(frozen=True, slots=True)
class Said:
    """A concept, by its id, that the words from `start` to `end` (code points) of a clause's `text` say."""

    text: str
    start: int
    end: int
    concept: str

    @property
    def typed(self) -> str:
        """Return the words."""
        return self.text[self.start : self.end]


Variants = Callable[[str, str], Iterable[tuple[tuple[int, str], ...]]]
"""Gives the analysed variants of a concept (its id) in a language: terms with their places, the first of which is 0."""


_SCRIPT = {"ar": "ARABIC", "fa": "ARABIC", "en": "LATIN", "fr": "LATIN", "es": "LATIN", "ru": "CYRILLIC"}


@dataclass(frozen=True, slots=True)
class Concept:
    """Alternatives that say the same; one is enough, and more than one counts no more than the best.

    `also` says it in other words, which the lexicon knows: they count as well, at the weight `ALSO`. A number
    in other digits is an alternative: it is the same number.
    """

    alternatives: tuple[Match, ...]
    also: tuple[Match, ...] = ()


@dataclass(frozen=True, slots=True)
class KeywordQuery:
    """The keyword leg of a query in one language.

    A release matches if it has every one of `must`, none of `excluded`, and at least `minimum` of `should`. Its score
    is the sum of BM25 over `must` and `should`. `everything` says that no words were asked for at all (only filters or
    exclusions): then every release matches, with a score of 0.
    """

    lang: str
    should: tuple[Concept, ...] = ()
    must: tuple[Concept, ...] = ()
    excluded: tuple[Match, ...] = ()
    minimum: int = 0
    everything: bool = False

    @property
    def scored(self) -> tuple[Concept, ...]:
        """Return all that can add to the score."""
        return self.must + self.should

    @property
    def matches(self) -> tuple[Match, ...]:
        """Return every term, phrase and prefix that a release may be found by."""
        return tuple(match for concept in self.scored for match in concept.alternatives + concept.also)


def minimum_matching(count: int) -> int:
    """Return how many of `count` words a release must have to "match the words": all of two, then three in four.

    Elasticsearch writes this as minimum_should_match "2<75%".
    """
    return count if count <= 2 else count * 3 // 4  # noqa: PLR2004 - the rule itself


ALSO = 0.8
"""What other words for the same concept count beside the words that were typed."""


def _no_variants(concept: str, lang: str) -> Iterable[tuple[tuple[int, str], ...]]:  # noqa: ARG001 - the shape of `Variants`
    return ()


_NO_VALUES: Mapping[str, Sequence[Valued]] = {}


def compile_query(
    query: Query,
    lang: str,
    said: Sequence[Said] = (),
    variants: Variants = _no_variants,
    valued: Mapping[str, Sequence[Valued]] = _NO_VALUES,
) -> KeywordQuery:
    """Analyse `query` with the chains of `lang`.

    `said` are concepts found in it, `variants` how else to say them; `valued` has numbers and dates by a clause's text.
    """
    should: dict[Concept, None] = {}
    must: dict[Concept, None] = {}
    bare: list[Clause] = []
    for group in query.groups:
        if group.required:
            alternatives = _unique(m for clause in group.alternatives for m in _exact(clause, lang))
            if alternatives:
                must[Concept(alternatives)] = None
        elif len(group.alternatives) == 1:
            bare.append(group.alternatives[0])
            for concept in _concepts(group.alternatives[0], lang, said, variants, valued):
                should[concept] = None
        else:
            alternatives = _unique(m for clause in group.alternatives for m in _together(clause, lang))
            if alternatives:
                keys = (key for c in group.alternatives for value in valued.get(c.text, ()) for key in value.keys)
                should[Concept(alternatives + _unique(map(Value, keys)))] = None
    if not should and not must:
        # Only stop words: "who", "в", "از". They are words too, and the exact field has them.
        should = dict.fromkeys(Concept((Word(t, exact=True),)) for c in bare for t in _exact_terms(c.text, lang))
    excluded = _unique(m for clause in query.excluded for m in _together(clause, lang))
    minimum = minimum_matching(_countable(should, lang))
    return KeywordQuery(lang, tuple(should), tuple(must), excluded, minimum, not query.groups)


def _countable(should: Iterable[Concept], lang: str) -> int:
    """Return how many of the words count towards the minimum in this language.

    In "opium هروئین героин" each language is asked for the third that it could have, and for numbers. One foreign name
    in a sentence of another script does not make the sentence a query in that name's languages. A release of an
    undetermined language may be in any script.
    """
    scripts = Counter(map(_script, should))
    rest = scripts.pop("", 0)
    own = scripts[_SCRIPT[lang]] if lang in _SCRIPT else max(scripts.values(), default=0)
    return own + rest if own and own == max(scripts.values()) else sum(scripts.values()) + rest


def _script(concept: Concept) -> str:
    """Return the script of a word's first letter, as Unicode names it; empty for a number, phrase or prefix."""
    word = next((match.term for match in concept.alternatives if isinstance(match, Word)), "")
    return next((unicodedata.name(c, "").split(" ", 1)[0] for c in word if c.isalpha()), "")


def _matches(clause: Clause, lang: str) -> list[Match]:
    """Return one match a word."""
    if clause.kind == "words":
        return [Word(term) for term in analyzers.analyzer(lang).terms(clause.text)]
    return _exact(clause, lang)


def _concepts(
    clause: Clause, lang: str, said: Sequence[Said], variants: Variants, valued: Mapping[str, Sequence[Valued]]
) -> list[Concept]:
    """Return a concept for each word, with what else says what the word is a part of."""
    if clause.kind != "words":
        return [Concept((match,)) for match in _exact(clause, lang)]
    out = []
    for token in analyzers.analyzer(lang).tokens(clause.text):
        also = [
            match
            for one in said
            if one.text == clause.text and token.start < one.end and token.end > one.start
            for match in map(_variant, variants(one.concept, lang))
            if match != Word(token.term)
        ]
        same = [
            Value(key)
            for value in valued.get(clause.text, ())
            if token.start < value.end and token.end > value.start
            for key in value.keys
        ]
        out.append(Concept((Word(token.term), *_unique(same)), _unique(also)))
    return out


def _variant(terms: tuple[tuple[int, str], ...]) -> Match:
    return Word(terms[0][1]) if len(terms) == 1 else Phrase(terms, exact=False)


def _together(clause: Clause, lang: str) -> list[Match]:
    """Return the clause as a single match: a word that the analyzer splits (COVID-19) stays together."""
    matches = _matches(clause, lang)
    return matches if len(matches) < 2 else _exact(Clause("phrase", clause.text), lang)  # noqa: PLR2004 - a pair or more


def _exact(clause: Clause, lang: str) -> list[Match]:
    tokens = analyzers.analyzer(lang, exact=True).tokens(clause.text)
    if not tokens:
        return []
    if clause.kind == "prefix":
        return [*(Word(token.term, exact=True) for token in tokens[:-1]), Prefix(tokens[-1].term)]
    if len(tokens) == 1:
        return [Word(tokens[0].term, exact=True)]
    return [Phrase(tuple((token.position - tokens[0].position, token.term) for token in tokens))]


def _exact_terms(text: str, lang: str) -> list[str]:
    return analyzers.analyzer(lang, exact=True).terms(text)


def _unique(matches: Iterable[Match]) -> tuple[Match, ...]:
    return tuple(dict.fromkeys(matches))
