"""WCAG 2.2 AA by axe-core, and what readers set in their systems: large text, contrast colours, less motion."""

import pytest

from .conftest import ARGUMENTS, CHROMIUM, PAGES, unfold

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ALL = {"type": "tag", "values": TAGS}
IN_TIMELINE = "element => element.closest('.timeline') !== null"
MOVING = """() => [...document.querySelectorAll("*")]
  .filter((element) => parseFloat(getComputedStyle(element).transitionDuration) > 0.01
    || parseFloat(getComputedStyle(element).animationDuration) > 0.01)
  .map((element) => element.outerHTML.slice(0, 100))"""
# What is chosen has to differ by more than a background that the system takes away.
UNTOLD = """() => [...document.querySelectorAll("[aria-current=true]")]
  .filter((element) => element.checkVisibility())
  .filter((element) => {
    const [own, around] = [getComputedStyle(element), getComputedStyle(element.parentElement)];
    return own.backgroundColor === around.backgroundColor && own.borderTopWidth === "0px" && own.fontWeight < 600;
  })
  .map((element) => element.outerHTML.slice(0, 100))"""


def violations(page, context=None, **options):
    found = axe.Axe().run(page, context, {"resultTypes": ["violations"]} | options).response["violations"]
    return [
        f"{one['id']}: {node['html'][:160]}"
        for one in found
        for node in one["nodes"]
        # A month's bar is as narrow as time is long. WCAG 2.5.8 lets it be: the fields for days in the form do the same.
        if not (one["id"] == "target-size" and page.locator(node["target"][0]).evaluate(IN_TIMELINE))
    ]


@pytest.mark.parametrize("locale", ["en", "ar"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(browse, name, locale):
    page = browse(locale=locale, bypass_csp=True, color_scheme="light").at(PAGES[name])
    unfold(page)
    for menu in page.locator("main details:not(.menu)").all():
        menu.evaluate("details => { details.open = true }")
    assert violations(page, runOnly=ALL) == []
    if locale == "en":
        # In the dark only colours are different, and they are the same in every language.
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        assert violations(page, runOnly={"type": "rule", "values": ["color-contrast"]}) == []


@pytest.mark.parametrize("locale", ["en", "ar"])
def test_open_menus_and_suggestions_are_accessible(browse, expect, locale):
    page = browse(locale=locale, bypass_csp=True).at("/search", q="captagon")
    page.locator("details.preferences > summary").click()
    assert violations(page, "details.preferences", runOnly=ALL) == []
    page.keyboard.press("Escape")
    page.locator("details.take > summary").click()
    assert violations(page, "details.take", runOnly=ALL) == []
    page.keyboard.press("Escape")
    page.locator("a.syntax").click()
    expect(page.locator("details.syntax")).to_be_visible()
    assert violations(page, "details.syntax", runOnly=ALL) == []
    page.keyboard.press("Escape")
    page.locator("input[name=q]").fill("")
    page.locator("input[name=q]").press_sequentially("traf")
    expect(page.get_by_role("option").first).to_be_visible()
    assert violations(page, ".search-box", runOnly=ALL) == []
    page.keyboard.press("Escape")
    page.locator(".hit .hit-title a").first.focus()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert violations(page, "dialog", runOnly=ALL) == []


@pytest.fixture(scope="module")
def enlarged(chromium):
    """Start a browser whose reader has set text of twice the usual size."""
    browser = chromium.browser_type.launch(
        executable_path=CHROMIUM, args=[*ARGUMENTS, "--blink-settings=defaultFontSize=32"]
    )
    yield browser
    browser.close()


def test_text_of_twice_the_size_fits(enlarged, site):
    page = enlarged.new_page(viewport={"width": 640, "height": 800})
    wide, cut = {}, {}
    for name, path in PAGES.items():
        page.goto(f"{site}{path}")
        assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            wide[name] = over
        if hidden := page.evaluate(
            """() => [...document.querySelectorAll("main :is(h1, h2, p, a, button, summary, label)")]
              .filter((element) => element.checkVisibility() && getComputedStyle(element).overflowX === "hidden"
                && !element.closest(".unseen, .scroll, pre") && element.scrollWidth > element.clientWidth + 1)
              .map((element) => element.outerHTML.slice(0, 100))"""
        ):
            cut[name] = hidden
    page.close()
    assert (wide, cut) == ({}, {})


def test_contrast_colours_and_less_motion_keep_the_pages(browse, expect):
    browser = browse(forced_colors="active", reduced_motion="reduce")
    moving, untold = {}, {}
    for name, path in PAGES.items():
        page = browser.at(path)
        expect(page.locator("main")).to_be_visible()
        if found := page.evaluate(MOVING):
            moving[name] = found
        if found := page.evaluate(UNTOLD):
            untold[name] = found
    assert (moving, untold) == ({}, {})
