"""Addresses turned into pages: lists are opened, what is new comes first, and hosts take turns."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self, TypeAlias
from urllib.parse import urlsplit

from indexer.fetching.feeds import MAX_LISTING, Entry, Listing, listing
from indexer.fetching.fetcher import Fetcher, Response
from indexer.inputs.document import shown, whole
from indexer.journal import Record
from search.errors import InputError

MAX_LISTS = 200
"""Lists that are opened in a run: a sitemap may name others, and those others again."""

_AT_ONCE = 8
"""Pages that are fetched before any of them is read: they lie in memory, up to 16 MB each."""

Known: TypeAlias = Callable[[str], Record | None]
"""What was read at an address last, None if nothing was."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of a page or list: the response, None if the page is as it was, or why there is none."""

    entry: Entry
    outcome: Response | InputError | None


class Harvest:
    """Fetches the pages that addresses lead to; a context manager, which an event loop runs in.

    At most `limit` pages are fetched; `left` counts what was listed
    beyond it.
    """

    def __init__(self, fetcher: Fetcher, limit: int) -> None:
        """Fetch nothing yet."""
        self.left = 0
        self._fetcher = fetcher
        self._limit = limit
        self._runner = asyncio.Runner()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._runner.run(self._fetcher.close())
        self._runner.close()

    def pages(self, addresses: Sequence[str], known: Known) -> Iterator[Fetched]:
        """Fetch pages, the pages that feeds and sitemaps list, and those that such files on this machine list.

        `known` tells what was read at an address last: a server is only asked whether that has changed.
        """
        entries: dict[str, Entry] = {}
        count = 0
        for found in self._opened(addresses, known):
            if isinstance(found, Fetched):
                count += 1
                yield found
            else:
                for entry in found.entries:
                    entries.setdefault(entry.url, entry)
        # The sort is stable: among the new, the order of the lists stays, which have the newest first as a rule.
        chosen = sorted(entries.values(), key=lambda entry: known(entry.url) is not None)
        allowed = max(0, self._limit - count)
        self.left = max(0, len(chosen) - allowed)
        turns = _turns(chosen[:allowed])
        while batch := list(islice(turns, _AT_ONCE)):
            yield from self._runner.run(self._several(batch, known))

    def page(self, entry: Entry) -> Fetched:
        """Fetch one page, whatever is known of it."""
        return self._runner.run(self._one(entry, None))

    def _opened(self, addresses: Iterable[str], known: Known) -> Iterator[Listing | Fetched]:
        """Open each address, and the lists that lists name: give what they list, and what is no list as fetched."""
        waiting = deque(dict.fromkeys(addresses))
        seen = set(waiting)
        opened = 0
        while waiting:
            address = waiting.popleft()
            try:
                found = self._page_or_list(address, known)
            except InputError as error:
                found = Fetched(Entry(address), error)
            yield found
            if isinstance(found, Fetched):
                continue
            opened += 1
            if opened == MAX_LISTS and (waiting or found.lists):
                yield Fetched(Entry(address), InputError(f"Only the first {MAX_LISTS} lists were opened.", "size"))
                return
            more = [name for name in found.lists if name not in seen]
            seen.update(more)
            waiting.extend(more)

    def _page_or_list(self, address: str, known: Known) -> Listing | Fetched:
        if "://" not in address:
            return _file(Path(address))
        entry = Entry(address.partition("#")[0])
        fetched = self._runner.run(self._one(entry, known(entry.url)))
        found = listing(fetched.outcome.content, fetched.outcome.url) if isinstance(fetched.outcome, Response) else None
        return fetched if found is None else found

    async def _several(self, entries: Sequence[Entry], known: Known) -> list[Fetched]:
        return await asyncio.gather(*(self._one(entry, known(entry.url)) for entry in entries))

    async def _one(self, entry: Entry, known: Record | None) -> Fetched:
        try:
            if known:
                return Fetched(entry, await self._fetcher.get(entry.url, etag=known.etag, modified=known.modified))
            return Fetched(entry, await self._fetcher.get(entry.url))
        except InputError as error:
            return Fetched(entry, error)


def _file(path: Path) -> Listing:
    try:
        with path.open("rb") as stream:
            found = listing(whole(stream, MAX_LISTING), "")
    except OSError as error:
        raise InputError(
            f"{shown(path)} is no address, and no file that can be read: {error.strerror}.", "missing"
        ) from None
    if found is None:
        raise InputError(f"{shown(path)} is no feed and no sitemap; `bayan index` reads other files.", "kind")
    return found


def _turns(entries: Sequence[Entry]) -> Iterator[Entry]:
    """Give the entries so that hosts take turns: the pause that one asks for is spent on the others."""
    queues: dict[str, deque[Entry]] = {}
    for entry in entries:
        queues.setdefault(urlsplit(entry.url).netloc.lower(), deque()).append(entry)
    while queues:
        for host in list(queues):
            yield queues[host].popleft()
            if not queues[host]:
                del queues[host]
