"""Settings and mappings of an index, rendered from the chains that Python executes."""

from dataclasses import dataclass
from typing import Any

import analyzers

MAX_PASSAGES = 30_000
"""Nested passages a release: the longest body that is taken has some 11,000, more than Elasticsearch's 10,000."""


@dataclass(frozen=True)
class Layout:
    """How the indices of a generation lie in the cluster: `shards` a language, and copies of each on other nodes."""

    shards: int = 1
    replicas: int = 1

    @property
    def expansion(self) -> str | bool:
        """Return what Elasticsearch calls auto_expand_replicas: as many copies as there are other nodes for them."""
        return f"0-{self.replicas}" if self.replicas else False


LAYOUT = Layout()
"""Good to some ten million passages: BM25 is that of the whole language, and one node may be lost."""


def index_body(lang: str, dims: int, layout: Layout, meta: dict[str, Any]) -> dict[str, Any]:
    """Return `settings` and `mappings` of the index of one language.

    No refresh: what is written is seen when it is published.
    """
    index = _index(layout) | {"mapping.nested_objects.limit": MAX_PASSAGES}
    settings = analyzers.settings(lang) | {"index": index}
    return {"settings": settings, "mappings": _mappings(lang, dims) | {"_meta": meta}}


def links_body(layout: Layout, meta: dict[str, Any]) -> dict[str, Any]:
    """Return `settings` and `mappings` of the index that has the neighbours of each release (`search.graph`).

    A document a release, apart from the release's own: neighbours change when others come, and a release would be
    written again with all of its vectors. `nearest` are ids in other languages, nearest first, `cosines` theirs;
    `first` are those that make links.
    """
    properties = {
        "id": {"type": "keyword"},
        "first": {"type": "keyword"},
        "nearest": {"type": "keyword"},
        "cosines": {"type": "float", "index": False, "doc_values": False},
    }
    return {
        "settings": {"index": _index(layout)},
        "mappings": {"dynamic": "strict", "properties": properties, "_meta": meta},
    }


def _index(layout: Layout) -> dict[str, Any]:
    return {
        "number_of_shards": layout.shards,
        "auto_expand_replicas": layout.expansion,
        # Else it is 1 where nothing expands it.
        "number_of_replicas": 0,
        "refresh_interval": "-1",
    }


def _mappings(lang: str, dims: int) -> dict[str, Any]:
    """Return the fields.

    Title and body are analysed into one field, `text`, as the local engine does: BM25 of the two apart would be
    another. The gap of 0 lets a word that is in both count the same, and positions run on.
    """
    shown = {"type": "keyword", "index": False, "doc_values": False}
    part = {"type": "text", "index": False, "copy_to": "text"}
    return {
        "dynamic": "strict",
        # What names and words being typed are found by is made anew from the text.
        "_source": {"excludes": ["names", "spelt"]},
        "properties": {
            "id": {"type": "keyword"},
            "hash": shown,
            "lang": {"type": "keyword"},
            "title": part,
            "body": part,
            "text": _text(f"bayan_{lang}") | {"fields": {"exact": _text(f"bayan_{lang}_exact")}},
            "values": {"type": "text", "analyzer": "whitespace", "index_options": "freqs"},
            "names": {"type": "keyword", "doc_values": False},
            "spelt": {"type": "keyword"},
            "published": {"type": "date", "format": "strict_date"},
            "published_text": shown,
            "published_sure": {"type": "float", "index": False, "doc_values": False},
            "place": shown,
            "source": {"type": "keyword"},
            "country": {"type": "keyword"},
            "url": shown,
            "fetched_at": shown,
            "sample": {"type": "boolean"},
            "mean": _vector(dims),
            "passage_count": {"type": "integer"},
            "passages": {
                "type": "nested",
                "properties": {
                    "start": {"type": "integer", "index": False},
                    "end": {"type": "integer", "index": False},
                    "hash": {"type": "keyword", "doc_values": False},
                    "vector": _vector(dims),
                },
            },
        },
    }


def _text(analyzer: str) -> dict[str, Any]:
    return {"type": "text", "analyzer": analyzer, "index_options": "offsets", "position_increment_gap": 0}


def _vector(dims: int) -> dict[str, Any]:
    # Set by name: from 384 dims on the default is binary quantisation, which loses recall where memory is no problem.
    return {
        "type": "dense_vector",
        "dims": dims,
        "index": True,
        "similarity": "cosine",
        "index_options": {"type": "int8_hnsw", "m": 16, "ef_construction": 100},
    }
