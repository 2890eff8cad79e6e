"""What an index prefix names in a cluster: generations, which one serves, who writes, and what was run.

The aliases are the truth: `<prefix>` is on the indices that serve, `<prefix>-previous` on those that `bayan rollback`
goes back to. All else lies in each index's mapping (`_meta`), and in the small index `<prefix>-catalog`.
"""

import re
import time
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any

from elasticsearch import BadRequestError, ConflictError, NotFoundError

import analyzers
from search.centring import Calibration
from search.compatibility import Fingerprint
from search.engines import lease
from search.engines.base import Run
from search.engines.elasticsearch.cluster import Cluster
from search.engines.elasticsearch.mapping import Layout, index_body, links_body
from search.engines.lease import Holder, Lease, Registry
from search.errors import LockedError, NoIndexError, StorageError

GREEN_SECONDS = 60
"""How long a new generation waits for its replicas before it serves; it serves without them then."""

_DIGITS = 6
_LINKS = "links"
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


@dataclass(frozen=True)
class Generation:
    """`indices` has the index of each language, `links` who is near to whom. `ready`: it was whole when it was built."""

    name: str
    indices: Mapping[str, str]
    links: str
    fingerprint: Fingerprint
    revision: int
    ready: bool
    shards: int = 1

    @property
    def names(self) -> list[str]:
        """Return the names of the indices that are searched."""
        return list(self.indices.values())

    @property
    def all_names(self) -> list[str]:
        """Return the names of all that it consists of."""
        return [*self.names, self.links]


class Catalog(Registry):
    """One prefix of one cluster. Nothing that it did not make itself is ever changed or deleted."""

    def __init__(self, cluster: Cluster, prefix: str) -> None:
        """Ask the cluster nothing yet."""
        self.cluster = cluster
        self.prefix = prefix
        self._index = f"{prefix}-catalog"
        self._previous = f"{prefix}-previous"
        parts = "|".join((*analyzers.LANGUAGES, _LINKS))
        self._pattern = re.compile(rf"{re.escape(prefix)}-({parts})-(\d{{{_DIGITS}}})")

    def current(self) -> Generation:
        """Return the generation that serves. Raises `NoIndexError` or `StorageError` that say what to do."""
        found = self._behind(self.prefix)
        if found is None:
            raise self._missing()
        return found

    def serving(self) -> Generation | None:
        """Return the generation that serves, or None if nothing was built yet."""
        found = self._behind(self.prefix)
        if found is None and self.generations():
            raise self._missing()
        return found

    def previous(self) -> Generation | None:
        """Return the generation that `rollback` would go back to."""
        return self._behind(self._previous)

    def generations(self) -> list[Generation]:
        """Return all generations of this prefix that were whole when they were built, oldest first."""
        return [found for found in self._all() if found.ready]

    def create(self, fingerprint: Fingerprint, calibration: Calibration, layout: Layout) -> Generation:
        """Make the empty indices of a new generation, which does not serve yet."""
        taken = self._get(f"{self.prefix}-*")
        numbers = [int(match[2]) for name in taken if (match := self._pattern.fullmatch(name))]
        name = f"{max(numbers, default=0) + 1:0{_DIGITS}}"
        indices = {lang: f"{self.prefix}-{lang}-{name}" for lang in analyzers.LANGUAGES}
        links = f"{self.prefix}-{_LINKS}-{name}"
        made = Generation(name, indices, links, fingerprint, 0, ready=False, shards=layout.shards)
        means = {"means": calibration.to_json(), "strength": calibration.strength}
        client = self.cluster.client
        # First of all: vectors that cannot be read back are worth nothing.
        document = {"kind": "calibration", "calibration": means}
        self.cluster.patiently(partial(client.index, index=self._index, id=f"calibration-{name}", document=document))
        with self.cluster.told():
            meta = self._meta(made)
            bodies = {index: index_body(lang, fingerprint.dims, layout, meta) for lang, index in indices.items()}
            for index, body in (bodies | {links: links_body(layout, meta)}).items():
                try:
                    client.indices.create(index=index, **body)
                except BadRequestError:
                    # Made already, if the answer was lost on the way and the client has asked again.
                    if self._get(index) != {index: meta["bayan"]}:
                        raise
        return made

    def calibration(self, generation: Generation) -> Calibration | None:
        """Return the means that a generation's vectors were centred with, or None if they were lost."""
        with self.cluster.told():
            try:
                found = self.cluster.client.get(index=self._index, id=f"calibration-{generation.name}")
            except NotFoundError:
                return None
        kept = found["_source"]["calibration"]
        return Calibration.from_json(kept["means"], generation.fingerprint.dims, kept["strength"])

    def replicate(self, generation: Generation, layout: Layout) -> None:
        """Give a generation its replicas, and wait a while for them."""
        with self.cluster.told():
            client = self.cluster.client
            client.indices.put_settings(
                index=generation.all_names, settings={"index": {"auto_expand_replicas": layout.expansion}}
            )
            client.options(request_timeout=GREEN_SECONDS + 30, ignore_status=408).cluster.health(
                index=generation.all_names, wait_for_status="green", timeout=f"{GREEN_SECONDS}s"
            )

    def publish(self, generation: Generation) -> None:
        """Make everything written visible to searches, and say so by a new revision."""
        with self.cluster.told():
            self.cluster.client.indices.refresh(index=generation.all_names)
        self.note(generation)

    def note(self, generation: Generation, *, ready: bool = False) -> None:
        """Write a new revision into the mapping of a generation; `ready` says that it is whole from now on."""
        with self.cluster.told():
            # What others have noted since it was last read counts too.
            (now,) = [found for found in self._all() if found.name == generation.name] or [generation]
            # By the clock, since a snapshot that is restored sets a counter back to numbers that were given before.
            revision = max(now.revision + 1, int(time.time() * 1000))
            noted = replace(now, revision=revision, ready=ready or now.ready)
            self.cluster.client.indices.put_mapping(index=generation.all_names, meta=self._meta(noted))

    def switch(self, generation: Generation) -> None:
        """Let `generation` serve, and keep what served until now as the previous one, in one atomic step."""
        self._point(generation, self._behind(self.prefix))

    def swap(self, expected: Fingerprint) -> Generation:
        """Exchange current and previous in one step, or put a missing alias back on the generation that served.

        Raises `NoIndexError` if there is nothing to go back to, `FingerprintError` if the previous one is not as expected.
        """
        now, before = self._behind(self.prefix), self.previous()
        if now is None:
            # The previous one did not serve. What did is put back however it was built: `bayan reindex` reads it.
            others = [found for found in self.generations() if before is None or found.name != before.name]
            before = others[-1] if others else before
        elif before is not None:
            expected.require(before.fingerprint)
        if before is None:
            raise NoIndexError("There is no earlier generation to go back to: `bayan reindex` has not been run.")
        self._point(before, now)
        return before

    def sweep(self) -> None:
        """Delete every generation of this prefix that neither serves nor is the previous one.

        Only for the holder of the lease, and only by exact names of indices that say in their mapping who made them.
        """
        kept = {found.name for found in (self._behind(self.prefix), self.previous()) if found}
        if kept:
            self._delete(found for found in self._all() if found.name not in kept)

    def discard(self, generation: Generation) -> None:
        """Delete a generation that was not finished."""
        self._delete([generation])

    def destroy(self) -> None:
        """Delete everything of this prefix."""
        self._delete(self._all())
        if self._made():
            with self.cluster.told():
                self.cluster.client.indices.delete(index=self._index, ignore_unavailable=True)

    def _delete(self, generations: Iterable[Generation]) -> None:
        for found in list(generations):
            with self.cluster.told():
                client = self.cluster.client
                client.indices.delete(index=found.all_names, ignore_unavailable=True)
                client.options(ignore_status=404).delete(index=self._index, id=f"calibration-{found.name}")

    def size(self, generations: Iterable[Generation]) -> int:
        """Return the bytes of these generations on all disks."""
        names = [name for found in generations for name in found.all_names]
        if not names:
            return 0
        with self.cluster.told():
            stats = self.cluster.client.indices.stats(index=names, metric="store")
        return int(stats["_all"]["total"]["store"]["size_in_bytes"])

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
                    index=self._index, settings=_CATALOG["settings"], mappings=mappings
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
            self.cluster.patiently(partial(gone.delete, index=self._index, id=_LOCK, **seen))
        document = {"kind": "run", "at": time.time(), "run": asdict(run)}
        identity = f"run-{holder.token}"
        self.cluster.patiently(partial(client.index, index=self._index, id=identity, document=document, refresh=True))

    def runs(self) -> tuple[Run, ...]:
        """Return the last lines of the audit log, newest first."""
        if not self._made():
            return ()
        with self.cluster.told():
            found = self.cluster.client.search(
                index=self._index,
                query={"term": {"kind": "run"}},
                sort=[{"at": "desc"}],
                size=_RUNS,
            )
        return tuple(Run(**hit["_source"]["run"]) for hit in found["hits"]["hits"])

    def _point(self, generation: Generation, before: Generation | None) -> None:
        """Move both aliases in one request over exact names."""
        stale = self._behind(self._previous)
        moves: list[tuple[str, str, Generation]] = [("add", self.prefix, generation)]
        if before is not None:
            moves = [("remove", self.prefix, before), *moves, ("add", self._previous, before)]
        if stale is not None and (stale.name == generation.name or (before is not None and stale.name != before.name)):
            moves.insert(0, ("remove", self._previous, stale))
        actions = [{move: {"index": index, "alias": alias}} for move, alias, found in moves for index in found.names]
        with self.cluster.told():
            self.cluster.client.indices.update_aliases(actions=actions)

    def _behind(self, alias: str) -> Generation | None:
        """Return the generation that an alias names, or None if there is no such alias.

        Raises `StorageError` if it names anything that Bayan did not make, or only a part of a generation.
        """
        found = self._get(alias)
        if not found:
            return None
        foreign = [name for name in found if not self._pattern.fullmatch(name) or found[name] is None]
        if foreign:
            raise self._foreign(alias, foreign)
        generations = self._generations(found)
        if len(generations) != 1 or len(generations[0].indices) != len(analyzers.LANGUAGES):
            names = ", ".join(sorted(found))
            raise StorageError(
                f'The alias "{alias}" at {self.cluster.access.place} names {names}, which is not one whole generation: '
                "restore what is missing from a snapshot, or put the alias on one generation."
            )
        return generations[0]

    def _all(self) -> list[Generation]:
        return self._generations(self._get(f"{self.prefix}-*"))

    def _generations(self, found: Mapping[str, Mapping[str, Any] | None]) -> list[Generation]:
        by_name: dict[str, dict[str, str]] = {}
        metas: dict[str, Mapping[str, Any]] = {}
        for index, meta in found.items():
            match = self._pattern.fullmatch(index)
            if match and meta and meta.get("prefix") == self.prefix:
                by_name.setdefault(match[2], {})[match[1]] = index
                metas[match[2]] = meta
        return [
            Generation(
                name,
                {lang: index for lang, index in by_name[name].items() if lang != _LINKS},
                f"{self.prefix}-{_LINKS}-{name}",
                Fingerprint.from_dict(metas[name]["fingerprint"]),
                int(metas[name]["revision"]),
                bool(metas[name]["ready"]),
                int(metas[name]["shards"]),
            )
            for name in sorted(by_name)
        ]

    def _get(self, names: str) -> dict[str, Mapping[str, Any] | None]:
        """Return what each index behind a name says of itself, None for one that says nothing."""
        with self.cluster.told():
            try:
                found = self.cluster.client.indices.get(
                    index=names,
                    features=["aliases", "mappings"],
                    expand_wildcards=["open", "closed", "hidden"],
                    filter_path=["*.aliases", "*.mappings._meta.bayan", "*.mappings.dynamic"],
                )
            except NotFoundError:
                return {}
        return {str(name): of.get("mappings", {}).get("_meta", {}).get("bayan") for name, of in found.items()}

    def _meta(self, generation: Generation) -> dict[str, Any]:
        return {
            "bayan": {
                "prefix": self.prefix,
                "generation": generation.name,
                "fingerprint": generation.fingerprint.as_dict(),
                "revision": generation.revision,
                "ready": generation.ready,
                "shards": generation.shards,
            }
        }

    def _made(self) -> bool:
        """Say whether the index of the catalog is there. Raises `StorageError` if somebody else has made it."""
        found = self._get(self._index)
        if None in found.values():
            raise self._foreign(self._index, found)
        return bool(found)

    def _foreign(self, name: str, indices: Iterable[str]) -> StorageError:
        return StorageError(
            f'"{name}" at {self.cluster.access.place} names {", ".join(sorted(indices))}, which Bayan did not make: '
            "choose another BAYAN_INDEX_PREFIX, or give that index another name."
        )

    def _missing(self) -> NoIndexError:
        whole = self.generations()
        place = self.cluster.access.place
        if not whole:
            return NoIndexError(f'There is no index "{self.prefix}" at {place}: run `bayan index PATH…` to make one.')
        names = ", ".join(found.name for found in whole)
        return NoIndexError(
            f'The alias "{self.prefix}" is missing at {place}, though generations are there ({names}): '
            "`bayan rollback` puts it back."
        )

    def _held(self) -> tuple[Holder | None, dict[str, Any]]:
        """Return what `_lease` does, once it can be asked: where several begin at once, the index was made just now."""
        return self.cluster.patiently(self._lease)

    def _lease(self) -> tuple[Holder | None, dict[str, Any]]:
        """Return who holds the lease, and what a later write must find unchanged."""
        with self.cluster.told():
            try:
                found = self.cluster.client.get(index=self._index, id=_LOCK)
            except NotFoundError:
                return None, {}
        seen = {"if_seq_no": found["_seq_no"], "if_primary_term": found["_primary_term"]}
        return Holder(**found["_source"]["holder"]), seen

    def _put(self, holder: Holder, condition: Mapping[str, Any]) -> bool:
        document = {"kind": "lease", "holder": asdict(holder)}

        def put() -> bool:
            try:
                self.cluster.client.index(index=self._index, id=_LOCK, document=document, **condition)
            except ConflictError:
                return False
            return True

        # It is there already, if the answer was lost on the way and the client has asked again.
        return self.cluster.patiently(put) or self._held()[0] == holder

    def _locked(self, other: Holder | None) -> LockedError:
        who = str(other) if other else "Another process"
        return LockedError(f'{who} is writing to the index "{self.prefix}": wait until it has ended.')
