"""Passages cover the body, overlap, and stay within the model's reach."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from search.passages import OVERLAP, WORDS, split
from search.release import Release


def body(words: int) -> str:
    return " ".join(f"w{i}" for i in range(words))


def test_a_short_release_is_one_passage_with_its_title():
    (passage,) = split(Release("r", "en", "Title", body(30)))
    assert passage.text == "Title\n" + body(30)
    assert (passage.start, passage.end) == (0, len(body(30)))


def test_a_title_alone_is_a_passage():
    assert [passage.text for passage in split(Release("r", "en", "Title only", ""))] == ["Title only"]


def test_neighbours_overlap_and_each_has_the_title():
    text = body(400)
    passages = split(Release("r", "en", "Title", text))
    words = [text[p.start : p.end].split() for p in passages]
    assert all(p.text == f"Title\n{text[p.start : p.end]}" for p in passages)
    assert all(one[-OVERLAP:] == other[:OVERLAP] for one, other in pairwise(words))
    assert max(map(len, words[:-1])) == WORDS


@given(st.integers(0, 1500))
def test_every_word_is_in_some_passage(count):
    text = body(count)
    covered = set()
    for passage in split(Release("r", "en", "t", text)):
        covered.update(range(passage.start, passage.end))
    assert all(text[i].isspace() or i in covered for i in range(len(text)))


@given(st.text(max_size=2000))
def test_any_text_can_be_cut(text):
    passages = split(Release("r", "en", "", text))
    assert passages
    assert all(0 <= p.start <= p.end <= len(text) for p in passages)


def test_text_without_spaces_is_cut_too():
    passages = split(Release("r", "en", "", "x" * 100_000))
    assert max(len(passage.text) for passage in passages) <= (WORDS + 40) * 101
