"""Texts that must not go: cancelled in time, taken back just after sending; and one that failed goes again."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import log_in
from tests.browser.test_inbox import focused, write_to
from tests.stack import Stack, wait_until

pytestmark = pytest.mark.browser
# Longer than any hand needs on a busy machine.
UNDO = "30"
# Taken for spam: no other provider is tried, and nothing speaks against the number.
_SPAM = {"TWILIO": "30007", "TELNYX": "40015"}


@pytest.fixture
def page(stack: Stack, browser_context: BrowserContext) -> Page:
    return log_in(browser_context, stack)


@pytest.fixture(scope="module")
def patient(stack: Stack) -> Iterator[str]:
    """The address of a web server whose texts can be taken back for a while."""
    with stack.second_web(UNDO_SECONDS=UNDO) as url:
        yield url


def sent(stack: Stack, number: str) -> list[str]:
    return [text["body"] for text in stack.carrier.truth(to=number)]


def send_later(page: Page, words: str, at: datetime) -> None:
    """Schedule a text with the composer."""
    page.locator("#composer-body").fill(words)
    page.get_by_text("Send later").click()
    page.get_by_label("Send at").fill(at.strftime("%Y-%m-%dT%H:%M"))
    page.locator("#composer [data-send]").click()
    expect(page.locator(".waiting-line", has_text=words)).to_have_count(1)


def test_a_scheduled_text_that_was_cancelled_is_never_sent(page: Page, stack: Stack, silent: str) -> None:
    write_to(page, stack, silent, "We will remind you")
    tomorrow = datetime.now() + timedelta(days=1)
    send_later(page, "Never to be read", tomorrow)
    send_later(page, "Your visit is today", tomorrow)
    lines = page.locator(".waiting-line")
    lines.filter(has_text="Never").get_by_role("button", name="Cancel").press("Enter")
    expect(lines).to_have_count(1)
    expect(page.locator("article.message-out", has_text="Never")).to_contain_text("canceled")
    assert page.evaluate("document.activeElement !== document.body"), "the focus is lost"

    # Tomorrow comes: the other text goes, so this one would have gone as well.
    stack.query("update sms_message set send_at = now() - interval '1 hour' where to_address = %s", silent)
    expect(page.locator("article.message-out", has_text="Your visit")).to_contain_text("delivered")
    expect(lines).to_have_count(0)
    assert sent(stack, silent) == ["We will remind you", "Your visit is today"]


def test_a_text_is_taken_back_into_the_composer_and_not_sent(
    page: Page, stack: Stack, silent: str, patient: str
) -> None:
    write_to(page, stack, silent, "Good morning")
    there = page.url
    page.goto(there.replace(stack.url, patient))
    field, wrong = page.locator("#composer-body"), page.locator("article.message-out", has_text="Wrong words")
    field.fill("Wrong words")
    field.press("Control+Enter")
    expect(wrong).to_contain_text("queued")
    field.press_sequentially("More to come")
    wrong.get_by_role("button", name="Undo").click()
    expect(field).to_have_value("Wrong words\n\nMore to come")
    expect(field).to_be_focused()
    expect(wrong).to_contain_text("canceled")
    expect(wrong.get_by_role("button")).to_have_count(0)

    # The seconds pass, and a sender looks: it takes the text that came behind.
    stack.query("update sms_message set next_attempt_at = now() - interval '1 minute' where to_address = %s", silent)
    page.goto(there)
    expect(field).to_have_value("Wrong words\n\nMore to come")
    field.fill("Right words")
    field.press("Control+Enter")
    expect(page.locator("article.message-out", has_text="Right words")).to_contain_text("delivered")
    assert sent(stack, silent) == ["Good morning", "Right words"]


def test_a_text_that_failed_says_why_and_is_written_again(page: Page, stack: Stack, silent: str) -> None:
    write_to(page, stack, silent, "Good morning")
    wait_until(lambda: sent(stack, silent), what="the first text")
    code = _SPAM[stack.carrier.truth(to=silent)[0]["provider"].upper()]
    failure = {"status": "failed", "error_code": code, "after": 0.1}
    stack.carrier.script({"accept": True, "callbacks": [failure]}, to=silent)
    field, failed = page.locator("#composer-body"), page.locator("article.message-out", has_text="Win a prize")
    field.fill("Win a prize")
    field.press("Control+Enter")
    expect(failed.locator(".message-reason")).to_contain_text("The text was taken for spam and not delivered.")
    expect(failed.locator(".message-state.bad")).to_have_count(1)

    failed.get_by_role("button", name="Write it again").press("Enter")
    expect(field).to_have_value("Win a prize")
    assert focused(page) == "composer-body"
    assert sent(stack, silent) == ["Good morning", "Win a prize"], "nothing goes before somebody presses Send"
    stack.carrier.script({"accept": True, "callbacks": ["delivered"]}, to=silent)
    field.fill("Your prize from last week is ready")
    field.press("Control+Enter")
    expect(page.locator("article.message-out", has_text="last week")).to_contain_text("delivered")
    expect(failed.locator(".message-state.bad")).to_have_count(1)
    assert sent(stack, silent) == ["Good morning", "Win a prize", "Your prize from last week is ready"]
