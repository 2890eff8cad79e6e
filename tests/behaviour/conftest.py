"""One suite for every engine: a second engine is one more line in `ENGINES`."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import date
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from search import compatibility, passages
from search.centring import Calibration
from search.engines.base import Engine, Entry, Matrix
from search.engines.local.engine import LocalEngine
from search.query import Filters
from search.release import Release
from search.searcher import Searcher

DIMS = 16
CALIBRATION = Calibration("hash", np.zeros(DIMS, np.float32), {}, 0.5)
FINGERPRINT = compatibility.current("hash", DIMS, CALIBRATION.hash)

Open = Callable[..., Engine]


class HashEncoder:
    """Vectors from hashes: equal texts are equal, others nearly at right angles."""

    dims = DIMS

    def encode_passages(self, texts: Sequence[str]) -> Matrix:
        seeds = [int.from_bytes(sha256(text.encode()).digest()[:8]) for text in texts]
        rows = np.array([np.random.default_rng(seed).standard_normal(DIMS) for seed in seeds], np.float32)
        return rows.reshape(len(texts), DIMS) / np.maximum(
            np.linalg.norm(rows.reshape(len(texts), DIMS), axis=1, keepdims=True), 1e-9
        )

    encode_queries = encode_passages


def local(folder: Path, fingerprint: compatibility.Fingerprint = FINGERPRINT) -> Engine:
    return LocalEngine(folder, fingerprint, CALIBRATION)


ENGINES = {"local": local}


@pytest.fixture(params=ENGINES)
def open_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    """Open an engine over this test's own data; each call gives another one over the same data."""
    opened: list[Engine] = []

    def open_it(fingerprint: compatibility.Fingerprint = FINGERPRINT) -> Engine:
        opened.append(ENGINES[request.param](tmp_path / "data", fingerprint))
        return opened[-1]

    yield open_it
    for engine in opened:
        engine.close()


@pytest.fixture
def engine(open_engine: Open) -> Engine:
    return open_engine()


def entry(release: Release) -> Entry:
    split = passages.split(release)
    return Entry(release, split, HashEncoder().encode_passages([passage.text for passage in split]))


def write(engine: Engine, *releases: Release) -> None:
    with engine.writing("test") as writer:
        writer.write([entry(release) for release in releases])


def release(identity: str, lang: str = "en", title: str = "", body: str = "", **fields: object) -> Release:
    day = fields.pop("published", None)
    return Release(identity, lang, title, body, published=date.fromisoformat(str(day)) if day else None, **fields)


def searcher(engine: Engine) -> Searcher:
    return Searcher(engine, HashEncoder(), CALIBRATION)


def found(engine: Engine, text: str, filters: Filters | None = None, **options: object) -> list[str]:
    return [hit.release.id for hit in searcher(engine).search(text, filters, **{"mode": "keyword"} | options).hits]


def reopened(open_engine: Open) -> "closing[Engine]":
    return closing(open_engine())
