"""What Prometheus reads: the token, every figure beside the rows that it counts, several processes, and what fails."""

import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.models.functions import Now
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agents.models import Agent
from contactcenter.core import metrics, tallies, tally
from contactcenter.core.models import (
    CircuitState,
    Heartbeat,
    OutboxEvent,
    ProviderCircuit,
    Tally,
    WebhookReceipt,
    WebhookRefusal,
)
from contactcenter.web.views import metrics as view
from sms import delivery, queue_status, services, sweep
from sms.enums import MessageStatus
from tests import databases
from tests.carrier import Carrier
from tests.factories import Tenant, make_conversation, make_message, make_receipt
from tests.sms.test_sending import queue, send_due
from tests.webhooks import post_twilio, twilio_form

TOKEN = "operators-token-of-some-length"
ROOT = Path(__file__).resolve().parents[2]
LINE = re.compile(r'([a-z_]+)(\{(?:[a-z]+="[^"\\]*",?)+\})? (-?[0-9.e+]+)')
Figures = dict[str, float]


@pytest.fixture(autouse=True)
def _token(settings: Any) -> None:
    settings.OPERATOR_TOKENS = ["another-token", TOKEN]
    tally._counts.take()  # What earlier tests have counted.


def scrape() -> Figures:
    """Return every line of /metrics; fail on one that is not of Prometheus' text format, or of an unknown figure."""
    answer = Client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert (answer.status_code, answer["Content-Type"]) == (200, metrics.CONTENT_TYPE)
    found: Figures = {}
    kinds: dict[str, str] = {}
    for line in answer.content.decode().splitlines():
        if line.startswith("# TYPE "):
            _hash, _type, name, kind = line.split(" ")
            assert name not in kinds, "a figure is told once"
            kinds[name] = kind
        elif not line.startswith("# HELP "):
            match = LINE.fullmatch(line)
            assert match, line
            name, labels, value = match.groups()
            family = re.sub("_(bucket|sum|count)$", "", name) if name not in kinds else name
            assert kinds[family] == ("histogram" if family != name else kinds[family])
            assert name + (labels or "") not in found
            found[name + (labels or "")] = float(value)
    return found


def waiting(tenant: Tenant, state: str, *, minutes: float = 5) -> None:
    at = timezone.now() - timedelta(minutes=minutes)
    make_message(make_conversation(tenant), status=state, at=at)


def ask(header: str, path: str = "/metrics") -> int:
    return Client().get(path, headers={"Authorization": header} if header else {}).status_code


@pytest.mark.django_db
def test_only_the_operators_token_opens_it(settings: Any) -> None:
    refused = ["", "Bearer ", f"Basic {TOKEN}", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", "Bearer ž"]
    assert [ask(header, path) for header in refused for path in ("/metrics", "/healthz/queue")] == [401] * 12
    assert Client().get("/metrics")["WWW-Authenticate"] == 'Bearer realm="operators"'
    assert [ask(f"Bearer {TOKEN}", path) for path in ("/metrics", "/metrics/", "/metricsx")] == [200, 200, 404]
    settings.OPERATOR_TOKENS = []
    assert ask(f"Bearer {TOKEN}") == 404


def test_every_gauge_says_what_the_rows_say(aurora: Tenant, borealis: Tenant, settings: Any) -> None:
    settings.EVENT_BUS_URL = "redis://127.0.0.1:9/0"
    sweep.sweep()
    waiting(aurora, MessageStatus.QUEUED, minutes=2)
    waiting(aurora, MessageStatus.HELD, minutes=60)
    waiting(aurora, MessageStatus.DELIVERED, minutes=600)
    waiting(borealis, MessageStatus.UNCERTAIN, minutes=3)
    make_receipt(borealis.twilio)
    make_receipt(aurora.twilio, processed_at=timezone.now())
    OutboxEvent.all_orgs.create(organization=aurora.org, type="sms.sent", object_id=aurora.org.pk, data={})
    ProviderCircuit.all_orgs.create(
        organization=borealis.org,
        account=borealis.telnyx,
        state=CircuitState.OPEN,
        changed_at=timezone.now(),
        probe_at=timezone.now(),
    )
    for name, kind, streams, age in (
        ("a", "web", 3, 1),
        ("b", "web", 4, 1),
        ("c", "web", 9, 60),
        ("d", "worker", 0, 1),
    ):
        Heartbeat.objects.create(name=name, kind=kind, streams=streams, beat_at=timezone.now() - timedelta(seconds=age))
    found, same = scrape(), queue_status.of(None)
    OutboxEvent.all_orgs.all().delete()  # No real event: nothing is promised of its data.
    texts = {state: found[f'voice_texts{{state="{state}"}}'] for state in same.counts}
    assert texts == {"scheduled": 0, "queued": 1, "claimed": 0, "sending": 0, "uncertain": 1, "held": 1} == same.counts
    expected = {
        "voice_database_up": 1,
        "voice_webhooks_waiting": 1,
        "voice_outbox_unpublished": 1,
        'voice_circuits{provider="TELNYX",state="open"}': 1,
        'voice_circuits{provider="TWILIO",state="open"}': 0,
        'voice_circuits{provider="TELNYX",state="half_open"}': 0,
        'voice_processes{kind="worker"}': 1,
        'voice_processes{kind="web"}': 3,  # The two above, and the one that answers.
        "voice_live_streams": 7,
        "voice_calls_active": 0,
    }
    assert {name: found[name] for name in expected} == expected
    ages = ("voice_texts_oldest_due_seconds", "voice_texts_oldest_unfinished_seconds", "voice_sweep_age_seconds")
    assert [round(found[name] // 60) for name in ages] == [2, 60, 0]
    assert {name: value for name, value in found.items() if name.startswith("voice_collector_up")} == {
        f'voice_collector_up{{collector="{name}"}}': 1 for name in metrics._collectors
    }


def test_ages_are_told_by_the_databases_clock(aurora: Tenant, borealis: Tenant, time_machine: Any) -> None:
    """Else a web host that is two minutes ahead calls somebody, and one that is behind calls nobody."""
    sweep.sweep()
    Heartbeat.objects.create(name="worker", kind="worker", beat_at=Now())
    waiting(aurora, MessageStatus.QUEUED, minutes=10)
    since = Now() - timedelta(minutes=10)
    make_receipt(borealis.twilio, received_at=since, next_attempt_at=since)
    right = timezone.now()
    for shift in (timedelta(minutes=2), timedelta(minutes=-2)):
        time_machine.move_to(right + shift)
        found, same = scrape(), queue_status.of(None)
        ages = ("voice_sweep_age_seconds", "voice_texts_oldest_due_seconds", "voice_webhooks_oldest_seconds")
        assert [round(found[name] / 60) for name in ages] == [0, 10, 10]
        assert (found['voice_processes{kind="worker"}'], same.workers) == (1, 1)


def test_web_processes_that_beat_slowly_are_counted_until_they_miss_three_beats(aurora: Tenant, settings: Any) -> None:
    for name, age in (("a", 100), ("b", 200)):
        Heartbeat.objects.create(name=name, kind="web", streams=3, beat_at=timezone.now() - timedelta(seconds=age))
    scrape()  # From now on this process is one of them.
    for pace, processes, streams in ((5, 1, 0), (60, 2, 3), (120, 3, 6)):
        settings.METRICS_FLUSH_SECONDS = pace
        expected = {f'voice_processes{{kind="web"}} {processes}', f"voice_live_streams {streams}"}
        assert expected - set(metrics.render().splitlines()) == set()


def test_no_age_is_less_than_nothing(aurora: Tenant) -> None:
    """A sweep may end between the moment a scrape began and its query."""
    sweep.sweep()
    Heartbeat.objects.update(beat_at=timezone.now() + timedelta(seconds=30))
    assert scrape()["voice_sweep_age_seconds"] == 0


@pytest.mark.django_db(transaction=True)
def test_webhooks_that_are_put_off_do_not_wait(
    aurora: Tenant, borealis: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A report about somebody else's text is tried again for more than an hour, and nobody is called for it."""

    def fail(*_args: Any) -> bool:
        raise RuntimeError("the disk is on fire")

    def told() -> tuple[float, ...]:
        found, same = scrape(), queue_status.of(None)
        postponed = [found[f'voice_webhooks_postponed{{reason="{reason}"}}'] for reason in ("unknown", "failed")]
        assert (found["voice_webhooks_waiting"], postponed[1]) == (same.receipts_waiting, same.receipts_failed)
        return (found["voice_webhooks_waiting"], round(found["voice_webhooks_oldest_seconds"] / 60), *postponed)

    receipts = WebhookReceipt.all_orgs.all()
    for tenant, trouble in ((aurora, False), (borealis, True)):
        fields = twilio_form("sms_status_delivered", AccountSid=tenant.twilio.account_id)
        assert post_twilio("/hooks/twilio/sms/status", fields, tenant.twilio).status_code == 200
        with monkeypatch.context() as patch:
            if trouble:
                patch.setattr(delivery, "_store", fail)
            delivery.process_due()
        receipts.update(received_at=Now() - timedelta(hours=1), next_attempt_at=Now() + timedelta(minutes=9))
    assert told() == (0, 0, 1, 1)
    assert [queue_status.of(tenant.org).receipts_failed for tenant in (aurora, borealis)] == [0, 1]
    receipts.filter(organization=aurora.org).update(next_attempt_at=Now() - timedelta(minutes=5))
    assert told() == (1, 5, 0, 1)
    make_receipt(borealis.twilio, next_attempt_at=Now() + timedelta(milliseconds=900))
    assert told() == (1, 5, 0, 1)  # By a clock that is a little behind it is not due yet, and has not failed.


def test_agents_look_as_long_as_their_open_pages_say_so(aurora: Tenant, borealis: Tenant) -> None:
    """VoiceNobodyListens asks for it: a page that nobody looks at has no stream, and that is no fault."""
    assert scrape()["voice_agents_looking"] == 0
    for tenant, said in ((aurora, {}), (borealis, {"hidden": "1"})):
        client = Client()
        client.force_login(tenant.agent)
        assert client.post("/presence/", said).status_code == 204
    assert scrape()["voice_agents_looking"] == 1
    Agent.all_orgs.update(last_seen_at=Now() - timedelta(seconds=61))
    assert scrape()["voice_agents_looking"] == 0


def test_without_a_bus_no_event_is_late(aurora: Tenant) -> None:
    OutboxEvent.all_orgs.create(organization=aurora.org, type="sms.sent", object_id=aurora.org.pk, data={})
    found = scrape()
    OutboxEvent.all_orgs.all().delete()
    assert (found["voice_outbox_unpublished"], found["voice_outbox_oldest_seconds"]) == (0, 0)


def test_it_costs_the_same_with_more_rows_and_holds_nothing_of_anybody(aurora: Tenant, borealis: Tenant) -> None:
    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            scrape()
        return len(queries)

    waiting(aurora, MessageStatus.QUEUED)
    cost()
    before = cost()
    for tenant in (aurora, borealis, aurora):
        waiting(tenant, MessageStatus.QUEUED)
        make_receipt(tenant.twilio)
    assert cost() == before
    text = metrics.render()
    for secret in ("aurora", "borealis", str(aurora.org.pk), aurora.twilio_number.address, aurora.twilio.account_id):
        assert secret not in text


# --- What is counted while it happens ----------------------------------------------------------------------------
def test_requests_are_counted_by_the_name_of_their_route(aurora: Tenant) -> None:
    client = Client()
    client.force_login(aurora.agent)
    conversation = make_conversation(aurora)
    client.get(f"/sms/{conversation.pk}/")
    client.get(f"/sms/{aurora.org.pk}/")
    client.get("/+420777123456")
    client.generic("BREW", "/health")
    found = scrape()
    counts = {name: value for name, value in found.items() if name.startswith("voice_http_request_seconds_count")}
    assert counts == {
        f'voice_http_request_seconds_count{{route="{route}",method="{method}",status="{status}"}}': 1
        for route, method, status in [
            ("sms:conversation", "GET", "2xx"),
            ("sms:conversation", "GET", "4xx"),
            ("none", "GET", "4xx"),
            ("health", "OTHER", "4xx"),
        ]
    }
    one = 'route="sms:conversation",method="GET",status="2xx"'
    buckets = [value for name, value in found.items() if name.startswith("voice_http_request_seconds_bucket{" + one)]
    assert len(buckets) == len(tallies.HTTP_REQUESTS.bounds) + 1
    assert (buckets[-1], buckets == sorted(buckets)) == (1, True)
    assert found[f"voice_http_request_seconds_sum{{{one}}}"] > 0


def test_refused_webhooks_and_texts_are_counted(aurora: Tenant, borealis: Tenant, settings: Any) -> None:
    settings.SMS_RATE_LIMIT = 0
    text = services.OutgoingText(to_number="+12025551234", body="Hello")
    for tenant in (aurora, borealis):
        with pytest.raises(services.QuotaExceeded):
            services.send_message(org=tenant.org, actor=tenant.agent, text=text)
    fields = twilio_form("sms_status_sent", AccountSid=aurora.twilio.account_id)
    assert post_twilio("/hooks/twilio/sms/status", fields, aurora.twilio, signature="wrong").status_code == 403
    found = scrape()
    assert found['voice_texts_refused_total{reason="QuotaExceeded"}'] == 2
    assert found['voice_webhooks_refused_total{provider="TWILIO",reason="signature"}'] == 1
    assert WebhookRefusal.objects.get().count == 1


@pytest.mark.django_db(transaction=True)
def test_what_providers_answer_is_counted_by_outcome_and_error(
    aurora: Tenant, borealis: Tenant, carrier: Carrier
) -> None:
    carrier.script(
        {"refuse": {"http_status": 400, "code": "21211", "message": "no"}, "callbacks": []}, to="+12025551235"
    )
    carrier.script({"cut": True, "callbacks": []}, to="+12025551236")
    for tenant, number in ((aurora, "4"), (borealis, "4"), (aurora, "5"), (borealis, "6")):
        queue(tenant, to_number=f"+1202555123{number}")
    send_due()
    found = scrape()
    counts = {
        re.sub("^.*outcome=", "outcome=", name): value
        for name, value in found.items()
        if name.startswith('voice_provider_request_seconds_count{provider="TWILIO",channel="sms"')
    }
    assert counts == {
        'outcome="accepted",error=""}': 2,
        'outcome="refused",error="VALIDATION_ERROR"}': 1,
        'outcome="unknown",error="UNKNOWN_OUTCOME"}': 1,
    }


COUNTING = """
import django; django.setup()
from contactcenter.core import tallies, tally
routes = ["inbox", "thread", "home"][::{step}]
for _ in range(40):
    for route in routes:
        tallies.HTTP_REQUESTS.observe(0.02, route, "GET", "2xx")
        tallies.API_THROTTLED.add("person")
    tally.flush()
"""


@pytest.mark.django_db(transaction=True)
def test_several_processes_count_into_one_sum() -> None:
    """They write the same rows at the same time, in different orders of counting, and nobody waits for ever."""
    url = databases.address(os.environ["DATABASE_URL"], connection.settings_dict["NAME"])
    environment = {**os.environ, "DATABASE_URL": url}
    processes = [
        subprocess.Popen([sys.executable, "-c", COUNTING.format(step=step)], cwd=ROOT, env=environment)
        for step in (1, -1, 1)
    ]
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    found = scrape()
    for route in ("inbox", "thread", "home"):
        labels = f'route="{route}",method="GET",status="2xx"'
        buckets = [
            found[f'voice_http_request_seconds_bucket{{{labels},le="{le}"}}'] for le in ("0.01", "0.025", "+Inf")
        ]
        assert buckets == [0, 120, 120]
        assert found[f"voice_http_request_seconds_sum{{{labels}}}"] == pytest.approx(2.4)
    assert found['voice_api_throttled_total{caller="person"}'] == 360


# --- When something is missing ------------------------------------------------------------------------------------
def test_one_part_that_fails_hides_no_other(aurora: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_now: Any) -> list[metrics.Figure]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT nothing FROM nowhere")
        return []

    monkeypatch.setattr(metrics, "_collectors", {"broken": broken, **metrics._collectors})
    waiting(aurora, MessageStatus.HELD)
    found = scrape()
    assert found['voice_collector_up{collector="broken"}'] == 0
    assert found['voice_collector_up{collector="texts"}'] == found['voice_texts{state="held"}'] == 1


def nap(seconds: float = 0.05) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(%s)", [seconds])


def test_all_statements_of_a_part_share_its_time(aurora: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of them is short, so a limit for one statement would let them go on."""
    naps: list[int] = []

    def slow(_now: Any) -> list[metrics.Figure]:
        for number in range(200):
            nap()
            naps.append(number)
        return []

    monkeypatch.setattr(metrics, "_collectors", {"slow": slow, **metrics._collectors})
    monkeypatch.setattr(metrics, "_PART_SECONDS", 0.5)
    waiting(aurora, MessageStatus.HELD)
    found = scrape()
    assert found['voice_collector_up{collector="slow"}'] == 0
    assert 0 < len(naps) < 20
    assert found['voice_collector_up{collector="texts"}'] == found['voice_texts{state="held"}'] == 1


def test_slow_parts_together_leave_nothing_to_those_behind(aurora: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else Prometheus gives up, and knows nothing at all."""

    def slow(_now: Any) -> list[metrics.Figure]:
        nap(60)
        return []

    several = dict.fromkeys("abcd", slow)
    monkeypatch.setattr(metrics, "_collectors", {"circuits": metrics._collectors["circuits"], **several})
    monkeypatch.setattr(metrics, "_PART_SECONDS", 1.0)
    monkeypatch.setattr(metrics, "_ANSWER_SECONDS", 1.5)
    tallies.HINTS_LOST.add()
    found = scrape()
    up = {name: found[f'voice_collector_up{{collector="{name}"}}'] for name in ("circuits", *several)}
    assert (found["voice_database_up"], up) == (1, {"circuits": 1, "a": 0, "b": 0, "c": 0, "d": 0})
    assert Tally.objects.get(key="voice_hints_lost_total").count == 1  # It was written before.


def test_without_any_time_counts_are_kept(aurora: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    tallies.HINTS_LOST.add()
    with monkeypatch.context() as patch:
        patch.setattr(metrics, "_ANSWER_SECONDS", 0.0)
        found = scrape()
    up = [value for name, value in found.items() if name.startswith("voice_collector_up")]
    assert (found["voice_database_up"], set(up)) == (1, {0})
    assert scrape()["voice_hints_lost_total"] == 1


def test_without_the_database_it_says_so_and_what_was_counted_is_kept(
    aurora: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    tallies.HINTS_LOST.add()

    def away(*_args: Any) -> None:
        raise OperationalError("the server is gone")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", away)
        patch.setattr(connection, "close", lambda: None)  # The test's transaction lives on it.
        found = scrape()
    assert found == {
        "voice_database_up": 0,
        **{f'voice_collector_up{{collector="{name}"}}': 0 for name in metrics._collectors},
    }
    assert scrape()["voice_hints_lost_total"] == 1


def test_counts_that_could_not_be_written_are_written_later(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_args: Any) -> None:
        raise OperationalError("the server is gone")

    tallies.HTTP_REQUESTS.observe(0.02, "inbox", "GET", "2xx")
    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", away)
        with pytest.raises(OperationalError):
            tally.flush()
    tallies.HTTP_REQUESTS.observe(7.0, "inbox", "GET", "2xx")
    tally.flush()
    row = Tally.objects.get(key='voice_http_request_seconds{route="inbox",method="GET",status="2xx"}')
    assert (row.count, row.total, sum(row.buckets), row.buckets[2], row.buckets[10]) == (2, 7.02, 2, 1, 1)


def test_an_answer_is_kept_for_some_seconds(aurora: Tenant, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.METRICS_CACHE_SECONDS = 60
    monkeypatch.setattr(view, "_kept", view._Kept())
    first = scrape()
    waiting(aurora, MessageStatus.HELD)
    with CaptureQueriesContext(connection) as queries:
        assert scrape() == first
    assert len(queries) == 0
