"""Security and cache headers."""

import pytest

from web import security
from web.rendering import STATIC

from . import markup


@pytest.mark.parametrize(
    "address",
    ["/", "/search?q=x", "/docs", "/openapi.json", "/healthz", "/nothing", "/api/v1/search", "/api/v1/search?q=opium"],
)
def test_every_answer_has_the_security_headers(client, address):
    headers = client.get(address).headers

    assert {name: headers[name] for name in security.HEADERS} == security.HEADERS


def test_the_policy_lets_nothing_run_and_nothing_frame():
    policy = dict(part.split(" ", 1) for part in security.HEADERS["Content-Security-Policy"].split("; "))

    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self'",
        "font-src": "'self'",
        "connect-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }


def test_static_files_are_kept_while_their_address_is_this_version(client):
    shown = markup.read(client.get("/docs").text)
    addresses = [
        node.attributes["href"] for node in shown.all("link") if node.attributes["rel"] in ("stylesheet", "icon")
    ]

    assert addresses
    for address in addresses:
        current = client.get(address)
        assert current.status_code == 200
        assert current.headers["cache-control"] == "public, max-age=31536000, immutable"
        plain = client.get(address.partition("?")[0])
        assert plain.headers["cache-control"] == "public, no-cache"
        again = client.get(address.partition("?")[0], headers={"if-none-match": plain.headers["etag"]})
        assert again.status_code == 304


def test_static_files_cannot_be_left(client):
    for address in ("/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py"):
        assert client.get(address).status_code == 404


def test_style_sheets_and_scripts_come_without_comments(client):
    for name in ("css/base.css", "js/page.js"):
        written = (STATIC / name).read_text("utf-8")
        given = client.get(f"/static/{name}")
        assert given.headers["content-type"].endswith("; charset=utf-8")
        assert "/*" in written
        assert "/*" not in given.text
        assert len(given.content) < 0.85 * len(written)
        assert client.head(f"/static/{name}").headers["content-length"] == str(len(given.content))
