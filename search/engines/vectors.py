"""Vectors by model and passage hash, so that no passage is embedded twice.

The cache outlives generations: an interrupted reindex with a new model goes on where it was, and one with the old
model embeds nothing.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from search.engines.base import Vector
from search.engines.database import Database

_SCHEMA = """
CREATE TABLE IF NOT EXISTS vector (model TEXT NOT NULL, hash TEXT NOT NULL, vector BLOB NOT NULL,
                                   PRIMARY KEY (model, hash)) WITHOUT ROWID
"""
_AT_ONCE = 500
"""SQLite takes at least 999 parameters in one statement."""


class VectorCache:
    """Raw float32 vectors of one model in one SQLite file."""

    def __init__(self, path: Path, model: str) -> None:
        """Open or make the file; `model` names everything that makes vectors comparable."""
        self.model = model
        self.path = path
        self._database = Database(path, _SCHEMA)

    def get(self, hashes: Sequence[str]) -> dict[str, Vector]:
        """Return the vectors that are there, by hash."""
        found: dict[str, Vector] = {}
        for first in range(0, len(hashes), _AT_ONCE):
            some = tuple(hashes[first : first + _AT_ONCE])
            marks = ",".join("?" * len(some))
            # Only question marks are put into the statement.
            sql = f"SELECT hash, vector FROM vector WHERE model = ? AND hash IN ({marks})"  # noqa: S608
            for key, blob in self._database.rows(sql, (self.model, *some)):
                found[str(key)] = np.frombuffer(blob, dtype=np.float32)  # type: ignore[call-overload]
        return found

    def put(self, vectors: Mapping[str, Vector]) -> None:
        """Keep these vectors; one that is there already stays as it is."""
        rows = [(self.model, key, np.ascontiguousarray(v, np.float32).tobytes()) for key, v in vectors.items()]
        with self._database.transaction() as connection:
            connection.executemany("INSERT OR IGNORE INTO vector VALUES (?, ?, ?)", rows)

    def close(self) -> None:
        """Close the file."""
        self._database.close()
