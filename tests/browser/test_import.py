"""A list of 5,000 contacts comes in through the browser, and out again; 300 rows are refused, each with its reason."""

import csv
import io
from collections import Counter

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewContext, log_in
from tests.stack import Stack

pytestmark = pytest.mark.browser
ADMIN = "admin@aurora.example"
KNOWN = "+420777123456"
HEADINGS = "Kdo,Phone,Mail,Language"
_REASONS = {
    "The phone number cannot be read, or does not exist.": 100,
    "The e-mail address cannot be read.": 100,
    "The language is unknown. Use a code such as en, cs or es.": 60,
    "It has neither a phone number nor an e-mail address.": 40,
}


def row(number: int) -> str:
    """Row `number` (from 1): 300 of 5,000 are bad, in four ways; 50 are about somebody who is there already."""
    phone, mail = f"+4207{60_000_000 + number}", f"person.{number}@mail.example"
    kinds = (
        (number % 50 == 1, f"Bad phone {number},12,{mail},cs"),
        (number % 50 == 2, f"Bad mail {number},{phone},nobody@,cs"),
        (number % 50 == 3 and number <= 3000, f"Bad language {number},{phone},{mail},xx-yy"),
        (number % 50 == 3, f"Nothing {number},,,cs"),
        (number % 100 == 4, f"Jana Nováková,{KNOWN},,cs"),
    )
    usual = f"Žofie {number}. Řehořová,{phone},{mail},cs"
    return next((line for is_so, line in kinds if is_so), usual)


def table(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def figures(page: Page) -> list[str]:
    return page.locator(".figures dd").all_inner_texts()


def downloaded(page: Page, name: str, role: str = "button") -> list[list[str]]:
    """Click on what sends a file, and return its rows."""
    with page.expect_download() as waiting:
        page.get_by_role(role, name=name).click()  # type: ignore[arg-type]
    return table(waiting.value.path().read_text(encoding="utf-8-sig"))


def count_of(stack: Stack, slug: str) -> int:
    statement = (
        "select count(*) from core_contact c join core_organization o on o.id = c.organization_id where slug = %s"
    )
    [(count,)] = stack.query(statement, slug)
    return int(count)


def test_five_thousand_contacts_come_in_and_go_out(stack: Stack, new_context: NewContext) -> None:
    page = log_in(new_context(), stack, ADMIN)
    before, others = count_of(stack, "aurora"), count_of(stack, "borealis")
    content = "\n".join([HEADINGS, *map(row, range(1, 5001))]).encode()
    page.goto(f"{stack.url}/contacts/")
    page.get_by_role("link", name="Import").click()
    page.get_by_label("File").set_input_files({"name": "people.csv", "mimeType": "text/csv", "buffer": content})
    page.get_by_role("button", name="Look at the file").click()

    expect(page.get_by_text("5000 rows. Say what each column means.")).to_be_visible()
    expect(page.locator(".preview tbody tr")).to_have_count(5)
    expect(page.locator(".preview tbody")).to_contain_text("Žofie 5. Řehořová")
    who, phone = page.get_by_label("Kdo", exact=True), page.get_by_label("Phone", exact=True)
    expect(who).to_have_value("")
    expect(phone).to_have_value("number")
    assert count_of(stack, "aurora") == before, "nothing is taken over before somebody says so"

    # Two columns cannot mean the same: nothing begins, and what was chosen stays.
    who.select_option(label="Name")
    phone.select_option(label="Name")
    page.get_by_label("change the contact to what the file says").check()
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_role("alert")).to_contain_text("Two columns cannot mean the same.")
    expect(who).to_have_value("name")
    expect(page.get_by_label("change the contact to what the file says")).to_be_checked()
    phone.select_option(label="Phone number")
    page.get_by_role("button", name="Import").click()

    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.get_by_role("region", name="All rows are decided about.")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("5000 of 5000 rows")).to_be_visible()
    assert figures(page) == ["4650", "50", "0", "300"], "new, changed, left, refused"
    assert (count_of(stack, "aurora"), count_of(stack, "borealis")) == (before + 4650, others)

    refused = downloaded(page, "Refused rows with their reasons", "link")
    assert refused[0] == ["row", "reason", *HEADINGS.split(",")]
    assert Counter(reason for _row, reason, *_cells in refused[1:]) == _REASONS
    assert refused[1] == ["2", next(iter(_REASONS)), "Bad phone 1", "12", "person.1@mail.example", "cs"]

    page.get_by_role("link", name="All contacts").last.click()
    exported = downloaded(page, "Export")[1:]
    people = {cells[0]: cells[1:4] for cells in exported}
    assert len(exported) == before + 4650
    assert people["Žofie 5000. Řehořová"] == ["tel:+420760005000", "person.5000@mail.example", "cs"]
    assert not [name for name in people if name.startswith(("Bad", "Nothing"))]

    # What the list shows is what goes out, also when the search never loaded the page again.
    page.get_by_role("searchbox").fill("Žofie 49")
    expect(page.get_by_role("button", name="Export these")).to_be_visible()
    expect(page.get_by_role("searchbox")).to_be_focused()
    found = sorted(cells[0] for cells in downloaded(page, "Export these")[1:])
    assert found == sorted(line.split(",")[0] for line in map(row, range(1, 5001)) if line.startswith("Žofie 49"))
