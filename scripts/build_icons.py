"""Draws the icons of the app from static/icon.svg. Needs the test environment (Playwright) and a Chromium."""

import base64
import shutil
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

STATIC = Path(__file__).resolve().parents[1] / "static"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
GROUND = "#1d4ed8"
# Systems cut a maskable icon to a shape of their own: what matters stays within 80 % of it.
ICONS = {"icon-192": (192, 1.0), "icon-512": (512, 1.0), "maskable-512": (512, 0.72)}


def draw(page: Page, name: str, size: int, share: float) -> None:
    """Store one picture: the drawing on `share` of its width, the rest in the colour of its ground."""
    drawing = base64.b64encode((STATIC / "icon.svg").read_bytes()).decode()
    ground = GROUND if share < 1 else "transparent"
    page.set_viewport_size({"width": size, "height": size})
    page.set_content(
        f'<body style="margin:0;background:{ground};display:grid;place-items:center;height:100vh">'
        f'<img src="data:image/svg+xml;base64,{drawing}" width="{round(size * share)}">'
    )
    page.screenshot(path=STATIC / "icons" / f"{name}.png", omit_background=True)


def main() -> None:
    """Draw all of them."""
    (STATIC / "icons").mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page()
        for name, (size, share) in ICONS.items():
            draw(page, name, size, share)
        browser.close()


if __name__ == "__main__":
    main()
