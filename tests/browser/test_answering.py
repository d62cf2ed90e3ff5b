"""What helps to answer, by hand: colleagues behind "@", and who else is there."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import NewContext, log_in
from tests.stack import Stack

pytestmark = pytest.mark.browser

# Without the beat of every ten seconds, only the bell can tell a page of the others.
_NO_BEAT = (
    "const real = window.setInterval; window.setInterval = (f, ms, ...a) => ms === 10000 ? 0 : real(f, ms, ...a);"
)


def open_alice(page: Page) -> None:
    page.locator(".row", has_text="Alice Smith").click()
    expect(page.locator("#thread-title")).to_have_text("Alice Smith")


def test_colleagues_are_offered_behind_an_at_and_hear_of_it(
    stack: Stack, browser_context: BrowserContext, new_context: NewContext
) -> None:
    page, colleague = log_in(browser_context, stack), log_in(new_context(), stack, "admin@aurora.example")
    mentions = colleague.locator("#count-mentions")
    before = int(mentions.text_content() or "0")  # The demo data and other tests mention people too.
    open_alice(page)
    page.locator("#note-link").click()
    note, names = page.locator("#note"), page.get_by_role("listbox", name="Colleagues")
    expect(note).to_be_focused()

    page.keyboard.type("Look, @")
    expect(names.get_by_role("option")).to_have_count(5)
    page.keyboard.press("ArrowDown")
    marked = names.get_by_role("option", selected=True)
    expect(marked).to_have_count(1)
    expect(note).to_have_attribute("aria-activedescendant", str(marked.get_attribute("id")))
    page.keyboard.press("Escape")
    expect(names).to_be_hidden()
    expect(note).to_have_value("Look, @")
    page.keyboard.type("kral")
    expect(names.get_by_role("option")).to_have_text(["Anna Králíková"])
    page.keyboard.press("Enter")
    expect(note).to_have_value("Look, @Anna Králíková ")
    expect(note).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".note", has_text="Look, @Anna")).to_have_count(1)
    expect(mentions).to_have_text(str(before + 1))


def test_who_comes_types_and_goes_is_seen_by_the_bell_alone(
    stack: Stack, browser_context: BrowserContext, new_context: NewContext
) -> None:
    browser_context.add_init_script(_NO_BEAT)
    page, colleague = log_in(browser_context, stack), log_in(new_context(), stack, "admin@aurora.example")
    open_alice(page)
    together = page.locator("#together")
    expect(together).to_be_empty()

    open_alice(colleague)
    expect(colleague.locator("#together")).to_contain_text("Elena García is looking at this")
    expect(together).to_have_text("Anna Králíková is looking at this")
    colleague.locator("#composer-body").press_sequentially("I take")
    expect(together).to_have_text("Anna Králíková is typing…")
    colleague.locator("#composer-body").fill("")
    colleague.locator(".row:not([aria-current=page])").first.click()
    expect(together).to_be_empty()
    open_alice(colleague)
    expect(together).to_contain_text("Anna Králíková")
    colleague.close()
    expect(together).to_be_empty()
