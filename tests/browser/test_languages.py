"""A search in each language of the interface: what is typed is found, and each text stands in its own direction."""

import pytest

from search.release import direction
from web.languages import LANGUAGES

SEARCHES = {
    "ar": "تهريب الكبتاغون",
    "fa": "قاچاق مواد مخدر",
    "en": "captagon smuggling",
    "ru": "контрабанда наркотиков",
    "fr": "trafic de drogue",
    "es": "tráfico de drogas",
}


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_search_finds_releases_of_several_languages(browse, expect, language, script):
    page = browse(locale=language, java_script_enabled=script).at("/")
    page.locator("main input[name=q]").fill(SEARCHES[language])
    page.locator("main form[role=search] button[type=submit]").click()

    root = page.locator("html")
    expect(root).to_have_attribute("lang", language)
    expect(root).to_have_attribute("dir", direction(language))
    expect(page.locator("input[name=q]")).to_have_value(SEARCHES[language])
    hits = page.locator(".hit .hit-title")
    assert hits.count() > 3
    langs = [hits.nth(index).get_attribute("lang") for index in range(hits.count())]
    assert len(set(langs)) > 2
    for index, lang in enumerate(langs):
        expect(hits.nth(index)).to_have_css("direction", direction(lang))
        expect(hits.nth(index)).to_have_css("text-align", "start")
    expect(page.locator(".total")).to_have_css("direction", direction(language))


def test_without_a_script_everything_leads_on(browse, expect):
    page = browse(java_script_enabled=False).at("/search", q="captagon")
    page.get_by_role("navigation", name="How to search and to sort").get_by_role("link", name="Newest").click()
    expect(page.get_by_role("link", name="Newest")).to_have_attribute("aria-current", "true")
    facet = page.locator(".facets a.choice").first
    facet.click()
    expect(page.get_by_role("list", name="Filters that are on")).to_be_visible()
    page.locator(".hit .hit-title a").first.click()
    expect(page.locator("article.text h1")).to_be_visible()
    page.locator("details.cite > summary").click()
    expect(page.locator("details.cite pre").first).to_contain_text("@misc")
    page.locator("p.back a").click()
    expect(page.locator(".hit").first).to_be_visible()


def test_preferences_are_kept_and_lead_back(browse, expect):
    browser = browse(java_script_enabled=False)
    page = browser.at("/search", q="captagon", sort="newest")
    for name, value in (("language", "fa"), ("calendar", "persian"), ("digits", "arabext"), ("theme", "dark")):
        page.locator("details.preferences > summary").click()
        page.locator(f"button[name={name}][value={value}]").click()
        page.wait_for_url(lambda address: address.endswith("/search?q=captagon&sort=newest"))

    for path in ("/search?q=captagon", "/", "/status"):
        page = browser.at(path)
        root = page.locator("html")
        expect(root).to_have_attribute("lang", "fa")
        expect(root).to_have_attribute("dir", "rtl")
        expect(root).to_have_attribute("data-theme", "dark")
    time = browser.at("/search", q="captagon").locator(".hit time").first
    shown = time.inner_text()
    assert set(shown) & set("۰۱۲۳۴۵۶۷۸۹")
    assert not set(shown) & set("0123456789")
    # 1402 is the Jalali year of most of the sample corpus.
    assert "۱۴۰" in shown


def test_the_browser_asks_and_an_address_can_say_otherwise(browse, expect):
    browser = browse(locale="ru")
    expect(browser.at("/").locator("html")).to_have_attribute("lang", "ru")
    expect(browser.at("/?hl=ar").locator("html")).to_have_attribute("lang", "ar")
    expect(browser.at("/status").locator("html")).to_have_attribute("lang", "ar")
