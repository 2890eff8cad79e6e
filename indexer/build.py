"""Putting releases into an index: what is new or changed is cut, embedded and written, batch by batch."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Protocol, TypeVar

import numpy as np

import analyzers
from indexer import agencies
from search import passages
from search.encoder import Encoder
from search.engines.base import Engine, Entry, Matrix, Refused, Request, Writer
from search.errors import NoIndexError, UsageError, VerificationError
from search.keywords import KeywordQuery, compile_query
from search.passages import Passage
from search.query import Filters, plain
from search.release import Release

BATCH = 64
"""Releases a transaction: some 200 passages, a minute's work at most, which is what a crash can cost."""

Item = TypeVar("Item")

Progress = Callable[[int], None]
"""Called with how many releases were dealt with since the last call."""


@dataclass
class Counts:
    """What became of the releases of a run."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    repeated: int = 0
    """Releases that came in once more in the same run, word for word."""

    removed: int = 0
    embedded: int = 0
    """Passages that the model had to read; the others' vectors were known."""

    refused: list[Refused] = field(default_factory=list)
    """Releases that the engine would not take."""

    seen: set[str] = field(default_factory=set, repr=False)

    @property
    def read(self) -> int:
        """Return how many releases came in."""
        return self.new + self.changed + self.unchanged + self.repeated


@dataclass(frozen=True)
class Held:
    """Releases that were read before, by their content hashes. `again` reads them anew if the index lacks any of them."""

    hashes: Mapping[str, str]
    again: Callable[[], Iterable[Release]]


class Keeper(Protocol):
    """Is told what becomes of releases, to keep what the index does not."""

    def replaced(self, old: Sequence[Release]) -> None:
        """Take releases that are about to be replaced by others of the same id."""

    def written(self, releases: Sequence[Release]) -> None:
        """Take the releases of a batch: all that came in before are durably in the index, refused ones apart."""

    def removed(self, ids: Sequence[str]) -> None:
        """Take the ids of releases that were removed."""


def index(
    engine: Engine,
    encoder: Encoder,
    releases: Iterable[Release | Held],
    *,
    command: str,
    prune: bool = False,
    rejects: Sequence[object] = (),
    progress: Progress | None = None,
    keeper: Keeper | None = None,
) -> Counts:
    """Write releases into the current generation. With `prune`, remove every release that did not come in.

    `rejects` fills while the releases are read: what could not be read may be what would be pruned, so with any of
    them, or with nothing read at all, nothing is removed and `UsageError` is raised after the rest was written. What
    was written before an error or an interruption stays and is published with the next run.
    """
    counts = Counts()
    with engine.writing(command) as writer:
        for batch in _batches(_needed(writer, releases, counts)):
            _write(writer, encoder, batch, counts, keeper)
            if progress:
                progress(len(batch))
        if prune and (rejects or not counts.read):
            raise UsageError(
                "Nothing was pruned: some of the input could not be read, or there was none. "
                "What was read is indexed; mend the rest and run the same command again."
            )
        if prune:
            gone = [identity for identity in writer.ids() if identity not in counts.seen]
            counts.removed = writer.remove(gone) if gone else 0
            if keeper:
                keeper.removed(gone)
    return counts


def reindex(engine: Engine, encoder: Encoder, *, command: str, progress: Progress | None = None) -> Counts:
    """Build a generation aside from the releases of the current one, verify it, and let it serve.

    Raises `VerificationError`, and leaves everything as it was, if the new generation lacks releases or cannot find
    what it holds.
    """
    counts = Counts()
    with engine.rebuilding(command) as rebuild:
        # An index from before its releases had a country, or an agency was known, gains what is known now.
        for batch in _batches(map(agencies.located, rebuild.releases())):
            _write(rebuild.writer, encoder, batch, counts)
            if progress:
                progress(len(batch))
        if counts.refused:
            first = counts.refused[0]
            raise VerificationError(
                f"The new generation lacks {len(counts.refused):,} releases, the old one serves on. "
                f'The first of them is "{first.id}": {first.reason}'
            )
        if not counts.read:
            raise NoIndexError("The index is empty, there is nothing to build anew: run `bayan index PATH…` first.")
        rebuild.writer.publish()
        candidate = rebuild.candidate()
        try:
            _verify(candidate, rebuild.releases(), counts.read)
        finally:
            candidate.close()
        rebuild.switch()
    return counts


def copy(source: Engine, target: Engine, *, command: str, progress: Progress | None = None) -> Counts:
    """Write every release that serves in one engine, with its vectors, into another; what is there already stays.

    Nothing is embedded, and an interrupted copy goes on where it was when it is run again.
    """
    counts = Counts()
    with target.writing(command) as writer:
        for batch in _batches(source.entries()):
            wanted = {id(release) for release in _fresh(writer, [entry.release for entry in batch], counts)}
            counts.refused += writer.write([entry for entry in batch if id(entry.release) in wanted])
            if progress:
                progress(len(batch))
    return counts


def _needed(writer: Writer, items: Iterable[Release | Held], counts: Counts) -> Iterator[Release]:
    """Give the releases that must be looked at: all but those that were read before and that the index holds."""
    for item in items:
        if isinstance(item, Release):
            yield item
        elif writer.known(list(item.hashes)) == item.hashes:
            again = counts.seen & item.hashes.keys()
            counts.repeated += len(again)
            counts.unchanged += len(item.hashes) - len(again)
            counts.seen.update(item.hashes)
        else:
            yield from item.again()


def _fresh(writer: Writer, batch: list[Release], counts: Counts) -> list[Release]:
    """Count what is new, changed and unchanged, and return what must be written."""
    known = writer.known([release.id for release in batch])
    fresh = {}
    for release in batch:
        if release.id not in known:
            counts.new += 1
        elif known[release.id] != release.content_hash:
            counts.changed += 1
        else:
            if release.id in counts.seen:
                counts.repeated += 1
            else:
                counts.unchanged += 1
            counts.seen.add(release.id)
            continue
        # Twice the same id in a batch: the later one stands, as it would in two batches.
        fresh[release.id] = release
        known[release.id] = release.content_hash
        counts.seen.add(release.id)
    return list(fresh.values())


def _replaced(writer: Writer, batch: list[Release], fresh: list[Release]) -> list[Release]:
    """Return what these releases replace: what the index holds of them, and earlier ones in the batch itself."""
    stands = {release.id: release.content_hash for release in fresh}
    old = [*writer.held(list(stands)).values(), *batch] if stands else []
    return [release for release in old if stands.get(release.id, release.content_hash) != release.content_hash]


def _write(
    writer: Writer, encoder: Encoder, batch: list[Release], counts: Counts, keeper: Keeper | None = None
) -> None:
    fresh = _fresh(writer, batch, counts)
    if keeper:
        keeper.replaced(_replaced(writer, batch, fresh))
    pieces = [passages.split(release) for release in fresh]
    vectors = _embed(writer, encoder, [piece for split in pieces for piece in split], counts)
    at = 0
    entries = []
    for release, split in zip(fresh, pieces, strict=True):
        entries.append(Entry(release, split, vectors[at : at + len(split)]))
        at += len(split)
    refused = writer.write(entries)
    counts.refused += refused
    if keeper:
        outside = {item.id for item in refused}
        keeper.written([release for release in batch if release.id not in outside])


def _embed(writer: Writer, encoder: Encoder, pieces: list[Passage], counts: Counts) -> Matrix:
    hashes = [piece.hash for piece in pieces]
    vectors = writer.vectors(hashes)
    texts = {key: piece.text for key, piece in zip(hashes, pieces, strict=True) if key not in vectors}
    if texts:
        counts.embedded += len(texts)
        vectors |= dict(zip(texts, encoder.encode_passages(list(texts.values())), strict=True))
    return np.array([vectors[key] for key in hashes], np.float32).reshape(len(hashes), encoder.dims)


def _verify(candidate: Engine, releases: Iterator[Release], count: int) -> None:
    """Check that a new generation has every release, and finds some of them by their own titles."""
    everything = tuple(KeywordQuery(lang, everything=True) for lang in analyzers.CHAINS)
    held = candidate.view().candidates(Request(everything, None, Filters(), -1.0, 1, 0)).words
    if held != count:
        raise VerificationError(f"The new generation has {held:,} of {count:,} releases; the old one serves on.")
    probes: dict[str, Release] = {}
    for release in releases:
        if release.title:
            probes.setdefault(release.lang, release)
    for release in probes.values():
        words = compile_query(plain(release.title), release.lang)
        if words.scored:
            found = candidate.view().candidates(Request((words,), None, Filters(), -1.0, count, 0)).ids
            if release.id not in found:
                raise VerificationError(
                    f'The new generation does not find "{release.title}" by its own title; the old one serves on.'
                )


def _batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    iterator = iter(items)
    while batch := list(islice(iterator, BATCH)):
        yield batch
