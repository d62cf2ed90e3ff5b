"""Two people answer one customer: a template, a draft on another device, who types, and what came meanwhile."""

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import NewContext, log_in
from tests.browser.test_inbox import write_to, writes
from tests.stack import Stack

pytestmark = pytest.mark.browser
NUMBER = "+12025558990"


def test_two_people_answer_one_customer(stack: Stack, browser_context: BrowserContext, new_context: NewContext) -> None:
    stack.carrier.script({"accept": True, "callbacks": ["delivered"]}, to=NUMBER)
    colleague = log_in(new_context(), stack, "supervisor@aurora.example")
    colleague.goto(f"{stack.url}/sms/answers/new/")
    colleague.get_by_label("Shortcut").fill("when")
    colleague.get_by_label("Title").fill("Opening hours")
    colleague.get_by_label("Text").fill("Hello {{contact.first_name}}, we are open from 8 to 16.")
    colleague.get_by_role("button", name="Save").click()
    expect(colleague.get_by_role("link", name="/when")).to_be_visible()

    page = log_in(browser_context, stack)
    write_to(page, stack, NUMBER, "How can we help?")
    field = page.locator("#composer-body")
    field.press("/")
    expect(page.get_by_role("combobox", name="Search templates")).to_be_focused()
    page.keyboard.type("hours")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(field).to_be_focused()
    expect(field).to_have_value("Hello, we are open from 8 to 16.")

    colleague.goto(page.url)
    expect(colleague.locator("#together")).to_contain_text("is looking at this")
    expect(page.locator("#together")).to_contain_text("is looking at this")
    colleague.locator("#composer-body").press_sequentially("I take")
    expect(page.locator("#together")).to_contain_text("is typing…")
    writes(stack, NUMBER, "And on Sunday?")
    expect(page.locator("article.message-in")).to_have_count(1)

    page.locator("#composer").get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_contain_text("And on Sunday?")
    expect(field).to_have_value("Hello, we are open from 8 to 16.")
    expect(page.locator("article.message-out")).to_have_count(1)
    with page.expect_response("**/draft/"):
        field.press_sequentially(" Not on Sunday.")
    again = log_in(new_context(), stack)
    again.goto(page.url.partition("#")[0])
    expect(again.locator("#composer-body")).to_have_value("Hello, we are open from 8 to 16. Not on Sunday.")
    again.close()
    page.get_by_role("button", name="Send anyway").click()
    expect(page.locator("article.message-out")).to_have_count(2)
    expect(field).to_have_value("")
    colleague.close()
    expect(page.locator("#together")).to_be_empty()
    stack.carrier.script(None, to=NUMBER)
