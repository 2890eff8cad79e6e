"""What runs a sentence-transformers model on this machine's processor: torch, or OpenVINO where it is installed.

OpenVINO runs the same float32 network three times as fast (see docs/model.md) and starts without torch. The model is
traced once, with its pooling and all, and the result kept in the cache; if the traced model does not give the vectors
that torch gives, torch it is.
"""

import hashlib
import importlib
import importlib.util
import sys
import threading
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from search.cache import make_folder, manifest
from search.errors import ModelError
from search.fingerprint import ModelFingerprint
from search.model import stay_offline

REVISION = 1  # raise it when tracing writes something else: models are then traced anew
SAME_COSINE = 0.9999
_CHARACTERS_PER_TOKEN = 4
_PROBES = (
    "",
    "Police",
    "Полиция изъяла крупную партию наркотиков.",
    "ألقت الشرطة القبض على أربعة أشخاص يشتبه في تورطهم في تهريب المخدرات عبر الحدود",
    "پلیس چهار نفر را به اتهام قاچاق مواد مخدر دستگیر کرد",
    "La police a arrêté quatre personnes soupçonnées de trafic de stupéfiants. " * 40,
    "La policía detuvo a cuatro personas sospechosas de tráfico de drogas. " * 5,
)


class Runtime(Protocol):
    """A loaded model. `run` may be called from several threads; a batch of `tokens_per_batch` suits it."""

    name: str
    tokens_per_batch: int

    def lengths(self, texts: Sequence[str], prefix: str) -> list[int]:
        """Return how many tokens the model sees of each text with its prefix."""
        ...

    def run(self, texts: Sequence[str], prefix: str) -> NDArray[np.float32]:
        """Return the vectors of one batch, float32 (n, dims), as the model gives them."""
        ...


class TorchRuntime:
    """sentence-transformers itself, in float32. Takes any of its text models; seconds to import."""

    name = "torch"
    # On an idle machine 1,024 is as fast, but where other processes want the cores, torch's threads burn time waiting
    # for each other at every operation, the more so the smaller the batch.
    tokens_per_batch = 2048

    def __init__(self, folder: Path) -> None:
        self.model = _load_quietly(folder)
        self._lock = threading.Lock()

    def lengths(self, texts: Sequence[str], prefix: str) -> list[int]:
        """Return the numbers of tokens; a guess from the characters if the model has a tokenizer of its own kind."""
        tokenizer = self.model.tokenizer
        if not callable(tokenizer):
            return [len(text) // _CHARACTERS_PER_TOKEN + 1 for text in texts]
        longest = self.model.max_seq_length
        ids = tokenizer([prefix + text for text in texts], truncation=longest is not None, max_length=longest)
        return [len(row) for row in ids["input_ids"]]

    def run(self, texts: Sequence[str], prefix: str) -> NDArray[np.float32]:
        """Return the vectors of one batch."""
        with self._lock:
            vectors = self.model.encode(
                list(texts), prompt=prefix, batch_size=len(texts), show_progress_bar=False, convert_to_numpy=True
            )
        return np.asarray(vectors, np.float32)


class OpenVinoRuntime:
    """A traced model in OpenVINO, in float32 whatever the processor offers, so that vectors agree between machines."""

    name = "openvino"
    tokens_per_batch = 1024  # the fastest of 512 to 4,096 on two cores

    def __init__(self, folder: Path, traced: Path, about: dict[str, Any]) -> None:
        from tokenizers import Tokenizer  # noqa: PLC0415 - not needed where torch runs the model

        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(about["length"])
        self._pad = about["pad"]
        openvino = _openvino()
        compiled = openvino.Core().compile_model(traced / "model.xml", "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
        self._request = compiled.create_infer_request()
        self._lock = threading.Lock()

    def lengths(self, texts: Sequence[str], prefix: str) -> list[int]:
        """Return the numbers of tokens."""
        return [len(encoding.ids) for encoding in self._tokenizer.encode_batch_fast([prefix + text for text in texts])]

    def run(self, texts: Sequence[str], prefix: str) -> NDArray[np.float32]:
        """Return the vectors of one batch."""
        rows = [encoding.ids for encoding in self._tokenizer.encode_batch_fast([prefix + text for text in texts])]
        ids = np.full((len(rows), max(map(len, rows))), self._pad, np.int64)
        mask = np.zeros_like(ids)
        for number, row in enumerate(rows):
            ids[number, : len(row)] = row
            mask[number, : len(row)] = 1
        with self._lock:
            return np.array(self._request.infer([ids, mask])[0], np.float32)


def start(folder: Path, fingerprint: ModelFingerprint, cache: Path, kind: str | None = None) -> Runtime:
    """Return the fastest runtime that gives this model's vectors; `kind` (`torch`, `openvino`) asks for one.

    Raises `ModelError` if the model cannot be loaded, or the kind that was asked for is not to be had.
    """
    if kind == "torch" or (kind is None and not _openvino_installed()):
        return TorchRuntime(folder)
    if not _openvino_installed():
        raise ModelError("OpenVINO is not installed. Install it with: pip install openvino")
    key = hashlib.sha256(repr(fingerprint).encode()).hexdigest()[:16]
    traced = cache / "openvino" / f"{folder.name}-{key}-{REVISION}"
    torch: list[TorchRuntime] = []

    def write(place: Path) -> dict[str, Any]:
        torch.append(TorchRuntime(folder))
        return _trace(folder, torch[0], place)

    try:
        about = manifest(make_folder(traced, write)) or {"reason": f"{traced} was removed meanwhile"}
        if "reason" not in about:
            return OpenVinoRuntime(folder, traced, about)
        reason = about["reason"]
    except (OSError, ImportError, RuntimeError) as error:  # an unwritable cache; a damaged or unfit OpenVINO
        reason = f"{type(error).__name__}: {error}"
    if kind == "openvino":
        raise ModelError(f"OpenVINO cannot run the model in {folder} ({reason}). Let torch run it.")
    return torch[0] if torch else TorchRuntime(folder)


def _openvino_installed() -> bool:
    return importlib.util.find_spec("openvino") is not None


def _openvino() -> Any:
    """Import OpenVINO, which is optional, without its telemetry: that reports each import to a web service."""
    if "openvino" not in sys.modules:
        sys.modules["openvino_telemetry"] = None  # type: ignore[assignment] # OpenVINO then takes its own stub
    return importlib.import_module("openvino")


def _load_quietly(folder: Path) -> Any:
    stay_offline()
    import torch  # noqa: PLC0415 - takes seconds, and most commands encode nothing
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415
    from transformers.utils import logging  # noqa: PLC0415

    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        return SentenceTransformer(
            str(folder), device="cpu", local_files_only=True, model_kwargs={"dtype": torch.float32}
        )
    except Exception as error:
        said = (str(error).splitlines() or [type(error).__name__])[0]
        raise ModelError(
            f"The embedding model in {folder} cannot be loaded: {said}. If it is Bayan's own, remove that folder and it "
            "is made again; otherwise save the model again with sentence-transformers."
        ) from error


def _trace(folder: Path, reference: TorchRuntime, place: Path) -> dict[str, Any]:
    """Write the whole model, pooling included, as `model.xml`; return what is needed to run it, or why it cannot be."""
    model = reference.model
    if any(not getattr(module, "include_prompt", True) for module in model):
        return {"reason": "its pooling leaves the prompt out, which a traced model cannot know"}
    try:
        _convert(model, place / "model.xml")
        about: dict[str, Any] = {"length": int(model.max_seq_length), "pad": int(model.tokenizer.pad_token_id)}
        cosine = _agreement(reference, OpenVinoRuntime(folder, place, about))
    except OSError:
        raise
    except Exception as error:  # noqa: BLE001 - there is no telling what a tracer stumbles over in a foreign model
        about, cosine = {"reason": f"{type(error).__name__}: {error}"}, 0.0
    else:
        if cosine >= SAME_COSINE:
            return about
        about = {"reason": f"its vectors differ from torch's (cosine {cosine:.4f})"}
    for path in place.iterdir():
        path.unlink()
    return about


def _convert(model: Any, path: Path) -> None:
    import torch  # noqa: PLC0415 - as in _load_quietly

    class Pipeline(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> Any:
            return self.model({"input_ids": input_ids, "attention_mask": attention_mask})["sentence_embedding"]

    openvino = _openvino()
    example = model.tokenizer(["the police", "the police, who seized drugs"], padding=True, return_tensors="pt")
    inputs = {name: example[name] for name in ("input_ids", "attention_mask")}
    with torch.inference_mode(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracer warns of each branch on a shape; _agreement checks what it made
        traced = openvino.convert_model(
            Pipeline().eval(),
            example_input=inputs,
            input=[(name, [-1, -1], openvino.Type.i64) for name in inputs],
        )
    openvino.save_model(traced, path, compress_to_fp16=False)


def _agreement(one: Runtime, other: Runtime) -> float:
    """Return the least cosine between the two runtimes' vectors of the same texts, alone and in a batch."""
    pairs = [(one.run(batch, ""), other.run(batch, "")) for batch in (*([text] for text in _PROBES), _PROBES)]
    left, right = (np.concatenate(side) for side in zip(*pairs, strict=True))
    norms = np.linalg.norm(left, axis=1) * np.linalg.norm(right, axis=1)
    return float(((left * right).sum(1) / norms).min())
