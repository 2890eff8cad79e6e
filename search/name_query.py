"""A query's names: which of its words may be of a name, by what keys they are looked up, and where a text has them.

Keys find (`search/transliteration.py`), closeness decides (`search/names.py`): an engine is asked for releases that have
keys of two neighbouring words, or of one that is rare and written as a name on one side, and what it gives is compared
letter by letter.
"""

from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log

import analyzers
from search import names
from search.keywords import Said, Word
from search.names import Name
from search.query import Query
from search.release import Release
from search.transliteration import TABLES, folded

CHANCE = 10
"""How many releases may have the keys by chance for it to be worth looking.

The keys of one word: that many releases have one of them, at most. Of two words: that many would have both, if they had
nothing to do with each other. Above it, what is found is mostly other words that sound alike, and what is sought is not
among the first.
"""

SURE = 5
"""Consonants from which on a word in small letters may be a name that is found alone in Arabic script.

Neither side says then that it is one, and most words sound like some other: cake like خاك, knit like قناة. Of the words
that the English texts of NTREX-6 have in small letters alone, this share sounds like a word of the Arabic or Persian ones: 95 % of
those with two consonants, 73 % with three, 26 % with four, 6 % with five.
"""

MOST_TOKENS = 24
"""Words of a query that are looked up; a pasted paragraph is no name."""

_CASELESS = frozenset({"ar", "fa", analyzers.UNDETERMINED})
_NEIGHBOURS = (1, 2)  # as in names.occurrences: a word may stand between
_NOWHERE: frozenset[int] = frozenset()
_HALF = -1  # in place of a place: of a word that may be the first half of one
_NEAR = 5  # words among which two of a name stand, particles between them
_AROUND = 80  # characters on both sides, so that a run is whole


@dataclass(frozen=True, slots=True)
class NamePlace:
    """A word of the query as keys, what having one is worth (its idf), and the terms it is in one language as a word."""

    keys: tuple[str, ...]
    weight: float
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class NameQuery:
    """The names leg of a query in one language.

    A release is found if, for one of `enough`, it has a key of each of those `places`, and not all of their words: what
    it has literally is found by words. Its score is the sum of the weights of the places that it has a key of.
    """

    lang: str
    places: tuple[NamePlace, ...] = ()
    enough: tuple[tuple[int, ...], ...] = ()


def index_keys(release: Release) -> list[str]:
    """Return what a release is found by, each key once, in a fixed order."""
    return sorted(keys_of(names.runs(release.text, release.lang)))


def keys_of(found: Iterable[Name]) -> frozenset[str]:
    """Return the keys of names in a text."""
    return frozenset[str]().union(*(names.index_keys([token.text for token in name.tokens]) for name in found))


def typed(query: Query, said: Sequence[Said] = ()) -> tuple[tuple[str, ...], ...]:
    """Return what may be names in a query, each as neighbouring tokens.

    Every word that was typed without quotation marks may be of one, but for stop words of any language, and for those
    that say a concept: these are found in all languages by the lexicon.
    """
    out: list[tuple[str, ...]] = []
    left = MOST_TOKENS
    for clause in (clause for group in query.groups for clause in group.alternatives if clause.kind == "words"):
        covered = [(one.start, one.end) for one in said if one.text == clause.text]
        may_be = [
            name
            for name in names.runs(clause.text, None, cased=False)
            if not any(name.start < end and name.end > start for start, end in covered)
        ]
        for group in names.groups(may_be, clause.text):
            tokens = _stripped([token.text for token in group[:left]])
            left -= len(tokens)
            if tokens:
                out.append(tokens)
    return tuple(dict.fromkeys(out))


def _stripped(tokens: Sequence[str]) -> tuple[str, ...]:
    """Leave out particles that nothing follows or precedes."""
    firm = [place for place, token in enumerate(tokens) if not names.particle(token)]
    return tuple(tokens[firm[0] : firm[-1] + 1]) if firm else ()


@dataclass(frozen=True, slots=True)
class Sighting:
    """A place in a text where a name of the query stands: offsets, score, which name, and the words of it, as typed."""

    start: int
    end: int
    score: float
    name: int
    tokens: tuple[str, ...]


@dataclass(frozen=True)
class QueryNames:
    """A query's names with how many of `total` releases have each of their keys."""

    tokens: tuple[tuple[str, ...], ...]
    frequency: Mapping[str, int]
    total: int

    @staticmethod
    def keys(tokens: Iterable[Sequence[str]]) -> frozenset[str]:
        """Return the keys whose frequency has to be known."""
        return frozenset[str]().union(*(keys for name in tokens for keys in names.query_keys(name)))

    def compiled(self, lang: str) -> NameQuery:
        """Return what an engine is asked in one language; without `enough`, nothing."""
        enough = self._enough(lang)
        if not enough:
            return NameQuery(lang)
        analyzer = analyzers.analyzer(lang)
        used = sorted({place for places in enough for place in places})
        at = {place: number for number, place in enumerate(used)}
        flat = [token for name in self.tokens for token in name]
        places = tuple(
            NamePlace(
                tuple(sorted(self._keys[place])),
                log(1 + self.total / self._having[place]),
                tuple(dict.fromkeys(Word(term) for term in analyzer.terms(flat[place]))),
            )
            for place in used
        )
        return NameQuery(lang, places, tuple(tuple(at[place] for place in places) for places in enough))

    def sightings(self, text: str, lang: str) -> list[Sighting]:
        """Return where a text has one of the names."""
        if not self._enough(lang):
            return []
        alone = self._alone(lang)
        found: list[Sighting] = []
        for start, end in self._stretches(text, alone):
            stretch = text[start:end]
            runs = names.runs(stretch, lang)
            first = 0
            for number, name in enumerate(self.tokens):
                rare = {place for place in range(len(name)) if first + place in alone}
                for at in names.occurrences(name, runs, stretch, rare):
                    tokens = tuple(name[place] for place in sorted(at.found))
                    found.append(Sighting(at.start + start, at.end + start, at.score, number, tokens))
                first += len(name)
        return found

    def _stretches(self, text: str, alone: frozenset[int]) -> list[tuple[int, int]]:
        """Return where in a text a name may be, in its order: reading all of it would take several times as long."""
        out: list[tuple[int, int]] = []
        near: deque[frozenset[int]] = deque(maxlen=_NEAR)
        known = self._known
        half = ""
        for word, start, end in names.words(text):
            if word[0].islower() and text[start - 1] != "-":
                near.append(_NOWHERE)
                half = ""
                continue
            places = known.get(word)
            if places is None:
                places = known[word] = self._places_of(word)
            if half:
                both = (self._by_key.get(a + b, _NOWHERE) for a in names.keys(half) for b in names.keys(word))
                places = places.union(*both)
            half = word if _HALF in places else ""
            places = places.difference((_HALF,))
            near.append(places)
            if places and (not places.isdisjoint(alone) or len(_NOWHERE.union(*near)) > 1):
                first, stop = max(0, start - _AROUND), end + _AROUND
                if out and first <= out[-1][1]:
                    out[-1] = out[-1][0], stop
                else:
                    out.append((first, stop))
        return out

    def _places_of(self, word: str) -> frozenset[int]:
        """Return the places that a word of a text may be; one like abd any, since it is written apart."""
        keys = names.keys(word)
        if keys.isdisjoint(self._worth):
            return _NOWHERE
        if " ".join(folded(word)) in TABLES.servants:
            return frozenset(range(len(self._keys)))
        places = _NOWHERE.union(*(self._by_key.get(key, ()) for key in keys))
        return places if keys.isdisjoint(self._halves) else places.union((_HALF,))

    @cached_property
    def _worth(self) -> frozenset[str]:
        """The keys of words that may be of a name."""
        return self._halves.union(self._by_key, *map(names.keys, TABLES.servants))

    @cached_property
    def _halves(self) -> frozenset[str]:
        """The keys of words that may be the first half of one."""
        return frozenset(key[:length] for key in self._by_key for length in range(2, len(key)))

    @cached_property
    def _known(self) -> dict[str, frozenset[int]]:
        return {}

    @cached_property
    def _by_key(self) -> dict[str, frozenset[int]]:
        out: dict[str, set[int]] = {}
        for place, keys in enumerate(self._keys):
            for key in keys:
                out.setdefault(key, set()).add(place)
        return {key: frozenset(places) for key, places in out.items()}

    def _alone(self, lang: str) -> frozenset[int]:
        """Return the places that are enough alone in texts of a language.

        What is typed in small letters must be long where texts have no capitals; where they have the same script it is found
        as it is typed, and what is a letter away is offered and not searched unasked: smugling is not the name Smuggling.
        """
        flat = [token for name in self.tokens for token in name]
        return frozenset(
            place
            for place in self._rare
            if not _small(flat[place])
            or (
                min(map(len, self._keys[place])) >= SURE
                if lang in _CASELESS
                else _cyrillic(flat[place]) != (lang == "ru")
            )
        )

    @cached_property
    def _rare(self) -> frozenset[int]:
        return frozenset(place for place in range(len(self._keys)) if self._is_rare(place))

    @cached_property
    def _keys(self) -> list[frozenset[str]]:
        return [keys for name in self.tokens for keys in names.query_keys(name)]

    @cached_property
    def _having(self) -> list[int]:
        """How many releases have a key of each place: at least, since most have several of a name's keys."""
        return [max((self.frequency.get(key, 0) for key in keys), default=0) for keys in self._keys]

    @cached_property
    def _firm(self) -> list[bool]:
        return [not names.particle(token) for name in self.tokens for token in name]

    def _is_rare(self, place: int) -> bool:
        """Tell whether a place may be enough alone: not by one consonant, since été is not et."""
        firm = self._firm[place] and min(map(len, self._keys[place]), default=0) > 1
        return firm and 0 < self._having[place] <= CHANCE

    def _enough(self, lang: str) -> tuple[tuple[int, ...], ...]:
        """Return places in all names, one after the other, that are enough to look for in a language."""
        alone = self._alone(lang)
        out: list[tuple[int, ...]] = []
        first = 0
        for name in self.tokens:
            places = [place for place in range(first, first + len(name)) if self._firm[place] and self._having[place]]
            out += [(place,) for place in places if place in alone]
            out += [
                (place, place + step)
                for place in places
                for step in _NEIGHBOURS
                if place + step in places and self._having[place] * self._having[place + step] <= CHANCE * self.total
            ]
            first += len(name)
        return tuple(out)


NOTHING = QueryNames((), {}, 0)
"""The names of a query that has none."""


def _small(token: str) -> bool:
    """Tell whether a word is in small letters, of a script that has others."""
    return token == token.lower() != token.upper()


def _cyrillic(token: str) -> bool:
    return any("\u0400" <= letter <= "\u052f" for letter in token)


def literal(tokens: Collection[str], text: str, lang: str) -> frozenset[str]:
    """Return which of these tokens stand in a text as words do, so that they have been found by words."""
    analyzer = analyzers.analyzer(lang)
    terms = frozenset(analyzer.terms(text))
    return frozenset(token for token in tokens if (own := analyzer.terms(token)) and terms.issuperset(own))
