"""Takes the screenshot of the README from a running `up` with fresh demo data: `scripts/screenshot.py [address]`.

Needs the test environment (Playwright) and a Chromium.
"""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

TARGET = Path(__file__).resolve().parents[1] / "docs" / "images" / "inbox.png"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


def main(address: str) -> None:
    """Log in as an agent, open a conversation with a typed answer, and store the picture."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(f"{address}/accounts/login/")
        page.fill("input[name=login]", "agent@aurora.example")
        page.fill("input[name=password]", "demo-voice-2026")
        page.click("button[type=submit]")
        page.get_by_role("link", name="Jana Nováková").first.click()
        page.locator("sms-composer textarea").first.fill("Adresu jsme změnili.")
        page.wait_for_timeout(1000)
        TARGET.parent.mkdir(exist_ok=True)
        page.screenshot(path=TARGET)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://localhost:3018")
