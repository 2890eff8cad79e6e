"""Settings turned into the parts that search: one place where they are put together."""

import hashlib
import json
import secrets
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

from search import centring, compatibility, encoder, history, lexicon
from search.centring import Calibration
from search.compatibility import Fingerprint
from search.encoder import Encoder, ModelFingerprint
from search.engines.base import Engine
from search.engines.elasticsearch.cluster import Access
from search.engines.elasticsearch.engine import ElasticsearchEngine
from search.engines.elasticsearch.mapping import Layout
from search.engines.local.engine import LocalEngine
from search.history import Group, Version
from search.lexicon import Lexicon
from search.searcher import Searcher
from search.settings import EngineName, Settings


@dataclass(frozen=True)
class Place:
    """Where an index is: `data` a folder on this machine, `prefix` its name in a cluster.

    `vectors` is the file that keeps raw vectors between runs, by default one in `data`.
    """

    data: Path
    prefix: str
    vectors: Path | None = None


@dataclass(frozen=True)
class Installation:
    """An engine with the model and the language means that its index is built and searched with.

    `groups` tells which releases of some ids are one release on several sites, `versions` what a release said before.
    """

    settings: Settings
    encoder: Encoder
    calibration: Calibration
    fingerprint: Fingerprint
    engine: Engine
    lexicon: Lexicon
    groups: Callable[[Collection[str]], Sequence[Group]] = lambda _: ()
    versions: Callable[[str], Sequence[Version]] = lambda _: ()

    def searcher(self, without: Collection[str] = ()) -> Searcher:
        """Return a searcher over the engine, without some parts of `search.ablation.PARTS`.

        Those that settings or the mode of a search leave out are none of its business.
        """
        known = lexicon.NOTHING if "lexicon" in without else self.lexicon
        return Searcher(
            self.engine,
            self.encoder,
            self.calibration,
            known,
            groups=self.groups,
            links="links" not in without,
            names="names" not in without,
            values="values" not in without,
        )


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
    place = Place(settings.data, settings.index_prefix)
    here = _installed(settings, engine or settings.engine, place)
    try:
        yield here
    finally:
        here.engine.close()


@contextmanager
def scratch(settings: Settings, engine: EngineName | None = None) -> Iterator[Installation]:
    """Put the parts together over an empty index of its own, which is removed at the end.

    Vectors are kept in the cache between runs.
    """
    with temporary(settings) as place:
        kept = replace(place, vectors=settings.cache / "evaluation.sqlite")
        here = _installed(settings, engine or settings.engine, kept)
        try:
            yield here
        finally:
            remove(here.engine)


@contextmanager
def temporary(settings: Settings) -> Iterator[Place]:
    """Give a place for an index that is thrown away: a folder that is, and a prefix that nobody else has."""
    with tempfile.TemporaryDirectory(prefix="bayan-") as folder:
        yield Place(Path(folder) / "data", f"{settings.index_prefix}-scratch-{secrets.token_hex(4)}")


def remove(engine: Engine) -> None:
    """Close an engine and delete what it has made outside of its folder."""
    try:
        if isinstance(engine, ElasticsearchEngine):
            engine.destroy()
    finally:
        engine.close()


def engine_at(
    place: Place, settings: Settings, name: EngineName, expected: Fingerprint, calibration: Calibration
) -> Engine:
    """Return an engine over the index in `place`, which need not exist yet."""
    if name == "local":
        return LocalEngine(place.data, expected, calibration, vectors=place.vectors)
    return ElasticsearchEngine(
        access(settings),
        place.prefix,
        expected,
        calibration,
        vectors=place.vectors or place.data / "vectors.sqlite",
        layout=Layout(settings.elasticsearch_shards, settings.elasticsearch_replicas),
    )


def _installed(settings: Settings, name: EngineName, place: Place) -> Installation:
    loaded = encoder.load(settings.model, settings.cache)
    model = model_name(loaded.fingerprint)
    calibration = centring.load(model, loaded.dims, settings.centring, settings.data / "calibration")
    expected = compatibility.current(model, loaded.dims, calibration.hash)
    engine = engine_at(place, settings, name, expected, calibration)
    known = lexicon.load(settings.lexicon, settings.cache)
    groups = partial(history.groups, place.data)
    versions = partial(history.versions, place.data)
    return Installation(settings, loaded, calibration, expected, engine, known, groups, versions)


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
