"""The whole slice: a text goes out, is delivered and is answered before one's eyes, and colleagues see it."""

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.conftest import NewContext, log_in
from tests.stack import Stack

pytestmark = pytest.mark.browser
# Live means without a reload; how fast is measured on a quiet machine, not asserted on a busy one.
LIVE = 30_000


def send_new(page: Page, to: str, words: str) -> Locator:
    """Send a text from the dialog and return its bubble."""
    page.get_by_role("link", name="New message").click()
    page.get_by_label("To", exact=True).fill(to)
    page.get_by_label("Text", exact=True).fill(words)
    page.get_by_role("dialog").get_by_role("button", name="Send").click()
    return page.locator("article.message-out", has_text=words)


def test_a_text_is_sent_delivered_and_answered_live(
    stack: Stack, browser_context: BrowserContext, new_context: NewContext
) -> None:
    page = log_in(browser_context, stack)
    colleague = log_in(new_context(), stack, "supervisor@aurora.example")
    stranger = log_in(new_context(), stack, "agent@borealis.example")
    # A worker that has just started loads the providers' SDKs first, for seconds on a busy machine.
    warm_up = send_new(page, "+1 202 555 7700", "Are you there?")
    expect(warm_up.locator(".message-state")).to_contain_text("delivered", timeout=60_000)

    bubble = send_new(page, "+1 202 555 7744", "Good morning, your tent has arrived.")
    expect(page.locator("#thread-title")).to_have_text("+1 202-555-7744")
    expect(bubble).to_have_count(1)
    page.evaluate("window.isStillTheSamePage = true")
    expect(bubble.locator(".message-state")).to_contain_text("delivered", timeout=LIVE)
    expect(page.locator("article.message-in")).to_have_count(1, timeout=LIVE)
    assert page.evaluate("window.isStillTheSamePage")
    assert len(stack.carrier.truth(to="+12025557744")) == 1

    # The answer to a conversation that nobody has open stays unread, until one of both opens it.
    page.get_by_role("link", name="Account").click()
    ours = stack.carrier.truth(to="+12025557744")[0]["from"]
    stack.carrier.control("inbound", {"from": "+12025557744", "to": ours, "body": "One more thing"})
    row = colleague.locator(".row", has_text="+1 202-555-7744")
    expect(row.locator(".unread")).to_contain_text("1", timeout=LIVE)
    page.go_back()
    expect(page.locator("article.message-in")).to_have_count(2)
    expect(row.locator(".unread")).to_have_count(0, timeout=LIVE)
    expect(stranger.locator(".row", has_text="7744")).to_have_count(0)
