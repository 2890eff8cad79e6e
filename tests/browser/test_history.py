"""Every state is its address: what is opened by a link, by going back or by a reload is the same page."""

from urllib.parse import parse_qs, urlsplit


def test_going_back_and_forward_shows_what_was_there(browse, expect):
    page = browse().at("/")
    page.locator("main input[name=q]").fill("captagon")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?*")
    page.get_by_role("link", name="Newest", exact=True).click()
    expect(page.get_by_role("link", name="Newest", exact=True)).to_have_attribute("aria-current", "true")
    order = page.locator(".hit .hit-title").all_inner_texts()
    page.locator(".hit .hit-title a").first.click()
    expect(page.locator("article.text")).to_be_visible()

    page.go_back()
    expect(page.get_by_role("link", name="Newest", exact=True)).to_have_attribute("aria-current", "true")
    assert page.locator(".hit .hit-title").all_inner_texts() == order
    page.go_back()
    expect(page.get_by_role("link", name="Best", exact=True)).to_have_attribute("aria-current", "true")
    expect(page.locator("input[name=q]")).to_have_value("captagon")
    page.go_forward()
    assert page.locator(".hit .hit-title").all_inner_texts() == order


def test_an_address_opened_elsewhere_shows_the_same(browse):
    first = browse().at("/search", q="captagon")
    first.locator(".facets a.choice").first.click()
    first.wait_for_url("**lang=*")
    first.get_by_role("link", name="Words", exact=True).click()
    first.wait_for_url("**mode=keyword*")

    parts = urlsplit(first.url)
    assert set(parse_qs(parts.query)) == {"q", "lang", "mode"}
    second = browse().at(f"{parts.path}?{parts.query}")
    for part in (".hit .hit-title", ".total", ".chips", ".facets a.choice"):
        assert second.locator(part).all_inner_texts() == first.locator(part).all_inner_texts()


def test_every_page_of_results_has_an_address(browse, expect):
    page = browse().at("/search", q="captagon", size="2")
    seen = page.locator(".hit .hit-title").all_inner_texts()
    page.locator(".pager a[rel=next]").click()
    page.wait_for_url("**page=2*")
    again = page.locator(".hit .hit-title").all_inner_texts()
    assert not set(seen) & set(again)
    expect(page.locator("ol.hits > li").first).to_have_attribute("value", "3")
    page.reload()
    assert page.locator(".hit .hit-title").all_inner_texts() == again
    page.locator(".pager a[rel=prev]").click()
    page.wait_for_url(lambda address: "page=2" not in address)
    assert page.locator(".hit .hit-title").all_inner_texts() == seen


def test_a_release_beside_another_and_the_stories_have_addresses(browse, expect):
    browser = browse()
    page = browser.at("/search", q="captagon")
    page.get_by_role("link", name="Stories", exact=True).click()
    page.wait_for_url("**/stories?*")
    expect(page.locator(".stories > *").first).to_be_visible()
    told = page.locator(".stories").inner_text()
    page.reload()
    assert page.locator(".stories").inner_text() == told
