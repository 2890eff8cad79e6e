"""The releases of one generation in SQLite: the truth from which words and matrix can be made again."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from search.engines.base import Entry
from search.engines.database import Database
from search.graph import KEPT
from search.release import Release, from_record, to_record

_SCHEMA = """
CREATE TABLE IF NOT EXISTS state (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS release (
    n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, lang TEXT NOT NULL, source TEXT, country TEXT,
    day INTEGER, hash TEXT NOT NULL, first_row INTEGER NOT NULL, rows INTEGER NOT NULL, norm REAL NOT NULL,
    revision INTEGER NOT NULL, record TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS release_revision ON release (revision);
CREATE TABLE IF NOT EXISTS passage (
    n INTEGER NOT NULL, ordinal INTEGER NOT NULL, start INTEGER NOT NULL, stop INTEGER NOT NULL, hash TEXT NOT NULL,
    PRIMARY KEY (n, ordinal)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS neighbour (n INTEGER PRIMARY KEY, nearest BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS removed (n INTEGER PRIMARY KEY, lang TEXT NOT NULL, revision INTEGER NOT NULL)
"""

NEAREST = np.dtype([("number", "<i8"), ("cosine", "<f4")])
"""A neighbour of a release; nobody is number 0."""


@dataclass(frozen=True)
class Columns:
    """The live releases of a generation as parallel columns, ordered by number: what a search needs of all of them.

    `number`, `first`, `rows`: int64 (n,); `day`: int64 (n,), proleptic ordinal, 0 where unknown; `norm`: float32 (n,).
    """

    number: NDArray[np.int64]
    ids: list[str]
    lang: list[str]
    source: list[str | None]
    country: list[str | None]
    day: NDArray[np.int64]
    first: NDArray[np.int64]
    rows: NDArray[np.int64]
    norm: NDArray[np.float32]


@dataclass(frozen=True)
class Numbered:
    """A release with the number that words and rows know it by."""

    number: int
    release: Release


class Store:
    """One `releases.sqlite`."""

    def __init__(self, path: Path) -> None:
        """Open or make the file."""
        self.database = Database(path, _SCHEMA)

    def get(self, key: str, default: str = "") -> str:
        """Return a value of the generation's state."""
        value = self.database.value("SELECT value FROM state WHERE key = ?", (key,))
        return default if value is None else str(value)

    def set(self, **values: object) -> None:
        """Set values of the generation's state in one transaction."""
        with self.database.transaction() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO state VALUES (?, ?)", [(k, str(v)) for k, v in values.items()]
            )

    def write(self, entries: Sequence[Entry], norms: Sequence[float]) -> tuple[list[Numbered], int]:
        """Store entries in one transaction, replacing those of the same id.

        Returns them with their numbers, and the first of their rows: an entry's rows follow the one's before it.
        """
        numbered: list[Numbered] = []
        with self.database.transaction() as connection:
            state = dict(connection.execute("SELECT key, value FROM state").fetchall())
            revision = int(state.get("revision", 0)) + 1
            first = row = int(state.get("next_row", 0))
            self._remove(connection, [entry.release.id for entry in entries], revision)
            for entry, norm in zip(entries, norms, strict=True):
                release = entry.release
                day = release.published.toordinal() if release.published else None
                cursor = connection.execute(
                    "INSERT INTO release "
                    "(id, lang, source, country, day, hash, first_row, rows, norm, revision, record) "
                    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        *(release.id, release.lang, release.source, release.country, day, release.content_hash),
                        *(row, len(entry.passages), norm, revision, to_record(release)),
                    ),
                )
                number = int(cursor.lastrowid or 0)
                connection.executemany(
                    "INSERT INTO passage VALUES (?, ?, ?, ?, ?)",
                    [(number, i, p.start, p.end, p.hash) for i, p in enumerate(entry.passages)],
                )
                numbered.append(Numbered(number, release))
                row += len(entry.passages)
            values = [("revision", str(revision)), ("next_row", str(row))]
            connection.executemany("INSERT OR REPLACE INTO state VALUES (?, ?)", values)
        return numbered, first

    def remove(self, ids: Iterable[str]) -> int:
        """Remove releases in one transaction and return how many there were."""
        with self.database.transaction() as connection:
            (last,) = connection.execute(
                "SELECT COALESCE(MAX(value), '0') FROM state WHERE key = 'revision'"
            ).fetchone()
            revision = int(last) + 1
            count = self._remove(connection, ids, revision)
            connection.execute("INSERT OR REPLACE INTO state VALUES ('revision', ?)", (str(revision),))
        return count

    def hashes(self, ids: Sequence[str]) -> dict[str, str]:
        """Return the content hash of each of these ids that is stored."""
        return {
            str(i): str(h)
            for i, h in self._by_id("SELECT id, hash FROM release WHERE id IN (SELECT value FROM json_each(?))", ids)
        }

    def ids(self) -> Iterator[str]:
        """Give every id."""
        for (value,) in self.database.rows("SELECT id FROM release ORDER BY n"):
            yield str(value)

    def releases(self, ids: Sequence[str]) -> dict[str, tuple[int, Release]]:
        """Return the stored releases of these ids, with their numbers."""
        sql = "SELECT id, n, record FROM release WHERE id IN (SELECT value FROM json_each(?))"
        return {str(i): (int(str(n)), from_record(str(record))) for i, n, record in self._by_id(sql, ids)}

    def after(self, revision: int, lang: str | None = None, *, at_once: int = 500) -> Iterator[list[Numbered]]:
        """Give the releases written after `revision`, in batches, in the order of their numbers."""
        last = 0
        while True:
            rows = self.database.rows(
                "SELECT n, record FROM release "
                "WHERE n > ?1 AND revision > ?2 AND (?3 IS NULL OR lang = ?3) ORDER BY n LIMIT ?4",
                (last, revision, lang, at_once),
            )
            if not rows:
                return
            batch = [Numbered(int(str(n)), from_record(str(record))) for n, record in rows]
            last = batch[-1].number
            yield batch

    def removed_after(self, revision: int, lang: str) -> list[int]:
        """Return the numbers of this language's releases removed after `revision`."""
        rows = self.database.rows("SELECT n FROM removed WHERE revision > ? AND lang = ?", (revision, lang))
        return [int(str(n)) for (n,) in rows]

    def row_hashes(self, first: int) -> list[tuple[int, str, str]]:
        """Return (row, passage hash, language) of every live row from `first` on."""
        rows = self.database.rows(
            "SELECT r.first_row + p.ordinal, p.hash, r.lang FROM release r JOIN passage p USING (n) "
            "WHERE r.first_row + r.rows > ? ORDER BY 1",
            (first,),
        )
        return [(int(str(row)), str(key), str(lang)) for row, key, lang in rows]

    def passages(self, number: int) -> list[tuple[int, int]]:
        """Return the body offsets of a release's passages."""
        rows = self.database.rows("SELECT start, stop FROM passage WHERE n = ? ORDER BY ordinal", (number,))
        return [(int(str(start)), int(str(stop))) for start, stop in rows]

    def counts(self) -> tuple[dict[str, int], int]:
        """Return the number of releases by language, and of passages."""
        by_lang = self.database.rows("SELECT lang, COUNT(*) FROM release GROUP BY lang ORDER BY lang")
        passages = self.database.value("SELECT COALESCE(SUM(rows), 0) FROM release")
        return {str(lang): int(str(count)) for lang, count in by_lang}, int(str(passages))

    def numbers(self) -> NDArray[np.int64]:
        """Return the numbers of all releases, in order."""
        return np.array([int(str(n)) for (n,) in self.database.rows("SELECT n FROM release ORDER BY n")], np.int64)

    def columns(self, rows: int, *, unlinked: bool = False) -> Columns:
        """Read the columns of all releases whose vectors lie within the first `rows` rows.

        With `unlinked`, only of those whose neighbours have not been written down.
        """
        table = self.database.rows(
            "SELECT n, id, lang, source, country, day, first_row, rows, norm FROM release WHERE first_row + rows <= ?1 "
            "AND (NOT ?2 OR n NOT IN (SELECT n FROM neighbour)) ORDER BY n",
            (rows, unlinked),
        )
        number, ids, lang, source, country, day, first, count, norm = zip(*table, strict=True) if table else ((),) * 9
        return Columns(
            number=np.array(number, np.int64),
            ids=list(map(str, ids)),
            lang=list(map(str, lang)),
            source=list(source),
            country=list(country),
            day=np.array([value or 0 for value in day], np.int64),
            first=np.array(first, np.int64),
            rows=np.array(count, np.int64),
            norm=np.array(norm, np.float32),
        )

    def nearest(self) -> tuple[NDArray[np.int64], NDArray[np.void]]:
        """Return who has neighbours written down, (n,) in the order of numbers, and whom: `NEAREST` (n, KEPT)."""
        rows = self.database.rows("SELECT n, nearest FROM neighbour ORDER BY n")
        numbers = np.array([int(str(n)) for n, _ in rows], np.int64)
        stored = b"".join(blob for _, blob in rows if isinstance(blob, bytes))
        return numbers, np.frombuffer(stored, NEAREST).reshape(-1, KEPT)

    def set_nearest(self, nearest: Mapping[int, NDArray[np.void]]) -> None:
        """Write the neighbours of these releases down, by number: `NEAREST` (KEPT,) each. All or nothing."""
        with self.database.transaction() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO neighbour VALUES (?, ?)", [(n, row.tobytes()) for n, row in nearest.items()]
            )

    def close(self) -> None:
        """Close the file."""
        self.database.close()

    def _by_id(self, sql: str, ids: Sequence[str]) -> list[tuple[object, ...]]:
        return self.database.rows(sql, (json.dumps(list(ids)),))

    @staticmethod
    def _remove(connection: sqlite3.Connection, ids: Iterable[str], revision: int) -> int:
        values = json.dumps(list(ids))
        chosen = "n IN (SELECT n FROM release WHERE id IN (SELECT value FROM json_each(?1)))"
        connection.execute(f"INSERT INTO removed SELECT n, lang, ?2 FROM release WHERE {chosen}", (values, revision))  # noqa: S608
        connection.execute(f"DELETE FROM passage WHERE {chosen}", (values,))  # noqa: S608 - fixed text
        connection.execute(f"DELETE FROM neighbour WHERE {chosen}", (values,))  # noqa: S608 - fixed text
        return connection.execute(f"DELETE FROM release WHERE {chosen}", (values,)).rowcount  # noqa: S608 - fixed text
