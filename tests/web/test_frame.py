"""What stands around every page: ways to other pages, the preferences, the sheet of keys."""

import re

import pytest
from fastapi.testclient import TestClient

from web.languages import LANGUAGES
from web.rendering import STATIC

from . import markup

SCRIPT = (STATIC / "js" / "page.js").read_text("utf-8")


@pytest.fixture
def fresh(client) -> TestClient:
    """Return a client without cookies."""
    return TestClient(client.app)


def test_the_page_that_is_open_is_told(page):
    shown, _ = page("/docs")
    places = shown.one("nav", "site-places")
    assert [link.attributes["href"] for link in places.all("a", **{"aria-current": "page"})] == ["/docs"]
    assert shown.one("a", "skip").attributes["href"] == f"#{shown.one('main').attributes['id']}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_preference_shows_one_choice_as_current(fresh, language):
    shown = markup.read(fresh.get("/docs", params={"hl": language}).text)
    form = shown.one("form", "menu-body", method="post")
    current = [button for button in form.all("button") if button.attributes.get("aria-current") == "true"]
    assert [button.attributes["name"] for button in current] == ["language", "calendar", "digits", "theme"]
    assert current[0].attributes["value"] == language
    assert form.one("input", name="back").attributes["value"] == f"/docs?hl={language}"


@pytest.mark.parametrize(
    ("theme", "scheme", "colours"),
    [
        ("auto", "light dark", ["(prefers-color-scheme: light)", "(prefers-color-scheme: dark)"]),
        ("light", "light", [None]),
        ("dark", "dark", [None]),
    ],
)
def test_the_browser_is_told_the_theme(fresh, theme, scheme, colours):
    fresh.post("/preferences", data={"theme": theme})
    shown = markup.read(fresh.get("/docs").text)
    assert shown.one("html").attributes["data-theme"] == theme
    assert shown.one("meta", name="color-scheme").attributes["content"] == scheme
    assert [meta.attributes.get("media") for meta in shown.all("meta", name="theme-color")] == colours


def test_the_sheet_lists_the_keys_that_the_script_knows(page):
    shown, _ = page("/help")
    sheet = shown.one("dialog", "keys")
    listed = {tuple(key.text for key in term.all("kbd")) for term in sheet.all("dt")}
    actions = re.search(r"const ACTIONS = {(.*?)\n};", SCRIPT, re.DOTALL)[1]
    known = {(key.strip('"'),) for key in re.findall(r'^  ("."|\w): ', actions, re.MULTILINE)} - {("g",)}
    going = {("g", node.attributes["data-go"]) for node in shown.all("a") if "data-go" in node.attributes}
    assert listed == known | going | {("Esc",)}
