"""What is known of releases beside the index: their earlier texts, and which of them are one release on several sites.

It lies in BAYAN_DATA/history.sqlite, whatever the engine, and outlives generations.
"""

import json
import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from search.engines.database import Database
from search.errors import StorageError
from search.release import Release, from_record, to_record

FILE = "history.sqlite"

log = logging.getLogger("bayan.history")

MOST = 20
"""Members of a group that a search tells of; a wire report may stand on hundreds of sites."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS version (
    n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, hash TEXT NOT NULL, until TEXT NOT NULL,
    record TEXT NOT NULL, UNIQUE (id, hash));
CREATE TABLE IF NOT EXISTS sighting (
    n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, hash TEXT NOT NULL, lang TEXT NOT NULL,
    title TEXT NOT NULL, source TEXT, url TEXT, published TEXT, signature BLOB);
CREATE TABLE IF NOT EXISTS duplicate (id TEXT PRIMARY KEY, first TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS duplicate_first ON duplicate (first);
CREATE TABLE IF NOT EXISTS stale (lang TEXT PRIMARY KEY) WITHOUT ROWID
"""


@dataclass(frozen=True)
class Version:
    """What a release was until `until`, an ISO 8601 instant, when another text was read in its place."""

    release: Release
    until: str


@dataclass(frozen=True)
class Sighting:
    """A release as one site has it. `signature` is what duplicates are found by; None for a text too short to compare."""

    id: str
    hash: str
    lang: str
    title: str
    source: str | None
    url: str | None
    published: date | None
    signature: bytes | None


@dataclass(frozen=True)
class Group:
    """One release on several sites, first published first; `id` is that first one's."""

    id: str
    members: tuple[Sighting, ...]

    @property
    def sources(self) -> list[str]:
        """Return who published it, in order, each once."""
        return list(dict.fromkeys(member.source for member in self.members if member.source))


class History:
    """One `history.sqlite`. Raises `StorageError`."""

    def __init__(self, folder: Path, *, only_read: bool = False) -> None:
        """Open the file in this folder, or make it; with `only_read` it must be there."""
        self._database = Database(folder / FILE, _SCHEMA, only_read=only_read)

    def keep(self, releases: Sequence[Release], until: str) -> None:
        """Keep what is about to be replaced. A text that is known already, from a page that goes to and fro, is not."""
        with self._database.transaction() as connection:
            connection.executemany(
                "INSERT OR IGNORE INTO version (id, hash, until, record) VALUES (?, ?, ?, ?)",
                [(release.id, release.content_hash, until, to_record(release)) for release in releases],
            )

    def versions(self, identity: str) -> list[Version]:
        """Return the kept texts of a release, in the order in which they were replaced."""
        rows = self._database.rows("SELECT record, until FROM version WHERE id = ? ORDER BY n", (identity,))
        return [Version(from_record(str(record)), str(until)) for record, until in rows]

    def unseen(self, releases: Sequence[Release]) -> list[Release]:
        """Return those of the releases that have not been seen with this content."""
        rows = self._database.rows(
            "SELECT id, hash FROM sighting WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps([release.id for release in releases]),),
        )
        seen = {str(identity): str(content) for identity, content in rows}
        return [release for release in releases if seen.get(release.id) != release.content_hash]

    def see(self, sightings: Sequence[Sighting]) -> None:
        """Keep sightings, each in the place of an earlier one of the same id."""
        with self._database.transaction() as connection:
            connection.executemany(
                "INSERT INTO sighting (id, hash, lang, title, source, url, published, signature) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET hash = excluded.hash, "
                "lang = excluded.lang, title = excluded.title, source = excluded.source, url = excluded.url, "
                "published = excluded.published, signature = excluded.signature",
                [(s.id, s.hash, s.lang, s.title, s.source, s.url, _iso(s.published), s.signature) for s in sightings],
            )
            connection.executemany("INSERT OR IGNORE INTO stale VALUES (?)", [(s.lang,) for s in sightings])

    def stale(self) -> list[str]:
        """Return the languages of which something was seen or forgotten since their duplicates were set."""
        return [str(lang) for (lang,) in self._database.rows("SELECT lang FROM stale ORDER BY lang")]

    def sightings(self, lang: str) -> Iterator[Sighting]:
        """Give the releases of a language that can be compared, first published first, those without a date last."""
        rows = self._database.rows(
            f"SELECT {_SIGHTING} FROM sighting WHERE lang = ? AND signature IS NOT NULL "  # noqa: S608 - fixed text
            "ORDER BY published IS NULL, published, n",
            (lang,),
        )
        return map(_sighting, rows)

    def forget(self, ids: Collection[str]) -> None:
        """Forget releases that the index no longer has; their earlier texts stay."""
        chosen = (json.dumps(list(ids)),)
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO stale SELECT DISTINCT lang FROM sighting "
                "WHERE id IN (SELECT value FROM json_each(?))",
                chosen,
            )
            connection.execute("DELETE FROM sighting WHERE id IN (SELECT value FROM json_each(?))", chosen)
            connection.execute("DELETE FROM duplicate WHERE id IN (SELECT value FROM json_each(?))", chosen)

    def regroup(self, lang: str, firsts: Mapping[str, str]) -> None:
        """Set the duplicates of a language anew: the first release of its group by the id of each that is in one."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM duplicate WHERE id IN (SELECT id FROM sighting WHERE lang = ?)", (lang,))
            connection.executemany("INSERT OR REPLACE INTO duplicate VALUES (?, ?)", list(firsts.items()))
            connection.execute("DELETE FROM stale WHERE lang = ?", (lang,))

    def firsts(self, ids: Collection[str]) -> dict[str, str]:
        """Return the first release of its group by the id of each of these that is in one."""
        rows = self._database.rows(
            "SELECT id, first FROM duplicate WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(ids)),)
        )
        return {str(identity): str(first) for identity, first in rows}

    def groups(self, ids: Collection[str] | None = None, *, most: int | None = None) -> list[Group]:
        """Return all groups, the largest first, or those that any of these ids is in.

        Of a group of more members, the first `most` are returned, and those of the ids.
        """
        rows = self._database.rows(
            f"SELECT first, {_SIGHTING} FROM (SELECT *, row_number() OVER ("  # noqa: S608 - fixed text
            "PARTITION BY first ORDER BY id <> first, published IS NULL, published, n) AS place "
            "FROM duplicate JOIN sighting USING (id) WHERE ?1 IS NULL OR first IN "
            "(SELECT first FROM duplicate WHERE id IN (SELECT value FROM json_each(?1)))) "
            "WHERE ?2 IS NULL OR place <= ?2 OR id IN (SELECT value FROM json_each(?1)) ORDER BY first, place",
            (None if ids is None else json.dumps(list(ids)), most),
        )
        found: dict[str, list[Sighting]] = {}
        for first, *row in rows:
            found.setdefault(str(first), []).append(_sighting(tuple(row)))
        groups = [Group(first, tuple(members)) for first, members in found.items() if len(members) > 1]
        return sorted(groups, key=lambda group: -len(group.members))

    def close(self) -> None:
        """Close the file."""
        self._database.close()


def groups(folder: Path, ids: Collection[str]) -> list[Group]:
    """Return the groups that any of these ids is in, of large ones the first `MOST` and these, whoever writes meanwhile.

    There are none in a folder without history, nor in one whose history cannot be read now: nobody wants no results
    for want of these.
    """
    if not ids or not (folder / FILE).exists():
        return []
    try:
        with closing(History(folder, only_read=True)) as history:
            return history.groups(ids, most=MOST)
    except StorageError as error:
        log.warning("Other publications are not told: %s", error)
        return []


def versions(folder: Path, identity: str) -> list[Version]:
    """Return the kept texts of a release, whoever writes meanwhile; none where `groups` gives none."""
    if not (folder / FILE).exists():
        return []
    try:
        with closing(History(folder, only_read=True)) as history:
            return history.versions(identity)
    except StorageError as error:
        log.warning("Earlier texts are not told: %s", error)
        return []


_SIGHTING = "id, hash, lang, title, source, url, published, signature"


def _sighting(row: tuple[object, ...]) -> Sighting:
    identity, content, lang, title, source, url, published, signature = row
    return Sighting(
        id=str(identity),
        hash=str(content),
        lang=str(lang),
        title=str(title),
        source=None if source is None else str(source),
        url=None if url is None else str(url),
        published=date.fromisoformat(str(published)) if published else None,
        signature=signature if isinstance(signature, bytes) else None,
    )


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
