"""Who writes and what was run, in the small index `<prefix>-catalog`."""

import time
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict
from functools import partial
from typing import Any

from elasticsearch import ConflictError, NotFoundError

from search.engines import lease
from search.engines.base import Run
from search.engines.elasticsearch.cluster import Cluster
from search.engines.elasticsearch.generation import described, foreign
from search.engines.lease import Holder, Lease, Registry
from search.errors import LockedError

_LOCK = "lease"
_RUNS = 10
_CATALOG: dict[str, dict[str, Any]] = {
    "settings": {"index": {"number_of_shards": 1, "auto_expand_replicas": "0-1", "hidden": True}},
    "mappings": {
        "dynamic": "strict",
        "properties": {
            "kind": {"type": "keyword"},
            "holder": {"type": "object", "enabled": False},
            "run": {"type": "object", "enabled": False},
            "calibration": {"type": "object", "enabled": False},
            "at": {"type": "double"},
        },
    },
}


class ClusterRegistry(Registry):
    """The lease and the audit log of one prefix; the catalog keeps the means of its generations in the same `index`."""

    def __init__(self, cluster: Cluster, prefix: str) -> None:
        """Ask the cluster nothing yet."""
        self.cluster = cluster
        self.prefix = prefix
        self.index = f"{prefix}-catalog"

    def locked(self, command: str) -> AbstractContextManager[Lease]:
        """Hold the lease while the block runs. Raises `LockedError`."""
        return lease.held(self, command)

    def holder(self) -> Holder | None:
        """Return who is writing now, or None."""
        found, _ = self._lease()
        return found if found and not found.free else None

    def take(self, holder: Holder) -> None:
        """See `Registry.take`: a document that is made, or replaced if nobody has changed it since it was read."""
        if not self._made():
            mappings = _CATALOG["mappings"] | {"_meta": {"bayan": {"prefix": self.prefix}}}
            with self.cluster.told():
                self.cluster.client.options(ignore_status=400).indices.create(
                    index=self.index, settings=_CATALOG["settings"], mappings=mappings
                )
        other, seen = self._held()
        if other and not other.free:
            raise self._locked(other)
        if not self._put(holder, seen or {"op_type": "create"}):
            raise self._locked(self._held()[0])

    def require(self, held: Lease) -> None:
        """Raise `LockedError` unless the lease is held, here and in the cluster.

        The clock of a machine that slept does not tell that the lease ran out meanwhile.
        """
        other, _ = self._held()
        if other is None or other.token != held.holder.token:
            held.extended(still=False)
        held.require()

    def renew(self, holder: Holder) -> bool:
        """See `Registry.renew`."""
        other, seen = self._held()
        return other is not None and other.token == holder.token and self._put(holder, seen)

    def release(self, holder: Holder, run: Run) -> None:
        """See `Registry.release`."""
        other, seen = self._held()
        client = self.cluster.client
        if other is not None and other.token == holder.token:
            gone = client.options(ignore_status=(404, 409))
            self.cluster.patiently(partial(gone.delete, index=self.index, id=_LOCK, **seen))
        document = {"kind": "run", "at": time.time(), "run": asdict(run)}
        identity = f"run-{holder.token}"
        self.cluster.patiently(partial(client.index, index=self.index, id=identity, document=document, refresh=True))

    def runs(self) -> tuple[Run, ...]:
        """Return the last lines of the audit log, newest first."""
        if not self._made():
            return ()
        with self.cluster.told():
            found = self.cluster.client.search(
                index=self.index,
                query={"term": {"kind": "run"}},
                sort=[{"at": "desc"}],
                size=_RUNS,
            )
        return tuple(Run(**hit["_source"]["run"]) for hit in found["hits"]["hits"])

    def destroy(self) -> None:
        """Delete the index."""
        if self._made():
            with self.cluster.told():
                self.cluster.client.indices.delete(index=self.index, ignore_unavailable=True)

    def _made(self) -> bool:
        """Say whether the index of the catalog is there. Raises `StorageError` if somebody else has made it."""
        found = described(self.cluster, self.index)
        if None in found.values():
            raise foreign(self.cluster, self.index, found)
        return bool(found)

    def _held(self) -> tuple[Holder | None, dict[str, Any]]:
        """Return what `_lease` does, once it can be asked: where several begin at once, the index was made just now."""
        return self.cluster.patiently(self._lease)

    def _lease(self) -> tuple[Holder | None, dict[str, Any]]:
        """Return who holds the lease, and what a later write must find unchanged."""
        with self.cluster.told():
            try:
                found = self.cluster.client.get(index=self.index, id=_LOCK)
            except NotFoundError:
                return None, {}
        seen = {"if_seq_no": found["_seq_no"], "if_primary_term": found["_primary_term"]}
        return Holder(**found["_source"]["holder"]), seen

    def _put(self, holder: Holder, condition: Mapping[str, Any]) -> bool:
        document = {"kind": "lease", "holder": asdict(holder)}

        def put() -> bool:
            try:
                self.cluster.client.index(index=self.index, id=_LOCK, document=document, **condition)
            except ConflictError:
                return False
            return True

        # It is there already, if the answer was lost on the way and the client has asked again.
        return self.cluster.patiently(put) or self._held()[0] == holder

    def _locked(self, other: Holder | None) -> LockedError:
        who = str(other) if other else "Another process"
        return LockedError(f'{who} is writing to the index "{self.prefix}": wait until it has ended.')
