"""A picture goes with a text: chosen by hand, kept over a reload, taken out by keyboard, and sent without words."""

import pytest
from playwright.sync_api import BrowserContext, FilePayload, Page, Response, expect

from contactcenter.simulator.media import picture
from tests.browser.conftest import log_in
from tests.stack import Stack, wait_until

pytestmark = pytest.mark.browser


def file(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "image/png", "buffer": content}


def is_draft_with_one_file(response: Response) -> bool:
    return "/draft/" in response.url and (response.request.post_data or "").count("attachment=") == 1


def test_a_picture_is_attached_kept_and_sent(stack: Stack, browser_context: BrowserContext) -> None:
    page: Page = log_in(browser_context, stack)
    page.set_viewport_size({"width": 360, "height": 740})
    page.locator(".row", has_text="Alice Smith").click()
    tray, chips = page.locator("#composer file-tray"), page.locator("#composer .file-chip")
    chooser = tray.get_by_label("Attach files")
    chooser.set_input_files([file("one.png", picture("one")), file("two.png", picture("two"))])
    expect(chips).to_have_count(2)
    expect(tray.get_by_role("status")).to_have_text("two.png is attached.")
    chooser.set_input_files(file("notes.png", b"no picture at all"))
    expect(tray.get_by_role("alert")).to_contain_text("notes.png: This type of file cannot be sent")
    expect(chips).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    with page.expect_response(is_draft_with_one_file):
        tray.get_by_role("button", name="Remove one.png").press("Enter")
        expect(chips).to_have_count(1)
        expect(chooser).to_be_focused()
    page.reload()
    expect(chips).to_have_count(1)
    expect(page.locator("#composer [data-count]")).to_contain_text("MMS")

    page.locator("#composer [data-send]").click()
    expect(chips).to_have_count(0)
    expect(page.locator(".message-out img").last).to_be_visible()
    wait_until(
        lambda: any(one["status"] == 200 for text in stack.carrier.truth() for one in text["fetched"]),
        what="the carrier's fetch",
    )
