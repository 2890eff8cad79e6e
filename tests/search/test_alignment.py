"""Which parts of two releases say the same."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import alignment, passages
from search.alignment import Aligner
from search.centring import Calibration
from search.engines.base import Pieces
from search.release import Release

DIMS = 24
CALIBRATION = Calibration("words", np.zeros(DIMS, np.float32), {}, 0.0)
SAME = {"قتل": "killed", "سرقت": "stolen", "بازداشت": "arrested"}


class Words:
    """Texts that have a word in common, or its translation, are near."""

    dims = DIMS

    def encode_passages(self, texts):
        seeds = [[sum(map(ord, SAME.get(word, word))) for word in text.split()] for text in texts]
        rows = np.array([sum(np.random.default_rng(s).standard_normal(DIMS) for s in of) for of in seeds], np.float32)
        rows = rows.reshape(len(texts), DIMS)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


class Indexed:
    def passages(self, ids):
        return {
            identity: Pieces(
                tuple((p.start, p.end) for p in passages.split(LONG[identity])),
                Words().encode_passages([p.text for p in passages.split(LONG[identity])]),
            )
            for identity in ids
            if identity in LONG
        }


LONG = {
    identity: Release(identity, "en", "", " ".join(f"{word}{at // 120}" for at in range(700)))
    for identity, word in (("one", "word"), ("two", "word"))
}


@pytest.fixture
def aligner():
    return Aligner(Words(), CALIBRATION)


def told(side, place):
    start, end = side.parts[place]
    return side.release.body[start:end]


def test_sentences_that_say_the_same_are_partners_in_whatever_order(aligner):
    one = Release(
        "a", "en", "t", "killed killed killed killed\nstolen stolen stolen stolen\nnothing nothing of the kind"
    )
    two = Release("b", "fa", "ت", "سرقت سرقت سرقت سرقت سرقت\nقتل قتل قتل قتل قتل قتل")

    found = aligner.beside(Indexed(), one, two)

    assert [(told(found.first, pair.first), told(found.second, pair.second)) for pair in found.pairs] == [
        ("killed killed killed killed", "قتل قتل قتل قتل قتل قتل"),
        ("stolen stolen stolen stolen", "سرقت سرقت سرقت سرقت سرقت"),
    ]
    assert len(found.first.parts) == 3


def test_long_texts_are_compared_by_their_passages_which_do_not_overlap(aligner):
    found = aligner.beside(Indexed(), LONG["one"], LONG["two"])

    assert [(pair.first, pair.second) for pair in found.pairs] == [(at, at) for at in range(len(found.first.parts))]
    assert len(found.first.parts) < 10
    assert all(end <= start for (_, end), (start, _) in zip(found.first.parts, found.first.parts[1:], strict=False))
    assert found.first.parts[-1][1] == len(LONG["one"].body)


def test_a_release_without_a_body_has_no_partner(aligner):
    found = aligner.beside(
        Indexed(), Release("a", "en", "title", ""), Release("b", "en", "title", "some words and more")
    )
    assert (found.first.parts, found.pairs) == ((), ())


ROWS = st.lists(st.integers(0, 5), max_size=8)


@given(first=ROWS, second=ROWS)
def test_a_part_is_in_one_pair_at_most_and_pairs_are_mutual(first, second):
    basis = np.eye(6, DIMS, dtype=np.float32)
    one, other = basis[first].reshape(-1, DIMS), basis[second].reshape(-1, DIMS)
    found = alignment.pairs(one, other)
    assert len({pair.first for pair in found}) == len({pair.second for pair in found}) == len(found)
    assert all(first[pair.first] == second[pair.second] for pair in found)
    assert {first[pair.first] for pair in found} == set(first) & set(second)
    assert {(pair.second, pair.first) for pair in alignment.pairs(other, one)} == {
        (pair.first, pair.second) for pair in found
    }
