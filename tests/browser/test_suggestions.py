"""Suggestions while typing: what is shown belongs to what stands in the field, and keys go through it."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest

ADDRESS = "**/api/v1/suggest?*"


def asked(request) -> str:
    return parse_qs(urlsplit(request.url).query).get("q", [""])[0]


def answer(text):
    """Return an answer whose one suggestion names what was asked."""
    suggestion = {"text": f"{text}!", "kind": "word", "lang": "en", "releases": 1, "query": f"{text}!", "others": []}
    return {
        "status": 200,
        "content_type": "application/json",
        "body": json.dumps({"query": text, "suggestions": [suggestion]}),
    }


def test_what_is_typed_is_completed_and_taken_by_keys(browse, expect):
    page = browse().at("/")
    field = page.locator("main input[name=q]")
    field.press_sequentially("capt")
    options = page.get_by_role("option")
    expect(options.first).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")

    page.keyboard.press("ArrowDown")
    chosen = page.locator("[role=option][aria-selected=true]")
    expect(chosen).to_have_count(1)
    assert field.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    expect(field).to_be_focused()
    taken = chosen.locator("bdi").first.inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?*")
    expect(page.locator("input[name=q]")).to_have_value(taken)
    expect(page.locator(".hit").first).to_be_visible()


def test_escape_closes_the_list_and_enter_searches_for_what_was_typed(browse, expect):
    page = browse().at("/")
    field = page.locator("main input[name=q]")
    field.press_sequentially("capt")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(field).to_have_value("capt")
    expect(field).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=capt&*")


def test_up_from_the_text_goes_to_the_last_and_down_from_there_to_the_text(browse, expect):
    page = browse().at("/")
    field = page.locator("main input[name=q]")
    field.press_sequentially("traf")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("option").last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[role=option][aria-selected=true]")).to_have_count(0)
    assert field.get_attribute("aria-activedescendant") is None


def test_an_answer_that_is_late_never_shows_over_a_newer_one(browse, expect):
    browser = browse()
    held = []

    def route(found):
        if asked(found.request) == "a":
            held.append(found)
        else:
            found.fulfill(**answer(asked(found.request)))

    browser.page.route(ADDRESS, route)
    page = browser.at("/")
    field = page.locator("main input[name=q]")
    with page.expect_request(ADDRESS):
        field.press_sequentially("a")
    with page.expect_request(ADDRESS):
        field.press_sequentially("b")
    expect(page.get_by_role("option")).to_contain_text(["ab!"])

    (late,) = held
    late.fulfill(**answer("a"))
    # The next answer comes after the late one has been worked through.
    with page.expect_response(ADDRESS):
        field.press_sequentially("c")
    expect(page.get_by_role("option")).to_contain_text(["abc!"])
    assert page.get_by_text("a!", exact=True).count() == 0


def test_an_answer_after_the_search_was_sent_or_the_list_was_closed_shows_nothing(browse, expect):
    browser = browse()
    held = []
    browser.page.route(ADDRESS, lambda route: held.append(route))  # noqa: PLW0108 - playwright marks the function
    page = browser.at("/")
    field = page.locator("main input[name=q]")
    with page.expect_request(ADDRESS):
        field.press_sequentially("a")
    page.keyboard.press("Escape")
    held[0].fulfill(**answer("a"))
    expect(page.get_by_role("listbox")).to_be_hidden()
    with page.expect_request(ADDRESS):
        field.press_sequentially("b")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=ab&*")
    held[1].abort()
    expect(page.locator("[role=listbox]")).to_be_hidden()


@pytest.mark.parametrize("status", [429, 503])
def test_without_an_answer_the_search_works(browse, expect, status):
    browser = browse()
    browser.page.route(ADDRESS, lambda route: route.fulfill(status=status, body="{}"))
    page = browser.at("/")
    field = page.locator("main input[name=q]")
    with page.expect_response(ADDRESS):
        field.press_sequentially("capt")
    expect(page.locator("[role=listbox]")).to_be_hidden()
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=capt&*")
    browser.wrong.clear()


@pytest.mark.parametrize(("locale", "typed"), [("ar", "مخد"), ("fa", "قاچ"), ("ru", "нарк")])
def test_suggestions_stand_in_their_own_language(browse, expect, locale, typed):
    page = browse(locale=locale).at("/")
    page.locator("main input[name=q]").press_sequentially(typed)
    option = page.get_by_role("option").first
    expect(option).to_be_visible()
    assert option.locator("bdi").first.get_attribute("dir") == "auto"
