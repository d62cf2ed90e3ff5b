"""The API in platform mode: 202, and the platform's headers, believed only with a proof."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from contactcenter.core.models import OutboxEvent
from contactcenter.core.roles import Role
from sms.models import Message
from tests.factories import Tenant, make_user
from tests.sms.api import INBOX, browser, problem, send

SECRET = "platform-secret-" + "x" * 32
NOBODY = "019a0f6e-8b5e-7c11-9d0a-0f6f2b1c3d4e"
SUBJECT = "CN=platform,O=Ocelot"
ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _platform(settings: Any) -> None:
    settings.PLATFORM_MODE = True
    settings.PLATFORM_SHARED_SECRET = SECRET


def headers(tenant: Tenant, **changes: str | None) -> dict[str, str]:
    given = {
        "X-Organization-Id": str(tenant.org.pk),
        "X-User-Id": str(tenant.agent.pk),
        "X-Platform-Secret": SECRET,
        **{name.replace("_", "-"): value for name, value in changes.items()},
    }
    return {name: value for name, value in given.items() if value is not None}


def read(given: dict[str, str]) -> HttpResponse:
    return Client(enforce_csrf_checks=True, headers=given).get(INBOX)


def test_the_platform_sends_in_the_name_of_a_person(aurora: Tenant, borealis: Tenant) -> None:
    answer = send(Client(enforce_csrf_checks=True, headers=headers(aurora)))
    assert answer.status_code == 202, answer.content
    body = answer.json()
    message = Message.all_orgs.get()
    assert (body["status"], body["message"]) == ("queued", "SMS queued for sending")
    assert (body["id"], body["organization_id"]) == (str(message.pk), str(aurora.org.pk))
    assert list(body)[:2] == ["status", "message"]
    assert message.author == aurora.agent
    assert OutboxEvent.all_orgs.get().type == "sms.send_request"


def test_errors_and_idempotency_are_as_ever(aurora: Tenant, settings: Any) -> None:
    client = Client(headers=headers(aurora))
    problem(send(client, to_number="12"), 422, "VALIDATION_ERROR")
    first, again = send(client, key="a"), send(client, key="a")
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json() == again.json()
    settings.SMS_RATE_LIMIT = 1
    problem(send(client), 429, "RATE_LIMITED")
    assert Message.all_orgs.count() == 1


def test_a_person_has_the_rights_of_their_role(aurora: Tenant) -> None:
    assert read(headers(aurora)).status_code == 200
    assert read(headers(aurora, X_User_Id=str(aurora.customer.pk))).status_code == 403


@pytest.mark.parametrize(
    "changes",
    [
        {"X_Platform_Secret": None},
        {"X_Platform_Secret": ""},
        {"X_Platform_Secret": SECRET[:-1]},
        {"X_Platform_Secret": SECRET + "x"},
        {"X_Platform_Secret": "ž" * 40},
        {"X_User_Id": None},
        {"X_Organization_Id": None},
        {"X_User_Id": "1"},
        {"X_User_Id": ""},
        {"X_User_Id": NOBODY},
        {"X_Organization_Id": NOBODY},
    ],
    ids=str,
)
def test_without_a_proof_and_a_person_nobody_is_let_in(aurora: Tenant, changes: dict[str, str | None]) -> None:
    problem(read(headers(aurora, **changes)), 401, "NOT_AUTHENTICATED")


def test_nobody_acts_for_another_organization(aurora: Tenant, borealis: Tenant) -> None:
    problem(read(headers(aurora, X_Organization_Id=str(borealis.org.pk))), 401, "NOT_AUTHENTICATED")


def test_who_left_is_out_at_once(aurora: Tenant, borealis: Tenant) -> None:
    aurora.agent.is_active = False
    aurora.agent.save()
    borealis.org.is_active = False
    borealis.org.save()
    for tenant in (aurora, borealis):
        problem(read(headers(tenant)), 401, "NOT_AUTHENTICATED")


def test_headers_without_a_proof_do_not_change_who_is_logged_in(aurora: Tenant, borealis: Tenant) -> None:
    client = browser(aurora.agent)
    answer = client.get(INBOX, headers=headers(borealis, X_Platform_Secret=None))
    assert answer.status_code == 200
    problem(client.get(INBOX, headers=headers(borealis, X_Platform_Secret="wrong")), 401, "NOT_AUTHENTICATED")


def test_a_person_keeps_out_of_other_peoples_organizations_whatever_they_are(aurora: Tenant, superuser: Any) -> None:
    make_user(aurora.org, Role.ADMIN, email="second@aurora.example")
    problem(read(headers(aurora, X_User_Id=str(superuser.pk))), 401, "NOT_AUTHENTICATED")


@pytest.mark.parametrize(
    ("given", "status"), [(SUBJECT, 200), (f"{SUBJECT}, {SUBJECT}", 401), ("", 401), ("CN=platform", 401)]
)
def test_a_certificate_that_the_proxy_checked_is_a_proof(
    aurora: Tenant, settings: Any, given: str, status: int
) -> None:
    settings.PLATFORM_TLS_HEADER, settings.PLATFORM_TLS_VALUE = "X-Client-Subject", SUBJECT
    certified = headers(aurora, X_Client_Subject=given)
    assert read({**certified, "X-Platform-Secret": ""}).status_code == status
    assert read(certified).status_code == 200  # The secret alone does as well.


def test_a_header_that_nobody_configured_proves_nothing(aurora: Tenant, settings: Any) -> None:
    settings.PLATFORM_SHARED_SECRET = ""
    for secret in ("", SECRET):
        problem(read(headers(aurora, X_Platform_Secret=secret, X_Client_Subject=SUBJECT)), 401, "NOT_AUTHENTICATED")


def test_outside_platform_mode_the_headers_mean_nothing(aurora: Tenant, settings: Any) -> None:
    settings.PLATFORM_MODE = False
    problem(read(headers(aurora)), 401, "NOT_AUTHENTICATED")


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"PLATFORM_MODE": "true"}, "PLATFORM_MODE needs EVENT_BUS_URL"),
        ({"PLATFORM_SHARED_SECRET": "short"}, "at least 32 characters"),
        ({"PLATFORM_TLS_HEADER": "X-Client-Subject"}, "go together"),
        ({"EVENT_BUS_URL": "kafka://127.0.0.1"}, "must begin with amqp://"),
    ],
)
def test_settings_that_would_not_be_safe_stop_the_start(changes: dict[str, str], complaint: str) -> None:
    finished = subprocess.run(
        [sys.executable, "-c", "import contactcenter.settings.test"],
        cwd=ROOT,
        env={**os.environ, **changes},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode != 0
    assert complaint in finished.stderr
