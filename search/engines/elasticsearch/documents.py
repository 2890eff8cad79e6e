"""Releases as documents, and documents as releases."""

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
from elasticsearch.helpers import pack_dense_vector

import analyzers
from search import name_query, spellings, values
from search.centring import Calibration
from search.engines.base import Entry, Matrix, Pieces
from search.passages import passage
from search.release import Release

MAX_ID_BYTES = 512
"""The longest `_id` of Elasticsearch; a longer id stands in for itself by its hash."""

_FIELDS = (
    "id", "lang", "title", "body", "published_text", "published_sure", "place", "source", "country", "url", "fetched_at", "sample",
)  # fmt: skip


def key(identity: str) -> str:
    """Return the `_id` of a release."""
    encoded = identity.encode()
    return identity if len(encoded) <= MAX_ID_BYTES else f"sha256-{hashlib.sha256(encoded).hexdigest()}"


def document(entry: Entry, calibration: Calibration) -> dict[str, Any]:
    """Return the document of a release. Vectors are stored centred; title and body in the order of the text."""
    release = entry.release
    exact = analyzers.analyzer(release.lang, exact=True).tokens(release.text)
    centred = calibration.passages(entry.vectors, release.lang)
    fields = {name: getattr(release, name) for name in _FIELDS}
    return {name: value for name, value in fields.items() if value is not None} | {
        **({"published": release.published.isoformat()} if release.published else {}),
        "hash": release.content_hash,
        "values": " ".join(values.terms(release.text, release.lang)),
        "names": name_query.index_keys(release),
        "spelt": spellings.kept(release.text, exact, release.lang),
        **_directed("mean", centred.mean(axis=0)),
        "passage_count": len(entry.passages),
        "passages": [
            {"start": piece.start, "end": piece.end, "hash": piece.hash, **_directed("vector", row)}
            for piece, row in zip(entry.passages, centred, strict=True)
        ],
    }


def release(source: Mapping[str, Any]) -> Release:
    """Return the release of a document."""
    published = source.get("published")
    fields: dict[str, Any] = {name: source.get(name) for name in _FIELDS}
    return Release(**fields, published=date.fromisoformat(published) if published else None)


def entry(source: Mapping[str, Any], calibration: Calibration, dims: int) -> Entry:
    """Return a document with its vectors as it was written."""
    of = release(source)
    split = [passage(of, piece["start"], piece["end"]) for piece in source["passages"]]
    return Entry(of, split, vectors(source, calibration, dims))


def vectors(source: Mapping[str, Any], calibration: Calibration, dims: int) -> Matrix:
    """Return the raw vectors of a document's passages: (n, dims)."""
    return calibration.raw(_rows(source, dims), source["lang"])


def pieces(source: Mapping[str, Any], dims: int) -> Pieces:
    """Return a document's passages as they are stored: centred."""
    spans = tuple((piece["start"], piece["end"]) for piece in source["passages"])
    return Pieces(spans, _rows(source, dims))


def _rows(source: Mapping[str, Any], dims: int) -> Matrix:
    rows = [piece.get("vector") or [0.0] * dims for piece in source["passages"]]
    return np.array(rows, np.float32).reshape(len(rows), dims)


def _directed(name: str, vector: np.ndarray[Any, np.dtype[np.float32]]) -> dict[str, Any]:
    """Return the field, in base64 as 9.3 and later take it; none for a vector without a direction, which has no cosine."""
    length = float(np.linalg.norm(vector))
    return {name: pack_dense_vector(vector / np.float32(length))} if length > np.finfo(np.float32).eps else {}
