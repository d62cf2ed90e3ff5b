"""Takes the guides' pictures from a running `up` with fresh demo data: `scripts/screenshots.py [address]`.

Needs the test environment (Playwright) and a Chromium.
"""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 760}


def log_in(browser: Browser, address: str, email: str, size: dict[str, int]) -> Page:
    """Return the inbox of somebody, with the first explanation put away."""
    page = browser.new_page(viewport={"width": size["width"], "height": size["height"]})
    page.goto(f"{address}/accounts/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", "demo-voice-2026")
    page.click("main button[type=submit]")
    page.wait_for_url("**/sms/")
    if page.locator("#welcome").count():
        page.locator("#welcome button").click()
        expect(page.locator("#welcome")).to_have_count(0)
    return page


def take(page: Page, name: str) -> None:
    """Store what is shown as docs/images/guide-<name>.png."""
    page.wait_for_load_state("load")
    page.screenshot(path=IMAGES / f"guide-{name}.png", animations="disabled")


def of_agents(browser: Browser, address: str) -> None:
    """The pictures of docs/guide-agents.md."""
    page = log_in(browser, address, "agent@aurora.example", DESKTOP)
    page.get_by_role("link", name="Jana Nováková").first.click()
    expect(page.locator("#thread-title")).to_be_focused()
    expect(page.get_by_role("heading", name="Conversations and consent")).to_be_visible()
    take(page, "inbox")
    page.keyboard.press("?")
    take(page, "keys")
    page.keyboard.press("Escape")
    page.locator(".note").last.scroll_into_view_if_needed()
    take(page, "note")
    page.goto(f"{address}/sms/")
    page.locator("#views-summary").click()
    take(page, "views")
    for name, path in (("notifications", "/accounts/notifications/"), ("day", "/operator/")):
        page.goto(address + path)
        take(page, name)
    take(log_in(browser, address, "agent@aurora.example", PHONE), "phone")


def of_administrators(browser: Browser, address: str) -> None:
    """The pictures of docs/guide-admins.md."""
    page = log_in(browser, address, "admin@aurora.example", DESKTOP)
    pages = {
        "sending": "/sms/health/",
        "costs": "/analytics/costs",
        "teams": "/teams/",
        "wallboard": "/supervisor/",
    }
    for name, path in pages.items():
        page.goto(address + path)
        take(page, name)


def main(address: str) -> None:
    """Take all of them."""
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        of_agents(browser, address)
        of_administrators(browser, address)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://localhost:3018")
