"""What is told of why a result was found."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import terminal
from search.release import Release
from search.results import Hit, MatchedWord, Snippet, Why
from web import reasons
from web.interface import Interface
from web.preferences import Preferences


def hit(keyword=0.0, name=0.0, cosine=0.0, lift=0.0):
    why = Why((), None, 3.2, 10.1, keyword, name, cosine, lift, related=False)
    return Hit(Release("one", "ru", "Заголовок", ""), keyword + name + cosine + lift, Snippet(""), (), why)


@pytest.mark.parametrize(
    ("parts", "page", "terminal_line"),
    [
        (
            {"keyword": 0.2, "name": 0.1, "cosine": 0.5, "lift": 0.2},
            [
                ("words", 20, "3.2 of 10.1 points"),
                ("names", 10, "in other spellings"),
                ("meaning", 50, "cosine 0.50"),
                ("linked results", 20, "the same story in another language"),
            ],
            "score 1.000 = 0.200 words + 0.100 names + 0.500 meaning + 0.200 linked results",
        ),
        (
            {"cosine": 0.4, "lift": 0.2},
            [("meaning", 67, "cosine 0.40"), ("linked results", 33, "the same story in another language")],
            "score 0.600 = 0.400 meaning + 0.200 linked results",
        ),
        (
            {"cosine": -0.1, "lift": 0.5},
            [("linked results", 100, "the same story in another language")],
            "score 0.400 = -0.100 meaning + 0.500 linked results",
        ),
        ({"name": 0.3}, [("names", 100, "in other spellings")], "score 0.300 = 0.300 names"),
        ({}, [], "score 0.000 = 0"),
    ],
)
def test_every_part_of_the_score_is_told(parts, page, terminal_line):
    shares = reasons.shares(hit(**parts), Interface())
    assert [(share.leg, share.percent, share.reason) for share in shares] == page
    assert terminal.reason(hit(**parts)).partition(";")[0] == terminal_line


def test_figures_are_written_in_the_digits_of_the_reader():
    (share,) = reasons.shares(hit(cosine=0.4), Interface(Preferences("fa", "arabext")))
    assert "۰٫۴۰" in share.reason


def test_words_are_told_apart_from_concepts_and_names():
    words = [MatchedWord(form, form, ("x",)) for form in ("name", "exact", "concept", "stem", "number", "other")]
    found = replace(hit(), why=replace(hit().why, words=tuple(words)))
    told = reasons.matches(found, Interface())
    assert [(group.label, [word.form for word in group.words]) for group in told] == [
        ("Words", ["exact", "stem", "number", "other"]),
        ("Concepts", ["concept"]),
        ("Names", ["name"]),
    ]


@pytest.mark.parametrize("lang", ["en", "ar"])
@given(st.floats(0, 2), st.floats(0, 2), st.floats(-1, 1), st.floats(0, 2))
def test_the_bar_is_filled_from_where_the_reader_begins(lang, keyword, name, cosine, lift):
    shares = reasons.shares(hit(keyword, name, cosine, lift), Interface(Preferences(lang)))
    drawn = shares if lang == "en" else shares[::-1]
    at = 0
    for share in drawn:
        assert share.x == at
        at += share.percent
    assert at == (reasons.WIDTH if shares else 0)


part = st.floats(0, 2)


@given(part, part, st.floats(-1, 1), part)
def test_shares_add_up(keyword, name, cosine, lift):
    shares = hit(keyword, name, cosine, lift).why.shares
    assert sum(shares.values()) == (100 if shares else 0)
    assert all(0 <= share <= 100 for share in shares.values())
    assert bool(shares) == (max(keyword, name, cosine, lift) > 0)
