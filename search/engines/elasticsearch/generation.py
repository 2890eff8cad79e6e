"""A generation as indices of a cluster, and what indices say of themselves in their mappings (`_meta`)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from elasticsearch import NotFoundError

import analyzers
from search.compatibility import SCHEMA, Fingerprint
from search.engines.elasticsearch.cluster import Cluster
from search.errors import StorageError

Meta = Mapping[str, Any]
"""What an index that Bayan made says of itself: whose prefix it has, and of which generation it is."""


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
    def whole(self) -> bool:
        """Say whether it has an index for each language.

        One of another schema may lack the neutral one. It is whole nevertheless: its fingerprint is what refuses it,
        and `bayan reindex` reads its releases.
        """
        needed = analyzers.CHAINS if self.fingerprint.schema == SCHEMA else analyzers.LANGUAGES
        return self.indices.keys() >= set(needed)

    @property
    def names(self) -> list[str]:
        """Return the names of the indices that are searched."""
        return list(self.indices.values())

    @property
    def all_names(self) -> list[str]:
        """Return the names of all that it consists of."""
        return [*self.names, self.links]

    def meta(self, prefix: str) -> dict[str, Any]:
        """Return what each of its indices says of itself: the `_meta` of a mapping."""
        return {
            "bayan": {
                "prefix": prefix,
                "generation": self.name,
                "fingerprint": self.fingerprint.as_dict(),
                "revision": self.revision,
                "ready": self.ready,
                "shards": self.shards,
            }
        }


def described(cluster: Cluster, names: str) -> dict[str, Meta | None]:
    """Return what each index behind a name, an alias or a pattern says of itself; None for one that says nothing."""
    with cluster.told():
        try:
            found = cluster.client.indices.get(
                index=names,
                features=["aliases", "mappings"],
                expand_wildcards=["open", "closed", "hidden"],
                filter_path=["*.aliases", "*.mappings._meta.bayan", "*.mappings.dynamic"],
            )
        except NotFoundError:
            return {}
    return {str(name): of.get("mappings", {}).get("_meta", {}).get("bayan") for name, of in found.items()}


def foreign(cluster: Cluster, name: str, indices: Iterable[str]) -> StorageError:
    """Return the error for a name that stands for indices of somebody else."""
    return StorageError(
        f'"{name}" at {cluster.access.place} names {", ".join(sorted(indices))}, which Bayan did not make: '
        "choose another BAYAN_INDEX_PREFIX, or give that index another name."
    )
