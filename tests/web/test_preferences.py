"""How a reader wants the interface: negotiated, chosen, kept; never taken from what is not known."""

from datetime import date

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from search.errors import QueryError
from web import preferences
from web.interface import Interface
from web.preferences import COOKIE, Preferences


@pytest.fixture
def fresh(client) -> TestClient:
    """Return a client without cookies."""
    return TestClient(client.app)


@pytest.mark.parametrize(
    ("accept", "spoken"),
    [
        ("fa-IR,fa;q=0.9,en;q=0.5", "fa"),
        ("de-DE,ru;q=0.8,en;q=0.7", "ru"),
        ("en;q=0.2,ar-QA", "ar"),
        ("fr;q=0,es;q=0.1", "es"),
        ("zh-CN", "en"),
        ("", "en"),
        ("x;q=much,,;;", "en"),
    ],
)
def test_the_browser_says_which_language(fresh: TestClient, accept, spoken):
    answer = fresh.get("/docs", headers={"accept-language": accept})
    assert answer.headers["content-language"] == spoken
    assert "Accept-Language" in answer.headers["vary"]


def test_a_choice_is_kept_and_leads_back(fresh: TestClient):
    answer = fresh.post("/preferences", data={"language": "fa", "back": "/docs?q=تریاک"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/docs?q=%D8%AA%D8%B1%DB%8C%D8%A7%DA%A9")
    kept = answer.headers["set-cookie"]
    assert kept.startswith(f"{COOKIE}=fa.arabext.gregorian.auto;")
    assert all(part in kept for part in ("HttpOnly", "SameSite=lax", "Max-Age=31536000", "Path=/"))
    assert 'lang="fa" dir="rtl" data-theme="auto"' in fresh.get("/docs", headers={"accept-language": "ru"}).text
    fresh.post("/preferences", data={"theme": "dark", "digits": "latn", "calendar": "persian"})
    assert fresh.cookies[COOKIE] == "fa.latn.persian.dark"


def test_an_address_can_name_the_language(fresh: TestClient):
    assert fresh.get("/docs?hl=es").headers["content-language"] == "es"
    assert fresh.get("/docs").headers["content-language"] == "es"
    for unknown in ("tlh", "und"):
        assert fresh.get(f"/docs?hl={unknown}").headers["content-language"] == "es"


@pytest.mark.parametrize(
    "back", ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "", "/a\nb"]
)
def test_no_way_leads_out(fresh: TestClient, back):
    answer = fresh.post("/preferences", data={"back": back}, follow_redirects=False)
    assert answer.headers["location"] == "/"


@given(st.text())
def test_any_cookie_is_survived(text):
    parts = dict(zip(("language", "digits", "calendar", "theme"), text.split("."), strict=False))
    assert Preferences().changed(**parts).language in ("ar", "fa", "en", "ru", "fr", "es")


def test_days_in_three_calendars():
    day = date(2024, 5, 12)
    told = {
        (language, calendar): Interface(preferences.suited(language).changed(calendar=calendar)).day(day)
        for language in ("ar", "fa", "en", "ru", "fr", "es")
        for calendar in ("gregorian", "persian", "islamic")
    }
    assert told["en", "gregorian"] == "12 May 2024"
    assert told["fa", "persian"] == "۲۳ اردیبهشت ۱۴۰۳"
    assert told["fa", "gregorian"] == "۱۲ مهٔ ۲۰۲۴"
    assert told["ar", "islamic"] == "4 ذو القعدة 1445 هـ"
    assert told["ru", "gregorian"] == "12 мая 2024\u202fг."
    assert told["ru", "persian"] == "23 ордибехешта 1403 г. с. х."
    assert told["fr", "islamic"] == "4 dhou al-qi'da 1445 de l’hégire"
    assert told["es", "persian"] == "23 de ordibehesht de 1403 (hégira solar)"


def test_numbers_in_the_digits_of_choice():
    assert Interface(Preferences("en")).number(12345.67, 1) == "12,345.7"
    assert Interface(Preferences("en", "arabext")).number(12345) == "۱۲٬۳۴۵"
    assert Interface(Preferences("fa", "arabext")).number(0.5, 2) == "۰٫۵۰"
    assert Interface(Preferences("fr")).number(12345) == "12\u202f345"
    assert Interface(Preferences("ar", "arab")).year(2024) == "٢٠٢٤"


def test_a_sentence_has_its_values_in_the_digits_of_choice():
    error = QueryError("The query has more than {most} words, phrases and filters: shorten it.", most=2000)
    assert str(error) == "The query has more than 2,000 words, phrases and filters: shorten it."
    assert "۲٬۰۰۰" in Interface(Preferences("fa", "arabext")).sentence(error)
