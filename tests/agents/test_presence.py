"""Who is there: open pages tell it, and people say themselves what they are doing."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from agents import presence
from agents.enums import AgentStatus
from contactcenter.core.models import AuditEntry
from tests.agents.api import profile
from tests.conftest import LogIn
from tests.factories import Tenant

PAGE, STATUS, HTMX = "/presence/", "/presence/status/", {"HX-Request": "true"}


def test_an_open_page_tells_that_its_person_is_there(aurora: Tenant, borealis: Tenant, log_in: LogIn) -> None:
    before = timezone.now()
    answer = log_in(aurora.agent).post(PAGE, headers=HTMX)
    assert (answer.status_code, answer.content) == (204, b"")
    seen = profile(aurora.agent)
    assert seen.last_seen_at is not None
    assert abs(seen.last_seen_at - before) < timedelta(seconds=30)
    assert seen.status == AgentStatus.OFFLINE
    assert profile(borealis.agent).last_seen_at is None
    assert [presence.is_there(profile(tenant.agent)) for tenant in (aurora, borealis)] == [True, False]
    later = [seen.last_seen_at + timedelta(seconds=seconds) for seconds in (59, 61)]
    assert [presence.is_there(seen, now=at) for at in later] == [True, False]


def test_people_switch_their_own_status(aurora: Tenant, borealis: Tenant, log_in: LogIn) -> None:
    client = log_in(aurora.agent)
    switch = client.post(STATUS, {"status": "AVAILABLE"}, headers=HTMX)
    assert (switch.status_code, b'<option value="AVAILABLE" selected>' in switch.content) == (200, True)
    assert b"<html" not in switch.content
    agent = profile(aurora.agent)
    assert (agent.status, presence.is_there(agent)) == (AgentStatus.AVAILABLE, True)
    assert client.post(STATUS, {"status": "BREAK"})["Location"] == PAGE
    page = client.get(PAGE)
    assert b'<option value="BREAK" selected>' in page.content
    assert b"<html" in page.content
    assert profile(borealis.agent).status == AgentStatus.OFFLINE
    entries = AuditEntry.all_orgs.filter(action="agent.status_changed").order_by("id")
    assert [(entry.actor, entry.detail["to"]) for entry in entries] == [
        (aurora.agent, "AVAILABLE"),
        (aurora.agent, "BREAK"),
    ]


@pytest.mark.parametrize("status", ["", "available", "GONE"])
def test_another_word_is_no_status(aurora: Tenant, log_in: LogIn, status: str) -> None:
    answer = log_in(aurora.agent).post(STATUS, {"status": status})
    assert (answer.status_code, b"Choose one of these." in answer.content) == (422, True)
    assert profile(aurora.agent).status == AgentStatus.OFFLINE


def test_a_reason_keeps_what_postgresql_can_keep(aurora: Tenant, borealis: Tenant, log_in: LogIn) -> None:
    """A NUL is in no text that somebody wrote."""
    answer = log_in(aurora.agent).post(STATUS, {"status": "BREAK", "reason": "den\x00tist"}, headers=HTMX)
    assert (answer.status_code, profile(aurora.agent).status_reason) == (200, "dentist")

    page = f"/supervisor/agents/{profile(aurora.agent).pk}/"
    for status, reason in (("BREAK", "a\x00b"), ("TRAINING", "\x00c")):
        answer = log_in(aurora.supervisor).post(page, {"status": status, "reason": reason}, headers=HTMX)
        assert (answer.status_code, profile(aurora.agent).status_reason) == (200, reason.replace("\x00", ""))
    assert profile(borealis.agent).status == AgentStatus.OFFLINE


def test_who_is_no_agent_has_nothing_to_switch(aurora: Tenant, log_in: LogIn) -> None:
    client = log_in(aurora.supervisor)
    assert [client.post(PAGE).status_code, client.get(PAGE, headers=HTMX).status_code] == [204, 204]
    assert b"presence-switch" not in client.get(PAGE).content
    assert client.post(STATUS, {"status": "BREAK"}).status_code == 422
    assert not AuditEntry.all_orgs.filter(action="agent.status_changed").exists()


def test_the_page_has_a_switch_of_its_own_that_hears_of_changes(
    aurora: Tenant, borealis: Tenant, log_in: LogIn
) -> None:
    """The navigation brings a second one, so the names differ, whichever way a switch is drawn."""
    client, own = log_in(aurora.agent), profile(aurora.agent)
    heard = f'hx-trigger="agents:changed-{own.pk} from:body, resync from:body"'
    drawn = {
        "page": [client.get(PAGE), client.get(f"{PAGE}?reason=page", headers=HTMX)],
        "own": [client.get("/operator/"), client.get(f"{PAGE}?reason=own", headers=HTMX)],
        "presence": [client.get(PAGE, headers=HTMX), client.get(f"{PAGE}?reason=else", headers=HTMX)],
    }
    drawn["page"] += [client.post(f"{STATUS}?reason=page", {"status": "BUSY"}, headers=HTMX)]
    drawn["page"] += [client.post(STATUS, {"status": "GONE"})]
    for name, answers in drawn.items():
        for answer in answers:
            html = answer.content.decode()
            assert (re.findall(r'id="(\w+)-status"', html), html.count(heard)) == ([name], 1)
            assert str(profile(borealis.agent).pk) not in html


def test_every_page_hears_news_once_if_its_person_may(aurora: Tenant, log_in: LogIn, client: Client) -> None:
    paths = ("/account/", PAGE, "/contacts/", "/help/", "/sms/", "/operator/")
    for user in (aurora.admin, aurora.supervisor, aurora.agent):
        shown = log_in(user)
        assert {path: shown.get(path).content.count(b"<live-stream") for path in paths} == dict.fromkeys(paths, 1)
        assert shown.get("/account/").content.count(f'<live-notices data-user="{user.pk}"'.encode()) == 1
    assert b"<live-" not in log_in(aurora.customer).get("/account/").content
    assert b"<live-" not in client.get("/accounts/login/").content


def test_pages_keep_the_presence_of_those_who_have_a_status(aurora: Tenant, log_in: LogIn) -> None:
    pages = {user.role: log_in(user).get("/account/").content for user in aurora.users}
    assert {role: b"<agent-presence" in page for role, page in pages.items()} == {
        **{"ADMIN": True, "SUPERVISOR": True, "AGENT": True},
        "CUSTOMER": False,
    }
    assert log_in(aurora.customer).post(PAGE).status_code == 403
