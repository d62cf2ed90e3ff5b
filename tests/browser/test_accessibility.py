"""axe finds nothing on any page, dialog or list, at the three widths and in both themes; nothing scrolls sideways.

Pages are walked once for what is looked at with the same eyes: each takes half a second to open.
"""

import pytest

from tests.browser.audit import EVERYWHERE, SPREAD, seen, sideways
from tests.browser.conftest import NewContext, log_in
from tests.browser.people import People
from tests.browser.places import MAIN
from tests.browser.reach import moving, walked
from tests.browser.states import STATES
from tests.stack import Stack

pytestmark = pytest.mark.browser
FEWEST_PAGES = 40  # So that a walk that finds nothing is noticed.


@pytest.fixture
def people(new_context: NewContext, stack: Stack) -> People:
    return People(new_context, stack)


def test_every_page_is_for_everybody(people: People, made: dict[str, str]) -> None:
    """axe finds nothing; nothing moves for whoever asked for less; by keyboard the focus is seen wherever it goes."""
    wrong: dict[str, dict[str, list[str]]] = {}
    for place, page in people.every_page():
        is_main = place.route in MAIN
        looks = seen(page, EVERYWHERE if is_main else SPREAD)
        ways = {"moves": moving(page), "focus": walked(page, all_of_it=is_main)}
        wrong[place.route] = looks | {way: found for way, found in ways.items() if found}
    assert len(wrong) > FEWEST_PAGES
    assert wrong.keys() > MAIN
    assert {route: found for route, found in wrong.items() if found} == {}


def test_axe_finds_nothing_in_any_dialog_list_or_refused_form(people: People, made: dict[str, str]) -> None:
    wrong = {state.name: seen(people.bring_about(state, made), state.views, state.part) for state in STATES}
    assert {name: found for name, found in wrong.items() if found} == {}


@pytest.mark.parametrize("language", ["cs", "es"])
def test_longer_languages_fit_a_phone(
    stack: Stack, new_context: NewContext, made: dict[str, str], language: str
) -> None:
    people = People(new_context, stack, guests=language, viewport={"width": 360, "height": 740})
    people.choose_language(language)
    try:
        wrong = {place.route: sideways(page) for place, page in people.every_page()}
    finally:
        people.choose_language("en")
    assert {route: found for route, found in wrong.items() if found} == {}


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
