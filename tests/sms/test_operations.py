"""What operators see of the queue, and what they do after a restore."""

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from contactcenter.core.models import AuditEntry, Heartbeat
from sms import backlog, sending, sweep
from sms.enums import AttemptState, HoldReason, MessageStatus
from sms.models import Attempt, Message
from tests.carrier import Carrier
from tests.factories import Tenant, make_attempt, make_conversation, make_message, make_receipt

TOKEN = "operators-token-of-some-length"
NOTHING = {"scheduled": 0, "queued": 0, "claimed": 0, "sending": 0, "uncertain": 0, "held": 0}


def run(*arguments: str) -> tuple[str, int]:
    out = StringIO()
    try:
        call_command(*arguments, stdout=out)
    except SystemExit as ended:
        return out.getvalue(), int(ended.code or 0)
    return out.getvalue(), 0


def status(*arguments: str) -> dict[str, Any]:
    return dict(json.loads(run("queue_status", "--json", *arguments)[0]))


def waiting(tenant: Tenant, state: str, *, minutes: float = 5, **fields: Any) -> Message:
    at = timezone.now() - timedelta(minutes=minutes)
    return make_message(make_conversation(tenant), status=state, at=at, **fields)


@pytest.fixture
def busy(aurora: Tenant, borealis: Tenant) -> None:
    waiting(aurora, MessageStatus.QUEUED, minutes=2)
    waiting(aurora, MessageStatus.HELD, minutes=60)
    waiting(aurora, MessageStatus.DELIVERED, minutes=600)
    waiting(borealis, MessageStatus.UNCERTAIN, minutes=3)
    make_receipt(borealis.twilio)
    make_receipt(aurora.twilio, processed_at=timezone.now())


def test_status_counts_the_installation_or_one_organization(busy: None):
    sweep.sweep()
    everywhere, ours = status(), status("--org", "aurora")
    assert everywhere["counts"] == {**NOTHING, "queued": 1, "held": 1, "uncertain": 1}
    assert ours["counts"] == {**NOTHING, "queued": 1, "held": 1}
    assert [(found["organization"], found["receipts_waiting"]) for found in (everywhere, ours)] == [
        (None, 1),
        ("aurora", 0),
    ]
    assert 120 <= ours["oldest_due_seconds"] < 150
    assert 3600 <= ours["oldest_unfinished_seconds"] < 3630
    assert 0 <= ours["last_sweep_seconds"] < 30


def test_status_fails_when_texts_wait_too_long_or_nobody_sweeps(busy: None):
    assert run("queue_status", "--max-age", "9999")[1] == 1  # Nobody has ever swept.
    sweep.sweep()
    assert [run("queue_status", "--max-age", age)[1] for age in ("60", "9999")] == [1, 0]
    assert run("queue_status")[1] == 0
    Heartbeat.objects.update(beat_at=timezone.now() - timedelta(minutes=10))
    assert run("queue_status", "--max-age", "300")[1] == 1
    with pytest.raises(CommandError, match="no organization"):
        call_command("queue_status", "--org", "nobody")


def test_the_table_says_the_same(busy: None):
    lines = dict(line.rsplit(maxsplit=1) for line in run("queue_status")[0].splitlines() if "oldest" not in line)
    assert {name: lines[name] for name in NOTHING} == {
        name: str(count) for name, count in {**NOTHING, "queued": 1, "held": 1, "uncertain": 1}.items()
    }


def test_operators_ask_with_a_token(busy: None, settings):
    def ask(header: str) -> tuple[int, bytes]:
        answer = Client().get("/healthz/queue", headers={"Authorization": header} if header else {})
        return answer.status_code, answer.content

    assert ask(f"Bearer {TOKEN}") == (404, b"")
    settings.OPERATOR_TOKENS = ["another-token", TOKEN]
    refused = ["", "Bearer ", f"Basic {TOKEN}", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", "Bearer ž"]
    assert [ask(header) for header in refused] == [(401, b"")] * len(refused)
    code, body = ask(f"Bearer {TOKEN}")
    assert (code, json.loads(body)["counts"]["uncertain"]) == (200, 1)
    assert b"aurora" not in body
    assert b"+1" not in body


def test_unfinished_texts_are_found_without_reading_the_finished_ones(aurora: Tenant):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = backlog.unfinished(Message.all_orgs.all()).explain()
    # The queued ones have two indexes that know them; either will do.
    queued = any(name in plan for name in ("message_due", "message_of_lane", "message_before_its_end"))
    assert (queued, "message_leased" in plan, "message_waiting" in plan) == (True, True, True)


# --- After a restore ------------------------------------------------------------------------------------------
def test_hold_outbound_holds_whatever_may_have_gone_and_nothing_else(aurora: Tenant, borealis: Tenant):
    soon = timezone.now() + timedelta(hours=1)
    queued, claimed = (waiting(aurora, state) for state in (MessageStatus.QUEUED, MessageStatus.CLAIMED))
    due = waiting(aurora, MessageStatus.SCHEDULED, send_at=timezone.now() - timedelta(minutes=1))
    dialled = waiting(borealis, MessageStatus.SENDING)
    attempt = make_attempt(dialled, state=AttemptState.SUBMITTING)
    doubted = waiting(borealis, MessageStatus.UNCERTAIN, uncertain_at=timezone.now())
    kept = [
        waiting(aurora, MessageStatus.SCHEDULED, send_at=soon),
        *(waiting(aurora, state) for state in (MessageStatus.ACCEPTED, MessageStatus.DELIVERED, MessageStatus.FAILED)),
    ]
    assert "5 texts would be held: 3 " in run("hold_outbound", "--dry-run")[0]
    assert not Message.all_orgs.filter(status=MessageStatus.HELD).exists()
    assert "3 texts are held: 3 " in run("hold_outbound", "--org", "aurora")[0]
    assert "2 texts are held: 0 " in run("hold_outbound")[0]
    assert "0 texts are held" in run("hold_outbound")[0]

    def found(*messages: Message) -> list[tuple[str, str]]:
        rows = {row.pk: row for row in Message.all_orgs.all()}
        return [(rows[message.pk].status, rows[message.pk].hold_reason) for message in messages]

    assert found(queued, claimed, due) == [("held", HoldReason.RESTORED)] * 3
    assert found(dialled, doubted) == [("held", HoldReason.UNCERTAIN)] * 2
    assert found(*kept) == [("scheduled", ""), ("accepted", ""), ("delivered", ""), ("failed", "")]
    assert Attempt.all_orgs.get(pk=attempt.pk).state == AttemptState.UNKNOWN
    written = AuditEntry.all_orgs.filter(action="messages.held_after_restore").order_by("id")
    assert [(entry.organization, entry.detail) for entry in written] == [
        (aurora.org, {"messages": 3}),
        (borealis.org, {"messages": 2}),
    ]


def test_hold_outbound_since_leaves_older_texts_alone(aurora: Tenant):
    old, new = waiting(aurora, MessageStatus.QUEUED, minutes=90), waiting(aurora, MessageStatus.QUEUED, minutes=5)
    run("hold_outbound", "--since", (timezone.now() - timedelta(hours=1)).isoformat())
    assert [Message.all_orgs.get(pk=message.pk).status for message in (old, new)] == ["queued", "held"]
    with pytest.raises(CommandError, match="such as"):
        call_command("hold_outbound", "--since", "yesterday")


@pytest.mark.django_db(transaction=True)
def test_a_claim_that_was_held_is_not_dialled(aurora: Tenant, carrier: Carrier):
    message = waiting(aurora, MessageStatus.QUEUED)
    (claimed,) = sending.claim(10)
    run("hold_outbound")
    sending.send_claimed(claimed)
    assert carrier.truth() == []
    assert Message.all_orgs.get(pk=message.pk).status == MessageStatus.HELD
