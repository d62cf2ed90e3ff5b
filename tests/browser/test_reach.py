"""At twice the size: nothing scrolls sideways, the focus is seen wherever it goes, and one can work."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.audit import sideways
from tests.browser.conftest import NewContext
from tests.browser.people import People
from tests.browser.places import MAIN
from tests.browser.reach import walked
from tests.stack import Stack

pytestmark = pytest.mark.browser
# A window of 1280 by 800 whose reader has set the browser to 200 %.
ZOOMED: dict[str, Any] = {"viewport": {"width": 640, "height": 400}, "device_scale_factor": 2}


def test_at_twice_the_size_nothing_is_out_of_reach(stack: Stack, new_context: NewContext, made: dict[str, str]) -> None:
    wrong = {}
    for place, page in People(new_context, stack, **ZOOMED).every_page():
        wrong[place.route] = sideways(page) + walked(page, all_of_it=place.route in MAIN)
    assert {route: found for route, found in wrong.items() if found} == {}


def test_at_twice_the_size_a_conversation_can_be_read_and_answered(
    stack: Stack, new_context: NewContext, made: dict[str, str]
) -> None:
    page = People(new_context, stack, **ZOOMED)["admin"]
    page.goto(f"{stack.url}/sms/{made['thread']}/")
    expect(page.locator("article").last).to_be_in_viewport(ratio=0.5)
    page.locator("#composer-body").fill("Fine")
    page.keyboard.press("Tab")
    expect(page.locator("#composer [data-send]")).to_be_in_viewport()
