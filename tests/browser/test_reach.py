"""By keyboard, at twice the size, and without motion: on every page."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.audit import drawn, sideways
from tests.browser.conftest import NewContext
from tests.browser.people import People
from tests.stack import Stack

pytestmark = pytest.mark.browser
# A window of 1280 by 800 whose reader has set the browser to 200 %.
ZOOMED: dict[str, Any] = {"viewport": {"width": 640, "height": 400}, "device_scale_factor": 2}
MOST_STEPS = 80
_LOOKS = ("outline-style", "outline-width", "outline-color", "box-shadow", "border-color", "background-color")
# How everything looks that the focus may come to, before it comes.
_REMEMBER = """looks => {
    window.lookOf = (element) => looks.map((name) => getComputedStyle(element).getPropertyValue(name)).join();
    window.before = new WeakMap();
    const may = [...document.querySelectorAll("*")].filter((element) => element.tabIndex >= 0);
    for (const element of may) before.set(element, lookOf(element));
}"""
# The focus is on something that looks different now, itself or (a file's button) what it lies in, and of which a
# corner or the middle is neither covered nor out of sight.
_SEE = """() => {
    const here = document.activeElement;
    if (!here || here === document.body || here === window.seen) return null;
    window.seen ??= here;
    const name = here.id || here.getAttribute("href") || here.className || here.tagName;
    const frame = here.closest(".file-button, label.btn") ?? here;
    const style = getComputedStyle(frame);
    const isRinged = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
    const isMarked = isRinged || (frame === here && before.has(here) && before.get(here) !== lookOf(here));
    const { left, right, top, bottom } = frame.getClientRects()[0] ?? frame.getBoundingClientRect();
    const spots = [[left + right, top + bottom], [2 * left + 6, 2 * top + 6], [2 * right - 6, 2 * bottom - 6]];
    const isSeen = spots.some(([x, y]) => {
        const top = document.elementFromPoint(x / 2, y / 2);
        return top && (frame.contains(top) || top.contains(frame) && top.matches("a, button, label, summary"));
    });
    return { name, wrong: (isMarked ? "" : " has no mark") + (isSeen ? "" : " is not in sight") };
}"""
_MOVES = """() => [...document.querySelectorAll("*")].filter((element) => {
    const style = getComputedStyle(element);
    const times = `${style.transitionDuration},${style.animationName === "none" ? "0s" : style.animationDuration}`;
    return times.split(",").some((time) => parseFloat(time) > 0.001) || style.scrollBehavior === "smooth";
}).map((element) => element.id || element.className || element.tagName)"""


def walked(page: Page) -> list[str]:
    """Go through the page by Tab; return the stations at which one would be lost."""
    page.evaluate("document.activeElement?.blur()")
    page.evaluate(_REMEMBER, _LOOKS)
    wrong = []
    for _step in range(MOST_STEPS):
        page.keyboard.press("Tab")
        station = page.evaluate(_SEE)
        if station is None:
            break
        if station["wrong"]:  # Or only being drawn anew, or scrolled to.
            drawn(page)
            station = page.evaluate(_SEE) or station
        wrong += [station["name"] + station["wrong"]] if station["wrong"] else []
    return wrong


@pytest.mark.parametrize("options", [{}, ZOOMED], ids=["as it is", "at twice the size"])
def test_the_focus_is_seen_wherever_it_goes(
    stack: Stack, new_context: NewContext, made: dict[str, str], options: dict[str, Any]
) -> None:
    wrong = {}
    for place, page in People(new_context, stack, **options).every_page():
        wrong[place.route] = sideways(page) + walked(page)
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


def test_nothing_moves_for_whoever_asked_for_less(stack: Stack, new_context: NewContext, made: dict[str, str]) -> None:
    moving = {place.route: page.evaluate(_MOVES) for place, page in People(new_context, stack).every_page()}
    assert {route: found for route, found in moving.items() if found} == {}
