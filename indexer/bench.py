"""Throughput and latency of an engine over many synthetic releases.

A release is made of sentences of real texts in one language, in a new order; its vectors are drawn around real ones.
Nothing is encoded: what is measured is the engine, and all that a search does besides encoding its query.
"""

import random
import re
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice

import numpy as np

from search import compatibility, passages
from search.centring import Calibration
from search.compatibility import Fingerprint
from search.encoder import Encoder
from search.engines.base import Engine, Entry, Matrix
from search.evaluation import EvaluationSet
from search.lexicon import Lexicon
from search.release import Release
from search.searcher import Searcher

DIMS = 384
MODEL = "synthetic"
CALIBRATION = Calibration(MODEL, np.zeros(DIMS, np.float32), {}, 0.2)
COUNTRIES = ("QA", "SA", "IR", "UZ", "RU", "KZ", "FR", "MA", "ES", "MX")
_BATCH = 500
_WORDS = 320
_NOISE = 0.6
"""The length of the random part of a vector beside its real part's 1: neighbours are then about as near as in news."""

_WARM = 20
_PERCENTILES = (50, 95, 99)


@dataclass(frozen=True)
class Latency:
    """Whole searches by `clients` threads: milliseconds at the percentiles 50, 95 and 99, and searches a second."""

    clients: int
    p50: float
    p95: float
    p99: float
    rate: float


@dataclass(frozen=True)
class Measured:
    """What was measured of an engine. `indexed` is in releases a second, None where the index was there already."""

    engine: str
    releases: int
    passages: int
    indexed: float | None
    size_bytes: int
    opened: float
    latencies: list[Latency] = field(default_factory=list)
    memory_bytes: int = 0


class Vectors(Encoder):
    """Stands in for the encoder: a text's vector is drawn around one of two thousand centres, whatever it says."""

    def __init__(self) -> None:
        """Draw the centres."""
        self.dims = DIMS
        self._random = np.random.default_rng(1)
        self._centres = self._unit(self._random.standard_normal((2_000, DIMS)))

    def encode_queries(self, texts: Sequence[str]) -> Matrix:
        """Return a vector for each text, which it does not look at."""
        return self.around(len(texts))

    def around(self, count: int) -> Matrix:
        """Return `count` vectors, each near one of the centres: float32 (count, DIMS)."""
        centres = self._centres[self._random.integers(len(self._centres), size=count)]
        noise = self._unit(self._random.standard_normal((count, DIMS)))
        return self._unit(centres + _NOISE * noise)

    @staticmethod
    def _unit(rows: np.ndarray) -> Matrix:
        unit: Matrix = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
        return unit


def fingerprint() -> Fingerprint:
    """Return the fingerprint of an index of synthetic vectors."""
    return compatibility.current(MODEL, DIMS, CALIBRATION.hash)


def synthetic(data: EvaluationSet, count: int) -> Iterator[Release]:
    """Give `count` releases, made of the set's sentences; the same ones every time."""
    choice = random.Random(1)  # noqa: S311 - synthetic data wants a fast generator, not a secure one
    sentences: dict[str, list[str]] = {}
    for release in data.releases:
        sentences.setdefault(release.lang, []).extend(filter(None, re.split(r"\n|(?<=[.!?؟]) ", release.body)))
    langs = sorted(sentences)
    for number in range(count):
        lang = langs[number % len(langs)]
        chosen: list[str] = []
        words = 0
        while words < _WORDS:
            chosen.append(choice.choice(sentences[lang]))
            words += len(chosen[-1].split())
        yield Release(
            id=f"r{number}",
            lang=lang,
            title=chosen[0][:120],
            body="\n".join(chosen),
            published=date(2010, 1, 1) + timedelta(days=choice.randrange(5_000)),
            source=f"Agency {choice.randrange(60)}",
            country=COUNTRIES[number % len(COUNTRIES)],
        )


def fill(engine: Engine, releases: Iterator[Release], vectors: Vectors, progress: Callable[[int], None]) -> float:
    """Write the releases and return the seconds that it took."""
    started = time.perf_counter()
    with engine.writing("bayan bench") as writer:
        while batch := list(islice(releases, _BATCH)):
            entries = []
            for release in batch:
                split = passages.split(release)
                entries.append(Entry(release, split, vectors.around(len(split))))
            writer.write(entries)
            progress(len(batch))
    return time.perf_counter() - started


def measure(
    name: str,
    engine: Engine,
    data: EvaluationSet,
    lexicon: Lexicon,
    *,
    releases: int,
    queries: int,
    clients: Sequence[int],
    progress: Callable[[int], None],
) -> Measured:
    """Index synthetic releases, unless they are there, and search them from one and from several threads."""
    vectors = Vectors()
    rate = None
    if sum(engine.status().releases.values()) != releases:
        rate = releases / fill(engine, synthetic(data, releases), vectors, progress)
    started = time.perf_counter()
    engine.view()
    opened = time.perf_counter() - started
    choice = random.Random(2)  # noqa: S311 - as above
    texts = [unquoted(query.text) for query in choice.sample(data.queries, min(queries + _WARM, len(data.queries)))]
    warm, asked = texts[:_WARM], texts[_WARM:]
    for text in warm:
        Searcher(engine, vectors, CALIBRATION, lexicon).search(text)
    latencies = [_latency(Searcher(engine, vectors, CALIBRATION, lexicon), asked, count) for count in clients]
    status = engine.status()
    return Measured(
        name,
        releases,
        status.passages,
        rate,
        status.size_bytes,
        opened,
        latencies,
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    )


def _latency(searcher: Searcher, texts: Sequence[str], clients: int) -> Latency:
    def search(text: str) -> float:
        started = time.perf_counter()
        searcher.search(text)
        return (time.perf_counter() - started) * 1000

    started = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        times = list(pool.map(search, texts))
    p50, p95, p99 = np.percentile(times, _PERCENTILES)
    return Latency(clients, float(p50), float(p95), float(p99), len(texts) / (time.perf_counter() - started))


def unquoted(text: str) -> str:
    """Return a headline without what would be query syntax."""
    return re.sub(r'["“”:*]|(^|\s)-|\bOR\b', " ", text)
