"""Work with conversations by hand: a day's deeds without a reload, the focus kept, and seen by a colleague at once."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import NewContext, log_in
from tests.browser.test_inbox import focused, write_to
from tests.stack import Stack

pytestmark = pytest.mark.browser
NUMBER = "+12025558790"


def test_two_agents_share_one_conversation(
    stack: Stack, browser_context: BrowserContext, new_context: NewContext
) -> None:
    stack.carrier.script({"accept": True, "callbacks": ["delivered"]}, to=NUMBER)
    page, colleague = log_in(browser_context, stack), log_in(new_context(), stack, "supervisor@aurora.example")
    write_to(page, stack, NUMBER, "We look into it")
    page.evaluate("window.sameDocument = true")
    colleague.goto(page.url)
    colleague.wait_for_selector("live-stream[data-state=open]", state="attached")
    badges, theirs = page.locator("#work-badges"), colleague.locator("#work-badges .pill")

    page.get_by_role("button", name="Take").click()
    expect(page.get_by_role("button", name="Hand back")).to_be_focused()
    expect(theirs).to_have_count(1)

    page.get_by_role("link", name="Assign", exact=True).click()
    page.get_by_label("Priority").select_option(label="urgent")
    page.get_by_role("button", name="Set the priority").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(badges).to_contain_text("urgent")
    assert focused(page) == "assign-link"
    expect(theirs).to_have_count(2)

    # The colleague reads Czech: found by what does not change with the language.
    colleague.locator("#head-more").click()
    colleague.locator("#labels-link").click()
    colleague.locator("#label-name").fill("Parcels")
    colleague.locator("#label-name").press("Enter")
    expect(colleague.locator(".label-choice[aria-pressed=true]")).to_have_text("Parcels")
    expect(badges).to_contain_text("Parcels")
    colleague.keyboard.press("Escape")

    write_a_note(page)
    expect(colleague.locator(".note")).to_contain_text("Please look")

    page.locator("#head-more").click()
    page.get_by_role("link", name="Snooze").click()
    page.get_by_role("button", name="Until the next answer").click()
    expect(badges).to_contain_text("snoozed")
    assert focused(page) == "head-more"
    expect(page.locator(".happening").last).to_contain_text("snoozed the conversation until the next answer")
    expect(colleague.locator(".happening")).to_have_count(4)
    assert page.evaluate("window.sameDocument"), "nothing of this loaded the page again"


def write_a_note(page: Page) -> None:
    """Write a note that mentions a colleague, by the list of colleagues."""
    page.locator("#composer-body").fill("Half a text")
    page.locator("#note-link").click()
    expect(page.locator("#note")).to_be_focused()
    page.locator("#note").fill("Please look")
    colleagues = page.get_by_label("Mention a colleague")
    name = colleagues.locator("option").nth(1).inner_text()
    colleagues.select_option(label=name)
    expect(page.locator("#note")).to_have_value(f"Please look @{name} ")
    expect(page.locator("#note")).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".note")).to_contain_text("Please look")
    expect(page.locator("#note-link")).to_be_focused()
    expect(page.locator("#composer-body")).to_have_value("Half a text")
