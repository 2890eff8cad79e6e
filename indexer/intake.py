"""A run of reading: what is read once is not read again, what is replaced is kept, what cannot be read is told."""

import hashlib
import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from io import BufferedReader
from pathlib import Path

from analyzers import UNDETERMINED
from indexer import duplicates, reading
from indexer.build import Held
from indexer.fetching.feeds import Entry
from indexer.fetching.fetcher import Response
from indexer.fetching.harvest import Fetched, Harvest
from indexer.inputs import files, pages
from indexer.inputs.document import Document, Item, Reject, refused, shown
from indexer.journal import Journal, Record
from search.errors import InputError
from search.history import History
from search.language import identify
from search.release import Release

_FROM_CONTENT = "c-"
"""What ids begin with that were made from a release's content (`search.release.identify`)."""


class Intake:
    """Reads files for `build.index`, as whose keeper it writes the journal and the history.

    `rejects` gathers what could not be read, `others` counts what was read of languages that are none of the six, by
    their codes (ISO 639), or "und" where none can be told. Nothing of a file is written to the journal before all that it gave is in
    the index, so that an interrupted run is continued by running it again.
    """

    def __init__(
        self, journal: Journal, history: History, rejects: list[Reject], advance: Callable[[int], None] | None = None
    ) -> None:
        """Read nothing yet. `advance` is called as files are done, with how many."""
        self._journal = journal
        self._history = history
        self._rejects = rejects
        self._advance = advance or (lambda _: None)
        self._ended: list[Record] = []
        self._claims: dict[str, dict[str, str]] = {}
        self.others: Counter[str] = Counter()

    def files(self, paths: Iterable[Path]) -> Iterator[Release | Held]:
        """Read files and folders as `reading.read` does, those that are as they were only as far as their hash."""
        for path in files.walk(paths):
            if isinstance(path, Reject):
                self._rejects.append(path)
                continue
            try:
                digest = _digest_of(path)
            except OSError as error:
                reason = f"The file cannot be read: {error.strerror or error}."
                self._rejects.append(Reject(shown(path), None, reason, "missing"))
            else:
                yield from self._file(path, digest)
            self._advance(1)

    def pages(self, harvest: Harvest, addresses: Sequence[str]) -> Iterator[Release | Held]:
        """Fetch pages and the pages of lists, those that the server says are as they were not again."""
        for fetched in harvest.pages(addresses, self._current):
            yield from self._page(harvest, fetched)
            self._advance(1)

    def read(self, found: Iterable[Release | Reject], record: Record, *, remember: bool = False) -> Iterator[Release]:
        """Give the releases of a document; `record` is kept with them once they are written.

        A document that anything was rejected of is not kept, so that each run tells of it, unless with `remember`.
        """
        hashes: dict[str, str] = {}
        whole = True
        for item in found:
            if isinstance(item, Reject):
                self._rejects.append(item)
                whole = False
            else:
                hashes[item.id] = item.content_hash
                self._count(item)
                yield item
        if whole or remember:
            self._ended.append(replace(record, hashes=hashes))

    def replaced(self, old: Sequence[Release]) -> None:
        """See `build.Keeper.replaced`."""
        if old:
            self._history.keep(old, datetime.now(UTC).isoformat(timespec="seconds"))

    def written(self, releases: Sequence[Release]) -> None:
        """See `build.Keeper.written`."""
        # The last of an id stands in the index.
        unseen = self._history.unseen(list({release.id: release for release in releases}.values()))
        if unseen:
            self._history.see([duplicates.sighting(release) for release in unseen])
        self._journal.write(self._ended)
        self._ended.clear()

    def removed(self, ids: Sequence[str]) -> None:
        """See `build.Keeper.removed`."""
        if ids:
            self._history.forget(ids)

    def finish(self) -> None:
        """Keep the rest of what was read, and find duplicates."""
        self._journal.write(self._ended)
        self._ended.clear()
        duplicates.regroup(self._history)

    def _file(self, path: Path, digest: str) -> Iterator[Release | Held]:
        place = shown(path.absolute())
        known = self._journal.record(place)
        single = files.suffix(path.name) in files.SINGLE

        def read() -> Iterator[Release]:
            found = reading.releases(files.contents(path), path)
            record = Record(place, digest, reading.RULES, {})
            named = (self._named(item, place, known) if isinstance(item, Release) else item for item in found)
            yield from self.read(named if single else found, record)

        if known and (known.digest, known.rules) == (digest, reading.RULES):
            yield Held(known.hashes, read)
        else:
            yield from read()

    def _current(self, place: str) -> Record | None:
        """Return what was read at a place by the rules of today: what other rules made of it is asked for anew."""
        known = self._journal.record(place)
        return known if known and known.rules == reading.RULES else None

    def _page(self, harvest: Harvest, fetched: Fetched) -> Iterator[Release | Held]:
        place, outcome = fetched.entry.url, fetched.outcome
        known = self._current(place)
        if isinstance(outcome, InputError):
            self._rejects.append(refused(shown(place), outcome))
        elif outcome is None:
            yield Held(known.hashes if known else {}, lambda: self._response(harvest.page(fetched.entry)))
        elif known and known.digest == _digest(outcome.content):
            yield Held(known.hashes, lambda: self._response(fetched))
        else:
            yield from self._response(fetched)

    def _response(self, fetched: Fetched) -> Iterator[Release]:
        entry, response = fetched.entry, fetched.outcome
        if not isinstance(response, Response):
            if response:
                self._rejects.append(refused(shown(entry.url), response))
            return
        record = Record(
            entry.url, _digest(response.content), reading.RULES, {}, etag=response.etag, modified=response.modified
        )
        # A page that is no release is told of once: to tell of it each time, it would have to be fetched each time.
        found = reading.releases(_documents(entry, response))
        yield from self.read(found, record, remember=True)

    def _count(self, release: Release) -> None:
        if release.lang != UNDETERMINED:
            return
        try:
            other = identify(release.text).other
        except InputError:
            other = None
        self.others[other or UNDETERMINED] += 1

    def _named(self, release: Release, place: str, known: Record | None) -> Release:
        """Return a release without an address under an id that stays when its file changes.

        A file keeps the id of its first reading, unless another file has that text still; and a text whose id a
        changed file has kept gets one of its own. Else an edited copy and its original would be one release.
        """
        if release.url or not release.id.startswith(_FROM_CONTENT):
            return release
        named = self._own(release, place, known)
        self._claims.setdefault(named.id, {})[place] = named.content_hash
        return named

    def _own(self, release: Release, place: str, known: Record | None) -> Release:
        before = [identity for identity in known.hashes if identity.startswith(_FROM_CONTENT)] if known else []
        if len(before) == 1 and not self._elsewhere(before[0], place):
            return replace(release, id=before[0])
        if any(content != release.content_hash for content in self._elsewhere(release.id, place).values()):
            own = hashlib.sha256(f"{place}\n{release.id}".encode()).hexdigest()[:24]
            return replace(release, id=f"{_FROM_CONTENT}{own}")
        return release

    def _elsewhere(self, identity: str, place: str) -> dict[str, str]:
        claims = self._journal.claims(identity, reading.RULES) | self._claims.get(identity, {})
        return {other: content for other, content in claims.items() if other != place}


def _documents(entry: Entry, response: Response) -> Iterator[Item]:
    """Give a fetched page as documents, with what the list that named it said of it."""
    place = shown(response.url)

    def read(stream: BufferedReader, place: str) -> Iterator[Item]:
        if not pages.readable(response.media_type):
            raise InputError(
                f"The server calls it {pages.essence(response.media_type)[:100]}, which is not read.", "kind"
            )
        yield from pages.page(
            stream.read(), place, url=response.url, media_type=response.media_type, fetched_at=response.fetched_at
        )

    for item in files.guarded(read, BufferedReader(io.BytesIO(response.content)), place):
        if isinstance(item, Document):
            yield replace(item, hints=replace(item.hints, title=entry.title, published=entry.published))
        else:
            yield item


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _digest_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
