"""What a process keeps of figures: not read again while nothing changed, and never shown once something did."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics import rollups
from analytics.enums import Dimension, GroupBy, Subject
from analytics.models import CallRollup, RollupState, StaleHour
from analytics.selectors import report
from analytics.selectors.kept import Store
from analytics.selectors.report import Span
from calls.models import Call
from tests.factories import Tenant, make_call

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 10, 14, 20, tzinfo=UTC)
SPAN = Span(AT - timedelta(days=20), AT + timedelta(days=20))
ZONES = ("UTC", "Europe/Prague", "Asia/Kathmandu")
by_zone = pytest.mark.parametrize("zone", ZONES)


def totals(tenant: Tenant, zone: str) -> dict[str, int]:
    """Return how many calls each day has, of those that have any."""
    days = report.course(tenant.org, SPAN, GroupBy.DAY, Subject.CALLS, tz=ZoneInfo(zone)).periods
    return {day.label: day.values.count("total") for day in days if day.values.count("total")}


def statements(tenant: Tenant, zone: str) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        totals(tenant, zone)
    return [query["sql"] for query in captured]


def version(tenant: Tenant, subject: Subject = Subject.CALLS) -> UUID:
    return RollupState.all_orgs.get(organization=tenant.org, subject=subject).version


@pytest.fixture
def calls(aurora: Tenant, borealis: Tenant) -> list[Call]:
    """Two calls of aurora, an hour around midnight apart, and one of borealis; all are rolled up."""
    late = datetime(2026, 3, 10, 23, 10, tzinfo=UTC)
    made = [make_call(aurora, at=at) for at in (AT, late)]
    make_call(borealis, at=AT)
    assert rollups.refresh() is not None
    return made


@by_zone
def test_days_that_are_over_are_read_once(aurora: Tenant, calls: list[Call], zone: str) -> None:
    first, second = statements(aurora, zone), statements(aurora, zone)
    assert (len(first), len(second)) == (3, 1)  # State, days that are over, what is not; then the last one alone.
    assert [any("rollup AS r" in sql for sql in several) for several in (first, second)] == [True, False]


@by_zone
def test_a_late_change_is_shown_at_once_and_after_the_worker(
    aurora: Tenant, borealis: Tenant, calls: list[Call], zone: str
) -> None:
    before, other = totals(aurora, zone), totals(borealis, zone)
    assert sum(before.values()) == 2
    calls[1].delete()  # By SQL, past all services.
    marked = totals(aurora, zone)
    assert StaleHour.all_orgs.count() == 1
    assert rollups.refresh() is not None
    assert StaleHour.all_orgs.count() == 0
    day = AT.astimezone(ZoneInfo(zone)).date().isoformat()
    assert marked == totals(aurora, zone) == {day: 1}
    assert totals(borealis, zone) == other


def test_a_change_and_the_worker_between_two_questions(aurora: Tenant, calls: list[Call]) -> None:
    assert totals(aurora, "Asia/Kathmandu") == {"2026-03-10": 1, "2026-03-11": 1}
    Call.all_orgs.filter(pk=calls[0].pk).update(started_at=AT + timedelta(hours=9))
    assert rollups.refresh() is not None
    assert totals(aurora, "Asia/Kathmandu") == {"2026-03-11": 2}


def test_a_stretch_that_is_over_is_asked_about_all_the_same(aurora: Tenant, calls: list[Call]) -> None:
    """Nothing of it has to be counted, so nothing else would tell that it has changed."""

    def days() -> list[int]:
        span = Span(AT - timedelta(days=2), AT + timedelta(days=1))
        found = report.course(aurora.org, span, GroupBy.DAY, Subject.CALLS).periods
        return [day.values.count("total") for day in found]

    assert sum(days()) == 2
    with CaptureQueriesContext(connection) as captured:
        assert sum(days()) == 2
    assert len(captured) == 1
    calls[1].delete()
    assert sum(days()) == 1
    assert rollups.refresh() is not None
    assert sum(days()) == 1


def test_whoever_changes_rollups_gives_them_another_version(
    aurora: Tenant, borealis: Tenant, calls: list[Call]
) -> None:
    versions, theirs = {version(aurora)}, version(borealis)
    texts = version(aurora, Subject.TEXTS)
    rows = CallRollup.all_orgs.filter(organization=aurora.org)
    row = rows[0]
    deeds: list[Any] = [
        lambda: rows.filter(pk=row.pk).update(figures=row.figures),
        lambda: rows.filter(pk=row.pk).delete(),
        lambda: row.save(force_insert=True),
        lambda: StaleHour.all_orgs.filter(organization=aurora.org).delete(),
    ]
    Call.all_orgs.filter(pk=calls[0].pk).update(duration=5)
    for deed in deeds:
        deed()
        versions.add(version(aurora))
    assert len(versions) == len(deeds) + 1
    assert (version(borealis), version(aurora, Subject.TEXTS)) == (theirs, texts)


def test_a_mark_alone_is_no_other_version(aurora: Tenant, calls: list[Call]) -> None:
    before = version(aurora)
    Call.all_orgs.filter(pk=calls[0].pk).update(duration=5)
    assert (version(aurora), StaleHour.all_orgs.count()) == (before, 1)


def test_figures_by_agent_are_kept_and_followed(aurora: Tenant, calls: list[Call]) -> None:
    def handled() -> dict[UUID, Any]:
        found = report.by_key(aurora.org, SPAN, Subject.CALLS, Dimension.AGENT)
        return {pk: values["total"] for pk, values in found.items()}

    Call.all_orgs.update(agent=None)
    assert handled() == {}
    Call.all_orgs.filter(pk=calls[0].pk).update(agent=aurora.agent)
    assert handled() == {aurora.agent.pk: 1}
    assert rollups.refresh() is not None
    assert handled() == handled() == {aurora.agent.pk: 1}


def test_what_was_not_asked_for_goes_first() -> None:
    store = Store(10)
    for name in "abc":
        store.put(name, name.upper(), 2)
    assert store.get("a") == "A"
    store.put("d", "D", 2)
    assert [store.get(name) for name in "abcd"] == ["A", None, "C", "D"]
    store.put("big", "BIG", 100)
    assert [store.get(name) for name in ("a", "c", "d", "big")] == [None] * 4


@by_zone
def test_marks_of_hours_that_are_not_rolled_up_cost_nothing(aurora: Tenant, calls: list[Call], zone: str) -> None:
    """On a busy day the hour that goes on is marked all the time."""
    RollupState.all_orgs.update(rolled_until=AT.replace(hour=12, minute=0))  # Then both calls are counted live.
    totals(aurora, zone)
    before = totals(aurora, zone)
    calls[0].delete()
    assert [hour.starts_at.hour for hour in StaleHour.all_orgs.all()] == [14]
    assert len(statements(aurora, zone)) == 1
    assert sum(totals(aurora, zone).values()) == sum(before.values()) - 1 == 1
