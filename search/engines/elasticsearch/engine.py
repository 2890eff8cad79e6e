"""The Elasticsearch engine behind the contract of `search.engines.base`."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from search.centring import Calibration
from search.compatibility import Fingerprint
from search.engines.base import Engine, Entry, Status
from search.engines.elasticsearch.catalog import Catalog
from search.engines.elasticsearch.cluster import Access, Cluster
from search.engines.elasticsearch.generation import Generation
from search.engines.elasticsearch.mapping import LAYOUT, Layout
from search.engines.elasticsearch.view import ElasticsearchView
from search.engines.elasticsearch.writer import ElasticsearchRebuild, ElasticsearchWriter, entries
from search.engines.lease import Lease
from search.engines.vectors import VectorCache
from search.errors import BayanError, NoIndexError, StorageError


class ElasticsearchEngine(Engine):
    """`prefix` names everything that Bayan makes in the cluster. `expected` is what an index must have been built with.

    `vectors` is a file that keeps raw vectors between runs, so that an interrupted build goes on where it was; without
    it, or on another machine, they are read back from the generation that serves.
    """

    def __init__(
        self,
        access: Access,
        prefix: str,
        expected: Fingerprint,
        calibration: Calibration,
        *,
        vectors: Path,
        layout: Layout = LAYOUT,
        cluster: Cluster | None = None,
        generation: Generation | None = None,
    ) -> None:
        """Connect to nothing yet. With `generation`, that one is searched whatever the alias says."""
        self._cluster = cluster or Cluster(access)
        self._shared = cluster is not None
        self._access = access
        self._catalog = Catalog(self._cluster, prefix)
        self._expected = expected
        self._calibration = calibration
        self._vectors = vectors
        self._layout = layout
        self._pinned = generation

    def view(self) -> ElasticsearchView:
        """See `Engine.view`: one small request, for the names behind the alias and their revision."""
        generation = self._pinned or self._catalog.current()
        self._expected.require(generation.fingerprint)
        return ElasticsearchView(self._cluster, generation)

    def entries(self) -> Iterator[Entry]:
        """See `Engine.entries`."""
        generation = self._catalog.current()
        self._expected.require(generation.fingerprint)
        return entries(self._catalog, generation)

    def status(self) -> Status:
        """See `Engine.status`."""
        place = f"{self._access.place}, prefix {self._catalog.prefix}"
        try:
            current = self._catalog.current()
        except NoIndexError:
            current = None
        generations = self._catalog.generations()
        releases, passages = self._counts(current) if current else ({}, 0)
        previous, holder = self._catalog.previous(), self._catalog.registry.holder()
        return Status(
            engine="elasticsearch",
            location=place,
            generation=current.name if current else None,
            generations=tuple(found.name for found in generations),
            previous=previous.name if previous else None,
            releases=releases,
            passages=passages,
            fingerprint=current.fingerprint if current else None,
            holder=str(holder) if holder else None,
            size_bytes=self._catalog.size(generations),
            runs=self._catalog.registry.runs(),
        )

    @contextmanager
    def writing(self, command: str) -> Iterator[ElasticsearchWriter]:
        """See `Engine.writing`."""
        self._catalog.serving()
        with self._catalog.registry.locked(command) as lease:
            current = self._catalog.serving()
            with suppress(StorageError):
                # What a killed build has left costs room alone.
                self._catalog.sweep()
            if current is None:
                current = self._catalog.create(self._expected, self._calibration, self._layout)
                self._catalog.note(current, ready=True)
                self._catalog.switch(current)
            self._expected.require(current.fingerprint)
            with self._writer(current, lease, current) as writer:
                try:
                    yield writer
                except BaseException:
                    # What was written before an error stays, and is seen now or with the next run.
                    with suppress(BayanError):
                        writer.publish()
                    raise
                writer.publish()

    @contextmanager
    def rebuilding(self, command: str) -> Iterator[ElasticsearchRebuild]:
        """See `Engine.rebuilding`."""
        self._catalog.current()
        with self._catalog.registry.locked(command) as lease:
            current = self._catalog.current()
            self._catalog.sweep()
            alone = replace(self._layout, replicas=0)
            fresh = self._catalog.create(self._expected, self._calibration, alone)
            try:
                with self._writer(fresh, lease, current) as writer:
                    yield ElasticsearchRebuild(
                        self._catalog,
                        current,
                        writer,
                        self._layout,
                        candidate=lambda: self._pinned_to(fresh),
                        lease=lease,
                    )
            finally:
                with suppress(BayanError):
                    # The alias alone knows whether the switch was made: an interruption may come just after it.
                    self._catalog.registry.require(lease)
                    if self._catalog.current().name != fresh.name:
                        self._catalog.discard(fresh)
                    self._catalog.sweep()

    def rollback(self) -> str:
        """See `Engine.rollback`."""
        with self._catalog.registry.locked("bayan rollback"):
            return self._catalog.swap(self._expected).name

    def destroy(self) -> None:
        """Delete everything that was made under this prefix: for throw-away indices."""
        self._catalog.destroy()

    def close(self) -> None:
        """See `Engine.close`."""
        if not self._shared:
            self._cluster.close()

    def _pinned_to(self, generation: Generation) -> Engine:
        return ElasticsearchEngine(
            self._access,
            self._catalog.prefix,
            self._expected,
            self._calibration,
            vectors=self._vectors,
            layout=self._layout,
            cluster=self._cluster,
            generation=generation,
        )

    @contextmanager
    def _writer(self, generation: Generation, lease: Lease, source: Generation) -> Iterator[ElasticsearchWriter]:
        same = source.fingerprint.model == self._expected.model and source.fingerprint.dims == self._expected.dims
        self._vectors.parent.mkdir(parents=True, exist_ok=True)
        cache = VectorCache(self._vectors, self._expected.model)
        try:
            yield ElasticsearchWriter(
                self._catalog,
                generation,
                self._calibration,
                cache=cache,
                lease=lease,
                source=source if same else None,
            )
        finally:
            cache.close()

    def _counts(self, generation: Generation) -> tuple[dict[str, int], int]:
        """Return the releases by language, and the passages, as searches see them."""
        body = {
            "size": 0,
            "track_total_hits": True,
            "aggs": {"passages": {"sum": {"field": "passage_count"}}},
        }
        langs = list(generation.indices)
        found = self._cluster.msearch([({"index": generation.indices[lang]}, body) for lang in langs])
        counts = {lang: int(of["hits"]["total"]["value"]) for lang, of in zip(langs, found, strict=True)}
        passages = sum(int(of["aggregations"]["passages"]["value"]) for of in found)
        return {lang: count for lang, count in sorted(counts.items()) if count}, passages
