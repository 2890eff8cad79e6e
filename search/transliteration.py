"""Names as sounds, whatever their script: what tokens are found by (keys) and compared by (closeness).

A token of Latin, Cyrillic or Arabic script becomes a row of sounds. A sound is a set of phonemes, since a letter has many
values: ج is j, g or zh, and j is dj, zh or (Jürgen, يورغن) y. Nothing is romanised: of two spellings only what they could
both stand for is asked. The letters' values are data, in `resources/names`.
"""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise, product
from typing import NamedTuple

from analyzers.patterns import alternation

LONGEST = 40
"""Letters of a token that are read; the rest is passed over, so that time is bounded."""

MOST_KEYS = 8
"""Keys of a token; where its letters could give more, the later letters have their likeliest value only."""

_CACHED = 65_536

# What it costs to leave out or to replace a sound, in consonants.
_OPTIONAL = 0.04  # the l of an article, the ending of a case
_UNWRITTEN = 0.06  # a vowel inside a word, against Arabic script, which writes none that is short
_LONG = 0.15  # such a vowel, if it may be long: ou, ee
_WEAK = 0.3  # any other vowel, y, w
_ASPIRATE = 0.5  # h, which French and Spanish pass over
_CONSONANT = 1.0
_OTHER_VOWEL = 0.2  # one vowel for another
_NEAR_VOWEL = 0.12
_NEAR = 0.35  # a consonant for one like it: s for z
_POSSIBLE = 0.15  # a sound's second-best value
_ELSEWHERE = 0.35  # a value in other languages: the j of Juan, the g of Gamal

_VOWELS = frozenset("aeiou")
_WEAK_SOUNDS = _VOWELS | frozenset("yw")
_HYPHENS = frozenset("-\u2010\u2011\u2012\u2013\u2212_")
_ZWNJ = "\u200c"  # it ends a word within a word: خامنه‌ای, whose ه is silent
_APOSTROPHES = frozenset("'\u2018\u2019\u201b`\u00b4")
_GLUED = ("al", "el", "ал", "эл")
_VOWEL_LETTERS = frozenset("aeiouyаеёиоуыэюя")
_SUN = frozenset("tdrzsncтдрзснш")  # initials that the l of an article becomes
_PROCLITICS = ("وال", "فال", "بال", "كال", "کال", "لل")


class Sound(NamedTuple):
    """Phonemes that a spelling stands for, that it may stand for as well, and that it stands for in some languages.

    Keys are made of the first and the last. `mark` is `?` for a sound that may be missing and is in no key, `~` for one that may be missing, `:` for a vowel whose
    spelling says that it may be long.
    """

    likely: str
    possible: str
    elsewhere: str
    mark: str = ""

    @property
    def optional(self) -> bool:
        """Tell whether it may be missing."""
        return self.mark in {"?", "~"}

    @property
    def vowel(self) -> bool:
        """Tell whether it stands for a vowel, if not for that alone."""
        return not _VOWELS.isdisjoint(self.likely)


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of `resources/names`: sounds by spelling, pairs of like phonemes, key letters by phoneme."""

    letters: dict[str, tuple[Sound, ...]]
    near: frozenset[tuple[str, str]]
    keys: dict[str, tuple[str, ...]]
    articles: frozenset[str]
    servants: frozenset[str]
    unarticled: frozenset[str]
    particles: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Row:
    """A token's sounds as numbers, with what leaving each out costs against the same and against the other kind of script.

    `weight` is the sum of the first kind of costs, without optional sounds.
    """

    numbers: tuple[int, ...]
    drops: tuple[float, ...]
    drops_unwritten: tuple[float, ...]
    arabic: bool
    weight: float


def _lines(name: str) -> list[str]:
    text = (files("search") / "resources" / "names" / f"{name}.txt").read_text(encoding="utf-8")
    return [line for line in (line.partition("#")[0].strip() for line in text.splitlines()) if line]


def _sound(text: str) -> Sound:
    mark = text[-1] if text[-1] in "?~:" else ""
    likely, _, possible = text.rstrip("?~:").replace(",", "").partition("/")
    elsewhere = "".join(phoneme for phoneme, following in pairwise(f"{possible} ") if following == "!")
    return Sound(likely, "".join(phoneme for phoneme in possible if phoneme not in f"{elsewhere}!"), elsewhere, mark)


def _read() -> Tables:
    letters = {}
    for line in _lines("letters"):
        spelling, _, sounds = line.partition("=>")
        letters[unicodedata.normalize("NFC", spelling.strip())] = tuple(_sound(text) for text in sounds.split())
    near: set[tuple[str, str]] = set()
    keys = {}
    for line in _lines("phonemes"):
        kind, *phonemes = line.split()
        if kind == "near":
            near.update(product(phonemes, phonemes))
        else:
            keys[phonemes[0]] = tuple(letter.replace("-", "") for letter in phonemes[1:])
    words = (frozenset(_lines(name)) for name in ("articles", "servants", "unarticled", "particles"))
    return Tables(letters, frozenset(near), keys, *words)


TABLES = _read()
_BEGINNING, _END = "<", ">"  # of a word, as no word has them and no regular expression minds them
_SOUNDS = {spelling.replace("^", _BEGINNING).replace("$", _END): sounds for spelling, sounds in TABLES.letters.items()}
_SPELLING = re.compile(alternation(_SOUNDS))
_ARTICLE = Sound("a", "eiou", "", "?"), Sound("l", "", "", "?")
_GLUED_ARTICLE = Sound("a", "eiou", "", "?"), Sound("l", "", "", "~")

KEY_VERSION = hashlib.sha256(
    repr((1, LONGEST, MOST_KEYS, _GLUED, _PROCLITICS, sorted(_SUN), sorted(_VOWEL_LETTERS), TABLES.letters, TABLES.keys,
          *(sorted(words) for words in (TABLES.articles, TABLES.servants, TABLES.unarticled, TABLES.particles)))).encode()
).hexdigest()[:16]  # fmt: skip
"""Changes with whatever changes keys: part of an index's fingerprint. The 1 is raised when only code changes them."""


@lru_cache(_CACHED)
def keys(token: str) -> frozenset[str]:
    """Return the consonant keys of a token; two spellings of a name have one in common, nearly always.

    A token may hold spaces and hyphens ("al-Raisi", "عبد المالك"). It has MOST_KEYS at most, and none without consonants.
    """
    found = [""]
    for sound in _sounds(token):
        if letters := _key_letters(sound):
            grown = [key + letter for key in found for letter in letters]
            if len(grown) > MOST_KEYS:
                grown = [key + letters[0] for key in found]
            found = list(dict.fromkeys(grown)) if len(letters) > 1 else grown
    return frozenset(key for key in found if key)


@cache
def _key_letters(sound: Sound) -> tuple[str, ...]:
    """Return what keys have for a sound, the likeliest first; nothing if they pass over it."""
    if sound.mark == "?" or sound.vowel:
        return ()
    letters = dict.fromkeys(
        letter for phoneme in sound.likely + sound.elsewhere for letter in TABLES.keys.get(phoneme, ("",))
    )
    if sound.optional:
        letters[""] = None
    return () if letters == {"": None} else tuple(letters)


def closeness(a: str, b: str) -> float:
    """Return how alike two tokens sound, from 0 to 1, in whatever scripts; symmetric.

    1 less the edit distance over the weight of the heavier token, both in consonants. About .9 and above are spellings of
    one name, or two names that differ in vowels; Fedulov and Fedotov have .77.
    """
    return _closeness(a, b) if a <= b else _closeness(b, a)


@lru_cache(_CACHED * 2)
def _closeness(a: str, b: str) -> float:
    first, second = _row(a), _row(b)
    weight = max(first.weight, second.weight)
    return max(0.0, 1.0 - _distance(first, second) / weight) if weight else 0.0


def forget() -> None:
    """Empty the caches: for measuring."""
    for function in (keys, _closeness, _row, _sounds, folded):
        function.cache_clear()


def _distance(a: _Row, b: _Row) -> float:
    """Return the least sum of costs that makes one row of sounds the other (Levenshtein's table, one line at a time)."""
    mixed = a.arabic != b.arabic
    a_drops, b_drops = (a.drops_unwritten, b.drops_unwritten) if mixed else (a.drops, b.drops)
    costs = _costs()
    total = 0.0
    line = [total]
    for drop in b_drops:
        total += drop
        line.append(total)
    columns = list(zip(range(1, len(line)), b.numbers, b_drops, strict=False))
    for number, drop in zip(a.numbers, a_drops, strict=True):
        replace = costs[number]
        diagonal = line[0]
        line[0] = left = diagonal + drop
        for column, other, other_drop in columns:
            best = diagonal + replace[other]
            diagonal = line[column]
            if diagonal + drop < best:  # noqa: PLR1730 - calls of min would take twice the time
                best = diagonal + drop
            if left + other_drop < best:  # noqa: PLR1730 - as above
                best = left + other_drop
            line[column] = left = best
    return line[-1]


@lru_cache(_CACHED)
def _row(token: str) -> _Row:
    sounds = _sounds(token)
    arabic = any(_is_arabic(character) for character in token[: 4 * LONGEST])
    drops = [_drop(sound) for sound in sounds]
    unwritten = drops if arabic else _unwritten(sounds, drops)
    weight = sum(drop for sound, drop in zip(sounds, drops, strict=True) if not sound.optional)
    numbers = tuple(_numbers()[sound[:3]] for sound in sounds)
    return _Row(numbers, tuple(drops), tuple(unwritten), arabic, weight)


def _unwritten(sounds: Sequence[Sound], drops: Sequence[float]) -> list[float]:
    """Return what it costs to leave sounds out where Arabic script may have done so: vowels inside a word.

    Of two vowels in a row, as in Hussein, it writes one.
    """
    firm = [place for place, sound in enumerate(sounds) if not sound.optional]
    costs = list(drops)
    for place in range(firm[0] + 1, firm[-1]) if firm else ():
        sound, before = sounds[place], sounds[place - 1]
        if (
            sound.likely[0] in _VOWELS
            and not sound.optional
            and not (before.likely[0] in _VOWELS and not before.optional)
        ):
            costs[place] = _LONG if sound.mark == ":" else _UNWRITTEN
    return costs


def _drop(sound: Sound) -> float:
    if sound.optional:
        return _OPTIONAL
    if not _WEAK_SOUNDS.isdisjoint(sound.likely):
        return _WEAK
    return _ASPIRATE if sound.likely[0] == "h" else _CONSONANT


@cache
def _numbers() -> dict[tuple[str, str, str], int]:
    every = [*_ARTICLE, *_GLUED_ARTICLE, *(sound for sounds in TABLES.letters.values() for sound in sounds)]
    return {values: number for number, values in enumerate(dict.fromkeys(sound[:3] for sound in every))}


@cache
def _costs() -> list[list[float]]:
    """Return what it costs to replace one sound by another, by their numbers."""
    return [[_replacement(a, b) for b in _numbers()] for a in _numbers()]


def _replacement(a: tuple[str, str, str], b: tuple[str, str, str]) -> float:
    extra = (0.0, _POSSIBLE, _ELSEWHERE)
    return min(
        (
            _phoneme_cost(x, y) + first + second
            for (some, first), (others, second) in product(zip(a, extra, strict=True), zip(b, extra, strict=True))
            for x, y in product(some, others)
        ),
        default=2 * _CONSONANT,
    )


def _phoneme_cost(a: str, b: str) -> float:
    if a == b:
        return 0.0
    near = (a, b) in TABLES.near
    if a in _VOWELS and b in _VOWELS:
        return _NEAR_VOWEL if near else _OTHER_VOWEL
    if near:
        return _NEAR
    return 2 * _CONSONANT if {a, b} & _WEAK_SOUNDS else _CONSONANT


@lru_cache(_CACHED)
def _sounds(token: str) -> tuple[Sound, ...]:
    """Read a token. What stands doubled counts once, but not in Arabic script, which doubles no letter for length."""
    sounds: list[Sound] = []
    for article, word in _words(token):
        sounds += article
        for match in _SPELLING.finditer(f"{_BEGINNING}{word}{_END}"):
            _extend(sounds, _SOUNDS[match[0]], doubles=_is_arabic(match[0][0]))
    return tuple(sounds)


def _extend(sounds: list[Sound], read: tuple[Sound, ...], *, doubles: bool) -> None:
    for sound in read:
        last = sounds[-1] if sounds else None
        same = last is not None and last[:3] == sound[:3] and not sound.vowel
        if last is None or not same or (doubles and not last.optional and not sound.optional):
            sounds.append(sound)
        elif not sound.optional:
            sounds[-1] = sound


def _words(token: str) -> list[tuple[tuple[Sound, ...], str]]:
    """Give the words of a token, each with the sounds of the article that it has lost."""
    parts = folded(token)
    found: list[tuple[tuple[Sound, ...], str]] = []
    article: tuple[Sound, ...] = ()
    for part, following in zip(parts, (*parts[1:], ""), strict=False):
        if following and is_article(part, following):
            article = _ARTICLE
        else:
            found.append((article, part) if article else _without_article(part))
            article = ()
    return found


def _without_article(word: str) -> tuple[tuple[Sound, ...], str]:
    """Cut off an article that is written in one word with what follows: الريسي, Elbeltagy, للإنتربول."""
    if word.startswith("ال") and len(word) > 3:  # noqa: PLR2004 - two letters are a name, as in الحق
        # العربي is also written Larbi, العز Al-Izz, and in إلياس there is no article
        firm = len(word) < 6 or word[2] in "اعيیو" or word.startswith(tuple(TABLES.unarticled))  # noqa: PLR2004 - as above
        return (_GLUED_ARTICLE if firm else _ARTICLE), word[2:]
    if word.startswith(_GLUED) and len(word) > 4:  # noqa: PLR2004 - Aldo
        rest = word[2:].removeprefix("ь")
        if rest[0] not in _VOWEL_LETTERS:
            return _GLUED_ARTICLE, rest
    if word.startswith(_PROCLITICS) and len(word) > 5:  # noqa: PLR2004 - والد is a word
        return _ARTICLE, word[2 if word.startswith("لل") else 3 :]
    return (), word


def is_article(word: str, following: str) -> bool:
    """Tell whether a word, folded, is the article of the word that follows: al, ال, or as in as-Sadr, эд in эд-Дин."""
    if word in TABLES.articles:
        return True
    return word[0] in "aeuаэу" and 1 < len(word) < 4 and following.startswith(word[1:]) and word[1] in _SUN  # noqa: PLR2004


@lru_cache(_CACHED)
def folded(token: str) -> tuple[str, ...]:
    """Return a token's words, in lower case, of letters that the table has or that lost their marks, LONGEST in all."""
    text = unicodedata.normalize("NFKC", token[: 4 * LONGEST]).lower()
    text = "".join(map(_plain, unicodedata.normalize("NFC", text)))
    return tuple(text[: LONGEST + text.count(" ")].split())


@lru_cache(4096)
def _plain(character: str) -> str:
    """Return a letter as the table has it, a space between words, an apostrophe where there was one, else nothing."""
    if character in TABLES.letters:
        return character
    if character in _HYPHENS or character == _ZWNJ or character.isspace():
        return " "
    if character in _APOSTROPHES:
        return "'"
    return "".join(part for part in unicodedata.normalize("NFKD", character) if part.isalpha() and part != "\u0640")


def _is_arabic(character: str) -> bool:
    return "\u0600" <= character <= "\u08ff" or "\ufb50" <= character <= "\ufefc"
