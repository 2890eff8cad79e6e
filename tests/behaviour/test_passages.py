"""The passages of releases with their vectors, as they are in the index."""

import numpy as np
import pytest

from search import passages
from tests.behaviour.conftest import CALIBRATION, HashEncoder, Open, release, write

LONG = " ".join(f"слово{at}" for at in range(300))


def test_passages_are_those_of_the_text_with_centred_vectors(open_engine: Open):
    engine = open_engine()
    kept = [release("a", "ru", "Заголовок", LONG), release("b", "fa", "عنوان"), release("c", "en", body="one two")]
    write(engine, *kept, release("other", "fr", body="rien"))

    found = engine.view().passages(["c", "a", "unknown", "b"])

    assert set(found) == {"a", "b", "c"}
    for of in kept:
        split = passages.split(of)
        assert found[of.id].spans == tuple((piece.start, piece.end) for piece in split)
        raw = HashEncoder().encode_passages([piece.text for piece in split])
        assert found[of.id].vectors == pytest.approx(CALIBRATION.passages(raw, of.lang), abs=1e-3)
        assert np.linalg.norm(found[of.id].vectors, axis=1) == pytest.approx(1, abs=1e-3)
    assert len(found["a"].spans) == 3
    assert engine.view().passages([]) == {}


def test_passages_of_a_release_that_was_replaced_are_its_new_ones(open_engine: Open):
    engine = open_engine()
    write(engine, release("a", "ru", "Заголовок", LONG))
    write(engine, release("a", "ru", "Заголовок", "слово"))
    assert engine.view().passages(["a"])["a"].spans == ((0, 5),)
    with engine.writing("test") as writer:
        writer.remove(["a"])
    assert engine.view().passages(["a"]) == {}
