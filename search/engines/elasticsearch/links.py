"""Who is near to whom, in an index of its own: read by searches, written whenever something is published."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from search.engines.elasticsearch import documents, queries
from search.engines.elasticsearch.cluster import Cluster
from search.engines.elasticsearch.generation import Generation
from search.graph import APART, KEPT, NEIGHBOURS, Neighbour, merged

_REACH = 2 * KEPT
"""Neighbours that are asked for: some of them have the new release among their own nearest, though it has not them."""

_AT_ONCE = 50
"""New releases whose neighbours are asked for in one round trip."""

_MOST = 10_000
"""The most hits that Elasticsearch gives at a time."""

Lists = Mapping[str, Mapping[str, float]]
"""The ids and cosines of the neighbours of releases, by their ids; nearest first."""

Bulk = Callable[[list[dict[str, Any]]], object]


def read(cluster: Cluster, index: str, ids: Sequence[str]) -> Lists:
    """Return the first neighbours of these releases, and of all that have one of these among their own first.

    Eight of the latter for each is usual. The lists of these themselves come first, should there be too many.
    """
    wanted = [{"terms": {"id": list(ids), "boost": 2}}, {"terms": {"first": list(ids)}}]
    body = {"query": {"bool": {"should": wanted}}, "size": _MOST, "_source": ["id", "first", "cosines"]}
    (response,) = cluster.msearch([({"index": index}, body)])
    found = [hit["_source"] for hit in response["hits"]["hits"]]
    return {of["id"]: dict(zip(of["first"], of["cosines"], strict=False)) for of in found}


class LinksWriter:
    """Brings the links of a generation up to date. `bulk` runs actions for the holder of the lease."""

    def __init__(self, cluster: Cluster, generation: Generation, bulk: Bulk) -> None:
        """Ask nothing yet."""
        self._cluster = cluster
        self._generation = generation
        self._index = generation.links
        self._bulk = bulk

    def removal(self, ids: Iterable[str]) -> list[dict[str, Any]]:
        """Return the actions that take the lists of these releases away, so that they count as not linked."""
        return [{"_op_type": "delete", "_index": self._index, "_id": documents.key(identity)} for identity in ids]

    def update(self, written: Mapping[str, str], gone: Iterable[str]) -> None:
        """Link releases that were written, by id and language, and forget those that are gone or were replaced.

        Everything must be visible to searches. What a killed writer has not linked is found and linked too; whom it
        removed without getting here stays in the lists of others, where nobody looks, until these are written again.
        """
        self._refresh()
        begun = self._count([self._index]) > 0
        if begun:
            for some in _parts({*gone, *written}, _AT_ONCE):
                self._forget(some)
        self._link(written, told=begun)
        self._refresh()
        if self._count([self._index]) != self._count(self._generation.names):
            self._link(self._unlinked(), told=True)

    def _link(self, fresh: Mapping[str, str], *, told: bool) -> None:
        """Write the neighbours of fresh releases; with `told`, put these among the neighbours of others."""
        indices = self._generation.indices
        for some in _parts(fresh, _AT_ONCE):
            means = self._means(some)
            others = {lang: [index for of, index in indices.items() if of != lang] for lang in indices}
            searches = [
                ({"index": others[fresh[identity]]}, queries.nearest(mean, _REACH)) for identity, mean in means.items()
            ]
            lists: dict[str, tuple[Neighbour, ...]] = dict.fromkeys(some, ())
            for identity, response in zip(means, self._cluster.msearch(searches) if searches else (), strict=True):
                hits = response["hits"]["hits"]
                lists[identity] = tuple(Neighbour(hit["fields"]["id"][0], 2 * hit["_score"] - 1) for hit in hits)
            changed = self._told(lists) if told else {}
            self._write(changed | {identity: merged(near, ()) for identity, near in lists.items()})
            if told:
                # The next ones may be put into the same lists.
                self._refresh()

    def _told(self, lists: Mapping[str, Sequence[Neighbour]]) -> dict[str, tuple[Neighbour, ...]]:
        """Return the lists of others that change, now that these releases are there."""
        news: dict[str, list[Neighbour]] = {}
        for identity, near in lists.items():
            for other in near:
                if other.key not in lists and other.cosine > APART:
                    news.setdefault(str(other.key), []).append(Neighbour(identity, other.cosine))
        changed = {}
        for some in _parts(news, _MOST // KEPT):
            for identity, old in self._lists({"terms": {"id": some}}):
                now = merged(old, news[identity])
                if now != old:
                    changed[identity] = now
        return changed

    def _forget(self, ids: Iterable[str]) -> None:
        """Take releases out of the lists of others."""
        lost = set(ids)
        found = self._lists({"terms": {"nearest": sorted(lost)}})
        lists = {of: tuple(one for one in near if one.key not in lost) for of, near in found}
        if lists:
            self._write(lists)
            self._refresh()

    def _lists(self, query: Mapping[str, Any]) -> Iterator[tuple[str, tuple[Neighbour, ...]]]:
        """Give the lists that match, with the ids of those whose they are."""
        for of in self._scan([self._index], ["id", "nearest", "cosines"], query):
            yield of["id"], tuple(map(Neighbour, of["nearest"], of["cosines"]))

    def _write(self, lists: Mapping[str, Sequence[Neighbour]]) -> None:
        actions = []
        for identity, near in lists.items():
            ids = [one.key for one in near]
            source = {
                "id": identity,
                "first": ids[:NEIGHBOURS],
                "nearest": ids,
                "cosines": [one.cosine for one in near],
            }
            actions.append({"_index": self._index, "_id": documents.key(identity), "_source": source})
        self._bulk(actions)

    def _means(self, ids: Sequence[str]) -> dict[str, list[float]]:
        """Return the mean vector of each of these releases that has one."""
        body = {"query": {"terms": {"id": list(ids)}}, "size": len(ids), "_source": False, "fields": ["id", "mean"]}
        (response,) = self._cluster.msearch([({"index": self._generation.names}, body)])
        found = [hit["fields"] for hit in response["hits"]["hits"]]
        return {of["id"][0]: of["mean"] for of in found if of.get("mean")}

    def _unlinked(self) -> dict[str, str]:
        """Return the releases, by id and language, that have no list."""
        linked = {of["id"] for of in self._scan([self._index], ["id"])}
        everybody = self._scan(self._generation.names, ["id", "lang"])
        return {of["id"]: of["lang"] for of in everybody if of["id"] not in linked}

    def _scan(
        self, names: Sequence[str], fields: Sequence[str], query: Mapping[str, Any] | None = None
    ) -> Iterator[Mapping[str, Any]]:
        """Give these fields of every document that matches, all by default, index by index in the order of ids."""
        body = {"query": query or {"match_all": {}}, "sort": [{"id": "asc"}], "size": _MOST, "_source": list(fields)}
        for name in names:
            after: dict[str, Any] = {}
            while True:
                (response,) = self._cluster.msearch([({"index": name}, body | {"track_total_hits": False} | after)])
                hits = response["hits"]["hits"]
                yield from (hit["_source"] for hit in hits)
                if len(hits) < _MOST:
                    break
                after = {"search_after": hits[-1]["sort"]}

    def _count(self, names: Sequence[str]) -> int:
        with self._cluster.told():
            return int(self._cluster.client.count(index=list(names))["count"])

    def _refresh(self) -> None:
        with self._cluster.told():
            self._cluster.client.indices.refresh(index=self._index)


def _parts(items: Iterable[str], size: int) -> Iterator[list[str]]:
    whole = list(items)
    return (whole[at : at + size] for at in range(0, len(whole), size))
