"""Results grouped into stories, from what an engine knows of them."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from search import stories
from search.history import Group, Sighting
from search.stories import Stated
from tests.behaviour.conftest import DIMS, Open
from tests.behaviour.test_links import entry, near, put, unit

ONE = unit(np.ones(DIMS))
OTHER = near(ONE, 0.0, 1)


def gathered(engine, *ids, groups=()):
    view = engine.view()
    found = [stored.release for stored in view.fetch(ids, None)]
    return stories.gather(view, found, groups)


def told(found):
    return [[version.release.id for version in story.versions] for story in found]


def dated(identity, lang, vector, day, **fields):
    made = entry(identity, lang, vector, **fields)
    return replace(made, release=replace(made.release, published=day))


def test_versions_of_an_announcement_are_one_story_the_first_published_first(open_engine: Open):
    engine = open_engine()
    put(
        engine,
        dated("late", "en", ONE, date(2024, 5, 3), source="B"),
        dated("early", "fa", near(ONE, 0.7, 2), date(2024, 5, 1), source="A"),
        dated("undated", "ru", near(ONE, 0.7, 3), None),
        dated("elsewhere", "en", OTHER, date(2024, 5, 1), source="A"),
    )

    found = gathered(engine, "elsewhere", "late", "undated", "early")

    assert told(found) == [["elsewhere"], ["early", "late", "undated"]]
    story = found[1]
    assert [version.rank for version in story.versions] == [4, 2, 3]
    assert (story.rank, story.best.release.id) == (2, "late")
    assert [version.release.id for version in story.earliest] == ["early"]
    assert (story.sources, story.langs) == (("A", "B", None), ("fa", "en", "ru"))


def test_without_a_day_nobody_was_first(open_engine: Open):
    engine = open_engine()
    put(engine, entry("a", "en", ONE), entry("b", "fa", near(ONE, 0.8, 2)))
    (story,) = gathered(engine, "a", "b")
    assert story.earliest == ()


def test_a_shared_number_joins_and_half_a_year_parts(open_engine: Open):
    engine = open_engine()
    day, later = date(2024, 1, 1), date(2024, 7, 1)
    put(
        engine,
        dated("number", "en", ONE, day, body="4,176,500 tablets"),
        dated("same number", "ar", near(ONE, stories.JOINED - 0.05, 2), day, body="٤٬١٧٦٬٥٠٠ حبة"),
        dated("no number", "fr", near(OTHER, 0.0, 5), day, body="un communiqué"),
        dated("far in time", "es", near(near(OTHER, 0.0, 5), stories.JOINED + 0.1, 3), later, body="un comunicado"),
    )
    found = told(gathered(engine, "number", "same number", "no number", "far in time"))
    assert ["number", "same number"] in found
    assert ["no number"] in found


def test_linked_releases_and_copies_elsewhere_are_taken_along_where_they_belong(open_engine: Open):
    engine = open_engine()
    put(
        engine,
        entry("result", "en", ONE),
        entry("linked", "fa", near(ONE, 0.9, 2)),
        entry("copy", "en", OTHER),
        entry("not found", "ru", near(ONE, 0.1, 4)),
    )
    seen = [Sighting(identity, "", "en", "", None, None, None, None) for identity in ("result", "copy")]

    (story,) = gathered(engine, "result", groups=[Group("result", tuple(seen))])

    assert {version.release.id: version.rank for version in story.versions} == {
        "result": 1,
        "linked": None,
        "copy": None,
    }
    assert told(gathered(engine, "result")) == [["result", "linked"]]


def test_a_version_tells_what_was_not_found_in_the_first(open_engine: Open):
    engine = open_engine()
    first = (
        "Le 11 octobre 2023, les douaniers ont saisi 4 176 500 comprimés et 26,4 tonnes de précurseurs, "
        "a dit Bakhtiar Seïtmouratov."
    )
    second = (
        "On 12 October 2023 and on 11 October 2023 police seized 4,176,500 tablets worth 62,500,000 dollars in 2023, "
        "and 26,400 kg of precursors and 30 kg of heroin. The customs officer Bakhtiyar Seitmuratov thanked "
        "Konrad Hesslund and General Customs."
    )
    put(
        engine,
        dated("first", "fr", ONE, date(2023, 10, 11), body=first),
        dated("second", "en", near(ONE, 0.9, 2), date(2023, 10, 13), body=second),
    )

    (story,) = gathered(engine, "second", "first")

    assert story.versions[0].added == stories.Added()
    added = story.versions[1].added
    assert added.stated == (
        Stated("12 October 2023", "day", date(2023, 10, 12)),
        Stated("62,500,000", "number"),
        Stated("30 kg", "mass"),
    )
    assert added.names == ("Konrad Hesslund",)


def test_nothing_and_one_alone(open_engine: Open):
    engine = open_engine()
    put(engine, entry("a", "en", ONE))
    assert gathered(engine) == ()
    assert told(gathered(engine, "a")) == [["a"]]


@pytest.mark.parametrize("floor", [0.2, 0.6])
def test_one_between_two_does_not_join_them(floor):
    alike = np.array([[1, 0.7, 0.1], [0.7, 1, 0.65], [0.1, 0.65, 1]])
    assert sorted(map(sorted, stories.joined(alike, floor))) == ([[0, 1], [2]] if floor == 0.6 else [[0, 1, 2]])
