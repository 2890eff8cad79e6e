"""The catalog of a data folder: its generations, which one serves, who writes, and what was run."""

import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import astuple
from datetime import UTC, datetime
from pathlib import Path

from search.engines.base import Run
from search.engines.local.database import Database, storage
from search.errors import BayanError, LockedError, NoIndexError

LOCK_SECONDS = 120.0
"""A lock that is not renewed for so long is free. It is renewed every quarter of this by a thread of its holder."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS generation (name TEXT PRIMARY KEY, ready INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS pointer (role TEXT PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS holder (one INTEGER PRIMARY KEY CHECK (one = 1), token TEXT, host TEXT, pid INTEGER,
                                   command TEXT, since TEXT, expires REAL);
CREATE TABLE IF NOT EXISTS run (n INTEGER PRIMARY KEY, command TEXT, host TEXT, pid INTEGER, started TEXT,
                                seconds REAL, outcome TEXT)
"""
_NAME = "{:06d}"
_HELD: set[str] = set()
"""Tokens of the locks that this process holds: one of its own that is not here was left by a full disk."""


class Catalog:
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

    def holder(self) -> str | None:
        """Say who is writing now, or None."""
        row = self._database.rows("SELECT command, host, pid, since, expires, token FROM holder")
        return _told(row[0]) if row and not _free(row[0]) else None

    @contextmanager
    def locked(self, command: str) -> Iterator[None]:
        """Hold the lock, renew it while the block runs, and write the audit log at its end.

        Raises `LockedError` that names the holder. The lock of a process that has died on this machine is free at
        once, that of another machine when it expires.
        """
        token = f"{socket.gethostname()}-{os.getpid()}-{time.monotonic_ns()}"
        started, clock = datetime.now(UTC), time.monotonic()
        with self._database.transaction() as connection:
            row = connection.execute("SELECT command, host, pid, since, expires, token FROM holder").fetchone()
            if row and not _free(row):
                raise LockedError(f"{_told(row)} is writing to the index in {self.folder}: wait until it has ended.")
            connection.execute(
                "INSERT OR REPLACE INTO holder VALUES (1, ?, ?, ?, ?, ?, ?)",
                (token, socket.gethostname(), os.getpid(), command, _now(started), time.time() + LOCK_SECONDS),
            )
        _HELD.add(token)
        done = threading.Event()
        renewal = threading.Thread(target=self._renew, args=(token, done), name="bayan-lock", daemon=True)
        renewal.start()
        outcome = "done"
        try:
            yield
        except BaseException as error:
            outcome = str(error) if isinstance(error, BayanError) else type(error).__name__
            raise
        finally:
            done.set()
            renewal.join()
            run = Run(command, socket.gethostname(), os.getpid(), _now(started), time.monotonic() - clock, outcome)
            self._release(token, run)

    def runs(self, limit: int = 10) -> tuple[Run, ...]:
        """Return the last lines of the audit log, newest first."""
        rows = self._database.rows(
            "SELECT command, host, pid, started, seconds, outcome FROM run ORDER BY n DESC LIMIT ?", (limit,)
        )
        return tuple(Run(*row) for row in rows)  # type: ignore[arg-type]

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    def _pointer(self, role: str) -> str | None:
        value = self._database.value("SELECT name FROM pointer WHERE role = ?", (role,))
        return None if value is None else str(value)

    def _renew(self, token: str, done: threading.Event) -> None:
        while not done.wait(LOCK_SECONDS / 4):
            # Busy or full just now is no reason to give the lock up: the next round tries again.
            with suppress(BayanError), self._database.transaction() as connection:
                connection.execute("UPDATE holder SET expires = ? WHERE token = ?", (time.time() + LOCK_SECONDS, token))

    def _release(self, token: str, run: Run) -> None:
        _HELD.discard(token)
        try:
            with self._database.transaction() as connection:
                connection.execute("DELETE FROM holder WHERE token = ?", (token,))
                connection.execute(
                    "INSERT INTO run (command, host, pid, started, seconds, outcome) VALUES (?, ?, ?, ?, ?, ?)",
                    astuple(run),
                )
        except BayanError:
            # On a full disk not even this can be written; the lock is free all the same (see `_free`).
            return


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _free(row: tuple[object, ...]) -> bool:
    _, host, pid, _, expires, token = row
    if float(str(expires)) < time.time():
        return True
    if host != socket.gethostname():
        return False
    return token not in _HELD if pid == os.getpid() else not _alive(int(str(pid)))


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _told(row: tuple[object, ...]) -> str:
    command, host, pid, since, *_ = row
    return f"`{command}` (process {pid} on {host}, since {since})"


def _now(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
