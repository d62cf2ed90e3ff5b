"""The views and the search by hand."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import log_in
from tests.stack import Stack

pytestmark = pytest.mark.browser


def test_views_are_chosen_by_keyboard_and_a_search_leads_to_the_text(
    stack: Stack, browser_context: BrowserContext
) -> None:
    page: Page = log_in(browser_context, stack)
    summary = page.locator("#views-summary")
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#view-resolved")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#view-resolved")).to_be_hidden()
    expect(summary).to_be_focused()
    page.keyboard.press("Enter")
    page.locator("#view-resolved").press("Enter")
    expect(summary).to_contain_text("Resolved")
    expect(summary).to_be_focused()

    page.locator("#filter-link").click()
    expect(page.locator("#filter-state")).to_have_value("resolved")

    page.get_by_role("searchbox").fill("objednavka")
    found = page.locator("[id^='f-']").first
    expect(found.locator("mark").first).to_have_text(re.compile("objednávka", re.IGNORECASE))
    pk = str(found.get_attribute("id")).removeprefix("f-")
    found.click()
    expect(page.locator(f"#m-{pk}")).to_be_focused()
    expect(page.locator(f"#m-{pk}")).to_be_in_viewport()
