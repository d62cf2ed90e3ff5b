"""A whole day of an agent without a mouse, from the first sign-in on; the focus is somewhere after every step."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PASSWORD, NewContext, log_in
from tests.browser.test_inbox import writes
from tests.stack import Stack

pytestmark = pytest.mark.browser
AGENT = "agent@aurora.example"
# More than the longest way to anything on a page.
_MOST_TABS = 60


class Hands:
    """An agent who has a keyboard and nothing else."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def write(self, words: str) -> None:
        """Type into whatever has the focus."""
        self.page.keyboard.type(words)

    def tab_to(self, goal: Locator) -> None:
        """Press Tab until `goal` has the focus."""
        expect(goal).to_be_visible()
        for _ in range(_MOST_TABS):
            if goal.evaluate("element => element === document.activeElement"):
                return
            self.press("Tab")
        raise AssertionError("Tab does not lead there")

    def sees(self, what: Locator, text: str = "") -> None:
        """Wait for what a step shows; the focus must not have fallen back to the top of the page."""
        expect(what).to_have_count(1)
        if text:
            expect(what).to_contain_text(text)
        assert self.page.evaluate("document.activeElement !== document.body"), "the focus is lost"

    def stands_on(self, what: Locator) -> None:
        """Wait until `what` has the focus."""
        expect(what).to_be_focused()


@pytest.fixture
def new_agent(stack: Stack) -> None:
    """The agent has never been here."""
    stack.query("update core_user set welcomed_at = null where email = %s", AGENT)


def logs_in(hands: Hands, stack: Stack) -> None:
    page = hands.page
    page.goto(f"{stack.url}/accounts/login/")
    hands.tab_to(page.locator("[name=login]"))
    hands.write(AGENT)
    hands.press("Tab")
    hands.stands_on(page.locator("[name=password]"))
    hands.write(PASSWORD)
    hands.press("Enter")
    page.wait_for_url("**/sms/")
    page.wait_for_selector("live-stream[data-state=open]", state="attached")


def puts_the_welcome_away(hands: Hands) -> None:
    page = hands.page
    welcome = page.get_by_role("region", name="Welcome. Three things to know:")
    expect(welcome.get_by_role("listitem")).to_have_count(3)
    hands.tab_to(welcome.get_by_role("button", name="Got it"))
    hands.press("Enter")
    expect(welcome).to_have_count(0)
    hands.stands_on(page.locator("#inbox-list"))
    hands.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    hands.sees(keys, "write an answer")
    hands.press("Escape")
    expect(keys).to_be_hidden()
    hands.stands_on(page.locator("#inbox-list"))


def writes_to(hands: Hands, number: str) -> None:
    """Write to somebody new, and meet them again in the list."""
    page, title = hands.page, hands.page.locator("#thread-title")
    hands.press("c")
    hands.stands_on(page.get_by_label("To", exact=True))
    hands.write(number)
    hands.tab_to(page.get_by_label("Text", exact=True))
    hands.write("Your parcel came back to us")
    hands.press("Control+Enter")
    hands.stands_on(title)
    hands.sees(page.locator("article.message-out", has_text="came back to us"))
    ours = page.locator(".row[aria-current=page]")
    expect(ours).to_be_visible()
    hands.press("j")
    hands.stands_on(page.locator("li:has([aria-current=page]) + li .row"))
    hands.press("k")
    hands.stands_on(ours)
    hands.press("Enter")
    hands.stands_on(title)


def answers_with_a_template(hands: Hands) -> None:
    page, field = hands.page, hands.page.locator("#composer-body")
    hands.press("r")
    hands.stands_on(field)
    hands.write("/label")
    hands.stands_on(page.locator("#answers-query"))
    hands.sees(page.locator("#answers-found [role=option]"), "/return-label")
    hands.press("Enter")
    hands.stands_on(field)
    expect(field).to_have_value("Hello, your return label is on its way by e-mail. Elena García")
    hands.write(", Aurora")
    hands.press("Control+Enter")
    hands.sees(page.locator("article.message-out", has_text="Elena García, Aurora"), "delivered")
    hands.stands_on(field)
    hands.press("Escape")
    hands.stands_on(page.locator("#thread-title"))


def notes_assigns_and_puts_off(hands: Hands) -> None:
    page, badges = hands.page, hands.page.locator("#work-badges")
    hands.press("n")
    hands.stands_on(page.locator("#note"))
    hands.write("Ask @kral")
    hands.press("Enter")
    hands.press("Control+Enter")
    hands.sees(page.locator(".note"), "Ask @Anna Králíková")
    hands.stands_on(page.locator("#note-link"))

    hands.press("a")
    hands.tab_to(page.get_by_label("Assigned to"))
    hands.write("Elena")
    hands.press("Tab", "Enter")
    hands.sees(badges, "Elena García")
    expect(page.get_by_role("dialog")).to_have_count(0)

    hands.press("s")
    hands.tab_to(page.get_by_role("button", name="Until the next answer"))
    hands.press("Enter")
    hands.sees(badges, "snoozed")
    expect(page.get_by_role("dialog")).to_have_count(0)


def hears_again_and_resolves(hands: Hands, stack: Stack, number: str) -> None:
    page, rows = hands.page, hands.page.locator(".row")
    writes(stack, number, "Got it, thank you")
    hands.sees(page.locator("article.message-in"), "Got it")
    expect(page.locator("#work-badges")).not_to_contain_text("snoozed")
    hands.press("e")
    hands.sees(page.get_by_role("button", name="Reopen"))
    expect(rows.and_(page.locator("[aria-current]"))).to_have_count(0)
    # The one that is open stands in the list no more, so the next is the first.
    hands.press("j")
    hands.stands_on(rows.first)
    hands.press("Enter")
    hands.stands_on(page.locator("#thread-title"))


def goes_elsewhere(hands: Hands) -> None:
    page, palette = hands.page, hands.page.locator("#palette-field")
    hands.press("Control+k")
    hands.stands_on(palette)
    hands.write("contacts")
    hands.press("Enter")
    page.wait_for_url("**/contacts/")
    hands.press("Control+k")
    hands.stands_on(palette)
    hands.write("sms")
    hands.press("Enter")
    page.wait_for_url("**/sms/")
    hands.press("/")
    hands.stands_on(page.locator("#q"))
    hands.write("objednavka")
    hands.sees(page.locator("[id^='f-']").first.locator("mark").first)
    hands.stands_on(page.locator("#q"))


def test_a_day_without_a_mouse(stack: Stack, new_context: NewContext, silent: str, new_agent: None) -> None:
    hands = Hands(new_context().new_page())
    logs_in(hands, stack)
    puts_the_welcome_away(hands)
    writes_to(hands, silent)
    answers_with_a_template(hands)
    notes_assigns_and_puts_off(hands)
    hears_again_and_resolves(hands, stack, silent)
    goes_elsewhere(hands)

    elsewhere = log_in(new_context(), stack, AGENT)
    expect(elsewhere.locator(".row").first).to_be_visible()
    expect(elsewhere.locator("#welcome")).to_have_count(0)
    assert len(stack.carrier.truth(to=silent)) == 2
