"""Credentials go in and never come out; numbers and default senders stay inside the organization."""

from typing import Any

import pytest

from contactcenter.core import webhook_accounts
from contactcenter.core.models import AuditEntry, PhoneNumber, ProviderAccount, User
from contactcenter.providers.base import WebhookIdentity
from tests.conftest import LogIn
from tests.core.admin_pages import add_page, change_page, list_page
from tests.factories import Tenant, make_number

SID = "AC" + "0123456789abcdef" * 2
TOKEN = "fedcba9876543210" * 2
NEXT = "00112233445566778899aabbccddeeff"


def account_form(**fields: Any) -> dict[str, Any]:
    return {
        "provider": "TWILIO",
        "name": "Main",
        "is_active": "on",
        "account_id": SID,
        "messaging_service_id": "",
        "public_key": "",
        "secret": TOKEN,
        **fields,
    }


def as_form(account: ProviderAccount, **fields: Any) -> dict[str, Any]:
    names = ("name", "account_id", "messaging_service_id", "public_key")
    return {**{name: getattr(account, name) for name in names}, "is_active": "on", "secret": "", **fields}


def test_a_new_account_is_stored_encrypted_for_its_organization(
    aurora: Tenant, borealis: Tenant, log_in: LogIn
) -> None:
    client = log_in(aurora.admin)
    data = account_form(organization=str(borealis.org.pk))
    assert client.post(add_page(ProviderAccount), data).status_code == 302
    account = ProviderAccount.all_orgs.get(account_id=SID)
    assert account.organization_id == aurora.org.pk
    assert account.credentials().secret == TOKEN
    assert TOKEN not in account.secrets_encrypted
    shown = client.get(change_page(account)).content.decode() + client.get(list_page(ProviderAccount)).content.decode()
    assert TOKEN not in shown
    assert account.secrets_encrypted not in shown
    assert TOKEN not in str(AuditEntry.all_orgs.get(action="provideraccount.added").detail)


def test_a_refused_form_does_not_give_the_token_back(aurora: Tenant, log_in: LogIn) -> None:
    answer = log_in(aurora.admin).post(add_page(ProviderAccount), account_form(account_id="AC1", next_secret=NEXT))
    assert answer.status_code == 200
    assert TOKEN not in answer.content.decode()
    assert NEXT not in answer.content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"account_id": ""},
        {"account_id": "AC123"},
        {"account_id": "SK" + "0" * 32},
        {"secret": ""},
        {"secret": "with space in it"},
        {"secret": "short"},
        {"messaging_service_id": "MG12"},
        {"name": ""},
        {"provider": "SINCH"},
        {"provider": "TELNYX", "account_id": "", "public_key": "not base64"},
    ],
)
def test_malformed_parts_are_refused(aurora: Tenant, log_in: LogIn, wrong: dict[str, str]) -> None:
    before = ProviderAccount.all_orgs.count()
    assert log_in(aurora.admin).post(add_page(ProviderAccount), account_form(**wrong)).status_code == 200
    assert ProviderAccount.all_orgs.count() == before


def test_what_is_left_empty_is_kept(aurora: Tenant, log_in: LogIn) -> None:
    old = aurora.twilio.credentials().secret
    assert (
        log_in(aurora.admin).post(change_page(aurora.twilio), as_form(aurora.twilio, name="Renamed")).status_code == 302
    )
    aurora.twilio.refresh_from_db()
    assert (aurora.twilio.name, aurora.twilio.credentials().secret) == ("Renamed", old)


def test_a_token_is_rotated_in_two_steps(aurora: Tenant, log_in: LogIn) -> None:
    client = log_in(aurora.admin)
    old = aurora.twilio.credentials().secret
    steps = [
        (as_form(aurora.twilio, next_secret=NEXT), (old, NEXT)),
        (as_form(aurora.twilio, secret=NEXT), (NEXT, "")),
        (as_form(aurora.twilio, next_secret=TOKEN), (NEXT, TOKEN)),
        (as_form(aurora.twilio, forget_next_secret="on"), (NEXT, "")),
    ]
    for data, expected in steps:
        assert client.post(change_page(aurora.twilio), data).status_code == 302
        known = ProviderAccount.all_orgs.get(pk=aurora.twilio.pk).credentials()
        assert (known.secret, known.next_secret) == expected


def test_credentials_written_with_lost_keys_must_be_entered_again(aurora: Tenant, log_in: LogIn, settings: Any) -> None:
    settings.CREDENTIAL_KEYS = ["bG9zdC1rZXlzLWxvc3Qta2V5cy1sb3N0LWtleXMtMTI="]
    client = log_in(aurora.admin)
    assert client.get(change_page(aurora.twilio)).status_code == 200
    assert client.post(change_page(aurora.twilio), as_form(aurora.twilio, next_secret=NEXT)).status_code == 200
    assert client.post(change_page(aurora.twilio), as_form(aurora.twilio, secret=TOKEN)).status_code == 302
    assert ProviderAccount.all_orgs.get(pk=aurora.twilio.pk).credentials().secret == TOKEN


def test_webhooks_are_checked_with_the_new_token_at_once(
    aurora: Tenant, log_in: LogIn, django_capture_on_commit_callbacks: Any
) -> None:
    identity = WebhookIdentity(account_id=aurora.twilio.account_id)
    assert webhook_accounts.candidates("TWILIO", identity)[0].credentials.secret != TOKEN
    with django_capture_on_commit_callbacks(execute=True):
        log_in(aurora.admin).post(change_page(aurora.twilio), as_form(aurora.twilio, secret=TOKEN))
    assert webhook_accounts.candidates("TWILIO", identity)[0].credentials.secret == TOKEN


def test_an_account_of_another_organization_cannot_be_taken(aurora: Tenant, borealis: Tenant, log_in: LogIn) -> None:
    data = account_form(account_id=borealis.twilio.account_id)
    answer = log_in(aurora.admin).post(add_page(ProviderAccount), data)
    assert answer.status_code == 200
    assert "This account is in use already." in answer.content.decode()
    assert "orealis" not in answer.content.decode()


def number_form(account: ProviderAccount, address: str, **fields: Any) -> dict[str, Any]:
    return {"account": str(account.pk), "address": address, "label": "Line", "is_active": "on", **fields}


def test_numbers_are_stored_as_e164_with_their_kind(aurora: Tenant, log_in: LogIn) -> None:
    client = log_in(aurora.admin)
    for typed in ("+1 (202) 555-0156", "72345", "AURORA"):
        assert client.post(add_page(PhoneNumber), number_form(aurora.twilio, typed)).status_code == 302
    for typed in ("202 555 0157", "+1", "AURORA OUTDOOR CZ", ""):
        assert client.post(add_page(PhoneNumber), number_form(aurora.twilio, typed)).status_code == 200
    stored = PhoneNumber.all_orgs.filter(label="Line").order_by("address").values_list("address", "kind", "provider")
    assert list(stored) == [
        ("+12025550156", "phone", "TWILIO"),
        ("72345", "short_code", "TWILIO"),
        ("AURORA", "alphanumeric", "TWILIO"),
    ]


def test_numbers_cannot_hang_on_another_organizations_account(
    aurora: Tenant, borealis: Tenant, superuser: User, log_in: LogIn
) -> None:
    before = PhoneNumber.all_orgs.count()
    forged = number_form(borealis.twilio, "+12025550156")
    assert log_in(aurora.admin).post(add_page(PhoneNumber), forged).status_code == 200
    forged["organization"] = str(aurora.org.pk)
    answer = log_in(superuser).post(add_page(PhoneNumber), forged)
    assert "This belongs to another organization." in answer.content.decode()
    assert PhoneNumber.all_orgs.count() == before


def test_a_rented_number_is_not_rented_twice(aurora: Tenant, borealis: Tenant, log_in: LogIn) -> None:
    taken = number_form(aurora.twilio, borealis.twilio_number.address)
    answer = log_in(aurora.admin).post(add_page(PhoneNumber), taken)
    assert answer.status_code == 200
    assert "This number is in use already." in answer.content.decode()


def test_one_number_becomes_the_default_sender(aurora: Tenant, borealis: Tenant, log_in: LogIn) -> None:
    client = log_in(aurora.admin)
    off = make_number(aurora.twilio, "+12025550158", is_active=False)

    def choose(*numbers: PhoneNumber) -> list[str]:
        data = {"action": "make_default", "_selected_action": [str(number.pk) for number in numbers]}
        client.post(list_page(PhoneNumber), data)
        chosen = PhoneNumber.all_orgs.filter(is_default=True).order_by("organization__slug")
        return list(chosen.values_list("address", flat=True))

    theirs = borealis.twilio_number.address
    assert choose(aurora.telnyx_number) == [aurora.telnyx_number.address, theirs]
    assert choose(borealis.telnyx_number) == [aurora.telnyx_number.address, theirs]
    assert choose(off) == [aurora.telnyx_number.address, theirs]
    assert choose(aurora.telnyx_number, aurora.twilio_number) == [aurora.telnyx_number.address, theirs]
