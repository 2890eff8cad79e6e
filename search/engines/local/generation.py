"""One generation's folder: the store, and what is derived from it."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

import analyzers
from search.centring import Calibration
from search.compatibility import Fingerprint
from search.engines.base import Entry, Vector
from search.engines.local.matrix import MatrixFile
from search.engines.local.neighbours import Neighbours
from search.engines.local.store import Numbered, Store
from search.engines.local.words import WordsWriter, whole
from search.engines.vectors import VectorCache
from search.errors import StorageError
from search.passages import Passage, passage

_AT_ONCE = 2_000
"""Rows made again at a time: 3 MB of vectors."""

_ENTRIES = 200
"""Releases read with their vectors at a time: about 1 MB."""


class Generation:
    """`releases.sqlite`, `vectors.f32` and `words/` in one folder."""

    def __init__(self, path: Path, dims: int) -> None:
        """Open the generation, or make an empty one."""
        self.path = path
        self.store = Store(path / "releases.sqlite")
        self.matrix = MatrixFile(path / "vectors.f32", dims)
        self._neighbours = Neighbours(self.store, self.matrix)

    @property
    def fingerprint(self) -> Fingerprint | None:
        """Return the fingerprint that the generation was built with; None before anything was written."""
        text = self.store.get("fingerprint")
        return Fingerprint.from_dict(json.loads(text)) if text else None

    @property
    def matrix_rows(self) -> int:
        """Return how many rows of the matrix are known to be on the disk."""
        return int(self.store.get("matrix_rows", "0"))

    @property
    def published(self) -> int:
        """Return the revision of the store that words and matrix have caught up with."""
        return int(self.store.get("published", "0"))

    @property
    def behind(self) -> bool:
        """Say whether the store has what words or matrix lack: a writer was killed before it published."""
        unpublished = self.store.get("revision", "0") != self.store.get("published", "0")
        lost = self.matrix.rows() < self.matrix_rows or not self._words_whole
        return unpublished or lost

    @property
    def _words_whole(self) -> bool:
        return all(whole(self.words_path(lang)) for lang in analyzers.CHAINS)

    def words_path(self, lang: str) -> Path:
        """Return the folder of one language's words."""
        return self.path / "words" / lang

    def catch_up(self, words: dict[str, WordsWriter], cache: VectorCache, calibration: Calibration) -> None:
        """Bring words and matrix to the state of the store. Only for the holder of the lock."""
        published = self.published
        for lang, writer in words.items():
            writer.remove(self.store.removed_after(published, lang))
            for batch in self.store.after(published, lang):
                writer.add(batch)
        self._restore_rows(cache, calibration)

    def publish(self, words: dict[str, WordsWriter]) -> None:
        """Make what was written durable in words, matrix and links, then say so in the store."""
        revision, rows = self.store.get("revision", "0"), self.store.get("next_row", "0")
        for writer in words.values():
            writer.commit()
        self.matrix.sync()
        self._neighbours.update()
        self.store.set(published=revision, matrix_rows=rows)

    def open_words(self) -> dict[str, WordsWriter]:
        """Open the words of every language for writing; those that are lost or damaged are made anew, empty."""
        if not self._words_whole:
            # First of all: killed between here and the end of the replay, the next writer must replay everything again.
            self.store.set(published=0)
        return {lang: WordsWriter(self.words_path(lang), lang) for lang in analyzers.CHAINS}

    def entries(self, cache: VectorCache) -> Iterator[Entry]:
        """Give every release with its passages and their raw vectors."""
        for batch in self.store.after(0, at_once=_ENTRIES):
            pieces = {item.number: self._pieces(item) for item in batch}
            hashes = [piece.hash for split in pieces.values() for piece in split]
            vectors = self._raw(cache, hashes)
            for item in batch:
                split = pieces[item.number]
                yield Entry(item.release, split, np.array([vectors[piece.hash] for piece in split], np.float32))

    def close(self) -> None:
        """Close the store."""
        self.store.close()

    def _restore_rows(self, cache: VectorCache, calibration: Calibration) -> None:
        first = min(self.matrix_rows, self.matrix.rows())
        lacking = self.store.row_hashes(first)
        for at in range(0, len(lacking), _AT_ONCE):
            some = lacking[at : at + _AT_ONCE]
            vectors = self._raw(cache, [key for _, key, _ in some])
            for row, key, lang in some:
                self.matrix.write(row, calibration.passages(vectors[key][np.newaxis], lang))

    def _pieces(self, item: Numbered) -> list[Passage]:
        return [passage(item.release, start, end) for start, end in self.store.passages(item.number)]

    def _raw(self, cache: VectorCache, hashes: Sequence[str]) -> dict[str, Vector]:
        vectors = cache.get(hashes)
        if len(vectors) < len(set(hashes)):
            raise StorageError(
                f"Vectors of releases in {self.path} are missing from {cache.path}: run `bayan reindex` to make them."
            )
        return vectors
