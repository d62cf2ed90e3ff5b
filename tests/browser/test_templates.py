"""Templates from end to end: somebody keeps one, an agent finds it behind "/", and it goes out filled in."""

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import NewContext, log_in
from tests.stack import Stack

pytestmark = pytest.mark.browser


def test_a_template_is_kept_found_filled_in_and_deleted(
    stack: Stack, browser_context: BrowserContext, new_context: NewContext
) -> None:
    keeper, page = log_in(browser_context, stack, "admin@aurora.example"), log_in(new_context(), stack)
    keeper.goto(f"{stack.url}/sms/answers/")
    keeper.get_by_role("link", name="New template").click()
    keeper.get_by_label("Shortcut").fill("parcel")
    keeper.get_by_label("Title").fill("Where is it")
    words = keeper.get_by_label("Text", exact=True)
    words.fill("Hello {{contact.nick}}, it left today. {{agent.first_name}}, {{organization.name}}")
    keeper.get_by_role("button", name="Save").click()
    expect(keeper.get_by_text("Unknown: contact.nick.")).to_be_visible()
    words.fill("Hello {{contact.first_name}}, it left today. {{agent.first_name}}, {{organization.name}}")
    keeper.get_by_role("button", name="Save").click()
    expect(keeper.get_by_role("link", name="/parcel")).to_be_visible()

    page.locator(".row", has_text="Alice Smith").click()
    expect(page.locator("#thread-title")).to_have_text("Alice Smith")
    field, query = page.locator("#composer-body"), page.get_by_role("combobox", name="Search templates")
    offers = page.get_by_role("listbox", name="Templates").get_by_role("option")
    field.press("/")
    expect(query).to_be_focused()
    expect(field).to_have_value("")
    page.keyboard.type("left today")
    expect(offers).to_have_text(["/parcel Where is itHello Alice, it left today. Elena, Aurora Outdoor"])
    page.keyboard.press("Escape")
    expect(field).to_be_focused()
    expect(query).to_be_hidden()
    page.keyboard.type("//")
    expect(field).to_have_value("/")
    page.keyboard.press("Backspace")

    page.get_by_role("button", name="Templates").click()
    expect(query).to_be_focused()
    expect(offers.nth(1)).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(offers.nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.type("parcel")
    expect(offers).to_have_count(1)
    page.keyboard.press("Enter")
    filled = "Hello Alice, it left today. Elena, Aurora Outdoor"
    expect(field).to_have_value(filled)
    expect(field).to_be_focused()
    expect(page.locator("#composer [data-count]")).to_contain_text(f"{len(filled)} characters")
    page.keyboard.press("Control+z")
    expect(field).to_have_value("")

    keeper.get_by_role("link", name="/parcel").click()
    keeper.get_by_text("Delete this template").click()
    keeper.get_by_role("button", name="Delete", exact=True).click()
    expect(keeper.get_by_text("The template was deleted.")).to_be_visible()
    field.press("/")
    page.keyboard.type("parcel")
    expect(page.get_by_text("No template fits.")).to_be_visible()
    expect(offers).to_have_count(0)
