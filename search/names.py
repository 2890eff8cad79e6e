"""Names in texts and queries: where they stand, what they are found by, how alike two of them are.

A name is matched by its tokens, whatever their scripts: order may differ, a middle name may be missing, two tokens may be
written as one. How tokens are read is told in `search/transliteration.py`.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate, pairwise
from typing import NamedTuple

from analyzers import LANGUAGES, UNDETERMINED, UnknownLanguageError, lexicon
from search.transliteration import KEY_VERSION, TABLES, closeness, folded, is_article, keys

__all__ = [
    "KEY_VERSION", "Match", "Name", "Occurrence", "Token", "closeness", "groups", "index_keys", "keys", "occurrences",
    "particle", "query_keys", "runs", "similarity", "split", "words",
]  # fmt: skip

LONGEST_RUN = 8
"""Tokens of a run of capitalised words; a longer one, such as a title in capitals, is cut into several."""

ALIKE = 0.6
"""The closeness from which two tokens may be a pair at all."""

SAME = 0.85
"""The closeness, or score, from which two spellings are taken for one name; `benchmarks/names.py` says how often rightly."""

_PARTICLE = 0.3  # what bin and von weigh, of a name's other words
_UNMATCHED = 0.5  # what a token without a partner weighs, of what it would with one
_DISORDER = 0.98  # for names in another order

_INSIDE = "'\u2019\u02bc\u00ad\u0640\u200b-\u200f\u202a-\u202e\u2066-\u2069\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
_WORD = re.compile(rf"[^\W\d_](?:[^\W\d_]|[{_INSIDE}])*")
_GAP = re.compile(r"[ \u00a0\u202f\u200e\u200f]{0,2}[-\u2010\u2011]?[ \u00a0\u202f\u200e\u200f]{0,2}")
_CASELESS = re.compile("[\u0600-\u08ff\ufb50-\ufefc]")
_VOWEL = re.compile("[aeiouyаеёиоуыэюяіїє]")  # МВД and BND have none
_ENDS = frozenset(".!?…\n:•–—|؛؟")
_OPENING = " \t\u00a0\u202f\u200e\u200f\"'«“‘„(["


class Token(NamedTuple):
    """A token of a name, as it is written, with offsets into the text, end exclusive."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Name:
    """Adjacent tokens that may be a name: a run of capitalised words, or one word of a script without capitals."""

    tokens: tuple[Token, ...]

    @property
    def start(self) -> int:
        """Return where it begins in the text."""
        return self.tokens[0].start

    @property
    def end(self) -> int:
        """Return where it ends in the text, exclusive."""
        return self.tokens[-1].end


@dataclass(frozen=True, slots=True)
class Match:
    """How alike two names are: a score from 0 to 1, and the pairs of it.

    A pair is a closeness and what was matched of each name, as half-open ranges of tokens: ranges, since two tokens may be
    one in the other name.
    """

    score: float
    pairs: tuple[tuple[float, tuple[int, int], tuple[int, int]], ...] = ()


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A place in a text where a name of the query stands: offsets, score, the query's tokens that were found."""

    start: int
    end: int
    score: float
    found: frozenset[int]


def split(name: str) -> tuple[str, ...]:
    """Return the tokens of a name; an article, or abd, is one with what follows: عبد المالك, al-Raisi."""
    return tuple(token.text for token in _glued(name, words(name), name=True))


def runs(text: str, lang: str | None, *, cased: bool = True) -> list[Name]:
    """Return what may be names in a text of one of `analyzers.CHAINS`, or of any if `lang` is None, in linear time.

    In Latin and Cyrillic script they are runs of capitalised words, with the particles between them; a sentence's first
    word is one only if others follow. In Arabic script each word is one, but for stop words: what belongs together is what
    is adjacent. With `cased` false each word is one in every script, particles too: for queries, which are typed as it
    comes.
    """
    stop = _stop_words(lang)
    found: list[Name] = []
    run: list[Token] = []
    for token in _glued(text, words(text)):
        word = token.text
        arabic = _CASELESS.match(word) is not None
        caseless = arabic or not cased
        common = _plain(word) in stop or not (arabic or len(word) == 1 or _VOWEL.search(_folded(word)))
        joined = bool(run) and _adjacent(text, run[-1], token)
        if caseless or not joined or (common and not particle(word)) or len(run) >= LONGEST_RUN:
            _close(found, run, text)
            run = []
        if caseless:
            if len(word) > 1 and (not common or (not cased and particle(word))):
                found.append(Name((token,)))
        elif word[word.rfind(" ") + 1].isupper():
            if not common or (run and particle(word)):
                run.append(token)
        elif run and (particle(word) or text[token.start - 1] == "-"):
            run.append(token)
        else:
            _close(found, run, text)
            run = []
    _close(found, run, text)
    return found


def index_keys(tokens: Sequence[str]) -> frozenset[str]:
    """Return what a name of a text is found by: the keys of its tokens, and of particles with what follows (Ben Ali)."""
    single = [token for token in tokens if not particle(token)]
    joined = [f"{a} {b}" for a, b in pairwise(tokens) if particle(a)]
    return frozenset[str]().union(*map(keys, single + joined))


def query_keys(tokens: Sequence[str]) -> list[frozenset[str]]:
    """Return what each token of a query's name is looked up by: its keys, and those of it with its neighbours in one word.

    Empty for a particle that stands alone.
    """
    found = []
    for place, token in enumerate(tokens):
        around = [" ".join(tokens[start : start + 2]) for start in (place - 1, place) if 0 <= start < len(tokens) - 1]
        own = [] if particle(token) else [token]
        found.append(frozenset[str]().union(*map(keys, own + around)))
    return found


def similarity(a: Sequence[str], b: Sequence[str]) -> Match:
    """Return how alike two names are, given as tokens (`split`); symmetric but for ties.

    Pairs are taken from the closest on. The score is their mean closeness, weighted; tokens without a partner count half,
    particles less than other tokens; another order takes a little.
    """
    candidates = []
    for first in _pieces(tuple(a)):
        for second in _pieces(tuple(b)):
            if first.joined and second.joined:
                continue
            close = closeness(first.text, second.text)
            if close >= ALIKE:
                weight = first.weight + second.weight
                candidates.append(((close - ALIKE) * weight, close, weight, first.span, second.span))
    candidates.sort(key=lambda candidate: (-candidate[0], candidate[3], candidate[4]))
    total = weights = 0.0
    a_left, b_left = set(range(len(a))), set(range(len(b)))
    pairs = []
    for _, close, weight, a_span, b_span in candidates:
        if a_left.issuperset(range(*a_span)) and b_left.issuperset(range(*b_span)):
            a_left.difference_update(range(*a_span))
            b_left.difference_update(range(*b_span))
            total += close * weight
            weights += weight
            pairs.append((close, a_span, b_span))
    if not pairs:
        return Match(0.0)
    weights += _UNMATCHED * (sum(_weight(a[place]) for place in a_left) + sum(_weight(b[place]) for place in b_left))
    pairs.sort(key=lambda pair: pair[1])
    ordered = all(one[2] < other[2] for one, other in pairwise(pairs))
    return Match(total / weights * (1.0 if ordered else _DISORDER), tuple(pairs))


def occurrences(
    query: Sequence[str], names: Sequence[Name], text: str, rare: Collection[int] = (), *, same: float = SAME
) -> list[Occurrence]:
    """Return where a name of a query stands in a text, in the text's order, none overlapping; `names` are the text's `runs`.

    Two neighbours of the query must stand next to each other, with a word between them at most, or one that is in `rare`:
    places in `query` of tokens that few releases have. Each by itself must have a closeness of `same`; both written as one
    word, half way from there to 1. Common names collide too often: one alone is nothing.
    """
    looked_up = query_keys(query)
    wanted = frozenset[str]().union(*looked_up)
    beginnings = frozenset(key[:length] for key in wanted for length in range(2, len(key)))
    found: list[Occurrence] = []
    for tokens in groups(names, text):
        words = [token.text for token in tokens]
        free = 0
        for hit in _stretches(tokens, wanted, beginnings, len(query) + _REACH):
            first = max(free, hit[0] - 1)
            pairs = similarity(query, words[first : hit[1] + 1]).pairs
            pairs = tuple(pair for pair in pairs if pair[0] >= (same if _single(pair[1]) else (1 + same) / 2))
            places = {place for _, span, _ in pairs for place in range(*span) if not particle(query[place])}
            if places.isdisjoint(rare) and not any(place + near in places for place in places for near in (1, 2)):
                continue
            start = first + min(span[0] for _, _, span in pairs)
            free = first + max(span[1] for _, _, span in pairs)
            score = similarity(query, words[start:free]).score
            found.append(Occurrence(tokens[start].start, tokens[free - 1].end, score, frozenset(places)))
    return found


_REACH = 2


def _single(span: tuple[int, int]) -> bool:
    return span[1] - span[0] == 1


def groups(names: Sequence[Name], text: str) -> list[list[Token]]:
    """Return the tokens that stand next to one another, whatever they were found as."""
    out: list[list[Token]] = []
    for name in names:
        if out and _adjacent(text, out[-1][-1], name.tokens[0]):
            out[-1] += name.tokens
        else:
            out.append(list(name.tokens))
    return out


def _stretches(
    tokens: list[Token], wanted: frozenset[str], beginnings: frozenset[str], longest: int
) -> list[tuple[int, int]]:
    """Give the ranges whose ends have keys that are wanted, with one word between two that have, particles aside."""
    hits: list[int] = []
    for place, token in enumerate(tokens):
        own = keys(token.text)
        if not own.isdisjoint(wanted):
            hits.append(place)
        elif place + 1 < len(tokens) and not own.isdisjoint(beginnings):
            joined = keys(f"{token.text} {tokens[place + 1].text}")
            hits += [place, place + 1] if not joined.isdisjoint(wanted) else []
    count = list(accumulate((not particle(token.text) for token in tokens), initial=0))
    found: list[tuple[int, int]] = []
    for place in hits:
        if found and count[place] - count[found[-1][1]] < _REACH and place - found[-1][0] < longest:
            found[-1] = found[-1][0], max(place + 1, found[-1][1])
        elif not found or place >= found[-1][1]:
            found.append((place, place + 1))
    return found


class _Piece(NamedTuple):
    text: str
    span: tuple[int, int]
    weight: float
    joined: bool


@lru_cache(16_384)
def _pieces(tokens: tuple[str, ...]) -> tuple[_Piece, ...]:
    """Give the tokens of a name, and each two neighbours as one."""
    single = [_Piece(token, (place, place + 1), _weight(token), False) for place, token in enumerate(tokens)]
    joined = [
        _Piece(f"{a.text} {b.text}", (a.span[0], b.span[1]), a.weight + b.weight, True) for a, b in pairwise(single)
    ]
    return tuple(single + joined)


def _weight(token: str) -> float:
    return _PARTICLE if particle(token) else 1.0


def words(text: str) -> list[Token]:
    """Return the words of a text, without the elision before (d'Alger) and the possessive after (Stock's)."""
    found = []
    for match in _WORD.finditer(text):
        start, end = match.span()
        word = match[0]
        if "'" in word or "\u2019" in word:
            elided, owned = _ELIDED.match(word), _OWNED.search(word)
            start += elided.end() if elided else 0
            end -= len(owned[0]) if owned else 0
            word = text[start:end]
        if word:
            found.append(Token(word, start, end))
    return found


_ELIDED = re.compile("(?:[cdjlmnst]|qu)['\u2019](?=[^\\W\\d_])")
_OWNED = re.compile("(?:['\u2019]s)?['\u2019\u02bc]*$")


def _glued(text: str, tokens: list[Token], *, name: bool = False) -> list[Token]:
    """Put articles and servants of God together with what follows.

    In a text, unlike a `name`, an assimilated article has a hyphen or is capitalised: "at Tell Sharma" has none.
    """
    found: list[Token] = []
    last = ""
    for token in tokens:
        word = _folded(token.text)
        before = found[-1] if found else None
        glue = False
        if before is not None and last and len(before.text) < _LONGEST_GLUED and _adjacent(text, before, token):
            sure = name or last in TABLES.articles or " " in before.text or text[before.end] != " "
            glue = last in TABLES.servants or (is_article(last, word) and (sure or before.text[0].isupper()))
        if before is not None and glue:
            found[-1] = Token(f"{before.text} {token.text}", before.start, token.end)
        else:
            found.append(token)
        last = word
    return found


_LONGEST_GLUED = 16


def _adjacent(text: str, before: Token, after: Token) -> bool:
    """Tell whether nothing but a space, a hyphen or an initial's dot stands between two tokens."""
    start, end = before.end, after.start
    if end - start > 5:  # noqa: PLR2004 - no need to look
        return False
    if len(before.text) == 1 and text[start] == ".":
        start += 1
    return _GAP.fullmatch(text, start, end) is not None


def _close(found: list[Name], run: list[Token], text: str) -> None:
    """End a run: without particles at its end, and not at all if it is but a sentence's first word."""
    while run and particle(run[-1].text) and not run[-1].text[0].isupper():
        run.pop()
    if not run:
        return
    alone = len(run) == 1 and " " not in run[0].text
    if alone and not (run[0].text.isupper() and len(run[0].text) > 2) and _begins(text, run[0].start):  # noqa: PLR2004
        return
    kept = tuple(token for token in run if len(token.text) > 1)
    if kept:
        found.append(Name(kept))


def _begins(text: str, start: int) -> bool:
    """Tell whether a sentence begins here."""
    place = start - 1
    while place >= 0 and start - place < 8 and text[place] in _OPENING:  # noqa: PLR2004 - quotes and spaces
        place -= 1
    return place < 0 or text[place] in _ENDS


def _folded(word: str) -> str:
    return " ".join(folded(word))


def particle(word: str) -> bool:
    """Tell whether a token says little of whose name it is: bin, von."""
    return _folded(word) in TABLES.particles


@cache
def _stop_words(lang: str | None) -> frozenset[str]:
    """Give a language's stop words, or those of all, folded as names are.

    Text of an undetermined language is read with those of all, as a query is: no other word of it is looked for.
    """
    if lang in {None, UNDETERMINED}:
        return frozenset[str]().union(*map(_stop_words, LANGUAGES))
    if lang not in LANGUAGES:
        raise UnknownLanguageError(lang)
    return frozenset(word.translate(_AS_STOP_WORDS) for word in lexicon.words(f"{lang}-stop"))


def _plain(word: str) -> str:
    """Fold a word as stop words are; but Ali must not become على, which is one."""
    text = _folded(word)
    return "علی" if text in {"علي", "علی"} else text.translate(_AS_STOP_WORDS)


_AS_STOP_WORDS = str.maketrans(
    {"ى": "ي", "ی": "ي", "ئ": "ي", "ک": "ك", "ة": "ه", "آ": "ا", "ؤ": "و", "ء": "", "ё": "е"}
)
