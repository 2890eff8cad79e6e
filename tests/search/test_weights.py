"""The weights file, and the blocks in it."""

import struct

import numpy as np
import pytest

from search.weights import MAGIC, Weights, WeightsError, dequantise


def one_by_one(stored):
    """Return what the layout's description says, without a thought for speed."""
    values = []
    for at in range(0, len(stored), 18):
        (scale,) = struct.unpack_from("<e", stored, at)
        nibbles = stored[at + 2 : at + 18]
        values += [((byte & 15) - 8) * scale for byte in nibbles] + [((byte >> 4) - 8) * scale for byte in nibbles]
    return np.array(values, np.float32)


def test_blocks_become_the_weights_that_the_layout_says():
    generator = np.random.default_rng(7)
    scales = generator.normal(size=50).astype("<f2")
    stored = b"".join(scale.tobytes() + generator.bytes(16) for scale in scales)
    weights = dequantise(stored)
    assert weights.dtype == np.float32
    np.testing.assert_array_equal(weights, one_by_one(stored))


def small_file():
    header = struct.pack("<7i f i 5i Q", 32, 1, 1, 32, 2, 4, 2, 1e-12, 32, 2, 0, 1, 1, 0, 4)
    table = struct.pack("<3I 2f", 0, 3, 4, -1.0, -2.0) + b"<s>a" + struct.pack("<i I", 0, 0)
    name = b"emb.ln.w"
    entry = struct.pack("<i H", 1, len(name)) + name
    start = len(MAGIC) + len(header) + len(table) + len(entry) + 21
    tensor = np.arange(32, dtype="<f4").tobytes()
    return MAGIC + header + table + entry + struct.pack("<B I Q Q", 0, 32, start, len(tensor)) + tensor


def test_a_file_is_read(tmp_path):
    path = tmp_path / "weights.bin"
    path.write_bytes(small_file())
    with Weights(path) as weights:
        assert (weights.shape.hidden, weights.shape.positions, weights.shape.token_types) == (32, 4, 2)
        assert weights.shape.epsilon == pytest.approx(1e-12)
        assert weights.pieces.table == [("<s>", -1.0), ("a", -2.0)]
        np.testing.assert_array_equal(np.concatenate(list(weights.read("emb.ln.w"))), np.arange(32, dtype=np.float32))
        with pytest.raises(WeightsError, match=r"no tensor emb\.pos"):
            list(weights.read("emb.pos"))


@pytest.mark.parametrize("keep", [0, 4, 8, 40, 80, 100, 130, -1])
def test_a_file_cut_short_is_refused(tmp_path, keep):
    path = tmp_path / "weights.bin"
    path.write_bytes(small_file()[:keep])
    with pytest.raises(WeightsError):
        Weights(path)


def test_another_file_is_refused_by_its_first_bytes(tmp_path):
    path = tmp_path / "weights.bin"
    path.write_bytes(b"GGUF" + bytes(200))
    with pytest.raises(WeightsError, match="GGUF"):
        Weights(path)
