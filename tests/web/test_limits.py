"""One client cannot take all of the server's time, and who it is cannot be made up."""

import pytest
from fastapi.testclient import TestClient

from search.settings import Settings
from web.app import create_app
from web.limits import SUGGESTIONS

from . import markup


@pytest.fixture
def limited(served, cache):
    with TestClient(create_app(Settings(data=served.data, cache=cache, rate_limit="3/hour"))) as client:
        yield client


def test_one_too_many_is_told_when_to_ask_again(limited):
    for _ in range(3):
        assert limited.get("/api/v1/search", params={"q": "captagon"}).status_code == 200
    refused = limited.get("/api/v1/search", params={"q": "captagon"})

    assert refused.status_code == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 3600
    assert refused.json()["type"] == "/docs#rate-limit-error"
    assert f"Seconds to wait: {int(refused.headers['retry-after']):,}." in refused.json()["detail"]
    for path in ("/search", "/search.csv", "/feed.atom"):
        page = limited.get(path, params={"q": "captagon"}, headers={"accept-language": "en"})
        assert (page.status_code, page.headers["content-type"]) == (429, "text/html; charset=utf-8")
        assert markup.read(page.text).one("h1").text == "Too many requests"


def test_what_costs_little_is_not_limited(limited):
    for _ in range(5):
        assert limited.get("/healthz").status_code == 200
        assert limited.get("/docs").status_code == 200


def test_suggestions_have_a_limit_of_their_own(limited):
    asked = [
        limited.get("/opensearch/suggestions", params={"q": "cap"}).status_code for _ in range(3 * SUGGESTIONS + 1)
    ]
    assert asked == [200] * 3 * SUGGESTIONS + [429]
    assert limited.get("/search", params={"q": "captagon"}).status_code == 200


def test_a_client_cannot_name_itself(limited):
    for n in range(3):
        assert limited.get("/search", params={"q": "x"}, headers={"x-forwarded-for": f"10.0.0.{n}"}).status_code == 200
    assert limited.get("/search", params={"q": "x"}, headers={"x-forwarded-for": "10.0.0.9"}).status_code == 429


def test_clients_are_counted_apart_and_a_network_of_ipv6_is_one(served, cache):
    with TestClient(create_app(Settings(data=served.data, cache=cache, rate_limit="1/hour"))) as first:
        assert first.get("/search", params={"q": "x"}).status_code == 200

        def ask(host):
            return TestClient(first.app, client=(host, 1)).get("/search", params={"q": "x"}).status_code

        assert [ask("192.0.2.1"), ask("192.0.2.2"), ask("::ffff:192.0.2.1")] == [200, 200, 429]
        assert [ask("2001:db8::1"), ask("2001:db8::2"), ask("2001:db8:0:1::1")] == [200, 429, 200]


@pytest.mark.parametrize("rate", ["often", "0/minute", "5/minut", "-1/hour", "5"])
def test_a_limit_that_is_none_is_refused(rate):
    with pytest.raises(ValueError, match="no limit like"):
        Settings(rate_limit=rate)


def test_a_limit_that_is_left_empty_is_none_and_other_settings_are_then_as_if_not_given(monkeypatch):
    monkeypatch.setenv("BAYAN_RATE_LIMIT", "")
    monkeypatch.setenv("BAYAN_MODEL", "")
    monkeypatch.setenv("BAYAN_ELASTICSEARCH_URL", "")

    settings = Settings()
    assert (settings.rate_limit, settings.model) == ("", None)
    assert settings.elasticsearch_url == Settings.model_fields["elasticsearch_url"].default
