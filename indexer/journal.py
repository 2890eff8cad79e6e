"""What was read: each file and page with the hash of its bytes, and which releases it gave.

It lies in BAYAN_DATA/journal.sqlite. It is written after the index, so that a release it names has been in the index;
whether it still is, the index is asked.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from search.engines.database import Database

FILE = "journal.sqlite"

_SCHEMA = """
CREATE TABLE IF NOT EXISTS document (
    place TEXT PRIMARY KEY, digest TEXT NOT NULL, rules TEXT NOT NULL, etag TEXT, modified TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS claim (
    place TEXT NOT NULL, id TEXT NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (place, id)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS claim_id ON claim (id)
"""


@dataclass(frozen=True)
class Record:
    """What was read at a place, a path or an address: `digest` of the bytes, by which `rules`, and what it gave.

    `hashes` are content hashes by release id. `etag` and `modified` are what the server said, to be asked back.
    """

    place: str
    digest: str
    rules: str
    hashes: Mapping[str, str]
    etag: str | None = None
    modified: str | None = None


class Journal:
    """One `journal.sqlite`. Raises `StorageError`."""

    def __init__(self, folder: Path) -> None:
        """Open the file in this folder, or make it."""
        self._database = Database(folder / FILE, _SCHEMA)

    def record(self, place: str) -> Record | None:
        """Return what was read at a place last, None if nothing was."""
        rows = self._database.rows("SELECT digest, rules, etag, modified FROM document WHERE place = ?", (place,))
        if not rows:
            return None
        digest, rules, etag, modified = (None if value is None else str(value) for value in rows[0])
        claims = self._database.rows("SELECT id, hash FROM claim WHERE place = ?", (place,))
        hashes = {str(identity): str(content) for identity, content in claims}
        return Record(place, digest or "", rules or "", hashes, etag, modified)

    def write(self, records: Iterable[Record]) -> None:
        """Keep what was read, in the place of what was read there before; all or nothing."""
        with self._database.transaction() as connection:
            for record in records:
                connection.execute("DELETE FROM claim WHERE place = ?", (record.place,))
                connection.execute(
                    "INSERT OR REPLACE INTO document VALUES (?, ?, ?, ?, ?)",
                    (record.place, record.digest, record.rules, record.etag, record.modified),
                )
                connection.executemany(
                    "INSERT INTO claim VALUES (?, ?, ?)", [(record.place, *item) for item in record.hashes.items()]
                )

    def claims(self, identity: str, rules: str) -> dict[str, str]:
        """Return the content hash of this release by each place that gave it, read by these rules."""
        rows = self._database.rows(
            "SELECT place, hash FROM claim JOIN document USING (place) WHERE id = ? AND rules = ?", (identity, rules)
        )
        return {str(place): str(content) for place, content in rows}

    def close(self) -> None:
        """Close the file."""
        self._database.close()
