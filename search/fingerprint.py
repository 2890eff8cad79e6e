"""What makes vectors comparable, read from a model's folder without loading the model."""

import hashlib
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from search.errors import ModelError
from search.model import source_hash

_HASHED = {".safetensors", ".bin", ".json", ".txt", ".model", ".py"}
_OTHER_FORMATS = {"onnx", "openvino"}
_E5 = re.compile(r"(^|[-_/])e5([-_]|$)(?!.*instruct)", re.IGNORECASE)


@dataclass(frozen=True)
class ModelFingerprint:
    """Everything that makes vectors comparable: those of equal fingerprints may be compared, others not.

    Attributes:
        id: the model's name; never a path, so that two machines agree.
        weights: a sha256, of the package's file for the default model, of the folder's files for another.
        query_prefix: what is put before each query.
        passage_prefix: what is put before each passage.
        pooling: how one vector is made of the tokens', such as `mean` or `cls+dense`.
        dims: the length of a vector.

    """

    id: str
    weights: str
    query_prefix: str
    passage_prefix: str
    pooling: str
    dims: int


def read(folder: Path, name: str, cache: Path) -> ModelFingerprint:
    """Return the fingerprint of the sentence-transformers model in `folder`.

    The prefixes are the model's own prompts (`query`; `passage` or `document`), else those of E5 if the name says that
    it is one, else empty. The hash of a model not unpacked by Bayan is remembered in `cache` under the files' sizes and
    times, so that it is computed once; a cache that cannot be written is computed again.

    Raises:
        ModelError: a configuration file is missing or cannot be understood.

    """
    try:
        prompts = _prompts(folder, name)
        pooling, dims = _pooling(folder)
        weights = source_hash(folder) or _folder_hash(folder, cache)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(
            f"The configuration of the embedding model in {folder} cannot be read ({type(error).__name__}: {error}). "
            "Save the model again with sentence-transformers, or leave BAYAN_MODEL empty.",
        ) from error
    return ModelFingerprint(name, weights, *prompts, pooling, dims)


def _json(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def _prompts(folder: Path, name: str) -> tuple[str, str]:
    path = folder / "config_sentence_transformers.json"
    prompts = (_json(path).get("prompts") or {}) if path.is_file() else {}
    query = prompts.get("query") or ""
    passage = prompts.get("passage") or prompts.get("document") or ""
    if not query and not passage and _E5.search(name):
        return "query: ", "passage: "
    return query, passage


def _pooling(folder: Path) -> tuple[str, int]:
    """Return the name of the pooling, with `+dense` for each layer after it, and the dims that come out."""
    pooling, dims = "", 0
    for module in _json(folder / "modules.json"):
        kind = module["type"].rpartition(".")[2]
        if kind not in {"Pooling", "Dense"}:
            continue
        settings = _json(folder / module["path"] / "config.json")
        if kind == "Dense":
            pooling, dims = f"{pooling}+dense", int(settings["out_features"])
            continue
        dims = int(settings.get("word_embedding_dimension") or settings["embedding_dimension"])
        modes = settings.get("pooling_mode")
        if modes is None:
            flags = {key for key, value in settings.items() if value is True and key.startswith("pooling_mode_")}
            modes = sorted(
                flag.removeprefix("pooling_mode_").removesuffix("_tokens").removesuffix("_token") for flag in flags
            )
        modes = [modes] if isinstance(modes, str) else modes
        pooling, dims = "+".join(modes), dims * len(modes)
    if not dims:
        dims = int(_json(folder / "config.json")["hidden_size"])
    settings = folder / "config_sentence_transformers.json"
    cut = _json(settings).get("truncate_dim") if settings.is_file() else None
    return pooling or "model", min(dims, cut or dims)


def _folder_hash(folder: Path, cache: Path) -> str:
    paths = [
        path
        for path in sorted(folder.rglob("*"))
        if path.suffix in _HASHED and not _OTHER_FORMATS & set(path.relative_to(folder).parts) and path.is_file()
    ]
    stats = [(str(path.resolve()), path.stat().st_size, path.stat().st_mtime_ns) for path in paths]
    remembered = cache / "hashes" / hashlib.sha256(json.dumps(stats).encode()).hexdigest()
    try:
        return remembered.read_text("ascii")
    except OSError:
        pass
    total = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        total.update(f"{path.relative_to(folder).as_posix()} {digest}\n".encode())
    try:
        remembered.parent.mkdir(parents=True, exist_ok=True)
        temporary = remembered.with_suffix(f".{os.getpid()}.tmp")
        temporary.write_text(total.hexdigest(), "ascii")
        temporary.replace(remembered)
    except OSError:
        pass
    return total.hexdigest()
