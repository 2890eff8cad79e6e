"""Releases that mean harm: nothing of them runs, and no page is broken by them, however small the screen."""

from urllib.parse import quote

import pytest

from tests.web.conftest import HOSTILE, QUOTES, SCRIPT

from .conftest import LONG, PAGES, release, unfold

HARMFUL = {
    "both": "/search?q=zebracorn&size=100",
    "stories": "/stories?q=zebracorn",
    "newest": "/search?q=lang%3Aen&sort=newest&size=100",
    "asked": "/search?q={harm}+zebracorn&lang={harm}&source={harm}&after={harm}",
    "typed": "/search?q={harm}",
    "analysed": "/analyze?lang=en&text={harm}",
    "compared": "/analyze?lang=all&text={harm}{long}",
    "long analysed": "/analyze?lang=ar&text={long}",
    "no release": "/releases/{harm}",
    "beside": f"{release(HOSTILE.id)}?beside={LONG.id}",
    "beside the other": f"{release(LONG.id)}?beside={release(HOSTILE.id).removeprefix('/releases/')}",
    "hostile versions": f"{release(HOSTILE.id)}/versions",
    "long versions": f"{release(LONG.id)}/versions",
}
OUTSIDE = """() => {
  const width = document.documentElement.clientWidth;
  const contained = (element) => {
    for (let at = element; at !== document.body; at = at.parentElement) {
      const { overflowX, position } = getComputedStyle(at);
      if (position === "absolute" || (at !== element && overflowX !== "visible")) return true;
    }
    return false;
  };
  return [...document.querySelectorAll("body *")]
    .filter((element) => element.checkVisibility())
    .filter((element) => { const box = element.getBoundingClientRect(); return box.right > width + 1 || box.left < -1; })
    .filter((element) => !contained(element))
    .map((element) => element.outerHTML.slice(0, 100));
}"""
OVER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def addresses():
    harm, long = quote(f"{SCRIPT}{QUOTES}\u202e\u2067<img src=x onerror=alert(1)>"), "ab%D8%A8" * 1200
    return {name: path.format(harm=harm, long=long) for name, path in HARMFUL.items()} | PAGES


@pytest.mark.parametrize("locale", ["en", "ar"])
def test_nothing_runs_and_nothing_sticks_out_of_a_small_screen(browse, locale):
    browser = browse(locale=locale, viewport={"width": 390, "height": 800})
    wide = {}
    for name, path in addresses().items():
        page = browser.at(path)
        assert page.locator("main").count() == 1
        unfold(page)
        for details in page.locator("main details:not(.menu)").all():
            details.evaluate("details => { details.open = true }")
        over, out = page.evaluate(OVER), page.evaluate(OUTSIDE)
        if over > 0 or out:
            wide[name] = (over, out[-3:])
    assert wide == {}


@pytest.mark.parametrize("locale", ["en", "ar"])
@pytest.mark.parametrize("width", [390, 820])
def test_menus_stay_inside_of_the_screen(browse, locale, width):
    browser = browse(locale=locale, viewport={"width": width, "height": 800})
    wide = {}
    for name in ("home", "search", "nothing", "stories"):
        page = browser.at(PAGES[name])
        menus = page.locator("details.menu:visible")
        for index in range(menus.count()):
            menus.nth(index).evaluate("details => { details.open = true }")
            box = menus.nth(index).locator(".menu-body").bounding_box()
            if page.evaluate(OVER) > 0 or box["x"] < 0 or box["x"] + box["width"] > width:
                wide[name, menus.nth(index).get_attribute("class")] = box
            menus.nth(index).evaluate("details => { details.open = false }")
    assert wide == {}


def test_a_suggestion_that_means_harm_is_text(browse, expect):
    browser = browse()
    page = browser.at("/")
    page.locator("main input[name=q]").press_sequentially("source:Minis")
    option = page.get_by_role("option").first
    expect(option).to_be_visible()
    expect(option).to_contain_text("<script>")
    assert page.evaluate(OVER) <= 0


def test_the_title_of_a_hostile_release_leads_to_it(browse, expect):
    page = browse().at("/search", q="zebracorn", lang="en", mode="keyword")
    page.get_by_role("link", name="Hostile").first.click()
    expect(page.locator("article.text h1")).to_contain_text("<script>alert('x')</script>")
    assert page.locator("article.text img").count() == 0
    assert page.evaluate("document.dir") == "ltr"
