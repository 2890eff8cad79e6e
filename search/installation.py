"""Settings turned into the parts that search: one place where they are put together."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from search import centring, compatibility, encoder
from search.centring import Calibration
from search.compatibility import Fingerprint
from search.encoder import Encoder, ModelFingerprint
from search.engines.base import Engine
from search.engines.local.engine import LocalEngine
from search.searcher import Searcher
from search.settings import Settings


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
def opened(settings: Settings, data: Path | None = None, vectors: Path | None = None) -> Iterator[Installation]:
    """Put the parts together, and close the engine at the end.

    `data` stands in for the settings' data folder, `vectors` for the file in it that keeps vectors between runs.

    The model is found (unpacked at first use) but not loaded, and the index is not opened yet.
    Raises `ModelError` or `SettingsError`.
    """
    folder = data or settings.data
    loaded = encoder.load(settings.model, settings.cache)
    name = model_name(loaded.fingerprint)
    calibration = centring.load(name, loaded.dims, settings.centring, settings.data / "calibration")
    expected = compatibility.current(name, loaded.dims, calibration.hash)
    engine = LocalEngine(folder, expected, calibration, vectors=vectors)
    try:
        yield Installation(settings, loaded, calibration, expected, engine)
    finally:
        engine.close()
