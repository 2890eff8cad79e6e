"""The words of one language in one tantivy index.

Python analyses; tantivy is given finished terms, parted by spaces, and counts them. Its BM25 is Lucene's with
k1 = 1.2, b = 0.75 and the factor (k1 + 1) that Lucene has dropped.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import tantivy
from numpy.typing import NDArray

import analyzers
from analyzers import Token
from search import bm25, edits, name_query, spellings, values
from search.bm25 import Term
from search.engines.database import storage
from search.engines.local.store import Numbered
from search.errors import StorageError
from search.keywords import ALSO, Concept, KeywordQuery, Match, Phrase, Value, Word
from search.name_query import NameQuery
from search.query import Filters
from search.release import Release

_HEAP_BYTES = 30_000_000
"""tantivy asks for at least 15 MB a writer; each of seven indices has one."""

_REMOVALS = 10
"""How often a folder is emptied until it is gone: the second time has always been enough."""

_LEFT_OUT = "\u2400"
"""Stands for a stop word where places count."""

_SIGNS = re.compile(r"[\\.+*?()|\[\]{}^$]")
"""What means something in a pattern; of these a term has only the point (3.744), but a query is anybody's text."""

_MUST, _SHOULD, _NOT = tantivy.Occur.Must, tantivy.Occur.Should, tantivy.Occur.MustNot
_FACET_VALUES = 65_000
"""More sources than any one index is expected to have, so that every facet count is exact."""


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("n", indexed=True, fast=True)
    builder.add_text_field("stem", tokenizer_name="whitespace", index_option="freq")
    # The same with a mark for each word that is left out, so that a phrase of stems finds its words at their places.
    builder.add_text_field("placed", tokenizer_name="whitespace", index_option="position")
    builder.add_text_field("exact", tokenizer_name="whitespace", index_option="position")
    builder.add_text_field("values", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("names", tokenizer_name="whitespace", index_option="basic")
    builder.add_text_field("spelt", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("source", tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_text_field("country", tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_integer_field("day", indexed=True, fast=True)
    builder.add_integer_field("month", fast=True)
    return builder.build()


SCHEMA = _schema()


@dataclass(frozen=True)
class Found:
    """What the keyword leg found in one language: numbers and scores, best first, and counts over all that match.

    `facets` counts them by source, country and month.
    """

    number: NDArray[np.int64]
    bm25: NDArray[np.float64]
    count: int
    facets: dict[str, dict[str, int]]


NONE = Found(np.empty(0, np.int64), np.empty(0), 0, {})
"""Nothing."""


def whole(path: Path) -> bool:
    """Say whether there is an index in `path` that can be opened."""
    try:
        tantivy.Index.open(str(path)).searcher()
    except ValueError:
        return False
    return True


class WordsWriter:
    """Adds to the index of one language. What is not committed is lost in a crash, and replayed from the store."""

    def __init__(self, path: Path, lang: str) -> None:
        """Open or make the index in `path`; one that cannot be opened is derived data and made anew."""
        self.lang = lang
        self._path = path
        if not whole(path):
            shutil.rmtree(path, ignore_errors=True)
        with storage(path), _told(path):
            path.mkdir(parents=True, exist_ok=True)
            self._writer = tantivy.Index(SCHEMA, path=str(path)).writer(heap_size=_HEAP_BYTES, num_threads=1)

    def add(self, releases: Iterable[Numbered]) -> None:
        """Add releases; adding one again replaces it."""
        with _told(self._path):
            for item in releases:
                self._writer.delete_documents_by_term("n", item.number)
                self._writer.add_document(_document(item.number, item.release))

    def remove(self, numbers: Iterable[int]) -> None:
        """Remove releases by number."""
        with _told(self._path):
            for number in numbers:
                self._writer.delete_documents_by_term("n", number)

    def commit(self) -> None:
        """Make everything so far durable and visible to searchers that are opened from now on."""
        with _told(self._path):
            self._writer.commit()

    def close(self) -> None:
        """Drop what is not committed and let the index go."""
        with _told(self._path):
            self._writer.rollback()
            self._writer.wait_merging_threads()


class Words:
    """Searches one language's index as it was when this was opened."""

    def __init__(self, path: Path, lang: str) -> None:
        """Open the index. Raises `StorageError` if it is damaged."""
        self.lang = lang
        with _told(path):
            self._searcher = _opened(path).searcher()

    def find(self, query: KeywordQuery, filters: Filters, depth: int, *, newest: bool | None = None) -> Found:
        """Find what matches: at most `depth` releases, best (or by day) first; counts are over all that match."""
        compiled = self._matching(query, filters)
        if compiled is None or not depth:
            return NONE
        if newest is None:
            result = self._searcher.search(compiled, limit=depth)
            number, score = self._columns(result)
        else:
            order = tantivy.Order.Desc if newest else tantivy.Order.Asc
            result = self._searcher.search(compiled, limit=depth, order_by_field="day", order=order)
            number, _ = self._columns(result)
            score = self.scores(query, number)
        buckets = self._searcher.aggregate(
            compiled,
            {name: {"terms": {"field": name, "size": _FACET_VALUES}} for name in ("source", "country", "month")},
        )
        facets = {
            name: {_shown(bucket["key"]): int(bucket["doc_count"]) for bucket in of["buckets"]}
            for name, of in buckets.items()
        }
        count: int = result.count  # type: ignore[attr-defined] # tantivy's stub forgets it
        return Found(number, score, count, facets)

    def scores(self, query: KeywordQuery, numbers: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the BM25 of these releases for the query, however few of its words they have."""
        out = np.zeros(len(numbers))
        if len(numbers) and query.scored:
            clauses = [(_SHOULD, self._concept(concept)) for concept in query.scored]
            compiled = tantivy.Query.boolean_query([(_MUST, _numbers(numbers)), *clauses])
            found, score = self._columns(self._searcher.search(compiled, limit=len(numbers), count=False))
            place = {int(number): i for i, number in enumerate(found)}
            for i, number in enumerate(numbers):
                at = place.get(int(number))
                out[i] = score[at] if at is not None else 0.0
        return out

    def matching(self, query: KeywordQuery, filters: Filters, numbers: NDArray[np.int64] | None) -> NDArray[np.int64]:
        """Return the numbers that match the query: all, or those among `numbers`."""
        compiled = self._matching(query, filters, numbers)
        limit = self._searcher.num_docs if numbers is None else len(numbers)
        if compiled is None or not limit:
            return np.empty(0, np.int64)
        return self._columns(self._searcher.search(compiled, limit=limit, count=False))[0]

    def named(self, query: NameQuery, words: KeywordQuery, filters: Filters, depth: int) -> NDArray[np.int64]:
        """Find at most `depth` releases by name: numbers, best first. The words that match add to the score."""
        # A set of terms would be one query, but tantivy builds an automaton for it: ten times slower.
        having = [
            _any([tantivy.Query.term_query(SCHEMA, "names", key, "basic") for key in place.keys])
            for place in query.places
        ]
        enough = [
            tantivy.Query.boolean_query(
                [*((_MUST, having[place]) for place in places), *self._literally(query, places)]
            )
            for places in query.enough
        ]
        clauses = [(_MUST, limit) for limit in self._limits(filters)]
        clauses += [
            (_MUST, tantivy.Query.const_score_query(query, 0.0))
            for query in (_any(enough), *map(self._concept, words.must))
        ]
        clauses += [(_NOT, self._match(match)) for match in words.excluded]
        clauses += [
            (_SHOULD, tantivy.Query.const_score_query(has, place.weight))
            for has, place in zip(having, query.places, strict=True)
        ]
        clauses += [(_SHOULD, self._concept(concept)) for concept in words.scored]
        result = self._searcher.search(tantivy.Query.boolean_query(clauses), limit=depth, count=False)
        return self._columns(result)[0]

    def key_frequencies(self, keys: Iterable[str]) -> tuple[int, dict[str, int]]:
        """Return how many releases there are, and how many have each key."""
        return self._searcher.num_docs, {key: self._searcher.doc_freq("names", key) for key in keys}

    def frequencies(self, terms: Iterable[Term]) -> dict[Term, int]:
        """Return how many releases have each term, those removed since segments were last merged included."""
        return {term: self._frequency(term) for term in terms}

    def neighbours(self, term: str) -> dict[str, int]:
        """Return the exact terms that are one edit away, each with how many releases have it."""
        near = {other: self._frequency(Word(other, exact=True)) for other in edits.neighbours(term)}
        return {other: count for other, count in near.items() if count}

    def completions(self, beginning: str, limit: int) -> dict[str, dict[str, int]]:
        """Return exact terms that begin so, each with its spellings and how many releases have these."""
        # With a query that counts, releases that were removed are not counted.
        everything = tantivy.Query.all_query()
        return spellings.grouped(
            self._searcher.terms_with_prefix("spelt", beginning, filter_query=everything, limit=limit)
        )

    def attainable(self, query: KeywordQuery, frequencies: Mapping[Term, int]) -> float:
        """Return the most that any text could score (see `search.bm25`); `frequencies` has its words."""
        return bm25.attainable(query, frequencies.__getitem__, self._searcher.num_docs)

    def _frequency(self, term: Term) -> int:
        field, text = ("values", term.key) if isinstance(term, Value) else (_field(term), term.term)
        return int(self._searcher.doc_freq(field, text))

    def _matching(
        self, query: KeywordQuery, filters: Filters, numbers: NDArray[np.int64] | None = None
    ) -> tantivy.Query | None:
        if not query.scored and not query.everything:
            return None
        clauses = [(_MUST, limit) for limit in self._limits(filters)]
        if numbers is not None:
            clauses.append((_MUST, _numbers(numbers)))
        clauses += [(_MUST, self._concept(concept)) for concept in query.must]
        if query.should:
            should = [(_SHOULD, self._concept(concept)) for concept in query.should]
            clauses.append((_MUST, tantivy.Query.boolean_query(should, query.minimum)))
        if query.everything:
            clauses.append((_MUST, tantivy.Query.const_score_query(tantivy.Query.all_query(), 0.0)))
        clauses += [(_NOT, self._match(match)) for match in query.excluded]
        return tantivy.Query.boolean_query(clauses)

    def _literally(self, query: NameQuery, places: tuple[int, ...]) -> list[tuple[tantivy.Occur, tantivy.Query]]:
        """Keep out who has the words of all these places."""
        words = [query.places[place].words for place in places]
        if not all(words):
            return []
        every = [(_MUST, self._match(word)) for word in dict.fromkeys(chain.from_iterable(words))]
        return [(_NOT, tantivy.Query.boolean_query(every))]

    def _concept(self, concept: Concept) -> tantivy.Query:
        queries = [self._match(match) for match in concept.alternatives]
        queries += [tantivy.Query.boost_query(self._match(match), ALSO) for match in concept.also]
        return queries[0] if len(queries) == 1 else tantivy.Query.disjunction_max_query(queries)

    def _match(self, match: Match) -> tantivy.Query:
        if isinstance(match, Word):
            option = "position" if match.exact else "freq"
            return tantivy.Query.term_query(SCHEMA, _field(match), match.term, option)
        if isinstance(match, Value):
            return tantivy.Query.term_query(SCHEMA, "values", match.key, "freq")
        if isinstance(match, Phrase):
            return tantivy.Query.phrase_query(SCHEMA, "exact" if match.exact else "placed", list(match.terms))
        # An automaton, and not a list of all the terms: "co" begins some thousands. It scores 1 for any of them.
        return tantivy.Query.regex_query(SCHEMA, "exact", _SIGNS.sub(r"\\\g<0>", match.start) + ".*")

    def _limits(self, filters: Filters) -> list[tantivy.Query]:
        limits = []
        if filters.sources:
            limits.append(tantivy.Query.term_set_query(SCHEMA, "source", list(filters.sources)))
        if filters.countries:
            limits.append(tantivy.Query.term_set_query(SCHEMA, "country", list(filters.countries)))
        if filters.after or filters.before:
            first = filters.after.toordinal() if filters.after else None
            last = filters.before.toordinal() if filters.before else None
            limits.append(
                tantivy.Query.range_query(SCHEMA, "day", tantivy.FieldType.Integer, lower_bound=first, upper_bound=last)
            )
        return [tantivy.Query.const_score_query(limit, 0.0) for limit in limits]

    def _columns(self, result: tantivy.SearchResult) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        hits = result.hits
        numbers = self._searcher.fast_field_values("n", [address for _, address in hits])
        return np.array(numbers, np.int64), np.array([score for score, _ in hits], np.float64)


def _opened(path: Path) -> tantivy.Index:
    """Open an index for reading.

    tantivy writes a lock file even then. Where nothing can be written, it is given a folder of links instead.
    """
    if os.access(path, os.W_OK):
        return tantivy.Index.open(str(path))
    links = Path(tempfile.mkdtemp(prefix="bayan-words-"))
    try:
        for file in path.glob("[!.]*"):
            (links / file.name).symlink_to(file.absolute())  # but not .tantivy-meta.lock, nor .managed.json
        # The files are mapped when the searcher is made, and stay so after the links are gone.
        index = tantivy.Index.open(str(links))
        index.searcher()
        return index
    finally:
        # A thread of tantivy's looks for changes, and its lock file may come into the folder while that is emptied.
        for _ in range(_REMOVALS):
            shutil.rmtree(links, ignore_errors=True)
            if not links.exists():
                break


def _any(queries: Sequence[tantivy.Query]) -> tantivy.Query:
    return tantivy.Query.boolean_query([(_SHOULD, query) for query in queries])


def _field(word: Word) -> str:
    return "exact" if word.exact else "stem"


def _document(number: int, release: Release) -> tantivy.Document:
    tokens = analyzers.analyzer(release.lang).tokens(release.text)
    exact = analyzers.analyzer(release.lang, exact=True).tokens(release.text)
    fields: dict[str, object] = {
        "n": number,
        "stem": " ".join(token.term for token in tokens),
        "placed": _placed(tokens),
        "exact": " ".join(token.term for token in exact),
        "spelt": spellings.kept(release.text, exact, release.lang),
        "values": " ".join(values.terms(release.text, release.lang)),
        "names": " ".join(name_query.index_keys(release)),
    }
    if release.source:
        fields["source"] = release.source
    if release.country:
        fields["country"] = release.country
    if release.published:
        # tantivy sorts a missing day last, whichever way round.
        day = release.published
        fields |= {"day": day.toordinal(), "month": day.year * 100 + day.month}
    return tantivy.Document(**fields)


def _placed(tokens: Sequence[Token]) -> str:
    out: list[str] = []
    for token in tokens:
        out += [_LEFT_OUT] * (token.position - len(out))
        out.append(token.term)
    return " ".join(out)


def _shown(key: str | float) -> str:
    """Return the key of a bucket as a facet's value: a month (202405) as 2024-05."""
    return key if isinstance(key, str) else "{:04}-{:02}".format(*divmod(int(key), 100))


def _numbers(numbers: NDArray[np.int64]) -> tantivy.Query:
    return tantivy.Query.const_score_query(tantivy.Query.term_set_query(SCHEMA, "n", numbers.tolist()), 0.0)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn what tantivy says, always a ValueError, into a `StorageError`."""
    try:
        yield
    except ValueError as error:
        # The worker thread's own error is lost in "An index writer was killed": a full disk is by far its likeliest cause.
        full = "No space" in str(error) or "writer was killed" in str(error)
        what = "The disk may be full: make room and" if full else "What it holds can be made again:"
        raise StorageError(
            f"The word index in {path} cannot be written or read ({error}). {what} run the command again."
        ) from error
