"""The contract of an engine: what goes in, what comes out, what must hold.

Neutral objects go in (`Request`, with terms that Python has analysed and a vector that Python has made), candidates
come out. An engine ranks nothing across legs or languages: fusion, highlighting and paging are the same Python code
for every engine (`search.searcher`). The behaviour suite in tests/behaviour holds every engine to this file.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from search.bm25 import Term
from search.compatibility import Fingerprint
from search.graph import Link
from search.keywords import KeywordQuery
from search.name_query import NameQuery
from search.passages import Passage
from search.query import Filters
from search.release import Release

Vector = NDArray[np.float32]
"""One vector: shape (dims,), unit length."""

Matrix = NDArray[np.float32]
"""Vectors, one a row: shape (n, dims)."""

Completions = dict[str, dict[str, dict[str, dict[str, int]]]]
"""By language and beginning: exact terms, each with its spellings and how many releases have each of these."""


@dataclass(frozen=True)
class Request:
    """What an engine is asked.

    `keywords` has one query for each language that may be searched, also when only meaning counts: `filters.langs` has
    been spent in it. `vector` is the
    centred query vector, or None when only words count. `floor` is the cosine under which nothing is related.
    `words_depth` and `meaning_depth` bound the candidates of each leg; with a `words_depth` of 0 nothing is found by
    words, but what must or must not stand in the text still holds. `newest` asks for the keyword leg's candidates
    by date instead of by score: True for the newest, False for the oldest, None for the best. `names` asks the names leg
    in those languages that it has a query for, for `names_depth` releases in each.
    """

    keywords: tuple[KeywordQuery, ...]
    vector: Vector | None
    filters: Filters
    floor: float
    words_depth: int
    meaning_depth: int
    newest: bool | None = None
    names: tuple[NameQuery, ...] = ()
    names_depth: int = 0


@dataclass(frozen=True)
class Candidates:
    """Releases that any leg found, each with its exact score by words and by meaning; parallel columns of length n.

    `bm25` is the release's BM25 for the language's keyword query (0 where no word matches) and `attainable` the
    most that the query could score in that language: sum of idf x (k1 + 1), a prefix counting 1. `matched` says that
    the release matches the words as `KeywordQuery` defines it. `cosine` is the best passage's cosine, whichever leg
    found the release (0 without a vector). `named` says that the names leg found it, by keys, which are no proof. A
    release that is neither `matched` nor `named` was found by meaning: its cosine is at least the request's floor.

    `words` counts every matching release, also those beyond the depth, and `facets` counts the same releases by
    lang, source, country and month ("2024-05"). `matched` candidates are part of those counts; the others are not. `frequencies` says
    for each language how many of its releases have each word of its keyword query, removed ones perhaps included.
    """

    ids: list[str]
    lang: list[str]
    source: list[str | None]
    country: list[str | None]
    published: list[date | None]
    bm25: NDArray[np.float64]
    attainable: NDArray[np.float64]
    cosine: NDArray[np.float64]
    matched: NDArray[np.bool_]
    named: NDArray[np.bool_]
    words: int
    facets: Mapping[str, Mapping[str, int]]
    frequencies: Mapping[str, Mapping[Term, int]]

    def joined(self, more: "Candidates") -> "Candidates":
        """Return these with others behind them, which are not counted: no id may be in both."""
        return replace(
            self,
            ids=self.ids + more.ids,
            lang=self.lang + more.lang,
            source=self.source + more.source,
            country=self.country + more.country,
            published=self.published + more.published,
            bm25=np.concatenate([self.bm25, more.bm25]),
            attainable=np.concatenate([self.attainable, more.attainable]),
            cosine=np.concatenate([self.cosine, more.cosine]),
            matched=np.concatenate([self.matched, more.matched]),
            named=np.concatenate([self.named, more.named]),
        )

    def only(self, rows: NDArray[np.int64]) -> "Candidates":
        """Return the candidates of these rows; counts stay as they are."""
        return replace(
            self,
            ids=[self.ids[row] for row in rows],
            lang=[self.lang[row] for row in rows],
            source=[self.source[row] for row in rows],
            country=[self.country[row] for row in rows],
            published=[self.published[row] for row in rows],
            bm25=self.bm25[rows],
            attainable=self.attainable[rows],
            cosine=self.cosine[rows],
            matched=self.matched[rows],
            named=self.named[rows],
        )


@dataclass(frozen=True)
class Stored:
    """A release with its best passage for the query vector, if there was one."""

    release: Release
    passage: tuple[int, int] | None = None
    cosine: float = 0.0


@dataclass(frozen=True)
class Pieces:
    """The passages of a release in the order of its text: offsets into the body, and a centred unit row for each.

    A passage without a direction (a text that is nothing but the mean) has a row of zeros.
    """

    spans: tuple[tuple[int, int], ...]
    vectors: Matrix


@dataclass(frozen=True)
class Entry:
    """A release that is ready to be written: `vectors` has one raw (uncentred) row for each passage."""

    release: Release
    passages: Sequence[Passage]
    vectors: Matrix


@dataclass(frozen=True)
class Refused:
    """A release that an engine would not take, with its reason: a sentence."""

    id: str
    reason: str


@dataclass(frozen=True)
class Run:
    """A line of the audit log: what was run, by whom, when, for how long, how many releases it wrote, and the outcome.

    `started` is an ISO 8601 instant; `outcome` is "done" or what went wrong.
    """

    command: str
    user: str
    host: str
    pid: int
    started: str
    seconds: float
    written: int
    outcome: str


@dataclass(frozen=True)
class Status:
    """What `bayan status` and /readyz tell. `generations` are names, oldest first; `holder` who writes just now."""

    engine: str
    location: str
    generation: str | None
    generations: tuple[str, ...]
    previous: str | None
    releases: Mapping[str, int]
    passages: int
    fingerprint: Fingerprint | None
    holder: str | None
    size_bytes: int
    runs: tuple[Run, ...] = field(default=())


class Writer(ABC):
    """Writes releases into one generation, which the holder of the lease has to itself."""

    @abstractmethod
    def known(self, ids: Sequence[str]) -> dict[str, str]:
        """Return the content hash of each of these ids that the generation holds."""

    @abstractmethod
    def held(self, ids: Sequence[str]) -> dict[str, Release]:
        """Return the release of each of these ids that the generation holds, published or not."""

    @abstractmethod
    def vectors(self, hashes: Sequence[str]) -> dict[str, Vector]:
        """Return the raw vectors of the passages with these hashes that this model has embedded before."""

    @abstractmethod
    def write(self, entries: Sequence[Entry]) -> list[Refused]:
        """Store the entries, replacing releases of the same id, and return those that the engine would not take.

        Each is stored whole or not at all, and durably once this returns. Raises `StorageError` if none can be stored
        just now, `LockedError` if the lease was lost.
        """

    @abstractmethod
    def ids(self) -> Iterator[str]:
        """Give the id of every release in the generation."""

    @abstractmethod
    def remove(self, ids: Iterable[str]) -> int:
        """Remove these releases and return how many there were. All or nothing; durable once this returns."""

    @abstractmethod
    def publish(self) -> None:
        """Make everything written so far visible to searches."""


class Rebuild(ABC):
    """A generation that is built aside while the current one serves."""

    writer: Writer

    @abstractmethod
    def releases(self) -> Iterator[Release]:
        """Give every release of the generation that serves now."""

    @abstractmethod
    def candidate(self) -> "Engine":
        """Open the new generation for searching, to verify it before it serves."""

    @abstractmethod
    def switch(self) -> None:
        """Let the new generation serve, in one atomic step; keep the one before it; delete older ones."""


class View(ABC):
    """One generation as searches see it: what comes out of one view was never mixed from two generations."""

    revision: str
    """Names what is seen: another generation, or anything published in this one, has another."""

    @abstractmethod
    def candidates(self, request: Request) -> Candidates:
        """Find the candidates of all legs. Filters, and what must or must not stand in the text, act inside each."""

    @abstractmethod
    def key_frequencies(self, keys: Collection[str]) -> tuple[int, dict[str, int]]:
        """Return how many releases there are, and how many have each of these keys of names, in all languages."""

    @abstractmethod
    def judged(self, ids: Sequence[str], request: Request) -> Candidates:
        """Return these releases as candidates, in any order, without those that the filters keep out; nothing is counted."""

    @abstractmethod
    def links(self, ids: Sequence[str]) -> list[Link]:
        """Return the links (`search.graph`) of these releases: `first` is one of them. Those that weigh nothing are left out."""

    @abstractmethod
    def frequencies(self, words: Mapping[str, Collection[Term]]) -> dict[str, dict[Term, int]]:
        """Return for words of each language how many of its releases have them, removed ones perhaps included."""

    @abstractmethod
    def neighbours(self, terms: Mapping[str, Collection[str]]) -> dict[str, dict[str, dict[str, int]]]:
        """Return for exact terms of each language the exact terms of its releases that are one edit away.

        Each with how many releases have it; one edit is what `search.edits.neighbours` says.
        """

    @abstractmethod
    def completions(self, beginnings: Mapping[str, Collection[str]], *, limit: int) -> Completions:
        """Return for beginnings of exact terms of each language the words of its releases that begin so.

        At most `limit` spellings a beginning, those that most releases have; `search.spellings` says what is kept.
        """

    @abstractmethod
    def sources(self) -> dict[str, int]:
        """Return the sources of all releases, each with how many it has."""

    @abstractmethod
    def fetch(self, ids: Sequence[str], vector: Vector | None) -> list[Stored]:
        """Return these releases in this order, each with its best passage; one deleted meanwhile is left out."""

    @abstractmethod
    def passages(self, ids: Sequence[str]) -> dict[str, Pieces]:
        """Return the passages of each of these releases that is there, by id."""

    @abstractmethod
    def near(self, release_id: str, *, limit: int) -> list[tuple[Release, float]]:
        """Return the releases nearest by meaning, best first, by the cosine of the means of centred passages.

        Raises `NotFoundError` for an unknown id.
        """


class Engine(ABC):
    """A store of releases that finds candidates by words, by names and by meaning."""

    @abstractmethod
    def view(self) -> View:
        """Return a view of what serves now. Raises the `IndexUnavailableError` that says what to run if nothing can."""

    @abstractmethod
    def entries(self) -> Iterator[Entry]:
        """Give every release that serves now, with its passages and their raw vectors."""

    @abstractmethod
    def status(self) -> Status:
        """Describe the index. Works, and says so, when there is none."""

    @abstractmethod
    def writing(self, command: str) -> AbstractContextManager[Writer]:
        """Take the lease and write into the current generation, made if there is none; publish at the end.

        Raises `LockedError`, `FingerprintError` or `StorageError`. What was written before an error stays.
        """

    @abstractmethod
    def rebuilding(self, command: str) -> AbstractContextManager[Rebuild]:
        """Take the lease and build a generation aside. Left without `switch`, the new generation is removed."""

    @abstractmethod
    def rollback(self) -> str:
        """Let the previous generation serve again and return its name.

        Raises `NoIndexError` if there is none, `FingerprintError` if this Bayan cannot read it.
        """

    @abstractmethod
    def close(self) -> None:
        """Release files and connections. The engine cannot be used after it."""
