"""Who looks at the pages, each with a browser of their own, and what they find there."""

from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Page

from tests.browser.audit import HEIGHT, settled
from tests.browser.conftest import NewContext, log_in
from tests.browser.places import Place, pages
from tests.browser.states import State
from tests.stack import Stack


class People:
    """One page for everybody who looks, opened when it is first wanted. `options` are those of a browser context;
    `guests` is the language that guests' browsers ask for.
    """

    def __init__(self, new_context: NewContext, stack: Stack, *, guests: str = "en", **options: Any) -> None:
        self._new, self.stack, self._guests = new_context, stack, guests
        # Motion would show colours that are between two.
        self._options = {"reduced_motion": "reduce", **options}
        self._pages: dict[str, Page] = {}

    def __getitem__(self, who: str) -> Page:
        """Return the page of a login at Aurora; the empty one is a guest."""
        if who not in self._pages:
            context = self._new(**self._options, locale="en" if who else self._guests)
            page = log_in(context, self.stack, f"{who}@aurora.example") if who else context.new_page()
            self._pages[who] = page
        return self._pages[who]

    def every_page(self) -> Iterator[tuple[Place, Page]]:
        """Show every page of the URL conf, one after the other, to an administrator or a guest."""
        for place in pages(self.stack, admin=self["admin"].request, guest=self[""].request):
            page = self["" if place.is_public else "admin"]
            page.goto(self.stack.url + place.address)
            settled(page)
            yield place, page

    def choose_language(self, language: str) -> None:
        """Let the administrator read in that language."""
        page = self["admin"]
        page.goto(f"{self.stack.url}/account/")
        page.locator("[name=language]").select_option(language)
        page.locator("main form:has([name=language]) [type=submit]").click()
        page.wait_for_selector(f"html[lang={language}] .flash")

    def bring_about(self, state: State, made: dict[str, str]) -> Page:
        """Show a page after something was done with it."""
        page = self[state.who]
        page.context.set_offline(False)
        page.set_viewport_size({"width": state.views[-1][0], "height": HEIGHT})
        page.goto(self.stack.url + state.address.format(**made))
        settled(page)
        state.then(page)
        return page
