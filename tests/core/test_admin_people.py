"""Administrators make, change and close the accounts of their own people, and nobody else's."""

from typing import Any

from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from contactcenter.core.models import AuditEntry, User
from tests.conftest import LogIn
from tests.core.admin_pages import add_page, change_page, list_page
from tests.factories import Tenant, make_superuser

GOOD = "rain-over-tatra-42"


def new_person(**fields: Any) -> dict[str, Any]:
    return {
        "email": "Nova@Aurora.example",
        "first_name": "Nova",
        "last_name": "",
        "role": "AGENT",
        "language": "cs",
        "time_zone": "Europe/Prague",
        "password1": GOOD,
        "password2": GOOD,
        **fields,
    }


def as_form(user: User, **fields: Any) -> dict[str, Any]:
    names = ("email", "first_name", "last_name", "role", "language", "time_zone")
    return {**{name: getattr(user, name) for name in names}, "is_active": "on", **fields}


def test_a_new_person_can_log_in_and_belongs_to_the_organization(
    aurora: Tenant, borealis: Tenant, log_in: LogIn
) -> None:
    data = new_person(organization=str(borealis.org.pk), is_superuser="on")
    assert log_in(aurora.admin).post(add_page(User), data).status_code == 302
    user = User.objects.get(email="nova@aurora.example")
    assert (user.organization_id, user.role, user.is_superuser) == (aurora.org.pk, "AGENT", False)
    entered = Client().post(reverse("account_login"), {"login": "nova@aurora.example", "password": GOOD})
    assert entered.status_code == 302
    assert AuditEntry.all_orgs.filter(action="user.added", object_id=user.pk).count() == 1


def test_weak_passwords_and_known_addresses_are_refused(aurora: Tenant, log_in: LogIn) -> None:
    client = log_in(aurora.admin)
    for data in (
        new_person(password1="short", password2="short"),
        new_person(password2="another-one-42"),
        new_person(email=aurora.agent.email.upper()),
        new_person(time_zone="Nowhere"),
        new_person(role="ROOT"),
    ):
        assert client.post(add_page(User), data).status_code == 200
    assert not User.objects.filter(first_name="Nova").exists()


def test_administrators_neither_see_nor_make_superusers(aurora: Tenant, log_in: LogIn) -> None:
    root = make_superuser(organization=aurora.org)
    client = log_in(aurora.admin)
    assert root.email not in client.get(list_page(User)).content.decode()
    assert client.get(change_page(root)).status_code == 404
    page = reverse("admin:auth_user_password_change", args=[root.pk])
    assert client.post(page, {"password1": GOOD, "password2": GOOD}).status_code == 404
    forged = as_form(aurora.agent, is_superuser="on", is_staff="on", user_permissions="1")
    assert client.post(change_page(aurora.agent), forged).status_code == 302
    aurora.agent.refresh_from_db()
    assert not aurora.agent.is_superuser
    assert not aurora.agent.is_staff


def test_the_other_organizations_people_cannot_be_touched(aurora: Tenant, borealis: Tenant, log_in: LogIn) -> None:
    client = log_in(aurora.admin)
    page = reverse("admin:auth_user_password_change", args=[borealis.agent.pk])
    assert client.get(page).status_code == 404
    assert client.post(page, {"password1": GOOD, "password2": GOOD}).status_code == 404
    assert client.post(change_page(borealis.agent), as_form(borealis.agent, first_name="X")).status_code == 404
    borealis.agent.refresh_from_db()
    assert borealis.agent.first_name == "Agent"
    assert not borealis.agent.check_password(GOOD)


def test_a_new_password_is_set_and_nothing_of_the_old_one_is_shown(aurora: Tenant, log_in: LogIn) -> None:
    client = log_in(aurora.admin)
    shown = client.get(change_page(aurora.agent)).content.decode()
    assert aurora.agent.password not in shown
    assert aurora.agent.password.split("$")[0] not in shown
    page = reverse("admin:auth_user_password_change", args=[aurora.agent.pk])
    data = {"password1": GOOD, "password2": GOOD, "usable_password": "true", "set-password": ""}
    assert client.post(page, data).status_code == 302
    aurora.agent.refresh_from_db()
    assert aurora.agent.check_password(GOOD)
    entry = AuditEntry.all_orgs.get(action="user.changed")
    assert GOOD not in str(entry.detail)


def test_administrators_do_not_lock_themselves_out(aurora: Tenant, log_in: LogIn) -> None:
    client = log_in(aurora.admin)
    demoted = as_form(aurora.admin, role="AGENT")
    closed = {**as_form(aurora.admin), "is_active": ""}
    assert [client.post(change_page(aurora.admin), data).status_code for data in (demoted, closed)] == [200, 200]
    assert client.post(change_page(aurora.admin), as_form(aurora.admin, first_name="Anna")).status_code == 302
    aurora.admin.refresh_from_db()
    assert (aurora.admin.role, aurora.admin.is_active, aurora.admin.first_name) == ("ADMIN", True, "Anna")


def test_a_closed_account_is_out_at_once(aurora: Tenant, log_in: LogIn) -> None:
    theirs = log_in(aurora.agent)
    assert theirs.get(reverse("sms:inbox")).status_code == 200
    closed = {**as_form(aurora.agent), "is_active": ""}
    assert log_in(aurora.admin).post(change_page(aurora.agent), closed).status_code == 302
    assert theirs.get(reverse("sms:inbox")).status_code == 302


def test_a_replaced_address_opens_the_account_no_more(aurora: Tenant, log_in: LogIn) -> None:
    old = aurora.agent.email
    EmailAddress.objects.create(user=aurora.agent, email=old, primary=True, verified=True)
    changed = as_form(aurora.agent, email="new.agent@aurora.example")
    assert log_in(aurora.admin).post(change_page(aurora.agent), changed).status_code == 302
    answers = [
        Client().post(reverse("account_login"), {"login": login, "password": "demo-voice-2026"}).status_code
        for login in (old, "new.agent@aurora.example")
    ]
    assert answers == [200, 302]


def test_superusers_choose_organization_and_power(
    aurora: Tenant, borealis: Tenant, superuser: User, log_in: LogIn
) -> None:
    client = log_in(superuser)
    assert client.post(add_page(User), new_person(organization=str(borealis.org.pk))).status_code == 302
    assert User.objects.get(first_name="Nova").organization_id == borealis.org.pk
    assert client.post(add_page(User), new_person(email="none@aurora.example", organization="")).status_code == 200
    assert client.post(change_page(aurora.agent), as_form(aurora.agent, is_superuser="on")).status_code == 302
    aurora.agent.refresh_from_db()
    assert aurora.agent.is_superuser
