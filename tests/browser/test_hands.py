"""Fast hands: the inbox by keys, what a screen reader is told, no connection and back, and a refused permission."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import NewContext, log_in
from tests.browser.test_inbox import write_to, writes
from tests.stack import Stack

pytestmark = pytest.mark.browser


@pytest.fixture
def page(stack: Stack, browser_context: BrowserContext) -> Page:
    return log_in(browser_context, stack)


def test_keys_lead_through_the_inbox(page: Page, stack: Stack, silent: str) -> None:
    write_to(page, stack, silent, "By keys")
    press, rows = page.keyboard.press, page.locator(".row")
    page.locator("#thread-title").focus()

    press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    press("j")  # Nothing happens behind a dialog.
    press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    press("j")
    expect(rows.nth(1)).to_be_focused()
    press("k")
    expect(rows.nth(0)).to_be_focused()
    press("Enter")
    expect(page.locator("#thread-title")).to_be_focused()
    press("r")
    expect(page.locator("#composer-body")).to_be_focused()
    page.keyboard.type("jerk?")
    expect(page.locator("#composer-body")).to_have_value("jerk?")
    press("Escape")
    expect(page.locator("#thread-title")).to_be_focused()
    press("/")
    expect(page.locator("#q")).to_be_focused()
    expect(page.locator("#q")).to_have_value("")
    page.locator("#thread-title").focus()
    press("e")
    expect(page.get_by_role("button", name="Reopen")).to_be_visible()
    expect(page.locator("#thread-title")).to_be_focused()
    expect(page.locator("#composer-body")).to_have_value("jerk?")


def test_the_palette_goes_anywhere_and_does_anything(page: Page, stack: Stack, silent: str) -> None:
    write_to(page, stack, silent, "By the palette")
    name = page.locator("#thread-title").inner_text()
    page.goto(f"{stack.url}/sms/")
    page.keyboard.press("Control+k")
    field = page.locator("#palette-field")
    expect(field).to_be_focused()
    expect(page.get_by_role("option", name="Resolve the conversation")).to_be_hidden()
    field.fill(name)
    option = page.locator("#palette-found [role=option]", has_text=name).first
    expect(option).to_be_visible()
    while option.get_attribute("aria-selected") != "true":
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#thread-title")).to_have_text(name)
    expect(page.locator("#thread-title")).to_be_focused()

    page.keyboard.press("Control+k")
    expect(page.get_by_role("option", name="Write an answer")).to_be_visible()
    field.fill("answer")
    page.keyboard.press("Enter")
    expect(page.locator("#composer-body")).to_be_focused()
    page.keyboard.press("Control+k")
    field.fill("account")
    page.keyboard.press("Enter")
    page.wait_for_url("**/account/")


def test_news_of_the_open_conversation_is_announced_once(page: Page, stack: Stack, silent: str) -> None:
    write_to(page, stack, silent, "Are you coming?")
    # What was said is taken back after a while: keep all of it.
    page.evaluate(
        """() => {
            window.said = [];
            const note = (changes) => changes.forEach((c) => c.addedNodes.forEach((n) => said.push(n.textContent)));
            new MutationObserver(note).observe(document.querySelector("thread-announcer"), { childList: true });
        }"""
    )
    writes(stack, silent, "In five minutes")
    expect(page.locator("thread-announcer")).to_contain_text("In five minutes")
    page.locator("#composer-body").fill("Good")
    page.keyboard.press("Control+Enter")
    expect(page.locator("article.message-out", has_text="Good").locator("[data-state=delivered]")).to_be_visible()
    expect(page.locator("thread-announcer")).to_contain_text("Your text “Good”: delivered")

    said = page.evaluate("window.said")
    name = page.locator("#thread-title").inner_text()
    assert [words for words in said if "In five minutes" in words] == [f"New message from {name}: In five minutes"]
    assert [words for words in said if "“Good”" in words] == ["Your text “Good”: delivered"]
    expect(page.locator("thread-announcer")).to_have_attribute("role", "status")
    expect(page.locator(".thread-log")).to_have_attribute("aria-live", "off")


def test_without_a_connection_nothing_typed_is_lost(
    page: Page, stack: Stack, silent: str, browser_context: BrowserContext
) -> None:
    write_to(page, stack, silent, "Before the tunnel")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    browser_context.set_offline(True)
    expect(page.get_by_text("No connection. What you type stays here.")).to_be_visible()
    page.locator("#composer-body").fill("In the tunnel")
    page.locator("#composer [data-send]").click()
    expect(page.get_by_text("Your text waits")).to_be_visible()
    page.get_by_role("link", name="Account").click()
    expect(page.get_by_text("You have typed something")).to_be_visible()
    expect(page.locator("#composer-body")).to_have_value("In the tunnel")

    browser_context.set_offline(False)
    expect(page.locator("article.message-out", has_text="In the tunnel")).to_have_count(1)
    expect(page.locator("#composer-body")).to_have_value("")

    browser_context.set_offline(True)
    page.goto(f"{stack.url}/account/")
    expect(page.get_by_role("heading", name="No connection")).to_be_visible()
    browser_context.set_offline(False)
    expect(page.get_by_role("heading", name="My account")).to_be_visible(timeout=60_000)
    kept = page.evaluate(
        """async () => {
            const urls = [];
            for (const name of await caches.keys())
                for (const request of await (await caches.open(name)).keys()) urls.push(new URL(request.url).pathname);
            return urls.filter((path) => !path.startsWith("/static/"));
        }"""
    )
    assert kept == ["/offline/"]


def test_a_refused_permission_is_explained_and_stops_nothing(
    stack: Stack, new_context: NewContext, silent: str
) -> None:
    context = new_context()
    page = log_in(context, stack)
    context.grant_permissions([])  # Whatever is not granted is refused.
    page.goto(f"{stack.url}/accounts/notifications/")
    expect(page.get_by_text("was told not to show notifications")).to_be_visible()
    expect(page.get_by_role("button", name="Notify me in this browser")).to_be_hidden()
    expect(page.get_by_text("No browser yet.")).to_be_visible()

    # Everything else can still be chosen, and the inbox goes on.
    choice = page.get_by_role("checkbox").first
    was = choice.is_checked()
    choice.set_checked(not was)
    page.get_by_role("button", name="Save").click()
    expect(choice).to_be_checked(checked=not was)
    expect(page.get_by_text("was told not to show notifications")).to_be_visible()
    write_to(page, stack, silent, "Without notifications")


def test_the_first_explanation_is_put_away_and_the_focus_stays_in_the_list(
    stack: Stack, new_context: NewContext
) -> None:
    page = log_in(new_context(), stack, "agent@borealis.example")
    card = page.get_by_role("region", name="Welcome. Three things to know:")
    expect(card.locator("li")).to_have_count(3)
    card.get_by_role("button", name="Got it").focus()
    page.keyboard.press("Enter")
    expect(card).to_have_count(0)
    expect(page.locator("#inbox-list")).to_be_focused()
    page.reload()
    expect(page.locator(".row").first).to_be_visible()
    expect(card).to_have_count(0)
