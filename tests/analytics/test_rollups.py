"""Rollups: which changes mark an hour, how marks are worked off, and how a wrong rollup is found and mended."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analytics import call_metrics, rebuilding, rollups
from analytics.alerting.figures import MOMENTS, watchables
from analytics.enums import Dimension, Subject
from analytics.metrics import METRICS, Metric, metrics_of, stored
from analytics.models import CallRollup, RollupState, StaleHour
from analytics.rollups import Refreshed
from analytics.selectors import report
from analytics.selectors.lag import rollup_lag
from analytics.selectors.report import Span
from analytics.sources import SOURCES, Source
from calls.models import Call
from contactcenter.core import metrics
from sms.models import Message
from tests.analytics.changed_metrics import table_with
from tests.conftest import LogIn
from tests.factories import Tenant, make_call, make_campaign, make_conversation, make_message

AT = datetime(2026, 3, 10, 14, 20, tzinfo=UTC)
HOUR = AT.replace(minute=0)
ALWAYS = Span(report.BEGINNING, report.END)
by_subject = pytest.mark.parametrize("source", list(SOURCES.values()), ids=list(SOURCES))


def marks() -> list[tuple[str, datetime]]:
    return list(StaleHour.all_orgs.order_by("id").values_list("subject", "starts_at"))


def old_row(tenant: Tenant, subject: Subject) -> Any:
    if subject is Subject.CALLS:
        return make_call(tenant, at=AT)
    return make_message(make_conversation(tenant), at=AT, author=tenant.agent)


def columns_of(source: Source) -> set[str]:
    """Return every column that a figure reads."""
    words = [source.at, source.owner, source.kept, source.currency, source.figures, *source.keys.values()]
    return {"organization_id", *re.findall(rf"\b{source.row}\.(\w+)", " ".join(words))}


# --- Marks -----------------------------------------------------------------------------------------------------
@by_subject
@pytest.mark.django_db
def test_the_triggers_watch_exactly_the_columns_that_figures_read(source: Source) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = %s",
            [f"analytics_mark_{source.subject}_update"],
        )
        definition = cursor.fetchone()[0]
    assert set(re.findall(r"\bnew\.(\w+)", definition)) == columns_of(source)


CHANGES: dict[Subject, dict[str, Any]] = {
    Subject.CALLS: {
        "started_at": AT + timedelta(minutes=1),
        "deleted_at": AT,
        "direction": "OUTBOUND",
        "status": "FAILED",
        "campaign_id": lambda tenant: make_campaign(tenant).pk,
        "agent_id": lambda tenant: tenant.agent.pk,
        "from_number": "+12025550177",
        "to_number": "+12025550178",
        "provider": "TELNYX",
        "answered_at": None,
        "duration": 7,
        "cost": Decimal(1),
        "cost_currency": "CZK",
    },
    Subject.TEXTS: {
        "created_at": AT + timedelta(minutes=1),
        "direction": "inbound",
        "status": "failed",
        "author_id": None,
        "from_address": "+12025550177",
        "to_address": "+12025550178",
        "provider": "",
        "provider_message_id": "SM1",
        "segments": 3,
        "message_class": "bulk",
        "waited_since": AT,
        "cost": Decimal(1),
        "cost_currency": "CZK",
        "cost_source": "final",
    },
}
# What a change of the column alone cannot be.
TOGETHER: dict[str, dict[str, Any]] = {"inbound": {"status": "received"}}


@by_subject
def test_a_change_of_any_of_them_marks_the_hour_and_shows_at_once(
    aurora: Tenant, borealis: Tenant, source: Source
) -> None:
    row = old_row(aurora, source.subject)
    old_row(borealis, source.subject)
    rollups.refresh()
    assert set(CHANGES[source.subject]) == columns_of(source) - {"organization_id"}
    for name, value in CHANGES[source.subject].items():
        given = value(aurora) if callable(value) else value
        with transaction.atomic():
            StaleHour.all_orgs.all().delete()
            type(row).all_orgs.filter(pk=row.pk).update(**{name: given, **TOGETHER.get(given, {})})
            assert marks() == [(source.subject, HOUR)], name
            transaction.set_rollback(True)


@by_subject
def test_nothing_is_marked_by_what_no_figure_reads_or_by_what_is_new(aurora: Tenant, source: Source) -> None:
    row = old_row(aurora, source.subject)
    StaleHour.all_orgs.all().delete()
    for fields in ({"metadata": {"a": 1}}, {"provider_error_code": "1"}, {}):
        type(row).all_orgs.filter(pk=row.pk).update(**fields or {"error_message": row.error_message})
    now = timezone.now() - timedelta(minutes=50)
    call, text = make_call(aurora, at=now), make_message(make_conversation(aurora), at=now)
    Call.all_orgs.filter(pk=call.pk).update(status="FAILED", started_at=now + timedelta(minutes=1))
    Message.all_orgs.filter(pk=text.pk).update(status="failed")
    Call.all_orgs.filter(pk=call.pk).delete()
    assert marks() == []


def test_a_call_that_moves_marks_both_hours_and_a_deleted_one_its_own(aurora: Tenant) -> None:
    call = make_call(aurora, at=AT)
    assert marks() == [("calls", HOUR)]
    StaleHour.all_orgs.all().delete()
    Call.all_orgs.filter(pk=call.pk).update(started_at=AT + timedelta(hours=3))
    assert marks() == [("calls", HOUR), ("calls", HOUR + timedelta(hours=3))]
    StaleHour.all_orgs.all().delete()
    Call.all_orgs.filter(pk=call.pk).delete()
    assert marks() == [("calls", HOUR + timedelta(hours=3))]


# --- Work ------------------------------------------------------------------------------------------------------
def total(tenant: Tenant, **fields: Any) -> Any:
    return report.totals(tenant.org, ALWAYS, Subject.CALLS, **fields)["total"]


def test_what_is_over_is_counted_once_and_again_only_where_it_changed(aurora: Tenant, borealis: Tenant) -> None:
    call = make_call(aurora, at=AT, agent=aurora.agent)
    make_call(borealis, at=AT)
    first = rollups.refresh()
    # A first batch is a month; what is missing until today comes in further ones.
    assert first is not None
    assert first.added > 4
    assert (marks(), rollups.refresh()) == ([], Refreshed())
    before = dict(CallRollup.all_orgs.filter(organization=borealis.org).values_list("pk", "figures"))
    Call.all_orgs.filter(pk=call.pk).update(agent=aurora.supervisor)
    found = report.by_key(aurora.org, ALWAYS, Subject.CALLS, Dimension.AGENT)
    assert {pk: values["total"] for pk, values in found.items()} == {aurora.supervisor.pk: 1}
    assert rollups.refresh() == Refreshed(recounted=1)
    assert (marks(), total(aurora, only=aurora.agent.pk), total(aurora)) == ([], 0, 1)
    assert dict(CallRollup.all_orgs.filter(organization=borealis.org).values_list("pk", "figures")) == before


def test_what_is_rolled_up_is_not_read_from_the_rows(aurora: Tenant) -> None:
    """The twin of all that are exact: a wrong rollup shows, so they are read."""
    make_call(aurora, at=AT)
    rollups.refresh()
    CallRollup.all_orgs.filter(dimension="all").update(figures=[5 for _metric in stored(Subject.CALLS)])
    assert total(aurora) == 5
    # The day and the hour stand in for each other.
    day = Span(HOUR.replace(hour=0), HOUR.replace(hour=15))
    assert report.totals(aurora.org, day, Subject.CALLS)["total"] == 5


def test_other_definitions_are_not_read_and_are_counted_again(aurora: Tenant) -> None:
    make_call(aurora, at=AT)
    rollups.refresh()
    CallRollup.all_orgs.update(figures=[])
    RollupState.all_orgs.update(definition="of yesterday")
    assert total(aurora) == 1
    again = rollups.refresh()
    assert again is not None
    assert again.added > 4
    assert (total(aurora), set(RollupState.all_orgs.values_list("definition", flat=True))) == (
        1,
        {source.definition for source in SOURCES.values()},
    )


class Killed(Exception):
    """The worker is no more."""


@contextmanager
def other_definitions() -> Iterator[None]:
    """Be a worker, or a page, of another release: what it counts is the same, but not said in the same words."""
    with pytest.MonkeyPatch.context() as patch:
        for subject, source in list(SOURCES.items()):
            patch.setitem(SOURCES, subject, replace(source, kept=f"({source.kept})"))
        yield


def die_before_advancing(monkeypatch: pytest.MonkeyPatch, *, done: int = 0) -> None:
    """Let a worker take marks, count so many organizations' calls anew by its own definitions, and be killed."""
    whole, left = rollups.advance, [done]

    def advance(org_id: Any, source: Source) -> bool | None:
        if not left[0]:
            raise Killed
        is_done = whole(org_id, source)
        left[0] -= bool(is_done)
        return is_done

    with monkeypatch.context() as patch:
        patch.setattr(rollups, "advance", advance)
        with pytest.raises(Killed):
            rollups.refresh()


def is_all_right(*tenants: Tenant) -> bool:
    """Whether every rollup is what its rows say, by the definitions of whoever asks, and every total is exact."""
    wrong = [
        one
        for tenant in tenants
        for source in SOURCES.values()
        for one in rebuilding.differences(tenant.org.pk, source, since=None)
    ]
    return not wrong and all(total(tenant) == Call.objects.for_org(tenant.org).count() for tenant in tenants)


def test_a_new_worker_that_dies_after_a_deployment_leaves_the_old_ones_marks(
    aurora: Tenant, borealis: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    for tenant in (aurora, borealis):
        make_call(tenant, at=AT)
    with other_definitions():
        rollups.refresh()
        for tenant in (aurora, borealis):
            make_call(tenant, at=AT)
    die_before_advancing(monkeypatch)
    assert marks() == [("calls", HOUR)] * 2
    StaleHour.all_orgs.update(marked_at=F("marked_at") - timedelta(hours=1))
    assert 3600 <= lag_at_metrics() < 3660
    with other_definitions():
        assert is_all_right(aurora, borealis)
        assert rollups.refresh() == Refreshed(recounted=2)
        assert is_all_right(aurora, borealis)
    assert (marks(), is_all_right(aurora, borealis), lag_at_metrics() < 60) == ([], True, True)


def test_an_old_worker_that_dies_leaves_the_marks_of_what_a_new_one_has_counted(
    aurora: Tenant, borealis: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    for tenant in (aurora, borealis):
        make_call(tenant, at=AT)
    with other_definitions():
        rollups.refresh()
    first = min(aurora, borealis, key=lambda tenant: tenant.org.pk)
    die_before_advancing(monkeypatch, done=1)  # One organization stands by our definitions now, one by the others.
    for tenant in (aurora, borealis):
        make_call(tenant, at=AT)
    with other_definitions():
        die_before_advancing(monkeypatch)
        assert is_all_right(aurora, borealis)
    assert list(StaleHour.all_orgs.values_list("organization", flat=True)) == [first.org.pk]
    assert is_all_right(aurora, borealis)
    again = rollups.refresh()
    assert again is not None
    assert (again.recounted, again.has_more_marks, marks()) == (1, False, [])
    assert is_all_right(aurora, borealis)


def test_a_worker_counts_anew_what_stands_by_other_definitions_and_leaves_no_mark(
    aurora: Tenant, borealis: Tenant
) -> None:
    for tenant in (aurora, borealis):
        make_call(tenant, at=AT)
    with other_definitions():
        rollups.refresh()
    make_call(aurora, at=AT)
    again = rollups.refresh()
    assert again is not None
    assert (again.recounted, again.has_more_marks, marks(), lag_at_metrics() < 60) == (0, False, [], True)
    assert is_all_right(aurora, borealis)


def test_three_statements_whatever_the_time_and_the_rows(aurora: Tenant) -> None:
    for n in range(40):
        make_call(aurora, at=AT - timedelta(days=n, minutes=n))
    rollups.refresh()
    Call.all_orgs.filter(started_at__lt=AT - timedelta(days=20)).update(duration=3)
    with CaptureQueriesContext(connection) as queries:
        report.course(aurora.org, Span(AT - timedelta(days=50), AT), report.GroupBy.DAY, Subject.CALLS)
    assert len(queries) == 3  # The state, the days before the first mark, and those from it on.


def test_the_lag_is_known(aurora: Tenant) -> None:
    assert rollup_lag().marks == 0
    make_call(aurora, at=AT)
    lag = rollup_lag()
    assert (lag.marks, lag.end_seconds) == (1, 0)
    assert 0 <= lag.oldest_mark_seconds < 60
    rollups.refresh()
    lag = rollup_lag()
    assert (lag.marks, lag.oldest_mark_seconds) == (0, 0)
    assert 2 * 3600 <= lag.end_seconds <= 3 * 3600 + 60


def lag_at_metrics() -> float:
    """Return what /metrics says of the rollups."""
    (line,) = (line for line in metrics.render().splitlines() if line.startswith("voice_rollup_lag_seconds "))
    return float(line.split(" ")[1])


def test_rollups_that_stand_still_are_late_though_nothing_is_marked(aurora: Tenant, borealis: Tenant) -> None:
    rollups.refresh()
    assert lag_at_metrics() < 60
    RollupState.all_orgs.filter(organization=borealis.org).update(rolled_until=F("rolled_until") - timedelta(days=3))
    assert 71 * 3600 <= lag_at_metrics() <= 72 * 3600 + 60
    rollups.refresh()
    assert lag_at_metrics() < 60


# --- The command -----------------------------------------------------------------------------------------------
def command(*arguments: str) -> str:
    out = StringIO()
    call_command("rebuild_rollups", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_finds_what_is_wrong_and_mends_it(aurora: Tenant, borealis: Tenant) -> None:
    for tenant in (aurora, borealis):
        make_call(tenant, at=AT, agent=tenant.agent)
        make_message(make_conversation(tenant), at=AT)
    assert "calls until 2026-04-01 00:00 UTC" in command("--org", "aurora")
    assert "aurora" not in command("--org", "borealis")
    assert command("--verify") == "Every rollup is what its rows say.\n"
    CallRollup.all_orgs.filter(organization=aurora.org, grain="day", dimension="agent").delete()
    CallRollup.all_orgs.filter(organization=aurora.org, grain="hour", dimension="all").update(figures=[2])
    out = StringIO()
    with pytest.raises(CommandError, match="Differences: 2"):
        call_command("rebuild_rollups", "--verify", "--json", stdout=out)
    found = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [(one["organization"], one["grain"], one["dimension"], one["key"]) for one in found] == [
        ("aurora", "day", "agent", str(aurora.agent.pk)),
        ("aurora", "hour", "all", ""),
    ]
    assert (found[0]["stored"], found[1]["stored"], found[1]["counted"][0]) == (None, [2], 1)
    # A month is the sum of its days, so what is missing in one of them is missing there, too.
    command("--since", "2026-03-11")
    with pytest.raises(CommandError, match="Differences: 3"):
        command("--verify")
    command("--since", "2026-03-10")
    assert command("--verify") == "Every rollup is what its rows say.\n"


def test_from_a_day_long_before_the_first_row_it_is_one_batch(aurora: Tenant) -> None:
    make_call(aurora, at=AT)
    command()
    batches = rebuilding.rebuild(aurora.org.pk, SOURCES[Subject.CALLS], since=datetime(1, 1, 2, tzinfo=UTC))
    assert next(batches) == datetime(2026, 4, 1, tzinfo=UTC)
    assert command("--verify") == "Every rollup is what its rows say.\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [(["--org", "nobody"], "There is no organization nobody"), (["--since", "yesterday"], "yesterday is no day")],
)
def test_the_command_says_what_it_does_not_know(aurora: Tenant, arguments: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        command(*arguments)


# --- The table of metrics --------------------------------------------------------------------------------------
def test_every_metric_is_one_whole_entry() -> None:
    for subject in Subject:
        ours = metrics_of(subject)
        assert [metric.slot for metric in stored(subject)] == list(range(1, len(stored(subject)) + 1))
        assert len({metric.key for metric in ours}) == len(ours)
        counted = {metric.key for metric in stored(subject)}
        for metric in ours:
            assert (metric.of is None) == (metric.sql is not None) == (metric.slot is not None), metric.key
            assert set(metric.of or ()) <= counted
    assert len({metric.key for metric in METRICS}) == len(METRICS)


def test_docs_explain_every_metric_under_its_key() -> None:
    text = (settings.BASE_DIR / "docs" / "metrics.md").read_text(encoding="utf-8")
    assert re.findall(r"^### (\w+)$", text, re.MULTILINE) == [metric.key for metric in METRICS]


def metrics_of_the_docs() -> list[Metric]:
    """Return the entries that docs/metrics.md adds to the table of calls, as they stand there; a slot is a free one."""
    text = (settings.BASE_DIR / "docs" / "metrics.md").read_text(encoding="utf-8")
    part = text.partition("## Adding a metric")[2]
    blocks = re.findall(r"^```python\n(.*?)^```", part, re.MULTILINE | re.DOTALL)
    entries = [entry for block in blocks for entry in eval(block, dict(vars(call_metrics)))]
    has_slot, free = {metric.key for metric in stored(Subject.CALLS)}, len(stored(Subject.CALLS)) + 1
    return [replace(one, slot=free) if one.slot and one.key not in has_slot else one for one in entries]


def test_an_entry_in_the_table_is_all_that_a_figure_needs(aurora: Tenant, borealis: Tenant, log_in: LogIn) -> None:
    span = Span(AT - timedelta(days=1), AT + timedelta(days=1))
    for tenant in (aurora, borealis):
        for duration, status in ((600, "COMPLETED"), (601, "COMPLETED"), (900, "FAILED")):
            make_call(tenant, at=AT, agent=tenant.agent, duration=duration, status=status)
    make_call(borealis, at=AT, duration=700)
    rollups.refresh()

    def everywhere() -> list[tuple[Any, Any]]:
        found = [
            report.totals(aurora.org, span, Subject.CALLS),
            report.by_key(aurora.org, span, Subject.CALLS, Dimension.AGENT)[aurora.agent.pk],
            report.course(aurora.org, span, report.GroupBy.DAY, Subject.CALLS).periods[1].values,
        ]
        return [(values["long"], values["long_rate"]) for values in found]

    with table_with(*metrics_of_the_docs()):
        assert everywhere() == [(1, 50.0)] * 3
        assert rollups.refresh() is not None
        assert CallRollup.all_orgs.filter(figures__len=len(stored(Subject.CALLS))).exists()
        assert (everywhere(), is_all_right(aurora, borealis)) == ([(1, 50.0)] * 3, True)
        page = log_in(aurora.agent).get("/analytics?first=2026-03-10&last=2026-03-10&metric=long")
        tiles = {tile.key: (tile.now, tile.rows_url) for tile in page.context["shown"].everything}
        assert (tiles["long"][0], tiles["long_rate"][0]) == ("1", "50.00 %")
        assert log_in(aurora.agent).get(tiles["long"][1]).content.count(b"<tr><td>") == 1
        assert {"calls.long", "calls.long_rate"} <= watchables().keys()
    assert is_all_right(aurora, borealis)


def test_docs_explain_every_figure_of_a_moment() -> None:
    text = (settings.BASE_DIR / "docs" / "metrics.md").read_text(encoding="utf-8")
    part = text.partition("## At this moment")[2].partition("\n## ")[0]
    assert re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE) == [one.key for one in MOMENTS]
