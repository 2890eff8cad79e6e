"""The catalog of a data folder: its generations, which one serves, who writes, and what was run."""

import shutil
from contextlib import AbstractContextManager
from dataclasses import astuple
from pathlib import Path

from search.engines import lease
from search.engines.base import Run
from search.engines.database import Database, storage
from search.engines.lease import Holder, Lease, Registry
from search.errors import LockedError, NoIndexError

_SCHEMA = """
CREATE TABLE IF NOT EXISTS generation (name TEXT PRIMARY KEY, ready INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS pointer (role TEXT PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS holder (one INTEGER PRIMARY KEY CHECK (one = 1), token TEXT, command TEXT, host TEXT,
                                   pid INTEGER, since TEXT, expires REAL);
CREATE TABLE IF NOT EXISTS audit (n INTEGER PRIMARY KEY, command TEXT, user TEXT, host TEXT, pid INTEGER, started TEXT,
                                  seconds REAL, written INTEGER, outcome TEXT)
"""
_HOLDER = "SELECT token, command, host, pid, since, expires FROM holder"
_RUN = "command, user, host, pid, started, seconds, written, outcome"
_NAME = "{:06d}"


class Catalog(Registry):
    """`folder` is BAYAN_DATA; it is made when something is first written."""

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        """Open the catalog. Raises `NoIndexError` if there is none and `create` is not set."""
        self.folder = folder
        path = folder / "catalog.sqlite"
        if create:
            with storage(folder):
                folder.mkdir(parents=True, exist_ok=True)
                (folder / "generations").mkdir(exist_ok=True)
        elif not path.exists():
            raise NoIndexError(f"There is no index in {folder}: run `bayan index PATH…` to make one.")
        self._database = Database(path, _SCHEMA)
        self.writable = self._database.writable
        self._file = _identity(path)

    @property
    def gone(self) -> bool:
        """Say whether the file that was opened is no longer the one in the folder: deleted, or made anew."""
        return _identity(self.folder / "catalog.sqlite") != self._file

    def path(self, name: str) -> Path:
        """Return the folder of a generation."""
        return self.folder / "generations" / name

    def current(self) -> str | None:
        """Return the name of the generation that serves."""
        return self._pointer("current")

    def previous(self) -> str | None:
        """Return the name of the generation that `rollback` would go back to."""
        return self._pointer("previous")

    def generations(self) -> tuple[str, ...]:
        """Return the names of all generations that are ready, oldest first."""
        rows = self._database.rows("SELECT name FROM generation WHERE ready ORDER BY name")
        return tuple(str(name) for (name,) in rows)

    def create(self) -> str:
        """Make the folder of a new generation, which does not serve yet, and return its name."""
        with self._database.transaction() as connection:
            # sqlite_sequence would do, but a name must also be free on disk after a catalog was restored.
            (last,) = connection.execute("SELECT COALESCE(MAX(CAST(name AS INTEGER)), 0) FROM generation").fetchone()
            number = last + 1
            while self.path(_NAME.format(number)).exists():
                number += 1
            name = _NAME.format(number)
            connection.execute("INSERT INTO generation (name) VALUES (?)", (name,))
        with storage(self.path(name)):
            self.path(name).mkdir()
        return name

    def switch(self, name: str) -> None:
        """Let `name` serve from now on, in one transaction, and keep what served until now as the previous one."""
        with self._database.transaction() as connection:
            connection.execute("UPDATE generation SET ready = 1 WHERE name = ?", (name,))
            connection.execute(
                "INSERT OR REPLACE INTO pointer SELECT 'previous', name FROM pointer WHERE role = 'current' AND name <> ?",
                (name,),
            )
            connection.execute("INSERT OR REPLACE INTO pointer VALUES ('current', ?)", (name,))

    def swap(self) -> str:
        """Exchange current and previous in one transaction and return what serves now. Raises `NoIndexError`."""
        with self._database.transaction() as connection:
            pointers = dict(connection.execute("SELECT role, name FROM pointer").fetchall())
            if "previous" not in pointers:
                raise NoIndexError("There is no earlier generation to go back to: `bayan reindex` has not been run.")
            connection.execute("UPDATE pointer SET name = ? WHERE role = 'current'", (pointers["previous"],))
            connection.execute("UPDATE pointer SET name = ? WHERE role = 'previous'", (pointers["current"],))
            return str(pointers["previous"])

    def sweep(self) -> None:
        """Delete every generation that neither serves nor is the previous one: older ones, and left-overs of a kill.

        Only for the holder of the lock.
        """
        kept = {self.current(), self.previous()}
        for (name,) in self._database.rows("SELECT name FROM generation"):
            if name not in kept:
                shutil.rmtree(self.path(str(name)), ignore_errors=True)
                with self._database.transaction() as connection:
                    connection.execute("DELETE FROM generation WHERE name = ?", (name,))

    def holder(self) -> Holder | None:
        """Return who is writing now, or None."""
        held = self._held()
        return held if held and not held.free else None

    def locked(self, command: str) -> AbstractContextManager[Lease]:
        """Hold the lease while the block runs. Raises `LockedError`."""
        return lease.held(self, command)

    def take(self, holder: Holder) -> None:
        """See `Registry.take`."""
        with self._database.transaction() as connection:
            row = connection.execute(_HOLDER).fetchone()
            other = Holder(*row) if row else None
            if other and not other.free:
                raise LockedError(f"{other} is writing to the index in {self.folder}: wait until it has ended.")
            connection.execute("INSERT OR REPLACE INTO holder VALUES (1, ?, ?, ?, ?, ?, ?)", astuple(holder))

    def renew(self, holder: Holder) -> bool:
        """See `Registry.renew`."""
        with self._database.transaction() as connection:
            sql = "UPDATE holder SET expires = ? WHERE token = ?"
            return bool(connection.execute(sql, (holder.expires, holder.token)).rowcount)

    def release(self, holder: Holder, run: Run) -> None:
        """See `Registry.release`."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM holder WHERE token = ?", (holder.token,))
            connection.execute(f"INSERT INTO audit ({_RUN}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", astuple(run))  # noqa: S608 - fixed text

    def runs(self, limit: int = 10) -> tuple[Run, ...]:
        """Return the last lines of the audit log, newest first."""
        rows = self._database.rows(f"SELECT {_RUN} FROM audit ORDER BY n DESC LIMIT ?", (limit,))  # noqa: S608 - fixed text
        return tuple(Run(*row) for row in rows)  # type: ignore[arg-type]

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    def _pointer(self, role: str) -> str | None:
        value = self._database.value("SELECT name FROM pointer WHERE role = ?", (role,))
        return None if value is None else str(value)

    def _held(self) -> Holder | None:
        rows = self._database.rows(_HOLDER)
        return Holder(*rows[0]) if rows else None  # type: ignore[arg-type]


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
