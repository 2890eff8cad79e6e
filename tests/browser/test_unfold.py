"""What a page brings in on demand: the reasons of a result, all values of a facet, help; with and without scripts."""

import pytest


@pytest.mark.parametrize("locale", ["en", "fa"])
def test_reasons_unfold_where_they_were_asked_for(browse, expect, locale):
    page = browse(locale=locale).at("/search", q="captagon smuggling")
    address = page.url
    for rank in (1, 0):
        link = page.locator(".hit").nth(rank).locator("a.why")
        link.focus()
        page.keyboard.press("Enter")
        expect(page.locator(".hit").nth(rank).locator("details.why summary")).to_be_focused()
    expect(page.locator("details.why[open] .shares")).to_have_count(2)
    assert page.url == address
    assert page.locator("[id=why]").count() == 0
    page.keyboard.press("Enter")
    expect(page.locator("details.why[open]")).to_have_count(1)


def test_the_answer_to_a_click_does_not_take_the_focus_from_where_somebody_went(browse, expect):
    page = browse().at("/search", q="captagon smuggling")
    held = []
    page.route("**/search?*why=1*", lambda route: held.append(route))  # noqa: PLW0108 - playwright takes no built-in function
    link = page.locator("a.why").first
    with page.expect_request("**/search?*why=1*"):
        link.click()
    link.click()
    page.locator("input[name=q]").focus()
    (one,) = held
    one.continue_()
    expect(page.locator("details.why[open]")).to_have_count(1)
    expect(page.locator("input[name=q]")).to_be_focused()


def test_a_link_is_followed_where_its_answer_does_not_come(browse, expect):
    page = browse().at("/search", q="captagon smuggling")
    page.route("**/search?*why=1*", lambda route: route.abort(), times=1)
    page.locator("a.why").first.click()
    page.wait_for_url("**why=1#why")
    expect(page.locator("details.why[open]")).to_have_count(1)


def test_all_of_it_can_be_reached_without_scripts(browse, expect):
    browser = browse(java_script_enabled=False)
    page = browser.at("/search", q="captagon smuggling")
    page.locator("a.why").nth(3).click()
    opened = page.locator(".hit").nth(3).locator("details.why[open]")
    expect(opened).to_be_in_viewport()
    expect(page.locator("details.why")).to_have_count(1)
    page.locator("a.more").last.click()
    expect(page.locator(".facet details[open] .choice").first).to_be_in_viewport()
    page.locator("a.syntax").click()
    page.get_by_role("link", name="smuggl*").click()
    expect(page.locator("input[name=q]")).to_have_value("smuggl*")


def test_help_opens_as_a_menu_with_its_own_style(browse, expect):
    page = browse().at("/status")
    page.locator("a.syntax").click()
    expect(page.locator("details.syntax > summary")).to_be_focused()
    body = page.locator("details.syntax .menu-body")
    expect(body).to_have_css("position", "absolute")
    expect(body.locator("dl")).to_have_css("display", "grid")
    page.keyboard.press("Escape")
    expect(body).to_be_hidden()
