from hypothesis import given
from hypothesis import strategies as st

from search import edits

WORDS = st.sampled_from(sorted(set(edits.ALPHABETS.values()))).flatmap(
    lambda letters: st.text(letters, min_size=edits.SHORTEST + 1, max_size=12)
)


@given(WORDS)
def test_who_is_a_neighbour_has_one(word):
    near = edits.neighbours(word)
    assert word not in near
    for other in list(near)[::97]:
        assert word in edits.neighbours(other)
        assert abs(len(other) - len(word)) <= 1


@given(WORDS, st.data())
def test_every_edit_is_there(word, data):
    at = data.draw(st.integers(0, len(word) - 2))
    letter = data.draw(st.sampled_from(edits.alphabet(word)))
    made = {
        word[:at] + word[at + 1 :],
        word[:at] + letter + word[at:],
        word[:at] + letter + word[at + 1 :],
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
    }
    assert made - {word} <= edits.neighbours(word)


@given(st.text())
def test_anything_else_has_no_neighbours(text):
    assert edits.doubtful(text) or not edits.neighbours(text)


def test_letters_are_counted_not_bytes():
    assert not edits.doubtful("опий")
    assert edits.doubtful("опиум")
    assert not edits.doubtful("ترياق"[:4])
    assert not edits.doubtful("oпium")
    assert not edits.doubtful("covid19")
    assert not edits.doubtful("a" * 41)
