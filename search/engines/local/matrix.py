"""The file of centred passage vectors: float32 rows, one after the other, nothing else."""

import os
from pathlib import Path

import numpy as np

from search.engines.base import Matrix
from search.engines.database import storage


class MatrixFile:
    """Rows are only added; those of removed releases lie unused until the next reindex."""

    def __init__(self, path: Path, dims: int) -> None:
        """Use `path`, which need not exist yet."""
        self.path = path
        self.dims = dims
        self._row_bytes = dims * np.dtype(np.float32).itemsize

    def write(self, first: int, rows: Matrix) -> None:
        """Write rows from row number `first` on. Writing the same rows again changes nothing."""
        with storage(self.path), self.path.open("r+b" if self.path.exists() else "w+b") as file:
            file.seek(first * self._row_bytes)
            file.write(np.ascontiguousarray(rows, dtype=np.float32).tobytes())

    def sync(self) -> None:
        """Wait until everything written is on the disk."""
        if self.path.exists():
            with storage(self.path), self.path.open("r+b") as file:
                os.fsync(file.fileno())

    def rows(self) -> int:
        """Return how many whole rows the file has."""
        return self.path.stat().st_size // self._row_bytes if self.path.exists() else 0

    def map(self, rows: int) -> Matrix:
        """Return the first `rows` rows, mapped into memory: shape (rows, dims)."""
        if not rows:
            return np.empty((0, self.dims), np.float32)
        with storage(self.path):
            mapped: Matrix = np.memmap(self.path, np.float32, "r", shape=(rows, self.dims))
            return mapped.view(np.ndarray)
