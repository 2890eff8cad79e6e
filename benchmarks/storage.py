"""What a release takes on the disks of Elasticsearch, part by part, and what `index_options` of its text cost.

    python -m benchmarks.storage SET [--releases 5000 | --own] [--options offsets positions]

Writes the same releases, synthetic ones (see `bayan bench`) or the set's own, into throw-away indices of one shard and
no replica, once for each of the options, and prints bytes a release. The cluster is that of the settings.
"""

import argparse
import secrets
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from elasticsearch import Elasticsearch, helpers
from elasticsearch.exceptions import GeneralAvailabilityWarning

import analyzers
from indexer.bench import CALIBRATION, DIMS, Vectors, synthetic
from search import evaluation, installation, passages
from search.engines.base import Entry
from search.engines.elasticsearch import documents
from search.engines.elasticsearch.cluster import Cluster
from search.engines.elasticsearch.mapping import Layout, index_body
from search.release import Release
from search.settings import Settings

BULK = 50
PARTS = {
    "_source": "_source",
    "text": "text",
    "text.exact": "text.exact",
    "passages.vector": "passages.vector",
    "mean": "mean",
    "passages.hash": "passages.hash",
    "_id": "identity",
    "id": "identity",
    "_seq_no": "identity",
}
"""What a field's bytes are told as; those of all others as `other fields`."""

VECTORS = ("float vectors", "8-bit vectors", "graphs")
"""The parts of passages.vector and mean."""


def actions(releases: Iterable[Release], prefix: str, seen: Counter[str]) -> Iterator[dict[str, Any]]:
    """Give a bulk action for each release, and count releases, passages and bytes of text."""
    vectors = Vectors()
    for release in releases:
        split = passages.split(release)
        entry = Entry(release, split, vectors.around(len(split)))
        seen.update(releases=1, passages=len(split), text=len(release.text.encode()))
        yield {
            "_index": f"{prefix}-{release.lang}",
            "_id": documents.key(release.id),
            "_source": documents.document(entry, CALIBRATION),
        }


def create(client: Elasticsearch, names: Mapping[str, str], options: str) -> None:
    """Make the index of each language, as Bayan does but for `index_options`."""
    for lang, name in names.items():
        body = index_body(lang, DIMS, Layout(shards=1, replicas=0), {})
        text = body["mappings"]["properties"]["text"]
        text["index_options"] = text["fields"]["exact"]["index_options"] = options
        client.indices.create(index=name, **body)


def measure(client: Elasticsearch, names: list[str]) -> Counter[str]:
    """Return the bytes of each part in all of these indices."""
    found: Counter[str] = Counter()
    for name in names:
        usage = client.indices.disk_usage(index=name, run_expensive_tasks=True)[name]
        for field, of in usage["fields"].items():
            found[PARTS.get(field, "other fields")] += of["total_in_bytes"]
    stats = client.indices.stats(index=names, metric=["store", "dense_vector", "segments"])["_all"]["primaries"]
    off_heap = stats["dense_vector"]["off_heap"]
    found["float vectors"] = off_heap["total_vec_size_bytes"]
    found["8-bit vectors"] = off_heap["total_veq_size_bytes"]
    found["graphs"] = off_heap["total_vex_size_bytes"]
    found["store"] = stats["store"]["size_in_bytes"]
    found["segments"] = stats["segments"]["count"]
    return found


def run(client: Elasticsearch, texts: Iterable[Release], options: str) -> None:
    """Write, measure, merge to one segment a language, measure again, print, delete."""
    prefix = f"bayan-scratch-{secrets.token_hex(4)}"
    by_lang = {lang: f"{prefix}-{lang}" for lang in analyzers.LANGUAGES}
    names = list(by_lang.values())
    try:
        create(client, by_lang, options)
        seen: Counter[str] = Counter()
        helpers.bulk(client, actions(texts, prefix, seen), chunk_size=BULK)
        client.indices.refresh(index=names)
        client.indices.flush(index=names)
        written = measure(client, names)
        client.indices.forcemerge(index=names, max_num_segments=1)
        client.indices.flush(index=names, force=True)
        merged = measure(client, names)
    finally:
        client.indices.delete(index=names, ignore_unavailable=True)
    releases, vectors = seen["releases"], seen["passages"] + seen["releases"]
    print(
        f"\n{options}: {releases:,} releases, {seen['passages']:,} passages, {seen['text'] / releases:,.0f} bytes of text"
    )
    print(f"{'bytes a release':24}{'as written':>12}{'merged':>12}")
    for part in table(written):
        print(f"{part:24}{written[part] / releases:12,.0f}{merged[part] / releases:12,.0f}")
    print(f"{'segments in all':24}{written['segments']:12,}{merged['segments']:12,}")
    print("bytes a vector, merged: " + ", ".join(f"{p} {merged[p] / vectors:,.0f}" for p in VECTORS), flush=True)


def table(found: Iterable[str]) -> list[str]:
    """Return the parts in the order in which they are told."""
    parts = [*dict.fromkeys(PARTS.values()), "other fields"]
    return [part for part in parts if part in found] + [*VECTORS, "store"]


def main() -> None:
    """Measure every one of the options, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("set", type=Path)
    parser.add_argument("--releases", type=int, default=5_000, help="how many synthetic ones")
    parser.add_argument("--own", action="store_true", help="the set's own texts instead")
    parser.add_argument("--options", nargs="+", choices=["positions", "offsets"], default=["offsets", "positions"])
    chosen = parser.parse_args()
    # _disk_usage is a preview, and says so at every call.
    warnings.simplefilter("ignore", GeneralAvailabilityWarning)
    cluster = Cluster(installation.access(Settings()))
    data = evaluation.read(chosen.set)
    for options in chosen.options:
        texts = data.releases if chosen.own else synthetic(data, chosen.releases)
        run(cluster.client.options(request_timeout=600), texts, options)


if __name__ == "__main__":
    main()
