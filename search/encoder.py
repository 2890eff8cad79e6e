"""Texts to vectors: a sentence-transformers model behind the two calls that search needs."""

import hashlib
import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from search.errors import ModelError
from search.model import DEFAULT_MODEL, resolve, source_hash, stay_offline

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_BATCH = 32


@dataclass(frozen=True)
class ModelFingerprint:
    """Everything that makes vectors comparable: two vectors with equal fingerprints may be compared, others not."""

    id: str
    weights: str
    query_prefix: str
    passage_prefix: str
    pooling: str
    dims: int


class Encoder:
    """A sentence-transformers model; thread-safe, loaded at the first text, quiet, and never on the network."""

    def __init__(self, folder: Path, fingerprint: ModelFingerprint) -> None:
        self.fingerprint = fingerprint
        self.dims = fingerprint.dims
        self._folder = folder
        self._lock = threading.Lock()
        self._model: SentenceTransformer | None = None

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one row of unit length for each query, float32 (n, dims)."""
        return self._encode(self.fingerprint.query_prefix, texts, None)

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Return one row of unit length for each passage, float32 (n, dims).

        `progress` is called with the number of passages done since its last call.
        """
        return self._encode(self.fingerprint.passage_prefix, texts, progress)

    def _encode(self, prefix: str, texts: Sequence[str], progress: Callable[[int], None] | None) -> NDArray[np.float32]:
        vectors = np.empty((len(texts), self.dims), np.float32)
        order = sorted(range(len(texts)), key=lambda number: -len(texts[number]))
        with self._lock:
            model = self._loaded()
            for start in range(0, len(order), _BATCH):
                batch = order[start : start + _BATCH]
                vectors[batch] = model.encode(
                    [prefix + texts[number] for number in batch],
                    prompt="",
                    batch_size=_BATCH,
                    show_progress_bar=False,
                    normalize_embeddings=True,
                )
                if progress:
                    progress(len(batch))
        return vectors

    def _loaded(self) -> "SentenceTransformer":
        if self._model is None:
            stay_offline()
            import torch  # noqa: PLC0415 - takes seconds, and most commands encode nothing
            from sentence_transformers import SentenceTransformer  # noqa: PLC0415
            from transformers.utils import logging  # noqa: PLC0415

            logging.set_verbosity_error()  # type: ignore[no-untyped-call]
            logging.disable_progress_bar()  # type: ignore[no-untyped-call]
            try:
                self._model = SentenceTransformer(
                    str(self._folder), device="cpu", local_files_only=True, model_kwargs={"dtype": torch.float32}
                )
            except Exception as error:
                raise ModelError(f"The embedding model in {self._folder} cannot be loaded: {error}") from error
        return self._model


def load(model: str | None, cache: Path) -> Encoder:
    """Return the encoder of a model, named as for `search.model.resolve`. Nothing heavy is imported yet.

    Raises `ModelError` as `resolve` does, or if the folder's configuration cannot be read.
    """
    folder = resolve(model, cache)
    try:
        prompts = json.loads((folder / "config_sentence_transformers.json").read_text("utf-8")).get("prompts", {})
        dims = int(json.loads((folder / "config.json").read_text("utf-8"))["hidden_size"])
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"The configuration of the embedding model in {folder} cannot be read: {error}") from error
    weights = source_hash(folder)
    if weights is None:
        with (folder / "model.safetensors").open("rb") as file:
            weights = hashlib.file_digest(file, "sha256").hexdigest()
    return Encoder(
        folder,
        ModelFingerprint(
            id=DEFAULT_MODEL if model is None else folder.name,
            weights=weights,
            query_prefix=prompts.get("query", ""),
            passage_prefix=prompts.get("passage") or prompts.get("document", ""),
            pooling="mean",
            dims=dims,
        ),
    )
