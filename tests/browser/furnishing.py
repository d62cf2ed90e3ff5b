"""What the demo has none of, made through the forms as an administrator would; and the ids that addresses name."""

from playwright.sync_api import Page

from tests.browser.places import row_of
from tests.stack import Stack

VIEW = "Waiting for us"
_CSV = b"Name;Mobil;Mesto\nJana;+420777123999;Praha\nPetr;12;Brno\n"


def _import(page: Page, stack: Stack) -> None:
    page.goto(f"{stack.url}/contacts/import/")
    page.locator("#file").set_input_files({"name": "people.csv", "mimeType": "text/csv", "buffer": _CSV})
    page.locator("main [type=submit]").click()
    page.wait_for_url("**/contacts/import/*-*/")


def _contacts(page: Page, stack: Stack) -> None:
    _import(page, stack)
    page.locator("main .btn-primary").click()
    page.wait_for_selector("#import-progress:not([hx-get])")
    _import(page, stack)  # One whose columns have no meaning yet.


def _rule(page: Page, stack: Stack) -> None:
    page.goto(f"{stack.url}/alerts/rules/new/")
    page.locator("[name=threshold]").fill("0")
    page.locator("[name=is_active]").check()
    page.locator("main [type=submit]").click()
    page.wait_for_url("**/alerts/")


def _figures(page: Page, stack: Stack) -> None:
    page.goto(f"{stack.url}/analytics/")
    page.locator("[name=format][value=csv]").click()
    page.wait_for_url("**/exports/")
    page.goto(f"{stack.url}/analytics/reports/")
    page.locator("main .stack [type=submit]").click()
    page.wait_for_selector("[id^=report-]")


def _view(page: Page, stack: Stack) -> None:
    page.goto(f"{stack.url}/sms/?filter=1&unread=1&state=any")
    page.locator("#view-name").fill(VIEW)
    page.locator(".save-view [type=submit]").click()
    page.wait_for_selector(".view-change", state="attached")


def furnish(page: Page, stack: Stack) -> dict[str, str]:
    """Make the rows that are not there, and return ids by the names that addresses use."""
    if not stack.query("SELECT 1 FROM sms_savedview WHERE name = %s", VIEW):
        for make in (_contacts, _rule, _figures, _view):
            make(page, stack)
    wanted = {
        "draft": ("core_contactimport", "t.state = 'draft'"),
        "done": ("core_contactimport", "t.state = 'done'"),
        "thread": ("sms_conversation", "t.address = '+420777123456'"),
        "opted_out": ("sms_conversation", "t.address = '+12025550143'"),
        "label": ("core_label", "true"),
        "team": ("agents_team", "true"),
        "contact": ("core_contact", "t.name LIKE 'Jana%%'"),
        "other": ("core_contact", "t.name LIKE 'Miguel%%'"),
    }
    return {name: row_of(stack, table, where) for name, (table, where) in wanted.items()}
