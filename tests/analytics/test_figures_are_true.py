"""Every figure of every endpoint is what a slow, obvious computation over the rows says, whatever happened before."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings as django_settings
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as as_asked
from hypothesis import strategies as st

from analytics import rebuilding
from analytics.enums import Dimension, GroupBy, Subject
from analytics.metrics import by_key
from analytics.selectors import report
from analytics.selectors.report import Span
from analytics.sources import SOURCES
from analytics.values import Values
from tests.analytics import reference
from tests.analytics.histories import DAYS, NOW, History, moments
from tests.conftest import LogIn
from tests.factories import Tenant, make_campaign, make_conversation

ZONES = [
    "UTC",
    "Europe/Prague",
    "America/St_Johns",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
]
# What the plain computation knows. What it does not know says so in its section of docs/metrics.md.
KNOWN: dict[Subject, set[str]] = {
    Subject.CALLS: set(reference.figures_of_calls([], seconds=20)),
    Subject.TEXTS: set(reference.figures_of_texts([])),
}
NOT_KNOWN = "Counted by SQL alone."
MOST = {GroupBy.HOUR: timedelta(days=3)}
Rows = list[Any]


@pytest.fixture
def history(aurora: Tenant, borealis: Tenant) -> History:
    tenants = [aurora, borealis]
    campaigns = [[make_campaign(one, name=name) for name in ("Autumn", "Spring")] for one in tenants]
    numbers = [[one.twilio_number, one.telnyx_number] for one in tenants]
    talks = [
        [make_conversation(one, phone_number=number) for number in ours]
        for one, ours in zip(tenants, numbers, strict=True)
    ]
    return History(tenants, campaigns, talks)


@pytest.fixture
def still(settings: Any) -> Iterator[None]:
    settings.API_REQUESTS_PER_MINUTE = 1_000_000
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.mark.parametrize("subject", list(Subject))
def test_every_metric_is_counted_once_more_or_its_section_says_that_it_is_not(subject: Subject) -> None:
    text = (django_settings.BASE_DIR / "docs" / "metrics.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"^### (\w+)\n(.*?)(?=^#)", text, re.MULTILINE | re.DOTALL))
    alone = {key for key in by_key(subject) if NOT_KNOWN in sections.get(key, "")}
    assert (alone, KNOWN[subject]) == (by_key(subject).keys() - KNOWN[subject], by_key(subject).keys() - alone)


@as_asked(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_figure_is_what_the_rows_say(history: History, still: None, log_in: LogIn, data: st.DataObject) -> None:
    with transaction.atomic():
        for _n in range(data.draw(st.integers(4, 14))):
            history.happen(data.draw)
        tenant = data.draw(st.sampled_from(history.tenants))
        compare_selectors(tenant, data.draw)
        compare_endpoints(tenant, log_in, data.draw)
        for source in SOURCES.values():
            assert list(rebuilding.differences(tenant.org.pk, source, since=None)) == []
        transaction.set_rollback(True)


# --- Selectors -------------------------------------------------------------------------------------------------
def compare_selectors(tenant: Tenant, draw: Any) -> None:
    by = draw(st.sampled_from(list(GroupBy)))
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    start = draw(moments)
    until = start + draw(st.timedeltas(timedelta(minutes=1), MOST.get(by, timedelta(days=70))))
    span = Span(start, until)
    only = draw(st.sampled_from([None, tenant.agent.pk]))
    everything = {Subject.CALLS: reference.calls_of(tenant.org), Subject.TEXTS: reference.texts_of(tenant.org)}
    for subject, every in everything.items():
        rows = [row for row in every if only in (None, reference.owner(row))]
        within = reference.within(rows, start, until)
        assert shown(report.totals(tenant.org, span, subject, only=only)) == expected(subject, within)
        always = Span(report.BEGINNING, report.END)
        assert shown(report.totals(tenant.org, always, subject, only=only)) == expected(subject, rows)
        compare_periods(tenant, span, by, subject, zone, only, within)
        compare_keys(tenant, span, subject, only, within)
        compare_keys(tenant, always, subject, only, rows)


def compare_periods(
    tenant: Tenant, span: Span, by: GroupBy, subject: Subject, zone: ZoneInfo, only: Any, rows: Rows
) -> None:
    found = report.course(tenant.org, span, by, subject, tz=zone, only=only).periods
    labels = reference.labels_of(span.start, span.until, by, zone)
    of_each = reference.grouped(rows, lambda row: reference.label_of(reference.when(row), by, zone))
    assert [(one.label, shown(one.values)) for one in found] == [
        (label[0], expected(subject, of_each.get(label, []))) for label in labels
    ]
    ends = [found[0].start, *(one.until for one in found)]
    assert (ends[0], ends[-1]) == (span.start, span.until)
    assert ends[1:-1] == [one.start for one in found[1:]]


def compare_keys(tenant: Tenant, span: Span, subject: Subject, only: Any, rows: Rows) -> None:
    keys: dict[Dimension, Callable[[Any], Any]] = {Dimension.AGENT: reference.owner}
    words: dict[Dimension, Callable[[Any], Any]] = {
        Dimension.NUMBER: reference.number,
        Dimension.PROVIDER: lambda row: row.provider or None,
        Dimension.COUNTRY: reference.country,
    }
    if subject is Subject.CALLS:
        keys[Dimension.CAMPAIGN] = lambda call: call.campaign_id
    for ask, dimensions in ((report.by_key, keys), (report.by_word, words)):
        for dimension, key in dimensions.items():
            found: Any = ask(tenant.org, span, subject, dimension, only=only)
            assert {one: shown(values) for one, values in found.items()} == {
                one: expected(subject, several) for one, several in reference.grouped(rows, key).items()
            }


def shown(values: Values) -> dict[str, Any]:
    return {key: value for key, value in values.as_dict().items() if key in KNOWN[values.subject]}


def expected(subject: Subject, rows: Rows) -> dict[str, Any]:
    if subject is Subject.TEXTS:
        return reference.figures_of_texts(rows)
    return reference.figures_of_calls(rows, seconds=django_settings.SERVICE_LEVEL_SECONDS)


# --- Endpoints -------------------------------------------------------------------------------------------------
def compare_endpoints(tenant: Tenant, log_in: LogIn, draw: Any) -> None:
    user = draw(st.sampled_from([tenant.supervisor, tenant.agent]))
    calls = [call for call in reference.calls_of(tenant.org) if user == tenant.supervisor or call.agent_id == user.pk]
    client = log_in(user)
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    compare_now(client, calls)
    compare_analytics(client, calls, zone, draw)
    compare_dashboard(client, calls, zone, draw)


def compare_now(client: Client, calls: Rows) -> None:
    day = facts([call for call in calls if call.started_at >= NOW - timedelta(hours=24)])
    active = [call for call in calls if call.status in ("RINGING", "IN_PROGRESS", "ON_HOLD")]
    found = ask(client, "analytics/dashboard")
    assert (found["total_calls_24h"], found["completed_calls_24h"]) == (day["total"], day["completed"])
    assert (found["avg_call_duration"], found["completion_rate"]) == (day["average"], day["rate"])
    assert found["active_calls"] == len(active)
    stats = ask(client, "dashboard/overview")["stats"]
    names = ("totalCalls", "completedCalls", "missedCalls", "agentHandledCalls", "averageDuration")
    assert [stats[name] for name in names] == [
        day[name] for name in ("total", "completed", "missed", "handled", "average")
    ]
    campaigns = reference.grouped(calls, lambda call: call.campaign_id)
    for row in ask(client, "analytics/campaigns"):
        of_it = facts(next((several for pk, several in campaigns.items() if str(pk) == row["campaign_id"]), []))
        assert (row["total_calls"], row["completed_calls"]) == (of_it["total"], of_it["completed"])
        assert row["completion_rate"] == of_it["rate"]


def compare_analytics(client: Client, calls: Rows, zone: ZoneInfo, draw: Any) -> None:
    by = draw(st.sampled_from(list(GroupBy)))
    first = draw(st.sampled_from([*DAYS, NOW])).date() - timedelta(days=draw(st.integers(0, 2)))
    last = first + timedelta(days=draw(st.integers(0, 3)))
    asked = {"tz": zone.key, "start_date": first.isoformat(), "end_date": last.isoformat()}
    rows = [call for call in calls if first <= call.started_at.astimezone(zone).date() <= last]
    found = ask(client, "analytics/calls", **asked, group_by=by.value)
    since = datetime.combine(first, datetime.min.time(), zone)
    until = datetime.combine(last + timedelta(days=1), datetime.min.time(), zone)
    labels = reference.labels_of(since, until, by, zone)
    of_each = reference.grouped(rows, lambda call: reference.label_of(call.started_at, by, zone))
    assert found["metrics"] == [period_of(label[0], of_each.get(label, [])) for label in labels]
    assert found["summary"] == outline_of(rows)
    people = reference.grouped(rows, lambda call: call.agent_id)
    agents = {row["agent_id"]: row for row in ask(client, "analytics/agents", **asked)}
    for pk, several in people.items():
        assert {**agents.pop(str(pk)), "agent_id": "", "agent_name": ""} == {
            **outline_of(several),
            "agent_id": "",
            "agent_name": "",
        }
    assert all(row["total_calls"] == 0 for row in agents.values())


def compare_dashboard(client: Client, calls: Rows, zone: ZoneInfo, draw: Any) -> None:
    days = draw(st.sampled_from([1, 2, 7, 365]))
    today = NOW.astimezone(zone).date()
    first = today - timedelta(days=days - 1)
    rows = [call for call in calls if first <= call.started_at.astimezone(zone).date()]
    past = [call for call in rows if call.started_at <= NOW]
    found = ask(client, "dashboard/stats", days=days, tz=zone.key)
    of_each = reference.grouped(past, lambda call: call.started_at.astimezone(zone).date())
    assert found["daily"] == [
        {
            "date": day.isoformat(),
            "total": of_day["total"],
            "completed": of_day["completed"],
            "missed": of_day["missed"],
            "avgDuration": of_day["average"],
        }
        for day in (first + timedelta(days=n) for n in range(days))
        for of_day in [facts(of_each.get(day, []))]
    ]
    assert found["summary"]["totalCalls"] == len(past)
    ranking = ask(client, "dashboard/agent-performance", days=days, tz=zone.key)["agents"]
    people = reference.grouped(rows, lambda call: call.agent_id)
    assert {row["agentId"]: (row["totalCalls"], row["averageDuration"]) for row in ranking} == {
        str(pk): (len(several), facts(several)["average"]) for pk, several in people.items()
    }
    assert [row["totalCalls"] for row in ranking] == sorted((len(several) for several in people.values()), reverse=True)


def ask(client: Client, path: str, **params: Any) -> Any:
    answer = client.get(f"/api/{path}", params)
    assert answer.status_code == 200, answer.content
    return answer.json()


def facts(calls: Rows) -> dict[str, Any]:
    figures = expected(Subject.CALLS, calls)
    return {**figures, "average": figures["average_duration"] or 0, "rate": figures["completion_rate"] or 0.0}


def outline_of(calls: Rows) -> dict[str, Any]:
    found = facts(calls)
    return {
        "total_calls": found["total"],
        "completed_calls": found["completed"],
        "avg_duration": found["average"],
        "completion_rate": found["rate"],
    }


def period_of(label: str, calls: Rows) -> dict[str, Any]:
    found = facts(calls)
    names = ("total", "inbound", "outbound", "completed", "failed")
    return {
        "period": label,
        **{name: found[name] for name in names},
        "total_duration": found["talked"],
        "avg_duration": found["average"],
        "completion_rate": found["rate"],
    }
