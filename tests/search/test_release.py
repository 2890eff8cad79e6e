"""Releases from objects: what is required, what is refused, what an id depends on."""

from datetime import date

import pytest

from search.errors import InputError
from search.release import from_mapping, from_record, identify, to_record


def test_only_a_title_or_a_body_is_required():
    assert from_mapping({"title": "Opium seized", "lang": "en"}).body == ""
    assert from_mapping({"body": "Opium seized", "lang": "en"}).title == ""
    with pytest.raises(InputError, match="neither"):
        from_mapping({"title": "  ", "lang": "en"})


def test_all_fields():
    release = from_mapping(
        {
            "id": "x",
            "lang": "fa",
            "title": "عنوان",
            "body": "متن",
            "published": "2024-05-01T10:00:00Z",
            "published_text": "۱۲ اردیبهشت",
            "published_sure": 0.9,
            "place": "تهران",
            "source": "S",
            "country": " ir ",
            "url": "https://example.org/1",
            "fetched_at": "2024-05-02T00:00:00Z",
        }
    )
    assert (release.id, release.dir, release.published) == ("x", "rtl", date(2024, 5, 1))
    assert release.country == "IR"
    assert from_record(to_record(release)) == release


def test_names_are_one_line_and_dates_of_any_digits():
    release = from_mapping(
        {"title": " a \n b ", "lang": "EN", "source": "  Border\tGuard ", "published": " ۲۰۲۴-۰۵-۰۱"}
    )
    assert (release.title, release.lang, release.source) == ("a b", "en", "Border Guard")
    assert release.published == date(2024, 5, 1)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"title": 5, "lang": "en"}, '"title" must be text, not int'),
        ({"title": "x", "lang": "xx"}, '"xx" is not one of ar, fa, en, ru, fr, es, und, nor the code of another'),
        ({"title": "x", "lang": "english"}, '"english" is not one of ar'),
        ({"title": "x", "lang": "EN", "published": "soon"}, "must be a day"),
        ({"title": "x", "lang": "en", "published": "yesterday"}, "must be a day like 2024-05-01"),
        ({"title": "x", "lang": "en", "published": 20240501}, "must be a day"),
        (
            {"title": "x", "lang": "en", "country": "Qatar"},
            '"country" must be a code of ISO 3166-1 like QA, not "Qatar"',
        ),
        ({"title": "x", "lang": "en", "country": "ZZ"}, "must be a code"),
        ({"title": "x", "lang": "en", "country": ["QA"]}, '"country" must be text, not list'),
        ({"title": "x", "lang": "en", "published_sure": 1.5}, '"published_sure" must be a number from 0 to 1, not 1.5'),
        ({"title": "x", "lang": "en", "published_sure": "high"}, "must be a number from 0 to 1"),
        ({"title": "x", "lang": "en", "published_sure": float("nan")}, "must be a number from 0 to 1"),
        ({"title": "x" * 1_001, "lang": "en"}, '"title" has 1,001 characters; it may have 1,000'),
        ({"title": "x", "lang": "en", "url": "http://[::1/x"}, '"url" cannot be read'),
        ({"body": "x" * 2_000_001, "lang": "en"}, "2,000,001 characters; it may have 2,000,000"),
    ],
)
def test_refuses(fields, said):
    with pytest.raises(InputError, match=said):
        from_mapping(fields)


@pytest.mark.parametrize(
    ("lang", "title", "direction"),
    [
        ("tr", "Van'da eroin ele geçirildi", "ltr"),
        ("UR", "«۲۱۰» کلوگرام ہیروئن برآمد", "rtl"),
        ("he", "12 חשודים נעצרו (INTERPOL)", "rtl"),
        ("und", "INTERPOL: ہیروئن برآمد", "ltr"),
        ("zh", "…云南警方", "ltr"),
        ("und", "12:30 —", "ltr"),
    ],
)
def test_a_language_that_is_none_of_the_six_is_undetermined_and_its_letters_tell_the_direction(lang, title, direction):
    release = from_mapping({"title": title, "lang": lang})
    assert (release.lang, release.dir, release.as_dict()["dir"]) == ("und", direction, direction)


def test_a_direction_is_told_by_the_body_where_there_is_no_title():
    assert from_mapping({"body": "۲۱۰ کلوگرام", "lang": "ur"}).dir == "rtl"
    assert from_mapping({"title": "۲۱۰", "body": "Heroin", "lang": "fa"}).dir == "rtl"


def test_an_id_is_of_the_page_else_of_the_content():
    assert identify("S", "https://Example.org/a/#top", "t", "b") == identify("S", "https://example.org/a", "x", "y")
    assert identify("S", "https://example.org/a?id=1", "", "") != identify("S", "https://example.org/a?id=2", "", "")
    assert identify(None, None, "t", "b") == identify("S", None, "t", "b") != identify(None, None, "t", "c")


def test_what_no_database_can_hold_is_replaced():
    release = from_mapping({"title": "a\ud83d\0b", "lang": "en"})
    assert release.title.encode()
    assert "\0" not in release.title


def test_the_hash_is_of_what_a_reader_sees():
    one = from_mapping({"id": "1", "title": "t", "lang": "en", "fetched_at": "2024-01-01"})
    assert (
        one.content_hash
        == from_mapping({"id": "1", "title": "t", "lang": "en", "fetched_at": "2025-01-01"}).content_hash
    )
    for field in ({"place": "Dubai"}, {"country": "AE"}):
        assert one.content_hash != from_mapping({"id": "1", "title": "t", "lang": "en"} | field).content_hash
