"""One suite for every engine: another engine is one more line in `ENGINES`."""

import os
import shutil
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
from search.engines.elasticsearch.cluster import Access
from search.engines.elasticsearch.engine import ElasticsearchEngine
from search.engines.elasticsearch.mapping import LAYOUT, Layout
from search.engines.local.engine import LocalEngine
from search.query import Filters
from search.release import Release
from search.searcher import Searcher

DIMS = 16
CALIBRATION = Calibration("hash", np.zeros(DIMS, np.float32), {}, 0.5)
FINGERPRINT = compatibility.current("hash", DIMS, CALIBRATION.hash)

Open = Callable[..., Engine]

URL = "BAYAN_ELASTICSEARCH_URL"


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


def elasticsearch(
    folder: Path, fingerprint: compatibility.Fingerprint = FINGERPRINT, layout: Layout = LAYOUT
) -> ElasticsearchEngine:
    """Open an engine over indices of a prefix of this folder's own."""
    access = Access(tuple(os.environ[URL].split(",")))
    vectors = folder / "vectors.sqlite"
    return ElasticsearchEngine(access, prefix(folder), fingerprint, CALIBRATION, vectors=vectors, layout=layout)


def prefix(folder: Path) -> str:
    return f"test-{sha256(str(folder.absolute()).encode()).hexdigest()[:16]}"


ENGINES: dict[str, Open] = {"local": local, "elasticsearch": elasticsearch}


def remove(name: str, folder: Path) -> None:
    """Remove an index as an operator would, behind the back of any engine that is open."""
    if name == "elasticsearch":
        with closing(elasticsearch(folder)) as engine:
            engine.destroy()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=ENGINES, scope="module")
def engine_name(request: pytest.FixtureRequest) -> str:
    name = str(request.param)
    if name == "elasticsearch" and not os.environ.get(URL):
        pytest.skip(f"{URL} names no Elasticsearch 9: `docker compose up elasticsearch`, or any node, gives one")
    return name


@pytest.fixture(scope="module")
def stocked(engine_name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Engine]]:
    """Write releases into an engine that all tests of a module only read."""
    folder = tmp_path_factory.mktemp("stocked") / "data"
    opened: list[Engine] = []

    def stock(*releases: Release) -> Engine:
        opened.append(ENGINES[engine_name](folder))
        write(opened[-1], *releases)
        return opened[-1]

    yield stock
    for engine in opened:
        engine.close()
    remove(engine_name, folder)


@pytest.fixture
def data(engine_name: str, tmp_path: Path) -> Iterator[Path]:
    """The folder of this test's own index."""
    folder = tmp_path / "data"
    yield folder
    remove(engine_name, folder)


@pytest.fixture
def open_engine(engine_name: str, data: Path) -> Iterator[Open]:
    """Open an engine over this test's own data; each call gives another one over the same data."""
    opened: list[Engine] = []

    def open_it(fingerprint: compatibility.Fingerprint = FINGERPRINT) -> Engine:
        opened.append(ENGINES[engine_name](data, fingerprint))
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
