"""Writing into a generation."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from elasticsearch.helpers import streaming_bulk

from search.centring import Calibration
from search.engines.base import Engine, Entry, Rebuild, Refused, Vector, Writer
from search.engines.elasticsearch import documents
from search.engines.elasticsearch.catalog import Catalog
from search.engines.elasticsearch.cluster import BULK_SECONDS, BUSY, busy, refusal
from search.engines.elasticsearch.generation import Generation
from search.engines.elasticsearch.links import LinksWriter
from search.engines.elasticsearch.mapping import Layout
from search.engines.lease import Lease
from search.engines.vectors import VectorCache
from search.errors import StorageError
from search.release import Release

CHUNK_BYTES = 8_000_000
"""A bulk request: some 500 releases, of which a node's memory takes dozens at once."""

BULK_RETRIES = 6
_FIRST_WAIT = 0.5
_LONGEST_WAIT = 10.0
_PAGE = 200
_HASHES = 10_000
"""Passages that are asked for at a time: a batch of the longest releases has more than the 65,536 terms of a query."""

_IDENTITY = ["id", "hash"]


class ElasticsearchWriter(Writer):
    """Writes into the indices of `generation`; vectors that are not in `cache` are read from `source`, if it has any."""

    def __init__(
        self,
        catalog: Catalog,
        generation: Generation,
        calibration: Calibration,
        *,
        cache: VectorCache,
        lease: Lease,
        source: Generation | None,
    ) -> None:
        """Write nothing yet. `source` is a generation of the same model."""
        self.generation = generation
        self._catalog = catalog
        self._cluster = catalog.cluster
        self._calibration = calibration
        self._cache = cache
        self._lease = lease
        self._source = source
        self._means = catalog.calibration(source) if source else None
        self._links = LinksWriter(catalog.cluster, generation, self._bulk)
        self._langs = {index: lang for lang, index in generation.indices.items()}
        self._written: dict[str, str] = {}
        self._gone: set[str] = set()

    def known(self, ids: Sequence[str]) -> dict[str, str]:
        """See `Writer.known`."""
        return {found["_source"]["id"]: found["_source"]["hash"] for found in self._stored(ids)}

    def held(self, ids: Sequence[str]) -> dict[str, Release]:
        """See `Writer.held`."""
        found = (documents.release(stored["_source"]) for stored in self._stored(ids, None))
        return {release.id: release for release in found}

    def vectors(self, hashes: Sequence[str]) -> dict[str, Vector]:
        """See `Writer.vectors`."""
        found = self._cache.get(hashes)
        lacking = [key for key in hashes if key not in found]
        if lacking and self._source and self._means:
            fields = ["lang", "passages.hash", "passages.vector"]
            for at in range(0, len(lacking), _HASHES):
                terms = {"passages.hash": lacking[at : at + _HASHES]}
                wanted = {"nested": {"path": "passages", "query": {"terms": terms}}}
                for source in _pages(self._catalog, self._source.names, wanted, fields):
                    rows = documents.vectors(source, self._means, self._source.fingerprint.dims)
                    found |= {p["hash"]: row for p, row in zip(source["passages"], rows, strict=True) if "vector" in p}
        return {key: found[key] for key in hashes if key in found}

    def write(self, entries: Sequence[Entry]) -> list[Refused]:
        """See `Writer.write`."""
        latest = {entry.release.id: entry for entry in entries}
        if not latest:
            return []
        self._cache.put({p.hash: row for e in latest.values() for p, row in zip(e.passages, e.vectors, strict=True)})
        indices = self.generation.indices
        held = self._stored(list(latest))
        # First of all: whatever happens next, a replaced release counts as not linked until it is linked anew.
        self._bulk(self._links.removal(found["_source"]["id"] for found in held))
        # A release that was of another language until now lies in another index.
        moved = [
            {"_op_type": "delete", "_index": found["_index"], "_id": found["_id"]}
            for found in held
            if found["_index"] != indices[latest[found["_source"]["id"]].release.lang]
        ]
        written = [
            {
                "_index": indices[entry.release.lang],
                "_id": documents.key(entry.release.id),
                "_source": documents.document(entry, self._calibration),
            }
            for entry in latest.values()
        ]
        ids = {documents.key(identity): identity for identity in latest}
        refused = [Refused(ids[key], reason) for key, reason in self._bulk(written).items()]
        self._lease.written += len(written) - len(refused)
        stay = {documents.key(item.id) for item in refused}
        self._bulk([action for action in moved if action["_id"] not in stay])
        # Where a new version was refused, the one before is still there, perhaps in another language.
        before = {found["_source"]["id"]: self._langs[found["_index"]] for found in held}
        lost = {item.id for item in refused}
        self._written |= {
            identity: before[identity] if identity in lost else entry.release.lang
            for identity, entry in latest.items()
            if identity not in lost or identity in before
        }
        return refused

    def ids(self) -> Iterator[str]:
        """See `Writer.ids`."""
        self._refresh()
        for source in _pages(self._catalog, self.generation.names, {"match_all": {}}, ["id"]):
            yield source["id"]

    def remove(self, ids: Iterable[str]) -> int:
        """See `Writer.remove`."""
        ids, count = list(ids), 0
        for at in range(0, len(ids), _PAGE):
            held = self._stored(ids[at : at + _PAGE])
            gone = [found["_source"]["id"] for found in held]
            self._bulk(self._links.removal(gone))
            self._bulk([{"_op_type": "delete", "_index": of["_index"], "_id": of["_id"]} for of in held])
            self._gone.update(gone)
            for identity in gone:
                self._written.pop(identity, None)
            count += len(gone)
        self._lease.written += count
        self.publish()
        return count

    def publish(self) -> None:
        """See `Writer.publish`."""
        self._catalog.registry.require(self._lease)
        # Neighbours are found among what can be searched.
        self._refresh()
        self._links.update(self._written, self._gone)
        self._written, self._gone = {}, set()
        self._catalog.publish(self.generation)

    def _stored(self, ids: Sequence[str], fields: list[str] | None = _IDENTITY) -> list[Mapping[str, Any]]:
        """Return some fields of these releases as stored, all but passages with None, refreshed or not."""
        wanted = [
            {"_index": index, "_id": documents.key(identity), "_source": _source(fields, vectors=False)}
            for identity in dict.fromkeys(ids)
            for index in self.generation.names
        ]
        if not wanted:
            return []

        def ask() -> list[Mapping[str, Any]]:
            documents = list(self._cluster.client.mget(docs=wanted)["docs"])
            place = self._cluster.access.place
            # Each document is found, not found, or unknown while no copy of its shard can be asked.
            for error in (document["error"] for document in documents if "error" in document):
                raise refusal(error, place) or busy(error, place)
            return [document for document in documents if document["found"]]

        return self._cluster.patiently(ask)

    def _refresh(self) -> None:
        with self._cluster.told():
            self._cluster.client.indices.refresh(index=self.generation.names)

    def _bulk(self, actions: list[dict[str, Any]]) -> dict[str, str]:
        """Run the actions and return why items were refused, by `_id`. Raises `StorageError` if nothing can be written."""
        if not actions:
            return {}
        # A writer that has lost its lease would make the indices anew that its successor has deleted.
        self._catalog.registry.require(self._lease)
        refused: dict[str, str] = {}
        with self._cluster.told():
            for done, item in streaming_bulk(
                self._cluster.client.options(request_timeout=BULK_SECONDS),
                actions,
                max_chunk_bytes=CHUNK_BYTES,
                max_retries=BULK_RETRIES,
                initial_backoff=_FIRST_WAIT,
                max_backoff=_LONGEST_WAIT,
                retry_on_status=BUSY,
                raise_on_error=False,
            ):
                (result,) = item.values()
                if done or "error" not in result:
                    # Deleted, written, or not there to be deleted.
                    continue
                error = result["error"]
                whole = refusal(error, self._cluster.access.place)
                if whole:
                    raise whole
                cause = error.get("caused_by", {}).get("reason")
                refused[result["_id"]] = f"Elasticsearch refused it: {error['reason']}" + (
                    f" ({cause})" if cause else ""
                )
        return refused


class ElasticsearchRebuild(Rebuild):
    """A new generation beside the current one."""

    def __init__(
        self,
        catalog: Catalog,
        current: Generation,
        writer: ElasticsearchWriter,
        layout: Layout,
        *,
        candidate: Callable[[], Engine],
        lease: Lease,
    ) -> None:
        """`writer` writes into the new generation; `candidate` opens that one for searching."""
        self.writer: ElasticsearchWriter = writer
        self._catalog = catalog
        self._current = current
        self._layout = layout
        self._candidate = candidate
        self._lease = lease

    def releases(self) -> Iterator[Release]:
        """See `Rebuild.releases`."""
        for source in _pages(self._catalog, self._current.names, {"match_all": {}}, None):
            yield documents.release(source)

    def candidate(self) -> Engine:
        """See `Rebuild.candidate`."""
        return self._candidate()

    def switch(self) -> None:
        """See `Rebuild.switch`. Replicas are made now, once, from an index that is whole."""
        self.writer.publish()
        self._catalog.replicate(self.writer.generation, self._layout)
        self._catalog.note(self.writer.generation, ready=True)
        # Waiting for replicas may have taken longer than the lease lives.
        self._catalog.registry.require(self._lease)
        self._catalog.switch(self.writer.generation)


def entries(catalog: Catalog, generation: Generation) -> Iterator[Entry]:
    """Give every release of a generation with its passages and raw vectors."""
    means = catalog.calibration(generation)
    if means is None:
        raise StorageError(
            f"The language means of generation {generation.name} are lost, without which its vectors cannot be read: "
            "restore the catalog's index from a snapshot, or run `bayan reindex`, which embeds everything anew."
        )
    for source in _pages(catalog, generation.names, {"match_all": {}}, [], vectors=True):
        yield documents.entry(source, means, generation.fingerprint.dims)


def _pages(
    catalog: Catalog, names: Sequence[str], query: Mapping[str, Any], fields: list[str] | None, *, vectors: bool = False
) -> Iterator[dict[str, Any]]:
    """Give the documents that match, index by index in the order of ids.

    Each page goes on after the last id: unlike a scroll or a point in time, that outlives the node that answered.
    """
    cluster = catalog.cluster
    for name in names:
        after: dict[str, Any] = {}
        while True:
            search = partial(
                cluster.client.search,
                index=name,
                query=query,
                sort=[{"id": "asc"}],
                size=_PAGE,
                track_total_hits=False,
                source=_source(fields, vectors=vectors),
                allow_partial_search_results=False,
                **after,
            )
            hits = cluster.patiently(search)["hits"]["hits"]
            yield from (hit["_source"] for hit in hits)
            if len(hits) < _PAGE:
                break
            after = {"search_after": hits[-1]["sort"]}


def _source(fields: list[str] | None, *, vectors: bool) -> dict[str, Any]:
    """Return what of a document is wanted: some fields, all but passages (None), or all (empty)."""
    if fields is None:
        return {"excludes": ["passages", "mean"]}
    wanted: dict[str, Any] = {"includes": fields} if fields else {"excludes": ["mean"]}
    if vectors or any(field.endswith("vector") for field in fields):
        # Since 9.2 vectors are left out unless asked for.
        wanted["exclude_vectors"] = False
    return wanted
