"""Differences between two texts of a release, word by word."""

from hypothesis import given
from hypothesis import strategies as st

from search.differences import Line, Piece, Renumbered, differences, renumbered, steps
from search.history import Version
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


def test_numbers_that_changed_are_pointed_out():
    new = release(title="کشف ۳۰ کیلوگرم تریاک", body="پلیس گفت 2 نفر بازداشت شدند.\nتحقیقات ادامه دارد.")
    assert renumbered(differences(OLD, new)) == (Renumbered("۲۰", "۳۰"), Renumbered(None, "2"))


def test_the_same_number_in_other_digits_has_not_changed():
    old, new = release(title="1,200 kg of 3 kinds"), release(title="۱,۲۰۰ kg of 4 kinds and more")
    assert renumbered(differences(old, new)) == (Renumbered("3", "4"),)
    assert renumbered(differences(new, old)) == (Renumbered("4", "3"),)


def test_steps_lead_from_the_oldest_text_to_the_current_one():
    middle, current = release(place="زاهدان"), release(place="زابل")
    kept = [Version(OLD, "2024-05-01T10:00:00+00:00"), Version(middle, "2024-05-02T10:00:00+00:00")]
    first, second = steps(kept, current)
    assert (first.release, first.until) == (OLD, "2024-05-01T10:00:00+00:00")
    assert first.lines == (Line("place", (Piece("added", "زاهدان"),)),)
    assert second.lines == (Line("place", (Piece("removed", "زاهدان"), Piece("added", "زابل"))),)


def test_a_text_that_came_back_and_a_release_that_was_removed():
    middle = release(place="زاهدان")
    kept = [Version(OLD, "2024-05-01"), Version(middle, "2024-05-02")]
    (step,) = steps(kept, OLD)
    assert (step.release, [line.field for line in step.lines]) == (middle, ["place"])
    assert [(step.release, len(step.lines)) for step in steps(kept, None)] == [(OLD, 1), (middle, 0)]
    assert steps([], OLD) == ()


WORDS = st.lists(st.sampled_from(["پلیس", "گفت", "دو", "نفر", "بازداشت", "a", "."]), max_size=12)


@given(old=WORDS, new=WORDS)
def test_without_what_was_added_a_line_is_the_old_one_and_without_what_was_removed_the_new_one(old, new):
    lines = differences(release(title=" ".join(old)), release(title=" ".join(new)))
    for line in lines:
        assert " ".join(p.text for p in line.pieces if p.change != "added").split() == old
        assert " ".join(p.text for p in line.pieces if p.change != "removed").split() == new
    assert bool(lines) == (old != new)
