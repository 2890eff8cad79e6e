"""Centring loses nothing: the raw vector can be had back."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.centring import Calibration

DIMS = 24


def unit(rows):
    return (rows / np.linalg.norm(rows, axis=-1, keepdims=True)).astype(np.float32)


def calibration(seed: int, length: float, strength: float = 1.0) -> Calibration:
    random = np.random.default_rng(seed)
    means = {lang: unit(random.standard_normal(DIMS)) * np.float32(length) for lang in ("ar", "en")}
    return Calibration("model", unit(random.standard_normal(DIMS)), means, 0.2, strength)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10_000), st.floats(0, 0.95), st.sampled_from([0.5, 1.0]), st.sampled_from(["ar", "en", "fa"]))
def test_raw_vectors_are_had_back_from_centred_ones(seed, length, strength, lang):
    made = calibration(seed, length, strength)
    raw = unit(np.random.default_rng(seed + 1).standard_normal((5, DIMS)))
    np.testing.assert_allclose(made.raw(made.passages(raw, lang), lang), raw, atol=2e-5)


def test_without_means_nothing_is_changed():
    made = Calibration("model", np.zeros(DIMS, np.float32), {}, -1.0)
    raw = unit(np.random.default_rng(1).standard_normal((3, DIMS)))
    np.testing.assert_allclose(made.passages(raw, "ar"), raw, atol=1e-6)
    np.testing.assert_allclose(made.raw(raw, "ar"), raw, atol=1e-6)


def test_a_language_without_a_mean_is_centred_by_the_mean_of_the_others():
    made = calibration(5, 0.5, strength=0.8)
    raw = unit(np.random.default_rng(6).standard_normal((3, DIMS)))
    mean = (made.passage_means["ar"] + made.passage_means["en"]) / 2
    np.testing.assert_allclose(made.passages(raw, "und"), unit(raw - 0.8 * mean), atol=1e-6)


def test_a_calibration_is_had_back_from_its_text():
    made = calibration(3, 0.8)
    again = Calibration.from_json(made.to_json(), DIMS, made.strength)
    assert again.hash == Calibration.from_json(again.to_json(), DIMS, made.strength).hash
    np.testing.assert_allclose(again.passage_means["ar"], made.passage_means["ar"], atol=1e-6)
    with pytest.raises(ValueError, match="shape"):
        Calibration.from_json(made.to_json(), DIMS + 1, 1.0)
