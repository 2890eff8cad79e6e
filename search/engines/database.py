"""SQLite connections, and what their errors mean to a person."""

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

from search.errors import StorageError

_BUSY_SECONDS = 10.0


class Database:
    """One SQLite file in WAL mode, used by one thread at a time.

    In a folder that cannot be written to, the file is only read: together with its write-ahead log if another user has
    it open, else as immutable, since SQLite would make files beside it otherwise.
    """

    def __init__(self, path: Path, schema: str, *, only_read: bool = False) -> None:
        """Open `path`, making it with `schema` if it is not there and the folder can be written to.

        With `only_read` it is neither made nor locked, whoever writes to it meanwhile.
        """
        self.path = path
        self._lock = RLock()
        self.writable = os.access(path.parent, os.W_OK)
        with storage(path):
            if self.writable and not only_read:
                self.connection = sqlite3.connect(
                    path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
                )
                self.connection.execute("PRAGMA journal_mode = WAL")
                self.connection.execute("PRAGMA synchronous = FULL")
                with self.transaction() as connection:
                    for statement in filter(str.strip, schema.split(";")):
                        connection.execute(statement)
            else:
                log = path.with_name(f"{path.name}-wal")
                self.connection = sqlite3.connect(
                    f"{path.absolute().as_uri()}?mode=ro&immutable={0 if self.writable or log.exists() else 1}",
                    uri=True,
                    isolation_level=None,
                    check_same_thread=False,
                )

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Commit at the end, roll back on any error. Raises `StorageError`."""
        with self._lock, storage(self.path):
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
                self.connection.execute("COMMIT")
            except BaseException:
                # A full disk may have rolled back already, and "no transaction is active" would hide why.
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                raise

    def rows(self, sql: str, parameters: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
        """Run a query and return all of its rows. Raises `StorageError`."""
        with self._lock, storage(self.path):
            return self.connection.execute(sql, parameters).fetchall()

    def value(self, sql: str, parameters: tuple[object, ...] = ()) -> object:
        """Return the first column of the first row, or None."""
        rows = self.rows(sql, parameters)
        return rows[0][0] if rows else None

    def close(self) -> None:
        """Close the file; SQLite then folds its write-ahead log in."""
        with self._lock:
            self.connection.close()


@contextmanager
def storage(place: Path) -> Iterator[None]:
    """Turn what the disk and SQLite say into a `StorageError` with a sentence."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise StorageError(_sentence(place, str(error))) from error
    except OSError as error:
        raise StorageError(_sentence(place, error.strerror or str(error), error.errno)) from error


def _sentence(place: Path, said: str, number: int | None = None) -> str:
    if number in (errno.ENOSPC, errno.EDQUOT) or "full" in said or "No space" in said:
        return (
            f"The disk that holds {place} is full. What was committed before is kept: "
            "make room, then run the same command again."
        )
    if number in (errno.EROFS, errno.EACCES, errno.EPERM) or "readonly" in said or "unable to open" in said:
        return f"{place} cannot be written to or opened ({said}): check the folder's permissions, or set BAYAN_DATA."
    if "locked" in said:
        return f"Another process has kept {place} busy for {_BUSY_SECONDS:.0f} seconds: try again when it has ended."
    return (
        f"{place} cannot be used ({said}). If it is damaged, restore the folder or index again into a new BAYAN_DATA."
    )
