"""What an index prefix names in a cluster: generations, and which one serves.

The aliases are the truth: `<prefix>` is on the indices that serve, `<prefix>-previous` on those that `bayan rollback`
goes back to. All else lies in each index's mapping (`_meta`), and in the small index `<prefix>-catalog`.
"""

import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from elasticsearch import BadRequestError, NotFoundError

import analyzers
from search.centring import Calibration
from search.compatibility import Fingerprint
from search.engines.elasticsearch.cluster import Cluster
from search.engines.elasticsearch.generation import Generation, Meta, described, foreign
from search.engines.elasticsearch.mapping import Layout, index_body, links_body
from search.engines.elasticsearch.registry import ClusterRegistry
from search.errors import NoIndexError, StorageError

GREEN_SECONDS = 60
"""How long a new generation waits for its replicas before it serves; it serves without them then."""

_DIGITS = 6
_LINKS = "links"


class Catalog:
    """One prefix of one cluster. Nothing that it did not make itself is ever changed or deleted."""

    def __init__(self, cluster: Cluster, prefix: str) -> None:
        """Ask the cluster nothing yet."""
        self.cluster = cluster
        self.prefix = prefix
        self.registry = ClusterRegistry(cluster, prefix)
        self._previous = f"{prefix}-previous"
        parts = "|".join((*analyzers.CHAINS, _LINKS))
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
        taken = described(self.cluster, f"{self.prefix}-*")
        numbers = [int(match[2]) for name in taken if (match := self._pattern.fullmatch(name))]
        name = f"{max(numbers, default=0) + 1:0{_DIGITS}}"
        indices = {lang: f"{self.prefix}-{lang}-{name}" for lang in analyzers.CHAINS}
        links = f"{self.prefix}-{_LINKS}-{name}"
        made = Generation(name, indices, links, fingerprint, 0, ready=False, shards=layout.shards)
        means = {"means": calibration.to_json(), "strength": calibration.strength}
        client = self.cluster.client
        # First of all: vectors that cannot be read back are worth nothing.
        document = {"kind": "calibration", "calibration": means}
        self.cluster.patiently(
            partial(client.index, index=self.registry.index, id=f"calibration-{name}", document=document)
        )
        with self.cluster.told():
            meta = made.meta(self.prefix)
            bodies = {index: index_body(lang, fingerprint.dims, layout, meta) for lang, index in indices.items()}
            for index, body in (bodies | {links: links_body(layout, meta)}).items():
                try:
                    client.indices.create(index=index, **body)
                except BadRequestError:
                    # Made already, if the answer was lost on the way and the client has asked again.
                    if described(self.cluster, index) != {index: meta["bayan"]}:
                        raise
        return made

    def calibration(self, generation: Generation) -> Calibration | None:
        """Return the means that a generation's vectors were centred with, or None if they were lost."""
        with self.cluster.told():
            try:
                found = self.cluster.client.get(index=self.registry.index, id=f"calibration-{generation.name}")
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
            self.cluster.client.indices.put_mapping(index=generation.all_names, meta=noted.meta(self.prefix))

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
        self.registry.destroy()

    def _delete(self, generations: Iterable[Generation]) -> None:
        for found in list(generations):
            with self.cluster.told():
                client = self.cluster.client
                client.indices.delete(index=found.all_names, ignore_unavailable=True)
                client.options(ignore_status=404).delete(index=self.registry.index, id=f"calibration-{found.name}")

    def size(self, generations: Iterable[Generation]) -> int:
        """Return the bytes of these generations on all disks."""
        names = [name for found in generations for name in found.all_names]
        if not names:
            return 0
        with self.cluster.told():
            stats = self.cluster.client.indices.stats(index=names, metric="store")
        return int(stats["_all"]["total"]["store"]["size_in_bytes"])

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
        found = described(self.cluster, alias)
        if not found:
            return None
        others = [name for name in found if not self._pattern.fullmatch(name) or found[name] is None]
        if others:
            raise foreign(self.cluster, alias, others)
        generations = self._generations(found)
        if len(generations) != 1 or not generations[0].whole:
            names = ", ".join(sorted(found))
            raise StorageError(
                f'The alias "{alias}" at {self.cluster.access.place} names {names}, which is not one whole generation: '
                "restore what is missing from a snapshot, or put the alias on one generation."
            )
        return generations[0]

    def _all(self) -> list[Generation]:
        return self._generations(described(self.cluster, f"{self.prefix}-*"))

    def _generations(self, found: Mapping[str, Meta | None]) -> list[Generation]:
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
