"""Language means: what makes vectors of different languages comparable.

A multilingual encoder puts each language in a region of its own, so that a query is nearest to texts of its own
language whatever they say. Subtracting the mean vector of a language from its passages, and one mean over all
languages from queries, removes that (Libovicky et al., Findings of EMNLP 2020; docs/ranking.md has the figures).
One mean for all queries means that no query's language has to be detected.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from search.errors import ModelError

Vectors = NDArray[np.float32]

_DIGITS = 6
"""Decimal places kept of a mean: enough for cosines equal to 1e-5, and a file that can be read."""


@dataclass(frozen=True)
class Calibration:
    """What is known of a model's space.

    `query_mean` and each of `passage_means` (by language) have shape (dims,). `floor` is the centred cosine under
    which a release is not called related. `reach` is what `search.ranking.about` must give for
    a query that is about anything in a collection. `strength` (0 to 1) is how much of a mean is subtracted.
    """

    model: str
    query_mean: Vectors
    passage_means: Mapping[str, Vectors]
    floor: float
    strength: float = 1.0
    reach: float = -1.0

    @property
    def hash(self) -> str:
        """Return what the fingerprint records of the means that are baked into stored vectors."""
        whole = hashlib.sha256(f"{self.strength}".encode())
        for lang in sorted(self.passage_means):
            whole.update(lang.encode() + self.passage_means[lang].tobytes())
        return whole.hexdigest()[:12]

    def passages(self, raw: Vectors, lang: str) -> Vectors:
        """Centre passage vectors of one language: (n, dims) in and out, rows of unit length."""
        return _unit(raw - self._mean(lang))

    def query(self, raw: Vectors) -> Vectors:
        """Centre one query vector or several: (dims,) or (n, dims)."""
        return _unit(raw - np.float32(self.strength) * self.query_mean)

    def raw(self, centred: Vectors, lang: str) -> Vectors:
        """Undo `passages`: the vectors of unit length, (n, dims), that these were made of by centring.

        A centred row c is (r - m) / |r - m|, so r = x c + m for the x > 0 with |r| = 1; m is shorter than 1.
        """
        mean = self._mean(lang).astype(np.float64)
        along = centred.astype(np.float64) @ mean
        length = np.sqrt(np.maximum(along**2 + 1 - mean @ mean, 0.0)) - along
        return _unit((length[:, np.newaxis] * centred + mean).astype(np.float32))

    def _mean(self, lang: str) -> Vectors:
        """Return what is subtracted from passages of a language: of one that has no mean, the mean of the others."""
        known = self.passage_means or {lang: self.query_mean * 0}
        mean = known[lang] if lang in known else np.mean(list(known.values()), axis=0)
        out: Vectors = np.float32(self.strength) * mean
        return out

    def to_json(self) -> str:
        """Return the calibration as the text of its data file."""
        means = {lang: _round(mean) for lang, mean in sorted(self.passage_means.items())}
        numbers = {"floor": self.floor, "reach": self.reach}
        out = {"model": self.model, **numbers, "query_mean": _round(self.query_mean), "passage_means": means}
        return json.dumps(out, separators=(",", ":")).replace('],"', '],\n"').replace('{"', '{\n"') + "\n"

    @classmethod
    def from_json(cls, text: str, dims: int, strength: float) -> "Calibration":
        """Read what `to_json` wrote. Raises ValueError, KeyError or TypeError for anything else."""
        return _read(json.loads(text), dims, strength)


def load(model: str, dims: int, strength: float, folder: Path) -> Calibration:
    """Return the calibration of `model`: the user's own in `folder`, else the one shipped, else none at all.

    Without any, vectors are used as they come and the floor is -1, so that nothing is cut off.
    Raises `ModelError` for a file that cannot be read.
    """
    name = f"{hashlib.sha256(model.encode()).hexdigest()[:16]}.json"
    shipped = resources.files("search") / "resources" / "calibration" / name
    for place in (folder / name, shipped):
        if place.is_file():
            try:
                return Calibration.from_json(place.read_text("utf-8"), dims, strength)
            except (ValueError, KeyError, TypeError) as error:
                raise ModelError(
                    f"The language means in {place} cannot be read ({error}): run `bayan calibrate`."
                ) from None
    return Calibration(model, np.zeros(dims, np.float32), {}, -1.0, strength)


def path(model: str, folder: Path) -> Path:
    """Return where the user's own calibration of `model` lies."""
    return folder / f"{hashlib.sha256(model.encode()).hexdigest()[:16]}.json"


def _read(data: Mapping[str, object], dims: int, strength: float) -> Calibration:
    def mean(values: object) -> Vectors:
        out = np.asarray(values, dtype=np.float32)
        if out.shape != (dims,):
            raise ValueError(f"a mean has shape {out.shape}, the model gives {dims}")
        return out

    means = data["passage_means"]
    if not isinstance(means, Mapping):
        raise TypeError("passage_means is no object")
    floor, reach = (float(str(data[name])) for name in ("floor", "reach"))
    passages = {str(lang): mean(values) for lang, values in means.items()}
    return Calibration(str(data["model"]), mean(data["query_mean"]), passages, floor, strength, reach)


def _round(values: Vectors) -> list[float]:
    return [round(float(value), _DIGITS) for value in values]


def _unit(vectors: Vectors) -> Vectors:
    # A vector equal to its mean has no direction; zero is then as good as any, and no division by zero.
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    out: Vectors = (vectors / np.maximum(length, np.float32(1e-12))).astype(np.float32)
    return out
