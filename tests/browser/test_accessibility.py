"""axe finds nothing on any page, in either theme and at the three widths; nothing is wider than a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

from tests.browser.conftest import NewContext, log_in
from tests.stack import Stack

pytestmark = pytest.mark.browser
WIDTHS = [360, 768, 1280]
_AXE = Axe()
_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def problems(page: Page) -> list[str]:
    # Chromium runs the injected script in spite of the page's policy only in a world of its own, as a debugger does.
    found = _AXE.run(page, options=_RULES).response["violations"]
    too_wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return [f"{v['id']}: {[node['target'] for node in v['nodes']]}" for v in found] + ["scrolls sideways"] * too_wide


def open_pages(page: Page, stack: Stack) -> dict[str, list[str]]:
    """Look at every page of the product and return what is wrong, by page."""
    wrong = {"inbox": problems(page)}
    threads = page.locator(".row").evaluate_all("rows => rows.map((row) => row.href)")
    for number, thread in enumerate(threads[:4]):
        page.goto(thread)
        wrong[f"thread {number}"] = problems(page)
    # Not everybody may be written to.
    for thread in threads:
        page.goto(thread)
        if page.locator("#composer-body").is_enabled():
            break
    page.locator("#composer-body").fill("Čau " * 60)
    wrong["composer"] = problems(page)
    for path in (
        "/sms/?state=closed",
        "/sms/?unread=1",
        "/sms/new/",
        "/account/",
        "/accounts/password/change/",
        "/nothing/",
    ):
        page.goto(stack.url + path)
        wrong[path] = problems(page)
    page.goto(f"{stack.url}/sms/")
    page.locator("#new-message-link").click()
    page.get_by_role("dialog").locator("button.btn-primary[type=submit]").click()
    page.wait_for_selector("dialog [aria-invalid]")
    wrong["dialog with errors"] = problems(page)
    page.goto(f"{stack.url}/accounts/logout/")
    wrong["logout"] = problems(page)
    return wrong


def fill_in_a_guess(page: Page) -> None:
    """Send the invitation's form with a code that is nobody's, and wait for what is wrong."""
    for field in ("code", "first_name", "last_name"):
        page.locator(f"#id_{field}").fill("Jana")
    for field in ("password", "repeated"):
        page.locator(f"#id_{field}").fill("rain-over-tatra-42")
    page.locator("main button[type=submit]").click()
    page.wait_for_selector("#id_code[aria-invalid]")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing(stack: Stack, new_context: NewContext, width: int, theme: str) -> None:
    context: BrowserContext = new_context(viewport={"width": width, "height": 800}, color_scheme=theme)
    login = context.new_page()
    login.goto(f"{stack.url}/accounts/login/")
    wrong = {"login": problems(login)}
    login.get_by_role("link", name="I have an invitation").click()
    login.wait_for_url("**/accounts/invitation/")
    wrong["invitation"] = problems(login)
    fill_in_a_guess(login)
    wrong["invitation with errors"] = problems(login)
    wrong |= open_pages(log_in(context, stack), stack)

    assert {name: found for name, found in wrong.items() if found} == {}


@pytest.mark.parametrize("language", ["cs", "es"])
def test_longer_languages_fit_a_phone(stack: Stack, new_context: NewContext, language: str) -> None:
    context = new_context(viewport={"width": 360, "height": 740})
    wrong = open_pages(log_in(context, stack, f"agent.{language}@aurora.example"), stack)
    guest = new_context(viewport={"width": 360, "height": 740}, locale=language).new_page()
    guest.goto(f"{stack.url}/accounts/invitation/")
    fill_in_a_guess(guest)
    wrong["invitation with errors"] = problems(guest)

    assert {name: found for name, found in wrong.items() if found} == {}


def test_what_fingers_touch_is_large_enough(stack: Stack, new_context: NewContext) -> None:
    page = log_in(new_context(viewport={"width": 360, "height": 740}, has_touch=True), stack)
    small = """() => [...document.querySelectorAll("a, button, input:not([type=hidden]), select")]
        .filter((element) => element.checkVisibility() && !element.matches(".skip-link, .sr-only"))
        .filter((element) => element.getBoundingClientRect().height < 48)
        .map((element) => element.outerHTML.slice(0, 80))"""

    assert page.evaluate(small) == []
    page.locator(".row").first.click()
    page.wait_for_selector("#composer")
    assert page.evaluate(small) == []
