"""Personal keys: what they may do, who makes them, and that they are seen once."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from contactcenter.core import api_keys
from contactcenter.core.models import ApiKey, AuditEntry, User
from tests.auth.clients import KEYS, ME, bearing, log_in, with_key
from tests.conftest import LogIn
from tests.core.admin_pages import add_page, change_page, list_page
from tests.factories import Tenant
from tests.sms.api import INBOX, browser, post, problem, send, wrong_parts


def make(client: Client, **fields: Any) -> Any:
    answer = post(client, {"name": "shop", "scopes": ["sms.read", "sms.send"], **fields}, url=KEYS)
    assert answer.status_code == 201, answer.content
    return json.loads(answer.content)


def test_a_key_calls_in_its_persons_name(aurora: Tenant) -> None:
    made = make(bearing(log_in(aurora.agent)["access_token"]))
    assert made.keys() == {
        "id",
        "name",
        "prefix",
        "scopes",
        "created_at",
        "expires_at",
        "last_used_at",
        "key",
    }
    assert made["key"].startswith(made["prefix"])
    client = with_key(made["key"])
    assert client.get(ME).json()["email"] == aurora.agent.email
    assert send(client).status_code == 201
    assert client.get(INBOX).json()["total"] == 1


def test_it_is_shown_once_and_kept_as_a_hash(aurora: Tenant) -> None:
    client = browser(aurora.agent)
    made = make(client)
    secret = made.pop("key")
    assert client.get(KEYS).json() == [made]
    row = ApiKey.all_orgs.values().get()
    assert secret not in str(row)
    assert secret not in str(AuditEntry.all_orgs.values().get(action="apikey.added"))


def test_scopes_limit_the_role_and_never_widen_it(aurora: Tenant) -> None:
    reading = with_key(make(browser(aurora.agent), scopes=["sms.read"])["key"])
    assert reading.get(INBOX).status_code == 200
    problem(send(reading), 403, "PERMISSION_DENIED")
    customers = with_key(make(browser(aurora.customer))["key"])
    problem(customers.get(INBOX), 403, "PERMISSION_DENIED")
    User.objects.filter(pk=aurora.agent.pk).update(role="CUSTOMER")
    problem(reading.get(INBOX), 403, "PERMISSION_DENIED")


def test_keys_do_not_make_keys(aurora: Tenant) -> None:
    made = make(browser(aurora.admin))
    client = with_key(made["key"])
    for answer in (client.get(KEYS), post(client, {"name": "x", "scopes": ["sms.read"]}, url=KEYS)):
        problem(answer, 403, "PERMISSION_DENIED")
    problem(client.delete(f"{KEYS}/{made['id']}"), 403, "PERMISSION_DENIED")
    assert "organization.administer" not in api_keys.SCOPES


def test_revoked_expired_and_closed(aurora: Tenant, borealis: Tenant) -> None:
    client = browser(aurora.agent)
    made = make(client)
    assert client.delete(f"{KEYS}/{made['id']}").status_code == 204
    problem(client.delete(f"{KEYS}/{made['id']}/"), 404, "NOT_FOUND")
    problem(with_key(made["key"]).get(ME), 401, "NOT_AUTHENTICATED")
    assert AuditEntry.all_orgs.filter(action="apikey.revoked").count() == 1

    short = make(client, expires_at=(timezone.now() + timedelta(hours=1)).isoformat())
    assert with_key(short["key"]).get(ME).status_code == 200
    ApiKey.all_orgs.filter(pk=short["id"]).update(expires_at=timezone.now())
    problem(with_key(short["key"]).get(ME), 401, "NOT_AUTHENTICATED")

    theirs = make(browser(borealis.agent))
    borealis.org.is_active = False
    borealis.org.save()
    problem(with_key(theirs["key"]).get(ME), 401, "NOT_AUTHENTICATED")
    last = make(client)
    User.objects.filter(pk=aurora.agent.pk).update(is_active=False)
    problem(with_key(last["key"]).get(ME), 401, "NOT_AUTHENTICATED")


def test_nobody_reaches_anothers_keys(aurora: Tenant, borealis: Tenant) -> None:
    made = make(browser(aurora.agent))
    for other in (aurora.admin, borealis.agent):
        client = browser(other)
        assert client.get(KEYS).json() == []
        problem(client.delete(f"{KEYS}/{made['id']}"), 404, "NOT_FOUND")
    assert with_key(make(browser(borealis.agent))["key"]).get(INBOX).json()["items"] == []
    assert with_key(made["key"]).get(ME).status_code == 200


def test_a_session_needs_its_csrf_token(aurora: Tenant) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(aurora.agent)
    problem(post(client, {"name": "x", "scopes": ["sms.read"]}, url=KEYS), 403, "PERMISSION_DENIED")


@pytest.mark.parametrize(
    ("fields", "parts"),
    [
        ({"scopes": []}, [(["body", "scopes"], "empty")]),
        ({"scopes": ["organization.administer"]}, [(["body", "scopes", 0], "invalid_choice")]),
        ({"scopes": "sms.read"}, [(["body", "scopes"], "not_a_list")]),
        ({"name": ""}, [(["body", "name"], "blank")]),
        ({"expires_at": "2020-01-01T00:00:00Z"}, [(["body", "expires_at"], "in_the_past")]),
    ],
)
def test_malformed(aurora: Tenant, fields: Any, parts: Any) -> None:
    body = {"name": "shop", "scopes": ["sms.read"], **fields}
    assert wrong_parts(post(browser(aurora.agent), body, url=KEYS)) == parts


def test_there_is_an_end_to_keys(aurora: Tenant) -> None:
    for _ in range(api_keys.MOST):
        api_keys.create(user=aurora.agent, name="x", scopes=["sms.read"])
    answer = post(browser(aurora.agent), {"name": "x", "scopes": ["sms.read"]}, url=KEYS)
    problem(answer, 409, "TOO_MANY_KEYS")


def test_its_use_is_noted(aurora: Tenant, django_assert_num_queries: Any) -> None:
    made = make(browser(aurora.agent))
    client = with_key(made["key"])
    client.get(ME)
    assert ApiKey.all_orgs.get().last_used_at is not None
    with django_assert_num_queries(1):  # Not written again within a minute.
        client.get(ME)


# --- In the admin -----------------------------------------------------------------------------------------------------
def test_administrators_make_their_own_and_revoke_everybodys(aurora: Tenant, borealis: Tenant, log_in: LogIn) -> None:
    client = log_in(aurora.admin)
    posted = {"name": "report", "scopes": ["sms.read"], "user": str(aurora.agent.pk), "expires_at_0": ""}
    answer = client.post(add_page(ApiKey), posted, follow=True)
    row = ApiKey.all_orgs.get()
    assert (row.user_id, row.organization_id, row.scopes) == (aurora.admin.pk, aurora.org.pk, ["sms.read"])
    page = answer.content.decode()
    secret = page[page.index(row.prefix) :][:49]
    assert with_key(secret).get(ME).json()["email"] == aurora.admin.email
    assert secret not in client.get(list_page(ApiKey)).content.decode()
    assert client.post(change_page(row), {"name": "changed"}).status_code in {403, 405}

    agents = make(browser(aurora.agent))
    theirs = make(browser(borealis.agent))
    chosen = {"action": "revoke", "_selected_action": [agents["id"], theirs["id"]]}
    assert client.post(list_page(ApiKey), chosen).status_code == 302
    problem(with_key(agents["key"]).get(ME), 401, "NOT_AUTHENTICATED")
    assert with_key(theirs["key"]).get(ME).status_code == 200
    entry = AuditEntry.all_orgs.get(action="apikey.changed")
    assert (entry.actor, entry.detail) == (aurora.admin, {"fields": ["revoked_at"]})


def test_a_superuser_of_no_organization_makes_no_keys(superuser: User, log_in: LogIn) -> None:
    assert log_in(superuser).get(add_page(ApiKey)).status_code == 403
    problem(log_in(superuser).get(KEYS), 403, "PERMISSION_DENIED")
