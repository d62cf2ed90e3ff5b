"""The essentials on a phone of 360 px, with a finger: nothing is wider than the screen, everything is large enough."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewContext, log_in
from tests.browser.test_inbox import writes
from tests.stack import Stack

pytestmark = pytest.mark.browser
# Boxes are touched by their words. Links within a sentence are exempt (WCAG 2.5.8).
_TOO_SMALL = """() => {
    const isInSentence = (one) => one.matches("p a, li a") && getComputedStyle(one).display === "inline";
    const touched = (one) => (one.matches("[type=checkbox], [type=radio], [type=file]") && one.closest("label")) || one;
    return [...document.querySelectorAll("a, button, summary, select, textarea, input:not([type=hidden])")]
        .filter((one) => one.checkVisibility({ visibilityProperty: true }))
        .filter((one) => !one.closest(".skip-link, .sr-only") && !isInSentence(one))
        .map((one) => [one, touched(one).getBoundingClientRect()])
        .filter(([_one, box]) => box.width && Math.min(box.width, box.height) < 47.5)
        .map(([one, box]) => `${one.outerHTML.slice(0, 90)} ${box.width} x ${box.height}`);
}"""


def suits_a_finger(page: Page) -> None:
    """Nothing scrolls sideways, and what can be touched is 48 px high and wide."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways"
    assert page.evaluate(_TOO_SMALL) == []


def test_a_customer_is_answered_with_a_thumb(stack: Stack, new_context: NewContext, silent: str) -> None:
    page = log_in(new_context(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True), stack)
    bar = page.get_by_role("navigation", name="Main")
    expect(bar).to_be_in_viewport(ratio=1)
    suits_a_finger(page)

    page.get_by_role("link", name="New message").tap()
    page.get_by_label("To", exact=True).fill(silent)
    page.get_by_label("Text", exact=True).fill("Are you at home?")
    suits_a_finger(page)
    page.get_by_role("dialog").get_by_role("button", name="Send").tap()
    expect(page.locator("article.message-out", has_text="Are you at home?")).to_be_in_viewport()
    suits_a_finger(page)
    page.get_by_role("link", name="Back to the list").tap()

    writes(stack, silent, "From five on")
    row = page.locator(".row", has_text="From five on")
    expect(row.locator(".unread")).to_contain_text("1")
    row.tap()
    expect(page.locator("article.message-in")).to_contain_text("From five on")
    field, send = page.locator("#composer-body"), page.locator("#composer [data-send]")
    field.tap()
    field.press_sequentially("See you then")
    expect(send).to_be_in_viewport(ratio=1)
    send.tap()
    expect(page.locator("article.message-out", has_text="See you then")).to_contain_text("delivered")
    suits_a_finger(page)

    page.get_by_role("link", name="Back to the list").tap()
    expect(page.locator("#inbox-list")).to_be_visible()
    expect(row.locator(".unread")).to_have_count(0)
    assert len(stack.carrier.truth(to=silent)) == 2


def test_what_has_no_room_in_the_bar_stands_behind_more(stack: Stack, new_context: NewContext) -> None:
    page = log_in(new_context(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True), stack)
    bar = page.get_by_role("navigation", name="Main")
    more, menu = bar.get_by_role("button", name="More"), page.locator("#nav-more")
    expect(menu).to_be_hidden()
    more.tap()
    expect(menu.get_by_role("link", name="Help")).to_be_visible()
    suits_a_finger(page)
    page.locator("#inbox-list h1").tap()
    expect(menu).to_be_hidden()
    for name in ("Help", "Analytics"):
        more.tap()
        menu.get_by_role("link", name=name).tap()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} scrolls sideways"
    bar.get_by_role("link", name="Account").tap()
    page.wait_for_url("**/account/")
    suits_a_finger(page)
    bar.get_by_role("link", name="SMS").tap()
    page.wait_for_url("**/sms/")
