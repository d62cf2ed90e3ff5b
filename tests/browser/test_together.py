"""Two agents write in one conversation: what others wrote meanwhile is shown before anything goes."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import NewContext, log_in
from tests.browser.test_inbox import focused, write_to, writes
from tests.stack import Stack

pytestmark = pytest.mark.browser


def bubble(page: Page, words: str) -> None:
    """Wait for the one bubble with those words."""
    expect(page.locator("article.message", has_text=words)).to_have_count(1)


def test_nobody_answers_over_the_head_of_another(
    stack: Stack, browser_context: BrowserContext, new_context: NewContext, silent: str
) -> None:
    page, colleague = log_in(browser_context, stack), log_in(new_context(), stack, "admin@aurora.example")
    write_to(page, stack, silent, "Your tent is here")
    colleague.goto(page.url)
    colleague.wait_for_selector("live-stream[data-state=open]", state="attached")
    writes(stack, silent, "When can I come?")
    for one in (page, colleague):
        bubble(one, "When can I come?")
    mine, news = page.locator("#composer-body"), page.get_by_role("alert", name="Not sent yet")

    mine.press_sequentially("Tomorrow from nine")
    expect(colleague.locator("#together")).to_have_text("Elena García is typing…")
    colleague.locator("#composer-body").press_sequentially("On Friday")
    expect(page.locator("#together")).to_have_text("Anna Králíková is typing…")
    colleague.keyboard.press("Control+Enter")
    for one in (page, colleague):
        bubble(one, "On Friday")
    expect(colleague.get_by_role("alert", name="Not sent yet")).to_have_count(0)

    mine.press("Control+Enter")
    expect(news.get_by_role("listitem")).to_have_text(["Anna Králíková: On Friday"])
    expect(mine).to_have_value("Tomorrow from nine")
    assert focused(page) == "composer-body"
    writes(stack, silent, "Hello?")
    bubble(page, "Hello?")
    page.get_by_role("button", name="Send anyway").press("Enter")
    expect(news.get_by_role("listitem")).to_have_text([f"{page.locator('#thread-title').inner_text()}: Hello?"])
    news.get_by_role("link", name="Look first").press("Enter")
    expect(page.locator("article.message", has_text="Hello?")).to_be_in_viewport()
    expect(mine).to_have_value("Tomorrow from nine")

    mine.press("Control+Enter")
    for one in (page, colleague):
        bubble(one, "Tomorrow from nine")
    expect(mine).to_have_value("")
    expect(news).to_have_count(0)
    expect(page.locator("[data-state=delivered]")).to_have_count(3)
    sent = [text["body"] for text in stack.carrier.truth(to=silent)]
    assert sent == ["Your tent is here", "On Friday", "Tomorrow from nine"], "what was warned of is sent once"


def test_who_has_the_conversation_is_seen_by_both_at_once(
    stack: Stack, browser_context: BrowserContext, new_context: NewContext, silent: str
) -> None:
    page, colleague = log_in(browser_context, stack), log_in(new_context(), stack, "admin@aurora.example")
    write_to(page, stack, silent, "Who takes this?")
    colleague.goto(page.url)
    colleague.wait_for_selector("live-stream[data-state=open]", state="attached")
    for one in (page, colleague):
        one.evaluate("window.sameDocument = true")

    colleague.get_by_role("button", name="Take").click()
    expect(page.locator("#work-badges")).to_contain_text("Anna Králíková")
    expect(page.get_by_role("button", name="Take")).to_have_count(0)

    page.get_by_role("link", name="Assign", exact=True).click()
    page.get_by_label("Assigned to").select_option(label="Elena García (you)")
    page.get_by_role("dialog").get_by_role("button", name="Assign", exact=True).click()
    expect(colleague.locator("#work-badges")).to_contain_text("Elena García")
    expect(colleague.get_by_role("button", name="Hand back")).to_have_count(0)
    expect(page.get_by_role("button", name="Hand back")).to_be_visible()
    expect(colleague.locator(".happening").last).to_contain_text("Elena García")
    for one in (page, colleague):
        assert one.evaluate("window.sameDocument"), "nothing of this loaded the page again"
