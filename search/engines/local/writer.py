"""Writing into a generation."""

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from search.centring import Calibration
from search.engines.base import Engine, Entry, Rebuild, Refused, Vector, Writer
from search.engines.lease import Lease
from search.engines.local.catalog import Catalog
from search.engines.local.generation import Generation
from search.engines.vectors import VectorCache
from search.release import Release

PUBLISH_EVERY = 2_000
"""Releases after which words are committed on the way: a crash then replays at most so many (about a second)."""


class LocalWriter(Writer):
    """Writes batches: vectors to the cache, the truth to the store, then what is derived.

    Killed anywhere in between, the next writer finds the store's revision ahead of the published one and replays.
    """

    def __init__(self, generation: Generation, cache: VectorCache, calibration: Calibration, lease: Lease) -> None:
        """Open for writing, and replay what a killed writer left."""
        self.generation = generation
        self._cache = cache
        self._calibration = calibration
        self._lease = lease
        self._words = generation.open_words()
        self._unpublished = 0
        if generation.behind:
            generation.catch_up(self._words, cache, calibration)
            generation.publish(self._words)

    def known(self, ids: Sequence[str]) -> dict[str, str]:
        """See `Writer.known`."""
        return self.generation.store.hashes(ids)

    def held(self, ids: Sequence[str]) -> dict[str, Release]:
        """See `Writer.held`."""
        return {identity: release for identity, (_, release) in self.generation.store.releases(ids).items()}

    def vectors(self, hashes: Sequence[str]) -> dict[str, Vector]:
        """See `Writer.vectors`."""
        return self._cache.get(hashes)

    def write(self, entries: Sequence[Entry]) -> list[Refused]:
        """See `Writer.write`; one transaction, so all of them or none."""
        entries = list({entry.release.id: entry for entry in entries}.values())
        if not entries:
            return []
        self._lease.require()
        centred = [self._calibration.passages(entry.vectors, entry.release.lang) for entry in entries]
        norms = [float(np.linalg.norm(rows.mean(axis=0))) for rows in centred]
        self._cache.put({p.hash: row for e in entries for p, row in zip(e.passages, e.vectors, strict=True)})
        replaced = self.generation.store.releases([entry.release.id for entry in entries])
        numbered, first = self.generation.store.write(entries, norms)
        self.generation.matrix.write(first, np.concatenate(centred))
        for number, release in replaced.values():
            self._words[release.lang].remove([number])
        for item in numbered:
            self._words[item.release.lang].add([item])
        self._unpublished += len(entries)
        self._lease.written += len(entries)
        if replaced or self._unpublished >= PUBLISH_EVERY:
            self.publish()
        return []

    def ids(self) -> Iterator[str]:
        """See `Writer.ids`."""
        return self.generation.store.ids()

    def remove(self, ids: Iterable[str]) -> int:
        """See `Writer.remove`."""
        self._lease.require()
        ids = list(ids)
        stored = self.generation.store.releases(ids)
        count = self.generation.store.remove(ids)
        for number, release in stored.values():
            self._words[release.lang].remove([number])
        self._lease.written += count
        self.publish()
        return count

    def publish(self) -> None:
        """See `Writer.publish`."""
        self.generation.publish(self._words)
        self._unpublished = 0

    def close(self) -> None:
        """Let words go; what is not published is replayed by the next writer."""
        for writer in self._words.values():
            writer.close()


class LocalRebuild(Rebuild):
    """A new generation beside the current one."""

    def __init__(
        self, catalog: Catalog, current: Generation, writer: LocalWriter, candidate: Callable[[], Engine]
    ) -> None:
        """`writer` writes into the new generation; `candidate` opens that one for searching."""
        self.writer: LocalWriter = writer
        self._catalog = catalog
        self._current = current
        self._candidate = candidate

    def releases(self) -> Iterator[Release]:
        """See `Rebuild.releases`."""
        for batch in self._current.store.after(0):
            for item in batch:
                yield item.release

    def candidate(self) -> Engine:
        """See `Rebuild.candidate`."""
        return self._candidate()

    def switch(self) -> None:
        """See `Rebuild.switch`."""
        self._catalog.switch(self.writer.generation.path.name)
