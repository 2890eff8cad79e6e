"""Settings turned into the parts that search: one place where they are put together."""

import hashlib
import json
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from search import centring, compatibility, encoder
from search.centring import Calibration
from search.compatibility import Fingerprint
from search.encoder import Encoder, ModelFingerprint
from search.engines.base import Engine
from search.engines.elasticsearch.cluster import Access
from search.engines.elasticsearch.engine import ElasticsearchEngine
from search.engines.elasticsearch.mapping import Layout
from search.engines.local.engine import LocalEngine
from search.searcher import Searcher
from search.settings import EngineName, Settings


@dataclass(frozen=True)
class Installation:
    """An engine with the model and the language means that its index is built and searched with."""

    settings: Settings
    encoder: Encoder
    calibration: Calibration
    fingerprint: Fingerprint
    engine: Engine

    def searcher(self) -> Searcher:
        """Return a searcher over the engine."""
        return Searcher(self.engine, self.encoder, self.calibration)


def model_name(model: ModelFingerprint) -> str:
    """Return one word for everything that makes vectors comparable: the model's id and a hash of the rest."""
    rest = hashlib.sha256(json.dumps(asdict(model), sort_keys=True).encode()).hexdigest()
    return f"{model.id}@{rest[:12]}"


@contextmanager
def opened(settings: Settings, engine: EngineName | None = None) -> Iterator[Installation]:
    """Put the parts together, with the engine that the settings or `engine` name, and close the engine at the end.

    The model is found (unpacked at first use) but not loaded, and the index is not opened yet.
    Raises `ModelError` or `SettingsError`.
    """
    with _closing(_parts(settings, engine or settings.engine, settings.data, settings.index_prefix, None)) as here:
        yield here


@contextmanager
def scratch(settings: Settings, engine: EngineName | None = None) -> Iterator[Installation]:
    """Put the parts together over an empty index of its own, which is removed at the end.

    Vectors are kept in the cache between runs.
    """
    name = engine or settings.engine
    prefix = f"{settings.index_prefix}-scratch-{secrets.token_hex(4)}"
    vectors = settings.cache / "evaluation.sqlite"
    with (
        tempfile.TemporaryDirectory(prefix="bayan-") as folder,
        _closing(_parts(settings, name, Path(folder) / "data", prefix, vectors)) as here,
    ):
        try:
            yield here
        finally:
            if isinstance(here.engine, ElasticsearchEngine):
                here.engine.destroy()


@contextmanager
def _closing(here: Installation) -> Iterator[Installation]:
    try:
        yield here
    finally:
        here.engine.close()


def _parts(settings: Settings, name: EngineName, data: Path, prefix: str, vectors: Path | None) -> Installation:
    loaded = encoder.load(settings.model, settings.cache)
    model = model_name(loaded.fingerprint)
    calibration = centring.load(model, loaded.dims, settings.centring, settings.data / "calibration")
    expected = compatibility.current(model, loaded.dims, calibration.hash)
    engine: Engine
    if name == "local":
        engine = LocalEngine(data, expected, calibration, vectors=vectors)
    else:
        engine = ElasticsearchEngine(
            access(settings),
            prefix,
            expected,
            calibration,
            vectors=vectors or data / "vectors.sqlite",
            layout=Layout(settings.elasticsearch_shards, settings.elasticsearch_replicas),
        )
    return Installation(settings, loaded, calibration, expected, engine)


def access(settings: Settings) -> Access:
    """Return where the cluster is and who asks."""
    key, password = settings.elasticsearch_api_key, settings.elasticsearch_password
    return Access(
        urls=tuple(url.strip() for url in settings.elasticsearch_url.split(",") if url.strip()),
        api_key=key.get_secret_value() if key else None,
        username=settings.elasticsearch_username,
        password=password.get_secret_value() if password else None,
        ca_certs=settings.elasticsearch_ca_certs,
    )
