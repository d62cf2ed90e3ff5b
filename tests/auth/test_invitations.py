"""Nobody comes in uninvited, and nobody chooses their role or organization."""

import json
import re
from datetime import timedelta
from smtplib import SMTPServerDisconnected
from typing import Any

import pytest
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from contactcenter.core import invitations
from contactcenter.core.models import AuditEntry, Invitation, User
from tests.auth.clients import REGISTER, log_in, works
from tests.conftest import LogIn
from tests.core.admin_pages import add_page, change_page, list_page
from tests.factories import Tenant
from tests.sms.api import post, problem, wrong_parts

GOOD = "rain-over-tatra-42"


def invite(tenant: Tenant, role: str = "AGENT", email: str = "guest@aurora.example") -> str:
    invitation = Invitation(organization=tenant.org, email=email, role=role)
    token = invitations.fill_in(invitation)
    invitation.save()
    return token


def register(token: Any, **fields: Any) -> HttpResponse:
    return post(Client(), {"token": token, "password": GOOD, **fields}, url=REGISTER)


def test_a_guest_gets_the_invitations_role_and_organization(aurora: Tenant, borealis: Tenant) -> None:
    answer = register(
        invite(aurora, "SUPERVISOR"),
        first_name="Jana",
        language="cs",
        role="ADMIN",
        organization=str(borealis.org.pk),
        organization_id=str(borealis.org.pk),
        email="other@borealis.example",
        is_superuser=True,
    )
    assert answer.status_code == 201
    body = json.loads(answer.content)
    assert body.keys() == {"user", "access_token", "refresh_token", "token_type"}
    assert works(body["access_token"])
    user = User.objects.get(first_name="Jana")
    assert (user.email, user.role, user.organization_id) == ("guest@aurora.example", "SUPERVISOR", aurora.org.pk)
    assert (user.is_superuser, user.language) == (False, "cs")
    assert log_in(user, GOOD)["user"]["id"] == str(user.pk)
    assert AuditEntry.all_orgs.get(action="invitation.accepted").actor == user


def test_an_invitation_is_good_once(aurora: Tenant) -> None:
    token = invite(aurora)
    assert register(token).status_code == 201
    problem(register(token), 401, "INVALID_INVITATION")
    assert User.objects.filter(email="guest@aurora.example").count() == 1


@pytest.mark.parametrize("change", ["expired", "revoked", "organization closed"])
def test_an_invitation_ends(aurora: Tenant, change: str) -> None:
    token = invite(aurora)
    if change == "organization closed":
        aurora.org.is_active = False
        aurora.org.save()
    else:
        field = "expires_at" if change == "expired" else "revoked_at"
        Invitation.all_orgs.update(**{field: timezone.now() - timedelta(seconds=1)})
    answer = register(token)
    problem(answer, 401, "INVALID_INVITATION")
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert not User.objects.filter(email="guest@aurora.example").exists()


def test_a_weak_password_leaves_the_invitation_open(aurora: Tenant) -> None:
    token = invite(aurora)
    parts = wrong_parts(register(token, password="12345"))
    assert {loc[1] for loc, _kind in parts} == {"password"}
    assert {kind for _loc, kind in parts} >= {"password_too_short", "password_entirely_numeric"}
    assert ("password_too_similar") in {kind for _loc, kind in wrong_parts(register(token, password="guest@aurora"))}
    assert register(token).status_code == 201


def test_an_address_that_is_taken(aurora: Tenant) -> None:
    token = invite(aurora, email=aurora.agent.email.upper())
    problem(register(token), 409, "ADDRESS_TAKEN")
    assert Invitation.all_orgs.get().accepted_at is None


@pytest.mark.parametrize("token", ["", None, 1, [], "x" * 101])
def test_malformed(db: None, token: Any) -> None:
    assert [loc for loc, _kind in wrong_parts(register(token))] == [["body", "token"]]


def test_without_an_invitation(db: None) -> None:
    assert wrong_parts(post(Client(), {"password": GOOD, "email": "a@b.example"}, url=REGISTER)) == [
        (["body", "token"], "required")
    ]
    problem(register("guessed"), 401, "INVALID_INVITATION")


def test_guessing_is_throttled(db: None) -> None:
    answers = [register("guessed").status_code for _ in range(21)]
    assert answers == [401] * 20 + [429]


# --- In the admin -----------------------------------------------------------------------------------------------------
def test_an_administrator_invites_by_mail(
    aurora: Tenant, borealis: Tenant, log_in: LogIn, django_capture_on_commit_callbacks: Any
) -> None:
    client = log_in(aurora.admin)
    posted = {"email": "New@Aurora.example", "role": "AGENT", "organization": str(borealis.org.pk)}
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(add_page(Invitation), posted).status_code == 302
    row = Invitation.all_orgs.get()
    assert (row.email, row.organization_id) == ("new@aurora.example", aurora.org.pk)
    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == (["new@aurora.example"], "You are invited to Aurora Outdoor")
    found = re.search(r"^[\w-]{43}$", str(letter.body), re.MULTILINE)
    assert found
    token = found.group()
    assert token not in str(Invitation.all_orgs.values().get())
    for page in (list_page(Invitation), change_page(row)):
        assert token not in client.get(page).content.decode()
        assert row.token_hash not in client.get(page).content.decode()
    answer = register(token)
    assert answer.json()["user"]["organization_id"] == str(aurora.org.pk)


def test_people_who_are_here_are_not_invited(aurora: Tenant, log_in: LogIn) -> None:
    posted = {"email": aurora.agent.email.upper(), "role": "ADMIN"}
    assert log_in(aurora.admin).post(add_page(Invitation), posted).status_code == 200
    assert not Invitation.all_orgs.exists()
    assert log_in(aurora.supervisor).post(add_page(Invitation), posted).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_a_mail_server_that_is_down_is_said(aurora: Tenant, log_in: LogIn, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise SMTPServerDisconnected

    monkeypatch.setattr(invitations, "send_mail", fail)
    client = log_in(aurora.admin)
    client.post(add_page(Invitation), {"email": "new@aurora.example", "role": "AGENT"})
    assert "could not be mailed" in client.get(list_page(Invitation)).content.decode()


def test_a_revoked_invitation(aurora: Tenant, log_in: LogIn) -> None:
    token = invite(aurora)
    chosen = {"action": "revoke", "_selected_action": [str(Invitation.all_orgs.get().pk)]}
    assert log_in(aurora.admin).post(list_page(Invitation), chosen).status_code == 302
    problem(register(token), 401, "INVALID_INVITATION")
