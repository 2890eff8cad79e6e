"""The sentence that says where a score came from."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import terminal
from search.release import Release
from search.results import Hit, Snippet, Why
from web import reasons


def hit(keyword=0.0, name=0.0, cosine=0.0, lift=0.0):
    why = Why((), None, 3.2, 10.1, keyword, name, cosine, lift, related=False)
    return Hit(Release("one", "ru", "Заголовок", ""), keyword + name + cosine + lift, Snippet(""), (), why)


@pytest.mark.parametrize(
    ("parts", "person", "terminal_line"),
    [
        (
            {"keyword": 0.2, "name": 0.1, "cosine": 0.5, "lift": 0.2},
            (
                "Its score: words 20 % (3.2 of the 10.1 points that this query can reach in Russian), "
                "names 10 % (in other spellings), meaning 50 % (the nearest passage has a cosine of 0.50), "
                "linked results 20 % (a better one tells the same story in another language)."
            ),
            "score 1.000 = 0.200 words + 0.100 names + 0.500 meaning + 0.200 linked results",
        ),
        (
            {"cosine": 0.4, "lift": 0.2},
            (
                "Its score: meaning 67 % (the nearest passage has a cosine of 0.40), "
                "linked results 33 % (a better one tells the same story in another language)."
            ),
            "score 0.600 = 0.400 meaning + 0.200 linked results",
        ),
        (
            {"cosine": -0.1, "lift": 0.5},
            "Its whole score comes from the linked results (a better one tells the same story in another language).",
            "score 0.400 = -0.100 meaning + 0.500 linked results",
        ),
        (
            {"name": 0.3},
            "Its whole score comes from the names (in other spellings).",
            "score 0.300 = 0.300 names",
        ),
        ({}, "Nothing that counts was found in it.", "score 0.000 = 0"),
    ],
)
def test_every_part_of_the_score_is_told(parts, person, terminal_line):
    assert reasons.score(hit(**parts)) == person
    assert terminal.reason(hit(**parts)).partition(";")[0] == terminal_line


def test_points_in_another_language_are_told_as_such():
    one = hit(keyword=0.2, cosine=0.2)
    assert "can reach in other languages)" in reasons.score(replace(one, release=replace(one.release, lang="und")))


part = st.floats(0, 2)


@given(part, part, st.floats(-1, 1), part)
def test_shares_add_up(keyword, name, cosine, lift):
    shares = hit(keyword, name, cosine, lift).why.shares
    assert sum(shares.values()) == (100 if shares else 0)
    assert all(0 <= share <= 100 for share in shares.values())
    assert bool(shares) == (max(keyword, name, cosine, lift) > 0)
