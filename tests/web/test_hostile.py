"""A release that means harm comes out as text, on every page; nothing of it becomes a link or markup."""

from urllib.parse import quote

import pytest

from search.highlight import Mark
from search.release import from_mapping
from search.results import Snippet
from web import links, rendering, security
from web.rendering import marked, paragraphs

from . import markup
from .conftest import HOSTILE, QUOTES, SCRIPT

ADDRESSES = (
    "/",
    "/search?q=zebracorn&mode=keyword",
    "/search?q=hostile&sort=newest&lang=en",
    f"/search?q=zebracorn&source={quote(HOSTILE.source)}",
    f"/search?q={quote(SCRIPT + ' zebracorn')}",
    f"/search?q={quote('colour:' + SCRIPT)}",
    f"/search?q=x&after={quote('><script>')}&source={quote(QUOTES)}&lang={quote(QUOTES)}",
    f"/releases/{quote(HOSTILE.id, safe='')}",
    f"/releases/{quote(HOSTILE.id, safe='')}?q=zebracorn",
    f"/releases/{quote(SCRIPT, safe='')}",
    f"/{quote(SCRIPT)}",
    "/releases/no-title?q=zebracorn",
)
KNOWN = {
    "a", "article", "aside", "b", "bdi", "blockquote", "body", "button", "circle", "code", "dd", "details",
    "dialog", "div", "dl", "dt", "ellipse", "fieldset", "footer", "form", "h1", "h2", "h3", "head", "header",
    "html", "i", "img", "input", "kbd", "label", "legend", "li", "link", "main", "mark", "meta", "nav", "ol", "p",
    "path", "pre", "q", "rect", "script", "section", "span", "strong", "summary", "svg", "time", "title", "ul",
}  # fmt: skip
CONTROLS = {chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}


@pytest.mark.parametrize("address", ADDRESSES)
def test_hostile_text_stays_text(client, address):
    response = client.get(address)
    shown = markup.read(response.text)

    assert {node.tag for node in shown.walk()} <= KNOWN
    assert all(markup.own(script) for script in shown.all("script"))
    for node in shown.walk():
        assert not [name for name in node.attributes if name.startswith("on")]
        for name in ("href", "src", "action"):
            value = node.attributes.get(name)
            assert value is None or value.startswith(("/", "#", "https://example.org/"))
    assert not CONTROLS & set(response.text)
    assert response.headers["content-security-policy"] == security.HEADERS["Content-Security-Policy"]


def test_hostile_text_is_all_there(page):
    shown, _ = page(f"/releases/{quote(HOSTILE.id, safe='')}", q="zebracorn")

    text = shown.one("article", "text")
    assert SCRIPT in text.one("h1").text
    assert QUOTES in text.one("h1").text
    assert "<img src=x onerror=alert(1)>" in text.text
    assert "{{ 7*7 }} {% raw %}" in text.text
    assert [mark.text for mark in text.all("mark")] == ["zebracorn", "Zebracorn"]
    assert shown.one("aside").one("dl").text.count(SCRIPT) == 5
    assert "javascript:alert(document.domain)//" in shown.one("aside").text
    assert "(not a web address)" in shown.one("aside").text


def test_the_api_gives_hostile_text_as_it_is(client):
    response = client.get(f"/api/v1/releases/{quote(HOSTILE.id, safe='')}")

    assert response.json()["title"] == HOSTILE.title
    assert response.headers["content-type"] == "application/json"
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://example.org/a?b=c#d", True),
        ("http://example.org", True),
        ("HTTPS://EXAMPLE.ORG/", True),
        ("https://وزارة.مرزون/خبر", True),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)", False),
        (" javascript:alert(1)", False),
        ("java\nscript:alert(1)", False),
        ("\x01javascript:alert(1)", False),
        ("data:text/html,<script>", False),
        ("vbscript:x", False),
        ("file:///etc/passwd", False),
        ("//example.org/", False),
        ("/search?q=x", False),
        ("https:///nohost", False),
        ("https://[::1", False),
        ("https://exa mple.org", False),
        ("", False),
        (None, False),
    ],
)
def test_only_web_addresses_become_links(url, allowed):
    assert links.original(url) == (url if allowed else None)


def test_text_is_escaped_first_and_marked_second():
    html = marked(Snippet("<b>&amp; a\u202eb</b>", ((0, 3), (11, 14))))

    assert html == "<mark>&lt;b&gt;</mark>&amp;amp; a<mark>b&lt;/</mark>b&gt;"


def test_marks_that_overlap_or_touch_nest_nowhere():
    assert (
        marked(Snippet("abcdef", ((2, 4), (0, 3), (1, 2), (5, 6)))) == "<mark>abc</mark><mark>d</mark>e<mark>f</mark>"
    )


def test_paragraphs_are_cut_at_blank_lines_or_else_at_line_breaks():
    folded = from_mapping({"lang": "en", "title": "T", "body": "one\ntwo\n \n\nthree"})
    single = from_mapping({"lang": "en", "title": "T", "body": "one\ntwo\n three"})

    assert [piece.text for piece in paragraphs(folded, [])] == ["one\ntwo", "three"]
    assert [piece.text for piece in paragraphs(single, [Mark(6, 9, "exact", "x"), Mark(0, 1, "exact", "x")])] == [
        "one",
        "two",
        "three",
    ]
    assert [piece.marks for piece in paragraphs(single, [Mark(6, 9, "exact", "x"), Mark(0, 1, "exact", "x")])] == [
        (),
        ((0, 3),),
        (),
    ]
    assert paragraphs(from_mapping({"lang": "en", "title": "T"}), []) == ()


def test_text_between_backticks_is_code_and_still_escaped():
    assert rendering.ticked("run `<b>` & see") == "run <code>&lt;b&gt;</code> &amp; see"
