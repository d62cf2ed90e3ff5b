"""The guards against toll fraud: countries, one number, a range of numbers, the money of a day."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connections
from django.utils import timezone

from sms import deciding, policies, restoring, services, spending
from sms.enums import BudgetAction, HoldReason, MessageClass, MessageStatus
from sms.models import Message, SmsPolicy
from tests.factories import Tenant, make_number

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def send(tenant: Tenant, to: str = "+12025551234", *, now: datetime | None = None, body: str = "Hello") -> Message:
    text = services.OutgoingText(to_number=to, body=body, from_number=tenant.twilio_number.address)
    return services.send_message(org=tenant.org, actor=tenant.agent, text=text, now=now)


def rule(tenant: Tenant, **fields) -> None:
    SmsPolicy.all_orgs.update_or_create(organization=tenant.org, defaults=fields)


@pytest.mark.parametrize("number", ["+442071838750", "+8821234567890", "+18765551234"], ids=["GB", "satellite", "JM"])
def test_texts_go_to_countries_that_the_organization_knows(aurora, borealis, number):
    with pytest.raises(services.CountryNotAllowed):
        send(aurora, number)
    rule(aurora, allowed_countries=["GB", "JM", "001"])
    send(aurora, number)
    with pytest.raises(services.CountryNotAllowed):
        send(aurora, "+12025551234")
    with pytest.raises(services.CountryNotAllowed):
        send(borealis, number)
    send(borealis, "+12025551234")


def test_a_number_abroad_opens_its_country(aurora):
    with pytest.raises(services.CountryNotAllowed):
        send(aurora, "+442071838750")
    make_number(aurora.twilio, "+442079460000")
    send(aurora, "+442071838750")


def test_one_number_gets_only_so_many_texts_an_hour_and_a_day(aurora, borealis):
    rule(aurora, number_hourly_limit=2, number_daily_limit=3)
    for minutes in (0, 10):
        send(aurora, now=NOW + timedelta(minutes=minutes))
    with pytest.raises(services.DestinationTooBusy) as refused:
        send(aurora, now=NOW + timedelta(minutes=20))
    assert refused.value.retry_after == 40 * 60
    send(aurora, "+12025551235", now=NOW + timedelta(minutes=20))
    send(borealis, now=NOW + timedelta(minutes=20))
    send(aurora, now=NOW + timedelta(minutes=60))
    with pytest.raises(services.DestinationTooBusy) as refused:
        send(aurora, now=NOW + timedelta(hours=5))
    assert refused.value.retry_after == 19 * 3600


def test_neighbouring_numbers_share_a_limit(aurora):
    rule(aurora, range_hourly_limit=2)
    send(aurora, "+12025551111", now=NOW)
    send(aurora, "+12025552222", now=NOW + timedelta(minutes=1))
    with pytest.raises(services.DestinationTooBusy) as refused:
        send(aurora, "+12025553333", now=NOW + timedelta(minutes=2))
    assert refused.value.retry_after == 58 * 60
    send(aurora, "+12025663333", now=NOW + timedelta(minutes=2))


def test_what_would_cost_too_much_today_is_held_and_tomorrow_is_another_day(aurora, borealis, settings):
    settings.TWILIO_SEGMENT_PRICE = Decimal("0.0100")
    aurora.org.time_zone = "America/New_York"
    aurora.org.save()
    rule(aurora, daily_spending_cap=Decimal("0.03"))
    assert send(aurora, now=NOW, body="x" * 200).status == MessageStatus.QUEUED  # Two segments.
    held = send(aurora, now=NOW, body="x" * 200)
    assert (held.status, held.hold_reason, held.error_code) == (MessageStatus.HELD, HoldReason.SPENDING, "")
    assert send(aurora, now=NOW).status == MessageStatus.QUEUED
    assert spending.spent_today(aurora.org, now=NOW) == Decimal("0.03")
    assert send(aurora, now=datetime(2026, 11, 26, 4, 59, tzinfo=UTC)).status == MessageStatus.HELD
    assert send(aurora, now=datetime(2026, 11, 26, 5, 1, tzinfo=UTC)).status == MessageStatus.QUEUED
    assert send(borealis, now=NOW, body="x" * 200).status == MessageStatus.QUEUED


def test_parallel_texts_do_not_pass_the_spending_limit_together(aurora, settings):
    settings.TWILIO_SEGMENT_PRICE = Decimal("0.0100")
    rule(aurora, daily_spending_cap=Decimal("0.05"))

    def attempt(number: int) -> str:
        try:
            return send(aurora, f"+1202555{number:04d}").status
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(attempt, range(16)))
    assert (statuses.count(MessageStatus.QUEUED), statuses.count(MessageStatus.HELD)) == (5, 11)
    assert spending.spent_today(aurora.org, now=timezone.now()) == Decimal("0.05")


def hold_for_its_cost(tenant: Tenant, by: str) -> None:
    """Let what costs anything be held: by the limit of the day, or by the budget of the month."""
    limit = {"daily_spending_cap": Decimal(0)}
    budget = {"monthly_budget": Decimal("0.05"), "budget_action": BudgetAction.HOLD, "daily_spending_cap": None}
    rule(tenant, **(limit if by == "limit" else budget))


@pytest.mark.parametrize("by", ["limit", "budget"])
def test_a_released_text_counts_to_the_day_of_its_release_and_what_follows_is_held(aurora, borealis, settings, by):
    settings.TWILIO_SEGMENT_PRICE = Decimal("0.1000")
    now = timezone.now()
    yesterday = now - timedelta(days=1)
    hold_for_its_cost(aurora, by)
    held, dropped = send(aurora, now=yesterday), send(aurora, now=yesterday)
    assert (held.status, held.hold_reason) == (MessageStatus.HELD, HoldReason.SPENDING)
    with pytest.raises(deciding.ReleaseNeedsAdministrator):
        deciding.release_held(org=aurora.org, actor=aurora.supervisor, message=held)
    deciding.drop_message(org=aurora.org, actor=aurora.admin, message=dropped)
    assert spending.spent_today(aurora.org, now=now) == 0
    deciding.release_held(org=aurora.org, actor=aurora.admin, message=held)
    with pytest.raises(deciding.NothingToDecide):
        deciding.release_held(org=aurora.org, actor=aurora.admin, message=held)
    spent = [spending.spent_today(org, now=at) for org, at in ((aurora.org, now), (aurora.org, yesterday))]
    assert (spent, spending.spent_today(borealis.org, now=now)) == ([Decimal("0.1"), 0], 0)
    rule(aurora, daily_spending_cap=Decimal("0.15"), monthly_budget=None)
    assert send(aurora).hold_reason == HoldReason.SPENDING  # The day has room for half of it.


def test_a_text_that_a_restore_held_was_counted_and_is_not_counted_again(aurora):
    text = send(aurora)
    spent = spending.spent_today(aurora.org, now=timezone.now())
    assert spent == text.cost
    restoring.hold_outbound(org=aurora.org)
    text.refresh_from_db()
    assert text.hold_reason == HoldReason.RESTORED
    deciding.release_held(org=aurora.org, actor=aurora.admin, message=text)
    assert spending.spent_today(aurora.org, now=timezone.now()) == spent


def test_releases_and_new_texts_at_the_same_moment_count_each_text_once(aurora, settings):
    """Of many who release one text, one does; nobody waits for anybody in a ring."""
    settings.TWILIO_SEGMENT_PRICE = Decimal("0.0100")
    hold_for_its_cost(aurora, "limit")
    held = [send(aurora) for _ in range(3)]
    rule(aurora, daily_spending_cap=Decimal(50))

    def decide(number: int) -> int:
        try:
            if number % 4 == 3:
                return int(send(aurora).status == MessageStatus.QUEUED)
            deciding.release_held(org=aurora.org, actor=aurora.admin, message=held[number % 4])
            return 1
        except deciding.NothingToDecide:
            return 0
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(decide, range(16))) == 3 + 4
    assert spending.spent_today(aurora.org, now=timezone.now()) == Decimal("0.07")


def test_the_running_total_alone_keeps_the_limit(aurora):
    """Also without the organization's lock, which other callers of `reserve` might not hold."""
    policy = policies.of(aurora.org)
    policy.daily_spending_cap = Decimal("0.05")
    cost = spending.Money(Decimal("0.01"), "USD")

    def attempt(_number: int) -> bool:
        try:
            return spending.reserve(aurora.org, policy, cost, now=timezone.now())
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(16))) == 5


@pytest.mark.parametrize(
    ("chosen", "by_key", "expected"),
    [
        (None, False, MessageClass.REPLY),
        (None, True, MessageClass.NOTICE),
        ("code", True, MessageClass.CODE),
        ("bulk", False, MessageClass.BULK),
        ("automatic", True, MessageClass.NOTICE),
        (["code"], True, MessageClass.NOTICE),
    ],
)
def test_a_program_says_what_its_text_is_for(aurora, chosen, by_key, expected):
    default = MessageClass.NOTICE if by_key else MessageClass.REPLY
    assert services.class_of({} if chosen is None else {"message_class": chosen}, default=default) == expected
