"""Differences between two texts of a release, word by word."""

from hypothesis import given
from hypothesis import strategies as st

from indexer.differences import Line, Piece, differences
from search.release import Release

OLD = Release("a", "fa", "کشف ۲۰ کیلوگرم تریاک", "پلیس گفت دو نفر بازداشت شدند.\nتحقیقات ادامه دارد.")


def release(**fields):
    return Release(**{"id": "a", "lang": "fa", "title": OLD.title, "body": OLD.body} | fields)


def test_words_that_changed_stand_beside_those_that_did_not():
    new = release(title="کشف ۳۰ کیلوگرم تریاک")
    pieces = (Piece("same", "کشف"), Piece("removed", "۲۰"), Piece("added", "۳۰"), Piece("same", "کیلوگرم تریاک"))
    assert differences(OLD, new) == [Line("title", pieces)]


def test_lines_that_came_and_went_are_told_whole():
    new = release(body="پلیس گفت دو نفر بازداشت شدند.", place="زاهدان")
    assert differences(OLD, new) == [
        Line("place", (Piece("added", "زاهدان"),)),
        Line("body", (Piece("removed", "تحقیقات ادامه دارد."),)),
    ]


def test_the_same_text_has_no_differences():
    assert differences(OLD, release()) == []


def test_texts_beyond_comparing_are_told_as_replaced():
    old, new = (release(body=f"{word} " * 5_000) for word in ("یک", "دو"))
    assert [piece.change for line in differences(old, new) for piece in line.pieces] == ["removed", "added"]
    old, new = (release(body=f"{word}\n" * 5_000) for word in ("یک", "دو"))
    assert [piece.change for line in differences(old, new) for piece in line.pieces] == ["removed", "added"]


WORDS = st.lists(st.sampled_from(["پلیس", "گفت", "دو", "نفر", "بازداشت", "a", "."]), max_size=12)


@given(old=WORDS, new=WORDS)
def test_without_what_was_added_a_line_is_the_old_one_and_without_what_was_removed_the_new_one(old, new):
    lines = differences(release(title=" ".join(old)), release(title=" ".join(new)))
    for line in lines:
        assert " ".join(p.text for p in line.pieces if p.change != "added").split() == old
        assert " ".join(p.text for p in line.pieces if p.change != "removed").split() == new
    assert bool(lines) == (old != new)
