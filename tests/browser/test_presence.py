"""The switch of one's own status: what is typed is neither lost nor given to the wrong status, and news arrive."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import NewContext, log_in
from tests.stack import Stack

pytestmark = pytest.mark.browser
ON_TIME_MS = 5_000  # A busy machine.
RESYNC = "() => document.body.dispatchEvent(new CustomEvent('resync'))"
IS_STATUS = re.compile(r"/presence/status/")
IS_PRESENCE = re.compile(r"/presence/(\?reason=\w+)?$")


@pytest.fixture
def page(stack: Stack, browser_context: BrowserContext) -> Page:
    page = log_in(browser_context, stack)
    page.goto(f"{stack.url}/operator/")
    page.wait_for_selector("live-stream[data-state=open]", state="attached")
    choose(page, "AVAILABLE")
    return page


def choose(page: Page, status: str, *, switch: str = "own") -> None:
    """Choose a status, unless it is chosen, and wait until it is written down."""
    if page.locator(f"#{switch}-status").get_attribute("data-status") != status:
        with page.expect_response(IS_STATUS):
            page.locator(f"#{switch}-status").select_option(status)
    expect(page.locator(f"#{switch}-status")).to_have_attribute("data-status", status)


def kept(page: Page) -> tuple[str | None, str]:
    """Return the status and the reason that the server keeps."""
    page.reload()
    return page.locator("#own-status").get_attribute("data-status"), page.locator("#own-reason").input_value()


def refresh(page: Page) -> None:
    """Have the switch drawn again, as after news, and wait for that."""
    with page.expect_response(re.compile(r"/presence/\?reason=own")):
        page.evaluate(RESYNC)
    page.wait_for_function("() => !document.querySelector('.htmx-request')")


def test_a_reason_goes_with_the_status_that_is_chosen_next(page: Page) -> None:
    posts: list[str] = []
    page.on("request", lambda sent: posts.append(sent.post_data or "") if IS_STATUS.search(sent.url) else None)
    reason, status = page.locator("#own-reason"), page.locator("#own-status")

    reason.fill("dentist")
    status.focus()
    choose(page, "BREAK")
    assert [re.findall(r"(?:status|reason)=(\w*)", post) for post in posts] == [["BREAK", "dentist"]]
    expect(reason).to_have_value("dentist")
    assert kept(page) == ("BREAK", "dentist")

    choose(page, "WRAP_UP")
    expect(reason).to_have_value("")
    with page.expect_response(IS_STATUS):
        reason.fill("new prices")
        reason.press("Enter")
    assert kept(page) == ("WRAP_UP", "new prices")
    assert len(posts) == 3


def test_a_reason_stays_with_its_status_when_the_next_one_was_not_taken(page: Page) -> None:
    reason, status = page.locator("#own-reason"), page.locator("#own-status")
    reason.fill("dentist")
    choose(page, "BREAK")
    page.route(IS_STATUS, lambda route: route.abort("internetdisconnected"))
    with page.expect_event("requestfailed"):
        status.select_option("AVAILABLE")
    expect(reason).to_have_value("dentist")
    page.unroute(IS_STATUS)
    with page.expect_response(IS_STATUS):
        status.select_option("BREAK")
    assert kept(page) == ("BREAK", "dentist")
    with page.expect_response(IS_STATUS):
        reason.fill("")
        reason.press("Enter")
    assert kept(page) == ("BREAK", "")


def test_a_reason_that_is_being_written_stays_over_news(page: Page) -> None:
    reason = page.locator("#own-reason")
    reason.press_sequentially("dent")
    refresh(page)
    expect(reason).to_have_value("dent")
    expect(reason).to_be_focused()
    page.locator("h1").click()
    refresh(page)
    expect(reason).to_have_value("dent")

    reason.focus()
    reason.press("End")
    reason.press_sequentially("ist  ")
    with page.expect_response(IS_STATUS):
        reason.press("Enter")
    expect(reason).to_have_value("dentist")
    with page.expect_response(IS_STATUS):
        page.locator("agent-presence select").select_option("BUSY")
    expect(page.locator("#own-status")).to_have_value("BUSY", timeout=ON_TIME_MS)
    expect(reason).to_have_value("")  # Nobody was writing: what the server says stands there.


def test_a_server_that_is_away_is_no_fault_of_the_heartbeat(page: Page) -> None:
    page.route(IS_PRESENCE, lambda route: route.abort("internetdisconnected"))
    with page.expect_event("requestfailed"):
        page.evaluate("() => document.querySelector('agent-presence').dispatchEvent(new CustomEvent('beat'))")
    page.wait_for_function("() => !document.querySelector('.htmx-request')")
    expect(page.locator("#flashes .flash")).to_have_count(0)

    page.route(IS_STATUS, lambda route: route.abort("internetdisconnected"))
    page.locator("#own-status").select_option("BREAK")
    expect(page.locator("#flashes .flash-error")).to_have_count(1)


def test_the_page_of_ones_status_hears_of_it(page: Page, stack: Stack, new_context: NewContext) -> None:
    page.goto(f"{stack.url}/presence/")
    page.wait_for_selector("live-stream[data-state=open]", state="attached")
    page.wait_for_selector("agent-presence select")
    page.wait_for_function("() => !document.querySelector('.htmx-request')")
    ids = page.evaluate("() => [...document.querySelectorAll('[id]')].map((part) => part.id)")
    assert len(ids) == len(set(ids))
    switches = page.locator("#page-status"), page.locator("agent-presence select")

    with page.expect_response(IS_STATUS):
        switches[1].select_option("BUSY")
    for switch in switches:
        expect(switch).to_have_value("BUSY", timeout=ON_TIME_MS)

    wall = log_in(new_context(), stack, "supervisor@aurora.example")
    wall.goto(f"{stack.url}/supervisor/")
    trigger = page.locator("#page-switch [hx-trigger^='agents:']").get_attribute("hx-trigger") or ""
    wall.goto(f"{stack.url}/supervisor/agents/{trigger.split(' ')[0].removeprefix('agents:changed-')}/")
    wall.locator("#agent-status").select_option("WRAP_UP")
    wall.locator("main form button[type=submit]").click()
    for switch in switches:
        expect(switch).to_have_value("WRAP_UP", timeout=ON_TIME_MS)
    expect(page.locator("#page-switch .presence-note")).to_be_visible()


def test_a_page_that_nobody_looks_at_leaves_its_connection_to_others(stack: Stack, new_context: NewContext) -> None:
    page = log_in(new_context(), stack)
    page.goto(f"{stack.url}/contacts/")
    stream = page.locator("live-stream")
    expect(stream).to_have_attribute("data-state", "open")
    look = """isHidden => {
        Object.defineProperty(document, "hidden", { get: () => isHidden, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
    }"""
    page.evaluate(look, True)
    expect(stream).to_have_attribute("data-state", "resting")
    with page.expect_response(IS_PRESENCE):  # All news at once.
        page.evaluate(look, False)
    expect(stream).to_have_attribute("data-state", "open")
