"""A headless Chromium of the machine, against the whole installation as real processes with the demo data."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from tests.browser.furnishing import furnish
from tests.stack import Stack, running_stack

PASSWORD = "demo-voice-2026"
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# The browser reports refused answers as errors; the tests provoke some on purpose and look at the page instead.
_EXPECTED = (
    "the server responded with a status of 4",
    "ERR_INTERNET_DISCONNECTED",
    "htmx:sendError",
    "htmx:sendAbort",
    "htmx:afterRequest",
)

# A promise about time is written where it is given; everything else may take what a busy machine needs.
PATIENCE_MS = 20_000
expect.set_options(timeout=PATIENCE_MS)

_SILENT = (f"+1202555{ending}" for ending in range(8100, 8700))

NewContext = Callable[..., BrowserContext]


def chromium_path() -> str:
    """Return the program; skip without one, but never in continuous integration."""
    path = next((found for found in map(shutil.which, _NAMES) if found), None)
    if path is None:
        reason = f"no Chromium on this machine (looked for {', '.join(_NAMES)})"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    return path


# Of a module, not of the session: Playwright runs an event loop in this thread, in which Django refuses to query.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    path = chromium_path()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    chromium_path()
    with running_stack(tmp_path_factory.mktemp("stack"), STYLEGUIDE="true") as running:
        yield running


@pytest.fixture
def new_context(chromium: Browser) -> Iterator[NewContext]:
    """Return a function that opens a browser of its own; the test fails when a page breaks the security policy."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error" and not any(words in message.text for words in _EXPECTED):
            complaints.append(message.text)

    def open_context(**options: Any) -> BrowserContext:
        context = chromium.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
        context.set_default_timeout(PATIENCE_MS)
        context.on("console", listen)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        contexts.append(context)
        return context

    yield open_context
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def silent(stack: Stack) -> Iterator[str]:
    """A number of this test alone, whose owner gets texts and never answers."""
    number = next(_SILENT)
    stack.carrier.script({"accept": True, "callbacks": ["delivered"]}, to=number)
    yield number
    stack.carrier.script(None, to=number)


@pytest.fixture
def browser_context(new_context: NewContext) -> BrowserContext:
    return new_context()


@pytest.fixture(scope="module")
def made(chromium: Browser, stack: Stack) -> dict[str, str]:
    """Rows of everything that has a page; the ids by the names that addresses use."""
    context = chromium.new_context()
    ids = furnish(log_in(context, stack, "admin@aurora.example"), stack)
    context.close()
    return ids


def log_in(context: BrowserContext, stack: Stack, email: str = "agent@aurora.example") -> Page:
    """Log in through the form and return the inbox."""
    page = context.new_page()
    page.goto(f"{stack.url}/accounts/login/")
    page.get_by_label("E-mail").or_(page.get_by_label("Email")).fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/sms/")
    page.wait_for_selector("live-stream[data-state=open]", state="attached")
    return page
