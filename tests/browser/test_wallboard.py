"""What an agent says of themselves reaches a supervisor's wallboard by itself, and the other way round."""

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import NewContext, log_in
from tests.stack import Stack

pytestmark = pytest.mark.browser
ON_TIME_MS = 5_000  # A busy machine; bench/wallboard.py measures.
NOTHING_IS_CUT = """() => [...document.querySelectorAll(".wall, .wall-agents, .wall-side")].every(
    (part) => part.scrollHeight <= part.clientHeight + 1)"""
# Until `isBack`. Not by Playwright's routes: a service worker's requests pass them by.
NOBODY_STREAMS = """window.EventSource = class extends EventSource {
    constructor(url) { super(window.isBack ? url : "/nothing/"); }
}"""
WITH_FORTY_AGENTS = """() => {
    const people = document.querySelector(".wall-people");
    for (let n = 0; n < 40; n++) people.append(people.firstElementChild.cloneNode(true));
    window.dispatchEvent(new Event("resize"));
    return document.getElementById("main").style.getPropertyValue("--wall-scale");
}"""


def test_a_status_reaches_the_wallboard_live_and_comes_back(
    stack: Stack, browser_context: BrowserContext, new_context: NewContext
) -> None:
    agent = log_in(browser_context, stack)
    wall = log_in(new_context(viewport={"width": 1920, "height": 1080}), stack, "supervisor@aurora.example")
    agent.goto(f"{stack.url}/operator/")
    wall.goto(f"{stack.url}/supervisor/")
    for page in (agent, wall):
        page.wait_for_selector("live-stream[data-state=open]", state="attached")
        page.evaluate("window.sameDocument = true")
    name = agent.evaluate("document.querySelector('#own-switch [hx-trigger^=\"agents:\"]').getAttribute('hx-trigger')")
    tile = wall.locator(f"#agent-{name.split(' ')[0].removeprefix('agents:changed-')}")

    agent.locator("#own-status").select_option("TRAINING")
    expect(tile).to_have_attribute("data-status", "TRAINING", timeout=ON_TIME_MS)
    expect(tile.locator("time-since")).to_contain_text("0:0")
    assert wall.evaluate("document.getElementById('main').scrollHeight <= innerHeight"), "nobody scrolls a wall"

    tile.get_by_role("link").click()
    wall.locator("#agent-status").select_option("BREAK")
    wall.locator("#agent-reason").fill("fire drill")
    wall.locator("#agent-dialog button[type=submit]").click()
    expect(tile).to_have_attribute("data-status", "BREAK")
    expect(wall.locator("#agent-dialog")).not_to_be_visible()
    expect(agent.locator("#own-status")).to_have_value("BREAK", timeout=ON_TIME_MS)
    expect(agent.locator("#own-reason")).to_have_value("fire drill")
    expect(agent.locator("#own-switch .presence-note")).to_be_visible()

    wall.keyboard.press("f")
    wall.wait_for_function("document.fullscreenElement?.id === 'main'")
    wall.wait_for_function("getComputedStyle(document.getElementById('main')).getPropertyValue('--wall-scale') > 1")
    assert wall.evaluate(NOTHING_IS_CUT), "there is room for larger letters, and no more"
    assert wall.evaluate(WITH_FORTY_AGENTS) == "1", "many agents are as small as in the window"
    expect(wall.locator(".wall-head button")).not_to_be_in_viewport()
    wall.keyboard.press("f")
    wall.wait_for_function("() => document.fullscreenElement === null")
    assert wall.locator("[role=status] time-since").count() == 0, "it would be read out every second"
    for page in (agent, wall):
        assert page.evaluate("window.sameDocument"), "nothing of this loaded the page again"


def test_a_wall_without_a_connection_says_that_its_figures_are_old(stack: Stack, new_context: NewContext) -> None:
    wall = log_in(new_context(viewport={"width": 1920, "height": 1080}), stack, "supervisor@aurora.example")
    wall.add_init_script(NOBODY_STREAMS)
    wall.goto(f"{stack.url}/supervisor/")
    line = wall.locator("main .wall-lost > p")
    wall.keyboard.press("f")
    wall.wait_for_function("document.fullscreenElement?.id === 'main'")
    expect(line).to_be_visible()
    assert wall.evaluate(NOTHING_IS_CUT)

    wall.evaluate("window.isBack = true")
    wall.wait_for_selector("live-stream[data-state=open]", state="attached")
    expect(line).to_be_hidden()
