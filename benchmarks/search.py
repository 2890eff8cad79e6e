"""Latency and memory of searches over many synthetic releases.

    python -m benchmarks.search EVALUATION_SET [--releases 100000] [--data FOLDER] [--queries 200] [--profile]

Each release is made of sentences of the set's documents in one language, in a new order, cut so that it has about
three passages; its vectors are random around real ones. Queries are the set's, with vectors of their own; nothing is
encoded. Prints the time to open the index, the percentiles of whole searches (parse, both legs, fusion, facets, ten
hits with highlights) and the peak memory of the process.
"""

import argparse
import cProfile
import pstats
import random
import re
import resource
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from search import centring, compatibility, evaluation, passages
from search.engines.base import Entry, Matrix
from search.engines.local.engine import LocalEngine
from search.evaluation import EvaluationSet
from search.release import Release
from search.searcher import Searcher

DIMS = 384
MODEL = "synthetic"
BATCH = 1_000
WORDS = 320
NOISE = 0.6
"""The length of the random part of a vector beside its real part's 1: neighbours are then about as near as in news."""


class Vectors:
    """Stands in for the encoder: a text's vector is drawn around the one of its language and topic."""

    dims = DIMS

    def __init__(self) -> None:
        self._random = np.random.default_rng(1)
        self._real = self._unit(self._random.standard_normal((2_000, DIMS)))

    def encode_queries(self, texts: Sequence[str]) -> Matrix:
        """Return a vector for each text, which it does not look at."""
        return self.around(len(texts))

    def around(self, count: int) -> Matrix:
        """Return `count` vectors, each near one of two thousand centres: float32 (count, DIMS)."""
        centres = self._real[self._random.integers(len(self._real), size=count)]
        noise = self._unit(self._random.standard_normal((count, DIMS)))
        return self._unit(centres + NOISE * noise)

    @staticmethod
    def _unit(rows: np.ndarray) -> Matrix:
        unit: Matrix = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
        return unit


def synthetic(data: EvaluationSet, count: int) -> Iterator[Release]:
    """Give `count` releases, made of the set's sentences."""
    choice = random.Random(1)
    sentences: dict[str, list[str]] = {}
    for release in data.releases:
        sentences.setdefault(release.lang, []).extend(filter(None, release.body.split("\n")))
    langs = sorted(sentences)
    for number in range(count):
        lang = langs[number % len(langs)]
        chosen: list[str] = []
        words = 0
        while words < WORDS:
            chosen.append(choice.choice(sentences[lang]))
            words += len(chosen[-1].split())
        yield Release(
            id=f"r{number}",
            lang=lang,
            title=chosen[0][:120],
            body="\n".join(chosen),
            published=date(2010, 1, 1) + timedelta(days=choice.randrange(5_000)),
            source=f"Agency {choice.randrange(60)}",
        )


def fill(engine: LocalEngine, data: EvaluationSet, count: int, vectors: Vectors) -> float:
    """Write the releases and return the seconds that it took."""
    started = time.perf_counter()
    with engine.writing("benchmark") as writer:
        batch: list[Entry] = []
        for number, release in enumerate(synthetic(data, count), 1):
            split = passages.split(release)
            batch.append(Entry(release, split, vectors.around(len(split))))
            if len(batch) == BATCH or number == count:
                writer.write(batch)
                batch = []
                if number % 10_000 == 0:
                    print(f"{number:,} releases, {time.perf_counter() - started:.0f} s", flush=True)
    return time.perf_counter() - started


def unquoted(text: str) -> str:
    """Return a headline without what would be query syntax."""
    return re.sub(r'["“”:*]|(^|\s)-|\bOR\b', " ", text)


def main() -> None:
    """Index if needed, search, and print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("set", type=Path)
    parser.add_argument("--releases", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--data", type=Path, help="keep the index here, and use it again if it is there")
    parser.add_argument("--profile", action="store_true", help="print where the time of the searches goes")
    chosen = parser.parse_args()
    data = evaluation.read(chosen.set)
    folder = chosen.data or Path(tempfile.mkdtemp(prefix="bayan-"))
    calibration = centring.Calibration(MODEL, np.zeros(DIMS, np.float32), {}, 0.2)
    expected = compatibility.current(MODEL, DIMS, calibration.hash)
    vectors = Vectors()
    engine = LocalEngine(folder, expected, calibration)
    if not engine.status().releases:
        seconds = fill(engine, data, chosen.releases, vectors)
        print(f"indexed without encoding: {chosen.releases / seconds:,.0f} releases/s")
    engine.close()

    engine = LocalEngine(folder, expected, calibration)
    started = time.perf_counter()
    engine.view()
    opened = time.perf_counter() - started
    status = engine.status()
    print(
        f"{sum(status.releases.values()):,} releases, {status.passages:,} passages, {status.size_bytes / 1e9:.2f} GB on disk"
    )
    print(f"open: {opened:.2f} s")
    queries = random.Random(2).sample(data.queries, min(chosen.queries, len(data.queries)))
    searcher = Searcher(engine, vectors, calibration)  # type: ignore[arg-type]
    for query in queries[:5]:
        searcher.search(unquoted(query.text), page=1, size=9)
    profile = cProfile.Profile()
    times = []
    for query in queries:
        started = time.perf_counter()
        if chosen.profile:
            profile.enable()
        searcher.search(unquoted(query.text))
        if chosen.profile:
            profile.disable()
        times.append((time.perf_counter() - started) * 1000)
    p50, p95, p99 = np.percentile(times, [50, 95, 99])
    print(f"hybrid search without encoding, {len(times)} queries: p50 {p50:.1f} ms, p95 {p95:.1f} ms, p99 {p99:.1f} ms")
    print(f"peak memory of the process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")
    if chosen.profile:
        pstats.Stats(profile).sort_stats("tottime").print_stats(18)
    engine.close()
    if not chosen.data:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
