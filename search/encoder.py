"""Texts to vectors: a sentence-transformers model behind the two calls that search needs."""

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from search import fingerprint
from search.errors import ModelError
from search.fingerprint import ModelFingerprint
from search.model import DEFAULT_MODEL, resolve
from search.runtime import Runtime, start

__all__ = ["Encoder", "ModelFingerprint", "load"]

_WINDOW = 1024  # passages in memory as tokens at a time; sorting by length inside it is as good as over all


class Encoder:
    """A sentence-transformers model; thread-safe, loaded at the first text, quiet, and never on the network.

    A text's vector does not depend on the texts beside it (to 1e-5), nor on space around it; what is beyond the
    model's length (512 tokens in the default model) is cut off.

    Args:
        folder: a sentence-transformers folder.
        fingerprint: what was read from it.
        cache: where the model traced for OpenVINO is kept.
        kind: `torch` or `openvino` to have that runtime; the faster one of those installed if None.

    Attributes:
        fingerprint: everything that makes this encoder's vectors comparable with others.
        dims: the length of a vector.

    """

    def __init__(self, folder: Path, fingerprint: ModelFingerprint, cache: Path, kind: str | None = None) -> None:
        self.fingerprint = fingerprint
        self.dims = fingerprint.dims
        self._folder = folder
        self._cache = cache
        self._kind = kind
        self._lock = threading.Lock()
        self._runtime: Runtime | None = None

    @property
    def runtime(self) -> str:
        """`torch` or `openvino`: what runs the model. Loads it; raises `ModelError` if that fails."""
        return self._started().name

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return a row of unit length for each query, float32 (n, dims).

        Raises `ModelError` if the model cannot be loaded.
        """
        return self._encode(texts, self.fingerprint.query_prefix, lambda _: None)

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Return a row of unit length for each passage, float32 (n, dims).

        Passages of about the same length are run together, so that little is computed for padding. `progress` is
        called with the number of passages done since its last call.

        Raises `ModelError` if the model cannot be loaded.
        """
        return self._encode(texts, self.fingerprint.passage_prefix, progress or (lambda _: None))

    def _encode(self, texts: Sequence[str], prefix: str, progress: Callable[[int], None]) -> NDArray[np.float32]:
        vectors = np.empty((len(texts), self.dims), np.float32)
        if not texts:
            return vectors
        runtime = self._started()
        for begin in range(0, len(texts), _WINDOW):
            window = [_clean(text) for text in texts[begin : begin + _WINDOW]]
            lengths = runtime.lengths(window, prefix) if len(window) > 1 else [1]
            for batch in _batches(lengths, runtime.tokens_per_batch):
                rows = runtime.run([window[number] for number in batch], prefix)
                if rows.shape[1] != self.dims:
                    raise ModelError(
                        f"The model in {self._folder} gives vectors of {rows.shape[1]} numbers, but its configuration "
                        f"says {self.dims}. Save it again with sentence-transformers."
                    )
                rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.finfo(np.float32).tiny)
                vectors[[begin + number for number in batch]] = rows
                progress(len(batch))
        return vectors

    def _started(self) -> Runtime:
        with self._lock:
            if self._runtime is None:
                self._runtime = start(self._folder, self.fingerprint, self._cache, self._kind)
            return self._runtime


def load(model: str | None, cache: Path, kind: str | None = None) -> Encoder:
    """Return the encoder of a model.

    The default model is unpacked here if need be; nothing heavy is imported before the first text.

    Args:
        model: as for `search.model.resolve`: None for the default model, a folder, or a name in the local hub cache.
        cache: the folder for what can be made again.
        kind: as for `Encoder`.

    Raises:
        ModelError: there is no such model here, its configuration cannot be read, or it cannot be unpacked.

    """
    folder = resolve(model, cache)
    if model is None or model == DEFAULT_MODEL:
        name = DEFAULT_MODEL
    elif Path(model).expanduser().is_dir():
        name = folder.resolve().name
    else:
        name = model
    return Encoder(folder, fingerprint.read(folder, name, cache), cache, kind)


def _clean(text: str) -> str:
    """Return the text as tokenizers can take it.

    A lone surrogate, which JSON can carry, is refused by them; a space at the end is a token of its own to some, though
    SentencePiece, by which the models were trained, drops it.
    """
    return text.encode("utf-8", "replace").decode().strip()


def _batches(lengths: Sequence[int], budget: int) -> Iterator[list[int]]:
    """Yield the numbers of all texts, longest first, in batches of up to `budget` tokens with their padding."""
    batch: list[int] = []
    longest = 0
    for number in sorted(range(len(lengths)), key=lambda number: -lengths[number]):
        if batch and longest * (len(batch) + 1) > budget:
            yield batch
            batch = []
        longest = longest if batch else lengths[number]
        batch.append(number)
    if batch:
        yield batch
