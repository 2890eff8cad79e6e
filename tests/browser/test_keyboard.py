"""Everything by keyboard: from the address to a release and back, the sheet of keys, menus."""

import pytest

FOCUSED = """() => {
  const element = document.activeElement;
  const style = getComputedStyle(element);
  const shown = element.getBoundingClientRect();
  return {
    tag: element.localName,
    ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0,
    seen: shown.bottom > 0 && shown.top < innerHeight && shown.width > 0,
  };
}"""


def tab_to(page, locator, most=80):
    """Press Tab until the element has the focus; each stop on the way has to be seen and to have a ring."""
    for _ in range(most):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUSED)
        if at["tag"] != "body":
            assert at["ring"], page.evaluate("document.activeElement.outerHTML")
            assert at["seen"], page.evaluate("document.activeElement.outerHTML")
        if locator.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"Tab does not reach {locator}")


@pytest.mark.parametrize("locale", ["en", "fa"])
def test_from_the_address_to_a_release_and_back_by_tab_and_enter(browse, expect, locale):
    page = browse(locale=locale).at("/")
    field = page.locator("main input[name=q]")
    expect(field).to_be_focused()
    page.keyboard.type("captagon")
    page.keyboard.press("Enter")

    hit = page.locator(".hit .hit-title a").first
    expect(hit).to_be_visible()
    title = hit.inner_text()
    tab_to(page, hit)
    page.keyboard.press("Enter")
    expect(page.locator("article.text h1")).to_have_text(title)
    tab_to(page, page.locator("p.back a"))
    page.keyboard.press("Enter")
    expect(page.locator("input[name=q]")).to_have_value("captagon")
    expect(page.locator(".hit .hit-title a").first).to_have_text(title)


def test_the_first_stop_leads_past_the_header(browse, expect):
    page = browse().at("/search", q="captagon")
    page.keyboard.press("Tab")
    expect(page.locator("a.skip")).to_be_focused()
    expect(page.locator("a.skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_a_menu_opens_by_enter_and_closes_by_escape(browse, expect):
    page = browse().at("/search", q="captagon")
    summary = page.locator("details.preferences > summary")
    tab_to(page, summary)
    page.keyboard.press("Enter")
    expect(page.locator("button[name=language][value=fa]")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.locator("button[name=language][value=fa]")).to_be_hidden()
    expect(summary).to_be_focused()


def test_the_sheet_of_keys_opens_closes_and_gives_the_focus_back(browse, expect):
    page = browse().at("/search", q="captagon")
    page.locator(".hit .hit-title a").first.focus()
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog")
    expect(sheet).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(page.locator(".hit .hit-title a").first).to_be_focused()


def test_keys_of_one_letter_go_through_results(browse, expect):
    page = browse().at("/search", q="captagon")
    titles = page.locator(".hit .hit-title a")
    page.keyboard.press("j")
    expect(titles.nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(titles.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(titles.nth(0)).to_be_focused()
    page.keyboard.press("/")
    expect(page.locator("input[name=q]")).to_be_focused()
    # In a field, letters are letters.
    page.keyboard.type("j?")
    expect(page.locator("input[name=q]")).to_have_value("j?")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_keys_of_one_letter_can_be_switched_off(browse, expect):
    browser = browse()
    page = browser.at("/search", q="captagon")
    page.keyboard.press("?")
    page.locator("[data-keys]").uncheck()
    page.keyboard.press("Escape")
    page = browser.at("/search", q="captagon")
    page.keyboard.press("j")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator(".hit .hit-title a").first).not_to_be_focused()


@pytest.mark.parametrize(("keys", "path"), [("ga", "/analyze"), ("gs", "/status"), ("gd", "/docs"), ("gh", "/")])
def test_two_letters_lead_to_another_page(browse, keys, path):
    browser = browse()
    page = browser.at("/search", q="captagon")
    for key in keys:
        page.keyboard.press(key)
    page.wait_for_url(f"{browser.site}{path}")
    assert page.locator("main h1").count() == 1
