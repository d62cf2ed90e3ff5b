"""The budget of a month: what counts, when it is spent, who is told, and that nobody passes it together."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from threading import Barrier

import pytest
from django.core import mail
from django.db import connections

from contactcenter.core.models import AuditEntry
from sms import budget, budget_warnings, deciding, quota, services
from sms.enums import BudgetAction, CostSource, HoldReason, MessageStatus
from sms.models import Message, SmsPolicy
from tests.factories import Tenant, make_conversation, make_message

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2026, 6, 10, 12, tzinfo=UTC)
SEGMENT = Decimal("0.0075")


def set_budget(tenant: Tenant, limit: str, action: BudgetAction = BudgetAction.STOP, **fields) -> SmsPolicy:
    return SmsPolicy.all_orgs.create(
        organization=tenant.org, monthly_budget=Decimal(limit), budget_action=action, **fields
    )


def send(tenant: Tenant, *, now: datetime = NOON, number: int = 1, **fields) -> Message:
    text = services.OutgoingText(to_number=f"+1202555{number:04d}", body="Hello", **fields)
    return services.send_message(org=tenant.org, actor=tenant.agent, text=text, now=now)


def spend(tenant: Tenant, cost: str, *, at: datetime = NOON, **fields) -> Message:
    fields = {"cost_currency": "USD", "cost_source": CostSource.FINAL, "provider_message_id": "", **fields}
    return make_message(make_conversation(tenant), at=at, cost=Decimal(cost), **fields)


def spent(tenant: Tenant, *, now: datetime = NOON) -> Decimal:
    found = budget.of(tenant.org, now=now)
    assert found is not None
    return found.spent


def test_the_last_text_that_fits_goes_and_the_next_one_is_refused(aurora, borealis):
    set_budget(aurora, "1")
    spend(aurora, "0.9925")
    spend(borealis, "5")
    assert send(aurora).status == MessageStatus.QUEUED
    with pytest.raises(services.BudgetSpent):
        send(aurora, number=2)
    assert (spent(aurora), Message.objects.for_org(aurora.org).count()) == (1, 2)
    assert send(borealis).status == MessageStatus.QUEUED


def test_a_held_text_waits_for_an_administrator_and_keeps_its_time(aurora):
    now = datetime.now(UTC)
    set_budget(aurora, "1", BudgetAction.HOLD)
    spend(aurora, "1", at=now)
    held, planned = send(aurora, now=now), send(aurora, number=2, send_at=now + timedelta(days=1), now=now)
    for text in (held, planned):
        assert (text.status, text.hold_reason) == (MessageStatus.HELD, HoldReason.SPENDING)
    assert spent(aurora, now=now) == 1  # What nobody has allowed has cost nothing.
    with pytest.raises(deciding.ReleaseNeedsAdministrator):
        deciding.release_held(org=aurora.org, actor=aurora.supervisor, message=held)
    for text in (held, planned):
        deciding.release_held(org=aurora.org, actor=aurora.admin, message=text)
        text.refresh_from_db()
    assert (held.status, planned.status) == (MessageStatus.QUEUED, MessageStatus.SCHEDULED)
    assert spent(aurora, now=now) == 1 + 2 * SEGMENT


def test_what_counts(aurora):
    set_budget(aurora, "100")
    estimated = {"cost_source": CostSource.ESTIMATED}
    for status in (MessageStatus.QUEUED, MessageStatus.SENDING, MessageStatus.UNCERTAIN, MessageStatus.SCHEDULED):
        spend(aurora, "1", status=status, **estimated)
    spend(aurora, "1", status=MessageStatus.HELD, hold_reason=HoldReason.UNCERTAIN, **estimated)
    spend(aurora, "1", status=MessageStatus.FAILED, provider_message_id="SM1", **estimated)
    spend(aurora, "1", status=MessageStatus.FAILED)
    assert spent(aurora) == 7
    for status in (MessageStatus.FAILED, MessageStatus.BLOCKED, MessageStatus.CANCELED, MessageStatus.EXPIRED):
        spend(aurora, "10", status=status, **estimated)
    spend(aurora, "10", status=MessageStatus.HELD, hold_reason=HoldReason.SPENDING, **estimated)
    spend(aurora, "10", cost_currency="EUR")
    assert spent(aurora) == 7


@pytest.mark.parametrize(
    ("zone", "first", "last"),
    [
        # The clocks change in October; the month begins in summer time and ends in winter time.
        ("Europe/Prague", datetime(2026, 9, 30, 22, tzinfo=UTC), datetime(2026, 10, 31, 23, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 10, 1, 4, tzinfo=UTC), datetime(2026, 11, 1, 4, tzinfo=UTC)),
        ("UTC", datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)),
    ],
)
def test_a_month_is_one_of_the_organization_s_time_zone(aurora, zone, first, last):
    aurora.org.time_zone = zone
    set_budget(aurora, "100")
    moment = timedelta(microseconds=1)
    for cost, at in (("1", first - moment), ("2", first), ("4", last - moment), ("8", last)):
        spend(aurora, cost, at=at)
    assert spent(aurora, now=datetime(2026, 10, 20, tzinfo=UTC)) == 6
    assert budget.Month.of(aurora.org, datetime(2026, 12, 20, tzinfo=UTC)).until.date() == date(2027, 1, 1)


def send_at_once(tenant: Tenant, count: int, first: int = 0) -> int:
    ready = Barrier(count)

    def one(number: int) -> bool:
        ready.wait()
        try:
            send(tenant, number=first + number)
        except services.BudgetSpent:
            return False
        else:
            return True
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return sum(pool.map(one, range(count)))


def test_texts_of_the_same_moment_never_pass_the_budget_together(aurora):
    set_budget(aurora, "1")
    spend(aurora, str(1 - 3 * SEGMENT))
    assert send_at_once(aurora, 8) == 3
    assert spent(aurora) == 1


def test_without_the_quota_s_lock_they_do(aurora, monkeypatch):
    set_budget(aurora, "1")
    spend(aurora, str(1 - SEGMENT))
    counted = Barrier(4)
    count = budget._spent

    def count_together(*args) -> Decimal:
        found = count(*args)
        counted.wait(timeout=10)
        return found

    monkeypatch.setattr(quota, "demand_room", lambda *_args, **_more: None)
    monkeypatch.setattr(budget, "_spent", count_together)
    assert send_at_once(aurora, 4) == 4


def test_administrators_hear_of_80_and_of_100_percent_once_a_month(aurora, borealis):
    set_budget(aurora, "1", BudgetAction.HOLD)
    set_budget(borealis, "1")
    spend(aurora, "0.79")
    assert budget_warnings.warn_due(NOON) == 0
    spend(aurora, "0.01")
    assert [budget_warnings.warn_due(NOON) for _ in range(2)] == [1, 0]
    spend(aurora, "0.20")
    assert [budget_warnings.warn_due(NOON) for _ in range(2)] == [1, 0]
    spend(aurora, "0.85", at=NOON + timedelta(days=30))
    assert [budget_warnings.warn_due(NOON + timedelta(days=30)) for _ in range(2)] == [1, 0]
    assert [message.to for message in mail.outbox] == [[aurora.admin.email]] * 3
    told = ["80 % of the budget for texts is spent", "The budget for texts is spent"]
    assert [message.subject for message in mail.outbox] == [*told, "85 % of the budget for texts is spent"]
    assert mail.outbox[0].body.endswith("/analytics/costs")
    written = AuditEntry.all_orgs.order_by("id").values_list("organization", "action", "detail__month")
    assert list(written) == [
        (aurora.org.pk, "budget.nearly_spent", "2026-06"),
        (aurora.org.pk, "budget.spent", "2026-06"),
        (aurora.org.pk, "budget.nearly_spent", "2026-07"),
    ]
