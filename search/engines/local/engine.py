"""The embedded engine behind the contract of `search.engines.base`."""

import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from search.centring import Calibration
from search.compatibility import Fingerprint
from search.engines.base import Engine, Entry, Status
from search.engines.lease import Lease
from search.engines.local.catalog import Catalog
from search.engines.local.generation import Generation
from search.engines.local.snapshot import Snapshot
from search.engines.local.writer import LocalRebuild, LocalWriter
from search.engines.vectors import VectorCache
from search.errors import LockedError, NoIndexError, StorageError


class LocalEngine(Engine):
    """`folder` is BAYAN_DATA. `expected` is what an index must have been built with to be used.

    With `generation`, that one is searched whatever the catalog says; otherwise the one that serves. `vectors` is the
    file that keeps raw vectors, by default in `folder`.
    """

    def __init__(
        self,
        folder: Path,
        expected: Fingerprint,
        calibration: Calibration,
        *,
        generation: str | None = None,
        vectors: Path | None = None,
    ) -> None:
        """Open nothing yet: an engine can be made before there is an index."""
        self._folder = folder
        self._expected = expected
        self._calibration = calibration
        self._pinned = generation
        self._vectors = vectors or folder / "vectors.sqlite"
        self._lock = threading.RLock()
        self._catalog: Catalog | None = None
        self._snapshot: Snapshot | None = None

    def view(self) -> Snapshot:
        """See `Engine.view`."""
        with self._lock:
            catalog = self._open_catalog()
            name = self._serving(catalog)
            held = self._snapshot
            if held is None or held.generation.path.name != name:
                self._snapshot = self._take(self._open_generation(catalog, name), catalog)
            elif held.published != held.generation.published:
                self._snapshot = Snapshot(held.generation)
            return self._snapshot  # type: ignore[return-value]

    def entries(self) -> Iterator[Entry]:
        """See `Engine.entries`."""
        catalog = self._open_catalog()
        generation = self._open_generation(catalog, self._serving(catalog))
        cache = VectorCache(self._vectors, self._expected.model)
        try:
            yield from generation.entries(cache)
        finally:
            cache.close()
            generation.close()

    def status(self) -> Status:
        """See `Engine.status`."""
        try:
            catalog = self._open_catalog()
        except NoIndexError:
            return Status("local", str(self._folder), None, (), None, {}, 0, None, None, 0)
        name = self._pinned or catalog.current()
        releases: dict[str, int] = {}
        passages, built = 0, None
        if name is not None:
            generation = Generation(catalog.path(name), self._expected.dims)
            releases, passages = generation.store.counts()
            built = generation.fingerprint
            generation.close()
        return Status(
            engine="local",
            location=str(self._folder),
            generation=name,
            generations=catalog.generations(),
            previous=catalog.previous(),
            releases=releases,
            passages=passages,
            fingerprint=built,
            holder=str(holder) if (holder := catalog.holder()) else None,
            size_bytes=_size(self._folder),
            runs=catalog.runs(),
        )

    @contextmanager
    def writing(self, command: str) -> Iterator[LocalWriter]:
        """See `Engine.writing`."""
        catalog = self._open_catalog(create=True)
        with catalog.locked(command) as lease:
            name = catalog.current()
            if name is None:
                catalog.sweep()
                name = catalog.create()
                self._stamp(catalog.path(name))
                catalog.switch(name)
            generation = self._open_generation(catalog, name)
            with self._writer(generation, lease) as writer:
                yield writer
                writer.publish()

    @contextmanager
    def rebuilding(self, command: str) -> Iterator[LocalRebuild]:
        """See `Engine.rebuilding`."""
        catalog = self._open_catalog()
        with catalog.locked(command) as lease:
            name = self._serving(catalog)
            catalog.sweep()
            # The generation that serves may be of another model or analyzer: only its releases are read.
            current = Generation(catalog.path(name), self._expected.dims)
            fresh = catalog.create()
            try:
                self._stamp(catalog.path(fresh))
                with self._writer(self._open_generation(catalog, fresh), lease) as writer:
                    yield LocalRebuild(catalog, current, writer, lambda: self._pinned_to(fresh))
            finally:
                current.close()
                with suppress(StorageError):
                    # The catalog alone knows whether the switch was made: an interruption may come just after it.
                    if catalog.current() != fresh:
                        shutil.rmtree(catalog.path(fresh), ignore_errors=True)
                    catalog.sweep()

    def rollback(self) -> str:
        """See `Engine.rollback`."""
        catalog = self._open_catalog()
        with catalog.locked("bayan rollback"):
            previous = catalog.previous()
            if previous is None:
                raise NoIndexError("There is no earlier generation to go back to: `bayan reindex` has not been run.")
            self._open_generation(catalog, previous).close()
            return catalog.swap()

    def close(self) -> None:
        """See `Engine.close`."""
        with self._lock:
            if self._snapshot is not None:
                self._snapshot.generation.close()
                self._snapshot = None
            if self._catalog is not None:
                self._catalog.close()
                self._catalog = None

    def _open_catalog(self, *, create: bool = False) -> Catalog:
        with self._lock:
            if self._catalog is not None and self._catalog.gone:
                self.close()
            if self._catalog is None:
                self._catalog = Catalog(self._folder, create=create)
            return self._catalog

    def _serving(self, catalog: Catalog) -> str:
        name = self._pinned or catalog.current()
        if name is None:
            raise NoIndexError(f"There is no index in {self._folder}: run `bayan index PATH…` to make one.")
        return name

    def _stamp(self, path: Path) -> None:
        """Write the fingerprint first of all: a generation that cannot be told is never served."""
        generation = Generation(path, self._expected.dims)
        generation.store.set(fingerprint=json.dumps(self._expected.as_dict()))
        generation.close()

    def _open_generation(self, catalog: Catalog, name: str) -> Generation:
        path = catalog.path(name)
        if not path.is_dir():
            raise StorageError(f"The generation {name} is missing from {self._folder}: restore it, or index again.")
        generation = Generation(path, self._expected.dims)
        try:
            built = generation.fingerprint
            if built is None:
                raise StorageError(f"The generation in {path} has no fingerprint: index again into a new BAYAN_DATA.")
            self._expected.require(built)
        except BaseException:
            generation.close()
            raise
        return generation

    @contextmanager
    def _writer(self, generation: Generation, lease: Lease) -> Iterator[LocalWriter]:
        cache = VectorCache(self._vectors, self._expected.model)
        try:
            writer = LocalWriter(generation, cache, self._calibration, lease)
            try:
                yield writer
            finally:
                writer.close()
        finally:
            cache.close()
            generation.close()

    def _pinned_to(self, name: str) -> Engine:
        return LocalEngine(self._folder, self._expected, self._calibration, generation=name)

    def _take(self, generation: Generation, catalog: Catalog) -> Snapshot:
        """Open a generation; what a killed writer left behind is replayed first, if nobody else is writing."""
        if generation.behind and self._pinned is None and catalog.writable:
            with (
                suppress(LockedError, StorageError),
                catalog.locked("recovery after a crash") as lease,
                self._writer(self._open_generation(catalog, generation.path.name), lease),
            ):
                pass
        return Snapshot(generation)


def _size(folder: Path) -> int:
    """Return the bytes of all files; one that goes away meanwhile, as a merged segment does, counts nothing."""
    total = 0
    for file in folder.rglob("*"):
        with suppress(OSError):
            total += file.stat().st_size if file.is_file() else 0
    return total
